//! What happened in each month, counted from the audit log and nothing else, as far as it is sealed: so whoever has the log and the
//! checkpoint comes to the same figures, by `majlis report transparency`.
//!
//! The log is read once, from its beginning, and then what was added. What was counted is kept in the process: it is worked out
//! anew at each start, in the background, and pages show what there is until then.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::domain::report::{Line, Periods, Unreadable};
use crate::domain::transparency::{Counts, Transparency, What};
use crate::store::audit::Checkpoint;
use crate::store::{Store, StoreError, audit};

/// Entries read at a time.
const PAGE: u64 = 1_000;

/// The figures that pages show, once there are some. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Figures(Arc<RwLock<Option<Arc<Counted>>>>);

/// The figures of a sealed log.
#[derive(Debug)]
pub struct Counted {
    /// What they were counted from.
    pub checkpoint: Checkpoint,
    /// When its last entry was written: what is open is told as it was then.
    pub as_of: Timestamp,
    /// Those of each month in which something happened, known by its first day.
    pub months: BTreeMap<Date, Month>,
}

/// The figures of one month.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Month {
    /// What came in and what was done.
    pub figures: Counts,
    /// What became of promises.
    pub promises: Vec<Line>,
}

/// Why nothing was counted.
#[derive(Debug, thiserror::Error)]
pub enum CountError {
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// An entry cannot be counted.
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
}

/// The log as far as it was counted.
#[derive(Debug)]
pub struct Counting {
    report: Transparency,
    size: u64,
    last_at: Timestamp,
}

impl Figures {
    /// The latest; `None` while the log is being read for the first time.
    pub fn latest(&self) -> Option<Arc<Counted>> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Counts what was sealed since, and lets pages show it.
    ///
    /// # Errors
    /// The database failed, or an entry cannot be read or is not the one that was logged; what was counted before is shown on.
    pub async fn catch_up(&self, counting: &mut Counting, store: &Store) -> Result<(), CountError> {
        let Some(checkpoint) = audit::last_checkpoint(store).await? else { return Ok(()) };
        if self.latest().is_some_and(|shown| shown.checkpoint.size == checkpoint.size) {
            return Ok(());
        }
        counting.read_to(checkpoint.size, store).await?;
        let counted = Arc::new(counting.counted(checkpoint));
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Some(counted);
        Ok(())
    }
}

impl Counting {
    /// Nothing was read yet; months begin and end in `zone`.
    pub fn by_months_of(zone: TimeZone) -> Self {
        Self { report: Transparency::of(Periods::Months(zone)), size: 0, last_at: Timestamp::UNIX_EPOCH }
    }

    async fn read_to(&mut self, size: u64, store: &Store) -> Result<(), CountError> {
        while self.size < size {
            let page = audit::entries(store, self.size, PAGE.min(size - self.size) as u32).await?;
            let Some(last) = page.last() else { return Ok(()) };
            for entry in &page {
                self.report.entry(entry.bytes())?;
            }
            (self.last_at, self.size) = (last.view().at, last.view().seq + 1);
        }
        Ok(())
    }

    fn counted(&self, checkpoint: Checkpoint) -> Counted {
        let mut months: BTreeMap<Date, Month> = BTreeMap::new();
        for (day, figures) in self.report.figures(self.last_at) {
            months.entry(day).or_default().figures = figures;
        }
        for (day, promises) in self.report.promises(self.last_at) {
            months.entry(day).or_default().promises = promises;
        }
        Counted { checkpoint, as_of: self.last_at, months }
    }
}

impl Month {
    /// All that was counted of that, of whatever and by whomever.
    pub fn sum(&self, what: What) -> u64 {
        self.figures.iter().filter(|(figure, _)| figure.what == what).map(|(_, count)| count).sum()
    }
}

impl Counted {
    /// The last month that was over when the log was sealed, in `zone`: its figures change no more.
    pub fn last_whole_month(&self, zone: &TimeZone) -> Option<(Date, &Month)> {
        let running = zone.to_datetime(self.as_of).date().first_of_month();
        self.months.range(..running).next_back().map(|(day, month)| (*day, month))
    }
}
