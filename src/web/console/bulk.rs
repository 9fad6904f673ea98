//! Acting on many comments at once: exactly how many, which, what it costs and why, before it is done; what came of each, and one
//! button by which all of it is undone, after.

mod chosen;
mod these;
mod told;

use std::collections::HashMap;
use std::sync::Arc;

use axum::extract::rejection::FormRejection;
use axum::extract::{Form, Path, Query, RawQuery, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};
use serde::Deserialize;

use crate::domain::comment::CommentId;
use crate::domain::staff::Right;
use crate::store::acts::Seen;
use crate::store::bulks::{self, Bulk, BulkId};

use super::super::WebState;
use super::super::act::{Leaves, NotDone};
use super::super::bulk::{self, MAX, What};
use super::failure::{Failure, Why};
use super::inbox::chosen::{Asked, Chosen as List};
use super::lang::Lang;
use super::link::link;
use super::phrase::Phrase;
use super::visit::{Visit, proof_for};
use super::words;

use self::chosen::Selection;

pub(super) const PATH: &str = "/bulk";

type Web = State<Arc<WebState>>;
type Answer = Result<Response, Failure>;

/// What is chosen, before anything is done to it: `of=list` for all of a list, `of=chosen` and an `id` for each of some, or `these` for
/// all of them in one word.
pub(super) async fn show(
    State(web): Web,
    visit: Visit,
    RawQuery(query): RawQuery,
    Query(asked): Query<Asked>,
) -> Answer {
    visit.need(Right::ActOnComments)?;
    let query = query.unwrap_or_default();
    let pairs = || form_urlencoded::parse(query.as_bytes());
    let selection = if pairs().any(|(name, value)| name == "of" && value == "list") {
        Selection::of_list(&web, &visit, &List::from(asked)).await
    } else {
        let ids = pairs().flat_map(|(name, word)| match &*name {
            "id" => word.parse().map(CommentId).into_iter().collect(),
            "these" => these::comments(&word),
            _ => Vec::new(),
        });
        Selection::of(&web, ids.take(MAX).collect()).await
    };
    let selection = selection.map_err(|error| Failure::from_store(visit.lang, error))?;
    Ok(chosen::page(&web, &visit, &selection, None).await?.into_response())
}

#[derive(Deserialize)]
pub(super) struct BulkForm {
    what: String,
    clause: Option<String>,
    to: Option<String>,
    kind: Option<String>,
    reason: Option<String>,
    /// The comments with the revisions that were shown, `7.1,9.2`.
    items: String,
    /// The log up to this entry was known.
    entry: i64,
}

impl BulkForm {
    fn what(&self) -> Result<What, NotDone> {
        let of = |word: &Option<String>| word.clone().unwrap_or_default();
        let (text, missing) = match &*self.what {
            "hide" => (format!("hide:{}", of(&self.clause)), NotDone::ClauseMissing),
            "assign" => (format!("assign:{}", of(&self.to)), NotDone::NobodyToAnswer(String::new())),
            "kind" => (format!("kind:{}", of(&self.kind)), NotDone::NotForMany),
            other => (other.to_owned(), NotDone::NotForMany),
        };
        text.parse().map_err(|_| missing)
    }

    fn items(&self) -> Option<Vec<(CommentId, Option<Seen>)>> {
        let item = |word: &str| {
            let (id, revision) = word.split_once('.')?;
            let seen = Seen::Page { revision: revision.parse().ok()?, entry: self.entry };
            Some((CommentId(id.parse().ok()?), Some(seen)))
        };
        let items: Vec<_> = self.items.split(',').map(item).collect::<Option<_>>()?;
        (items.len() <= MAX).then_some(items)
    }
}

