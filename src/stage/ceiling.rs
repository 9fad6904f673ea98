//! The ceiling on what one rule hides in an hour: a bad rule must not empty a page.
//!
//! Comments are counted when they are about to be hidden, in the transaction that hides them, so that the count outlives the
//! process and all processes share it. Staff are told once an hour and rule: by the log's errors, the metric and the audit log.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::StageError;
use crate::domain::audit::{Actor, AuditEvent};
use crate::domain::policy::Policy;
use crate::store::{Tx, ceilings};

/// How many more comments each rule may hide, by the names of the rules that are about to hide one, each as often as it is;
/// and what happened. No bound where the policy sets none.
pub(super) async fn spare(
    tx: &mut Tx,
    policy: &Policy,
    rules: impl Iterator<Item = String>,
    now: Timestamp,
) -> Result<(BTreeMap<String, u32>, Vec<AuditEvent>), StageError> {
    let Some(ceiling) = policy.ceiling() else { return Ok(Default::default()) };
    let mut spare: BTreeMap<String, u32> = BTreeMap::new();
    rules.for_each(|rule| *spare.entry(rule).or_default() += 1);
    let mut events = Vec::new();
    for (rule, hides) in &mut spare {
        let before = ceilings::count(tx, rule, *hides, now).await? - *hides;
        let most = ceiling.get().saturating_sub(before);
        if *hides > most && before <= ceiling.get() {
            tracing::error!(
                rule,
                hides_per_hour = ceiling.get(),
                "a rule would hide more comments in an hour than the policy lets it; what else it finds goes to review: \
                 look at what it hid, and mend the rule or raise the ceiling"
            );
            metrics::counter!("majlis_ceilings_total", "rule" => rule.clone()).increment(1);
            let reached =
                AuditEvent::new(now, Actor::Machine("moderate"), "rule.ceiling", format!("rule:{rule}"))
                    .int("hides_per_hour", i64::from(ceiling.get()))
                    .word("policy", policy.version().to_string());
            events.push(reached);
        }
        *hides = most;
    }
    Ok((spare, events))
}
