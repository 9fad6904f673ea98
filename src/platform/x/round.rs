//! A round of an account: mentions, what is written to and by it, its conversations. No network.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::post::{self, Content};
use crate::domain::quota::X_POST_READ;
use crate::platform::paging::{Items, Onward, Reader, Spot, cursor};
use crate::platform::{Next, Page, json};

/// How far rounds overlap: X's ids are only roughly in order, and its indexes lag behind.
const OVERLAP: SignedDuration = SignedDuration::from_mins(15);
/// The age at which search no longer accepts an id to begin from is seven days; a day is left to a slow round.
const SEARCH_MEMORY: SignedDuration = SignedDuration::from_hours(6 * 24);
/// Mentions that X will list; beyond them it answers pages without any.
const MENTIONS_MAX: u32 = 800;
/// Conversations of ours that are followed: as many as a query of 512 characters holds.
const CONVERSATIONS_MAX: usize = 12;

/// Where a round stands.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Round {
    /// The list that is being read.
    pub(super) list: List,
    /// The place in it.
    pub(super) spot: Spot,
    /// When the round began; what was written since is left to the next one.
    began: Option<Timestamp>,
    /// Where all lists of this round begin.
    since: Option<Seen>,
    /// Where those of the next one do.
    next_since: Option<Seen>,
    /// Conversations that we began, the liveliest first.
    conversations: Vec<String>,
}

/// The lists of a round.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum List {
    /// Posts that name the account.
    #[default]
    Mentions,
    /// Posts to the account, and its own: our replies stop clocks, our posts begin conversations.
    Addressed,
    /// Posts in conversations that we began, whoever they are addressed to.
    Conversations,
}

/// A post that we have read up to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Seen {
    id: u64,
    at: Timestamp,
}

impl Round {
    /// The round, begun at `now` unless it was before.
    pub(super) fn begun(mut self, now: Timestamp) -> Self {
        self.began.get_or_insert(now);
        self
    }

    /// What to search for; `None` for the list that is no search.
    pub(super) fn search(&self, handle: &str) -> Option<String> {
        match self.list {
            List::Mentions => None,
            List::Addressed => Some(format!("(to:{handle} OR from:{handle}) -is:retweet")),
            List::Conversations => {
                let terms: Vec<String> =
                    self.conversations.iter().map(|id| format!("conversation_id:{id}")).collect();
                Some(format!("({}) -is:retweet", terms.join(" OR ")))
            }
        }
    }

    /// The id to begin after. Search refuses one that is older than its memory, and a list without one
    /// goes back as far as it can.
    pub(super) fn since_id(&self, now: Timestamp) -> Option<u64> {
        let since = self.since?;
        let remembered = self.list == List::Mentions || now.duration_since(since.at) <= SEARCH_MEMORY;
        remembered.then_some(since.id)
    }

    /// The page at this place, read.
    pub(super) fn turn(mut self, page: &Value, reader: Reader<'_>) -> Page {
        let posts = post::read(page, reader);
        let cost = X_POST_READ.saturating_mul(i64::try_from(posts.len()).unwrap_or(i64::MAX));
        let ids: Vec<String> = posts.iter().filter_map(|post| post.number).map(|id| id.to_string()).collect();
        let onward = self.spot.after(ids.iter().map(String::as_str), next_page(page));
        let mut items = Items::default();
        for post in posts {
            self.seen(post.number, post.at);
            match post.content {
                Content::Comment(comment) => items.take(Some(comment)),
                Content::Unreadable => items.take(None),
                Content::NoComment => {}
            }
            if let Some(conversation) = post.our_conversation {
                self.follow(conversation);
            }
        }
        let cut_off = onward == Onward::Ended && self.mentions_ran_out();
        let gap = onward == Onward::Circles || cut_off;
        Page { cost, ..items.whole(self.on_from(onward), gap) }
    }

    /// Moves the start of the next round on, to the newest post that is older than the overlap.
    fn seen(&mut self, id: Option<u64>, at: Option<Timestamp>) {
        let (Some(id), Some(at), Some(began)) = (id, at, self.began) else { return };
        let settled = at <= began.checked_sub(OVERLAP).unwrap_or(Timestamp::MIN);
        if settled && self.next_since.is_none_or(|newest| newest.id < id) {
            self.next_since = Some(Seen { id, at });
        }
    }

    fn follow(&mut self, conversation: String) {
        self.conversations.retain(|followed| *followed != conversation);
        self.conversations.insert(0, conversation);
        self.conversations.truncate(CONVERSATIONS_MAX);
    }

    /// Whether the mentions since the last round were more than X lists.
    fn mentions_ran_out(&self) -> bool {
        let read = (self.spot.pages_before() + 1) * 100;
        self.list == List::Mentions && self.since.is_some() && read >= MENTIONS_MAX
    }

    fn on_from(self, onward: Onward) -> Next {
        let spot = Spot::default();
        match (onward, self.list) {
            (Onward::To(spot), _) => Next::Page(cursor(&Round { spot, ..self })),
            (_, List::Mentions) => Next::Page(cursor(&Round { list: List::Addressed, spot, ..self })),
            (_, List::Addressed) if !self.conversations.is_empty() => {
                Next::Page(cursor(&Round { list: List::Conversations, spot, ..self }))
            }
            (_, List::Addressed | List::Conversations) => Next::RoundEnds(cursor(&Round {
                since: self.next_since.or(self.since),
                conversations: self.conversations,
                ..Round::default()
            })),
        }
    }
}

