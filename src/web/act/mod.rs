//! What staff do to a comment, the same for the console, the API and the command line: checked here, then one store
//! function in one transaction.

mod checked;

use jiff::{SignedDuration, Timestamp};

use crate::domain::action::ActionId;
use crate::domain::calendar::Target;
use crate::domain::comment::{CommentId, SourceId};
use crate::domain::holder::{Holder, TeamId};
use crate::domain::judge::Kind;
use crate::domain::limits::TooLong;
use crate::domain::policy::ClauseId;
use crate::domain::reply::{ClockKind, PauseReason, Priority};
use crate::store::acts::{self, By, Promises, Seen};
use crate::store::idempotency::{Came, Key};
use crate::store::samples::NotAnswered;
use crate::store::{Hindrance, Step, Store, StoreError, Tx};

use super::{WebState, once};

pub(super) use self::checked::{checked, checked_note, checked_reason};

/// The most characters of a reason: a few sentences.
pub(super) const REASON_MAX_CHARS: usize = 1_000;

/// The most characters of a note: a page.
pub(super) const NOTE_MAX_CHARS: usize = 4_000;

/// What a member of staff asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Command {
    Hide {
        clause: ClauseId,
        reason: String,
    },
    Unhide {
        reason: String,
    },
    LeaveVisible {
        reason: Option<String>,
    },
    Reply {
        text: String,
    },
    Pause {
        reason: PauseReason,
    },
    Resume,
    Prioritise {
        priority: Priority,
    },
    Retarget {
        clock: ClockKind,
        target: Option<Target>,
    },
    Solve,
    Reopen,
    Assign {
        to: Holder,
    },
    Reclassify {
        kind: Kind,
    },
    NoReply {
        reason: String,
    },
    Note {
        text: String,
    },
    TakeBack {
        action: ActionId,
    },
    /// A reply that a second person must let leave.
    Propose {
        text: String,
    },
    ApproveReply {
        action: ActionId,
        text: String,
    },
    ReturnReply {
        action: ActionId,
        reason: String,
    },
    /// What was decided at this instant is undone.
    Reconsider {
        at: Timestamp,
    },
}

/// When what is asked of a platform leaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Leaves {
    /// As soon as it can: whoever calls us from a program can wait by themselves.
    AtOnce,
    /// When it can no longer be taken back: people see what they did as they have done it.
    AfterUndo,
}

impl Leaves {
    pub(super) fn after(self, undo: SignedDuration, now: Timestamp) -> Option<Timestamp> {
        (self == Leaves::AfterUndo && !undo.is_zero()).then(|| now + undo)
    }
}

/// What came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// It is in the outbox.
    Queued(ActionId),
    /// It is in the outbox, and a second person must let it leave.
    Proposed(ActionId),
    /// The same is in the outbox already, or was sent.
    UnderWay,
    /// It needed no platform and is done: what it came to, said after `Comment 7: `.
    Settled(&'static str),
}

impl From<Outcome> for Came {
    fn from(outcome: Outcome) -> Came {
        match outcome {
            Outcome::Queued(action) => Came::Queued(action),
            Outcome::Proposed(action) => Came::Proposed(action),
            Outcome::UnderWay => Came::UnderWay,
            Outcome::Settled(_) => Came::Settled,
        }
    }
}

impl From<Came> for Outcome {
    fn from(came: Came) -> Outcome {
        match came {
            Came::Queued(action) => Outcome::Queued(action),
            Came::Proposed(action) => Outcome::Proposed(action),
            Came::UnderWay => Outcome::UnderWay,
            Came::Settled | Came::Many(_) => Outcome::Settled("it was done before"),
        }
    }
}

