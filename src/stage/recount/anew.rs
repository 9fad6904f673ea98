//! What the audit log says of a clock that was counted by another calendar.

use jiff::Timestamp;

use super::ACTOR;
use super::announced::Why;
use crate::domain::audit::{AuditEvent, Field};
use crate::domain::calendar::Proof;
use crate::domain::reply::{Change, Due};
use crate::store::replies::{Anew, Clock};

/// The entry: the former deadline and the new one, their calendars, who adopted the new one, and why it differs.
pub(super) fn entry(anew: &Anew, was: &Clock, why: Why<'_>, now: Timestamp) -> AuditEvent {
    let Anew { clock, change, proof } = anew;
    let word = |word: Option<String>| word.map_or(Field::Null, Field::Word);
    let former = was.proof();
    let source = proof.as_ref().and_then(|proof| why.source(former.as_ref(), proof));
    let leans_on = proof.as_ref().map(|proof| proof.provisional().collect::<Vec<_>>().join("; "));
    let (due_was, remaining_was) = match was.timing.due {
        Due::At { due_at, .. } => (Field::Word(due_at.to_string()), Field::Null),
        Due::Left { remaining } => (Field::Null, Field::Int(i64::try_from(remaining.0).unwrap_or(i64::MAX))),
    };
    let target = |proof: Option<&Proof>| word(proof.map(|proof| proof.target.to_string()));
    let entry = clock
        .entry("clock.recounted", ACTOR, now)
        .with("due_was", due_was)
        .with("remaining_was_s", remaining_was)
        .word("calendar_was", was.timing.calendar.to_string())
        .word("change", change.map_or("not_counted", Change::as_str))
        .word("why", "calendar_adopted")
        .word("adopted_by", why.adopted_by)
        .with("source", word(source))
        .with("provisional", word(leans_on.filter(|names| !names.is_empty())))
        .with("target_was", target(former.as_ref()))
        .with("target", target(proof.as_ref().or(former.as_ref())));
    match (change, clock.breached_at) {
        (Some(Change::BreachWithdrawn), Some(at)) => entry.word("breached_at", at.to_string()),
        _ => entry,
    }
}
