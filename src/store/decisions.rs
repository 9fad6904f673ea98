//! Decisions: verdicts recorded with clause, policy version, time and actor. None is ever changed; the
//! latest one on the latest revision rules.

use std::fmt;
use std::ops::Range;
use std::str::FromStr;

use jiff::Timestamp;
use serde::{Serialize, Serializer};

use crate::domain::comment::{CommentId, UnknownWord};
use crate::domain::judge::{Kind, ReviewReason, Verdict};
use crate::domain::policy::{ClauseId, PolicyVersion};

use super::error::Doing;
use super::rows::{Rows, Type};
use super::sql::{self, Columns, micros};
use super::{StoreError, Tx};

/// Who decided, or asked for an action.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum DecidedBy {
    /// The policy, by the judge.
    Machine,
    /// A member of staff, by name.
    Staff(String),
}

impl fmt::Display for DecidedBy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            DecidedBy::Machine => f.write_str("machine"),
            DecidedBy::Staff(name) => write!(f, "staff:{name}"),
        }
    }
}

impl FromStr for DecidedBy {
    type Err = UnknownWord;

    fn from_str(word: &str) -> Result<Self, UnknownWord> {
        match word.split_once(':') {
            None if word == "machine" => Ok(DecidedBy::Machine),
            Some(("staff", name)) => Ok(DecidedBy::Staff(name.to_owned())),
            _ => Err(UnknownWord::new("decider", word, ["machine", "staff:NAME"])),
        }
    }
}

impl Serialize for DecidedBy {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// A verdict to be recorded.
#[derive(Debug, Clone)]
pub struct NewDecision<'a> {
    /// The comment.
    pub comment: CommentId,
    /// The revision that was judged.
    pub revision: i64,
    /// What was decided.
    pub verdict: &'a Verdict,
    /// What kind of comment it is.
    pub kind: Kind,
    /// The policy it was decided under.
    pub policy: &'a PolicyVersion,
    /// Who decided.
    pub decided_by: &'a DecidedBy,
    /// Why, in the words of a member of staff, and the salt of its commitment.
    pub reason: Option<(&'a str, [u8; 16])>,
}

/// A decision as recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// Its number.
    pub id: i64,
    /// The revision that was judged.
    pub revision: i64,
    /// `allow`, `hide` or `review`.
    pub verdict: &'static str,
    /// The clause it rests on.
    pub clause: Option<ClauseId>,
    /// The rule that found it.
    pub rule: Option<String>,
    /// The bytes of the revision's text that break the clause.
    pub excerpt: Option<Range<usize>>,
    /// What could not be checked, where that is why a person must decide.
    pub check_failed: Option<String>,
    /// What kind of comment it is.
    pub kind: Kind,
    /// The policy it was decided under.
    pub policy: PolicyVersion,
    /// Who decided.
    pub decided_by: DecidedBy,
    /// Why, in the words of a member of staff; `None` also after erasure.
    pub reason: Option<String>,
    /// When.
    pub decided_at: Timestamp,
}

/// The part of the latest decision that others act on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LastDecision {
    /// Its number.
    #[serde(skip)]
    pub id: i64,
    /// The revision that was judged.
    pub revision: i64,
    /// `allow`, `hide` or `review`.
    pub verdict: &'static str,
    /// The clause it rests on.
    pub clause: Option<ClauseId>,
    /// What kind of comment it is.
    pub kind: Kind,
    /// Who decided.
    pub decided_by: DecidedBy,
}

