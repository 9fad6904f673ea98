//! Noting what changed because of a topic, the same for the console and the API.

use jiff::civil::Date;

use crate::domain::topics::TopicId;
use crate::store::{Step, topics};

use super::WebState;
use super::act::{NotDone, checked_note};

/// A month by its name, such as `2026-10`: its first day.
pub(super) fn month(name: &str) -> Option<Date> {
    (name.len() == 7).then(|| format!("{name}-01").parse().ok()).flatten()
}

/// Keeps a note of `staff` about a topic of that month. Whether they may is checked by the caller.
///
/// # Errors
/// The note is empty or too long, or the database failed.
pub(super) async fn keep(
    web: &WebState,
    staff: &str,
    (month, topic): (Date, &TopicId),
    text: &str,
) -> Result<(), NotDone> {
    let text = checked_note(text)?;
    let month = month.strftime("%Y-%m").to_string();
    let mut tx = web.store.begin(Step::Act).await?;
    topics::note(&mut tx, staff, (&month, topic), &text, web.clock.now()).await?;
    Ok(tx.commit().await?)
}
