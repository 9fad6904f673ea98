//! Taking in the forms of a comment's page. After an act the browser is sent back to the page, which says what happens
//! next; a form that cannot be taken is shown again with what was written and what to mend.

use std::sync::Arc;

use axum::extract::rejection::FormRejection;
use axum::extract::{Form, Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use crate::domain::staff::Right;
use crate::store::acts::Seen;
use crate::store::comments::Story;

use super::super::WebState;
use super::super::act::{self, Command, Leaves, NotDone, Outcome};
use super::comment;
use super::failure::{Failure, Why};
use super::forms::{Draft, Form as Which};
use super::link::link;
use super::next;
use super::phrase::Phrase;
use super::undo::Undo;
use super::visit::Visit;
use super::words;

#[derive(Deserialize)]
pub(super) struct HideForm {
    clause: String,
    reason: String,
    /// Present where the next comment is to be opened afterwards.
    then: Option<String>,
    /// What the page showed.
    seen: Shown,
}

#[derive(Deserialize)]
pub(super) struct ReasonForm {
    reason: String,
    /// Present where the next comment is to be opened afterwards.
    then: Option<String>,
    /// What the page showed.
    seen: Shown,
}

#[derive(Deserialize)]
pub(super) struct ReplyForm {
    text: String,
    /// Present where the next comment is to be opened afterwards.
    then: Option<String>,
    /// Present where the reply is to be shown first, and not sent.
    preview: Option<String>,
    /// What the page showed.
    seen: Shown,
}

/// What a page showed of its comment, as its forms carry it: the revision, a point, and the number of the last entry of the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub(super) struct Shown(Seen);

impl Shown {
    pub(super) fn of(story: &Story) -> String {
        format!("{}.{}", story.comment.revision, story.entry)
    }
}

impl TryFrom<String> for Shown {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let read = || {
            let (revision, entry) = text.split_once('.')?;
            Some(Shown(Seen::Page { revision: revision.parse().ok()?, entry: entry.parse().ok()? }))
        };
        read().ok_or("not what a page carries")
    }
}

type Sent<T> = Result<Form<T>, FormRejection>;
type Web = State<Arc<WebState>>;
type Answer = Result<Response, Failure>;

pub(super) async fn hide(web: Web, visit: Visit, id: Path<String>, sent: Sent<HideForm>) -> Answer {
    let form = taken(&visit, sent)?;
    let clause = form.clause.parse().ok();
    let then_next = form.then.is_some();
    let draft = Draft { clause, reason: form.reason.clone(), then_next, ..Draft::default() };
    let command = clause.map(|clause| Command::Hide { clause, reason: form.reason });
    let asked = (form.seen, command.ok_or(NotDone::ClauseMissing));
    act(web, visit, id, Which::Hide, asked, draft).await
}

pub(super) async fn unhide(web: Web, visit: Visit, id: Path<String>, sent: Sent<ReasonForm>) -> Answer {
    let form = taken(&visit, sent)?;
    let draft = Draft { reason: form.reason.clone(), then_next: form.then.is_some(), ..Draft::default() };
    let asked = (form.seen, Ok(Command::Unhide { reason: form.reason }));
    act(web, visit, id, Which::Unhide, asked, draft).await
}

pub(super) async fn approve(web: Web, visit: Visit, id: Path<String>, sent: Sent<ReasonForm>) -> Answer {
    let form = taken(&visit, sent)?;
    let draft = Draft { reason: form.reason.clone(), then_next: form.then.is_some(), ..Draft::default() };
    let command = Command::LeaveVisible { reason: Some(form.reason) };
    act(web, visit, id, Which::LeaveVisible, (form.seen, Ok(command)), draft).await
}

pub(super) async fn reply(web: Web, visit: Visit, id: Path<String>, sent: Sent<ReplyForm>) -> Answer {
    let form = taken(&visit, sent)?;
    // Browsers send a line's end as CR LF; a platform would count the CR.
    let text = form.text.replace("\r\n", "\n");
    let (then_next, preview) = (form.then.is_some(), form.preview.is_some());
    let draft = Draft { reply: text.clone(), then_next, preview, ..Draft::default() };
    if preview {
        let id = comment::id(&visit, &id.0)?;
        return Ok(comment::render(&web.0, &visit, id, &draft, None).await?.into_response());
    }
    act(web, visit, id, Which::Reply, (form.seen, Ok(Command::Reply { text })), draft).await
}

#[derive(Deserialize)]
pub(super) struct PauseForm {
    reason: String,
    /// What the page showed.
    seen: Shown,
}

#[derive(Deserialize)]
pub(super) struct PriorityForm {
    priority: String,
    /// What the page showed.
    seen: Shown,
}

