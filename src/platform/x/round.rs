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
        let ids: Vec<String> = posts.iter().filter_map(|post| post.number).map(|id| id.to_string()).collect();
        let onward = self
            .spot
            .after(ids.iter().map(String::as_str), json::text(page, "/meta/next_token").map(str::to_owned));
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
        items.whole(self.on_from(onward), gap)
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
