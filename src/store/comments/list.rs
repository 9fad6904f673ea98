//! Lists of comments: what needs a person, most urgent first, and what there is, newest first.
//!
//! Which comments a page holds is [`page`]'s to say; here each gets what a row shows of it.

mod page;
mod words;

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
use super::super::rows::{Rows, Type};
use super::super::sql::{self, Columns, Conditions};
use super::super::{Store, StoreError};
use super::row::{self, COMMENT};
use crate::domain::reply::Language;
use crate::domain::text::sought;

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
    /// A clock of theirs stands still.
    Paused,
    /// A reply to them is written, and a second person must let it leave.
    AwaitingApproval,
    /// The public cannot see them, through us, and nothing about them is left to decide.
    Hidden,
    /// All of the public's comments.
    All,
}

impl ListState {
    /// Every state.
    pub const ALL: [ListState; 8] = [
        ListState::Waiting,
        ListState::Review,
        ListState::AwaitingReply,
        ListState::Overdue,
        ListState::Paused,
        ListState::AwaitingApproval,
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
            ListState::Paused => "paused",
            ListState::AwaitingApproval => "awaiting_approval",
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
    /// Only in this language.
    pub language: Option<Language>,
    /// Only what is owed an answer before this instant.
    pub due_before: Option<Timestamp>,
    /// Only what is owed a reply from this instant on; where replies are awaited, the first due first then.
    pub due_from: Option<Timestamp>,
    /// Only what has these words, by their normalised form; newest first then, whatever the state.
    pub words: Option<String>,
    /// At most so many.
    pub limit: u32,
    /// Go on after this row.
    pub after: Option<ListKey>,
}

/// The place of a row in a list, to go on from. Written `ID`, or `ID.BAND.DUE.RISK` where a list is by urgency; safe in a URL.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ListKey {
    /// The comment.
    pub id: CommentId,
    /// How urgent it is, in a list that is ordered so.
    pub urgency: Option<Urgency>,
}

/// Where a comment stands among what needs a person, as the database orders it: the lesser, the more urgent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Urgency {
    band: i64,
    due_at: i64,
    risk: i64,
}

impl fmt::Display for ListKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.urgency {
            Some(Urgency { band, due_at, risk }) => write!(f, "{}.{band}.{due_at}.{risk}", self.id),
            None => write!(f, "{}", self.id),
        }
    }
}

impl FromStr for ListKey {
    type Err = UnknownWord;

