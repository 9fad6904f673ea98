//! A round of a Page: its newest posts, then the comments of each. Pages in, pages out; no network.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::domain::comment::{Author, Incoming, Written};
use crate::platform::graph::{self, Ahead, Step};
use crate::platform::paging::{Items, Onward, Reader, Spot, cursor, resume};
use crate::platform::{Next, Page, PlatformError, json};

/// Items asked for in one page; the most that common clients use, the true bound is not published.
pub(super) const PAGE_SIZE: usize = 100;
/// The fields of a post that are read: with them one call tells of a hundred posts which have something new.
pub(super) const POST_FIELDS: &str = "id,created_time,message,comments.filter(stream).limit(0).summary(true)";

/// Where a round stands.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "list", rename_all = "lowercase")]
pub(super) enum At {
    /// Among the posts.
    Posts {
        /// Where the list goes on.
        spot: Spot,
        /// The posts found so far.
        ahead: Ahead,
    },
    /// Among the comments of a post.
    Comments {
        /// The post.
        post: String,
        /// Where its list goes on.
        spot: Spot,
        /// The posts after it.
        ahead: Ahead,
    },
}

impl Default for At {
    fn default() -> Self {
        At::Posts { spot: Spot::default(), ahead: Ahead::default() }
    }
}

/// A page of posts. It holds no comments; it says only whose to read.
pub(super) fn posts(page: &Value, spot: &Spot, mut ahead: Ahead) -> Page {
    let (onward, gap) = ahead.take(page, spot, PAGE_SIZE);
    let next = match onward {
        Some(spot) => Next::Page(cursor(&At::Posts { spot, ahead })),
        None => next_post(ahead),
    };
    let listed = graph::listed(page, "/created_time", "/comments/summary/total_count", "/message");
    Page { listed, ..Items::default().whole(next, gap) }
}

/// The page of posts that was refused at this place: where that was kept from another round, it is looked for.
pub(super) fn refused_posts(
    error: PlatformError,
    spot: &Spot,
    mut ahead: Ahead,
) -> Result<Page, PlatformError> {
    match (&error, ahead.seek()) {
        (PlatformError::Refused { .. }, Some(spot)) => {
            Ok(Items::default().whole(Next::Page(cursor(&At::Posts { spot, ahead })), false))
        }
        _ => Err(spot.stale(error)),
    }
}

/// The place where a round begins that is a sweep.
pub(super) fn sweep(at: At) -> At {
    match at {
        At::Posts { spot, mut ahead } => {
            ahead.sweep();
            At::Posts { spot, ahead }
        }
        at @ At::Comments { .. } => at,
    }
}

/// The way on, past the posts that are not `due`.
pub(super) fn narrow(next: Next, due: &mut dyn FnMut(&str) -> bool) -> Next {
    let Next::Page(at) = &next else { return next };
    match resume(Some(at)) {
        At::Comments { post, spot, mut ahead } if spot == Spot::default() => {
            ahead.narrow(post, due);
            next_post(ahead)
        }
        _ => next,
    }
}

/// A page of the comments under `post`.
pub(super) fn comments(page: &Value, post: String, spot: &Spot, ahead: Ahead, reader: Reader<'_>) -> Page {
    let items = items(page, reader, Some(&post));
    let onward = spot.after(items.ids(), graph::next_page(page, PAGE_SIZE));
    let gap = onward == Onward::Circles;
    let deeper = match onward {
        Onward::To(spot) => Some(cursor(&At::Comments { post: post.clone(), spot, ahead: ahead.clone() })),
        Onward::Ended | Onward::Circles => None,
    };
    Page { post: Some(post), ..items.leavable(deeper, next_post(ahead), gap) }
}

/// What there is to read under a post that was deleted since it was listed.
pub(super) fn deleted_post(ahead: Ahead) -> Page {
    Items::default().whole(next_post(ahead), false)
}

