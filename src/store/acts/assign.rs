//! Giving a comment to a person, a team or nobody, so that what becomes of its promises is known to be whose.

use crate::domain::comment::{CommentId, Visibility};
use crate::domain::holder::Holder;
use crate::domain::staff::{Right, Role};

use super::super::error::Doing;
use super::super::sql::Columns;
use super::super::{StoreError, Tx, audit, holding};
use super::{By, find};

/// Gives a comment to `holder`. False where they have it already. That a team is configured is for the caller to see.
///
/// # Errors
/// There is no such comment, it was changed since it was seen, it is ours, it is gone, or it is given to somebody who
/// could not answer it.
pub async fn assign(
    tx: &mut Tx,
    by: By<'_>,
    comment: CommentId,
    holder: &Holder,
) -> Result<bool, StoreError> {
    let found = find(tx, by, comment).await?;
    let there = matches!(found.visibility, Visibility::Visible | Visibility::Hidden);
    found.must(there && !found.ours, "assigned")?;
    if let Holder::Person(name) = holder {
        must_answer(tx, name).await?;
    }
    let Some(before) = holding::hand(tx, comment, holder, &by.decider(), by.now).await? else {
        return Ok(false);
    };
    let entry = by.entry("comment.assigned", comment);
    let entry = entry.word("from", before.to_string()).word("to", holder.to_string());
    audit::append(tx, &[entry]).await?;
    Ok(true)
}

/// Somebody active of this name answers the public.
async fn must_answer(tx: &mut Tx, name: &str) -> Result<(), StoreError> {
    let query = sqlx::query("select role from staff where name = $1 and disabled_at is null");
    let row =
        query.bind(name.to_owned()).fetch_optional(tx.conn()).await.doing("look up a member of staff")?;
    let role: Option<Role> = row.map(|row| Columns::of("staff", &row).word("role")).transpose()?;
    match role {
        Some(role) if role.may(Right::ActOnComments) => Ok(()),
        _ => Err(StoreError::NobodyToAnswer(name.to_owned())),
    }
}
