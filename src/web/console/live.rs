//! Working beside others: what changes while somebody looks at a page, who else is there, and the lease on what one works on.
//!
//! A page asks for events (`live.js`) and is told which comments changed and who is at which; what changed it fetches as ever. A
//! lease is taken by a button, or by whoever begins to write. Who acts on what a colleague works on is told so first, and the
//! lease is theirs then: asked again, it is done.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::rejection::FormRejection;
use axum::extract::{Form, Path, State};
use axum::http::StatusCode;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Redirect, Response};
use futures_util::stream::{self, Stream};
use jiff::SignedDuration;
use maud::{Markup, html};
use serde::Deserialize;
use serde_json::json;
use tokio::sync::broadcast::error::RecvError;

use crate::domain::comment::CommentId;
use crate::domain::staff::Right;
use crate::store::working::{self, Here, Theirs};
use crate::store::{Step, StoreError};

use super::super::WebState;
use super::super::live::{LEASE, Look};
use super::failure::{Failure, Why};
use super::phrase::Phrase;
use super::visit::Visit;
use super::{comment, when};

/// Where the events are.
pub(super) const PATH: &str = "/live";
/// Where a page says that it is looked at.
const HERE_PATH: &str = "/here";

/// How long somebody is here who said so; a page says it twice in that time.
const LOOKS_FOR: SignedDuration = SignedDuration::from_secs(75);
/// A page asks anew from time to time, so that one whose session is over hears of nothing more.
const STREAM_FOR: Duration = Duration::from_mins(5);

/// Whether an address is asked by a page itself and not by a person: it keeps no session alive.
pub(super) fn is_unattended(path: &str) -> bool {
    path == PATH || path == HERE_PATH
}

/// What happens, as events.
pub(super) async fn events(
    State(web): State<Arc<WebState>>,
    visit: Visit,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, Failure> {
    visit.need(Right::ReadComments)?;
    let heard = web.live.look_on().ok_or(Failure::new(visit.lang, Why::Stopped))?;
    let me = visit.staff.name;
    let until = tokio::time::Instant::now() + STREAM_FOR;
    let events = stream::unfold((heard, me), move |(mut heard, me)| async move {
        let event = match tokio::time::timeout_at(until, heard.recv()).await {
            Ok(Ok(look)) => told(&look, &me),
            // Somebody was too slow to hear all of it: then much has changed.
            Ok(Err(RecvError::Lagged(_))) => json!({ "many": true }),
            Ok(Err(RecvError::Closed)) | Err(_) => return None,
        };
        Some((Ok(Event::default().data(event.to_string())), (heard, me)))
    });
    Ok(Sse::new(events).keep_alive(KeepAlive::default()))
}

/// A look as one member of staff is told it: what they did themselves is no news to them.
fn told(look: &Look, me: &str) -> serde_json::Value {
    let news = look.changed.iter().filter(|(_, by)| by.as_deref() != Some(me));
    let changed: Vec<_> = news.map(|(comment, by)| json!({ "comment": comment, "by": by })).collect();
    let others = look.here.iter().filter(|here| here.staff != me);
    let here: Vec<_> = others
        .map(|one| json!({ "comment": one.comment, "staff": one.staff, "works": one.works_until.is_some() }))
        .collect();
    json!({ "changed": changed, "here": here })
}

#[derive(Deserialize)]
pub(super) struct HereForm {
    comment: i64,
    /// Present where they have begun to write.
    works: Option<String>,
}

/// A page says that it is looked at. What is asked is noted; nothing is answered.
pub(super) async fn here(
    State(web): State<Arc<WebState>>,
    visit: Visit,
    sent: Result<Form<HereForm>, FormRejection>,
) -> Result<StatusCode, Failure> {
    visit.need(Right::ReadComments)?;
    let Form(form) = sent.map_err(|_| Failure::new(visit.lang, Why::BadForm))?;
    let (id, now) = (CommentId(form.comment), web.wall.now());
    let works = form.works.is_some() && visit.may(Right::ActOnComments);
    let noted = async {
        let mut tx = web.store.begin(Step::Keep).await?;
        working::look(&mut tx, id, visit.staff.id, now, now + LOOKS_FOR).await?;
        if works {
            working::lease(&mut tx, id, visit.staff.id, now, now + LEASE, Theirs::Holds).await?;
        }
        tx.commit().await
    };
    noted.await.map_err(|error| Failure::from_store(visit.lang, error))?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize)]
