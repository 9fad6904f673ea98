//! Looks into the audit log, each an entry of the log itself, and what is done where it shows what was not logged; the same for the
//! auditor's pages and the API.

use crate::domain::audit::{Actor, Altered, AuditEvent, Field};
use crate::store::StoreError;
use crate::store::audit::{self, Sought, Stop};

use super::WebState;

/// Logs that `staff` looked at `object`, with what they asked for. Where nothing can be written any more, reading goes on.
///
/// # Errors
/// The database failed.
pub(super) async fn looked(
    web: &WebState,
    staff: &str,
    object: String,
    asked: impl IntoIterator<Item = (&'static str, Field)>,
) -> Result<(), StoreError> {
    let event = AuditEvent::new(web.clock.now(), Actor::Staff(staff.to_owned()), AuditEvent::READ, object);
    let event = asked.into_iter().fold(event, |event, (name, field)| event.with(name, field));
    audit::record_look(&web.store, event).await
}

/// What the log keeps of a search.
pub(super) fn asked_for(sought: &Sought) -> Vec<(&'static str, Field)> {
    let Sought { comment, staff, clause, from, to, before: _ } = sought;
    let mut fields = Vec::new();
    fields.extend(comment.map(|comment| ("of_comment", Field::Int(comment.0))));
    fields.extend(staff.clone().map(|name| ("of_staff", Field::Word(name))));
    fields.extend(clause.map(|clause| ("of_clause", Field::Word(clause.to_string()))));
    fields.extend(from.map(|at| ("from", Field::Word(at.to_string()))));
    fields.extend(to.map(|at| ("to", Field::Word(at.to_string()))));
    fields
}

/// Stops all changes, of every process, for an entry that is not what was logged: the part that seals finds it said, and tells
/// everybody.
///
/// # Errors
/// The database failed.
pub(super) async fn stop(web: &WebState, altered: &Altered) -> Result<(), StoreError> {
    tracing::error!(%altered, "the audit log does not hold; all changes are stopped until somebody has looked");
    audit::stop(&web.store, &Stop { at: web.clock.now(), why: altered.to_string() }).await
}