#[derive(Deserialize)]
pub(super) struct PlainForm {
    /// What the page showed.
    seen: Shown,
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

#[derive(Deserialize)]
pub(super) struct AssignForm {
    to: String,
    /// What the page showed.
    seen: Shown,
}

pub(super) async fn assign(web: Web, visit: Visit, id: Path<String>, sent: Sent<AssignForm>) -> Answer {
    let form = taken(&visit, sent)?;
    let to = form.to.parse().map_err(|_| Failure::new(visit.lang, Why::BadForm))?;
    let asked = (form.seen, Ok(Command::Assign { to }));
    act(web, visit, id, Which::Assign, asked, Draft::default()).await
}

#[derive(Deserialize)]
pub(super) struct KindForm {
    kind: String,
    /// What the page showed.
    seen: Shown,
}

pub(super) async fn kind(web: Web, visit: Visit, id: Path<String>, sent: Sent<KindForm>) -> Answer {
    let form = taken(&visit, sent)?;
    let kind = form.kind.parse().map_err(|_| Failure::new(visit.lang, Why::BadForm))?;
    let asked = (form.seen, Ok(Command::Reclassify { kind }));
    act(web, visit, id, Which::Kind, asked, Draft::default()).await
}

pub(super) async fn no_reply(web: Web, visit: Visit, id: Path<String>, sent: Sent<ReasonForm>) -> Answer {
    let form = taken(&visit, sent)?;
    let draft = Draft { reason: form.reason.clone(), then_next: form.then.is_some(), ..Draft::default() };
    let asked = (form.seen, Ok(Command::NoReply { reason: form.reason }));
    act(web, visit, id, Which::NoReply, asked, draft).await
}

#[derive(Deserialize)]
pub(super) struct NoteForm {
    text: String,
    /// What the page showed.
    seen: Shown,
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
    let carried_out = match command {
        Ok(command) => {
            act::carry_out(&web, &visit.staff.name, id, Some(seen.0), Leaves::AfterUndo, command).await
        }
        Err(not_done) => Err(not_done),
    };
    match carried_out {
        Ok(outcome) => {
            let done = Done::of(which, outcome);
            let undo = match outcome {
                Outcome::Queued(action) if !web.undo.is_zero() => Some(Undo { comment: id, action }.word()),
                _ => None,
            };
            let mut told = vec![("done", done.word())];
            told.extend(undo.as_deref().map(|undo| ("undo", undo)));
            if draft.then_next {
                told.push(("not", &number));
                return Ok(Redirect::to(&link(next::PATH, &told)).into_response());
            }
            Ok(Redirect::to(&link(&format!("/comments/{id}"), &told)).into_response())
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
        NotDone::WrongState(_) | NotDone::Overtaken { .. } | NotDone::Hindered(..) => StatusCode::CONFLICT,
        NotDone::NothingInForce => StatusCode::SERVICE_UNAVAILABLE,
        _ => StatusCode::UNPROCESSABLE_ENTITY,
    }
}

/// What was just done, as an address carries it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Done {
    Hide,
    Unhide,
    Reply,
    LeftVisible,
    /// Something about its deadlines.
    Deadlines,
    /// It changed hands.
    Assigned,
    NoReply,
    Kind,
    Note,
    TakenBack,
    /// It was asked for already.
    Already,
}

impl Done {
    const ALL: [Done; 11] = [
        Done::Hide,
        Done::Unhide,
        Done::Reply,
        Done::LeftVisible,
        Done::Deadlines,
        Done::Assigned,
        Done::NoReply,
        Done::Kind,
        Done::Note,
        Done::TakenBack,
        Done::Already,
    ];

    fn of(which: Which, outcome: Outcome) -> Done {
        match (which, outcome) {
            (_, Outcome::UnderWay) => Done::Already,
            (Which::Hide, _) => Done::Hide,
            (Which::Unhide, _) => Done::Unhide,
            (Which::Reply, _) => Done::Reply,
            (Which::LeaveVisible, _) => Done::LeftVisible,
            (Which::Assign, _) => Done::Assigned,
            (Which::NoReply, _) => Done::NoReply,
            (Which::Kind, _) => Done::Kind,
            (Which::Note, _) => Done::Note,
            (Which::Pause | Which::Resume | Which::Priority | Which::Solve | Which::Reopen, _) => {
                Done::Deadlines
            }
        }
    }

    pub(super) fn word(self) -> &'static str {
        match self {
            Done::Hide => "hide",
            Done::Unhide => "unhide",
            Done::Reply => "reply",
            Done::LeftVisible => "visible",
            Done::Deadlines => "deadlines",
            Done::Assigned => "assigned",
            Done::NoReply => "no_reply",
            Done::Kind => "kind",
            Done::Note => "note",
            Done::TakenBack => "taken_back",
            Done::Already => "already",
        }
    }

    pub(super) fn from_word(word: &str) -> Option<Done> {
        Done::ALL.into_iter().find(|done| done.word() == word)
    }

    /// What happens next.
    pub(super) fn phrase(self) -> Phrase {
        match self {
            Done::Hide => Phrase::HideQueued,
            Done::Unhide => Phrase::UnhideQueued,
            Done::Reply => Phrase::ReplyQueued,
            Done::LeftVisible => Phrase::LeftVisible,
            Done::Deadlines => Phrase::DeadlinesChanged,
            Done::Assigned => Phrase::ChangedHands,
            Done::NoReply => Phrase::LeftWithoutReply,
            Done::Kind => Phrase::KindChanged,
            Done::Note => Phrase::NoteKept,
            Done::TakenBack => Phrase::TakenBack,
            Done::Already => Phrase::AlreadyOnItsWay,
        }
    }
}
