//! Entries of the audit log for what commands do that changes nothing: what is taken out of it and of the database.

use crate::clock::{Clock, SystemClock};
use crate::domain::audit::{Actor, AuditEvent};

/// An act of whoever may run this on the machine, who is known by the number of a user only.
pub(super) fn event(act: &'static str, object: impl Into<String>) -> AuditEvent {
    let user = rustix::process::getuid().as_raw();
    AuditEvent::new(SystemClock.now(), Actor::Machine("command"), act, object).int("os_user", i64::from(user))
}
