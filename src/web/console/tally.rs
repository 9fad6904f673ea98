//! The counts of each platform, each a way into its list.

use maud::{Markup, html};

use crate::domain::comment::Platform;
use crate::store::comments::{ListState, PlatformCounts};

use super::link::link;
use super::phrase::Phrase;
use super::visit::Visit;
use super::{inbox, words};

const COLUMNS: [ListState; 4] =
    [ListState::Overdue, ListState::AwaitingReply, ListState::Review, ListState::Hidden];

pub(super) fn table(visit: &Visit, counts: &[PlatformCounts]) -> Markup {
    let lang = visit.lang;
    html! {
        div.wide tabindex="0" {
            table.tally {
                caption { (Phrase::Counts.say(lang)) }
                thead { tr {
                    th scope="col" { (Phrase::Platform.say(lang)) }
                    @for state in COLUMNS { th scope="col" { (words::list_state(lang, state)) } }
                    th scope="col" { (Phrase::Read.say(lang)) }
                } }
                tbody {
                    @for found in counts { tr {
                        th scope="row" { (words::platform(lang, found.platform)) }
                        @for state in COLUMNS { td { (cell(state, Some(found.platform), of(found, state))) } }
                        td { (found.read) }
                    } }
                }
                tfoot { tr {
                    th scope="row" { (Phrase::Total.say(lang)) }
                    @for state in COLUMNS {
                        td { (cell(state, None, counts.iter().map(|found| of(found, state)).sum())) }
                    }
                    td { (counts.iter().map(|found| found.read).sum::<i64>()) }
                } }
            }
        }
    }
}

fn of(counts: &PlatformCounts, state: ListState) -> i64 {
    match state {
        ListState::Waiting => counts.awaiting_reply + counts.review,
        ListState::Review => counts.review,
        ListState::AwaitingReply => counts.awaiting_reply,
        ListState::Overdue => counts.overdue,
        ListState::Hidden => counts.hidden,
        ListState::All => counts.read,
    }
}

fn cell(state: ListState, platform: Option<Platform>, count: i64) -> Markup {
    let mut query = vec![("state", state.as_str())];
    query.extend(platform.map(|platform| ("platform", platform.as_str())));
    html! {
        @if count == 0 { span.quiet { "0" } } @else {
            a.urgent[state == ListState::Overdue] href=(link(inbox::PATH, &query)) { (count) }
        }
    }
}
