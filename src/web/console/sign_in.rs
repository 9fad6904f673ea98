//! Signing in, by name and password or with an access token, and out.

use std::sync::Arc;

use axum::Extension;
use axum::extract::rejection::FormRejection;
use axum::extract::{Form, Query, State};
use axum::http::header::{RETRY_AFTER, SET_COOKIE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};
use serde::Deserialize;

use crate::domain::session::Way;
use crate::domain::staff::{Right, Role};
use crate::store::StoreError;
use crate::store::staff::{self, Staff};

use super::super::{WebState, letting_in, token_hash};
use super::credentials::{Passwords, Tried};
use super::door_words::{self, Word};
use super::failure::{Failure, Why};
use super::lang::Lang;
use super::link::{link, own_page};
use super::phrase::{Phrase, notice, warning};
use super::session::{Sessions, SignedIn, Which};
use super::{inbox, page, password, provider, service};

pub(super) const PATH: &str = "/sign-in";

/// How the page was come to.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Come {
    /// Where to go on afterwards.
    next: Option<String>,
    /// Present after signing out.
    out: Option<String>,
    /// Present where somebody who is signed in must show once more who they are.
    again: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Shown {
    token: Option<String>,
    name: Option<String>,
    password: Option<String>,
    next: Option<String>,
}

pub(super) async fn show(
    State(web): State<Arc<WebState>>,
    lang: Lang,
    Query(come): Query<Come>,
    signed_in: Option<Extension<SignedIn>>,
) -> Markup {
    let door = Door {
        lang,
        next: come.next.as_deref(),
        provider: web.provider.is_some(),
        again: come.again.is_some(),
    };
    match signed_in {
        Some(Extension(SignedIn { staff, .. })) if door.again => {
            form(door, &staff.name, Some(notice(Word::Again.say(lang))))
        }
        _ => form(door, "", come.out.map(|_| notice(Phrase::SignedOut.say(lang)))),
    }
}

pub(super) async fn sign_in(
    State(web): State<Arc<WebState>>,
    Extension(sessions): Extension<Arc<Sessions>>,
    Extension(passwords): Extension<Arc<Passwords>>,
    lang: Lang,
    headers: HeaderMap,
    shown: Result<Form<Shown>, FormRejection>,
) -> Result<Response, Failure> {
    let Form(shown) = shown.map_err(|_| Failure::new(lang, Why::BadForm))?;
    let failed = |error| Failure::from_store(lang, error);
    let next = shown.next.as_deref();
    let door = Door { lang, next, provider: web.provider.is_some(), again: false };
    let name = shown.name.unwrap_or_default();
    let (found, way, refused) = match (shown.token, shown.password) {
        (Some(token), _) => {
            (by_token(&web, &token).await.map_err(failed)?, Way::Token, Phrase::TokenRefused.say(lang))
        }
        (None, Some(password)) => {
            let tried = passwords.attempt(&web, &name, password, &headers).await.map_err(failed)?;
            let found = match tried {
                Tried::In(staff, _) => Some(staff),
                Tried::Refused => None,
                Tried::TooMany(until) => {
                    letting_in::refused(&web, "console").await.map_err(failed)?;
                    let rest = until.duration_since(web.wall.now());
                    let page = form(door, &name, Some(warning(&door_words::too_many(lang, rest))));
                    let after = [(RETRY_AFTER, rest.as_secs().max(1).to_string())];
                    return Ok((StatusCode::TOO_MANY_REQUESTS, after, page).into_response());
                }
            };
            (found, Way::Password, Word::Refused.say(lang))
        }
        (None, None) => return Err(Failure::new(lang, Why::BadForm)),
    };
    let Some(staff) = found else {
        letting_in::refused(&web, "console").await.map_err(failed)?;
        let page = form(door, &name, Some(warning(refused)));
        return Ok((StatusCode::UNAUTHORIZED, page).into_response());
    };
    let cookie = sessions.open(&web, &staff, way, web.wall.now(), &headers).await.map_err(failed)?;
    let next = next.and_then(own_page).unwrap_or_else(|| home(staff.role));
    Ok(([(SET_COOKIE, cookie)], Redirect::to(next)).into_response())
}

async fn by_token(web: &WebState, token: &str) -> Result<Option<Staff>, StoreError> {
    staff::by_token(&web.store, &token_hash(token.trim())).await
}

pub(super) async fn sign_out(
    State(web): State<Arc<WebState>>,
    Extension(sessions): Extension<Arc<Sessions>>,
    lang: Lang,
    signed_in: Option<Extension<SignedIn>>,
) -> Result<impl IntoResponse, Failure> {
    let cookie = match signed_in {
        Some(Extension(signed_in)) => sessions.end(&web, &signed_in, Which::This).await,
        None => Ok(sessions.none()),
    };
    let cookie = cookie.map_err(|error| Failure::from_store(lang, error))?;
    Ok(([(SET_COOKIE, cookie)], Redirect::to(&link(PATH, &[("out", "1")]))))
}

/// The page where a role's day begins.
pub(super) fn home(role: Role) -> &'static str {
    if role.may(Right::ReadComments) { inbox::PATH } else { service::PATH }
}

/// What the page is for.
#[derive(Clone, Copy)]
struct Door<'a> {
    lang: Lang,
    next: Option<&'a str>,
    /// Whether the ministry has a sign-in of its own.
    provider: bool,
    /// Whether somebody who is signed in must show once more who they are.
    again: bool,
}

impl Door<'_> {
    fn to_provider(self) -> String {
        let again = self.again.then_some(("again", "1"));
        link(
            provider::PATH,
            &self.next.map(|next| ("next", next)).into_iter().chain(again).collect::<Vec<_>>(),
        )
    }
}

fn form(door: Door<'_>, name: &str, note: Option<Markup>) -> Markup {
    let Door { lang, next, .. } = door;
    let title = Phrase::SignIn.say(lang);
    let here = next.map_or_else(|| PATH.to_owned(), |next| link(PATH, &[("next", next)]));
    let next = html! { @if let Some(next) = next { input type="hidden" name="next" value=(next); } };
    page::bare(
        lang,
        title,
        &here,
        html! {
            h1 { (title) }
            p { (Phrase::SignInAbout.say(lang)) }
            @if let Some(note) = note { (note) }
            @if door.provider { p { a.button href=(door.to_provider()) { (Word::ByProvider.say(lang)) } } }
            form.stack method="post" action=(PATH) {
                (next)
                label for="name" { (Word::Name.say(lang)) }
                input #name name="name" dir="auto" autocomplete="username" autocapitalize="none" spellcheck="false"
                    value=(name) required;
                label for="password" { (Word::Password.say(lang)) }
                input #password name="password" type="password" dir="ltr" autocomplete="current-password" required;
                button { (title) }
            }
            p.other-ways { a href=(password::INVITATION) { (Word::HaveCode.say(lang)) } }
            details {
                summary { (Word::ByToken.say(lang)) }
                form.stack method="post" action=(PATH) {
                    (next)
                    label for="token" { (Phrase::Token.say(lang)) }
                    p.hint #token-hint { (Phrase::TokenHint.say(lang)) }
                    input #token name="token" type="password" dir="ltr" autocomplete="off" required
                        aria-describedby="token-hint";
                    button.second { (Word::ByToken.say(lang)) }
                }
            }
        },
    )
}
