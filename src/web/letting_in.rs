//! Who was let in and who was not, and who asked for what their role does not allow, in the audit log.
//!
//! Refusals are told at most once a minute, with their number: whoever tries many tokens must not fill the log.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use jiff::{SignedDuration, Timestamp};

use crate::domain::audit::{Actor, AuditEvent};
use crate::domain::staff::Right;
use crate::store::staff::Staff;
use crate::store::{Store, StoreError, audit, chain};

use super::WebState;

/// How long the log hears nothing more of what it was told.
const REST: SignedDuration = SignedDuration::from_mins(1);

tokio::task_local! {
    /// What the request at hand asked for in vain, and who did.
    static OVERSTEPPED: RefCell<Option<(String, Right)>>;
}

/// What is refused and counted together.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum What {
    /// Tokens, passwords and codes that open nothing, at a door.
    Door(&'static str),
    /// Passwords that are not an account's, from somebody who is signed in to it.
    Password(String),
    /// What a member of staff's role does not allow.
    Right(String, Right),
}

/// Refusals that the log does not have yet, and when it last had some. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Refusals(Arc<Mutex<HashMap<What, Counted>>>);

#[derive(Debug, Default)]
struct Counted {
    untold: i64,
    told_at: Option<Timestamp>,
}

impl What {
    fn entry(&self, count: i64, now: Timestamp) -> AuditEvent {
        let (actor, act, object) = match self {
            What::Door(door) => (Actor::Machine("web"), "sign_in.refused", (*door).to_owned()),
            What::Password(staff) => (Actor::Machine("web"), "sign_in.refused", format!("staff:{staff}")),
            What::Right(staff, right) => {
                (Actor::Staff(staff.clone()), "right.refused", format!("right:{}", right.as_str()))
            }
        };
        AuditEvent::new(now, actor, act, object).int("count", count)
    }
}

impl Refusals {
    /// Logs what was refused since something like it was last told, where that was a minute ago. Called each minute: whoever tries
    /// a thousand passwords in one and then none is in the log with all of them.
    ///
    /// # Errors
    /// The database failed. What is not logged is told later.
    pub async fn tell_rest(&self, store: &Store, now: Timestamp) -> Result<(), StoreError> {
        self.tell_all(store, now, |told_at| now.duration_since(told_at) >= REST).await
    }

    /// The same for all of it: the process ends.
    ///
    /// # Errors
    /// The database failed.
    pub async fn tell_last(&self, store: &Store, now: Timestamp) -> Result<(), StoreError> {
        self.tell_all(store, now, |_| true).await
    }

    async fn tell_all(
        &self,
        store: &Store,
        now: Timestamp,
        is_due: impl Fn(Timestamp) -> bool,
    ) -> Result<(), StoreError> {
        let mut due = Vec::new();
        self.counted().retain(|what, Counted { untold, told_at }| {
            let is_due = told_at.is_none_or(&is_due);
            due.extend((is_due && *untold > 0).then(|| (what.clone(), *untold)));
            !is_due
        });
        let mut told = Ok(());
        for (what, count) in due {
            told = told.and(self.log(store, what, count, now).await);
        }
        told
    }

    /// Counts one more, and logs them unless something like it was told a moment ago.
    async fn tell(&self, store: &Store, what: What, now: Timestamp) -> Result<(), StoreError> {
        match self.count(&what, now) {
            Some(count) => self.log(store, what, count, now).await,
            None => Ok(()),
        }
    }

    /// Counts one more; how many are to be told now, if any.
    fn count(&self, what: &What, now: Timestamp) -> Option<i64> {
        let mut counted = self.counted();
        let Counted { untold, told_at } = counted.entry(what.clone()).or_default();
        *untold += 1;
        if told_at.is_some_and(|told| now.duration_since(told) < REST) {
            return None;
        }
        *told_at = Some(now);
        Some(std::mem::take(untold))
    }

    async fn log(&self, store: &Store, what: What, count: i64, now: Timestamp) -> Result<(), StoreError> {
        let logged = audit::record_look(store, what.entry(count, now)).await;
        let mut counted = self.counted();
        let Counted { untold, told_at } = counted.entry(what).or_default();
        *told_at = Some(now);
        if logged.is_err() {
            *untold += count;
        }
        logged
    }

    fn counted(&self) -> MutexGuard<'_, HashMap<What, Counted>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Logs that a token or a password opened nothing at `door`: the console or the API.
pub(super) async fn refused(web: &WebState, door: &'static str) -> Result<(), StoreError> {
    tracing::warn!(door, "a sign-in was refused: what was shown opens no account");
    web.refusals.tell(&web.store, What::Door(door), web.clock.now()).await
}

/// Logs that somebody who is signed in as `staff` did not know their password.
pub(super) async fn password_refused(web: &WebState, staff: &str) -> Result<(), StoreError> {
    tracing::warn!(staff, "a password was refused: it is not that of the account");
    web.refusals.tell(&web.store, What::Password(staff.to_owned()), web.clock.now()).await
}

/// Notes that a member of staff asked for what their role does not allow; [`log_overstepping`] logs it.
pub(super) fn overstepped(staff: &str, right: Right) {
    tracing::warn!(staff, right = right.as_str(), "refused: the role does not allow it");
    // Outside of a request, as in a unit test, nobody keeps a log.
    let _ = OVERSTEPPED.try_with(|overstepped| overstepped.replace(Some((staff.to_owned(), right))));
}

/// Answers a request, and logs what was asked for in vain.
pub(super) async fn log_overstepping(web: Arc<WebState>, request: Request, next: Next) -> Response {
    let answering = async { (next.run(request).await, OVERSTEPPED.with(RefCell::take)) };
    let (answer, overstepped) = OVERSTEPPED.scope(RefCell::default(), answering).await;
    if let Some((staff, right)) = overstepped {
        let told = web.refusals.tell(&web.store, What::Right(staff, right), web.clock.now()).await;
        if let Err(error) = told {
            tracing::error!(error = chain(&error), "a refusal was not logged");
        }
    }
    answer
}

/// The entry for a member of staff who came in or went out.
pub(super) fn passing(web: &WebState, staff: &Staff, act: &'static str) -> AuditEvent {
    tracing::info!(staff = staff.name, act, "signed in or out");
    let (actor, object) = (Actor::Staff(staff.name.clone()), format!("staff:{}", staff.name));
    AuditEvent::new(web.clock.now(), actor, act, object).word("role", staff.role.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_refusals_are_told_once_a_minute_and_none_is_forgotten() {
        let (refusals, start) = (Refusals::default(), Timestamp::UNIX_EPOCH);
        let door = What::Door("console");
        let at = |second| refusals.count(&door, start + SignedDuration::from_secs(second));
        assert_eq!(
            [at(0), at(1), at(59), at(60), at(61), at(500)],
            [Some(1), None, None, Some(3), None, Some(2)]
        );
        let amna = |right| refusals.count(&What::Right("amna".to_owned(), right), start);
        assert_eq!(
            [amna(Right::ReadAudit), amna(Right::ReadAudit), amna(Right::EraseContent)],
            [Some(1), None, Some(1)]
        );
    }
}