pub(super) struct WorkForm {
    /// Present where a colleague's lease is to pass to the visitor.
    over: Option<String>,
    /// Present where the visitor gives theirs up.
    release: Option<String>,
}

/// Takes the lease on a comment, or gives it up.
pub(super) async fn work(
    State(web): State<Arc<WebState>>,
    visit: Visit,
    Path(number): Path<String>,
    sent: Result<Form<WorkForm>, FormRejection>,
) -> Result<Response, Failure> {
    visit.need(Right::ActOnComments)?;
    let id = comment::id(&visit, &number)?;
    let Form(form) = sent.map_err(|_| Failure::new(visit.lang, Why::BadForm))?;
    let theirs = if form.over.is_some() { Theirs::IsTakenOver } else { Theirs::Holds };
    let done = match form.release {
        Some(_) => release(&web, &visit, id).await,
        None => take(&web, &visit, id, theirs).await,
    };
    done.map_err(|error| Failure::from_store(visit.lang, error))?;
    // Who has it now is told by the page.
    Ok(Redirect::to(&format!("/comments/{id}")).into_response())
}

async fn take(web: &WebState, visit: &Visit, id: CommentId, theirs: Theirs) -> Result<(), StoreError> {
    let now = web.wall.now();
    let mut tx = web.store.begin(Step::Keep).await?;
    working::lease(&mut tx, id, visit.staff.id, now, now + LEASE, theirs).await?;
    tx.commit().await
}

pub(super) async fn release(web: &WebState, visit: &Visit, id: CommentId) -> Result<(), StoreError> {
    let mut tx = web.store.begin(Step::Keep).await?;
    working::release(&mut tx, id, visit.staff.id).await?;
    tx.commit().await
}

/// Who has the lease on a comment that somebody acts on.
pub(super) enum Lease {
    Nobody,
    Mine,
    /// A colleague had it. It is the visitor's now.
    Taken(Here),
}

/// Whose lease an act meets. A colleague's passes to the visitor, who is told so before they act.
pub(super) async fn met(web: &WebState, visit: &Visit, id: CommentId) -> Result<Lease, StoreError> {
    Ok(match working::leased(&web.store, id, web.wall.now()).await? {
        None => Lease::Nobody,
        Some((staff, _)) if staff == visit.staff.id => Lease::Mine,
        Some((_, theirs)) => {
            take(web, visit, id, Theirs::IsTakenOver).await?;
            Lease::Taken(theirs)
        }
    })
}

/// Who works on a comment, as its page shows it: a colleague, or a button for the visitor to say that they do. The script adds who
/// looks on.
pub(super) fn shown(visit: &Visit, id: CommentId, here: &[Here]) -> Markup {
    let lang = visit.lang;
    let works = here.iter().find(|one| one.comment == id.0 && one.works_until.is_some());
    let me = works.is_some_and(|one| one.staff == visit.staff.name);
    let until = works.and_then(|one| one.works_until).map(|until| when::time(&visit.zone(), until));
    html! {
        div.working {
            @match works {
                Some(one) if !me => {
                    p.notice.warn role="status" {
                        bdi { (one.staff) } " " (Phrase::WorksOnThis.say(lang)) @if let Some(until) = &until { " " (until) }
                    }
                }
                _ => {}
            }
            @if visit.may(Right::ActOnComments) {
                form.line method="post" action={ "/comments/" (id) "/work" } {
                    (visit.sealed())
                    @if me {
                        span.quiet { (Phrase::YouWorkOnThis.say(lang)) @if let Some(until) = &until { " " (until) } }
                        button.plain name="release" value="1" { (Phrase::StopWorking.say(lang)) }
                    } @else if works.is_some() {
                        button.second name="over" value="1" { (Phrase::TakeOver.say(lang)) }
                    } @else {
                        button.plain { (Phrase::IWorkOnThis.say(lang)) }
                    }
                }
            }
            p.quiet data-present=(Phrase::AlsoLooking.say(lang)) hidden {}
        }
    }
}

/// Where the script says that something changed, and by what link it is shown.
pub(super) fn news(visit: &Visit) -> Markup {
    html! {
        p.notice.warn.news role="status" hidden {
            span data-news { (Phrase::ChangedMeanwhile.say(visit.lang)) }
            " " a href=(visit.here) { (Phrase::ShowChanges.say(visit.lang)) }
        }
    }
}
