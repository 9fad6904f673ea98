//! Choosing a password with an operator's invitation, and changing it. Nobody else ever knows it: an operator gives a code.

use std::sync::Arc;

use axum::Extension;
use axum::extract::rejection::FormRejection;
use axum::extract::{Form, State};
use axum::http::header::SET_COOKIE;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};
use serde::Deserialize;

use crate::domain::session::Way;
use crate::store::staff::{self, Chosen, Staff};
use crate::store::{Step, StoreError};

use super::super::{WebState, letting_in, token_hash};
use super::credentials::{Passwords, Tried};
use super::door_words::{self, Word};
use super::failure::{Failure, Why};
use super::lang::Lang;
use super::link::link;
use super::phrase::{Phrase, warning};
use super::session::Sessions;
use super::visit::Visit;
use super::{account, page, sealed, sign_in};

/// Where it is changed.
pub(super) const PATH: &str = "/account/password";
/// Where it is chosen with a code.
pub(super) const INVITATION: &str = "/invitation";

#[derive(Deserialize)]
pub(super) struct Change {
    current: String,
    new: String,
    again: String,
}

pub(super) async fn change(
    State(web): State<Arc<WebState>>,
    Extension(sessions): Extension<Arc<Sessions>>,
    Extension(passwords): Extension<Arc<Passwords>>,
    visit: Visit,
    headers: HeaderMap,
    form: Result<Form<Change>, FormRejection>,
) -> Result<Response, Failure> {
    let lang = visit.lang;
    let failed = |error| Failure::from_store(lang, error);
    let Form(Change { current, new, again }) = form.map_err(|_| Failure::new(lang, Why::BadForm))?;
    let told = async |status, words: &str| {
        let page = account::render(&web, &visit, Some(warning(words))).await.map_err(failed)?;
        Ok((status, page).into_response())
    };
    if new != again {
        return told(StatusCode::UNPROCESSABLE_ENTITY, Word::NotTheSame.say(lang)).await;
    }
    let hash = match passwords.chosen(new, visit.staff.name.clone()).await {
        Ok(hash) => hash,
        Err(why) => return told(StatusCode::UNPROCESSABLE_ENTITY, &door_words::unfit(lang, why)).await,
    };
    let former = match passwords.attempt(&web, &visit.staff.name, current, &headers).await.map_err(failed)? {
        Tried::In(_, former) => former,
        Tried::Refused => {
            letting_in::password_refused(&web, &visit.staff.name).await.map_err(failed)?;
            return told(StatusCode::UNPROCESSABLE_ENTITY, Word::CurrentRefused.say(lang)).await;
        }
        Tried::TooMany(until) => {
            letting_in::password_refused(&web, &visit.staff.name).await.map_err(failed)?;
            let words = door_words::too_many(lang, until.duration_since(visit.wall));
            return told(StatusCode::TOO_MANY_REQUESTS, &words).await;
        }
    };
    if !kept(&web, &visit.staff, &hash, Chosen::InPlaceOf(&former)).await.map_err(failed)? {
        return told(StatusCode::CONFLICT, Word::CurrentRefused.say(lang)).await;
    }
    let cookie =
        sessions.open(&web, &visit.staff, Way::Password, web.wall.now(), &headers).await.map_err(failed)?;
    Ok(([(SET_COOKIE, cookie)], Redirect::to(&link(account::PATH, &[("done", "password")]))).into_response())
}

#[derive(Deserialize)]
pub(super) struct Choice {
    code: String,
    new: String,
    again: String,
}

pub(super) async fn invited(lang: Lang) -> Markup {
    invitation(lang, "", None)
}

pub(super) async fn choose(
    State(web): State<Arc<WebState>>,
    Extension(sessions): Extension<Arc<Sessions>>,
    Extension(passwords): Extension<Arc<Passwords>>,
    lang: Lang,
    headers: HeaderMap,
    form: Result<Form<Choice>, FormRejection>,
) -> Result<Response, Failure> {
    let failed = |error| Failure::from_store(lang, error);
    let Form(Choice { code, new, again }) = form.map_err(|_| Failure::new(lang, Why::BadForm))?;
    let unfit = |words: &str| {
        (StatusCode::UNPROCESSABLE_ENTITY, invitation(lang, &code, Some(warning(words)))).into_response()
    };
    let (code_hash, wall) = (token_hash(code.trim()), web.wall.now());
    let Some(staff) = staff::by_invitation(&web.store, &code_hash, wall).await.map_err(failed)? else {
        letting_in::refused(&web, "invitation").await.map_err(failed)?;
        return Ok(unfit(Word::CodeRefused.say(lang)));
    };
    if new != again {
        return Ok(unfit(Word::NotTheSame.say(lang)));
    }
    let hash = match passwords.chosen(new, staff.name.clone()).await {
        Ok(hash) => hash,
        Err(why) => return Ok(unfit(&door_words::unfit(lang, why))),
    };
    if !kept(&web, &staff, &hash, Chosen::ByCode(&code_hash, wall)).await.map_err(failed)? {
        return Ok(unfit(Word::CodeRefused.say(lang)));
    }
    let cookie =
        sessions.open(&web, &staff, Way::Password, web.wall.now(), &headers).await.map_err(failed)?;
    Ok(([(SET_COOKIE, cookie)], Redirect::to(sign_in::home(staff.role))).into_response())
}

async fn kept(web: &WebState, staff: &Staff, hash: &str, chosen: Chosen<'_>) -> Result<bool, StoreError> {
    let mut tx = web.store.begin(Step::Act).await?;
    let kept = staff::choose_password(&mut tx, staff, hash, chosen, web.clock.now()).await?;
    tx.commit().await?;
    Ok(kept)
}

/// The form on somebody's own page.
pub(super) fn change_form(visit: &Visit) -> Markup {
    let lang = visit.lang;
    html! {
        form.stack method="post" action=(PATH) {
            (sealed::field(&visit.session.seal))
            // So that a password manager knows whose it is.
            input type="hidden" autocomplete="username" value=(visit.staff.name);
            label for="current" { (Word::Current.say(lang)) }
            input #current name="current" type="password" dir="ltr" autocomplete="current-password" required;
            (twice(lang))
            button { (Word::Change.say(lang)) }
        }
    }
}

fn invitation(lang: Lang, code: &str, note: Option<Markup>) -> Markup {
    let title = Word::Choose.say(lang);
    page::bare(
        lang,
        title,
        INVITATION,
        html! {
            h1 { (title) }
            p { (Word::ChooseAbout.say(lang)) }
            @if let Some(note) = note { (note) }
            form.stack method="post" action=(INVITATION) {
                label for="code" { (Word::Code.say(lang)) }
                input #code name="code" dir="ltr" autocomplete="one-time-code" spellcheck="false" value=(code) required;
                (twice(lang))
                button { (title) }
            }
            p { a href=(sign_in::PATH) { (Phrase::SignIn.say(lang)) } }
        },
    )
}

fn twice(lang: Lang) -> Markup {
    html! {
        label for="new" { (Word::New.say(lang)) }
        p.hint #new-hint { (Word::Advice.say(lang)) }
        input #new name="new" type="password" dir="ltr" autocomplete="new-password" required aria-describedby="new-hint";
        label for="again" { (Word::Repeated.say(lang)) }
        input #again name="again" type="password" dir="ltr" autocomplete="new-password" required;
    }
}