/// The way on from a list that cannot be read.
pub(super) fn pass_over(at: At) -> Option<Next> {
    match at {
        At::Posts { spot, .. } if spot == Spot::default() => None,
        At::Posts { mut ahead, .. } => {
            ahead.cut_short();
            Some(next_post(ahead))
        }
        At::Comments { ahead, .. } => Some(next_post(ahead)),
    }
}

fn next_post(mut ahead: Ahead) -> Next {
    match ahead.step() {
        Step::Read(post) => Next::Page(cursor(&At::Comments { post, spot: Spot::default(), ahead })),
        Step::List(spot) => Next::Page(cursor(&At::Posts { spot, ahead })),
        Step::End => Next::RoundEnds(cursor(&At::Posts { spot: Spot::default(), ahead })),
    }
}

/// The comments on a page; `post` is the one they stand under, where that is known.
pub(super) fn items(page: &Value, reader: Reader<'_>, post: Option<&str>) -> Items {
    let mut items = Items::default();
    for item in json::list(page, "/data") {
        items.take(comment(item, reader, post));
    }
    items
}

/// The id of the post that a comment of our page stands under: `<post>_<comment>` under `<page>_<post>`.
pub(super) fn post_of(page: &str, comment: &str) -> Option<String> {
    comment.split_once('_').map(|(post, _)| format!("{page}_{post}"))
}

