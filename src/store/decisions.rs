//! Decisions: verdicts recorded with clause, policy version, time and actor. None is ever changed; the
//! latest one on the latest revision rules.

use std::fmt;
use std::ops::Range;

use jiff::Timestamp;
use serde::{Serialize, Serializer};

use crate::domain::comment::CommentId;
use crate::domain::judge::{Kind, Verdict};
use crate::domain::policy::{ClauseId, PolicyVersion};

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

/// Records verdicts.
///
/// # Errors
/// The database failed, or a comment has no such revision.
pub async fn record(_tx: &mut Tx, _decisions: &[NewDecision<'_>], _now: Timestamp) -> Result<(), StoreError> {
    todo!()
}
