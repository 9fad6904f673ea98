//! Out-of-hours acknowledgements: which clocks that were opened call for one, and whether one still holds as it leaves.
//!
//! [`super::moderate`] writes them into the outbox, [`super::dispatch`] sends or withdraws them. Clocks that open later, as when
//! a comment is shown again or staff settled a review, call for none: people are at work then.

use std::collections::HashMap;

use jiff::Timestamp;

use super::{Context, StageError};
use crate::domain::acknowledgement::{Acknowledging, Asked};
use crate::domain::calendar::Calendar;
use crate::domain::comment::{Author, Comment, CommentId};
use crate::domain::reply::ClockKind;
use crate::store::actions::{self, NewAcknowledgement};
use crate::store::replies::Opened;

/// The acknowledgements that are due to the askers of `allowed` comments whose clocks were opened.
pub(crate) fn due<'a>(
    acknowledging: &Acknowledging,
    calendar: &Calendar,
    opened: &[Opened],
    allowed: impl Iterator<Item = &'a Comment>,
    now: Timestamp,
) -> Vec<NewAcknowledgement<'a>> {
    if acknowledging.sources.is_empty() {
        return Vec::new();
    }
    let allowed: HashMap<CommentId, &Comment> = allowed.map(|comment| (comment.id, comment)).collect();
    let waits = |one: &&Opened| one.answered.is_none() && one.clock.clock != ClockKind::Solve;
    let to = |Opened { clock, .. }: &Opened| {
        let comment = *allowed.get(&clock.comment)?;
        let asker = comment.author.as_ref().and_then(Author::key);
        let asked = Asked {
            source: &comment.source,
            thread: clock.thread,
            asker: asker.as_deref(),
            language: clock.language,
            started_at: clock.started_at,
        };
        let what = acknowledging.due(&asked, clock.hours(calendar), now)?;
        Some(NewAcknowledgement { comment: comment.id, source: &comment.source, what, salt: rand::random() })
    };
    opened.iter().filter(waits).filter_map(to).collect()
}

/// Whether an acknowledgement that speaks of this opening may leave now: it is wanted on this source, the asker still waits,
/// and by the calendar in force the office is closed until then.
pub(crate) async fn holds(
    ctx: &Context,
    comment: &Comment,
    opening: Timestamp,
    now: Timestamp,
) -> Result<bool, StageError> {
    let ruling = ctx.rules.current(&ctx.store).await?;
    let waits = actions::acknowledged(&ctx.store, comment.id).await?;
    let closure = waits.and_then(|clock| clock.hours(&ruling.calendar).closure(now).ok().flatten());
    let until = closure.map(|closure| closure.until);
    Ok(until == Some(opening) && ctx.acknowledging.sources.contains(&comment.source))
}
