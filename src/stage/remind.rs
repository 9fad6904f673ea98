//! Deadlines that come near or pass: each is told once, in the log, the metrics and the audit log.
//!
//! One job for the whole installation, a look a minute; after a pause it tells what came due meanwhile.

use jiff::{SignedDuration, Timestamp};

use super::{Context, StageError};
use crate::domain::audit::{Actor, AuditEvent};
use crate::store::jobs::{self, Claim};
use crate::store::replies::{self, Alert, DueClock};
use crate::store::{Step, audit};

/// Alerts that one transaction tells at most.
const BATCH: u32 = 500;
/// The longest time between two looks (semantics.md: a tick of at most 60 s).
const TICK: SignedDuration = SignedDuration::from_secs(60);

/// Tells what is due, a batch at a time; where nothing is, sets the next look, sooner where a deadline is nearer.
#[tracing::instrument(skip_all, err)]
pub(crate) async fn remind(ctx: &Context, claim: &Claim) -> Result<(), StageError> {
    let now = ctx.clock.now();
    let due = replies::due(&ctx.store, now, BATCH).await?;
    let again_at = match due.as_slice() {
        [] => replies::next_alert(&ctx.store).await?.map_or(now + TICK, |next| next.clamp(now, now + TICK)),
        _ => now,
    };
    let mut tx = ctx.store.begin(Step::Keep).await?;
    let mut told = Vec::with_capacity(due.len());
    for due in due {
        // An answer may have come since the look.
        if replies::mark_alerted(&mut tx, due.clock.id, due.alert, now).await? {
            told.push(due);
        }
    }
    let events: Vec<AuditEvent> = told.iter().map(|clock| alerted(clock, now)).collect();
    audit::append(&mut tx, &events).await?;
    jobs::reschedule(&mut tx, &claim.lease, again_at).await?;
    tx.commit().await?;
    for DueClock { clock, alert, .. } in &told {
        let word = word(*alert);
        tracing::warn!(comment.id = %clock.comment, clock = %clock.clock, alert = word, "a reply is owed");
        metrics::counter!("majlis_reply_alerts_total", "alert" => word).increment(1);
    }
    Ok(())
}

fn alerted(due: &DueClock, now: Timestamp) -> AuditEvent {
    let act = match due.alert {
        Alert::DueSoon => "clock.due_soon",
        Alert::Overdue => "clock.overdue",
    };
    due.clock.entry(act, Actor::Machine("remind"), now)
}

fn word(alert: Alert) -> &'static str {
    match alert {
        Alert::DueSoon => "due_soon",
        Alert::Overdue => "overdue",
    }
}
