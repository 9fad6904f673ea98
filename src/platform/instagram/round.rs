//! A round of an account: its newest media, the comments under each, and the replies that did not fit in. No network.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::domain::action::Refusal;
use crate::domain::comment::{Author, Incoming, Written};
use crate::platform::graph::{self, Ahead, Step};
use crate::platform::paging::{Items, Onward, Spot, cursor, resume};
use crate::platform::{Next, Page, PlatformError, json};

/// Comments in a page, the most that Instagram gives.
pub(super) const PAGE_SIZE: usize = 50;
/// The fields of a media item that are read: with them one call tells of fifty which have something new.
pub(super) const MEDIA_FIELDS: &str = "id,timestamp,caption,comments_count";
/// Replies inside a comment from which on there may be more of them: the Graph API's usual page.
const REPLIES_INSIDE: usize = 25;

/// Where a round stands.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Round {
    /// The list that is being read.
    pub(super) list: List,
    /// The media found so far, or those to read after the one at hand.
    ahead: Ahead,
}

/// One of the three kinds of list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum List {
    /// The account's media.
    Media {
        /// Where the list goes on.
        spot: Spot,
    },
    /// The comments under a media item.
    Comments {
        /// The item.
        media: String,
        /// Where its list goes on.
        spot: Spot,
    },
    /// The replies to a comment.
    Replies {
        /// The comment.
        comment: String,
        /// Where its list goes on.
        spot: Spot,
        /// The comments whose replies are read next.
        waiting: Vec<String>,
        /// The media item that all of them stand under.
        media: String,
        /// Where its comments go on afterwards; `None` when they hold nothing more of interest.
        resume: Option<Spot>,
    },
}

impl Default for List {
    fn default() -> Self {
        List::Media { spot: Spot::default() }
    }
}

/// Our account, by what an item may know it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Owner<'a> {
    pub(super) id: &'a str,
    pub(super) username: Option<&'a str>,
}

impl Round {
    /// The place in the list at hand.
    pub(super) fn spot(&self) -> &Spot {
        match &self.list {
            List::Media { spot } | List::Comments { spot, .. } | List::Replies { spot, .. } => spot,
        }
    }

    /// How many items to ask for in a page of the list at hand.
    pub(super) fn page_size(&self) -> usize {
        match self.list {
            List::Media { .. } => self.ahead.page_size(PAGE_SIZE),
            List::Comments { .. } | List::Replies { .. } => PAGE_SIZE,
        }
    }

    /// Whether the list at hand is the account's own.
    pub(super) fn at_media(&self) -> bool {
        matches!(self.list, List::Media { .. })
    }

    /// What the answer to this place's request holds.
    pub(super) fn turn(self, page: &Value, owner: Owner<'_>, now: Timestamp) -> Page {
        let mut ahead = self.ahead;
        match self.list {
            List::Media { spot } => {
                let (onward, gap) = ahead.take(page, &spot, PAGE_SIZE);
                let listed = graph::listed(page, "/timestamp", "/comments_count", "/caption");
                let next = on_to(onward.map(|spot| List::Media { spot }), ahead);
                Page { listed, ..Items::default().whole(next, gap) }
            }
            List::Comments { media, spot } => {
                let (items, waiting) = comments(page, &media, owner, now);
                let (onward, gap) = next_spot(page, &spot, &items);
                let after = |resume| follow(media.clone(), waiting.clone(), resume);
                let deeper = onward.and_then(|spot| after(Some(spot)));
                let deeper = deeper.map(|list| cursor(&Round { list, ahead: ahead.clone() }));
                let page = items.leavable(deeper, on_to(after(None), ahead), gap);
                Page { post: Some(media), ..page }
            }
            // Read to their end, known or not: their order is not written down.
            List::Replies { comment, spot, waiting, media, resume } => {
                let post = Some(media.clone());
                let items = replies(page, post.as_deref(), &comment, owner, now);
                let (onward, gap) = next_spot(page, &spot, &items);
                let list = match onward {
                    Some(spot) => Some(List::Replies { comment, spot, waiting, media, resume }),
                    None => follow(media, waiting, resume),
                };
                Page { post, ..items.whole(on_to(list, ahead), gap) }
            }
        }
    }

    /// The place where a round begins that is a sweep.
    pub(super) fn sweep(mut self) -> Self {
        self.ahead.sweep();
        self
    }

    /// What a refusal at this place means. Among the media the place may be one that was kept from another round: it is looked for.
    pub(super) fn refused(mut self, error: PlatformError) -> Result<Page, PlatformError> {
        match error {
            // What was listed a moment ago was deleted since.
            PlatformError::Refused { reason: Refusal::Gone, .. } if !self.at_media() => Ok(self.skip()),
            PlatformError::Refused { .. } if self.at_media() => match self.ahead.seek() {
                Some(spot) => {
                    let list = List::Media { spot };
                    Ok(Items::default().whole(Next::Page(cursor(&Round { list, ..self })), false))
                }
                None => Err(self.spot().stale(error)),
            },
            error => Err(self.spot().stale(error)),
        }
    }

