//! The statistical model: how likely it is that a text breaks a clause, which clause, and what kind of comment it is.
//!
//! A hashed linear model. Each feature of a text ([`features`]) names a row of a table, and a score is the sum of the
//! weights that it meets, put to scale. Sums are of integers, so the same text scores the same in any order of adding, on
//! any number of threads. What they mean was settled by training: scale and bias hold the calibration, so that the logistic
//! of a score is a probability.
//!
//! There are three tables of it. The first long one has one weight a row and answers what is asked of every comment: does any
//! clause apply? The second is asked before the machine hides: it learned the same from comments whose labels can be trusted
//! and above all from criticism, so it ranks worse over all and errs more seldom where it is surest. The broad one has a
//! weight a row for each [`Head`], and is asked only where something depends on it.
//!
//! What the first table does not settle as lawful a few small nets ([`net`]) read once more, and both looks take their answer in.
//!
//! Beside them stand the words that were common where it learned, by which the judge guesses what a disguise hid
//! ([`super::common`]).
//!
//! All are read from a file ([`file`]) whose SHA-256 is the model's name in verdicts and in the log.

mod explain;
pub(in crate::domain::judge) mod features;
mod file;
mod net;
mod stem;

use std::borrow::Cow;

use super::Kind;
use crate::domain::policy::ClauseId;

pub(in crate::domain::judge) use explain::Weighed;
pub(in crate::domain::judge) use features::Sight;
#[cfg(any(test, feature = "train"))]
pub(crate) use file::Parts;
pub(crate) use file::{BadModel, Bounds, Form, HeadForm};
use file::{PIECES, TABLES};
use net::Nets;
#[cfg(any(test, feature = "train"))]
pub(in crate::domain::judge) use net::word_hashes;
#[cfg(any(test, feature = "train"))]
pub(crate) use net::{
    DENSE, Dense, EYES, FILTERS, HIDDEN, Mix, NETS, PIECE_BITS, POOLED, Seen, WIDTH, WINDOW, dot,
};
pub(crate) use net::{NetsForm, Pieces};

/// Rows of the long table, as a power of two: enough that few features have to share one.
pub(crate) const LONG_BITS: u32 = 21;

/// Rows of the broad table.
pub(crate) const BROAD_BITS: u32 = 17;

/// One question to the broad table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Head {
    /// Whether this clause applies.
    Clause(ClauseId),
    /// Whether the comment is of this kind.
    Kind(Kind),
}

/// How many heads there are, and so weights in a row of the broad table.
pub(crate) const HEADS: usize = ClauseId::ALL.len() + Kind::ALL.len();

impl Head {
    /// Every head, in the order of the weights in a row.
    pub(crate) fn all() -> impl Iterator<Item = Head> {
        ClauseId::ALL.into_iter().map(Head::Clause).chain(Kind::ALL.into_iter().map(Head::Kind))
    }

    /// Its name in the model's file.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Head::Clause(clause) => clause.as_str(),
            Head::Kind(kind) => kind.as_str(),
        }
    }
}

/// A model, read and found sound.
#[derive(Debug, Clone)]
pub(crate) struct Model {
    any: Form,
    sure: Form,
    heads: [HeadForm; HEADS],
    nets: Nets,
    bounds: Bounds,
    /// The tables, and after them the common words.
    tables: Cow<'static, [u8]>,
    hash: String,
}

impl Model {
    /// The model that this version of Majlis ships.
    pub(crate) fn shipped() -> Result<Self, BadModel> {
        Model::read(Cow::Borrowed(include_bytes!("../../../../config/model/judge.model")))
    }

    /// The SHA-256 of its file.
    pub(crate) fn hash(&self) -> &str {
        &self.hash
    }

    /// The words that were common where it learned, a line each, the commonest first.
    pub(in crate::domain::judge) fn words(&self) -> &str {
        std::str::from_utf8(&self.tables[TABLES..]).expect("a model with other words is not read")
    }

