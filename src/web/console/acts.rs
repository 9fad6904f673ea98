//! Taking in the forms of a comment's page. After an act the browser is sent back to the page, which says what happens
//! next; a form that cannot be taken is shown again with what was written and what to mend.

mod done;
mod sent;

use std::sync::Arc;

use axum::extract::rejection::FormRejection;
use axum::extract::{Form, Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};

use crate::domain::action::ActionId;
use crate::domain::staff::Right;

use super::super::WebState;
use super::super::act::{self, Command, Leaves, NotDone, Outcome};
use super::comment;
use super::failure::{Failure, Why};
use super::forms::{Draft, Form as Which};
use super::link::link;
use super::live::{self, Lease};
use super::next;
use super::undo::Undo;
use super::visit::Visit;
use super::{review, words};

pub(super) use self::done::Done;
pub(super) use self::sent::{Shown, Then};

use self::sent::{
    ApproveForm, AssignForm, HideForm, KindForm, NoteForm, PauseForm, PlainForm, PriorityForm, ReasonForm,
    ReplyForm,
};

type Sent<T> = Result<Form<T>, FormRejection>;
type Web = State<Arc<WebState>>;
type Answer = Result<Response, Failure>;

pub(super) async fn hide(web: Web, visit: Visit, id: Path<String>, sent: Sent<HideForm>) -> Answer {
    let form = taken(&visit, sent)?;
    let clause = form.clause.parse().ok();
    let draft = Draft { clause, reason: form.reason.clone(), then: form.then, ..Draft::default() };
    let command = clause.map(|clause| Command::Hide { clause, reason: form.reason });
    let asked = (form.seen, command.ok_or(NotDone::ClauseMissing));
    act(web, visit, id, Which::Hide, asked, draft).await
}

pub(super) async fn unhide(web: Web, visit: Visit, id: Path<String>, sent: Sent<ReasonForm>) -> Answer {
    let form = taken(&visit, sent)?;
    let draft = Draft { reason: form.reason.clone(), then: form.then, ..Draft::default() };
    let asked = (form.seen, Ok(Command::Unhide { reason: form.reason }));
    act(web, visit, id, Which::Unhide, asked, draft).await
}

pub(super) async fn approve(web: Web, visit: Visit, id: Path<String>, sent: Sent<ReasonForm>) -> Answer {
    let form = taken(&visit, sent)?;
    let draft = Draft { reason: form.reason.clone(), then: form.then, ..Draft::default() };
    let command = Command::LeaveVisible { reason: Some(form.reason) };
    act(web, visit, id, Which::LeaveVisible, (form.seen, Ok(command)), draft).await
}

pub(super) async fn reply(web: Web, visit: Visit, id: Path<String>, sent: Sent<ReplyForm>) -> Answer {
    let form = taken(&visit, sent)?;
    // Browsers send a line's end as CR LF; a platform would count the CR.
    let text = form.text.replace("\r\n", "\n");
    let (then, preview) = (form.then, form.preview.is_some());
    let draft = Draft { reply: text.clone(), then, preview, ..Draft::default() };
    if preview {
        let id = comment::id(&visit, &id.0)?;
        return Ok(comment::render(&web.0, &visit, id, &draft, None).await?.into_response());
    }
    let command = if form.propose.is_some() { Command::Propose { text } } else { Command::Reply { text } };
    act(web, visit, id, Which::Reply, (form.seen, Ok(command)), draft).await
}

/// A colleague's reply: approved in these words, or given back.
pub(super) async fn approve_reply(
    web: Web,
    visit: Visit,
    id: Path<String>,
    sent: Sent<ApproveForm>,
) -> Answer {
    let form = taken(&visit, sent)?;
    visit.need(Right::ApproveReplies)?;
    let action = ActionId(form.action);
    let text = form.text.replace("\r\n", "\n");
    let draft =
        Draft { approval: text.clone(), reason: form.reason.clone().unwrap_or_default(), ..Draft::default() };
    let command = match form.reason {
        Some(reason) => Command::ReturnReply { action, reason },
        None => Command::ApproveReply { action, text },
    };
    act(web, visit, id, Which::Approval(action), (form.seen, Ok(command)), draft).await
}

pub(super) async fn pause(web: Web, visit: Visit, id: Path<String>, sent: Sent<PauseForm>) -> Answer {
    let form = taken(&visit, sent)?;
    let reason = form.reason.parse().map_err(|_| Failure::new(visit.lang, Why::BadForm))?;
    let asked = (form.seen, Ok(Command::Pause { reason }));
    act(web, visit, id, Which::Pause, asked, Draft::default()).await
}

pub(super) async fn priority(web: Web, visit: Visit, id: Path<String>, sent: Sent<PriorityForm>) -> Answer {
    let form = taken(&visit, sent)?;
    let priority = form.priority.parse().map_err(|_| Failure::new(visit.lang, Why::BadForm))?;
    let asked = (form.seen, Ok(Command::Prioritise { priority }));
    act(web, visit, id, Which::Priority, asked, Draft::default()).await
}

pub(super) async fn resume(web: Web, visit: Visit, id: Path<String>, sent: Sent<PlainForm>) -> Answer {
    plain(web, visit, id, sent, Which::Resume, Command::Resume).await
}

