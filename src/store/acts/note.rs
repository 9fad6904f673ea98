//! Notes that staff write about a comment, for each other.

use crate::domain::audit::{Field, commitment};
use crate::domain::comment::CommentId;

use super::super::notes::{self, Sort};
use super::super::{StoreError, Tx, audit};
use super::{By, Seen, find};

/// Keeps a note about a comment. The log holds a commitment to its words.
///
/// # Errors
/// There is no such comment, or it was changed since it was seen, where they made that a condition.
pub async fn note(tx: &mut Tx, by: By<'_>, comment: CommentId, text: &str) -> Result<(), StoreError> {
    // A page tells what it showed with every form. A note is about the comment, whatever became of it since.
    let seen = by.seen.filter(|seen| !matches!(seen, Seen::Page { .. }));
    find(tx, By { seen, ..by }, comment).await?.must(true, "noted")?;
    let salt: [u8; 16] = rand::random();
    notes::keep(tx, comment, Sort::Note, (text, salt), &by.decider(), by.now).await?;
    let text = Field::Commitment(commitment(&salt, text.as_bytes()));
    audit::append(tx, &[by.entry("comment.noted", comment).with("text", text)]).await
}
