//! How often passwords were tried, and for which account and address. Counted in the database, so that several nodes count
//! together and a restart forgives nothing.

use jiff::{SignedDuration, Timestamp};
use sha2::{Digest, Sha256};

use crate::domain::session::{Counted, TRIES_FOR, tries_end};

use super::error::Doing;
use super::sql::{Columns, micros};
use super::{StoreError, Tx};

/// Counts of tries that ended so long ago are forgotten.
const KEPT_FOR: SignedDuration = SignedDuration::from_hours(24);

/// Counts one try of an account from an address, before it is known whether it succeeds: whoever tries many at once
/// would else try them all before the first failed. Returns until when no more may be tried, where there were too many.
///
/// # Errors
/// The database failed.
pub async fn count(
    tx: &mut Tx,
    counted: &[Counted<'_>],
    now: Timestamp,
) -> Result<Option<Timestamp>, StoreError> {
    let mut until = None;
    for one in sorted(counted) {
        let query = sqlx::query(
            "insert into sign_in_try (counted, tries, since) values ($1, 1, $2)
             on conflict (counted) do update set
                 tries = case when sign_in_try.since <= $3 then 1 else sign_in_try.tries + 1 end,
                 since = case when sign_in_try.since <= $3 then excluded.since else sign_in_try.since end
             returning tries, since",
        );
        let query = query.bind(key(*one)).bind(micros(now)).bind(micros(now - TRIES_FOR));
        let row = query.fetch_one(tx.conn()).await.doing("count a try to sign in")?;
        let row = Columns::of("sign_in_try", &row);
        if row.get::<i64>("tries")? > one.most() {
            until = until.max(Some(tries_end(row.instant("since")?)));
        }
    }
    Ok(until)
}

/// Takes a try back that succeeded, and forgives those of the same person at the same place.
///
/// # Errors
/// The database failed.
pub async fn forgive(tx: &mut Tx, counted: &[Counted<'_>], now: Timestamp) -> Result<(), StoreError> {
    for one in sorted(counted) {
        let text = match one {
            Counted::Both { .. } => "delete from sign_in_try where counted = $1",
            _ => "update sign_in_try set tries = tries - 1 where counted = $1 and tries > 0",
        };
        let query = sqlx::query(text).bind(key(*one));
        query.execute(tx.conn()).await.doing("take back a try to sign in")?;
    }
    let query = sqlx::query("delete from sign_in_try where since <= $1").bind(micros(now - KEPT_FOR));
    query.execute(tx.conn()).await.doing("forget tries of yesterday")?;
    Ok(())
}

/// In one order, so that two who try at once do not wait for each other.
fn sorted<'a, 'b>(counted: &'a [Counted<'b>]) -> Vec<&'a Counted<'b>> {
    let mut sorted: Vec<&Counted> = counted.iter().collect();
    sorted.sort_by_key(|one| key(**one));
    sorted
}

/// A hash, because what was typed for a name may be a password, and an address is personal.
fn key(counted: Counted<'_>) -> String {
    let of = |parts: &[&str]| hex::encode(Sha256::digest(parts.join("\0")));
    match counted {
        Counted::Both { account, address } => of(&["both", account, address]),
        Counted::Address(address) => of(&["address", address]),
        Counted::Account(account) => of(&["account", account]),
    }
}