pub(super) async fn solve(web: Web, visit: Visit, id: Path<String>, sent: Sent<PlainForm>) -> Answer {
    plain(web, visit, id, sent, Which::Solve, Command::Solve).await
}

pub(super) async fn reopen(web: Web, visit: Visit, id: Path<String>, sent: Sent<PlainForm>) -> Answer {
    plain(web, visit, id, sent, Which::Reopen, Command::Reopen).await
}

pub(super) async fn assign(web: Web, visit: Visit, id: Path<String>, sent: Sent<AssignForm>) -> Answer {
    let form = taken(&visit, sent)?;
    let to = form.to.parse().map_err(|_| Failure::new(visit.lang, Why::BadForm))?;
    let asked = (form.seen, Ok(Command::Assign { to }));
    act(web, visit, id, Which::Assign, asked, Draft::default()).await
}

pub(super) async fn kind(web: Web, visit: Visit, id: Path<String>, sent: Sent<KindForm>) -> Answer {
    let form = taken(&visit, sent)?;
    let kind = form.kind.parse().map_err(|_| Failure::new(visit.lang, Why::BadForm))?;
    let asked = (form.seen, Ok(Command::Reclassify { kind }));
    act(web, visit, id, Which::Kind, asked, Draft::default()).await
}

pub(super) async fn no_reply(web: Web, visit: Visit, id: Path<String>, sent: Sent<ReasonForm>) -> Answer {
    let form = taken(&visit, sent)?;
    let draft = Draft { reason: form.reason.clone(), then: form.then, ..Draft::default() };
    let asked = (form.seen, Ok(Command::NoReply { reason: form.reason }));
    act(web, visit, id, Which::NoReply, asked, draft).await
}

pub(super) async fn note(web: Web, visit: Visit, id: Path<String>, sent: Sent<NoteForm>) -> Answer {
    let form = taken(&visit, sent)?;
    let text = form.text.replace("\r\n", "\n");
    let draft = Draft { note: text.clone(), ..Draft::default() };
    act(web, visit, id, Which::Note, (form.seen, Ok(Command::Note { text })), draft).await
}

async fn plain(
    web: Web,
    visit: Visit,
    id: Path<String>,
    sent: Sent<PlainForm>,
    which: Which,
    command: Command,
) -> Answer {
    let form = taken(&visit, sent)?;
    act(web, visit, id, which, (form.seen, Ok(command)), Draft::default()).await
}

fn taken<T>(visit: &Visit, sent: Sent<T>) -> Result<T, Failure> {
    visit.need(Right::ActOnComments)?;
    sent.map(|Form(form)| form).map_err(|_| Failure::new(visit.lang, Why::BadForm))
}

async fn act(
    State(web): Web,
    visit: Visit,
    Path(number): Path<String>,
    which: Which,
    (seen, command): (Shown, Result<Command, NotDone>),
    mut draft: Draft,
) -> Answer {
    let id = comment::id(&visit, &number)?;
    let failed = |error| Failure::from_store(visit.lang, error);
    let lease = match which {
        // These disturb nobody's work.
        Which::Note | Which::Assign => Lease::Nobody,
        _ => live::met(&web, &visit, id).await.map_err(failed)?,
    };
    let carried_out = match (&lease, command) {
        (Lease::Taken(theirs), Ok(_)) => Err(NotDone::WorkedOn(theirs.staff.clone())),
        (_, Ok(command)) => {
            act::carry_out(&web, &visit.staff.name, id, Some(seen.0), Leaves::AfterUndo, command).await
        }
        (_, Err(not_done)) => Err(not_done),
    };
    match carried_out {
        Ok(outcome) => {
            if matches!(lease, Lease::Mine) {
                live::release(&web, &visit, id).await.map_err(failed)?;
            }
            let done = Done::of(which, outcome);
            let undo = match outcome {
                Outcome::Queued(action) if !web.undo.is_zero() => Some(Undo { comment: id, action }.word()),
                _ => None,
            };
            let mut told = vec![("done", done.word())];
            told.extend(undo.as_deref().map(|undo| ("undo", undo)));
            let after = draft.then.and_then(Then::after);
            let path = match draft.then {
                None => &format!("/comments/{id}"),
                Some(Then::Next) => {
                    told.push(("not", &number));
                    next::PATH
                }
                Some(Then::Review { .. }) => {
                    told.extend(after.as_deref().map(|after| ("after", after)));
                    review::PATH
                }
            };
            Ok(Redirect::to(&link(path, &told)).into_response())
        }
        Err(NotDone::NoSuchComment) => Err(Failure::new(visit.lang, Why::NoSuchComment)),
        Err(NotDone::Store(error)) => Err(Failure::from_store(visit.lang, error)),
        Err(not_done) => {
            let status = status(&not_done);
            draft.error = Some((which, words::not_done(visit.lang, &not_done)));
            Ok((status, comment::render(&web, &visit, id, &draft, None).await?).into_response())
        }
    }
}

/// How a page answers that says why nothing was done.
pub(super) fn status(not_done: &NotDone) -> StatusCode {
    match not_done {
        NotDone::WrongState(_) | NotDone::Overtaken { .. } | NotDone::WorkedOn(_) | NotDone::Hindered(..) => {
            StatusCode::CONFLICT
        }
        NotDone::NothingInForce => StatusCode::SERVICE_UNAVAILABLE,
        _ => StatusCode::UNPROCESSABLE_ENTITY,
    }
}
