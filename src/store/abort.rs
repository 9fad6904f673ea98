//! Death on order, for the crash test: in debug builds alone, never in a release.
//!
//! `MAJLIS_ABORT_AT=judge:before:3` ends the process as `kill -9` would, at the third commit of that [`Step`], before
//! or after it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use super::Step;

const VARIABLE: &str = "MAJLIS_ABORT_AT";

/// On which side of a commit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    Before,
    After,
}

/// When to die.
#[derive(Debug)]
pub(super) struct Abort {
    step: String,
    side: Side,
    left: AtomicU32,
}

impl Abort {
    /// What the environment orders, if anything.
    ///
    /// # Panics
    /// The order cannot be read: a crash test that crashes nothing would prove nothing.
    pub(super) fn from_env() -> Option<Arc<Self>> {
        let order = std::env::var(VARIABLE).ok()?;
        Some(Arc::new(Self::parse(&order).expect("MAJLIS_ABORT_AT reads STEP:before|after:COUNT")))
    }

    fn parse(order: &str) -> Option<Self> {
        let mut parts = order.split(':');
        let step = parts.next()?.to_owned();
        let side = match parts.next()? {
            "before" => Side::Before,
            "after" => Side::After,
            _ => return None,
        };
        let count = parts.next()?.parse().ok().filter(|count| *count > 0)?;
        let known = Step::ALL.iter().any(|known| known.as_str() == step);
        (known && parts.next().is_none()).then(|| Self { step, side, left: AtomicU32::new(count) })
    }

    /// Dies here where that was ordered.
    pub(super) fn consult(&self, step: Step, side: Side) {
        if self.is_met(step, side) {
            std::process::abort();
        }
    }

    fn is_met(&self, step: Step, side: Side) -> bool {
        step.as_str() == self.step && side == self.side && self.left.fetch_sub(1, Ordering::SeqCst) == 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_is_met_at_the_commit_it_names() {
        let abort = Abort::parse("judge:before:2").unwrap();
        assert!(!abort.is_met(Step::Judge, Side::Before));
        assert!(!abort.is_met(Step::Judge, Side::After));
        assert!(!abort.is_met(Step::Act, Side::Before));
        assert!(abort.is_met(Step::Judge, Side::Before));
    }

    #[test]
    fn an_order_that_names_nothing_is_refused() {
        for order in ["judge", "judge:during:1", "judge:after:0", "lunch:after:1", "judge:after:1:2"] {
            assert!(Abort::parse(order).is_none(), "{order}");
        }
    }
}