/// Why nothing was done.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NotDone {
    #[error("the clause is missing; name the one that the comment breaks")]
    ClauseMissing,
    #[error("the reason is missing; say in one sentence why")]
    ReasonMissing,
    #[error("the reason is longer than {REASON_MAX_CHARS} characters; shorten it")]
    ReasonTooLong,
    #[error("the reply is empty; write it")]
    ReplyEmpty,
    #[error("the note is empty; write it")]
    NoteEmpty,
    #[error("the note is longer than {NOTE_MAX_CHARS} characters; shorten it")]
    NoteTooLong,
    #[error("`{0}` in the reply is a blank that was not filled; write what belongs there, or take it out")]
    BlankLeft(String),
    #[error("what is asked for cannot be done to many comments at once; take one of the list")]
    NotForMany,
    #[error("the text holds a NUL character; take it out")]
    Nul,
    #[error(transparent)]
    ReplyTooLong(#[from] TooLong),
    #[error("there is no comment with this number")]
    NoSuchComment,
    #[error("{0}; read it again and decide anew")]
    WrongState(StoreError),
    #[error("comment {comment} was dealt with{} since you read it; read it again and decide anew", .by.as_ref().map(|by| format!(" by {by}")).unwrap_or_default())]
    Overtaken { comment: CommentId, by: Option<String> },
    #[error("{0} works on this; nothing was done")]
    WorkedOn(String),
    #[error("comment {0} {1}")]
    Hindered(CommentId, Hindrance),
    #[error("no team is called `{0}`; majlis.toml names the teams")]
    NoSuchTeam(TeamId),
    #[error("nobody called `{0}` may answer comments; `majlis staff list` names who may")]
    NobodyToAnswer(String),
    #[error("this idempotency key was sent with another call within a day; give each call a key of its own")]
    KeyUsed,
    #[error(transparent)]
    NotAnswered(NotAnswered),
    #[error("no valid policy is in force, so nothing may be done by it; an approver must adopt one")]
    NothingInForce,
    #[error(transparent)]
    Store(StoreError),
}

impl From<StoreError> for NotDone {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::NoSuchComment(_) => NotDone::NoSuchComment,
            StoreError::WrongState { .. } => NotDone::WrongState(error),
            StoreError::Overtaken { comment, by } => NotDone::Overtaken { comment, by },
            StoreError::Hindered(comment, by) => NotDone::Hindered(comment, by),
            StoreError::NobodyToAnswer(name) => NotDone::NobodyToAnswer(name),
            other => NotDone::Store(other),
        }
    }
}

impl From<NotAnswered> for NotDone {
    fn from(why: NotAnswered) -> Self {
        match why {
            NotAnswered::Store(error) => error.into(),
            why => NotDone::NotAnswered(why),
        }
    }
}

/// Does what `staff` asks for who saw this of the comment, and rings for the idle lanes. Whether they may is
/// checked by the caller.
///
/// # Errors
/// Nothing was done, and why.
pub(super) async fn carry_out(
    web: &WebState,
    staff: &str,
    comment: CommentId,
    seen: Option<Seen>,
    leaves: Leaves,
    command: Command,
) -> Result<Outcome, NotDone> {
    carry_out_once(web, staff, comment, seen, leaves, command, None).await
}

/// The same, for a program that gave the act a key: what came of it under this key is told again and not done again.
///
/// # Errors
/// Nothing was done, and why.
pub(super) async fn carry_out_once(
    web: &WebState,
    staff: &str,
    comment: CommentId,
    seen: Option<Seen>,
    leaves: Leaves,
    command: Command,
    once: Option<&Key>,
) -> Result<Outcome, NotDone> {
    if web.store.is_stopped() {
        return Err(StoreError::Stopped.into());
    }
    let rules = (web.in_force)().await.ok_or(NotDone::NothingInForce)?;
    let now = web.clock.now();
    let leaves = leaves.after(web.undo, now);
    let by = By { staff, policy: rules.policy.version(), now, seen, leaves, bulk: None };
    let promises = Promises { calendar: &rules.calendar, routing: &web.routing };
    let outcome = keeping(&web.store, by, promises, &web.approving, comment, command, once).await?;
    if matches!(outcome, Outcome::Queued(_)) {
        (web.stir)();
    }
    Ok(outcome)
}

/// Does what a member of staff asks for. Whether they may is checked by the caller.
///
/// # Errors
/// Nothing was done, and why.
pub(crate) async fn carry_out_in(
    store: &Store,
    by: By<'_>,
    promises: Promises<'_>,
    approving: &[SourceId],
    comment: CommentId,
    command: Command,
) -> Result<Outcome, NotDone> {
    keeping(store, by, promises, approving, comment, command, None).await
}

#[tracing::instrument(skip_all, fields(comment.id = comment.0, act = command.word()))]
async fn keeping(
    store: &Store,
    by: By<'_>,
    promises: Promises<'_>,
    approving: &[SourceId],
    comment: CommentId,
    command: Command,
    once: Option<&Key>,
) -> Result<Outcome, NotDone> {
    if let Some(before) = once::came_before(store, once, by.now).await? {
        return Ok(before.into());
    }
    let now = by.now;
    let command = checked(store, (promises.routing, approving), comment, command).await?;
    let mut tx = store.begin(Step::Act).await?;
    let done = apply(&mut tx, by, promises, comment, &command).await?;
    let before = once::commit(store, tx, once, done.into(), now).await?;
    Ok(before.map_or(done, Outcome::from))
}

