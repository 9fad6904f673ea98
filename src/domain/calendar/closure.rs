//! A closed stretch: since when the office is closed, when it opens, and how sure that is.

use jiff::Timestamp;

use super::CalendarError;
use super::hours::{Hours, instant, second};
use super::rules::Rule;

/// The time between two open intervals.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Closure {
    /// When the office closed.
    pub since: Timestamp,
    /// When it opens.
    pub until: Timestamp,
    /// The kinds of the rules with a say in it whose dates may still change by announcement.
    provisional: Vec<Rule>,
}

impl Closure {
    /// Whether a rule of this kind has a say in it whose dates may still change by announcement.
    pub fn leans_on(&self, rule: Rule) -> bool {
        self.provisional.contains(&rule)
    }
}

impl Hours {
    /// The closed stretch that an instant lies in; `None` where the office is open.
    ///
    /// # Errors
    /// Both of [`CalendarError`].
    pub fn closure(&self, at: Timestamp) -> Result<Option<Closure>, CalendarError> {
        let found = self.table.closure(second(at)?).map_err(|why| why.from(at))?;
        Ok(found.map(|(since, until)| {
            let regimes = self.rules.regimes(self.local_day(since), self.local_day(until));
            let provisional = regimes.iter().filter(|regime| regime.status.is_provisional());
            Closure {
                since: instant(since),
                until: instant(until),
                provisional: provisional.map(|regime| regime.rule).collect(),
            }
        }))
    }
}
