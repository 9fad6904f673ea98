//! The board of deadlines: how many replies are due by when on each platform, and those of one stretch of time, the first due first,
//! with the working time that is left.

use std::sync::Arc;

use axum::extract::{Query, State};
use jiff::{SignedDuration, Timestamp, ToSpan};
use maud::{Markup, html};
use serde::Deserialize;

use crate::domain::comment::Platform;
use crate::domain::staff::Right;
use crate::store::comments::{self, DueCounts, ListFilter, ListKey, ListState};

use super::super::WebState;
use super::failure::Failure;
use super::lang::Lang;
use super::link::link;
use super::phrase::Phrase;
use super::visit::Visit;
use super::{page, row, when, words};

pub(super) const PATH: &str = "/deadlines";

/// Rows on a page.
const ROWS: u32 = 25;

/// A stretch of time in which a reply is due, by the wall clock of the calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Due {
    Overdue,
    Hour,
    Today,
    Tomorrow,
    Later,
    Paused,
}

impl Due {
    const ALL: [Due; 6] = [Due::Overdue, Due::Hour, Due::Today, Due::Tomorrow, Due::Later, Due::Paused];

    fn as_str(self) -> &'static str {
        match self {
            Due::Overdue => "overdue",
            Due::Hour => "hour",
            Due::Today => "today",
            Due::Tomorrow => "tomorrow",
            Due::Later => "later",
            Due::Paused => "paused",
        }
    }

    fn say(self, lang: Lang) -> &'static str {
        let (ar, en) = match self {
            Due::Overdue => ("فات موعده", "Overdue"),
            Due::Hour => ("خلال ساعة", "Within the hour"),
            Due::Today => ("اليوم", "Today"),
            Due::Tomorrow => ("غدًا", "Tomorrow"),
            Due::Later => ("بعد ذلك", "Later"),
            Due::Paused => ("متوقف مؤقتًا", "Paused"),
        };
        lang.pick(ar, en)
    }

    /// How many of a platform's.
    fn of(self, counts: &DueCounts) -> i64 {
        let [overdue, hour, today, tomorrow] = counts.before[..] else { return 0 };
        match self {
            Due::Overdue => overdue,
            Due::Hour => hour - overdue,
            Due::Today => today - hour,
            Due::Tomorrow => tomorrow - today,
            Due::Later => counts.running - tomorrow,
            Due::Paused => counts.paused,
        }
    }
}

/// The instants between the stretches: now, in an hour, the ends of today and tomorrow. Late in the evening the hour ends after the
/// day does: then nothing is left of today.
fn bounds(visit: &Visit) -> [Timestamp; 4] {
    let hour = visit.now + SignedDuration::from_hours(1);
    let today = visit.now.to_zoned_datetime(visit.zone()).start_of_day();
    let end = |days: i64| {
        let end = today.as_ref().ok().and_then(|today| today.checked_add(days.days()).ok());
        end.map_or(hour, |end| end.timestamp().max(hour))
    };
    [visit.now, hour, end(1), end(2)]
}

#[derive(Debug, Deserialize)]
pub(super) struct Asked {
    due: Option<String>,
    platform: Option<String>,
    after: Option<String>,
}

