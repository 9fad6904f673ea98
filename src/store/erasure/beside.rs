//! What goes as comments do and is none: deliveries that nobody could read, lists that staff keep of what they sought, and what our posts
//! say, which may name somebody too.

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::domain::audit::AuditEvent;

use super::super::error::Doing;
use super::super::holds;
use super::super::posts::IS_SPOKEN_UNDER;
use super::super::sql::{self, Columns, micros};
use super::super::{Dialect, StoreError, Tx};
use super::Erasing;

/// Forgets deliveries that came before `since` and were never read, at most `limit` of them, but for those of a source on a hold.
/// Polling finds what they told of, where it is still there. Returns an entry for each source.
///
/// # Errors
/// The database failed.
pub async fn forget_deliveries(
    tx: &mut Tx,
    since: Timestamp,
    erasing: &Erasing,
    limit: u32,
) -> Result<Vec<AuditEvent>, StoreError> {
    let text = "delete from delivery where id in (
             select d.id from delivery d where d.received_at < $1 and not exists (
                 select 1 from legal_hold h where h.source = d.source and h.lifted_at is null)
             order by d.received_at limit $2)
         returning 'source:' || source as object";
    forgotten(tx, text, ("delivery.forgotten", since), erasing, limit).await
}

/// Forgets lists that staff kept before `since` and that search for words, at most `limit` of them. Returns an entry for each of
/// their owners.
///
/// # Errors
/// The database failed.
pub async fn forget_searches(
    tx: &mut Tx,
    since: Timestamp,
    erasing: &Erasing,
    limit: u32,
) -> Result<Vec<AuditEvent>, StoreError> {
    let text = "delete from saved_view where (staff, name) in (
             select staff, name from saved_view
             where saved_at < $1 and (query like 'q=_%' or query like '%&q=_%') order by saved_at limit $2)
         returning 'staff:' || (select s.name from staff s where s.id = saved_view.staff) as object";
    forgotten(tx, text, ("view.forgotten", since), erasing, limit).await
}

/// Forgets what posts say that were published before `since`, at most `limit` of them, but for those under which comments are kept, or
/// were lately said to wait, and those of a source on a hold. Returns an entry for each source.
///
/// # Errors
/// The database failed.
pub async fn forget_posts(
    tx: &mut Tx,
    since: Timestamp,
    erasing: &Erasing,
    limit: u32,
) -> Result<Vec<AuditEvent>, StoreError> {
    let unlocked = match tx.dialect() {
        Dialect::Sqlite => "", // one writer at a time
        // Whoever lists it may wait for the sources that we hold; the next look finds it again.
        Dialect::Postgres => "for update skip locked",
    };
    let text = format!(
        "update post set text = null where (source, id) in (
             select post.source, post.id from post where post.text is not null and not {IS_SPOKEN_UNDER}
             order by post.published_at limit $2 {unlocked})
         returning 'source:' || source as object"
    );
    holds::wait(tx).await?;
    forgotten(tx, &text, ("post.forgotten", since), erasing, limit).await
}

/// Runs `text`, which deletes or empties, and names what each row was of, and tells how many went of each.
async fn forgotten(
    tx: &mut Tx,
    text: &str,
    (act, since): (&'static str, Timestamp),
    erasing: &Erasing,
    limit: u32,
) -> Result<Vec<AuditEvent>, StoreError> {
    let query = sql::query(text.to_owned()).bind(micros(since)).bind(i64::from(limit));
    let rows = query.fetch_all(tx.conn()).await.doing("forget what expired")?;
    let mut counts = BTreeMap::<String, i64>::new();
    for row in &rows {
        *counts.entry(Columns::of("delivery", row).get("object")?).or_default() += 1;
    }
    let entry = |(object, count)| {
        AuditEvent::new(erasing.now, erasing.by.clone(), act, object)
            .int("count", count)
            .word("cause", erasing.cause.as_str())
    };
    Ok(counts.into_iter().map(entry).collect())
}
