//! An erasure that a person orders, by law: at once, and with the reason kept beside the log.

use jiff::Timestamp;

use crate::domain::audit::{Actor, Field, commitment};
use crate::domain::comment::{CommentId, Visibility};
use crate::domain::retention::Cause;

use super::super::acts::Promises;
use super::super::error::Doing;
use super::super::sql::micros;
use super::super::{Hindrance, StoreError, Tx, audit};
use super::{Erasing, Outcome, erase};

/// Erases a comment because `staff` says that the law wants it, and logs it. The caller has checked their role.
///
/// # Errors
/// There is no such comment, it was erased before, it is under a hold or was under one that `staff` lifted, or a reply to it is
/// on its way.
pub async fn order(
    tx: &mut Tx,
    staff: &str,
    promises: Option<Promises<'_>>,
    comment: CommentId,
    reason: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    let erasing = Erasing { by: Actor::Staff(staff.to_owned()), cause: Cause::Law, now };
    let mut entries = match erase(tx, promises, comment, &erasing).await? {
        Outcome::Erased(entries) => entries,
        Outcome::Already => {
            let (object, found) = (format!("comment {comment}"), Visibility::Erased.as_str().to_owned());
            return Err(StoreError::WrongState { object, found, asked: "erased again" });
        }
        Outcome::Held(_) => return Err(StoreError::Hindered(comment, Hindrance::Held)),
        Outcome::HoldLiftedBySame => {
            return Err(StoreError::Hindered(comment, Hindrance::HoldLiftedBySame));
        }
        Outcome::ReplyUnderWay => return Err(StoreError::Hindered(comment, Hindrance::ReplyUnderWay)),
    };
    let salt: [u8; 16] = rand::random();
    let query = sqlx::query(
        "insert into erasure (comment, erased_by, erased_at, reason, salt) values ($1, $2, $3, $4, $5)",
    );
    query
        .bind(comment.0)
        .bind(format!("staff:{staff}"))
        .bind(micros(now))
        .bind(reason.to_owned())
        .bind(salt.to_vec())
        .execute(tx.conn())
        .await
        .doing("keep the order of an erasure")?;
    let reason = Field::Commitment(commitment(&salt, reason.as_bytes()));
    entries[0].fields.insert("reason", reason);
    audit::append(tx, &entries).await
}
