//! The strings behind the scene: write, edit, delete as the public would; break and mend.
//!
//! | request | body | answer |
//! |---|---|---|
//! | `POST /control/comments` | `{platform, source?, parent_id?, author, text, at?}` | 201 `{id}` |
//! | `PATCH /control/comments/ID` | `{text}` | 204 |
//! | `DELETE /control/comments/ID` | | 204 |
//! | `POST /control/faults` | `{platform, call, fault, times?, about?}` ([words](super::faults)) | 204 |
//! | `DELETE /control/faults` | | 204, nothing armed any more |
//! | `POST /control/tokens` | `{platform, ends_at?, lacks?}` | the account with new tokens, as after signing in again |
//! | `POST /control/webhooks` | `{platform, url, verify_token}` | 204 once the address has answered the handshake |
//! | `POST /control/deliveries` | | how each delivery was answered; what happened since the last is delivered |
//! | `GET /control/accounts` | | our accounts with the tokens that are valid now |
//! | `GET /control/state` | | the ledger |
//!
//! A comment without `parent_id` goes directly under the newest post; with one that names a post
//! of ours, under that post. `at` lets it stand at another time than now: one in the past was
//! written then and reaches the lists late. A bad request is a 400 `{"error"}` that says what is
//! allowed.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, patch, post};
use axum::{Json, Router};
use jiff::Timestamp;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::json;

use super::faults::Armed;
use super::serve::BODY_MAX;
use super::world::{Draft, Key, Standing, World};
use super::{Shared, deal, ledger, people, webhooks};
use crate::domain::comment::Platform;

/// The control's routes, below `/control`.
pub(super) fn routes() -> Router<Arc<Shared>> {
    Router::new()
        .route("/comments", post(write))
        .route("/comments/{id}", patch(edit).delete(delete))
        .route("/faults", post(arm).delete(disarm))
        .route("/tokens", post(sign_in))
        .route("/webhooks", post(set_up))
        .route("/deliveries", post(deliver))
        .route("/accounts", get(accounts))
        .route("/state", get(state))
        .layer(DefaultBodyLimit::max(BODY_MAX))
}

type Handled<T> = Result<T, BadRequest>;

/// A request that the control does not understand, and what would be right.
struct BadRequest(String);

impl IntoResponse for BadRequest {
    fn into_response(self) -> Response {
        (StatusCode::BAD_REQUEST, Json(json!({"error": self.0}))).into_response()
    }
}

