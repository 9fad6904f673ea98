//! Who is signed in, and signing out everywhere: for whoever left a session open somewhere.

use std::sync::Arc;

use axum::Extension;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::header::SET_COOKIE;
use axum::response::{IntoResponse, Redirect};
use maud::{Markup, html};

use super::super::{WebState, letting_in};
use super::failure::Failure;
use super::link::link;
use super::phrase::Phrase;
use super::session::Sessions;
use super::visit::Visit;
use super::{page, sign_in, words};

pub(super) const PATH: &str = "/account";

pub(super) async fn show(visit: Visit) -> Markup {
    let lang = visit.lang;
    let title = Phrase::Account.say(lang);
    page::of(
        &visit,
        title,
        PATH,
        html! {
            h1 { (title) }
            section.panel {
                dl.facts {
                    dt { (Phrase::SignedInAs.say(lang)) } dd { bdi { (visit.staff.name) } }
                    dt { (Phrase::Role.say(lang)) } dd { (words::role(lang, visit.staff.role)) }
                }
                p { (Phrase::SessionAbout.say(lang)) }
                form method="post" action="/sign-out/everywhere" {
                    (visit.sealed())
                    button.second { (Phrase::SignOutEverywhere.say(lang)) }
                }
            }
        },
    )
}

pub(super) async fn sign_out_everywhere(
    State(web): State<Arc<WebState>>,
    Extension(sessions): Extension<Arc<Sessions>>,
    visit: Visit,
    headers: HeaderMap,
) -> Result<impl IntoResponse, Failure> {
    let failed = |error| Failure::from_store(visit.lang, error);
    let cookie = match sessions.recognise(&headers) {
        Some(session) => sessions.end_all(&session),
        None => sessions.end(None),
    };
    letting_in::passed(&web, &visit.staff, "staff.signed_out_everywhere").await.map_err(failed)?;
    Ok(([(SET_COOKIE, cookie)], Redirect::to(&link(sign_in::PATH, &[("out", "1")]))))
}
