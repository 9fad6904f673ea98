//! Months by name, such as `2026-10`, in addresses and in calls.

use jiff::civil::Date;

/// The first day of a month, within the years that calendars are made for.
pub(super) fn first_day(name: &str) -> Option<Date> {
    let first: Date = format!("{name}-01").parse().ok()?;
    (name.len() == 7 && (1970..=2200).contains(&first.year())).then_some(first)
}
