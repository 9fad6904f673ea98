//! Taking back what has not left yet: a button where it was asked for, on the page that came after it, and in the line of time.

use std::sync::Arc;

use axum::extract::rejection::FormRejection;
use axum::extract::{Form, Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};
use serde::Deserialize;

use super::super::WebState;
use super::super::act::{self, Command, Leaves, NotDone};
use super::acts::{Done, status};
use super::comment;
use super::failure::{Failure, Why};
use super::forms::Draft;
use super::link::link;
use super::phrase::{Phrase, warning};
use super::visit::Visit;
use super::words;
use crate::domain::action::{Action, ActionId, ActionState};
use crate::domain::comment::CommentId;
use crate::domain::staff::Right;

/// An action that can be taken back, as an address carries it: its comment, a point, and its number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Undo {
    pub comment: CommentId,
    pub action: ActionId,
}

impl Undo {
    pub(super) fn from_word(word: &str) -> Option<Undo> {
        let (comment, action) = word.split_once('.')?;
        Some(Undo { comment: CommentId(comment.parse().ok()?), action: ActionId(action.parse().ok()?) })
    }

    pub(super) fn word(self) -> String {
        format!("{}.{}", self.comment, self.action)
    }

    /// The action, where it has not left yet and was not asked for by the machine.
    pub(super) fn of(visit: &Visit, action: &Action) -> Option<Undo> {
        let waits = match action.state {
            ActionState::AwaitingApproval => true,
            ActionState::Queued => action.not_before.is_some_and(|leaves| leaves > visit.now),
            _ => false,
        };
        waits.then_some(Undo { comment: action.comment, action: action.id })
    }

    /// The button.
    pub(super) fn form(self, visit: &Visit, keyed: bool) -> Markup {
        html! {
            form.line method="post" action={ "/comments/" (self.comment) "/take-back" } {
                (visit.sealed())
                input type="hidden" name="action" value=(self.action);
                button.second data-key=[keyed.then_some("z")] { (Phrase::TakeBack.say(visit.lang)) }
            }
        }
    }
}

#[derive(Deserialize)]
pub(super) struct TakeBackForm {
    action: i64,
}

/// Takes it back, and shows the words of a reply again where it is written.
pub(super) async fn take_back(
    State(web): State<Arc<WebState>>,
    visit: Visit,
    Path(number): Path<String>,
    sent: Result<Form<TakeBackForm>, FormRejection>,
) -> Result<Response, Failure> {
    visit.need(Right::ActOnComments)?;
    let Form(form) = sent.map_err(|_| Failure::new(visit.lang, Why::BadForm))?;
    let (id, action) = (comment::id(&visit, &number)?, ActionId(form.action));
    let command = Command::TakeBack { action };
    match act::carry_out(&web, &visit.staff.name, id, None, Leaves::AtOnce, command).await {
        Ok(_) => {
            let again = action.to_string();
            let told = [("done", Done::TakenBack.word()), ("again", again.as_str())];
            Ok(Redirect::to(&link(&format!("/comments/{id}"), &told)).into_response())
        }
        Err(NotDone::NoSuchComment) => Err(Failure::new(visit.lang, Why::NoSuchComment)),
        Err(NotDone::Store(error)) => Err(Failure::from_store(visit.lang, error)),
        Err(not_done) => {
            let told = match not_done {
                NotDone::WrongState(_) => Phrase::LeftAlready.say(visit.lang).to_owned(),
                _ => words::not_done(visit.lang, &not_done),
            };
            let page = comment::render(&web, &visit, id, &Draft::default(), Some(warning(&told))).await?;
            Ok((status(&not_done), page).into_response())
        }
    }
}
