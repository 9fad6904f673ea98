//! Lists that a member of staff keeps by name: a way back to what they choose every day.

use std::sync::Arc;

use axum::extract::rejection::FormRejection;
use axum::extract::{Form, State};
use axum::response::Redirect;
use maud::{Markup, html};
use serde::Deserialize;

use crate::domain::staff::Right;
use crate::store::Step;
use crate::store::views::{self, NAME_MAX_CHARS, View};

use super::super::super::WebState;
use super::super::super::kept::{checked, keep_in};
use super::super::failure::{Failure, Why};
use super::super::phrase::Phrase;
use super::super::visit::Visit;
use super::PATH;
use super::chosen::Chosen;

#[derive(Deserialize)]
pub(in super::super) struct KeepForm {
    name: String,
    query: String,
}

#[derive(Deserialize)]
pub(in super::super) struct ForgetForm {
    name: String,
}

pub(in super::super) async fn keep(
    State(web): State<Arc<WebState>>,
    visit: Visit,
    sent: Result<Form<KeepForm>, FormRejection>,
) -> Result<Redirect, Failure> {
    let bad = || Failure::new(visit.lang, Why::BadForm);
    visit.need(Right::ReadComments)?;
    let Form(form) = sent.map_err(|_| bad())?;
    let view = checked(&form.name, &form.query).ok_or_else(bad)?;
    let failed = |error| Failure::from_store(visit.lang, error);
    let kept = keep_in(&web, visit.staff.id, &view).await.map_err(failed)?;
    let address = format!("{PATH}?{}", view.query);
    if kept { Ok(Redirect::to(&address)) } else { Err(Failure::new(visit.lang, Why::TooManyViews)) }
}

pub(in super::super) async fn forget(
    State(web): State<Arc<WebState>>,
    visit: Visit,
    sent: Result<Form<ForgetForm>, FormRejection>,
) -> Result<Redirect, Failure> {
    visit.need(Right::ReadComments)?;
    let Form(form) = sent.map_err(|_| Failure::new(visit.lang, Why::BadForm))?;
    let failed = |error| Failure::from_store(visit.lang, error);
    let mut tx = web.store.begin(Step::Keep).await.map_err(failed)?;
    views::forget(&mut tx, visit.staff.id, &form.name).await.map_err(failed)?;
    tx.commit().await.map_err(failed)?;
    Ok(Redirect::to(PATH))
}

/// The lists that are kept, and a form to keep this one.
pub(super) fn kept(visit: &Visit, chosen: &Chosen, kept: &[View]) -> Markup {
    let lang = visit.lang;
    let here = chosen.address(None);
    let query = here.split_once('?').map_or("", |(_, query)| query);
    html! {
        @if !kept.is_empty() {
            nav.choices.views aria-label=(Phrase::KeptLists.say(lang)) {
                @for view in kept {
                    a href={ (PATH) "?" (view.query) } aria-current=[(view.query == query).then_some("true")] { bdi { (view.name) } }
                }
            }
        }
        @if !visit.stopped && (chosen.is_narrowed() || !kept.is_empty()) {
            details.filters {
                summary { (Phrase::KeptLists.say(lang)) }
                form.line method="post" action="/views" {
                    (visit.sealed())
                    input type="hidden" name="query" value=(query);
                    label for="view-name" { (Phrase::KeepListAs.say(lang)) }
                    input #view-name name="name" dir="auto" required maxlength=(NAME_MAX_CHARS) autocomplete="off";
                    button.second { (Phrase::KeepList.say(lang)) }
                }
                @for view in kept {
                    form.line method="post" action="/views/forget" {
                        (visit.sealed())
                        input type="hidden" name="name" value=(view.name);
                        bdi { (view.name) }
                        button.plain { (Phrase::ForgetList.say(lang)) }
                    }
                }
            }
        }
    }
}
