//! What Instagram delivers: `text` and `username`, where Facebook says `message` and `name`; with Instagram Login without
//! Facebook's list of changes. No network.

use jiff::Timestamp;
use serde_json::Value;

use super::round::Owner;
use crate::domain::comment::{Author, Incoming, Written};
use crate::platform::graph::{Change, changes};
use crate::platform::{Delivered, json};

/// What a delivery holds of our account. `from.id` can be missing: while our own name is not known either, nobody can tell
/// whether we wrote such a comment ourselves, so it is asked for.
pub(super) fn read(delivery: &Value, owner: Owner<'_>, now: Timestamp) -> Delivered {
    let mut delivered = Delivered::default();
    let changes = changes(delivery, "instagram", owner.id).into_iter();
    for change in changes.filter(|change| change.field == "comments") {
        let Some(id) = json::id(change.value, "/id") else {
            delivered.unreadable += 1;
            continue;
        };
        match json::id(change.value, "/from/id").is_some() || owner.username.is_some() {
            true => delivered.comments.push(comment(change, id, owner, now)),
            false => delivered.changed.push(id),
        }
    }
    delivered
}

fn comment(change: Change<'_>, id: String, owner: Owner<'_>, now: Timestamp) -> Incoming {
    let value = change.value;
    let author = Author { id: json::id(value, "/from/id"), name: json::name(value, "/from/username") };
    let by_name = author.name.is_some() && author.name.as_deref() == owner.username;
    let written = Written {
        parent_id: json::id(value, "/parent_id"),
        post_id: json::id(value, "/media/id"),
        // The comment's own time is not told; this is of the same moment, or somewhat later.
        created_at: json::time(change.entry, "/time"),
        ours: author.id.as_deref() == Some(owner.id) || by_name,
        hidden: None,
        author: Some(author),
    };
    Incoming::new(id, json::text(value, "/text").unwrap_or_default(), now, written)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::fixture::{self, NOW};

    const OWNER: Owner<'static> = Owner { id: "17841400008460056", username: Some("moe_uae") };

    fn read_file(path: &str, owner: Owner<'_>) -> Delivered {
        read(&fixture::read(path), owner, NOW.parse().unwrap())
    }

    #[test]
    fn both_logins_deliver_and_our_own_replies_are_known_by_id_or_name() {
        let delivered = read_file("instagram/delivery.json", OWNER);
        let [question, by_name, of_login] = delivered.comments.as_slice() else { panic!("{delivered:?}") };
        assert_eq!((question.text.as_str(), question.ours), ("متى يبدأ التسجيل؟", false));
        assert_eq!(question.post_id.as_deref(), Some("17895695668004550"));
        assert_eq!(question.author.as_ref().unwrap().name.as_deref(), Some("omar.k"));
        assert_eq!(question.created_at, "2026-11-20T08:15:42Z".parse().ok());
        assert!(by_name.ours);
        assert_eq!(of_login.parent_id.as_deref(), Some("17870913679156914"), "no list of changes");
        assert_eq!(delivered.unreadable, 1);
    }

    #[test]
    fn one_without_an_id_is_asked_for_until_our_name_is_known() {
        let delivered = read_file("instagram/delivery.json", Owner { username: None, ..OWNER });
        assert_eq!(delivered.changed, ["17873440459141021"]);
    }

    #[test]
    fn what_facebook_delivers_is_nothing_here() {
        let delivered = read_file("facebook/delivery.json", OWNER);
        assert!(delivered.comments.is_empty() && delivered.changed.is_empty() && delivered.unreadable == 0);
    }
}
