//! The budget: what a call costs is charged before it goes out, in the database, so that all processes spend from the same
//! purses. What an answer announces is believed from the next call on.

use jiff::Timestamp;

use super::Context;
use super::access::CallError;
use super::source::Source;
use crate::domain::quota::{Announced, Errand, Purse, Spent, charges};
use crate::platform::PlatformError;
use crate::store::{Step, StoreError, purses};

/// Charges a call.
///
/// # Errors
/// [`PlatformError::RateLimited`] until the purse is full again; nothing was charged then.
pub(super) async fn spend(ctx: &Context, source: &Source, errand: Errand<'_>) -> Result<(), CallError> {
    let now = ctx.clock.now();
    let platform = source.config.platform();
    let charges = charges(platform, errand);
    if charges.is_empty() {
        return Ok(());
    }
    let announced = source.api.announced();
    let mut tx = ctx.store.begin(Step::Keep).await?;
    for charge in charges {
        let kept = purses::hold(&mut tx, &source.config.id, charge.purse).await?;
        let spent = as_of(kept, charge.purse, announced.as_slice(), now);
        match spent.spend(charge, errand, source.config.allowance.of(charge.purse)) {
            // A durable commit for nothing is dear to pages that come by the thousand.
            Ok(spent) if kept == spent => {}
            Ok(spent) => {
                purses::keep(&mut tx, &source.config.id, charge.purse, spent).await?;
            }
            Err(until) => {
                let what = charge.purse.as_str();
                let detail =
                    format!("what is left of our {what} is kept for acts, or nothing is left of them");
                return Err(CallError::Platform(PlatformError::RateLimited { until: Some(until), detail }));
            }
        }
    }
    tx.commit().await?;
    Ok(())
}

/// Books what answers turned out to cost. What a failure keeps from being booked stays owed, and is booked after the next answer.
pub(super) async fn book(ctx: &Context, source: &Source) -> Result<(), StoreError> {
    let cost = source.api.owed();
    if cost == 0 {
        return Ok(());
    }
    let mut tx = ctx.store.begin(Step::Keep).await?;
    let kept = purses::hold(&mut tx, &source.config.id, Purse::Money).await?;
    let spent = as_of(kept, Purse::Money, &[], ctx.clock.now());
    let spent = Spent { all: spent.all.saturating_add(cost).max(0), ..spent };
    purses::keep(&mut tx, &source.config.id, Purse::Money, spent).await?;
    tx.commit().await?;
    source.api.paid(cost);
    Ok(())
}

/// What is spent of a purse at `now`, of which so much was kept and announced.
fn as_of(kept: Spent, purse: Purse, announced: &[Announced], now: Timestamp) -> Spent {
    let spent = kept.at(purse, now);
    let told = announced.iter().find(|told| told.purse == purse && told.until > now);
    told.map_or(spent, |told| spent.announced(told.spent, told.until))
}
