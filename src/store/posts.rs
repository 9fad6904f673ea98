//! Posts of ours, as far as they were listed and read: what the plan of which to read next is made of, and what they say, by which the
//! comments under them are judged and told by topic. A row is no record of anything, and grows with the account's posts alone.

use std::collections::HashMap;

use jiff::Timestamp;
use sqlx::any::AnyRow;

use crate::domain::comment::SourceId;
use crate::domain::poll_plan::Post;

use super::error::Doing;
use super::rows::{Rows, Type};
use super::sql::{self, Columns, micros};
use super::{StoreError, Tx};

/// A post of a source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeenPost {
    /// The platform's id of it.
    pub id: String,
    /// What was seen of it.
    pub post: Post,
    /// How many comments it was said to have when it was listed last, where that was said.
    pub said: Option<i64>,
    /// What had been said of it when it was read last.
    pub said_when_read: Option<i64>,
}

/// The columns that [`seen`] reads.
const SEEN: &str = "id, published_at, read_at, comments, ages, waiting, counted_at, said, said_when_read";

/// The posts of a source that may get comments: those published since then, and those under which some are said to wait. Of
/// many years of posts that is a few.
///
/// # Errors
/// The database failed.
pub async fn lively(tx: &mut Tx, source: &SourceId, since: Timestamp) -> Result<Vec<SeenPost>, StoreError> {
    let query = sql::query(format!(
        "select {SEEN} from post where source = $1 and published_at >= $2
         union select {SEEN} from post where source = $1 and waiting > 0"
    ));
    let query = query.bind(source.0.clone()).bind(micros(since));
    let rows = query.fetch_all(tx.conn()).await.doing("read what was seen of the posts")?;
    rows.iter().map(seen).collect()
}

/// Those of these posts that were listed before.
///
/// # Errors
/// The database failed.
pub async fn among(tx: &mut Tx, source: &SourceId, ids: &[String]) -> Result<Vec<SeenPost>, StoreError> {
    let listed = Rows::of(&[("id", Type::Text)], ids);
    let mut found = Vec::with_capacity(ids.len());
    for part in listed.parts(tx.dialect()) {
        let listed = part.among("id", 2);
        let query = sql::query(format!("select {SEEN} from post where source = $1 and {listed}"));
        let query = part.bind(query.bind(source.0.clone()));
        for row in query.fetch_all(tx.conn()).await.doing("read what was seen of listed posts")? {
            found.push(seen(&row)?);
        }
    }
    Ok(found)
}

/// One post of a source; `None` where it was never listed.
///
/// # Errors
/// The database failed.
pub async fn one(tx: &mut Tx, source: &SourceId, id: &str) -> Result<Option<SeenPost>, StoreError> {
    let query = sql::query(format!("select {SEEN} from post where source = $1 and id = $2"));
    let query = query.bind(source.0.clone()).bind(id.to_owned());
    let row = query.fetch_optional(tx.conn()).await.doing("read what was seen of a post")?;
    row.as_ref().map(seen).transpose()
}

/// Keeps what was seen of posts, each named once.
///
/// # Errors
/// The database failed, or the source is not registered.
pub async fn keep(tx: &mut Tx, source: &SourceId, posts: &[SeenPost]) -> Result<(), StoreError> {
    let mut rows = Rows::new(&[
        ("id", Type::Text),
        ("published_at", Type::Int),
        ("read_at", Type::Int),
        ("comments", Type::Int),
        ("ages", Type::Int),
        ("waiting", Type::Int),
        ("counted_at", Type::Int),
        ("said", Type::Int),
        ("said_when_read", Type::Int),
    ]);
    for SeenPost { id, post, said, said_when_read } in posts {
        rows.push([
            id.into(),
            post.published_at.into(),
            post.read_at.into(),
            post.comments.into(),
            post.ages.into(),
            post.waiting.into(),
            post.counted_at.into(),
            (*said).into(),
            (*said_when_read).into(),
        ]);
    }
    for part in rows.parts(tx.dialect()) {
        let seen = part.table("seen", 2);
        let query = sql::query(format!(
            "with {seen} insert into post (source, {SEEN}) select $1, {SEEN} from seen
             where true
             on conflict (source, id) do update set published_at = excluded.published_at, read_at = excluded.read_at,
                 comments = excluded.comments, ages = excluded.ages, waiting = excluded.waiting,
                 counted_at = excluded.counted_at, said = excluded.said, said_when_read = excluded.said_when_read"
        ));
        part.bind(query.bind(source.0.clone()))
            .execute(tx.conn())
            .await
            .doing("keep what was seen of posts")?;
    }
    Ok(())
}

/// Whether what a post says is kept, where comments are kept since `$1`: while it is no older than they are, while some of the
/// public's under it are kept or were lately said to wait, and while its source is on a hold.
pub(super) const IS_SPOKEN_UNDER: &str =
    "(post.published_at >= $1 or (post.waiting > 0 and post.counted_at >= $1)
     or exists (select 1 from comment c where c.source = post.source and c.post_id = post.id
         and c.visibility <> 'erased' and c.written_by = 'public')
     or exists (select 1 from legal_hold h where h.source = post.source and h.lifted_at is null))";

/// Keeps what posts that are kept say, by their ids: in the place of what they said before, be it nothing now. Where comments are kept
/// since an instant, what a post says that has outlived its comments is not kept again.
///
/// # Errors
/// The database failed.
pub async fn say(
    tx: &mut Tx,
    source: &SourceId,
    texts: &[(String, Option<String>)],
    kept_since: Option<Timestamp>,
) -> Result<(), StoreError> {
    let mut rows = Rows::new(&[("id", Type::Text), ("text", Type::Text)]);
    for (id, text) in texts {
        rows.push([id.into(), text.as_ref().into()]);
    }
    for part in rows.parts(tx.dialect()) {
        let said = part.table("said", 3);
        let query = sql::query(format!(
            "with {said} update post set text = said.text from said
             where post.source = $2 and post.id = said.id and post.text is distinct from said.text
                 and (said.text is null or {IS_SPOKEN_UNDER})"
        ));
        let query = query.bind(micros(kept_since.unwrap_or(Timestamp::MIN))).bind(source.0.clone());
        part.bind(query).execute(tx.conn()).await.doing("keep what posts say")?;
    }
    Ok(())
}

/// What those of these posts say of which that is known, by their ids.
///
/// # Errors
/// The database failed.
pub async fn texts(
    tx: &mut Tx,
    source: &SourceId,
    ids: &[String],
) -> Result<HashMap<String, String>, StoreError> {
    let mut found = HashMap::new();
    for part in Rows::of(&[("id", Type::Text)], ids).parts(tx.dialect()) {
        let asked = part.among("id", 2);
        let query = sql::query(format!(
            "select id, text from post where source = $1 and {asked} and text is not null"
        ));
        let query = part.bind(query.bind(source.0.clone()));
        for row in query.fetch_all(tx.conn()).await.doing("read what posts say")? {
            let row = Columns::of("post", &row);
            found.insert(row.get("id")?, row.get("text")?);
        }
    }
    Ok(found)
}

fn seen(row: &AnyRow) -> Result<SeenPost, StoreError> {
    let row = Columns::of("post", row);
    let post = Post {
        published_at: row.instant("published_at")?,
        read_at: row.instant("read_at")?,
        comments: row.get("comments")?,
        ages: row.get("ages")?,
        waiting: row.get("waiting")?,
        counted_at: row.instant("counted_at")?,
    };
    Ok(SeenPost {
        id: row.get("id")?,
        post,
        said: row.get("said")?,
        said_when_read: row.get("said_when_read")?,
    })
}
