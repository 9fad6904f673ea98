//! Signing in with a staff token, and out. A first form of it: accounts and the ministry's own sign-in come later.

use std::sync::Arc;

use axum::Extension;
use axum::extract::rejection::FormRejection;
use axum::extract::{Form, Query, State};
use axum::http::header::SET_COOKIE;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};
use serde::Deserialize;

use crate::domain::staff::{Right, Role};
use crate::store::staff;

use super::super::{WebState, letting_in, token_hash};
use super::failure::{Failure, Why};
use super::lang::Lang;
use super::link::{link, own_page};
use super::phrase::{Phrase, notice, warning};
use super::session::Sessions;
use super::{inbox, page, service};

pub(super) const PATH: &str = "/sign-in";

/// How the page was come to.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Come {
    /// Where to go on afterwards.
    next: Option<String>,
    /// Present after signing out.
    out: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Credentials {
    token: String,
    next: Option<String>,
}

pub(super) async fn show(lang: Lang, Query(come): Query<Come>) -> Markup {
    let note = come.out.map(|_| notice(Phrase::SignedOut.say(lang)));
    form(lang, come.next.as_deref(), note)
}

pub(super) async fn sign_in(
    State(web): State<Arc<WebState>>,
    Extension(sessions): Extension<Arc<Sessions>>,
    lang: Lang,
    credentials: Result<Form<Credentials>, FormRejection>,
) -> Result<Response, Failure> {
    let Form(given) = credentials.map_err(|_| Failure::new(lang, Why::BadForm))?;
    let hash = token_hash(given.token.trim());
    let failed = |error| Failure::from_store(lang, error);
    let found = staff::by_token(&web.store, &hash).await.map_err(failed)?;
    let Some(staff) = found else {
        letting_in::refused(&web, "console").await.map_err(failed)?;
        let page = form(lang, given.next.as_deref(), Some(warning(Phrase::TokenRefused.say(lang))));
        return Ok((StatusCode::UNAUTHORIZED, page).into_response());
    };
    letting_in::passed(&web, &staff, "staff.signed_in").await.map_err(failed)?;
    let next = given.next.as_deref().and_then(own_page).unwrap_or_else(|| home(staff.role));
    Ok(([(SET_COOKIE, sessions.open(&hash))], Redirect::to(next)).into_response())
}

pub(super) async fn sign_out(
    State(web): State<Arc<WebState>>,
    Extension(sessions): Extension<Arc<Sessions>>,
    lang: Lang,
    headers: HeaderMap,
) -> Result<impl IntoResponse, Failure> {
    let failed = |error| Failure::from_store(lang, error);
    let session = sessions.recognise(&headers);
    if let Some(session) = &session
        && let Some(staff) = staff::by_token(&web.store, &session.token_hash).await.map_err(failed)?
    {
        letting_in::passed(&web, &staff, "staff.signed_out").await.map_err(failed)?;
    }
    Ok(([(SET_COOKIE, sessions.end(session.as_ref()))], Redirect::to(&link(PATH, &[("out", "1")]))))
}

/// The page where a role's day begins.
pub(super) fn home(role: Role) -> &'static str {
    if role.may(Right::ReadComments) { inbox::PATH } else { service::PATH }
}

fn form(lang: Lang, next: Option<&str>, note: Option<Markup>) -> Markup {
    let title = Phrase::SignIn.say(lang);
    let here = next.map_or_else(|| PATH.to_owned(), |next| link(PATH, &[("next", next)]));
    page::bare(
        lang,
        title,
        &here,
        html! {
            h1 { (title) }
            p { (Phrase::SignInAbout.say(lang)) }
            @if let Some(note) = note { (note) }
            form.stack method="post" action=(PATH) {
                @if let Some(next) = next { input type="hidden" name="next" value=(next); }
                label for="token" { (Phrase::Token.say(lang)) }
                p.hint #token-hint { (Phrase::TokenHint.say(lang)) }
                input #token name="token" type="password" dir="ltr" autocomplete="current-password" required
                    aria-describedby="token-hint";
                button { (Phrase::SignIn.say(lang)) }
            }
        },
    )
}
