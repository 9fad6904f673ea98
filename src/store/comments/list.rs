//! What waits for a person, most urgent first.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use sqlx::any::AnyRow;

use crate::domain::comment::{Comment, CommentId, Platform, SourceId, UnknownWord};
use crate::domain::holder::Holder;
use crate::domain::judge::Kind;
use crate::domain::policy::ClauseId;

use super::super::decisions::{self, LAST, LATEST, LastDecision};
use super::super::error::Doing;
use super::super::replies::{self, CLOCK, Clock, ClockState};
use super::super::sql::{self, Columns, micros};
use super::super::{Store, StoreError};
use super::row::{self, COMMENT};

/// Which comments to list.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum ListState {
    /// All that needs a person: a decision or a reply. The list of a working day.
    #[default]
    Waiting,
    /// A person must decide, whether the public sees them meanwhile or not.
    Review,
    /// A reply is owed.
    AwaitingReply,
    /// A reply is owed and late.
    Overdue,
    /// The public cannot see them, through us, and nothing about them is left to decide.
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
    /// Only what is in these hands now.
    pub holder: Option<Holder>,
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
    /// Its clock: of the open ones that which is due first, else the latest.
    pub clock: Option<Clock>,
    /// Its first reply: of the open clock, else of the latest.
    pub first_reply: Option<FirstReply>,
    /// Who has it.
    pub holder: Holder,
    /// The act that is queued or on its way: `hide`, `unhide`, `reply` or `acknowledge`.
    pub pending: Option<&'static str>,
    /// Where the next page of the list begins, if this row is the last of its page.
    pub key: ListKey,
}

/// What is owed to a comment first, and whether it was given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FirstReply {
    /// When it is due; never while the clock stands still.
    pub due_at: Option<Timestamp>,
    /// When it was given.
    pub replied_at: Option<Timestamp>,
}

/// Where a comment without a running clock stands among deadlines: after all of them.
const NO_DEADLINE: i64 = i64::MAX;

/// The comments that `filter` asks for: those with a running clock first, by deadline, then those without, oldest first.
/// `Hidden` and `All` are listed newest first.
///
/// # Errors
/// The database failed.
pub async fn list(store: &Store, filter: &ListFilter, now: Timestamp) -> Result<Vec<ListRow>, StoreError> {
    let (source, holder) = (
        filter.source.as_ref().map(|source| source.0.clone()),
        filter.holder.as_ref().map(ToString::to_string),
    );
    if [&source, &holder].into_iter().flatten().any(|name| name.contains('\0')) {
        return Ok(Vec::new()); // Nothing has such a name, and PostgreSQL takes none as a value.
    }
    let due_at = format!("case when k.state = 'running' then k.due_at else {NO_DEADLINE} end");
    let (after, order) = match (filter.state, filter.after) {
        (ListState::Hidden | ListState::All, None) => ("true".to_owned(), "c.id desc".to_owned()),
        (ListState::Hidden | ListState::All, Some(_)) => ("c.id < $3".to_owned(), "c.id desc".to_owned()),
        (_, None) => ("true".to_owned(), format!("{due_at}, c.id")),
        (_, Some(_)) => (format!("({due_at}, c.id) > ($2, $3)"), format!("{due_at}, c.id")),
    };
    let (which, hands) = (which(filter.state), hands(filter.holder.as_ref()));
    let query = sql::query(format!(
        "select {COMMENT}, {LAST}, {CLOCK}, (
                 select o.act from action o where o.comment = c.id and o.state in ('queued', 'started')
                 order by o.id limit 1) as pending,
             h.holder, f.id as first_id, f.due_at as first_due_at,
             case when f.state = 'answered' then f.settled_at end as first_replied_at
         from comment c
             join revision r on r.comment = c.id and r.number = c.revision
             left join decision d on d.id = {LATEST}
             left join reply_clock f on f.id = (
                 select max(x.id) from reply_clock x where x.comment = c.id and x.clock = 'first_reply')
             left join reply_clock k on k.id = (
                 select x.id from reply_clock x where x.comment = c.id
                 order by case x.state when 'running' then x.due_at when 'paused' then {NO_DEADLINE} - 1
                     else {NO_DEADLINE} end, x.id desc
                 limit 1)
             left join holding h on h.id = (
                 select x.id from holding x where x.comment = c.id order by x.from_at desc, x.id desc limit 1)
         where c.written_by = 'public' and {which} and {after}
             and ($4 is null or c.platform = $4) and ($5 is null or c.source = $5)
             and ($6 is null or d.kind = $6) and ($7 is null or d.clause = $7)
             and {hands} and ($9 is null or coalesce(h.holder, 'unassigned') = $9)
         order by {order} limit $8"
    ));
    let after = filter.after.unwrap_or(ListKey { id: CommentId(0), due_at: None });
    let rows = query
        .bind(micros(now))
        .bind(after.due_at.map_or(NO_DEADLINE, micros))
        .bind(after.id.0)
        .bind(filter.platform.map(Platform::as_str))
        .bind(source)
        .bind(filter.kind.map(Kind::as_str))
        .bind(filter.clause.map(ClauseId::as_str))
        .bind(i64::from(filter.limit))
        .bind(holder)
        .fetch_all(&store.readers)
        .await
        .doing("list the comments")?;
    rows.iter().map(listed).collect()
}

