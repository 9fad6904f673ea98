//! A round of an account: mentions, what is written to and by it, its conversations. No network.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::post::{self, Content};
use crate::platform::paging::{Items, Onward, Reader, Spot, cursor};
use crate::platform::{Next, Page, json};

/// How far rounds overlap: X's ids are only roughly in order, and its indexes lag behind.
const OVERLAP: SignedDuration = SignedDuration::from_mins(15);
/// The age at which search no longer accepts an id to begin from is seven days; a day is left to a slow round.
const SEARCH_MEMORY: SignedDuration = SignedDuration::from_hours(6 * 24);
/// Mentions that X will list; beyond them it answers pages without any.
const MENTIONS_MAX: u32 = 800;
/// How far back search reaches.
const SEARCH_WINDOW: SignedDuration = SignedDuration::from_hours(7 * 24);
/// Conversations that one query of 512 characters holds.
const IN_A_QUERY: usize = 12;
/// Conversations of ours that are followed: ten searches in a round, of three hundred in a quarter of an hour.
const CONVERSATIONS_MAX: usize = 120;

/// Where a round stands.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Round {
    /// The list that is being read.
    pub(super) list: List,
    /// The place in it.
    pub(super) spot: Spot,
    /// When the round began; what was written since is left to the next one.
    began: Option<Timestamp>,
    /// How far each list was read before this round. One that is passed over keeps its mark.
    mentions: Mark,
    addressed: Mark,
    followed: Mark,
    /// The newest post of the list at hand that is older than the overlap.
    newest: Option<Seen>,
    /// Conversations that we began, the liveliest first.
    conversations: Vec<Conversation>,
    /// Those that are yet to be searched in this round, as many together as a query holds; the first are being searched.
    searches: Vec<Vec<String>>,
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

/// How far a list was read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Mark {
    /// Where it begins; `None` as far back as it goes.
    since: Option<Seen>,
    /// When the round began that last read it.
    read_at: Option<Timestamp>,
}

