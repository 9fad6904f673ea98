//! The JSON API under `/api/v1`, for programs and for those who would rather not click.
//!
//! Who calls is told by a bearer token ([`caller`]); what is wrong is told as a problem ([`problem`]). The document
//! `openapi.json` describes every route, and a test keeps the two together.

mod acts;
mod audit;
mod bulk;
mod caller;
mod comments;
mod deadlines;
mod idempotent;
mod labels;
mod problem;
mod reference;
mod reports;
mod sample;
mod sent;
mod sessions;
mod settings;
mod shadow;
mod story;
mod thread;
mod views;
mod working;

use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::header::CONTENT_TYPE;
use axum::middleware::from_fn;
use axum::routing::{get, post};

use super::WebState;

use self::problem::Problem;

pub(crate) use self::comments::CommentView;
pub(crate) use self::story::StoryView;

/// The most bytes of a request's body: a reply of 10,000 characters, every one escaped.
const BODY_MAX_BYTES: usize = 128 * 1024;

const OPENAPI: &str = include_str!("openapi.json");

pub(super) fn routes() -> Router<Arc<WebState>> {
    Router::new()
        .route("/openapi.json", get(async || ([(CONTENT_TYPE, "application/json")], OPENAPI)))
        .route("/comments", get(comments::list))
        .route("/comments/{id}", get(comments::story))
        .route("/comments/{id}/thread", get(thread::read))
        .route("/comments/{id}/hide", post(acts::hide))
        .route("/comments/{id}/unhide", post(acts::unhide))
        .route("/comments/{id}/approve", post(acts::approve))
        .route("/comments/{id}/reply", post(acts::reply))
        .route("/comments/{id}/pause", post(acts::pause))
        .route("/comments/{id}/resume", post(acts::resume))
        .route("/comments/{id}/priority", post(acts::priority))
        .route("/comments/{id}/target", post(acts::target))
        .route("/comments/{id}/solve", post(acts::solve))
        .route("/comments/{id}/reopen", post(acts::reopen))
        .route("/comments/{id}/assign", post(acts::assign))
        .route("/comments/{id}/erase", post(acts::erase))
        .route("/comments/{id}/kind", post(acts::kind))
        .route("/comments/{id}/no-reply", post(acts::no_reply))
        .route("/comments/{id}/note", post(acts::note))
        .route("/comments/{id}/take-back", post(acts::take_back))
        .route("/comments/{id}/propose", post(acts::propose))
        .route("/comments/{id}/approve-reply", post(acts::approve_reply))
        .route("/comments/{id}/return-reply", post(acts::return_reply))
        .route("/bulk", post(bulk::act))
        .route("/bulk/{id}", get(bulk::told))
        .route("/bulk/{id}/undo", post(bulk::undo))
        .route("/comments/{id}/work", post(working::work))
        .route("/working", get(working::here))
        .route("/counts", get(comments::counts))
        .route("/deadlines", get(deadlines::counts))
        .route("/labels", get(labels::list))
        .route("/views", get(views::list))
        .route("/views", post(views::keep))
        .route("/views/forget", post(views::forget))
        .route("/replies", get(reference::replies))
        .route("/sources", get(reference::sources))
        .route("/documents", get(reference::documents))
        .route("/policy", get(settings::policy))
        .route("/calendar/{month}", get(settings::calendar))
        .route("/staff", get(settings::people))
        .route("/quota", get(settings::quota))
        .route("/audit/checkpoint", get(reference::checkpoint))
        .route("/audit/entries", get(audit::search))
        .route("/audit/entries/{id}/proof", get(audit::proof))
        .route("/audit/comments/{id}", get(audit::story))
        .route("/sessions", get(sessions::list))
        .route("/sessions/{id}/end", post(sessions::end))
        .route("/reports", get(reports::list))
        .route("/reports/{month}", get(reports::month))
        .route("/reports/{month}/topics/{id}", post(reports::note))
        .route("/sample", get(sample::quality))
        .route("/shadow", get(shadow::show))
        .route("/sample/next", get(sample::next))
        .route("/sample/{id}", post(sample::answer))
        .fallback(async || Problem::no_such_route())
        .method_not_allowed_fallback(async || Problem::no_such_method())
        .layer(from_fn(idempotent::note))
        .layer(DefaultBodyLimit::max(BODY_MAX_BYTES))
}