impl<E: std::error::Error> From<E> for BadRequest {
    fn from(error: E) -> Self {
        BadRequest(error.to_string())
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    platform: String,
    source: Option<String>,
    parent_id: Option<String>,
    author: String,
    text: String,
    at: Option<Timestamp>,
}

async fn write(State(shared): State<Arc<Shared>>, body: Bytes) -> Handled<impl IntoResponse> {
    let written: Written = read(&body)?;
    let platform: Platform = written.platform.parse()?;
    if written.source.as_deref().is_some_and(|source| source != platform.as_str()) {
        return Err(BadRequest(format!(
            "the source of {platform} is `{platform}`; write that, or leave it out"
        )));
    }
    let now = shared.clock.now();
    let mut world = shared.world();
    let newest = world.posts(platform).map(|(key, _)| key).next();
    let (post, parent) = match written.parent_id {
        None => (newest, None),
        Some(id) => match (world.find_post(platform, &id), world.living(platform, &id, now)) {
            (Some(post), _) => (Some(post), None),
            (None, Some(parent)) => (None, Some(parent)),
            (None, None) => {
                return Err(BadRequest(format!(
                    "parent_id `{id}` is no post or living comment on {platform}; \
                     leave it out for the newest post, or take an id from GET /control/state"
                )));
            }
        },
    };
    let author = people::called(platform, &written.author);
    let written_at = written.at.unwrap_or(now);
    let draft = Draft {
        platform,
        post,
        parent,
        author,
        text: written.text,
        written_at,
        ours: false,
        standing: Standing::Shown,
    };
    let key = deal::say(&mut world, draft);
    Ok((StatusCode::CREATED, Json(json!({"id": world[key].id}))))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Edited {
    text: String,
}

async fn edit(State(shared): State<Arc<Shared>>, Path(id): Path<String>, body: Bytes) -> Handled<StatusCode> {
    let edited: Edited = read(&body)?;
    let now = shared.clock.now();
    let mut world = shared.world();
    let key = living(&world, &id, now)?;
    world.edit(key, &edited.text, now);
    Ok(StatusCode::NO_CONTENT)
}

async fn delete(State(shared): State<Arc<Shared>>, Path(id): Path<String>) -> Handled<StatusCode> {
    let now = shared.clock.now();
    let mut world = shared.world();
    let key = living(&world, &id, now)?;
    world.delete(key, now);
    Ok(StatusCode::NO_CONTENT)
}

/// The comment with this id on whatever platform: no two platforms' ids look alike.
fn living(world: &World, id: &str, now: Timestamp) -> Handled<Key> {
    let found = Platform::ALL.into_iter().find_map(|platform| world.living(platform, id, now));
    found.ok_or_else(|| {
        BadRequest(format!(
            "`{id}` is no comment that has appeared and is not deleted; GET /control/state lists them"
        ))
    })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ToArm {
    platform: String,
    call: String,
    fault: String,
    #[serde(default = "once")]
    times: u32,
    about: Option<String>,
}

fn once() -> u32 {
    1
}

async fn arm(State(shared): State<Arc<Shared>>, body: Bytes) -> Handled<StatusCode> {
    let asked: ToArm = read(&body)?;
    let armed = Armed {
        platform: any(&asked.platform)?,
        call: any(&asked.call)?,
        fault: asked.fault.parse()?,
        times: asked.times,
        about: asked.about,
    };
    shared.world().faults.arm(armed);
    Ok(StatusCode::NO_CONTENT)
}

fn any<T: std::str::FromStr<Err: std::error::Error>>(word: &str) -> Handled<Option<T>> {
    match word {
        "any" => Ok(None),
        word => Ok(Some(word.parse::<T>()?)),
    }
}

async fn disarm(State(shared): State<Arc<Shared>>) -> StatusCode {
    shared.world().faults.clear();
    StatusCode::NO_CONTENT
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SignIn {
    platform: String,
    ends_at: Option<Timestamp>,
    lacks: Option<String>,
}

async fn sign_in(State(shared): State<Arc<Shared>>, body: Bytes) -> Handled<impl IntoResponse> {
    let asked: SignIn = read(&body)?;
    let platform: Platform = asked.platform.parse()?;
    let mut world = shared.world();
    world.tokens.sign_in(platform, shared.clock.now());
    world.tokens.restrict(platform, asked.ends_at, asked.lacks);
    Ok(Json(world.ours(platform).account(&shared.base, &world.tokens)))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Address {
    platform: String,
    url: String,
    verify_token: String,
}

async fn set_up(State(shared): State<Arc<Shared>>, body: Bytes) -> Handled<StatusCode> {
    let asked: Address = read(&body)?;
    let platform: Platform = asked.platform.parse()?;
    if !matches!(platform, Platform::Facebook | Platform::Instagram) {
        return Err(BadRequest(format!("{platform} delivers nothing here; facebook and instagram do")));
    }
    webhooks::set_up(&shared, platform, &asked.url, &asked.verify_token).await.map_err(BadRequest)?;
    Ok(StatusCode::NO_CONTENT)
}

async fn deliver(State(shared): State<Arc<Shared>>) -> impl IntoResponse {
    Json(webhooks::deliver(&shared).await)
}

async fn accounts(State(shared): State<Arc<Shared>>) -> impl IntoResponse {
    let world = shared.world();
    let accounts = world.identities.iter().map(|ours| ours.account(&shared.base, &world.tokens));
    Json(accounts.collect::<Vec<_>>())
}

async fn state(State(shared): State<Arc<Shared>>) -> impl IntoResponse {
    Json(ledger::of(&shared.world(), shared.clock.now()))
}

fn read<T: DeserializeOwned>(body: &[u8]) -> Handled<T> {
    Ok(serde_json::from_slice(body)?)
}
