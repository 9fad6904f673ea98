//! How many comments each rule hides in an hour, whichever process counts.

use jiff::Timestamp;

use super::error::Doing;
use super::sql::{Columns, micros};
use super::{StoreError, Tx};

const HOUR: i64 = 3_600_000_000;

/// Counts `hides` more comments that a rule is about to hide, and returns how many that makes in the hour that its first one
/// began. Until the transaction ends no other counts for the same rule; whoever counts for several goes by their order.
///
/// # Errors
/// The database failed.
pub async fn count(tx: &mut Tx, rule: &str, hides: u32, now: Timestamp) -> Result<u32, StoreError> {
    let query = sqlx::query(
        "insert into rule_hides (rule, began_at, hides) values ($1, $2, $3)
         on conflict (rule) do update set
             began_at = case when rule_hides.began_at <= $2 - $4 then $2 else rule_hides.began_at end,
             hides = case when rule_hides.began_at <= $2 - $4 then 0 else rule_hides.hides end + $3
         returning hides",
    );
    let query = query.bind(rule.to_owned()).bind(micros(now)).bind(i64::from(hides)).bind(HOUR);
    let row = query.fetch_one(tx.conn()).await.doing("count what a rule hides")?;
    Columns::of("rule_hides", &row).count("hides")
}
