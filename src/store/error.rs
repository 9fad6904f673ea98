//! How the store fails, in the words of whoever has to act on it.

use std::error::Error;

use crate::domain::audit::{Altered, EntryTooLong};
use crate::domain::comment::{CommentId, SourceId};

use super::jobs::JobId;

/// Why the store did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database failed or refused.
    #[error("could not {doing}")]
    Database {
        /// What was being attempted.
        doing: &'static str,
        /// What the database said.
        #[source]
        source: sqlx::Error,
    },
    /// The database could not be brought to the form that this version needs.
    #[error("could not bring the database up to date")]
    Migration(#[source] sqlx::migrate::MigrateError),
    /// The tables are those of an earlier version, and whoever opens the database may not change them.
    #[error(
        "the database is of an earlier version of Majlis; start `majlis run` of this version, which brings it up to date"
    )]
    Behind,
    /// The tables are those of a later version.
    #[error(
        "the database is of a later version of Majlis; run that version, or restore the backup from before it"
    )]
    Ahead,
    /// The URL names no database that Majlis works with.
    #[error(
        "`{scheme}` is not a database that Majlis works with; write `sqlite:PATH` or `postgres://USER@HOST/NAME`"
    )]
    UnknownDatabase {
        /// What stands before the first colon; never the rest, which may hold a password.
        scheme: String,
    },
    /// A row that no code of this version writes.
    #[error("a row of {table}: column {column} holds {value:?}, which this version cannot read")]
    Unreadable {
        /// The table.
        table: &'static str,
        /// The column.
        column: &'static str,
        /// What it holds.
        value: String,
    },
    /// A worker came too late: nothing of its transaction may be kept.
    #[error("the lease on job {0} passed to another worker")]
    LeaseLost(JobId),
    /// No comment has this number.
    #[error("there is no comment {0}")]
    NoSuchComment(CommentId),
    /// The comment or the action is not in the state that the act starts from.
    #[error("{object} is {found}, so it cannot be {asked}")]
    WrongState {
        /// What was to be changed, such as `comment 7`.
        object: String,
        /// The state it is in.
        found: String,
        /// What was asked for.
        asked: &'static str,
    },
    /// Something happened to the comment since it was read.
    #[error("comment {comment} was dealt with{} since you read it", .by.as_ref().map(|by| format!(" by {by}")).unwrap_or_default())]
    Overtaken {
        /// The comment.
        comment: CommentId,
        /// The colleague who did something to it, unless it was the machine.
        by: Option<String>,
    },
    /// What is asked does not go with what is owed to the comment, whatever else it is.
    #[error("comment {0} {1}")]
    Hindered(CommentId, Hindrance),
    /// Nobody active of this name may answer the public.
    #[error("nobody called `{0}` may answer comments; `majlis staff list` names who may")]
    NobodyToAnswer(String),
    /// A source that was never registered.
    #[error("source `{0}` was never registered")]
    UnknownSource(SourceId),
    /// A source changed its platform.
    #[error("source `{id}` was a {known} source until now; give a {asked} source another id")]
    PlatformChanged {
        /// The source.
        id: String,
        /// The platform under which it is known.
        known: &'static str,
        /// The platform it was registered for now.
        asked: &'static str,
    },
    /// The audit log is not what was published, and somebody must look before anything is written.
    #[error(
        "the audit log does not hold, so nothing is changed until somebody has looked; see `The audit log is broken` in OPERATIONS.md"
    )]
    Stopped,
    /// An entry of the audit log was changed since it was logged.
    #[error("{0}; run `majlis audit verify`, and see `The audit log is broken` in OPERATIONS.md")]
    Altered(#[from] Altered),
    /// An act whose audit entry cannot be logged, so that the act must not happen.
    #[error(transparent)]
    Audit(#[from] EntryTooLong),
}

/// Why a deadline or a text stays as it is, and what to do about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Hindrance {
    /// Its only clock does not stand still for such a reason.
    #[error(
        "is owed a first reply alone, which waits for nobody; it stands still for merged, spam_under_review or platform_outage only"
    )]
    WaitsForNobody,
    /// Nothing of the sort is promised.
    #[error("is promised nothing of the sort by the calendar in force; adopt one that does")]
    NotPromised,
    /// Another calendar came into force, and the recount has not come to its clocks.
    #[error("is being counted anew by another calendar; try again in a minute")]
    CountedAnew,
    /// It is under a legal hold, which beats every erasure.
    #[error(
        "is under a legal hold, so nothing of it is erased; `majlis hold list` shows which, and by whom it was placed"
    )]
    Held,
    /// Whoever lifted a hold on it wants to erase it too.
    #[error("was under a legal hold that you lifted, so another person has to order its erasure")]
    HoldLiftedBySame,
    /// Its words are needed to find out whether a reply arrived.
    #[error("has a reply on its way, which is looked for by its words; try again in a minute")]
    ReplyUnderWay,
    /// A second person must let a reply leave.
    #[error("has a reply of yours that waits for approval; somebody else must approve it")]
    OwnReply,
    /// The public would read the same words twice.
    #[error(
        "has a reply with the same words, which was sent or waits; change the words, or give this one back"
    )]
    SaidBefore,
    /// A hold on its author would have nobody to be on.
    #[error("has an author whom the platform did not name; hold the comment itself, or its source")]
    AuthorUnknown,
}

/// An error and its causes in one line, each told once. A log line says it so too: the JSON form of `tracing` leaves the
/// causes of an error out.
pub fn chain(error: &(dyn Error + 'static)) -> String {
    let mut told = error.to_string();
    let causes = std::iter::successors(error.source(), |&cause| cause.source()).map(ToString::to_string);
    for cause in causes.filter(|cause| !cause.is_empty()) {
        if !told.contains(&cause) {
            told = format!("{told}: {cause}");
        }
    }
    told
}

/// Says what a database call was for, where it fails.
pub(super) trait Doing<T> {
    /// The same result, its error told as "could not …".
    fn doing(self, doing: &'static str) -> Result<T, StoreError>;
}

impl<T> Doing<T> for Result<T, sqlx::Error> {
    fn doing(self, doing: &'static str) -> Result<T, StoreError> {
        self.map_err(|source| StoreError::Database { doing, source })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_database_said_stands_behind_what_was_attempted() {
        let source = sqlx::Error::Protocol("database or disk is full".into());
        let error = StoreError::Database { doing: "commit", source };
        assert!(chain(&error).starts_with("could not commit: "), "{}", chain(&error));
        assert!(chain(&error).ends_with("database or disk is full"), "{}", chain(&error));
    }
}
