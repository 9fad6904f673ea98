//! What waits for a person, most urgent first.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;

use crate::domain::comment::{Comment, CommentId, Platform, SourceId, UnknownWord};
use crate::domain::judge::Kind;
use crate::domain::policy::ClauseId;

use super::super::decisions::LastDecision;
use super::super::replies::Clock;
use super::super::{Store, StoreError};

/// Which comments to list.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum ListState {
    /// All that needs a person: a decision or a reply. The list of a working day.
    #[default]
    Waiting,
    /// A person must decide.
    Review,
    /// A reply is owed.
    AwaitingReply,
    /// A reply is owed and late.
    Overdue,
    /// The public cannot see them, through us.
    Hidden,
    /// All of the public's comments.
    All,
}

impl ListState {
    /// Every state.
    pub const ALL: [ListState; 6] = [
        ListState::Waiting,
        ListState::Review,
        ListState::AwaitingReply,
        ListState::Overdue,
        ListState::Hidden,
        ListState::All,
    ];

    /// The word for it in commands and URLs.
    pub fn as_str(self) -> &'static str {
        match self {
            ListState::Waiting => "waiting",
            ListState::Review => "review",
            ListState::AwaitingReply => "awaiting_reply",
            ListState::Overdue => "overdue",
            ListState::Hidden => "hidden",
            ListState::All => "all",
        }
    }
}

impl FromStr for ListState {
    type Err = UnknownWord;

    fn from_str(word: &str) -> Result<Self, UnknownWord> {
        ListState::ALL
            .into_iter()
            .find(|state| state.as_str() == word)
            .ok_or_else(|| UnknownWord::new("state", word, ListState::ALL.map(ListState::as_str)))
    }
}

/// What to list.
#[derive(Debug, Clone, Default)]
pub struct ListFilter {
    /// Which comments.
    pub state: ListState,
    /// Only of this platform.
    pub platform: Option<Platform>,
    /// Only of this source.
    pub source: Option<SourceId>,
    /// Only of this kind, by the latest decision.
    pub kind: Option<Kind>,
    /// Only with this clause, by the latest decision.
    pub clause: Option<ClauseId>,
    /// At most so many.
    pub limit: u32,
    /// Go on after this row.
    pub after: Option<ListKey>,
}

/// The place of a row in a list, to go on from. Written `ID` or `ID.DUE`, safe in a URL.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ListKey {
    /// The comment.
    pub id: CommentId,
    /// When its reply is due, where it is owed one.
    pub due_at: Option<Timestamp>,
}

impl fmt::Display for ListKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.due_at {
            Some(due_at) => write!(f, "{}.{}", self.id, due_at.as_microsecond()),
            None => write!(f, "{}", self.id),
        }
    }
}

impl FromStr for ListKey {
    type Err = UnknownWord;

    fn from_str(word: &str) -> Result<Self, UnknownWord> {
        let read = || {
            let (id, due) = word.split_once('.').map_or((word, None), |(id, due)| (id, Some(due)));
            let due_at = match due {
                Some(due) => Some(Timestamp::from_microsecond(due.parse().ok()?).ok()?),
                None => None,
            };
            Some(ListKey { id: CommentId(id.parse().ok()?), due_at })
        };
        read().ok_or_else(|| UnknownWord::new("place in a list", word, ["the `after` of the page before"]))
    }
}

/// A comment in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListRow {
    /// The comment, with its latest text.
    pub comment: Comment,
    /// The decision that rules.
    pub last: Option<LastDecision>,
    /// Its reply clock: the open one, else the latest.
    pub clock: Option<Clock>,
    /// The act that is queued or on its way: `hide`, `unhide` or `reply`.
    pub pending: Option<&'static str>,
    /// Where the next page of the list begins, if this row is the last of its page.
    pub key: ListKey,
}

/// The comments that `filter` asks for. With an open clock first, by deadline; then those without, oldest first. `Hidden`
/// and `All` are listed newest first.
///
/// # Errors
/// The database failed.
pub async fn list(_store: &Store, _filter: &ListFilter, _now: Timestamp) -> Result<Vec<ListRow>, StoreError> {
    todo!()
}
