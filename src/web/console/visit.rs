//! A visit: a signed-in member of staff, in a language, at an instant.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{Method, Uri};
use axum::response::{IntoResponse, Redirect, Response};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use maud::Markup;

use crate::domain::calendar::{Calendar, Pauses, WorkingSeconds};
use crate::domain::policy::ClauseId;
use crate::domain::routing::Routing;
use crate::domain::session::PROVED_WITHIN;
use crate::domain::staff::Right;
use crate::store::sessions::Session;
use crate::store::staff::Staff;

use super::super::{InForce, WebState, letting_in};
use super::failure::{Failure, Why};
use super::lang::{self, Lang};
use super::link::link;
use super::session::SignedIn;
use super::{sealed, sign_in};

/// Who looks, in which language, when, and by which rules.
pub(super) struct Visit {
    pub lang: Lang,
    pub staff: Staff,
    /// The page's own path and query.
    pub here: String,
    pub now: Timestamp,
    /// The teams by name.
    pub routing: Arc<Routing>,
    /// What rules, if anything valid does.
    pub in_force: Option<InForce>,
    /// Whether nothing can be changed, because the audit log does not hold.
    pub stopped: bool,
    /// The session that it is part of.
    pub session: Session,
    /// The time of those who are signed in; `now` is the ministry's.
    pub wall: Timestamp,
}

impl Visit {
    /// Whether the visitor may, and it can be done.
    pub(super) fn may(&self, right: Right) -> bool {
        self.staff.role.may(right) && !(self.stopped && right.changes())
    }

    /// Goes on where the visitor may.
    ///
    /// # Errors
    /// They may not, or nothing can be changed.
    pub(super) fn need(&self, right: Right) -> Result<(), Failure> {
        if self.may(right) {
            return Ok(());
        }
        if self.staff.role.may(right) {
            tracing::warn!(
                staff = self.staff.name,
                right = right.as_str(),
                "refused: nothing can be changed"
            );
            return Err(Failure::new(self.lang, Why::Stopped));
        }
        letting_in::overstepped(&self.staff.name, right);
        Err(Failure::new(self.lang, Why::NotAllowed))
    }

    /// Goes on where the visitor showed who they are a short while ago; else they are asked to do so once more, and come back to `page`.
    /// For what is grave: whoever finds an open desk is stopped here.
    ///
    /// # Errors
    /// To the sign-in page.
    pub(super) fn need_proof(&self, page: &str) -> Result<(), Redirect> {
        if self.is_proven() { Ok(()) } else { Err(Redirect::to(&proof_for(page))) }
    }

    /// Whether the visitor showed who they are a short while ago.
    pub(super) fn is_proven(&self) -> bool {
        self.wall.duration_since(self.session.proved_at) < PROVED_WITHIN
    }

    /// The hidden field by which a form is known to be of this visit's session.
    pub(super) fn sealed(&self) -> Markup {
        sealed::field(&self.session.seal)
    }

    /// The zone whose wall clock pages show.
    pub(super) fn zone(&self) -> TimeZone {
        self.calendar().map_or(TimeZone::UTC, |calendar| calendar.time_zone().clone())
    }

    /// Open time from now until `at`.
    pub(super) fn working_time_until(&self, at: Timestamp) -> Option<WorkingSeconds> {
        self.calendar()?.official().elapsed(self.now, at, &Pauses::NONE).ok()
    }

    /// Open time that has passed since `at`.
    pub(super) fn working_time_since(&self, at: Timestamp) -> Option<WorkingSeconds> {
        self.calendar()?.official().elapsed(at, self.now, &Pauses::NONE).ok()
    }

    /// A clause's title by the policy in force, else its id.
    pub(super) fn clause_title(&self, clause: ClauseId) -> String {
        match &self.in_force {
            Some(rules) => {
                let title = &rules.policy.clause(clause).title;
                self.lang.pick(&title.ar, &title.en).as_str().to_owned()
            }
            None => clause.to_string(),
        }
    }

    /// The calendar in force.
    pub(super) fn calendar(&self) -> Option<&Calendar> {
        self.in_force.as_ref().map(|rules| &*rules.calendar)
    }
}

impl FromRequestParts<Arc<WebState>> for Visit {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, web: &Arc<WebState>) -> Result<Self, Response> {
        let lang = lang::asked_for(&parts.uri, &parts.headers);
        let Some(SignedIn { staff, session }) = parts.extensions.get::<SignedIn>().cloned() else {
            return Err(to_sign_in(&parts.method, &parts.uri));
        };
        Ok(Visit {
            lang,
            staff,
            here: parts.uri.path_and_query().map_or_else(|| "/".to_owned(), ToString::to_string),
            now: web.clock.now(),
            routing: web.routing.clone(),
            in_force: (web.in_force)().await,
            stopped: web.store.is_stopped(),
            session,
            wall: web.wall.now(),
        })
    }
}

/// To the sign-in page, and from there back to the page that was asked for.
/// Where a visitor shows once more who they are, and comes back to `page`.
pub(super) fn proof_for(page: &str) -> String {
    link(sign_in::PATH, &[("again", "1"), ("next", page)])
}

fn to_sign_in(method: &Method, uri: &Uri) -> Response {
    match uri.path_and_query() {
        Some(next) if method == Method::GET => {
            Redirect::to(&link(sign_in::PATH, &[("next", next.as_str())])).into_response()
        }
        _ => Redirect::to(sign_in::PATH).into_response(),
    }
}
