//! By which calendar each clock of a comment is counted: by the version that its deadline names, also when another rules by
//! now, so that what is said of a finished clock stays the same for ever.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::Timestamp;

use crate::domain::attribution::Attribution;
use crate::domain::calendar::{Calendar, CalendarVersion};
use crate::store::comments::Story;
use crate::store::documents::{self, DocumentKind};
use crate::store::replies::Clock;
use crate::store::{Store, StoreError};

/// The calendars behind the clocks of a comment.
#[derive(Debug)]
pub(crate) struct CountedBy(HashMap<CalendarVersion, Arc<Calendar>>);

impl CountedBy {
    /// Those of a story's clocks. The one in force is at hand; a former one is compiled from the text that was adopted, and
    /// passed over where this version of Majlis cannot read it.
    ///
    /// # Errors
    /// The database failed.
    pub(crate) async fn of(
        store: &Store,
        in_force: Option<&Arc<Calendar>>,
        story: &Story,
    ) -> Result<Self, StoreError> {
        let at_hand = in_force.map(|calendar| (calendar.version().clone(), calendar.clone()));
        let mut known: HashMap<_, _> = at_hand.into_iter().collect();
        for clock in &story.clocks {
            let version = &clock.timing.calendar;
            if known.contains_key(version) {
                continue;
            }
            let text = documents::text(store, DocumentKind::Calendar, version.as_str()).await?;
            if let Some(former) = text.and_then(|text| Calendar::parse("calendar.toml", &text).ok()) {
                known.insert(version.clone(), Arc::new(former));
            }
        }
        Ok(CountedBy(known))
    }

    /// The calendar that a clock is counted by.
    pub(crate) fn calendar(&self, clock: &Clock) -> Option<&Calendar> {
        self.0.get(&clock.timing.calendar).map(|calendar| &**calendar)
    }

    /// Whose the working time of a story's clock was until `now`.
    pub(crate) fn attributed(&self, story: &Story, clock: &Clock, now: Timestamp) -> Option<Attribution> {
        clock.attributed(self.calendar(clock)?, clock.pauses(&story.pauses), &story.held, now)
    }
}
