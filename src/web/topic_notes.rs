//! Noting what changed because of a topic, the same for the console and the API.

use jiff::civil::Date;

use crate::domain::topics::TopicId;
use crate::store::idempotency::{Came, Key};
use crate::store::{Step, topics};

use super::act::{NotDone, checked_note};
use super::{WebState, once};

/// Keeps a note of `staff` about a topic of that month, once for a key. Whether they may is checked by the caller.
///
/// # Errors
/// The note is empty or too long, or the database failed.
pub(super) async fn keep(
    web: &WebState,
    staff: &str,
    (month, topic): (Date, &TopicId),
    text: &str,
    key: Option<&Key>,
) -> Result<(), NotDone> {
    let (text, now) = (checked_note(text)?, web.clock.now());
    if once::came_before(&web.store, key, now).await?.is_some() {
        return Ok(());
    }
    let month = month.strftime("%Y-%m").to_string();
    let mut tx = web.store.begin(Step::Act).await?;
    topics::note(&mut tx, staff, (&month, topic), &text, now).await?;
    once::commit(&web.store, tx, key, Came::Settled, now).await.map(drop)
}
