//! What training needs to see of the judge. Only in builds with the feature `train`.

use super::{Judge, Subject};

pub(crate) use super::model::features::ROW_BITS;
pub(crate) use super::model::{Bounds, HEADS, Head, HeadForm, Model, logistic, norm};

/// How many rows the table has.
pub(crate) const ROWS: usize = 1 << ROW_BITS;

impl Judge {
    /// The model's rows of a text, as often as each occurs.
    pub(crate) fn features(&self, text: &str) -> Vec<u32> {
        let look = self.look(&Subject { text, marks: &[], earlier_same: 0 });
        let mut rows = Vec::with_capacity(8 * text.len());
        super::model::features::read(text, &look.reading.folded, |row, _| rows.push(row as u32));
        rows.extend(look.found.iter().map(|row| *row as u32));
        rows
    }
}