/// X's word for the page after this one.
pub(super) fn next_page(page: &Value) -> Option<String> {
    json::text(page, "/meta/next_token").map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::platform::fixture::{self, NOW, place};

    const US: &str = "2244994945";

    fn turn(round: Round, page: &Value) -> Page {
        let now = NOW.parse().unwrap();
        round.begun(now).turn(page, Reader { account: US, now })
    }

    fn search(list: List) -> Round {
        Round { list, ..Round::default() }
    }

    fn resumed(next: &Next) -> Round {
        match next {
            Next::Page(cursor) | Next::RoundEnds(cursor) => crate::platform::paging::resume(Some(cursor)),
        }
    }

    #[test]
    fn both_vocabularies_say_the_same() {
        let new = turn(search(List::Addressed), &fixture::read("x/search.json"));
        let old = turn(search(List::Addressed), &fixture::read("x/search_tweet_vocabulary.json"));
        assert_eq!(new.comments, old.comments);
        assert_eq!(new.next(true), old.next(true));
    }

    #[test]
    fn our_reply_is_ours_and_neither_our_posts_nor_reposts_are_comments() {
        let page = turn(search(List::Addressed), &fixture::read("x/search.json"));
        let [ours, mention, reply] = page.comments.as_slice() else { panic!("{page:?}") };
        assert!(ours.ours);
        assert_eq!(
            ours.parent_id.as_deref(),
            Some("1990712345678901251"),
            "so that it stops that comment's clock"
        );
        assert_eq!(
            (reply.parent_id.as_deref(), reply.post_id.as_deref()),
            (None, Some("1990700000000000001"))
        );
        assert_eq!(reply.author.as_ref().unwrap().name.as_deref(), Some("Sara M"));
        assert_eq!(mention.text, "@MOEUAE a long story, told to its end");
        assert_eq!(mention.platform_id, "1990713333333333333", "an edit keeps the id of the first version");
        assert_eq!(page.unreadable, 0);
    }

    #[test]
    fn a_malformed_item_costs_only_itself() {
        let page = turn(search(List::Mentions), &fixture::read("x/odd.json"));
        // An id tells the time where the post does not.
        fixture::assert_odd_page_is_read(&page.comments, page.unreadable, &[]);
        assert_eq!(page.comments[8].created_at.unwrap().strftime("%F").to_string(), "2025-11-18");
    }

    #[test]
    fn an_answer_without_data_is_an_empty_page() {
        let page = turn(search(List::Mentions), &fixture::read("x/nothing_new.json"));
        assert!(page.comments.is_empty() && !page.suspected_gap);
        assert_eq!(place(&page.next(true))["list"], "addressed");
    }

    #[test]
    fn a_list_is_read_to_its_end_whatever_is_known() {
        let page = turn(search(List::Mentions), &fixture::read("x/search.json"));
        let next = resumed(&page.next(true));
        assert_eq!((next.list, next.spot.token.as_deref()), (List::Mentions, Some("b26v89c19zqg8o3f")));
    }

    #[test]
    fn the_next_round_begins_at_the_newest_post_older_than_the_overlap() {
        let page = |seconds: &[(u64, i64)]| {
            let began: Timestamp = NOW.parse().unwrap();
            let posts = seconds.iter().map(|(id, ago)| {
                json!({"id": id.to_string(), "created_at": (began - SignedDuration::from_secs(*ago)).to_string()})
            });
            json!({"data": posts.collect::<Vec<_>>(), "meta": {}})
        };
        let first = resumed(
            &turn(search(List::Mentions), &page(&[(900, 10), (800, 899), (700, 900), (600, 2_000)]))
                .next(true),
        );
        let ended = turn(first, &page(&[(750, 950), (850, 100)])).next(true);
        assert!(matches!(ended, Next::RoundEnds(_)));
        let next = resumed(&ended);
        assert_eq!(next.since_id(NOW.parse().unwrap()), Some(750));
        assert_eq!(next.began, None);
        // A quiet round keeps the place.
        let quiet = resumed(&turn(Round { list: List::Addressed, ..next }, &page(&[])).next(true));
        assert_eq!(quiet.since_id(NOW.parse().unwrap()), Some(750));
    }

    #[test]
    fn search_begins_without_an_id_that_it_would_refuse_as_too_old() {
        let now: Timestamp = NOW.parse().unwrap();
        let seen = |hours| Some(Seen { id: 7, at: now - SignedDuration::from_hours(hours) });
        let round = |list, hours| Round { list, since: seen(hours), ..Round::default() };
        assert_eq!(round(List::Addressed, 6 * 24).since_id(now), Some(7));
        assert_eq!(round(List::Addressed, 6 * 24 + 1).since_id(now), None);
        assert_eq!(round(List::Mentions, 30 * 24).since_id(now), Some(7), "mentions have no such window");
    }

    #[test]
    fn the_liveliest_of_our_conversations_are_followed_within_a_querys_length() {
        let mut round = search(List::Conversations);
        for id in 0..40_u64 {
            round.follow((9_999_999_999_999_999_900 + id).to_string());
        }
        let query = round.search("a_handle_of_15_").unwrap();
        assert!(query.len() <= 512, "{} characters", query.len());
        assert!(query.starts_with("(conversation_id:9999999999999999939 OR "), "{query}");
        let page = turn(search(List::Addressed), &fixture::read("x/search.json"));
        assert_eq!(resumed(&page.next(true)).conversations, ["1990700000000000001"]);
    }

    #[test]
    fn mentions_beyond_the_listable_are_a_suspected_gap() {
        let mut round = Round { since: Some(Seen { id: 1, at: NOW.parse().unwrap() }), ..Round::default() };
        for number in 0..7 {
            let page =
                json!({"data": [{"id": format!("{number}")}], "meta": {"next_token": format!("t{number}")}});
            let page = turn(round, &page);
            assert!(!page.suspected_gap);
            round = resumed(&page.next(true));
        }
        assert!(turn(round, &json!({"data": [{"id": "8"}], "meta": {}})).suspected_gap);
    }
}
