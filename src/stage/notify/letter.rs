//! What a notice says at the moment when it is sent.

use super::super::{Context, StageError};
use super::day::day_end;
use super::hours_of;
use crate::config::Recipient;
use crate::notify::{About, Day, Item, Letter};
use crate::store::notices::{self, Notice, Owed, Subject};

/// How many replies a notice names at most; the console has the others.
const ITEMS_MAX: u32 = 50;

/// The letter of a notice; `None` where nothing that it was about is left.
pub(super) async fn letter(
    ctx: &Context,
    recipient: &Recipient,
    notice: &Notice,
) -> Result<Option<Letter>, StageError> {
    let now = ctx.clock.now();
    let ruling = ctx.rules.current(&ctx.store).await?;
    let zone = hours_of(&ruling.calendar, recipient).time_zone().clone();
    let about = match notice.subject {
        Subject::Owed => {
            let (owed, all) = notices::owed(&ctx.store, notice.id, ITEMS_MAX).await?;
            if owed.is_empty() {
                return Ok(None);
            }
            let items: Vec<Item> = owed.iter().map(item).collect();
            let more = all.saturating_sub(u64::try_from(items.len()).unwrap_or(u64::MAX));
            About::Owed { items, more }
        }
        Subject::Day => {
            let ends = day_end(&zone, now);
            let counts = notices::counts(&ctx.store, now, ends).await?;
            let items = notices::due_before(&ctx.store, ends, ITEMS_MAX).await?;
            About::Day(Day {
                open: counts.open,
                overdue: counts.overdue,
                due_today: counts.due_today,
                paused: counts.paused,
                review: counts.review,
                items: items.iter().map(item).collect(),
            })
        }
    };
    let console = ctx.notifier.console().map(str::to_owned);
    Ok(Some(Letter { id: notice.id, created_at: notice.created_at, told_at: now, zone, console, about }))
}

fn item(owed: &Owed) -> Item {
    let Owed { comment, platform, kind, clock, due_at, point } = *owed;
    Item { comment, platform, kind, clock, due_at, point }
}
