//! The demo's account of itself: what the stand-in platforms hold against what the database holds.

use std::collections::{BTreeMap, HashMap, HashSet};

use serde::Serialize;

use crate::domain::comment::Platform;
use crate::sandbox::{CorpusComment, Ledger, LedgerComment, Published};
use crate::store::comments::{ExportRow, PlatformCounts};

/// What `majlis demo --once --json` prints.
#[derive(Debug, Serialize)]
pub(super) struct Summary {
    /// Public comments that the stand-ins hold; posts and our replies are not counted.
    pub(super) corpus: usize,
    /// Counts by platform.
    pub(super) platforms: BTreeMap<Platform, Counts>,
    /// Public comments that the database does not hold as the stand-ins show them.
    pub(super) lost: usize,
    /// Comments stored twice, and replies that the public sees twice.
    pub(super) duplicated: usize,
    /// Comments labelled as criticism that ended hidden; `None` for a corpus without such labels.
    pub(super) criticism_hidden: Option<usize>,
    /// Breaches labelled as certain that ended otherwise than hidden on the stand-in.
    pub(super) breaches_missed: Option<usize>,
    /// The audit log, as `majlis-verify` would find it.
    pub(super) audit: Audit,
    /// How long the run took, in real seconds.
    pub(super) seconds: f64,
}

impl Summary {
    /// Whether everything went as promised.
    pub(super) fn is_sound(&self) -> bool {
        usize::try_from(self.read()) == Ok(self.corpus)
            && self.lost == 0
            && self.breaches_missed.unwrap_or(0) == 0
            && self.is_sound_so_far()
    }

    /// Whether nothing went wrong that a longer run would not have mended.
    pub(super) fn is_sound_so_far(&self) -> bool {
        self.duplicated == 0 && self.criticism_hidden.unwrap_or(0) == 0 && self.audit.verified
    }

    /// Comments that were read.
    pub(super) fn read(&self) -> i64 {
        self.platforms.values().map(|counts| counts.read).sum()
    }
}

/// One platform's line.
#[derive(Debug, Clone, Copy, Default, Serialize)]
pub(super) struct Counts {
    pub(super) read: i64,
    pub(super) hidden: i64,
    pub(super) review: i64,
    pub(super) awaiting_reply: i64,
    pub(super) replied: i64,
    pub(super) overdue: i64,
}

/// The audit log's state.
#[derive(Debug, Serialize)]
pub(super) struct Audit {
    /// Entries in it.
    pub(super) entries: u64,
    /// Whether every one of them was verified against the signed checkpoint.
    pub(super) verified: bool,
}

/// What the stand-ins and the database say of each other.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Comparison {
    pub(super) lost: usize,
    pub(super) duplicated: usize,
    pub(super) criticism_hidden: Option<usize>,
    pub(super) breaches_missed: Option<usize>,
}

/// Holds the stand-ins' ledger against the database.
pub(super) fn compare(
    ledger: &Ledger,
    stored: &[ExportRow],
    corpus: &[CorpusComment],
    published: &[Published],
) -> Comparison {
    let mut rows: HashMap<(&str, &str), Vec<&ExportRow>> = HashMap::new();
    for row in stored {
        rows.entry((row.source.0.as_str(), row.platform_comment_id.as_str())).or_default().push(row);
    }
    let held = |comment: &LedgerComment| {
        rows.get(&(comment.source.0.as_str(), comment.id.as_str()))
            .is_some_and(|rows| rows.iter().any(|row| row.text.as_deref() == Some(comment.text.as_str())))
    };
    let lost = ledger.comments.iter().filter(|comment| !comment.deleted && !held(comment)).count();
    let stored_twice: usize = rows.values().map(|rows| rows.len() - 1).sum();
    let mut said = HashSet::new();
    let said_twice =
        ledger.replies.iter().filter(|reply| !said.insert((&reply.parent_id, &reply.text))).count();

    let hidden: HashSet<(&str, &str)> = ledger
        .comments
        .iter()
        .filter(|comment| comment.hidden)
        .map(|comment| (comment.source.0.as_str(), comment.id.as_str()))
        .collect();
    let is_hidden = |published: &Published| {
        hidden.contains(&(published.source.0.as_str(), published.platform_comment_id.as_str()))
    };
    let pairs = || corpus.iter().zip(published);
    let labelled = |has: fn(&CorpusComment) -> bool| corpus.iter().any(has);
    Comparison {
        lost,
        duplicated: stored_twice + said_twice,
        criticism_hidden: labelled(|comment| comment.criticism)
            .then(|| pairs().filter(|(c, p)| c.criticism && is_hidden(p)).count()),
        breaches_missed: labelled(|comment| comment.certain)
            .then(|| pairs().filter(|(c, p)| c.certain && !is_hidden(p)).count()),
    }
}

impl From<&PlatformCounts> for Counts {
    fn from(counts: &PlatformCounts) -> Self {
        Self {
            read: counts.read,
            hidden: counts.hidden,
            review: counts.review,
            awaiting_reply: counts.awaiting_reply,
            replied: counts.replied,
            overdue: counts.overdue,
        }
    }
}
