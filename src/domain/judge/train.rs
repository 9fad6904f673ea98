//! What training needs to see of the judge. Only in builds with the feature `train`.

use super::model::{BROAD_BITS, LONG_BITS};
use super::{Judge, Subject};
use crate::domain::policy::Policy;

pub(crate) use super::common::{CommonWords, LONGEST};
pub(crate) use super::decide::is_often_harmless;
pub(crate) use super::model::{Bounds, Form, HEADS, Head, HeadForm, Model, broad_row, logistic, norm};
pub(crate) use super::tongue::Tongue;

/// Rows of the long table and of the broad one.
pub(crate) const LONG_ROWS: usize = 1 << LONG_BITS;
pub(crate) const BROAD_ROWS: usize = 1 << BROAD_BITS;

impl Judge {
    /// One that only reads: what the model will be shown, while it is being learned.
    pub(crate) fn that_reads(policy: &Policy, common: CommonWords) -> Self {
        Judge { common, ..Judge::with_model(policy, Err("it is being learned".to_owned())) }
    }

    /// The rows of the long table that a text names, each once.
    pub(crate) fn rows(&self, text: &str) -> Vec<u32> {
        self.look(&Subject::of(text)).sight().rows()
    }
}
