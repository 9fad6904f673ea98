//! Acts: what the console's forms do, for programs. 202 means that it is in the outbox, not that a platform did it. A body
//! may name the revision that was read; when the author has written another since, nothing is done. `If-Match` with the `ETag` of the
//! story that was read is stricter: nothing is done when anything has happened to the comment since. An act that is sent again with
//! its `Idempotency-Key` is not done again.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};

use crate::domain::action::ActionId;
use crate::domain::calendar::Target;
use crate::domain::comment::CommentId;
use crate::domain::holder::Holder;
use crate::domain::judge::Kind;
use crate::domain::policy::ClauseId;
use crate::domain::reply::{ClockKind, PauseReason, Priority};
use crate::domain::staff::Right;
use crate::store::acts::{Promises, Seen};

use super::super::WebState;
use super::super::act::{self, Command, Leaves, Outcome};
use super::super::erase;
use super::caller::Caller;
use super::idempotent::Given;
use super::problem::Problem;
use super::sent::{Body, Numbered, On};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct HideBody {
    clause: ClauseId,
    reason: String,
    revision: Option<i64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct UnhideBody {
    reason: String,
    revision: Option<i64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ApproveBody {
    reason: Option<String>,
    revision: Option<i64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ReplyBody {
    text: String,
    revision: Option<i64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PauseBody {
    reason: PauseReason,
    revision: Option<i64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PriorityBody {
    priority: Priority,
    revision: Option<i64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TargetBody {
    clock: ClockKind,
    /// Such as `4h`; null for what is promised.
    #[serde(deserialize_with = "target_or_null")]
    target: Option<Target>,
    revision: Option<i64>,
}

fn target_or_null<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Target>, D::Error> {
    let word = Option::<String>::deserialize(from)?;
    let target = |word: String| word.parse().map_err(|why| D::Error::custom(format!("`{word}` {why}")));
    word.map(target).transpose()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct AssignBody {
    to: Holder,
    revision: Option<i64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PlainBody {
    revision: Option<i64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct EraseBody {
    reason: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct KindBody {
    kind: Kind,
    revision: Option<i64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct NoteBody {
    text: String,
    revision: Option<i64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ApproveReplyBody {
    action: ActionId,
    text: String,
    revision: Option<i64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ReturnReplyBody {
    action: ActionId,
    reason: String,
    revision: Option<i64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TakeBackBody {
    action: ActionId,
}

/// An act that was taken in.
#[derive(Serialize)]
struct Accepted {
    comment: CommentId,
    /// The action's number; null where the same act was asked for already.
    action: Option<ActionId>,
}

type Web = State<Arc<WebState>>;
type Sent<T> = Result<Body<T>, Problem>;
type Answer = Result<Response, Problem>;

pub(super) async fn hide(web: Web, caller: Caller, on: On, body: Sent<HideBody>) -> Answer {
    act(web, caller, on, body, |body| {
        (body.revision, Command::Hide { clause: body.clause, reason: body.reason })
    })
    .await
}

pub(super) async fn unhide(web: Web, caller: Caller, on: On, body: Sent<UnhideBody>) -> Answer {
    act(web, caller, on, body, |body| (body.revision, Command::Unhide { reason: body.reason })).await
}

pub(super) async fn approve(web: Web, caller: Caller, on: On, body: Sent<ApproveBody>) -> Answer {
    act(web, caller, on, body, |body| (body.revision, Command::LeaveVisible { reason: body.reason })).await
}

pub(super) async fn reply(web: Web, caller: Caller, on: On, body: Sent<ReplyBody>) -> Answer {
    act(web, caller, on, body, |body| (body.revision, Command::Reply { text: body.text })).await
}

pub(super) async fn pause(web: Web, caller: Caller, on: On, body: Sent<PauseBody>) -> Answer {
    act(web, caller, on, body, |body| (body.revision, Command::Pause { reason: body.reason })).await
}

pub(super) async fn resume(web: Web, caller: Caller, on: On, body: Sent<PlainBody>) -> Answer {
    act(web, caller, on, body, |body| (body.revision, Command::Resume)).await
}

pub(super) async fn priority(web: Web, caller: Caller, on: On, body: Sent<PriorityBody>) -> Answer {
    act(web, caller, on, body, |body| (body.revision, Command::Prioritise { priority: body.priority })).await
}

pub(super) async fn target(web: Web, caller: Caller, on: On, body: Sent<TargetBody>) -> Answer {
    act(web, caller, on, body, |body| {
        (body.revision, Command::Retarget { clock: body.clock, target: body.target })
    })
    .await
}

pub(super) async fn solve(web: Web, caller: Caller, on: On, body: Sent<PlainBody>) -> Answer {
    act(web, caller, on, body, |body| (body.revision, Command::Solve)).await
}

pub(super) async fn reopen(web: Web, caller: Caller, on: On, body: Sent<PlainBody>) -> Answer {
    act(web, caller, on, body, |body| (body.revision, Command::Reopen)).await
}

pub(super) async fn assign(web: Web, caller: Caller, on: On, body: Sent<AssignBody>) -> Answer {
    act(web, caller, on, body, |body| (body.revision, Command::Assign { to: body.to })).await
}

/// By law, and at once: nothing of it goes by the outbox.
pub(super) async fn erase(
    State(web): Web,
    caller: Caller,
    Numbered(comment): Numbered,
    given: Given,
    body: Sent<EraseBody>,
) -> Answer {
    caller.need(Right::EraseContent)?;
    let Body(EraseBody { reason }) = body?;
    let rules = (web.in_force)().await;
    let promises = rules.as_ref().map(|rules| Promises { calendar: &rules.calendar, routing: &web.routing });
    let (name, once) = (caller.name(), given.of(&caller));
    erase::erase(&web.store, name, promises, comment, &reason, web.clock.now(), once.as_ref()).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

pub(super) async fn kind(web: Web, caller: Caller, on: On, body: Sent<KindBody>) -> Answer {
    act(web, caller, on, body, |body| (body.revision, Command::Reclassify { kind: body.kind })).await
}

pub(super) async fn no_reply(web: Web, caller: Caller, on: On, body: Sent<UnhideBody>) -> Answer {
    act(web, caller, on, body, |body| (body.revision, Command::NoReply { reason: body.reason })).await
}

pub(super) async fn note(web: Web, caller: Caller, on: On, body: Sent<NoteBody>) -> Answer {
    act(web, caller, on, body, |body| (body.revision, Command::Note { text: body.text })).await
}

pub(super) async fn take_back(web: Web, caller: Caller, on: On, body: Sent<TakeBackBody>) -> Answer {
    act(web, caller, on, body, |body| (None, Command::TakeBack { action: body.action })).await
}

pub(super) async fn propose(web: Web, caller: Caller, on: On, body: Sent<ReplyBody>) -> Answer {
    act(web, caller, on, body, |body| (body.revision, Command::Propose { text: body.text })).await
}

pub(super) async fn approve_reply(web: Web, caller: Caller, on: On, body: Sent<ApproveReplyBody>) -> Answer {
    caller.need(Right::ApproveReplies)?;
    act(web, caller, on, body, |body| {
        (body.revision, Command::ApproveReply { action: body.action, text: body.text })
    })
    .await
}

pub(super) async fn return_reply(web: Web, caller: Caller, on: On, body: Sent<ReturnReplyBody>) -> Answer {
    caller.need(Right::ApproveReplies)?;
    act(web, caller, on, body, |body| {
        (body.revision, Command::ReturnReply { action: body.action, reason: body.reason })
    })
    .await
}

/// Whether the caller may is told before what is wrong with the body.
async fn act<T>(
    State(web): Web,
    caller: Caller,
    On { comment, seen, given }: On,
    body: Sent<T>,
    asked: impl FnOnce(T) -> (Option<i64>, Command),
) -> Answer {
    caller.need(Right::ActOnComments)?;
    let Body(body) = body?;
    let (revision, command) = asked(body);
    if let (Some(_), Some(_)) = (seen, revision) {
        return Err(Problem::two_conditions());
    }
    let seen = seen.or(revision.map(Seen::Revision));
    let once = given.of(&caller);
    let (name, leaves) = (caller.name(), Leaves::AtOnce);
    let done = act::carry_out_once(&web, name, comment, seen, leaves, command, once.as_ref()).await?;
    Ok(match done {
        Outcome::Settled(_) => StatusCode::NO_CONTENT.into_response(),
        outcome => {
            let action = match outcome {
                Outcome::Queued(action) | Outcome::Proposed(action) => Some(action),
                Outcome::UnderWay | Outcome::Settled(_) => None,
            };
            (StatusCode::ACCEPTED, Json(Accepted { comment, action })).into_response()
        }
    })
}
