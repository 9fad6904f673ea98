//! A page's comments taken in: new ones, new revisions, and what was known already.

use std::collections::{HashMap, HashSet};

use jiff::Timestamp;

use crate::domain::comment::{Author, CommentId, Incoming, SourceId};
use crate::domain::look::first_look;
use crate::domain::reply::Language;

use super::super::error::Doing;
use super::super::rows::{Rows, Type};
use super::super::sql::{self, Columns, micros};
use super::super::{StoreError, Tx};
use super::{known_by, row};

/// A comment as a page carried it, with what the caller computed for it.
#[derive(Debug, Clone, Copy)]
pub struct NewRevision<'a> {
    /// The comment.
    pub incoming: &'a Incoming,
    /// What equal texts have in common; `None` for a text that repeats nothing, such as an empty one.
    pub fold_key: Option<i64>,
    /// The salt of the commitment to its text.
    pub salt: [u8; 16],
}

/// A revision that was stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stored {
    /// Our number for the comment.
    pub id: CommentId,
    /// The number of the revision, from 1.
    pub revision: i64,
    /// Whether the comment itself was new.
    pub new: bool,
}

/// Stores what is new of a batch: a comment never seen, or a changed text as the next revision. Answers for each item in
/// its place; `None` where nothing was new, and for all but the first of a batch with the same id. What was erased stays
/// erased.
///
/// # Errors
/// The database failed, or the source is not registered.
pub async fn receive(
    tx: &mut Tx,
    source: &SourceId,
    batch: &[NewRevision<'_>],
    now: Timestamp,
) -> Result<Vec<Option<Stored>>, StoreError> {
    let firsts = firsts_of(batch);
    let dialect = tx.dialect();
    let mut found = known_by(tx.conn(), dialect, source, &ids_of(&firsts)).await?;

    let strangers: Vec<_> = firsts.iter().filter(|item| !found.contains_key(id(item))).copied().collect();
    let numbers = insert_comments(tx, source, &strangers, now).await?;
    if numbers.len() < strangers.len() {
        // Another process read the same page at this moment and was first.
        let taken: Vec<_> =
            strangers.iter().filter(|item| !numbers.contains_key(id(item))).copied().collect();
        found.extend(known_by(tx.conn(), dialect, source, &ids_of(&taken)).await?);
    }

    let mut fresh = Vec::with_capacity(firsts.len());
    for item in firsts {
        let stored = match (numbers.get(id(item)), found.get(id(item))) {
            (Some(number), _) => Stored { id: *number, revision: 1, new: true },
            (None, Some(known)) if known.differs(item.incoming) => {
                Stored { id: known.id, revision: known.revision + 1, new: false }
            }
            (None, Some(_)) => continue,
            (None, None) => return Err(StoreError::UnknownSource(source.clone())),
        };
        fresh.push((item, stored));
    }
    let mut edits: Vec<_> = fresh.iter().filter(|(_, stored)| !stored.new).collect();
    // In the order in which everybody holds comments.
    edits.sort_by_key(|(_, stored)| stored.id);
    for (item, stored) in edits {
        advance(tx, item, stored).await?;
    }
    insert_revisions(tx, &fresh, now).await?;
    let mut outcome: HashMap<&str, Stored> = fresh.iter().map(|(item, stored)| (id(item), *stored)).collect();
    Ok(batch.iter().map(|item| outcome.remove(id(item))).collect())
}

fn id<'a>(item: &NewRevision<'a>) -> &'a str {
    &item.incoming.platform_id
}

fn ids_of(items: &[&NewRevision<'_>]) -> Vec<String> {
    items.iter().map(|item| id(item).to_owned()).collect()
}

fn firsts_of<'b, 'a>(batch: &'b [NewRevision<'a>]) -> Vec<&'b NewRevision<'a>> {
    let mut seen = HashSet::with_capacity(batch.len());
    batch.iter().filter(|item| seen.insert(id(item))).collect()
}

