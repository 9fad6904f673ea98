//! Who was let in and who was not, in the audit log.
//!
//! Refusals are told at most once a minute, with their number: whoever tries many tokens must not fill the log.

use std::sync::{Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};

use crate::domain::audit::{Actor, AuditEvent};
use crate::store::staff::Staff;
use crate::store::{StoreError, audit};

use super::WebState;

const REST: SignedDuration = SignedDuration::from_mins(1);

/// Refusals since the log was last told of some, and when that was.
#[derive(Debug, Default)]
pub struct Refusals(Mutex<(i64, Option<Timestamp>)>);

impl Refusals {
    /// Counts one more; how many are to be told now, if any.
    fn count(&self, now: Timestamp) -> Option<i64> {
        let mut counted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (count, told_at) = &mut *counted;
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
    let Some(count) = web.refusals.count(now) else { return Ok(()) };
    let event = AuditEvent::new(now, Actor::Machine("web"), "sign_in.refused", door).int("count", count);
    audit::record_look(&web.store, event).await
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
        let at = |second| refusals.count(start + SignedDuration::from_secs(second));
        assert_eq!(
            [at(0), at(1), at(59), at(60), at(61), at(500)],
            [Some(1), None, None, Some(3), None, Some(2)]
        );
    }
}