    /// From which probabilities on it is unsure, and sure.
    pub(crate) fn bounds(&self) -> Bounds {
        self.bounds
    }

    /// How likely it is that any clause applies to a text whose features name these rows, and what the nets said, where the
    /// rows alone do not settle it.
    pub(in crate::domain::judge) fn any(&self, rows: &[u32], sight: &Sight<'_>) -> (f32, Option<f32>) {
        let linear = long(self.any, &self.tables[..1 << LONG_BITS], rows);
        let NetsForm { asked_at, any, .. } = self.nets.form;
        if logistic(linear) < asked_at {
            return (logistic(linear), None);
        }
        let net = self.nets.score(&self.tables[PIECES], &Pieces::of(sight));
        (logistic(any.odds(linear, net)), Some(net))
    }

    /// The same by what can be trusted: what the machine must be sure of before it hides.
    pub(in crate::domain::judge) fn sure(&self, rows: &[u32], net: Option<f32>) -> f32 {
        let linear = long(self.sure, &self.tables[1 << LONG_BITS..2 << LONG_BITS], rows);
        logistic(net.map_or(linear, |net| self.nets.form.sure.odds(linear, net)))
    }

    /// How likely each clause and kind is.
    pub(in crate::domain::judge) fn heads(&self, rows: &[u32]) -> Heads {
        let (broad, _) = self.tables[2 << LONG_BITS..PIECES.start].as_chunks::<HEADS>();
        let mut sums = [0_i32; HEADS];
        for row in rows {
            let weights = &broad[broad_row(*row) as usize];
            sums.iter_mut().zip(weights).for_each(|(sum, weight)| *sum += i32::from(*weight as i8));
        }
        let features = rows.len() as u32;
        Heads(std::array::from_fn(|at| logistic(self.heads[at].form.odds(sums[at], features))))
    }

    /// From which probability on a clause is named.
    pub(in crate::domain::judge) fn named_at(&self, clause: ClauseId) -> f32 {
        self.heads[clause as usize].named_at
    }

    fn long(&self, hash: u64) -> i8 {
        self.tables[(hash >> (u64::BITS - LONG_BITS)) as usize] as i8
    }
}

fn long(form: Form, table: &[u8], rows: &[u32]) -> f32 {
    let sum = rows.iter().map(|row| i32::from(table[*row as usize] as i8)).sum();
    form.odds(sum, rows.len() as u32)
}

/// The row of the broad table that a feature names which names this row of the long one: the longer's first bits are the
/// broader's.
pub(crate) fn broad_row(long_row: u32) -> u32 {
    long_row >> (LONG_BITS - BROAD_BITS)
}

/// The probability of each head, in their order.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(in crate::domain::judge) struct Heads([f32; HEADS]);

impl Heads {
    pub(in crate::domain::judge) fn clause(&self, clause: ClauseId) -> f32 {
        self.0[clause as usize]
    }

    /// The likeliest of the clauses that may be named.
    pub(in crate::domain::judge) fn likeliest(&self, may: impl Fn(ClauseId) -> bool) -> Option<ClauseId> {
        let clauses = ClauseId::ALL.into_iter().filter(|clause| may(*clause));
        clauses.reduce(|best, next| if self.clause(next) > self.clause(best) { next } else { best })
    }

    /// The likeliest kind, and how likely it is.
    pub(in crate::domain::judge) fn kind(&self) -> (Kind, f32) {
        let kinds = Kind::ALL.into_iter().zip(self.0[ClauseId::ALL.len()..].iter().copied());
        kinds.reduce(|best, next| if next.1 > best.1 { next } else { best }).expect("there are kinds")
    }
}

/// A text of many features weighs no more than a short one: their sum goes by the root of their number.
pub(crate) fn norm(features: u32) -> f32 {
    1.0 / (features.max(1) as f32).sqrt()
}

/// The probability that a score stands for.
pub(crate) fn logistic(score: f32) -> f32 {
    1.0 / (1.0 + (-score).exp())
}

#[cfg(test)]
pub(in crate::domain::judge) mod tests;