/// Records verdicts, and returns their numbers in the same order.
///
/// # Errors
/// The database failed, or a comment has no such revision.
pub async fn record(
    tx: &mut Tx,
    decisions: &[NewDecision<'_>],
    now: Timestamp,
) -> Result<Vec<i64>, StoreError> {
    let mut rows = Rows::new(&[
        ("comment", Type::Int),
        ("revision", Type::Int),
        ("verdict", Type::Text),
        ("clause", Type::Text),
        ("rule", Type::Text),
        ("excerpt_from", Type::Int),
        ("excerpt_to", Type::Int),
        ("check_failed", Type::Text),
        ("kind", Type::Text),
        ("policy", Type::Text),
        ("decided_by", Type::Text),
        ("reason", Type::Text),
        ("reason_salt", Type::Bytes),
        ("place", Type::Int),
    ]);
    for (place, decision) in (0_i64..).zip(decisions) {
        let finding = decision.verdict.finding();
        let check_failed = match decision.verdict {
            Verdict::Review(ReviewReason::CheckFailed(why)) => Some(why),
            _ => None,
        };
        let (reason, salt) =
            decision.reason.as_ref().map(|(reason, salt)| (*reason, salt.as_slice())).unzip();
        rows.push([
            decision.comment.0.into(),
            decision.revision.into(),
            decision.verdict.word().into(),
            finding.map(|finding| finding.clause.as_str()).into(),
            finding.map(|finding| &finding.rule).into(),
            finding.map(|finding| finding.excerpt.start as i64).into(),
            finding.map(|finding| finding.excerpt.end as i64).into(),
            check_failed.into(),
            decision.kind.as_str().into(),
            decision.policy.to_string().into(),
            decision.decided_by.to_string().into(),
            reason.into(),
            salt.into(),
            place.into(),
        ]);
    }
    let mut numbers = Vec::with_capacity(decisions.len());
    for part in rows.parts(tx.dialect()) {
        let new = part.table("new", 2);
        let query = sql::query(format!(
            "with {new}
             insert into decision (comment, revision, verdict, clause, rule, excerpt_from, excerpt_to, check_failed, kind,
                 policy, decided_by, reason, reason_salt, decided_at)
             select comment, revision, verdict, clause, rule, excerpt_from, excerpt_to, check_failed, kind,
                 policy, decided_by, reason, reason_salt, $1 from new order by place returning id"
        ));
        let query = part.bind(query.bind(micros(now)));
        for row in query.fetch_all(tx.conn()).await.doing("record the decisions of a batch")? {
            numbers.push(Columns::of("decision", &row).get("id")?);
        }
    }
    // Numbers rise as rows are inserted; in what order they are returned is promised by neither database.
    numbers.sort_unstable();
    Ok(numbers)
}

/// The number of the decision that rules over `comment c`.
pub(super) const LATEST: &str =
    "(select l.id from decision l where l.comment = c.id order by l.revision desc, l.id desc limit 1)";

/// The columns that [`last`] reads, of the `decision d` that rules or of none.
pub(super) const LAST: &str =
    "d.id as decision_id, d.revision as decision_revision, d.verdict, d.clause, d.kind, d.decided_by";

/// The decision in a row that holds [`LAST`].
pub(super) fn last(row: &Columns<'_>) -> Result<Option<LastDecision>, StoreError> {
    let Some(id) = row.get("decision_id")? else { return Ok(None) };
    Ok(Some(LastDecision {
        id,
        revision: row.get("decision_revision")?,
        verdict: verdict(row)?,
        clause: row.word_or_null("clause")?,
        kind: row.word("kind")?,
        decided_by: row.word("decided_by")?,
    }))
}

/// The columns that [`decision`] reads.
pub(super) const DECISION: &str = "id, revision, verdict, clause, rule, excerpt_from, excerpt_to, check_failed, kind, \
    policy, decided_by, reason, decided_at";

/// The decision in a row that holds [`DECISION`].
pub(super) fn decision(row: &Columns<'_>) -> Result<Decision, StoreError> {
    let clause: Option<ClauseId> = row.word_or_null("clause")?;
    let excerpt = match clause {
        Some(_) => Some(row.count("excerpt_from")?..row.count("excerpt_to")?),
        None => None,
    };
    Ok(Decision {
        id: row.get("id")?,
        revision: row.get("revision")?,
        verdict: verdict(row)?,
        clause,
        rule: row.get("rule")?,
        excerpt,
        check_failed: row.get("check_failed")?,
        kind: row.word("kind")?,
        policy: PolicyVersion(row.get("policy")?),
        decided_by: row.word("decided_by")?,
        reason: row.get("reason")?,
        decided_at: row.instant("decided_at")?,
    })
}

/// The decision that rules over a comment, for whoever writes.
pub(super) async fn latest(tx: &mut Tx, comment: CommentId) -> Result<Option<Decision>, StoreError> {
    let query = sql::query(format!(
        "select {DECISION} from decision where comment = $1 order by revision desc, id desc limit 1"
    ));
    let row = query.bind(comment.0).fetch_optional(tx.conn()).await.doing("read the decision that rules")?;
    row.map(|row| decision(&Columns::of("decision", &row))).transpose()
}

fn verdict(row: &Columns<'_>) -> Result<&'static str, StoreError> {
    let word: &str = row.get("verdict")?;
    let known = ["allow", "hide", "review"].into_iter().find(|known| *known == word);
    known.ok_or_else(|| row.unreadable("verdict", word.to_owned()))
}