/// A conversation that we began.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Conversation {
    id: String,
    /// How far it was read, where that is less far than the others were.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    behind: Option<Mark>,
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
                let ids = self.searches.first()?.iter();
                let terms: Vec<String> = ids.map(|id| format!("conversation_id:{id}")).collect();
                Some(format!("({}) -is:retweet", terms.join(" OR ")))
            }
        }
    }

    /// The id to begin after. Search refuses one that is older than its memory, and a list without one
    /// goes back as far as it can.
    pub(super) fn since_id(&self, now: Timestamp) -> Option<u64> {
        let since = self.mark().since?;
        let remembered = self.list == List::Mentions || now.duration_since(since.at) <= SEARCH_MEMORY;
        remembered.then_some(since.id)
    }

    /// How far the list at hand was read.
    fn mark(&self) -> Mark {
        match self.list {
            List::Mentions => self.mentions,
            List::Addressed => self.addressed,
            List::Conversations => {
                let searched = self.conversations.iter().filter(|one| self.is_searched(one));
                let behind = searched.filter_map(|one| one.behind);
                behind.min_by_key(|mark| mark.since.map(|since| since.id)).unwrap_or(self.followed)
            }
        }
    }

    fn is_searched(&self, conversation: &Conversation) -> bool {
        self.searches.first().is_some_and(|ids| ids.contains(&conversation.id))
    }

    /// The page at this place, read.
    pub(super) fn turn(mut self, page: &Value, reader: Reader<'_>) -> Page {
        let posts = post::read(page, reader);
        let ids: Vec<String> = posts.iter().filter_map(|post| post.number).map(|id| id.to_string()).collect();
        let onward = self.spot.after(ids.iter().map(String::as_str), next_page(page));
        let mut gap = onward == Onward::Circles || self.was_forgotten();
        let (mut items, mut listed) = (Items::default(), Vec::new());
        for post in posts {
            self.seen(post.number, post.at);
            match post.content {
                Content::Comment(comment) => items.take(Some(comment)),
                Content::Unreadable => items.take(None),
                Content::Ours(post) => listed.push(post),
                Content::NoComment => {}
            }
            if let Some(conversation) = post.our_conversation {
                gap |= self.follow(conversation);
            }
        }
        gap |= onward == Onward::Ended && self.mentions_ran_out();
        let next = match onward {
            Onward::To(spot) => Next::Page(cursor(&Round { spot, ..self })),
            Onward::Ended | Onward::Circles => self.read_to_its_end(),
        };
        Page { listed, ..items.whole(next, gap) }
    }

    /// Moves the start of the next round on, to the newest post that is older than the overlap.
    fn seen(&mut self, id: Option<u64>, at: Option<Timestamp>) {
        let (Some(id), Some(at), Some(began)) = (id, at, self.began) else { return };
        let settled = at <= began.checked_sub(OVERLAP).unwrap_or(Timestamp::MIN);
        if settled && self.newest.is_none_or(|newest| newest.id < id) {
            self.newest = Some(Seen { id, at });
        }
    }

    /// Follows a conversation; returns whether another is lost sight of for it. One that began before the others were read up to
    /// was not among them: it is read as far back as search goes.
    fn follow(&mut self, id: String) -> bool {
        let known = self.conversations.iter().position(|followed| followed.id == id);
        let conversation = known.map(|at| self.conversations.remove(at)).unwrap_or_else(|| {
            let others = self.followed.since;
            let is_behind =
                others.zip(id.parse().ok()).is_some_and(|(others, root): (_, u64)| root <= others.id);
            Conversation { id, behind: is_behind.then(Mark::default) }
        });
        self.conversations.insert(0, conversation);
        let is_beyond = self.conversations.len() > CONVERSATIONS_MAX;
        self.conversations.truncate(CONVERSATIONS_MAX);
        is_beyond
    }

    /// Whether search has forgotten some of what was written since it was last asked.
    fn was_forgotten(&self) -> bool {
        let since = self.addressed.read_at.zip(self.began);
        let is_first = self.list == List::Addressed && self.spot == Spot::default();
        is_first && since.is_some_and(|(read_at, began)| began.duration_since(read_at) > SEARCH_WINDOW)
    }

    /// Whether the mentions since the last round were more than X lists.
    fn mentions_ran_out(&self) -> bool {
        let read = (self.spot.pages_before() + 1) * 100;
        self.list == List::Mentions && self.mentions.since.is_some() && read >= MENTIONS_MAX
    }

    /// The way on from a list that cannot be read.
    pub(super) fn pass_over(mut self) -> Option<Next> {
        match self.list {
            List::Mentions if self.spot == Spot::default() => return None,
            List::Mentions | List::Addressed => {}
            List::Conversations => self.searched_were(|behind, others| behind.or(Some(others))),
        }
        Some(self.next_list())
    }

    fn read_to_its_end(mut self) -> Next {
        match self.list {
            List::Mentions => self.mentions = self.up_to_here(self.mentions),
            List::Addressed => self.addressed = self.up_to_here(self.addressed),
            List::Conversations => self.searched_were(|_, _| None),
        }
        self.next_list()
    }

    fn up_to_here(&self, former: Mark) -> Mark {
        Mark { since: self.newest.or(former.since), read_at: self.began }
    }

    /// Marks the conversations that are being searched, by how far they were behind and how far the others are.
    fn searched_were(&mut self, behind: impl Fn(Option<Mark>, Mark) -> Option<Mark>) {
        let searched = self.searches.first().cloned().unwrap_or_default();
        for one in self.conversations.iter_mut().filter(|one| searched.contains(&one.id)) {
            one.behind = behind(one.behind, self.followed);
        }
    }

    fn next_list(mut self) -> Next {
        self.spot = Spot::default();
        match self.list {
            List::Mentions => (self.list, self.newest) = (List::Addressed, None),
            List::Addressed => {
                (self.list, self.newest) = (List::Conversations, None);
                self.searches = searches(&self.conversations);
            }
            List::Conversations => drop(self.searches.remove(0)),
        }
        if self.list != List::Conversations || !self.searches.is_empty() {
            return Next::Page(cursor(&self));
        }
        let followed = self.up_to_here(self.followed);
        let Round { mentions, addressed, conversations, .. } = self;
        Next::RoundEnds(cursor(&Round { mentions, addressed, followed, conversations, ..Round::default() }))
    }
}