/// Which comments are in a state, found through the indexes of what is open, not by reading them all.
fn which(state: ListState) -> &'static str {
    match state {
        ListState::Waiting => {
            "c.id in (select w.comment from reply_clock w where w.state in ('running', 'paused')
                 union select w.comment from decision w where w.verdict = 'review')
             and (k.state in ('running', 'paused') or (d.verdict = 'review' and c.visibility in ('visible', 'hidden')))"
        }
        ListState::Review => {
            "c.id in (select w.comment from decision w where w.verdict = 'review')
             and d.verdict = 'review' and c.visibility in ('visible', 'hidden')"
        }
        ListState::AwaitingReply => {
            "c.id in (select w.comment from reply_clock w where w.state in ('running', 'paused') and w.clock <> 'solve')"
        }
        ListState::Overdue => {
            "c.id in (select w.comment from reply_clock w where w.state = 'running' and w.due_at < $1
                 and w.clock <> 'solve')"
        }
        ListState::Hidden => "c.visibility = 'hidden' and coalesce(d.verdict, '') <> 'review'",
        ListState::All => "true",
    }
}

/// What was ever in somebody's hands, found through the index of holders; what is nobody's was mostly never anybody's.
fn hands(holder: Option<&Holder>) -> &'static str {
    match holder {
        None | Some(Holder::Unassigned) => "true",
        Some(_) => "c.id in (select w.comment from holding w where w.holder = $9)",
    }
}

fn listed(row: &AnyRow) -> Result<ListRow, StoreError> {
    let columns = Columns::of("comment", row);
    let comment = row::comment(&columns)?;
    let clock = replies::clock_or_none(&columns)?;
    let running = clock.as_ref().filter(|clock| clock.state == ClockState::Running);
    let key = ListKey { id: comment.id, due_at: running.and_then(|clock| clock.timing.due.at()) };
    let first_reply = match columns.get::<Option<i64>>("first_id")? {
        Some(_) => Some(FirstReply {
            due_at: columns.instant_or_null("first_due_at")?,
            replied_at: columns.instant_or_null("first_replied_at")?,
        }),
        None => None,
    };
    let pending = match columns.get::<Option<&str>>("pending")? {
        None => None,
        Some("hide") => Some("hide"),
        Some("unhide") => Some("unhide"),
        Some("reply") => Some("reply"),
        Some("acknowledge") => Some("acknowledge"),
        Some(other) => return Err(columns.unreadable("act", other.to_owned())),
    };
    let holder = columns.word_or_null("holder")?.unwrap_or(Holder::Unassigned);
    Ok(ListRow { comment, last: decisions::last(&columns)?, clock, first_reply, holder, pending, key })
}