    /// The way on from a list that cannot be read.
    pub(super) fn pass_over(mut self) -> Option<Next> {
        let list = match self.list {
            List::Media { spot } if spot == Spot::default() => return None,
            List::Media { .. } => {
                self.ahead.cut_short();
                None
            }
            List::Comments { .. } => None,
            List::Replies { waiting, media, resume, .. } => follow(media, waiting, resume),
        };
        Some(on_to(list, self.ahead))
    }

    /// The page of a list under a media item that is no longer there.
    pub(super) fn skip(self) -> Page {
        Items::default().whole(self.pass_over().expect("what stands under media can be left"), false)
    }
}

/// The way on, past the media that are not `due`.
pub(super) fn narrow(next: Next, due: &mut dyn FnMut(&str) -> bool) -> Next {
    let Next::Page(at) = &next else { return next };
    match resume(Some(at)) {
        Round { list: List::Comments { media, spot }, mut ahead } if spot == Spot::default() => {
            ahead.narrow(media, due);
            on_to(None, ahead)
        }
        _ => next,
    }
}

/// On to this list, or to the next media item, or to the round's end.
fn on_to(list: Option<List>, mut ahead: Ahead) -> Next {
    let list = match list {
        Some(list) => list,
        None => match ahead.step() {
            Step::Read(media) => List::Comments { media, spot: Spot::default() },
            Step::List(spot) => List::Media { spot },
            Step::End => return Next::RoundEnds(cursor(&Round { list: List::default(), ahead })),
        },
    };
    Next::Page(cursor(&Round { list, ahead }))
}

/// Whether more may follow a page that names no way on: Instagram is not bound to page its edges, and a full page
/// without a link leaves the rest unreachable.
pub(super) fn is_cut_off(page: &Value) -> bool {
    page.get("paging").is_none() && json::list(page, "/data").len() >= PAGE_SIZE
}

/// Where the list goes on, and whether something may lie beyond reach.
fn next_spot(page: &Value, spot: &Spot, items: &Items) -> (Option<Spot>, bool) {
    match spot.after(items.ids(), graph::next_page(page, PAGE_SIZE)) {
        Onward::To(spot) => (Some(spot), false),
        Onward::Circles => (None, true),
        Onward::Ended => (None, is_cut_off(page)),
    }
}

/// The way on under a media item: first the replies that wait, then the rest of its comments.
fn follow(media: String, mut waiting: Vec<String>, resume: Option<Spot>) -> Option<List> {
    match (waiting.is_empty(), resume) {
        (false, resume) => {
            let comment = waiting.remove(0);
            Some(List::Replies { comment, spot: Spot::default(), waiting, media, resume })
        }
        (true, resume) => resume.map(|spot| List::Comments { media, spot }),
    }
}

/// The comments on a page with the replies inside them, and the comments that have more replies.
fn comments(page: &Value, media: &str, owner: Owner<'_>, now: Timestamp) -> (Items, Vec<String>) {
    let mut items = Items::default();
    let mut waiting = Vec::new();
    for item in json::list(page, "/data") {
        let id = json::id(item, "/id");
        items.take(comment(item, Some(media), None, owner, now));
        let inside = item.get("replies").unwrap_or(&Value::Null);
        for reply in json::list(inside, "/data") {
            items.take(comment(reply, Some(media), id.as_deref(), owner, now));
        }
        let more = inside.pointer("/paging/next").is_some();
        if more || json::list(inside, "/data").len() >= REPLIES_INSIDE {
            waiting.extend(id);
        }
    }
    (items, waiting)
}

/// The replies on a page of `thread`.
pub(super) fn replies(
    page: &Value,
    media: Option<&str>,
    thread: &str,
    owner: Owner<'_>,
    now: Timestamp,
) -> Items {
    let mut items = Items::default();
    for item in json::list(page, "/data") {
        items.take(comment(item, media, Some(thread), owner, now));
    }
    items
}