/// Conversations by the query that searches them. Those that are behind go by themselves, for a search begins in one place.
fn searches(conversations: &[Conversation]) -> Vec<Vec<String>> {
    let (behind, others): (Vec<_>, Vec<_>) = conversations.iter().partition(|one| one.behind.is_some());
    let queries = behind.chunks(IN_A_QUERY).chain(others.chunks(IN_A_QUERY));
    queries.map(|query| query.iter().map(|one| one.id.clone()).collect()).collect()
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
        let [post] = page.listed.as_slice() else { panic!("{:?}", page.listed) };
        assert_eq!(
            (post.id.as_str(), post.text.as_deref()),
            ("1990700000000000001", Some("Registration for the programme"))
        );
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

    fn posts(seconds: &[(u64, i64)]) -> Value {
        let began: Timestamp = NOW.parse().unwrap();
        let posts = seconds.iter().map(|(id, ago)| {
            json!({"id": id.to_string(), "created_at": (began - SignedDuration::from_secs(*ago)).to_string()})
        });
        json!({"data": posts.collect::<Vec<_>>(), "meta": {}})
    }

    fn begins_at(round: &Round, list: List) -> Option<u64> {
        Round { list, ..round.clone() }.since_id(NOW.parse().unwrap())
    }

    fn mark(id: u64, hours_ago: i64) -> Mark {
        let at = NOW.parse::<Timestamp>().unwrap() - SignedDuration::from_hours(hours_ago);
        Mark { since: Some(Seen { id, at }), read_at: Some(at) }
    }

    #[test]
    fn the_next_round_begins_at_the_newest_post_older_than_the_overlap() {
        let mentions = posts(&[(900, 10), (800, 899), (700, 900), (600, 2_000)]);
        let first = resumed(&turn(search(List::Mentions), &mentions).next(true));
        let ended = turn(first, &posts(&[(750, 950), (850, 100)])).next(true);
        assert!(matches!(ended, Next::RoundEnds(_)));
        let next = resumed(&ended);
        assert_eq!(
            (begins_at(&next, List::Mentions), begins_at(&next, List::Addressed)),
            (Some(700), Some(750))
        );
        assert_eq!(next.began, None);
        // A quiet round keeps the place.
        let quiet = resumed(&turn(Round { list: List::Addressed, ..next }, &posts(&[])).next(true));
        assert_eq!(begins_at(&quiet, List::Addressed), Some(750));
    }

    #[test]
    fn a_list_that_is_passed_over_begins_in_the_next_round_where_it_did_in_this_one() {
        let round = Round { mentions: mark(500, 1), addressed: mark(500, 1), ..Round::default() };
        assert_eq!(round.clone().begun(NOW.parse().unwrap()).pass_over(), None, "nothing can be read");
        let addressed = resumed(&turn(round, &posts(&[(600, 2_000)])).next(true));
        let next = resumed(&addressed.pass_over().unwrap());
        assert_eq!(
            (begins_at(&next, List::Mentions), begins_at(&next, List::Addressed)),
            (Some(600), Some(500))
        );
    }

    #[test]
    fn search_begins_without_an_id_that_it_would_refuse_as_too_old() {
        let round = |list, hours| Round {
            list,
            mentions: mark(7, hours),
            addressed: mark(7, hours),
            ..Round::default()
        };
        let now = NOW.parse().unwrap();
        assert_eq!(round(List::Addressed, 6 * 24).since_id(now), Some(7));
        assert_eq!(round(List::Addressed, 6 * 24 + 1).since_id(now), None);
        assert_eq!(round(List::Mentions, 30 * 24).since_id(now), Some(7), "mentions have no such window");
    }

    #[test]
    fn what_search_forgot_while_nobody_asked_is_a_suspected_gap_and_a_quiet_week_is_none() {
        let gap =
            |list, addressed| turn(Round { list, addressed, ..Round::default() }, &posts(&[])).suspected_gap;
        assert!(gap(List::Addressed, mark(7, 7 * 24 + 1)));
        assert!(!gap(List::Addressed, mark(7, 7 * 24)));
        assert!(!gap(List::Mentions, mark(7, 30 * 24)), "they reach further back");
        let quiet = Mark { read_at: mark(7, 1).read_at, ..mark(7, 30 * 24) };
        assert!(!gap(List::Addressed, quiet), "nothing was written, and it was asked for");
        assert!(!gap(List::Addressed, Mark::default()), "what was before the first round is nobody's loss");
    }

    #[test]
    fn every_conversation_is_searched_in_each_round_by_the_query_full() {
        let mut round = search(List::Addressed);
        for id in 0..40_u64 {
            assert!(!round.follow((9_999_999_999_999_999_900 + id).to_string()));
        }
        let mut searched = Vec::new();
        let mut next = turn(round, &posts(&[])).next(true);
        while let Next::Page(_) = next {
            let round = resumed(&next);
            let query = round.search("a_handle_of_15_").unwrap();
            assert!(query.len() <= 512, "{} characters", query.len());
            searched.extend(round.searches[0].clone());
            next = turn(round, &posts(&[])).next(true);
        }
        searched.sort();
        let all: Vec<String> = (0..40_u64).map(|id| (9_999_999_999_999_999_900 + id).to_string()).collect();
        assert_eq!(searched, all);
        let page = turn(search(List::Addressed), &fixture::read("x/search.json"));
        assert_eq!(resumed(&page.next(true)).conversations[0].id, "1990700000000000001");
    }

    #[test]
    fn a_query_stays_the_same_from_page_to_page_whatever_is_found() {
        let mut round = search(List::Conversations);
        let ids = ["1990700000000000001", "7"];
        round.conversations =
            ids.iter().rev().map(|id| Conversation { id: (*id).into(), behind: None }).collect();
        round.searches = searches(&round.conversations);
        let query = round.search("us");
        let deeper = resumed(&turn(round, &fixture::read("x/search.json")).next(true));
        assert_eq!(deeper.conversations[0].id, ids[0], "it is the livelier one now");
        assert_eq!(deeper.search("us"), query);
    }

    #[test]
    fn a_conversation_that_is_lost_sight_of_is_a_suspected_gap_and_is_read_anew_when_it_comes_back() {
        let mut round = Round { list: List::Addressed, followed: mark(5_000, 1), ..Round::default() };
        for id in 0..CONVERSATIONS_MAX {
            assert!(!round.follow((6_000 + id).to_string()));
        }
        assert!(round.follow("7000".into()), "the first of them is followed no more");
        assert!(round.conversations.iter().all(|one| one.behind.is_none()), "all of these began later");
        round.follow("4000".into());
        round.follow("6050".into());
        let mut next = turn(round, &posts(&[])).next(true);
        let behind = resumed(&next);
        assert_eq!(
            (behind.searches[0].as_slice(), behind.since_id(NOW.parse().unwrap())),
            (["4000".to_owned()].as_slice(), None)
        );
        next = turn(behind, &posts(&[(5_500, 2_000)])).next(true);
        let others = resumed(&next);
        assert_eq!(
            (others.searches[0].len(), others.since_id(NOW.parse().unwrap())),
            (IN_A_QUERY, Some(5_000))
        );
        let missed = others.searches[0][0].clone();
        next = others.pass_over().unwrap();
        while let Next::Page(_) = next {
            next = turn(resumed(&next), &posts(&[])).next(true);
        }
        let ended = resumed(&next);
        assert_eq!(ended.followed.since.unwrap().id, 5_500);
        let of = |id: &str| ended.conversations.iter().find(|one| one.id == id).unwrap().behind;
        assert_eq!(
            (of("4000"), of(&missed)),
            (None, Some(mark(5_000, 1))),
            "what could not be searched is behind now"
        );
    }

    #[test]
    fn mentions_beyond_the_listable_are_a_suspected_gap() {
        let mut round = Round { mentions: mark(1, 0), ..Round::default() };
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
