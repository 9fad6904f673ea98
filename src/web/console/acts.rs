//! Taking in the forms of a comment's page. After an act the browser is sent back to the page, which says what happens
//! next; a form that cannot be taken is shown again with what was written and what to mend.

use std::sync::Arc;

use axum::extract::rejection::FormRejection;
use axum::extract::{Form, Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use crate::domain::action::ActionId;
use crate::domain::staff::Right;
use crate::store::acts::Seen;
use crate::store::comments::{ListKey, Story};

use super::super::WebState;
use super::super::act::{self, Command, Leaves, NotDone, Outcome};
use super::comment;
use super::failure::{Failure, Why};
use super::forms::{Draft, Form as Which};
use super::link::link;
use super::live::{self, Lease};
use super::next;
use super::phrase::Phrase;
use super::undo::Undo;
use super::visit::Visit;
use super::{review, words};

#[derive(Deserialize)]
pub(super) struct HideForm {
    clause: String,
    reason: String,
    /// Where to go on afterwards, where not to the same page.
    then: Option<Then>,
    /// What the page showed.
    seen: Shown,
}

#[derive(Deserialize)]
pub(super) struct ReasonForm {
    reason: String,
    /// Where to go on afterwards, where not to the same page.
    then: Option<Then>,
    /// What the page showed.
    seen: Shown,
}

#[derive(Deserialize)]
pub(super) struct ReplyForm {
    text: String,
    /// Where to go on afterwards, where not to the same page.
    then: Option<Then>,
    /// Present where the reply is to be shown first, and not sent.
    preview: Option<String>,
    /// Present where somebody else is to approve it first.
    propose: Option<String>,
    /// What the page showed.
    seen: Shown,
}

/// Where somebody goes on after an act.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub(super) enum Then {
    /// To the next comment that needs a person.
    Next,
    /// To the review queue, behind this place in it.
    Review { after: Option<ListKey> },
}

impl Then {
    fn after(self) -> Option<String> {
        match self {
            Then::Next => None,
            Then::Review { after } => after.map(|after| after.to_string()),
        }
    }
}

impl TryFrom<String> for Then {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        match text.split_once('.') {
            None if text == "next" => Ok(Then::Next),
            None if text == "review" => Ok(Then::Review { after: None }),
            Some(("review", place)) => place
                .parse()
                .map(|after| Then::Review { after: Some(after) })
                .map_err(|_| "no place of the queue"),
            _ => Err("not where somebody may go on"),
        }
    }
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

#[derive(Deserialize)]
pub(super) struct ApproveForm {
    action: i64,
    text: String,
    /// Present where the reply is given back.
    reason: Option<String>,
    /// What the page showed.
    seen: Shown,
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
    let draft = Draft { reason: form.reason.clone(), then: form.then, ..Draft::default() };
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
    /// Somebody else must let it leave.
    Proposed,
    /// A colleague's reply was given back.
    Returned,
    /// It was asked for already.
    Already,
}

impl Done {
    const ALL: [Done; 13] = [
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
        Done::Proposed,
        Done::Returned,
        Done::Already,
    ];

    fn of(which: Which, outcome: Outcome) -> Done {
        match (which, outcome) {
            (_, Outcome::UnderWay) => Done::Already,
            (_, Outcome::Proposed(_)) => Done::Proposed,
            (Which::Approval(_), Outcome::Settled(_)) => Done::Returned,
            (Which::Approval(_), Outcome::Queued(_)) => Done::Reply,
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
            Done::Proposed => "proposed",
            Done::Returned => "returned",
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
            Done::Proposed => Phrase::Proposed,
            Done::Returned => Phrase::Returned,
            Done::Already => Phrase::AlreadyOnItsWay,
        }
    }
}
