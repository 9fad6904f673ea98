//! Text as the judge reads it: views of a comment that lead back to its original bytes.
//!
//! The folded view shows the words with their disguises undone, and keeps what was undone as evidence; the light view
//! keeps punctuation, for numbers and addresses. What the words mean is left to the policy's lexicon and to the judge.

mod arabizi;
mod fold;
mod glyphs;
mod join;
mod letters;
mod light;
mod search;
mod undone;
mod view;
mod words;

pub(crate) use arabizi::{Chat, arabizi, skeleton, small_arabic};
pub(crate) use fold::fold;
pub(crate) use light::light;
pub use search::{ASKED_MAX, Sought, found_by, sought};
pub(crate) use undone::transliterated;
pub use undone::{Disguised, Disguises, Undone};
pub(crate) use view::View;
