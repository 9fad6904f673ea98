//! The console: server-rendered pages for those who answer the public, Arabic first. All of it works without the script
//! (`keys.js`), which presses what is on the page.
//!
//! A visit ([`visit`]) is a signed-in member of staff in a language. [`inbox`] lists what waits, [`comment`] shows one
//! comment and [`forms`] what can be done to it; [`acts`] takes those forms in. [`audit`] is for auditors. Every page is laid
//! out by [`page`].

mod account;
mod acts;
mod approval;
mod assets;
mod audit;
mod bulk;
mod clock_forms;
mod comment;
mod cookie;
mod credentials;
mod deadline;
mod deadlines;
mod digits;
mod door_words;
pub(crate) mod explain;
mod failure;
mod forms;
mod hand_form;
mod inbox;
mod keys;
mod lang;
mod link;
mod live;
mod marked;
mod next;
mod note_forms;
mod page;
mod participation;
mod password;
mod phrase;
mod provider;
mod quota;
mod reports;
mod review;
mod row;
mod sample;
mod sealed;
mod service;
mod session;
mod sessions;
mod settings;
mod shadow;
mod sign_in;
mod story;
mod thread;
mod timeline;
mod undo;
mod visit;
mod words;

use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn;
use axum::response::Redirect;
use axum::routing::{get, post};
use tower_http::csrf::CsrfLayer;

use super::{WebState, oidc};
use crate::domain::lang::{counted, when};

use self::credentials::Passwords;
use self::session::Sessions;
use self::visit::Visit;

/// The most bytes of a form: a reply of 10,000 characters, percent-encoded, and a reason.
const FORM_MAX_BYTES: usize = 256 * 1024;

pub(super) fn routes(web: &Arc<WebState>) -> Router<Arc<WebState>> {
    let sessions = Arc::new(Sessions::new(web.wall.clone(), web.reached));
    let passwords = Arc::new(Passwords::new());
    let (guarded, recognised, reached) = (web.clone(), sessions.clone(), web.reached);
    Router::new()
        .route("/", get(async |visit: Visit| Redirect::to(sign_in::home(visit.staff.role))))
        .route(inbox::PATH, get(inbox::show))
        .route("/comments/{id}", get(comment::show))
        .route("/comments/{id}/hide", post(acts::hide))
        .route("/comments/{id}/unhide", post(acts::unhide))
        .route("/comments/{id}/approve", post(acts::approve))
        .route("/comments/{id}/reply", post(acts::reply))
        .route("/comments/{id}/pause", post(acts::pause))
        .route("/comments/{id}/resume", post(acts::resume))
        .route("/comments/{id}/priority", post(acts::priority))
        .route("/comments/{id}/solve", post(acts::solve))
        .route("/comments/{id}/reopen", post(acts::reopen))
        .route("/comments/{id}/assign", post(acts::assign))
        .route("/comments/{id}/kind", post(acts::kind))
        .route("/comments/{id}/no-reply", post(acts::no_reply))
        .route("/comments/{id}/note", post(acts::note))
        .route("/comments/{id}/take-back", post(undo::take_back))
        .route("/comments/{id}/approve-reply", post(acts::approve_reply))
        .route(next::PATH, get(next::go))
        .route(live::PATH, get(live::events))
        .route("/here", post(live::here))
        .route("/comments/{id}/work", post(live::work))
        .route(review::PATH, get(review::show))
        .route(sample::PATH, get(sample::show).post(sample::answer))
        .route(deadlines::PATH, get(deadlines::show))
        .route(bulk::PATH, get(bulk::show).post(bulk::act))
        .route("/bulk/{id}", get(bulk::told))
        .route("/bulk/{id}/undo", post(bulk::undo))
        .route("/length", post(keys::length))
        .route("/views", post(inbox::views::keep))
        .route("/views/forget", post(inbox::views::forget))
        .route(service::PATH, get(service::show))
        .route(reports::PATH, get(reports::show))
        .route("/reports/topics", post(reports::topics::note))
        .route(settings::POLICY, get(settings::policy))
        .route(settings::CALENDAR, get(settings::calendar))
        .route(settings::STAFF, get(settings::people))
        .route(participation::PATH, get(participation::show))
        .route(sign_in::PATH, get(sign_in::show).post(sign_in::sign_in))
        .route(provider::PATH, get(provider::go))
        .route(oidc::BACK, get(provider::back))
        .route("/sign-out", post(sign_in::sign_out))
        .route(account::PATH, get(account::show))
        .route("/sign-out/everywhere", post(sessions::sign_out_everywhere))
        .route("/sign-out/one", post(sessions::sign_out_one))
        .route(password::PATH, post(password::change))
        .route(password::INVITATION, get(password::invited).post(password::choose))
        .merge(assets::routes())
        .merge(audit::routes())
        .fallback(failure::no_such_page)
        .method_not_allowed_fallback(failure::no_such_page)
        .layer(axum::Extension(sessions))
        .layer(axum::Extension(passwords))
        .layer(from_fn(move |request, next| {
            sealed::guard(guarded.clone(), recognised.clone(), request, next)
        }))
        .layer(DefaultBodyLimit::max(FORM_MAX_BYTES))
        .layer(from_fn(move |request, next| lang::remember(reached, request, next)))
        .layer(from_fn(move |request, next| digits::dress(reached, request, next)))
        // SameSite keeps our cookie from most cross-site requests; this refuses the requests themselves, those of
        // sibling subdomains included.
        .layer(CsrfLayer::new())
        .layer(from_fn(failure::cross_site))
}
