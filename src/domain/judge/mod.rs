//! The judge: a comment's text in, a verdict by the written policy and a kind out.

mod verdict;

pub use verdict::{Finding, Judgement, Kind, ReviewReason, Subject, Verdict};