/// Does what was asked for and found fit, in a transaction of the caller's.
///
/// # Errors
/// Nothing may be kept of the transaction, and why.
pub(super) async fn apply(
    on: &mut Tx,
    by: By<'_>,
    promises: Promises<'_>,
    comment: CommentId,
    command: &Command,
) -> Result<Outcome, NotDone> {
    let calendar = promises.calendar;
    let outcome = |queued: Option<ActionId>| queued.map_or(Outcome::UnderWay, Outcome::Queued);
    let settled = |what| move |()| Outcome::Settled(what);
    let changed = |changed| if changed { Outcome::Settled("it changed hands") } else { Outcome::UnderWay };
    Ok(match command {
        Command::Hide { clause, reason } => acts::hide(on, by, comment, *clause, reason).await.map(outcome),
        Command::Unhide { reason } => acts::unhide(on, by, comment, reason).await.map(outcome),
        Command::Reply { text } => acts::reply(on, by, comment, text).await.map(outcome),
        Command::LeaveVisible { reason } => {
            acts::approve(on, by, comment, reason.as_deref()).await.map(settled("left visible"))
        }
        Command::Pause { reason } => acts::pause(on, by, calendar, comment, *reason)
            .await
            .map(settled("what may stand still for that reason stands still")),
        Command::Resume => acts::resume(on, by, calendar, comment).await.map(settled("its clocks run on")),
        Command::Prioritise { priority } => acts::prioritise(on, by, calendar, comment, *priority)
            .await
            .map(settled("its deadlines were counted anew")),
        Command::Retarget { clock, target } => acts::retarget(on, by, calendar, comment, *clock, *target)
            .await
            .map(settled("its deadline was counted anew")),
        Command::Solve => {
            acts::solve(on, by, calendar, comment).await.map(settled("its matter is at its end"))
        }
        Command::Reopen => acts::reopen(on, by, calendar, comment)
            .await
            .map(settled("its matter is open again, and a new clock runs")),
        Command::Assign { to } => acts::assign(on, by, comment, to).await.map(changed),
        Command::Reclassify { kind } => {
            let done = "it is of another kind, and its deadlines were counted anew";
            acts::reclassify(on, by, promises, comment, *kind).await.map(settled(done))
        }
        Command::NoReply { reason } => acts::needs_no_reply(on, by, promises, comment, reason)
            .await
            .map(settled("it is left without a reply")),
        Command::Note { text } => acts::note(on, by, comment, text).await.map(settled("the note is kept")),
        Command::TakeBack { action } => acts::take_back(on, by, promises, comment, *action)
            .await
            .map(settled("it was taken back, and nothing was sent")),
        Command::Propose { text } => {
            let proposed = acts::propose(on, by, comment, text).await;
            proposed.map(|id| id.map_or(Outcome::UnderWay, Outcome::Proposed))
        }
        Command::ApproveReply { action, text } => {
            acts::approve_reply(on, by, comment, *action, text).await.map(Outcome::Queued)
        }
        Command::ReturnReply { action, reason } => acts::return_reply(on, by, comment, *action, reason)
            .await
            .map(settled("the reply was given back, and nothing was sent")),
        Command::Reconsider { at } => acts::reconsider(on, by, promises, comment, *at)
            .await
            .map(settled("what was decided before rules again")),
    }?)
}

impl Command {
    fn word(&self) -> &'static str {
        match self {
            Command::Hide { .. } => "hide",
            Command::Unhide { .. } => "unhide",
            Command::LeaveVisible { .. } => "approve",
            Command::Reply { .. } => "reply",
            Command::Pause { .. } => "pause",
            Command::Resume => "resume",
            Command::Prioritise { .. } => "priority",
            Command::Retarget { .. } => "target",
            Command::Solve => "solve",
            Command::Reopen => "reopen",
            Command::Assign { .. } => "assign",
            Command::Reclassify { .. } => "kind",
            Command::NoReply { .. } => "no_reply",
            Command::Note { .. } => "note",
            Command::TakeBack { .. } => "take_back",
            Command::Reconsider { .. } => "reconsider",
            Command::Propose { .. } => "propose",
            Command::ApproveReply { .. } => "approve_reply",
            Command::ReturnReply { .. } => "return_reply",
        }
    }
}
