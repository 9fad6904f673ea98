//! The same act on many comments, for the console and the API: each is carried out as if it had been asked for alone, in a
//! transaction of its own, so that one that fails holds up none; and all of it is undone at once. It goes on where whoever asked
//! hears no more of it; what cuts it short all the same leaves the rest noted as not reached.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use tracing::Instrument;

use crate::domain::comment::{CommentId, UnknownWord};
use crate::domain::holder::Holder;
use crate::domain::judge::Kind;
use crate::domain::policy::ClauseId;
use crate::store::acts::{By, Promises, Seen};
use crate::store::bulks::{self, Bulk, BulkId, ItemOutcome};
use crate::store::comments::{self, Story};
use crate::store::idempotency::{Came, Key};
use crate::store::{Step, StoreError, chain};

use super::WebState;
use super::act::{self, Command, Leaves, NotDone, Outcome};
use super::once;

/// The most comments at once: what one person can answer for, and a few seconds' work.
pub(super) const MAX: usize = 500;

/// What can be done to many comments, each with an inverse. Written as `hide:spam`, `assign:team:admissions`, `kind:praise`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum What {
    Hide(ClauseId),
    Unhide,
    LeaveVisible,
    Assign(Holder),
    Kind(Kind),
}

impl What {
    /// The act on one of them.
    fn command(&self, reason: &str) -> Command {
        let reason = reason.to_owned();
        match self {
            What::Hide(clause) => Command::Hide { clause: *clause, reason },
            What::Unhide => Command::Unhide { reason },
            What::LeaveVisible => Command::LeaveVisible { reason: Some(reason) },
            What::Assign(to) => Command::Assign { to: to.clone() },
            What::Kind(kind) => Command::Reclassify { kind: *kind },
        }
    }

    /// Whether it is a decision, which is kept with its reason.
    fn is_reasoned(&self) -> bool {
        matches!(self, What::Hide(_) | What::Unhide | What::LeaveVisible)
    }

    /// By what it is undone at a comment where it was done at that instant, as the comment's story tells what was before; `None`
    /// where there is nothing to go back to.
    fn inverse(&self, bulk: &Bulk, story: &Story, reason: &str) -> Option<Command> {
        let before = story.decisions.iter().rev().find(|one| one.decided_at < bulk.asked_at);
        Some(match self {
            What::Hide(_) => Command::Unhide { reason: reason.to_owned() },
            What::Unhide => Command::Hide { clause: before?.clause?, reason: reason.to_owned() },
            What::LeaveVisible => Command::Reconsider { at: bulk.asked_at },
            What::Kind(_) => Command::Reclassify { kind: before?.kind },
            What::Assign(_) => {
                let held = story.held.iter().rev().find(|held| held.from < bulk.asked_at);
                Command::Assign { to: held.map_or(Holder::Unassigned, |held| held.holder.clone()) }
            }
        })
    }
}

impl fmt::Display for What {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            What::Hide(clause) => write!(f, "hide:{clause}"),
            What::Unhide => f.write_str("unhide"),
            What::LeaveVisible => f.write_str("approve"),
            What::Assign(holder) => write!(f, "assign:{holder}"),
            What::Kind(kind) => write!(f, "kind:{kind}"),
        }
    }
}

impl FromStr for What {
    type Err = UnknownWord;

    fn from_str(text: &str) -> Result<Self, UnknownWord> {
        let of = ["hide:CLAUSE", "unhide", "approve", "assign:HOLDER", "kind:KIND"];
        match text.split_once(':') {
            Some(("hide", clause)) => clause.parse().map(What::Hide),
            Some(("assign", holder)) => holder
                .parse()
                .map(What::Assign)
                .map_err(|_| UnknownWord::new("act on many comments", text, of)),
            Some(("kind", kind)) => kind.parse().map(What::Kind),
            None if text == "unhide" => Ok(What::Unhide),
            None if text == "approve" => Ok(What::LeaveVisible),
            _ => Err(UnknownWord::new("act on many comments", text, of)),
        }
    }
}

/// Does it to each, once for a key, and returns the number under which is told what came of them.
///
/// # Errors
/// Nothing was done, for it cannot be asked so, or the store failed before anything was.
pub(super) async fn carry_out(
    web: &Arc<WebState>,
    staff: &str,
    what: &What,
    on: &[(CommentId, Option<Seen>)],
    reason: &str,
    (leaves, key): (Leaves, Option<&Key>),
) -> Result<BulkId, NotDone> {
    let reason = if what.is_reasoned() { act::checked_reason(reason)? } else { String::new() };
    let asked = on.iter().map(|(comment, seen)| (*comment, *seen, vec![what.command(&reason)])).collect();
    in_the_background(web, staff, (what.to_string(), None), asked, (leaves, key)).await
}

