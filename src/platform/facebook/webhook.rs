//! What Facebook delivers of a Page: `message` and `name`, where Instagram says `text` and `username`. No network.

use serde_json::Value;

use super::round::post_of;
use crate::domain::comment::{Author, Incoming, Written};
use crate::platform::graph::changes;
use crate::platform::paging::Reader;
use crate::platform::{Delivered, json};

/// What a delivery holds of our page. A new comment comes whole; of an edit, a deletion or a hide it is enough to know that
/// there was one: deliveries come late and out of order, so the comment itself is asked for.
pub(super) fn read(delivery: &Value, reader: Reader<'_>) -> Delivered {
    let mut delivered = Delivered::default();
    let feed = changes(delivery, "page", reader.account).into_iter().filter(|change| change.field == "feed");
    for change in feed.filter(|change| json::text(change.value, "/item") == Some("comment")) {
        let Some(id) = json::id(change.value, "/comment_id") else {
            delivered.unreadable += 1;
            continue;
        };
        match json::text(change.value, "/verb") {
            Some("add") => delivered.comments.push(comment(change.value, id, reader)),
            _ => delivered.changed.push(id),
        }
    }
    delivered
}

fn comment(value: &Value, id: String, reader: Reader<'_>) -> Incoming {
    let post = json::id(value, "/post_id").or_else(|| post_of(reader.account, &id));
    let author = Author { id: json::id(value, "/from/id"), name: json::name(value, "/from/name") };
    let written = Written {
        parent_id: json::id(value, "/parent_id").filter(|parent| Some(parent) != post.as_ref()),
        post_id: post,
        created_at: json::time(value, "/created_time"),
        ours: author.id.as_deref() == Some(reader.account),
        hidden: None,
        author: Some(author),
    };
    Incoming::new(id, json::text(value, "/message").unwrap_or_default(), reader.now, written)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::fixture::{self, NOW};

    fn read_file(path: &str) -> Delivered {
        read(&fixture::read(path), Reader { account: "112426880422647", now: NOW.parse().unwrap() })
    }

    #[test]
    fn a_new_comment_comes_whole_and_of_others_it_is_told_that_they_changed() {
        let delivered = read_file("facebook/delivery.json");
        let [question, ours] = delivered.comments.as_slice() else { panic!("{delivered:?}") };
        assert_eq!(question.text, "متى يبدأ التسجيل؟");
        assert_eq!(question.author.as_ref().unwrap().name.as_deref(), Some("Omar K"));
        assert_eq!((question.parent_id.as_deref(), question.ours), (None, false), "a post is no parent");
        assert_eq!(question.post_id.as_deref(), Some("112426880422647_236974981301169"));
        assert_eq!(question.created_at, "2026-11-20T08:15:42Z".parse().ok());
        assert!(ours.ours, "our own reply comes back and is known as ours");
        assert_eq!(ours.parent_id.as_deref(), Some("236974981301169_1144130032848430"));
        assert_eq!(delivered.changed, ["236974981301169_475682364421305", "236974981301169_475682364421306"]);
        assert_eq!(delivered.unreadable, 1);
    }

    #[test]
    fn what_instagram_delivers_is_nothing_here() {
        let delivered = read_file("instagram/delivery.json");
        assert!(delivered.comments.is_empty() && delivered.changed.is_empty() && delivered.unreadable == 0);
    }
}