pub(super) async fn act(
    State(web): Web,
    visit: Visit,
    sent: Result<Form<BulkForm>, FormRejection>,
) -> Answer {
    visit.need(Right::ActOnComments)?;
    let bad = || Failure::new(visit.lang, Why::BadForm);
    let Form(form) = sent.map_err(|_| bad())?;
    let items = form.items().ok_or_else(bad)?;
    let failed = |error| Failure::from_store(visit.lang, error);
    let again = async |why: &str| -> Answer {
        let ids = items.iter().map(|(comment, _)| *comment).collect();
        let selection = Selection::of(&web, ids).await.map_err(failed)?;
        let page = chosen::page(&web, &visit, &selection, Some(why)).await?;
        Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
    };
    let what = match form.what() {
        Ok(what) => what,
        Err(why) => return again(&words::not_done(visit.lang, &why)).await,
    };
    if matches!(what, What::Hide(_)) {
        let page = address(items.iter().map(|(comment, _)| *comment));
        if let Err(to_sign_in) = visit.need_proof(&page) {
            return Ok(to_sign_in.into_response());
        }
    }
    let reason = form.reason.as_deref().unwrap_or_default();
    match bulk::carry_out(&web, &visit.staff.name, &what, &items, reason, (Leaves::AfterUndo, None)).await {
        Ok(done) => Ok(Redirect::to(&format!("{PATH}/{done}")).into_response()),
        Err(NotDone::Store(error)) => Err(failed(error)),
        Err(why) => again(&words::not_done(visit.lang, &why)).await,
    }
}

pub(super) async fn told(State(web): Web, visit: Visit, Path(number): Path<String>) -> Answer {
    visit.need(Right::ReadComments)?;
    let bulk = find(&web, &visit, &number).await?;
    Ok(told::page(&visit, &bulk).into_response())
}

pub(super) async fn undo(
    State(web): Web,
    visit: Visit,
    Path(number): Path<String>,
    _sealed: Form<HashMap<String, String>>,
) -> Answer {
    visit.need(Right::ActOnComments)?;
    let bulk = find(&web, &visit, &number).await?;
    if undoing_hides(&bulk)
        && let Err(to_sign_in) = visit.need_proof(&format!("{PATH}/{}", bulk.id))
    {
        return Ok(to_sign_in.into_response());
    }
    let reason = visit.lang.pick("تراجع عن الإجراء الجماعي رقم", "Undoing the act on many comments number");
    let reason = format!("{reason} {}", bulk.id);
    match bulk::undo(&web, &visit.staff.name, &bulk, &reason, (Leaves::AfterUndo, None)).await {
        Ok(undone) => Ok(Redirect::to(&format!("{PATH}/{undone}")).into_response()),
        Err(NotDone::Store(error)) => Err(Failure::from_store(visit.lang, error)),
        // A second click: what came of the first is told.
        Err(_) => {
            let bulk = find(&web, &visit, &number).await?;
            Ok((StatusCode::CONFLICT, told::page(&visit, &bulk)).into_response())
        }
    }
}

/// The page of these comments, for an act on them.
fn address(comments: impl IntoIterator<Item = CommentId>) -> String {
    link(PATH, &[("these", &these::word(comments))])
}

/// Whether undoing it hides many.
fn undoing_hides(bulk: &Bulk) -> bool {
    bulk.what.parse().is_ok_and(|what: What| what == What::Unhide)
}

/// In place of a button that hides many: the way to prove first who presses it, and back to `page`.
fn proof_first(lang: Lang, page: &str) -> Markup {
    html! {
        p.hint { (Phrase::ProofFirst.say(lang)) }
        p { a href=(proof_for(page)) { (Phrase::SignInAgain.say(lang)) } }
    }
}

async fn find(web: &WebState, visit: &Visit, number: &str) -> Result<Bulk, Failure> {
    let none = || Failure::new(visit.lang, Why::NoSuchPage);
    let id = number.parse().map(BulkId).map_err(|_| none())?;
    let found = bulks::get(&web.store, id).await.map_err(|error| Failure::from_store(visit.lang, error))?;
    found.ok_or_else(none)
}