    fn from_str(word: &str) -> Result<Self, UnknownWord> {
        let read = || {
            let numbers: Vec<i64> =
                word.split('.').map(|number| number.parse().ok()).collect::<Option<_>>()?;
            match *numbers {
                [id] => Some(ListKey { id: CommentId(id), urgency: None }),
                [id, band, due_at, risk] => {
                    Some(ListKey { id: CommentId(id), urgency: Some(Urgency { band, due_at, risk }) })
                }
                _ => None,
            }
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
    /// The act that is queued or on its way: `hide`, `unhide`, `reply` or `acknowledge`; `approval` for a reply that
    /// waits for a second person.
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

impl ListRow {
    /// When its clock is due, where one runs.
    pub fn due_at(&self) -> Option<Timestamp> {
        let running = self.clock.as_ref().filter(|clock| clock.state == ClockState::Running);
        running.and_then(|clock| clock.timing.due.at())
    }
}

/// The comments that `filter` asks for. What needs a person is listed by urgency: doubts about the gravest clauses first, then
/// what is owed an answer by deadline, then the rest by its risk; `Review` by risk alone. Doubts of one grade are sorted by second
/// opinions. The others and whatever is asked for by its words are listed newest first.
///
/// # Errors
/// The database failed.
pub async fn list(store: &Store, filter: &ListFilter, now: Timestamp) -> Result<Vec<ListRow>, StoreError> {
    let Some((page, order, conditions)) = asked(store, filter, now).await? else { return Ok(Vec::new()) };
    let query = conditions.bind(sql::query(rows_of(&page, &order)));
    let rows = query.fetch_all(&store.readers).await.doing("list the comments")?;
    rows.iter().map(listed).collect()
}

/// These few comments as a list shows them, in this order; those that are not there are left out.
///
/// # Errors
/// The database failed.
pub async fn these(store: &Store, ids: &[CommentId]) -> Result<Vec<ListRow>, StoreError> {
    let mut found = Vec::with_capacity(ids.len());
    for part in Rows::of(&[("id", Type::Int)], ids.iter().map(|id| id.0)).parts(store.dialect) {
        let page = format!(
            "select id as comment, cast(null as bigint) as band, cast(null as bigint) as due_at,
                 cast(null as bigint) as risk from comment where {}",
            part.among("id", 1)
        );
        let query = part.bind(sql::query(rows_of(&page, "p.comment")));
        let rows = query.fetch_all(&store.readers).await.doing("read the chosen comments")?;
        found.extend(rows.iter().map(listed).collect::<Result<Vec<_>, _>>()?);
    }
    found.sort_by_key(|row| ids.iter().position(|id| *id == row.comment.id));
    Ok(found)
}

/// What a list shows of the comments of `page`.
fn rows_of(page: &str, order: &str) -> String {
    format!(
        "select {COMMENT}, {LAST}, {CLOCK}, coalesce((
                 select o.act from action o where o.comment = c.id and o.state in ('queued', 'started')
                 order by o.id limit 1), (
                 select 'approval' from action o where o.comment = c.id and o.state = 'awaiting_approval' limit 1)) as pending,
             h.holder, f.id as first_id, f.due_at as first_due_at,
             case when f.state = 'answered' then f.settled_at end as first_replied_at,
             p.band as place_band, p.due_at as place_due_at, p.risk as place_risk
         from ({page}) as p
             join comment c on c.id = p.comment
             join revision r on r.comment = c.id and r.number = c.revision
             left join decision d on d.id = {LATEST}
             left join reply_clock f on f.id = (
                 select max(x.id) from reply_clock x where x.comment = c.id and x.clock = 'first_reply')
             left join reply_clock k on k.id = (
                 select x.id from reply_clock x where x.comment = c.id
                 order by case x.state when 'running' then x.due_at when 'paused' then {LAST_OF_ALL} - 1
                     else {LAST_OF_ALL} end, x.id desc
                 limit 1)
             left join holding h on h.id = (
                 select x.id from holding x where x.comment = c.id order by x.from_at desc, x.id desc limit 1)
         order by {order}"
    )
}

/// The numbers of the comments that `filter` asks for, in the order of their list.
///
/// # Errors
/// The database failed.
pub async fn numbers(
    store: &Store,
    filter: &ListFilter,
    now: Timestamp,
) -> Result<Vec<CommentId>, StoreError> {
    let Some((page, order, conditions)) = asked(store, filter, now).await? else { return Ok(Vec::new()) };
    let query = sql::query(format!("select p.comment from ({page}) as p order by {order}"));
    let rows =
        conditions.bind(query).fetch_all(&store.readers).await.doing("number the comments of a list")?;
    rows.iter().map(|row| Columns::of("comment", row).get("comment").map(CommentId)).collect()
}

/// The page that `filter` asks for, its order and its parameters; `None` where nothing can fit.
async fn asked(
    store: &Store,
    filter: &ListFilter,
    now: Timestamp,
) -> Result<Option<(String, String, Conditions)>, StoreError> {
    let names = [
        filter.source.as_ref().map(|source| source.0.clone()),
        filter.holder.as_ref().map(ToString::to_string),
    ];
    if names.iter().flatten().any(|name| name.contains('\0')) {
        return Ok(None); // Nothing has such a name, and PostgreSQL takes none as a value.
    }
    let words = match filter.words.as_deref() {
        None => None,
        Some(asked) => match sought(asked) {
            none if none.is_empty() => return Ok(None),
            sought => Some(words::rarest_first(store, sought).await?),
        },
    };
    Ok(Some(page::of(filter, words.as_deref(), store.dialect(), now)))
}

/// Beyond every deadline.
const LAST_OF_ALL: i64 = i64::MAX;

fn listed(row: &AnyRow) -> Result<ListRow, StoreError> {
    let columns = Columns::of("comment", row);
    let comment = row::comment(&columns)?;
    let clock = replies::clock_or_none(&columns)?;
    let urgency = match columns.get::<Option<i64>>("place_band")? {
        Some(band) => {
            Some(Urgency { band, due_at: columns.get("place_due_at")?, risk: columns.get("place_risk")? })
        }
        None => None,
    };
    let key = ListKey { id: comment.id, urgency };
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
        Some("approval") => Some("approval"),
        Some(other) => return Err(columns.unreadable("act", other.to_owned())),
    };
    let holder = columns.word_or_null("holder")?.unwrap_or(Holder::Unassigned);
    Ok(ListRow { comment, last: decisions::last(&columns)?, clock, first_reply, holder, pending, key })
}
