//! Notes that staff write about a comment, for each other.

use crate::domain::audit::{Field, commitment};
use crate::domain::comment::CommentId;

use super::super::notes::{self, Sort};
use super::super::{StoreError, Tx, audit};
use super::{By, find};

/// Keeps a note about a comment. The log holds a commitment to its words.
///
/// # Errors
/// There is no such comment.
pub async fn note(tx: &mut Tx, by: By<'_>, comment: CommentId, text: &str) -> Result<(), StoreError> {
    // A note is about the comment, whatever its words are by now.
    find(tx, By { seen: None, ..by }, comment).await?;
    let salt: [u8; 16] = rand::random();
    notes::keep(tx, comment, Sort::Note, (text, salt), &by.decider(), by.now).await?;
    let text = Field::Commitment(commitment(&salt, text.as_bytes()));
    audit::append(tx, &[by.entry("comment.noted", comment).with("text", text)]).await
}
