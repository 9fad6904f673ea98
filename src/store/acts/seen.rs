//! What somebody had before their eyes as they decided to act, held against what has happened since: of two who act on one
//! comment at once the first is taken in, and the second is told before anything is done twice.
//!
//! The log is the measure: whatever happens to a comment is an entry about it. That somebody read the log is one too, and
//! changes nothing.

use serde::Deserialize;

use super::super::error::Doing;
use super::super::sql::{self, Columns};
use super::super::{StoreError, Tx};
use crate::domain::audit::AuditEvent;
use crate::domain::comment::CommentId;

/// What somebody saw of a comment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Seen {
    /// This revision. A decision is about the words that somebody read, so none is taken when the author has written others
    /// since.
    Revision(i64),
    /// A page with this revision, and the log up to this entry. What colleagues did since is told first; what the machine did
    /// is no reason to stop.
    Page {
        /// The number of the revision.
        revision: i64,
        /// The number of the last entry about it, as [`Story`](super::super::comments::Story) tells it.
        entry: i64,
    },
    /// The log up to this entry, and nothing may have happened since.
    Exactly {
        /// The number of the last entry about it.
        entry: i64,
    },
}

/// As much of an entry as tells what was done.
#[derive(Deserialize)]
struct Did {
    act: String,
}

impl Seen {
    /// The revision that was seen, where that was told.
    pub(super) fn revision(self) -> Option<i64> {
        match self {
            Seen::Revision(revision) | Seen::Page { revision, .. } => Some(revision),
            Seen::Exactly { .. } => None,
        }
    }

    /// Goes on where nothing happened since that `staff` should know of. The comment is held.
    ///
    /// # Errors
    /// [`StoreError::Overtaken`], or the database failed.
    pub(super) async fn is_still_so(
        self,
        tx: &mut Tx,
        comment: CommentId,
        staff: &str,
    ) -> Result<(), StoreError> {
        let (whose, entry) = match self {
            Seen::Revision(_) => return Ok(()),
            Seen::Page { entry, .. } => ("staff is not null and staff <> $3", entry),
            Seen::Exactly { entry } => ("$3 <> ''", entry),
        };
        let query = sql::query(format!(
            "select staff, bytes from audit_entry where comment = $1 and seq > $2 and {whose} order by seq"
        ));
        let query = query.bind(comment.0).bind(entry).bind(staff.to_owned());
        for row in query.fetch_all(tx.conn()).await.doing("look for what happened since")? {
            let row = Columns::of("audit_entry", &row);
            let did: Option<Did> = serde_json::from_slice(row.get("bytes")?).ok();
            if did.is_none_or(|did| !AuditEvent::WITHOUT_EFFECT.contains(&&*did.act)) {
                return Err(StoreError::Overtaken { comment, by: row.get("staff")? });
            }
        }
        Ok(())
    }
}
