//! What training needs to see of the judge. Only in builds with the feature `train`, and in tests.

use super::model::{BROAD_BITS, LONG_BITS, word_hashes};
use super::{Judge, Subject};
use crate::domain::policy::Policy;

pub(crate) use super::common::{CommonWords, LONGEST};
pub(crate) use super::decide::Hiding;
pub(crate) use super::model::{
    Bounds, DENSE, Dense, EYES, FILTERS, Form, HEADS, HIDDEN, Head, HeadForm, Mix, Model, NETS, NetsForm,
    PIECE_BITS, POOLED, Parts, Pieces, Seen, WIDTH, WINDOW, broad_row, dot, logistic, norm,
};
pub(crate) use super::tongue::Tongue;

/// Rows of the long table and of the broad one.
pub(crate) const LONG_ROWS: usize = 1 << LONG_BITS;
pub(crate) const BROAD_ROWS: usize = 1 << BROAD_BITS;

/// What the model sees of a text.
#[derive(Debug)]
pub(crate) struct Seeing {
    /// The rows of the long table that it names, each once.
    pub(crate) rows: Vec<u32>,
    /// Its words by their pieces.
    pub(crate) pieces: Pieces,
    /// Its words, each by its hash.
    pub(crate) words: Vec<u64>,
}

impl Judge {
    /// One that only reads: what the model will be shown, while it is being learned.
    pub(crate) fn that_reads(policy: &Policy, common: CommonWords) -> Self {
        Judge { common, ..Judge::with_model(policy, Err("it is being learned".to_owned())) }
    }

    /// By what it would hide a text, whatever its bounds are.
    pub(crate) fn would_hide(&self, text: &str) -> Hiding {
        self.hiding(&self.look(&Subject::of(text)))
    }

    /// What the model sees of a text.
    pub(crate) fn seen(&self, text: &str) -> Seeing {
        let mut look = self.look(&Subject::of(text));
        // Without a model nobody else needs them.
        look.found = self.found(&look.reading, &look.signals);
        let sight = look.sight();
        let pieces = Pieces::of(&sight);
        Seeing { rows: sight.rows(), pieces, words: word_hashes(&sight) }
    }
}
