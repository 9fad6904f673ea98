//! A comment's row and the domain's [`Comment`], each way.

use crate::domain::comment::{Author, Comment, CommentId, Incoming, Mark, SourceId};

use super::super::StoreError;
use super::super::sql::Columns;

/// The columns that [`comment`] reads, from `comment c` joined with its latest `revision r`.
pub(in super::super) const COMMENT: &str = "c.id, c.source, c.platform, c.platform_id, c.parent_id, c.post_id, c.written_by, \
    c.author_id, c.author_name, c.created_at, c.first_seen_at, c.revision, c.visibility, r.text, r.marks";

/// What stands around `comment c` for the judge, from [`AROUND_IT`]: the text of what it answers, unless that is known to be the same
/// author's, who would quote nobody, and the text of its post.
pub(super) const AROUND: &str = "case when up.author_key = c.author_key then null else said.text end as parent_text, \
    post.text as post_text";

/// The comment that `comment c` answers, with its latest text, unless that is gone, and the post that it stands under.
pub(super) const AROUND_IT: &str = "left join comment up on up.source = c.source and up.platform_id = c.parent_id \
    and up.visibility in ('visible', 'hidden') \
    left join revision said on said.comment = up.id and said.number = up.revision \
    left join post on post.source = c.source and post.id = c.post_id";

/// The comment in a row that holds [`COMMENT`].
pub(in super::super) fn comment(row: &Columns<'_>) -> Result<Comment, StoreError> {
    let author = Author { id: row.get("author_id")?, name: row.get("author_name")? };
    Ok(Comment {
        id: CommentId(row.get("id")?),
        source: SourceId(row.get("source")?),
        platform: row.word("platform")?,
        platform_id: row.get("platform_id")?,
        parent_id: row.get("parent_id")?,
        post_id: row.get("post_id")?,
        author: (author != Author::default()).then_some(author),
        text: row.get("text")?,
        created_at: row.instant_or_null("created_at")?,
        first_seen_at: row.instant("first_seen_at")?,
        revision: row.get("revision")?,
        visibility: row.word("visibility")?,
        ours: is_ours(row)?,
        marks: marks(row)?,
    })
}

/// Whether our own account wrote the comment in this row.
fn is_ours(row: &Columns<'_>) -> Result<bool, StoreError> {
    match row.get("written_by")? {
        "us" => Ok(true),
        "public" => Ok(false),
        other => Err(row.unreadable("written_by", other.to_owned())),
    }
}

/// The word for who wrote a comment.
pub(super) fn written_by(incoming: &Incoming) -> &'static str {
    if incoming.ours { "us" } else { "public" }
}

/// Marks as a column holds them: a JSON list of their words.
pub(super) fn marks_text(marks: &[Mark]) -> String {
    serde_json::to_string(marks).expect("marks are plain words")
}

/// The marks in a column.
pub(super) fn marks(row: &Columns<'_>) -> Result<Vec<Mark>, StoreError> {
    let text: &str = row.get("marks")?;
    serde_json::from_str(text).map_err(|_| row.unreadable("marks", text.to_owned()))
}