/// Undoes what was done of a bulk, each act by its own inverse, where no colleague dealt with the comment since.
///
/// # Errors
/// It was undone already, or undid another itself, for which there is no inverse; or as [`carry_out`].
pub(super) async fn undo(
    web: &Arc<WebState>,
    staff: &str,
    bulk: &Bulk,
    reason: &str,
    (leaves, key): (Leaves, Option<&Key>),
) -> Result<BulkId, NotDone> {
    let reason = act::checked_reason(reason)?;
    if bulk.undoes.is_some() {
        let (object, found) = (format!("bulk {}", bulk.id), "an undoing itself".to_owned());
        return Err(StoreError::WrongState { object, found, asked: "undone" }.into());
    }
    let what: What = bulk.what.parse().map_err(|_| NotDone::NotForMany)?;
    let mut asked = Vec::new();
    for item in bulk.items.iter().filter(|item| item.outcome == ItemOutcome::Done) {
        let Some(story) = comments::story(&web.store, item.comment).await? else { continue };
        let seen = Seen::Page { revision: story.comment.revision, entry: item.entry };
        // What has not left yet is taken back, as if it had never been asked for.
        let back = item.action.map(|action| Command::TakeBack { action });
        let commands = back.into_iter().chain(what.inverse(bulk, &story, &reason)).collect();
        asked.push((item.comment, Some(seen), commands));
    }
    in_the_background(web, staff, (bulk.what.clone(), Some(bulk.id)), asked, (leaves, key)).await
}

/// The comments, what is known of each, and its commands, of which the first that is possible is carried out.
type Asked = Vec<(CommentId, Option<Seen>, Vec<Command>)>;

/// Does it in a task of its own, which a connection that breaks does not end.
async fn in_the_background(
    web: &Arc<WebState>,
    staff: &str,
    what: (String, Option<BulkId>),
    asked: Asked,
    (leaves, key): (Leaves, Option<&Key>),
) -> Result<BulkId, NotDone> {
    let (web, staff, key) = (web.clone(), staff.to_owned(), key.cloned());
    let task = async move { all(&web, &staff, (&what.0, what.1), asked, (leaves, key.as_ref())).await };
    tokio::spawn(task.in_current_span()).await.expect("an act on many comments neither panics nor is aborted")
}

async fn all(
    web: &WebState,
    staff: &str,
    what: (&str, Option<BulkId>),
    asked: Asked,
    (leaves, key): (Leaves, Option<&Key>),
) -> Result<BulkId, NotDone> {
    let now = web.clock.now();
    if let Some(came) = once::came_before(&web.store, key, now).await? {
        return many(came);
    }
    let rules = (web.in_force)().await.ok_or(NotDone::NothingInForce)?;
    let comments: Vec<CommentId> = asked.iter().map(|(comment, ..)| *comment).collect();
    let mut tx = web.store.begin(Step::Act).await?;
    let bulk = bulks::begin(&mut tx, what, &comments, staff, now).await?;
    if let Some(came) = once::commit(&web.store, tx, key, Came::Many(bulk), now).await? {
        return many(came);
    }

    let promises = Promises { calendar: &rules.calendar, routing: &web.routing };
    let leaves = leaves.after(web.undo, now);
    for (comment, seen, commands) in asked {
        let by = By { staff, policy: rules.policy.version(), now, seen, leaves, bulk: Some(bulk) };
        if let Err(error) = first_possible(web, by, promises, bulk, comment, commands).await {
            // What came of the others is told under its number, and that this and the rest were not reached.
            tracing::error!(bulk = bulk.0, error = chain(&error), "an act on many comments was cut short");
            break;
        }
    }
    (web.stir)();
    Ok(bulk)
}

/// Tries a comment's commands in turn until one is possible.
///
/// # Errors
/// The store failed, and nothing is noted.
async fn first_possible(
    web: &WebState,
    by: By<'_>,
    promises: Promises<'_>,
    bulk: BulkId,
    comment: CommentId,
    commands: Vec<Command>,
) -> Result<(), StoreError> {
    let mut outcome = ItemOutcome::Refused;
    for command in commands {
        outcome = match one(web, by, promises, bulk, comment, command).await {
            Ok(()) => return Ok(()),
            Err(NotDone::Store(error)) => return Err(error),
            Err(NotDone::Overtaken { .. }) => ItemOutcome::Overtaken,
            Err(NotDone::WrongState(_)) => ItemOutcome::WrongState,
            Err(_) => ItemOutcome::Refused,
        };
        if outcome == ItemOutcome::Overtaken {
            break;
        }
    }
    let mut tx = web.store.begin(Step::Act).await?;
    bulks::note(&mut tx, bulk, comment, outcome, None).await?;
    tx.commit().await
}

/// The act on many comments that came of a key. Nothing else may go on under it.
fn many(came: Came) -> Result<BulkId, NotDone> {
    match came {
        Came::Many(bulk) => Ok(bulk),
        Came::Queued(_) | Came::Proposed(_) | Came::UnderWay | Came::Settled => Err(NotDone::KeyUsed),
    }
}

/// One act, and its note, in one transaction.
async fn one(
    web: &WebState,
    by: By<'_>,
    promises: Promises<'_>,
    bulk: BulkId,
    comment: CommentId,
    command: Command,
) -> Result<(), NotDone> {
    let command = act::checked(&web.store, (&web.routing, &web.approving), comment, command).await?;
    let mut tx = web.store.begin(Step::Act).await?;
    let done = act::apply(&mut tx, by, promises, comment, &command).await?;
    let (outcome, action) = match done {
        Outcome::Queued(action) | Outcome::Proposed(action) => (ItemOutcome::Done, Some(action)),
        Outcome::Settled(_) => (ItemOutcome::Done, None),
        Outcome::UnderWay => (ItemOutcome::Already, None),
    };
    bulks::note(&mut tx, bulk, comment, outcome, action).await?;
    tx.commit().await?;
    Ok(())
}