/// One comment.
pub(super) fn comment(item: &Value, reader: Reader<'_>, post: Option<&str>) -> Option<Incoming> {
    let author = Author { id: json::id(item, "/from/id"), name: json::name(item, "/from/name") };
    let written = Written {
        parent_id: json::id(item, "/parent/id").filter(|parent| Some(parent.as_str()) != post),
        post_id: post.map(str::to_owned),
        created_at: json::time(item, "/created_time"),
        ours: author.id.as_deref() == Some(reader.account),
        hidden: item.get("is_hidden").and_then(Value::as_bool),
        author: Some(author),
    };
    let text = json::text(item, "/message").unwrap_or_default();
    Some(Incoming::new(json::id(item, "/id")?, text, reader.now, written))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::domain::comment::Mark;
    use crate::platform::fixture::{self, NOW, place};

    fn reader() -> Reader<'static> {
        Reader { account: "112426880422647", now: NOW.parse().unwrap() }
    }

    fn under(post: &str, rest: &[&str], page: &Value) -> Page {
        let ahead = serde_json::from_value(json!({ "rest": rest })).unwrap();
        comments(page, post.to_owned(), &Spot::default(), ahead, reader())
    }

    #[test]
    fn a_comment_a_reply_and_our_own_reply_are_told_apart() {
        let page = under("112426880422647_236974981301169", &[], &fixture::read("facebook/comments.json"));
        let [ours, reply, first] = page.comments.as_slice() else { panic!("{page:?}") };
        assert_eq!((ours.ours, reply.ours, first.ours), (true, false, false));
        assert_eq!(reply.parent_id.as_deref(), Some("236974981301169_1144130032848430"));
        assert_eq!(
            (first.parent_id.as_deref(), first.created_at),
            (None, "2026-11-20T08:15:42Z".parse().ok())
        );
        assert_eq!(first.post_id.as_deref(), Some("112426880422647_236974981301169"));
        assert_eq!(reply.marks, [Mark::NoAuthor], "Facebook names no author to a token that may not know");
    }

    #[test]
    fn a_malformed_item_costs_only_itself() {
        let page = under("p", &[], &fixture::read("facebook/odd.json"));
        fixture::assert_odd_page_is_read(&page.comments, page.unreadable, &[Mark::NoTime]);
    }

    #[test]
    fn a_page_is_left_for_the_next_post_at_known_ground_and_read_deeper_otherwise() {
        let page = under("p1", &["p2", "p3"], &fixture::read("facebook/comments.json"));
        assert_eq!(place(&page.next(true))["post"], "p2");
        let deeper = place(&page.next(false));
        assert_eq!((&deeper["post"], &deeper["spot"]["token"]), (&json!("p1"), &json!("WTI5dGJXVnVk")));
        assert!(!deeper.to_string().contains("access_token"), "the link with our token is not kept");
    }

    #[test]
    fn a_round_lists_the_posts_reads_each_and_begins_anew() {
        let listed = posts(&fixture::read("facebook/posts.json"), &Spot::default(), Ahead::default());
        let first = place(&listed.next(true));
        assert_eq!(first["post"], "112426880422647_236974981301169");
        assert_eq!(first["ahead"]["rest"], json!(["112426880422647_236974981301170"]));
        let last = under("p", &[], &json!({"data": []}));
        assert_eq!(last.next(false), Next::RoundEnds(cursor(&At::default())));
    }

    #[test]
    fn posts_that_are_not_due_are_passed_over() {
        let listed = posts(&fixture::read("facebook/posts.json"), &Spot::default(), Ahead::default());
        let [first, second] = listed.listed.as_slice() else { panic!("{listed:?}") };
        assert_eq!((first.published_at, first.said), ("2026-11-20T07:00:00Z".parse().ok(), Some(17)));
        assert_eq!(second.said, None, "a post may come without a count");
        assert_eq!(
            first.text.as_deref(),
            Some("Registration opens on Sunday"),
            "what no database stores is left out"
        );
        assert_eq!(second.text, None);
        let next = narrow(listed.onward.clone(), &mut |post| post == second.id);
        assert_eq!(place(&next)["post"], second.id);
        assert_eq!(narrow(listed.onward, &mut |_| false), Next::RoundEnds(cursor(&At::default())));
    }

    #[test]
    fn a_post_that_is_being_read_is_read_on_whatever_is_due() {
        let page = under("p1", &["p2"], &fixture::read("facebook/comments.json"));
        assert_eq!(page.post.as_deref(), Some("p1"));
        let deeper = page.next(false);
        assert_eq!(narrow(deeper.clone(), &mut |_| false), deeper);
    }

    #[test]
    fn a_list_that_cannot_be_read_is_left_for_what_comes_after_it() {
        let (rest, spot) = (json!({"rest": ["p2"]}), Spot::default());
        let ahead = || serde_json::from_value::<Ahead>(rest.clone()).unwrap();
        assert_eq!(pass_over(At::default()), None, "nothing can be read");
        let comments = At::Comments { post: "p1".into(), spot: spot.clone(), ahead: ahead() };
        assert_eq!(place(&pass_over(comments).unwrap())["post"], "p2");
        let deeper = json!({"token": "a", "pages": 1, "landmark": "", "repeats": 0});
        let posts = At::Posts { spot: serde_json::from_value(deeper).unwrap(), ahead: ahead() };
        assert_eq!(place(&pass_over(posts).unwrap())["post"], "p2", "those that were listed are read");
    }

    #[test]
    fn a_page_without_posts_ends_the_round() {
        let listed = posts(&json!({"data": []}), &Spot::default(), Ahead::default());
        assert!(matches!(listed.onward, Next::RoundEnds(_)));
    }

    #[test]
    fn pages_that_repeat_the_same_items_end_the_list_and_are_reported() {
        let page = fixture::read("facebook/comments.json");
        let ahead: Ahead = serde_json::from_value(json!({"rest": ["p2"]})).unwrap();
        let mut spot = Spot::default();
        for _ in 0..20 {
            let read = comments(&page, "p1".into(), &spot, ahead.clone(), reader());
            let Some(deeper) = read.deeper else {
                assert!(read.suspected_gap);
                assert_eq!(place(&read.onward)["post"], "p2");
                return;
            };
            let At::Comments { spot: next, .. } = crate::platform::paging::resume(Some(&deeper)) else {
                panic!()
            };
            spot = next;
        }
        panic!("still reading the same page");
    }
}
