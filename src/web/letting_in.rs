//! Who was let in and who was not, and who asked for what their role does not allow, in the audit log.
//!
//! Refusals are told at most once a minute, with their number: whoever tries many tokens must not fill the log.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use jiff::{SignedDuration, Timestamp};

use crate::domain::audit::{Actor, AuditEvent};
use crate::domain::staff::Right;
use crate::store::staff::Staff;
use crate::store::{StoreError, audit, chain};

use super::WebState;

const REST: SignedDuration = SignedDuration::from_mins(1);

tokio::task_local! {
    /// What the request at hand asked for in vain, and who did.
    static OVERSTEPPED: RefCell<Whose>;
}

/// Who was refused and what: strangers together, a member of staff by the right.
type Whose = Option<(String, Right)>;

/// Refusals since the log was last told of some, and when that was.
#[derive(Debug, Default)]
pub struct Refusals(Mutex<HashMap<Whose, (i64, Option<Timestamp>)>>);

impl Refusals {
    /// Counts one more; how many are to be told now, if any.
    fn count(&self, whose: Whose, now: Timestamp) -> Option<i64> {
        let mut counted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (count, told_at) = counted.entry(whose).or_default();
        *count += 1;
        if told_at.is_some_and(|told| now.duration_since(told) < REST) {
            return None;
        }
        *told_at = Some(now);
        Some(std::mem::take(count))
    }
}

/// Logs that a token or a password opened nothing at `door`: the console or the API.
pub(super) async fn refused(web: &WebState, door: &'static str) -> Result<(), StoreError> {
    let now = web.clock.now();
    tracing::warn!(door, "a sign-in was refused: what was shown opens no account");
    let Some(count) = web.refusals.count(None, now) else { return Ok(()) };
    let event = AuditEvent::new(now, Actor::Machine("web"), "sign_in.refused", door).int("count", count);
    audit::record_look(&web.store, event).await
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
        let now = web.clock.now();
        if let Some(count) = web.refusals.count(Some((staff.clone(), right)), now) {
            let (actor, object) = (Actor::Staff(staff), format!("right:{}", right.as_str()));
            let event = AuditEvent::new(now, actor, "right.refused", object).int("count", count);
            if let Err(error) = audit::record_look(&web.store, event).await {
                tracing::error!(error = chain(&error), "a refusal was not logged");
            }
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
        let at = |second| refusals.count(None, start + SignedDuration::from_secs(second));
        assert_eq!(
            [at(0), at(1), at(59), at(60), at(61), at(500)],
            [Some(1), None, None, Some(3), None, Some(2)]
        );
        let amna = |right| refusals.count(Some(("amna".to_owned(), right)), start);
        assert_eq!(
            [amna(Right::ReadAudit), amna(Right::ReadAudit), amna(Right::EraseContent)],
            [Some(1), None, Some(1)]
        );
    }
}