/// One comment; `thread` is what it stands under, where that is known.
pub(super) fn comment(
    item: &Value,
    media: Option<&str>,
    thread: Option<&str>,
    owner: Owner<'_>,
    now: Timestamp,
) -> Option<Incoming> {
    let author = Author {
        id: json::id(item, "/from/id"),
        name: json::name(item, "/from/username").or_else(|| json::name(item, "/username")),
    };
    let by_id =
        [author.id.clone(), json::id(item, "/user/id")].into_iter().flatten().any(|id| id == owner.id);
    let by_name = author.name.is_some() && author.name.as_deref() == owner.username;
    let written = Written {
        parent_id: json::id(item, "/parent_id").or_else(|| thread.map(str::to_owned)),
        post_id: media.map(str::to_owned),
        created_at: json::time(item, "/timestamp"),
        ours: by_id || by_name,
        hidden: item.get("hidden").and_then(Value::as_bool),
        author: Some(author),
    };
    let text = json::text(item, "/text").unwrap_or_default();
    Some(Incoming::new(json::id(item, "/id")?, text, now, written))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::domain::comment::Mark;
    use crate::platform::fixture::{self, NOW, place};

    const OWNER: Owner<'static> = Owner { id: "17841400008460056", username: Some("moe_uae") };

    fn read(round: Value, page: &str) -> Page {
        turn(round, &fixture::read(page))
    }

    fn turn(round: Value, page: &Value) -> Page {
        let round: Round = serde_json::from_value(round).unwrap();
        round.turn(page, OWNER, NOW.parse().unwrap())
    }

    fn spot() -> Value {
        serde_json::to_value(Spot::default()).unwrap()
    }

    fn under(media: &str, rest: &[&str]) -> Value {
        json!({"list": {"comments": {"media": media, "spot": spot()}}, "ahead": {"rest": rest}})
    }

    #[test]
    fn replies_inside_a_comment_are_read_with_it_and_ours_are_known_by_name() {
        let page = read(under("m1", &[]), "instagram/comments.json");
        let [first, reply, ours] = page.comments.as_slice() else { panic!("{page:?}") };
        assert_eq!((first.parent_id.as_deref(), first.post_id.as_deref()), (None, Some("m1")));
        assert_eq!(reply.parent_id.as_deref(), Some("17870913679156914"));
        assert_eq!((first.ours, reply.ours, ours.ours), (false, false, true));
    }

    #[test]
    fn a_malformed_item_costs_only_itself() {
        let page = read(under("m1", &[]), "instagram/odd.json");
        fixture::assert_odd_page_is_read(&page.comments, page.unreadable, &[Mark::NoTime]);
    }

    #[test]
    fn replies_that_did_not_fit_are_read_before_the_round_goes_on_known_ground_or_not() {
        let page = read(under("m1", &["m2"]), "instagram/comments.json");
        let (onward, deeper) = (place(&page.next(true)), place(&page.next(false)));
        for next in [&onward, &deeper] {
            assert_eq!(next["list"]["replies"]["comment"], "17870913679156914");
        }
        let after = place(&read(onward, "instagram/replies.json").next(false));
        assert_eq!(after["list"]["comments"]["media"], "m2", "known ground: on to the next media");
        let after = place(&read(deeper, "instagram/replies.json").next(true));
        assert_eq!(
            after["list"]["comments"]["spot"]["token"], "QVFIUnZAQaTk",
            "else deeper into the comments"
        );
    }

    #[test]
    fn an_author_without_an_id_is_kept_by_name() {
        let replies = json!({"list": {"replies": {"comment": "c", "spot": spot(), "waiting": [], "media": "m", "resume": null}}, "ahead": {"rest": []}});
        let page = read(replies, "instagram/replies.json");
        let [theirs, ours] = page.comments.as_slice() else { panic!("{page:?}") };
        assert_eq!(theirs.author.as_ref().unwrap().name.as_deref(), Some("omar.k"));
        assert_eq!((theirs.ours, ours.ours), (false, true));
        assert_eq!(theirs.parent_id.as_deref(), Some("c"));
    }

    #[test]
    fn a_full_page_without_any_paging_may_hide_the_rest() {
        let items = |count: usize| json!({"data": (0..count).map(|id| json!({"id": format!("{id}")})).collect::<Vec<_>>()});
        assert!(turn(under("m", &[]), &items(PAGE_SIZE)).suspected_gap);
        assert!(!turn(under("m", &[]), &items(PAGE_SIZE - 1)).suspected_gap);
    }

    #[test]
    fn a_round_lists_the_media_reads_each_and_begins_anew() {
        let start = serde_json::to_value(Round::default()).unwrap();
        let first = place(&read(start, "instagram/media.json").next(true));
        assert_eq!(first["list"]["comments"]["media"], "17895695668004550");
        assert_eq!(first["ahead"]["rest"], json!(["17895695668004551"]));
        let last = turn(under("m", &[]), &json!({"data": []}));
        assert_eq!(last.next(false), Next::RoundEnds(cursor(&Round::default())));
    }

    #[test]
    fn media_that_are_not_due_are_passed_over() {
        let start = serde_json::to_value(Round::default()).unwrap();
        let listed = read(start, "instagram/media.json");
        let [first, second] = listed.listed.as_slice() else { panic!("{listed:?}") };
        assert_eq!([&first.text, &second.text], [&Some("Registration opens on Sunday".to_owned()), &None]);
        assert_eq!((first.published_at, first.said), ("2026-11-20T07:00:00Z".parse().ok(), Some(17)));
        let next = narrow(listed.onward.clone(), &mut |media| media == second.id);
        assert_eq!(place(&next)["list"]["comments"]["media"], second.id);
        assert_eq!(narrow(listed.onward, &mut |_| false), Next::RoundEnds(cursor(&Round::default())));
    }

    #[test]
    fn what_was_deleted_since_it_was_listed_is_passed_over() {
        let round: Round = serde_json::from_value(under("gone", &["m2"])).unwrap();
        assert_eq!(place(&round.skip().next(false))["list"]["comments"]["media"], "m2");
        assert_eq!(Round::default().pass_over(), None, "without the list of media nothing can be read");
    }
}
