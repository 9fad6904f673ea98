//! Somebody's own sessions: which there are, and ending one or all of them.

use std::sync::Arc;

use axum::Extension;
use axum::extract::rejection::FormRejection;
use axum::extract::{Form, State};
use axum::http::header::SET_COOKIE;
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};
use serde::Deserialize;

use crate::store::sessions::{self, Session};
use crate::store::{Step, audit};

use super::super::{WebState, letting_in};
use super::door_words::{self, Word};
use super::failure::{Failure, Why};
use super::link::link;
use super::phrase::Phrase;
use super::session::{Sessions, SignedIn, Which};
use super::visit::Visit;
use super::{account, sign_in, when};

/// A table of them, and what ends them.
pub(super) fn table(visit: &Visit, all: &[Session]) -> Markup {
    let (lang, zone) = (visit.lang, visit.zone());
    html! {
        section.panel {
            h2 { (Word::Sessions.say(lang)) }
            p { (Phrase::SessionAbout.say(lang)) }
            div.wide tabindex="0" { table {
                thead { tr {
                    @for head in [Word::Browser, Word::CameIn, Word::Opened, Word::LastUsed] { th scope="col" { (head.say(lang)) } }
                    th scope="col" { span.unseen { (Word::End.say(lang)) } }
                } }
                tbody { @for session in all { tr {
                    th scope="row" { bdi { (door_words::browser(lang, &session.browser)) } }
                    td { (door_words::way(lang, session.way)) }
                    td { (when::short(lang, &zone, session.opened_at)) }
                    td { (when::short(lang, &zone, session.seen_at)) }
                    td {
                        @if session.id == visit.session.id { (Word::ThisOne.say(lang)) } @else {
                            form method="post" action="/sign-out/one" {
                                (visit.sealed())
                                input type="hidden" name="session" value=(session.id);
                                button.plain { (Word::End.say(lang)) }
                            }
                        }
                    }
                } } }
            } }
            form method="post" action="/sign-out/everywhere" {
                (visit.sealed())
                button.second { (Phrase::SignOutEverywhere.say(lang)) }
            }
        }
    }
}

#[derive(Deserialize)]
pub(super) struct One {
    session: String,
}

pub(super) async fn sign_out_one(
    State(web): State<Arc<WebState>>,
    visit: Visit,
    form: Result<Form<One>, FormRejection>,
) -> Result<Response, Failure> {
    let failed = |error| Failure::from_store(visit.lang, error);
    if let Err(to_sign_in) = visit.need_proof(account::PATH) {
        return Ok(to_sign_in.into_response());
    }
    let Form(One { session }) = form.map_err(|_| Failure::new(visit.lang, Why::BadForm))?;
    let mut tx = web.store.begin(Step::Keep).await.map_err(failed)?;
    if sessions::end(&mut tx, visit.staff.id, &session).await.map_err(failed)? {
        let entry = letting_in::passing(&web, &visit.staff, "staff.signed_out_elsewhere");
        audit::append(&mut tx, &[entry]).await.map_err(failed)?;
        tx.commit().await.map_err(failed)?;
    }
    Ok(Redirect::to(&link(account::PATH, &[("done", "session")])).into_response())
}

pub(super) async fn sign_out_everywhere(
    State(web): State<Arc<WebState>>,
    Extension(sessions): Extension<Arc<Sessions>>,
    visit: Visit,
) -> Result<Response, Failure> {
    if let Err(to_sign_in) = visit.need_proof(account::PATH) {
        return Ok(to_sign_in.into_response());
    }
    let lang = visit.lang;
    let signed_in = SignedIn { staff: visit.staff, session: visit.session };
    let ended = sessions.end(&web, &signed_in, Which::All).await;
    let cookie = ended.map_err(|error| Failure::from_store(lang, error))?;
    Ok(([(SET_COOKIE, cookie)], Redirect::to(&link(sign_in::PATH, &[("out", "1")]))).into_response())
}
