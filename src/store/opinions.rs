//! Second opinions, one a text. They sort the review queue by the view `waiting_now`; nothing else goes by them.

use jiff::Timestamp;

use crate::domain::comment::CommentId;
use crate::domain::opinion::{Opinion, Probability};

use super::error::Doing;
use super::sql::{Columns, micros};
use super::{Store, StoreError, Tx};

/// That somebody was asked, and what they held.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// What they held; `None` where nobody answered for so long that they are asked no more.
    pub opinion: Option<Opinion>,
    /// The host that was asked.
    pub host: String,
    /// When.
    pub at: Timestamp,
}

/// Keeps what came of asking about a text, unless that is erased by now or was asked about before. The comment is held.
///
/// # Errors
/// The database failed.
pub async fn keep(tx: &mut Tx, comment: CommentId, revision: i64, asked: &Asked) -> Result<(), StoreError> {
    let query = sqlx::query(
        "insert into opinion (comment, revision, permille, clause, note, host, asked_at)
         select r.comment, r.number, $3, $4, $5, $6, $7 from revision r
         where r.comment = $1 and r.number = $2 and r.text is not null
         on conflict (comment, revision) do nothing",
    );
    let opinion = asked.opinion.as_ref();
    let query =
        query.bind(comment.0).bind(revision).bind(opinion.map(|opinion| opinion.probability.permille()));
    let query = query.bind(opinion.and_then(|opinion| opinion.clause).map(|clause| clause.as_str()));
    let query = query.bind(opinion.and_then(|opinion| opinion.note.clone()));
    let query = query.bind(asked.host.clone()).bind(micros(asked.at));
    query.execute(tx.conn()).await.doing("keep a second opinion")?;
    Ok(())
}

/// What came of asking about this text; `None` where nobody was asked to an end.
///
/// # Errors
/// The database failed.
pub async fn of(store: &Store, comment: CommentId, revision: i64) -> Result<Option<Asked>, StoreError> {
    let query = sqlx::query(
        "select permille, clause, note, host, asked_at from opinion where comment = $1 and revision = $2",
    );
    let query = query.bind(comment.0).bind(revision);
    let row = query.fetch_optional(&store.readers).await.doing("read a second opinion")?;
    let Some(row) = &row else { return Ok(None) };
    let row = Columns::of("opinion", row);
    let probability = match row.get::<Option<i64>>("permille")? {
        Some(permille) => {
            let bounded = Probability::of_permille(permille);
            Some(bounded.ok_or_else(|| row.unreadable("permille", permille.to_string()))?)
        }
        None => None,
    };
    let (clause, note) = (row.word_or_null("clause")?, row.get("note")?);
    let opinion = probability.map(|probability| Opinion { probability, clause, note });
    Ok(Some(Asked { opinion, host: row.get("host")?, at: row.instant("asked_at")? }))
}