/// Inserts comments that were not known, and returns the numbers of those that nobody inserted meanwhile.
async fn insert_comments(
    tx: &mut Tx,
    source: &SourceId,
    items: &[&NewRevision<'_>],
    now: Timestamp,
) -> Result<HashMap<String, CommentId>, StoreError> {
    let mut page = Rows::new(&[
        ("platform_id", Type::Text),
        ("parent_id", Type::Text),
        ("post_id", Type::Text),
        ("written_by", Type::Text),
        ("author_id", Type::Text),
        ("author_name", Type::Text),
        ("author_key", Type::Text),
        ("created_at", Type::Int),
        ("starts_at", Type::Int),
        ("fold_key", Type::Int),
        ("language", Type::Text),
        ("look_at", Type::Int),
        ("place", Type::Int),
    ]);
    let look_at = first_look(now);
    for (place, item) in (0_i64..).zip(items) {
        let incoming = item.incoming;
        let author = incoming.author.as_ref();
        page.push([
            (&incoming.platform_id).into(),
            incoming.parent_id.as_ref().into(),
            incoming.post_id.as_ref().into(),
            row::written_by(incoming).into(),
            author.and_then(|author| author.id.as_ref()).into(),
            author.and_then(|author| author.name.as_ref()).into(),
            incoming.author.as_ref().and_then(Author::key).into(),
            incoming.created_at.into(),
            incoming.created_at.map_or(now, |written| written.min(now)).into(),
            item.fold_key.into(),
            Language::of(&incoming.text).as_str().into(),
            look_at.filter(|_| !incoming.ours).into(),
            place.into(),
        ]);
    }
    let mut numbers = HashMap::with_capacity(items.len());
    for part in page.parts(tx.dialect()) {
        let page = part.table("page", 3);
        let query = sql::query(format!(
            "with {page}
             insert into comment (source, platform, platform_id, parent_id, post_id, written_by, author_id, author_name,
                 author_key, created_at, first_seen_at, starts_at, revision, fold_key, language, look_at)
             select s.id, s.platform, p.platform_id, p.parent_id, p.post_id, p.written_by, p.author_id, p.author_name,
                 p.author_key, p.created_at, $2, p.starts_at, 1, p.fold_key, p.language, p.look_at
             from page p join source s on s.id = $1 order by p.place
             on conflict (source, platform_id) do nothing
             returning id, platform_id"
        ));
        let query = part.bind(query.bind(source.0.clone()).bind(micros(now)));
        for row in query.fetch_all(tx.conn()).await.doing("store the comments of a page")? {
            let comment = Columns::of("comment", &row);
            numbers.insert(comment.get("platform_id")?, CommentId(comment.get("id")?));
        }
    }
    Ok(numbers)
}

/// Moves a comment on to the revision that follows.
async fn advance(tx: &mut Tx, item: &NewRevision<'_>, stored: &Stored) -> Result<(), StoreError> {
    let query = sqlx::query(
        "update comment set revision = $2, fold_key = $3, language = $4 where id = $1 and revision = $2 - 1",
    );
    let query = query.bind(stored.id.0).bind(stored.revision).bind(item.fold_key);
    let query = query.bind(Language::of(&item.incoming.text).as_str());
    match query.execute(tx.conn()).await.doing("store a changed text")?.rows_affected() {
        1 => Ok(()),
        _ => Err(StoreError::WrongState {
            object: format!("comment {}", stored.id),
            found: "being revised by another process".to_owned(),
            asked: "revised",
        }),
    }
}

async fn insert_revisions(
    tx: &mut Tx,
    items: &[(&NewRevision<'_>, Stored)],
    now: Timestamp,
) -> Result<(), StoreError> {
    let mut texts = Rows::new(&[
        ("comment", Type::Int),
        ("number", Type::Int),
        ("text", Type::Text),
        ("salt", Type::Bytes),
        ("marks", Type::Text),
    ]);
    for (item, stored) in items {
        let marks = row::marks_text(&item.incoming.marks);
        let salt = item.salt.as_slice();
        texts.push([
            stored.id.0.into(),
            stored.revision.into(),
            (&item.incoming.text).into(),
            salt.into(),
            marks.into(),
        ]);
    }
    for part in texts.parts(tx.dialect()) {
        let texts = part.table("texts", 2);
        let query = sql::query(format!(
            "with {texts}
             insert into revision (comment, number, text, salt, marks, seen_at)
             select comment, number, text, salt, marks, $1 from texts"
        ));
        part.bind(query.bind(micros(now))).execute(tx.conn()).await.doing("store the texts of a page")?;
    }
    Ok(())
}
