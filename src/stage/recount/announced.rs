//! By whom and by which announcement a calendar came into force, for the audit log.

use std::collections::HashMap;

use crate::domain::calendar::{CalendarVersion, Proof};
use crate::domain::document::{Difference, differences};
use crate::store::documents::{self, DocumentKind};
use crate::store::{Store, StoreError};

/// The most rules that one entry names.
const NAMED_MAX: usize = 3;
/// The most characters of a rule's basis in an entry.
const BASIS_MAX: usize = 200;

/// The calendar in force, and how it differs from those before it.
#[derive(Debug)]
pub(super) struct Announced {
    adopted_by: String,
    text: String,
    since: HashMap<CalendarVersion, Vec<Difference>>,
}

/// What is new in the calendar in force, seen from an earlier one.
#[derive(Debug, Clone, Copy)]
pub(super) struct Why<'a> {
    /// Who adopted the calendar in force.
    pub(super) adopted_by: &'a str,
    differences: &'a [Difference],
}

impl Announced {
    /// Of the calendar in force.
    pub(super) async fn of(store: &Store) -> Result<Self, StoreError> {
        let adopted = documents::adopted(store, DocumentKind::Calendar).await?;
        let (by, text) = adopted.map_or((None, String::new()), |adopted| (adopted.by, adopted.text));
        let adopted_by = by.map_or_else(|| "machine".to_owned(), |name| format!("staff:{name}"));
        Ok(Announced { adopted_by, text, since: HashMap::new() })
    }

    /// Seen from `former`.
    pub(super) async fn since(
        &mut self,
        store: &Store,
        former: &CalendarVersion,
    ) -> Result<Why<'_>, StoreError> {
        if !self.since.contains_key(former) {
            let text = documents::text(store, DocumentKind::Calendar, former.as_str()).await?;
            let found = text.map(|text| differences(&text, &self.text)).unwrap_or_default();
            self.since.insert(former.clone(), found);
        }
        Ok(Why { adopted_by: &self.adopted_by, differences: &self.since[former] })
    }
}

impl Why<'_> {
    /// The rules that moved a deadline, each with what it rests on: those that have a say in one of its two sums, and the
    /// promise itself where that changed. `None` where the calendars differ in nothing that concerns it.
    pub(super) fn source(&self, was: Option<&Proof>, is: &Proof) -> Option<String> {
        let other_promise = was.is_some_and(|was| was.target != is.target);
        let has_a_say = |difference: &&Difference| {
            let regimes = was.into_iter().chain([is]).flat_map(|proof| &proof.regimes);
            let named = regimes.map(|regime| &regime.name).any(|name| *name == difference.name);
            named || (other_promise && difference.table == "promise")
        };
        let told: Vec<String> = self.differences.iter().filter(has_a_say).map(told).collect();
        let more = told.len().saturating_sub(NAMED_MAX);
        let mut named = told.into_iter().take(NAMED_MAX).collect::<Vec<_>>().join("; ");
        if more > 0 {
            named.push_str(&format!("; {more} more"));
        }
        (!named.is_empty()).then_some(named)
    }
}

fn told(Difference { table, name, what, basis, .. }: &Difference) -> String {
    let what = what.as_str();
    match basis {
        Some(basis) => format!("{table} {name} {what}: {basis:.BASIS_MAX$}"),
        None => format!("{table} {name} {what}"),
    }
}
