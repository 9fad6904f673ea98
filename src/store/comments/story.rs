//! All that happened to one comment.

use jiff::Timestamp;
use sqlx::any::AnyRow;

use crate::domain::action::Action;
use crate::domain::comment::{Comment, CommentId, Mark};
use crate::domain::holder::{Held, Holder};
use crate::domain::policy::ClauseId;

use super::super::actions::{self, ACTION, IS_ACKNOWLEDGEMENT};
use super::super::decisions::{self, DECISION, DecidedBy, Decision};
use super::super::error::Doing;
use super::super::holding;
use super::super::notes::{self, Note};
use super::super::opinions::{self, Asked};
use super::super::replies::{self, CLOCK, Clock, Pause};
use super::super::sql::{self, Columns};
use super::super::{Store, StoreError};
use super::get;
use super::row::{self, COMMENT};

/// One text that a comment had.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revision {
    /// Its number, from 1.
    pub number: i64,
    /// The text; `None` after erasure.
    pub text: Option<String>,
    /// What was odd about it.
    pub marks: Vec<Mark>,
    /// When a page first carried it.
    pub seen_at: Timestamp,
}

/// An action and who asked for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoryAction {
    /// The action.
    pub action: Action,
    /// Who asked for it.
    pub requested_by: DecidedBy,
    /// Who let it leave, where a second person had to.
    pub approval: Option<Approval>,
}

/// That a second person let a reply leave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Approval {
    /// Who.
    pub by: DecidedBy,
    /// When.
    pub at: Timestamp,
    /// The words that were proposed, where others left; `None` also after erasure.
    pub draft: Option<String>,
}

/// All that happened to one comment, each list oldest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Story {
    /// The comment.
    pub comment: Comment,
    /// Its texts.
    pub revisions: Vec<Revision>,
    /// What was decided about it.
    pub decisions: Vec<Decision>,
    /// What was done about it.
    pub actions: Vec<StoryAction>,
    /// Its reply clocks.
    pub clocks: Vec<Clock>,
    /// When they stood still.
    pub pauses: Vec<Pause>,
    /// Who had it from when on.
    pub held: Vec<Held>,
    /// What staff wrote about it for each other.
    pub notes: Vec<Note>,
    /// What somebody outside holds of its present text.
    pub second_opinion: Option<Asked>,
    /// Replies of ours that pages carried under it, with their latest texts. Acknowledgements are among the actions alone.
    pub replies: Vec<Comment>,
    /// The number of the last entry of the log about it, -1 where there is none: what happened later is not told here.
    pub entry: i64,
}

impl Story {
    /// The clause that this text of the comment was said to break, where it was judged at all; else what was last said of any.
    pub fn clause_of(&self, revision: i64) -> Option<ClauseId> {
        let judged = self.decisions.iter().rfind(|decision| decision.revision == revision);
        judged.or(self.decisions.last()).and_then(|decision| decision.clause)
    }

    /// Who has the comment now.
    pub fn holder(&self) -> &Holder {
        self.held.last().map_or(&Holder::Unassigned, |held| &held.holder)
    }
}

/// The story of a comment.
///
/// # Errors
/// The database failed.
pub async fn story(store: &Store, id: CommentId) -> Result<Option<Story>, StoreError> {
    // First, so that nothing is told of which this is not the end.
    let query = sqlx::query("select coalesce(max(seq), -1) as entry from audit_entry where comment = $1");
    let row = query.bind(id.0).fetch_one(&store.readers).await.doing("read where a comment's log ends")?;
    let entry = Columns::of("audit_entry", &row).get("entry")?;
    let Some(comment) = get(store, id).await? else { return Ok(None) };
    let of_it = |text: String| sql::query(text).bind(id.0);

    let text =
        "select number, text, marks, seen_at from revision where comment = $1 order by number".to_owned();
    let rows = of_it(text).fetch_all(&store.readers).await.doing("read a comment's texts")?;
    let revisions = rows.iter().map(revision).collect::<Result<_, _>>()?;

    let text = format!("select {DECISION} from decision where comment = $1 order by id");
    let rows = of_it(text).fetch_all(&store.readers).await.doing("read a comment's decisions")?;
    let decisions = rows
        .iter()
        .map(|row| decisions::decision(&Columns::of("decision", row)))
        .collect::<Result<_, _>>()?;

    let text = format!(
        "select {ACTION}, p.approved_by, p.approved_at, p.draft
         from action a left join approval p on p.action = a.id where a.comment = $1 order by a.id"
    );
    let rows = of_it(text).fetch_all(&store.readers).await.doing("read a comment's actions")?;
    let actions = rows.iter().map(action).collect::<Result<_, _>>()?;

    let text = format!("select {CLOCK} from reply_clock k where k.comment = $1 order by k.id");
    let rows = of_it(text).fetch_all(&store.readers).await.doing("read a comment's reply clocks")?;
    let clocks =
        rows.iter().map(|row| replies::clock(&Columns::of("reply_clock", row))).collect::<Result<_, _>>()?;

    let pauses = replies::pauses(store, id).await?;
    let held = holding::of(store, id).await?;
    let notes = notes::of(store, id).await?;
    let second_opinion = opinions::of(store, id, comment.revision).await?;

    let query = sql::query(format!(
        "select {COMMENT} from comment o join comment c on c.id = o.id
             join revision r on r.comment = c.id and r.number = c.revision
         where o.source = $1 and o.parent_id = $2 and o.written_by = 'us' and not {IS_ACKNOWLEDGEMENT}
         order by c.starts_at, c.id"
    ));
    let query = query.bind(comment.source.0.clone()).bind(comment.platform_id.clone());
    let rows = query.fetch_all(&store.readers).await.doing("read our replies to a comment")?;
    let replies =
        rows.iter().map(|row| row::comment(&Columns::of("comment", row))).collect::<Result<_, _>>()?;

    Ok(Some(Story {
        comment,
        revisions,
        decisions,
        actions,
        clocks,
        pauses,
        held,
        notes,
        second_opinion,
        replies,
        entry,
    }))
}

fn revision(row: &AnyRow) -> Result<Revision, StoreError> {
    let columns = Columns::of("revision", row);
    Ok(Revision {
        number: columns.get("number")?,
        text: columns.get("text")?,
        marks: row::marks(&columns)?,
        seen_at: columns.instant("seen_at")?,
    })
}

fn action(row: &AnyRow) -> Result<StoryAction, StoreError> {
    let columns = Columns::of("action", row);
    let approval = match columns.word_or_null("approved_by")? {
        Some(by) => Some(Approval { by, at: columns.instant("approved_at")?, draft: columns.get("draft")? }),
        None => None,
    };
    Ok(StoryAction {
        action: actions::action(&columns)?,
        requested_by: columns.word("requested_by")?,
        approval,
    })
}
