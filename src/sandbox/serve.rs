//! Listening: from bytes to a [`Call`], through what is armed to go wrong, to bytes again.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{ConnectInfo, Request, State};
use axum::http::{Method, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use futures_util::stream;
use jiff::Timestamp;
use sha2::{Digest, Sha256};
use tokio::net::TcpListener;

use super::attend::attend;
use super::call::{Answer, Call, Params};
use super::faults::Fault;
use super::line::{Cut, End, Lines};
use super::{Shared, control, spoil};
use crate::domain::comment::Platform;

/// The largest request that is read.
pub(super) const BODY_MAX: usize = 16 << 20;

/// Serves until the sandbox is dropped.
pub(super) async fn until_stopped(listener: TcpListener, shared: Arc<Shared>) {
    let mut stopped = shared.stopped.clone();
    let stopping = async move {
        let _ = stopped.wait_for(|stopped| *stopped).await;
    };
    let app = Router::new().nest("/control", control::routes()).fallback(stand_in).with_state(shared);
    let service = app.into_make_service_with_connect_info::<Cut>();
    if let Err(error) = axum::serve(Lines(listener), service).with_graceful_shutdown(stopping).await {
        tracing::error!(%error, "the sandbox stopped serving");
    }
}

/// Answers one call to a platform.
async fn stand_in(
    State(shared): State<Arc<Shared>>,
    ConnectInfo(line): ConnectInfo<Cut>,
    request: Request,
) -> Response {
    let (platform, call) = match read(request, &shared.base).await {
        Ok(read) => read,
        Err(refusal) => return refusal,
    };
    let now = shared.clock.now();
    let name = named(platform, &call, now);
    let (mut answer, fault) = attend(&mut shared.world(), platform, call, now);
    answer.headers.extend(name);
    match fault {
        None => send(&answer, None).map(Body::from),
        Some(Fault::Hang) => {
            let _ = shared.stopped.clone().wait_for(|stopped| *stopped).await;
            lose(&line, End::Closed)
        }
        Some(Fault::Drop | Fault::AnswerLost) => lose(&line, End::Closed),
        Some(Fault::Reset) => lose(&line, End::Reset),
        Some(Fault::Html) => {
            Html("<!doctype html><title>Sorry</title><p>Something went wrong.").into_response()
        }
        Some(Fault::SlowDrip) => send(&answer, Some(Fault::SlowDrip)).map(drip),
        Some(Fault::Huge) => send(&answer, Some(Fault::Huge)).map(pad),
        Some(other) => send(&answer, Some(other)).map(Body::from),
    }
}

/// The header in which a platform names a request. Google's has none.
fn named(platform: Platform, call: &Call, now: Timestamp) -> Option<(&'static str, String)> {
    let header = match platform {
        Platform::Facebook | Platform::Instagram => "x-fb-request-id",
        Platform::X => "x-transaction-id",
        Platform::Youtube => return None,
    };
    let digest = Sha256::digest(format!("{now} {} {}", call.method, call.path.join("/")));
    Some((header, hex::encode(&digest[..8])))
}

/// Reads a request whole, or refuses it.
async fn read(request: Request, base: &str) -> Result<(Platform, Call), Response> {
    let (parts, body) = request.into_parts();
    let mut path: Vec<String> =
        parts.uri.path().split('/').filter(|part| !part.is_empty()).map(str::to_owned).collect();
    let platform = match path.first().map(String::as_str) {
        Some("facebook") => Platform::Facebook,
        Some("instagram") => Platform::Instagram,
        Some("x") => Platform::X,
        Some("youtube" | "google") => Platform::Youtube,
        _ => return Err((StatusCode::NOT_FOUND, NO_SUCH_PREFIX).into_response()),
    };
    // What stands before the official path; Google's token endpoint is a host of its own.
    if path[0] != "google" {
        path.remove(0);
    }
    let body = axum::body::to_bytes(body, BODY_MAX)
        .await
        .map_err(|_| (StatusCode::PAYLOAD_TOO_LARGE, "The request is too large.\n").into_response())?;
    let query = Params::parse(parts.uri.query().unwrap_or_default().as_bytes());
    let headers = parts.headers;
    let base = base.to_owned();
    let call = Call { method: parts.method, path, query, headers, body, twist: None, base };
    Ok((platform, unfold_override(call)))
}

/// Google's client sends a GET with a long query as a POST that says so.
fn unfold_override(call: Call) -> Call {
    let overridden = call.headers.get("x-http-method-override").is_some_and(|method| method == "GET");
    if !overridden || call.method != Method::POST {
        return call;
    }
    let mut query = call.query;
    query.0.extend(Params::parse(&call.body).0);
    Call { method: Method::GET, query, body: Bytes::new(), ..call }
}

const NO_SUCH_PREFIX: &str = "Nothing stands here. The stand-ins begin with /facebook, /instagram, /x, /youtube, /google; /control moves them.\n";

/// The connection ends and the client never sees an answer.
fn lose(line: &Cut, end: End) -> Response {
    line.cut(end);
    StatusCode::INTERNAL_SERVER_ERROR.into_response()
}

fn send(answer: &Answer, fault: Option<Fault>) -> Response<Bytes> {
    let mut bytes = answer.body.as_ref().map(|body| body.to_string().into_bytes()).unwrap_or_default();
    match fault {
        Some(Fault::MalformedJson) => bytes.truncate(bytes.len() / 2),
        Some(Fault::InvalidUtf8) => bytes = spoil::with_bad_bytes(&bytes),
        _ => {}
    }
    let mut response = Response::new(Bytes::from(bytes));
    *response.status_mut() = answer.status;
    let json = ("content-type", "application/json; charset=UTF-8".to_owned());
    for (name, value) in answer.body.iter().map(|_| &json).chain(&answer.headers) {
        if let Ok(value) = value.parse() {
            response.headers_mut().insert(header::HeaderName::from_static(name), value);
        }
    }
    response
}

/// The body in twenty pieces over two seconds of real time.
fn drip(bytes: Bytes) -> Body {
    const PIECES: usize = 20;
    let piece = bytes.len().div_ceil(PIECES).max(1);
    Body::from_stream(stream::unfold(bytes, move |mut rest| async move {
        if rest.is_empty() {
            return None;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
        let sent = rest.split_to(piece.min(rest.len()));
        Some((Ok::<_, Infallible>(sent), rest))
    }))
}

/// The body and 50 MB of white space, which is still the same JSON.
fn pad(bytes: Bytes) -> Body {
    const BLOCK: usize = 1 << 16;
    let blank = Bytes::from(vec![b' '; BLOCK]);
    let padding = std::iter::repeat_n(blank, 50_000_000_usize.div_ceil(BLOCK));
    Body::from_stream(stream::iter(std::iter::once(bytes).chain(padding).map(Ok::<_, Infallible>)))
}
