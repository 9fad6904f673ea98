//! What people answered to the machine, comment by comment: labelled data. Each is derived from the decisions, which keep both, or is
//! an answer to a question of a sample ([`super::samples`]); what was erased, taken back or left open is none. The fields `id`,
//! `text`, `lang`, `labels` and `kind` are those of the training data.

use jiff::Timestamp;
use serde::Serialize;
use sqlx::any::AnyRow;

use super::decisions::LATEST;
use super::error::Doing;
use super::sql::{self, Columns};
use super::{Store, StoreError};
use crate::domain::comment::CommentId;
use crate::domain::judge::{Answer, Kind, Outcome};
use crate::domain::policy::{ClauseId, PolicyVersion};
use crate::domain::reply::Language;

/// A comment's text with what a person said of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Label {
    /// The comment and its revision, `7.1`.
    pub id: String,
    /// The comment.
    pub comment: CommentId,
    /// The words that were read.
    pub text: String,
    /// `ar` or `en`; `und` for others.
    pub lang: &'static str,
    /// The clause that a person says it breaks, or `allow`.
    pub labels: [&'static str; 1],
    /// What kind of comment it is.
    pub kind: Kind,
    /// How that differs from what the machine had said.
    pub answer: Answer,
    /// What the machine had said: `allow`, `hide` or `review`.
    pub machine: &'static str,
    /// The clause it had in mind.
    pub machine_clause: Option<ClauseId>,
    /// The rule by which it found that.
    pub machine_rule: Option<String>,
    /// The policy under which the person decided.
    pub policy: PolicyVersion,
    /// When they did.
    pub decided_at: Timestamp,
    /// Whether they answered a question of a sample: the comment was drawn by lot, and they did not know what the machine had said.
    pub sample: bool,
}

/// About `limit` labels of comments after number `after`, by number, those of one comment together; and after which comment to go
/// on, where there are more.
///
/// # Errors
/// The database failed.
pub async fn labels(
    store: &Store,
    after: CommentId,
    limit: u32,
) -> Result<(Vec<Label>, Option<CommentId>), StoreError> {
    let at_most = i64::from(limit) + 1;
    let mut found = decided(store, after, at_most).await?;
    found.extend(sampled(store, after, at_most).await?);
    found.sort_by_key(|label| (label.comment, label.sample));
    // Of whatever comes after these neither list may be whole.
    let Some(beyond) = found.get(limit as usize).map(|label| label.comment) else { return Ok((found, None)) };
    found.retain(|label| label.comment < beyond);
    let next = found.last().map(|label| label.comment);
    Ok((found, next))
}

async fn decided(store: &Store, after: CommentId, at_most: i64) -> Result<Vec<Label>, StoreError> {
    let query = sql::query(format!(
        "select d.comment, d.revision, d.verdict, d.clause, d.kind, d.policy, d.decided_at, r.text, c.language,
             m.verdict as machine_verdict, m.clause as machine_clause, m.rule as machine_rule
         from decision d
             join comment c on c.id = d.comment
             join revision r on r.comment = d.comment and r.number = d.revision
             join decision m on m.id = (
                 select max(x.id) from decision x
                 where x.comment = d.comment and x.revision = d.revision and x.decided_by = 'machine')
         where d.decided_by <> 'machine' and d.comment > $1 and d.verdict <> 'review' and r.text is not null
             and d.id = {LATEST}
         order by d.comment limit $2"
    ));
    let rows = query.bind(after.0).bind(at_most).fetch_all(&store.readers).await;
    rows.doing("export what people answered to the machine")?.iter().map(|row| label(row, false)).collect()
}

async fn sampled(store: &Store, after: CommentId, at_most: i64) -> Result<Vec<Label>, StoreError> {
    let query = sqlx::query(
        "select m.comment, m.revision, i.verdict, i.clause, m.kind, i.policy, i.answered_at as decided_at, r.text, c.language,
             m.verdict as machine_verdict, m.clause as machine_clause, m.rule as machine_rule
         from sample_item i
             join decision m on m.id = i.decision
             join comment c on c.id = i.comment
             join revision r on r.comment = m.comment and r.number = m.revision
         where i.comment > $1 and i.answered_at is not null and r.text is not null
         order by i.comment, i.id limit $2",
    );
    let rows = query.bind(after.0).bind(at_most).fetch_all(&store.readers).await;
    rows.doing("export what people answered to samples")?.iter().map(|row| label(row, true)).collect()
}

fn label(row: &AnyRow, sample: bool) -> Result<Label, StoreError> {
    let row = Columns::of("decision", row);
    let (comment, revision) = (CommentId(row.get("comment")?), row.get::<i64>("revision")?);
    let (said, answered) = (row.word::<Outcome>("machine_verdict")?, row.word::<Outcome>("verdict")?);
    let (machine_clause, clause) = (row.word_or_null("machine_clause")?, row.word_or_null("clause")?);
    let answer = Answer::of((said, machine_clause), (answered, clause));
    Ok(Label {
        id: format!("{comment}.{revision}"),
        comment,
        text: row.get("text")?,
        lang: match row.word("language")? {
            Language::Arabic => "ar",
            Language::English => "en",
            Language::Other => "und",
        },
        labels: [clause.map_or("allow", ClauseId::as_str)],
        kind: row.word("kind")?,
        answer: answer.ok_or_else(|| row.unreadable("verdict", answered.as_str().to_owned()))?,
        machine: said.as_str(),
        machine_clause,
        machine_rule: row.get("machine_rule")?,
        policy: PolicyVersion(row.get("policy")?),
        decided_at: row.instant("decided_at")?,
        sample,
    })
}
