//! Text as the judge reads it: views of a comment that lead back to its original bytes.
//!
//! The folded view shows the words with their disguises undone; the light view keeps punctuation, for numbers
//! and addresses. What the words mean is left to the policy's lexicon and to the judge.

mod fold;
mod letters;
mod light;
mod view;

pub(crate) use fold::fold;
pub(crate) use light::light;
pub(crate) use view::View;
