//! The statistical model: how likely it is that a text breaks a clause, and which one; and what kind of comment it is.
//!
//! A hashed linear model. Each feature of the text ([`features`]) names one row of a table, each row holds one small
//! weight for each [`Head`], and a head's score is the sum of its weights, put to scale. The sums are of integers, so the
//! same text scores the same in any order of adding, on any number of threads. What the sums mean was settled by
//! training: scale and bias hold the calibration, so that the logistic of a score is a probability.
//!
//! The table is read from a file ([`file`]) whose SHA-256 is the model's name in verdicts and in the log.

mod explain;
pub(crate) mod features;
mod file;

use std::borrow::Cow;

use super::Kind;
use crate::domain::policy::ClauseId;
use crate::domain::text::View;

pub(crate) use explain::Weighed;
pub(crate) use file::{BadModel, Bounds, HeadForm};

/// One question that the model answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Head {
    /// Whether any clause applies.
    Any,
    /// Whether this clause applies.
    Clause(ClauseId),
    /// Whether the comment is of this kind.
    Kind(Kind),
}

/// How many heads there are, and so weights in a row.
pub(crate) const HEADS: usize = 1 + ClauseId::ALL.len() + Kind::ALL.len();

impl Head {
    /// Every head, in the order of the weights in a row.
    pub(crate) fn all() -> impl Iterator<Item = Head> {
        let clauses = ClauseId::ALL.into_iter().map(Head::Clause);
        std::iter::once(Head::Any).chain(clauses).chain(Kind::ALL.into_iter().map(Head::Kind))
    }

    /// Its place in a row.
    pub(crate) fn place(self) -> usize {
        Head::all().position(|head| head == self).expect("every head stands among all")
    }

    /// Its name in the model's file.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Head::Any => "any",
            Head::Clause(clause) => clause.as_str(),
            Head::Kind(kind) => kind.as_str(),
        }
    }
}

/// A model, read and found sound.
#[derive(Debug, Clone)]
pub(crate) struct Model {
    heads: [HeadForm; HEADS],
    bounds: Bounds,
    weights: Cow<'static, [u8]>,
    hash: String,
}

/// The probability of each head, by its place.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Scores([f32; HEADS]);

impl Model {
    /// The model that this version of Majlis ships.
    pub(crate) fn shipped() -> Result<Self, BadModel> {
        Model::read(Cow::Borrowed(include_bytes!("../../../../config/model/judge.model")))
    }

    /// The SHA-256 of its file.
    pub(crate) fn hash(&self) -> &str {
        &self.hash
    }

    /// From which scores on it is unsure, and sure.
    pub(crate) fn bounds(&self) -> Bounds {
        self.bounds
    }

    /// From which probability on a clause is named.
    pub(crate) fn named_at(&self, clause: ClauseId) -> f32 {
        self.heads[Head::Clause(clause).place()].named_at
    }

    /// Scores a text by its letters, its words and the rows of what else was found in it.
    pub(crate) fn score(&self, original: &str, folded: &View, found: &[usize]) -> Scores {
        let mut sums = [0_i32; HEADS];
        let mut features = 0_u32;
        let mut add = |row: usize| {
            features += 1;
            for (sum, weight) in sums.iter_mut().zip(self.row(row)) {
                *sum += i32::from(*weight as i8);
            }
        };
        features::read(original, folded, |row, _| add(row));
        found.iter().for_each(|row| add(*row));
        let length = norm(features);
        let mut scores = [0.0; HEADS];
        for ((score, sum), head) in scores.iter_mut().zip(sums).zip(&self.heads) {
            *score = logistic(head.bias + head.scale * length * sum as f32);
        }
        Scores(scores)
    }

    fn row(&self, row: usize) -> &[u8; HEADS] {
        self.weights[row * HEADS..][..HEADS].try_into().expect("a row has a weight for each head")
    }
}

impl Scores {
    /// How likely it is that any clause applies.
    pub(crate) fn any(&self) -> f32 {
        self.0[0]
    }

    /// How likely it is that this clause applies.
    pub(crate) fn clause(&self, clause: ClauseId) -> f32 {
        self.0[1 + clause as usize]
    }

    /// The likeliest kind, and how likely it is.
    pub(crate) fn kind(&self) -> (Kind, f32) {
        let kinds = Kind::ALL.into_iter().zip(self.0[1 + ClauseId::ALL.len()..].iter().copied());
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
