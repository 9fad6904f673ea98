//! What training needs to see of the judge. Only in builds with the feature `train`.

use super::model::{BROAD_BITS, LONG_BITS};
use super::{Judge, Repeats, Subject};

pub(crate) use super::model::{Bounds, Form, HEADS, Head, HeadForm, Model, logistic, norm};

/// Rows of the long table and of the broad one.
pub(crate) const LONG_ROWS: usize = 1 << LONG_BITS;
pub(crate) const BROAD_ROWS: usize = 1 << BROAD_BITS;

/// The row of the long table, and of the broad one, that a feature names: the longer's first bits are the broader's.
pub(crate) fn broad_row(long_row: u32) -> u32 {
    long_row >> (LONG_BITS - BROAD_BITS)
}

impl Judge {
    /// The rows of the long table that a text names, each once.
    pub(crate) fn rows(&self, text: &str) -> Vec<u32> {
        let look = self.look(&Subject { text, marks: &[], repeats: Repeats::NONE });
        let mut rows = Vec::with_capacity(6 * text.len());
        look.sight().each(|hash, _| rows.push((hash >> (u64::BITS - LONG_BITS)) as u32));
        rows
    }
}