pub(super) async fn show(
    State(web): State<Arc<WebState>>,
    visit: Visit,
    Query(asked): Query<Asked>,
) -> Result<Markup, Failure> {
    visit.need(Right::ReadComments)?;
    let failed = |error| Failure::from_store(visit.lang, error);
    let bounds = bounds(&visit);
    let counts = comments::due_counts(&web.store, &bounds).await.map_err(failed)?;
    let total = |due: Due| counts.iter().map(|count| due.of(count)).sum::<i64>();
    // Where nothing is asked for, the first stretch in which something is due.
    let asked_for = Due::ALL.into_iter().find(|due| Some(due.as_str()) == asked.due.as_deref());
    let due = asked_for.or_else(|| Due::ALL.into_iter().find(|due| total(*due) > 0)).unwrap_or(Due::Overdue);
    let platform: Option<Platform> = asked.platform.as_deref().and_then(|word| word.parse().ok());
    let filter = filter(due, platform, bounds, asked.after.as_deref().and_then(|word| word.parse().ok()));
    let mut rows = comments::list(&web.store, &filter, visit.now).await.map_err(failed)?;
    let more = rows.len() > ROWS as usize;
    rows.truncate(ROWS as usize);
    let next = rows.last().filter(|_| more).map(|row| row.key.to_string());

    let (lang, title) = (visit.lang, Phrase::DeadlineBoard.say(visit.lang));
    Ok(page::of(
        &visit,
        title,
        &visit.here,
        html! {
            h1 { (title) }
            p.quiet.today { (when::date_in_both(lang, &visit.zone(), visit.now)) " · " (when::time(&visit.zone(), visit.now)) }
            (board(&visit, &counts, (due, platform)))
            h2 { (due.say(lang)) @if let Some(platform) = platform { " – " (words::platform(lang, platform)) } }
            @if rows.is_empty() { p.empty { (Phrase::NothingDue.say(lang)) } } @else {
                ol.cards { @for found in &rows { (row::row(&visit, found, false)) } }
            }
            p.pages {
                @if let Some(next) = &next {
                    a rel="next" href=(address(due, platform, Some(next))) { (Phrase::MoreBelow.say(lang)) }
                }
            }
        },
    ))
}

fn filter(
    due: Due,
    platform: Option<Platform>,
    bounds: [Timestamp; 4],
    after: Option<ListKey>,
) -> ListFilter {
    let [now, hour, today, tomorrow] = bounds;
    let (state, from, before) = match due {
        Due::Overdue => (ListState::AwaitingReply, Timestamp::MIN, Some(now)),
        Due::Hour => (ListState::AwaitingReply, now, Some(hour)),
        Due::Today => (ListState::AwaitingReply, hour, Some(today)),
        Due::Tomorrow => (ListState::AwaitingReply, today, Some(tomorrow)),
        Due::Later => (ListState::AwaitingReply, tomorrow, None),
        Due::Paused => (ListState::Paused, now, None),
    };
    let due_from = (due != Due::Paused).then_some(from);
    ListFilter {
        state,
        platform,
        due_from,
        due_before: before,
        limit: ROWS + 1,
        after,
        ..ListFilter::default()
    }
}

fn address(due: Due, platform: Option<Platform>, after: Option<&str>) -> String {
    let mut pairs = vec![("due", due.as_str())];
    pairs.extend(platform.map(|platform| ("platform", platform.as_str())));
    pairs.extend(after.map(|after| ("after", after)));
    link(PATH, &pairs)
}

/// The table, each number a way to its comments.
fn board(visit: &Visit, counts: &[DueCounts], chosen: (Due, Option<Platform>)) -> Markup {
    let lang = visit.lang;
    let cell = |due: Due, platform: Option<Platform>, count: i64| {
        html! {
            td {
                a href=(address(due, platform, None)) aria-current=[(chosen == (due, platform)).then_some("true")]
                    class=[(due == Due::Overdue && count > 0).then_some("urgent")] { (count) }
            }
        }
    };
    html! {
        div.wide tabindex="0" {
            table.tally.board {
                caption.unseen { (Phrase::DeadlineBoard.say(lang)) }
                thead {
                    tr {
                        td {}
                        @for count in counts { th scope="col" { (words::platform(lang, count.platform)) } }
                        th scope="col" { (Phrase::AllPlatforms.say(lang)) }
                    }
                }
                tbody {
                    @for due in Due::ALL {
                        tr {
                            th scope="row" { (due.say(lang)) }
                            @for count in counts { (cell(due, Some(count.platform), due.of(count))) }
                            (cell(due, None, counts.iter().map(|count| due.of(count)).sum()))
                        }
                    }
                }
            }
        }
    }
}
