//! The list of what needs a person, most urgent first.

use std::sync::Arc;

use axum::extract::{Query, State};
use maud::{Markup, html};
use serde::Deserialize;

use crate::domain::comment::{Platform, SourceId};
use crate::domain::holder::Holder;
use crate::domain::lang::hands;
use crate::domain::staff::Right;
use crate::store::comments::{self, ListFilter, ListKey, ListRow, ListState};

use super::super::WebState;
use super::failure::Failure;
use super::link::link;
use super::phrase::Phrase;
use super::visit::Visit;
use super::{page, row, tally, words};

pub(super) const PATH: &str = "/inbox";

/// Rows on a page.
const ROWS: u32 = 25;

/// What the address asks for. A word that names nothing asks for nothing: an old link still opens a list.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Asked {
    state: Option<String>,
    platform: Option<String>,
    source: Option<String>,
    kind: Option<String>,
    clause: Option<String>,
    holder: Option<String>,
    after: Option<String>,
}

pub(super) async fn show(
    State(web): State<Arc<WebState>>,
    visit: Visit,
    Query(asked): Query<Asked>,
) -> Result<Markup, Failure> {
    visit.need(Right::ReadComments)?;
    let filter = asked.filter();
    let failed = |error| Failure::from_store(visit.lang, error);
    let mut rows = comments::list(&web.store, &filter, visit.now).await.map_err(failed)?;
    let counts = comments::counts(&web.store, visit.now).await.map_err(failed)?;
    let next = if rows.len() > ROWS as usize {
        rows.truncate(ROWS as usize);
        rows.last().map(|row| row.key.to_string())
    } else {
        None
    };
    let title = Phrase::Waiting.say(visit.lang);
    Ok(page::of(
        &visit,
        title,
        &visit.here,
        html! {
            h1 { (title) }
            (tally::table(&visit, &counts))
            (choices(&visit, &filter))
            (list(&visit, &filter, &rows))
            (pages(&visit, &filter, next.as_deref()))
        },
    ))
}

impl Asked {
    fn filter(&self) -> ListFilter {
        fn read<T: std::str::FromStr>(word: Option<&String>) -> Option<T> {
            word?.parse().ok()
        }
        ListFilter {
            state: read(self.state.as_ref()).unwrap_or_default(),
            platform: read(self.platform.as_ref()),
            source: self.source.clone().filter(|id| !id.is_empty()).map(SourceId),
            kind: read(self.kind.as_ref()),
            clause: read(self.clause.as_ref()),
            holder: read(self.holder.as_ref()),
            // One more than is shown tells whether there is another page.
            limit: ROWS + 1,
            after: read::<ListKey>(self.after.as_ref()),
        }
    }
}

/// The states, platforms and hands to choose from, as links.
fn choices(visit: &Visit, filter: &ListFilter) -> Markup {
    let lang = visit.lang;
    html! {
        nav.choices aria-label=(Phrase::States.say(lang)) {
            @for state in ListState::ALL {
                (choice(&ListFilter { state, ..filter.clone() }, state == filter.state, words::list_state(lang, state)))
            }
        }
        nav.choices aria-label=(Phrase::Platform.say(lang)) {
            @for platform in [None].into_iter().chain(Platform::ALL.map(Some)) {
                @let name = platform.map_or(Phrase::AnyPlatform.say(lang), |platform| words::platform(lang, platform));
                (choice(&ListFilter { platform, ..filter.clone() }, platform == filter.platform, name))
            }
        }
        nav.choices aria-label=(Phrase::WhoHasIt.say(lang)) {
            @for (holder, name) in whose(visit) {
                @let chosen = holder == filter.holder;
                (choice(&ListFilter { holder, ..filter.clone() }, chosen, &name))
            }
        }
    }
}

/// Whose comments can be asked for: anybody's, mine, a team's, nobody's.
fn whose(visit: &Visit) -> Vec<(Option<Holder>, String)> {
    let lang = visit.lang;
    let mut whose = vec![(None, Phrase::AnybodysComments.say(lang).to_owned())];
    if visit.may(Right::ActOnComments) {
        let mine = Holder::Person(visit.staff.name.clone());
        whose.push((Some(mine), Phrase::MyComments.say(lang).to_owned()));
    }
    let teams = visit.routing.teams.iter().map(|team| Holder::Team(team.id.clone()));
    for holder in teams.chain([Holder::Unassigned]) {
        let name = hands::holder(lang, &visit.routing, &holder);
        whose.push((Some(holder), name));
    }
    whose
}

fn choice(filter: &ListFilter, chosen: bool, name: &str) -> Markup {
    html! { a href=(address(filter, None)) aria-current=[chosen.then_some("true")] { (name) } }
}

fn list(visit: &Visit, filter: &ListFilter, rows: &[ListRow]) -> Markup {
    let nothing = match filter.state {
        ListState::Waiting if filter.platform.is_none() && filter.holder.is_none() => Phrase::NothingWaits,
        _ => Phrase::NothingFound,
    };
    html! {
        @if rows.is_empty() { p.empty { (nothing.say(visit.lang)) } } @else {
            ol.cards { @for found in rows { (row::row(visit, found)) } }
        }
    }
}

fn pages(visit: &Visit, filter: &ListFilter, next: Option<&str>) -> Markup {
    html! {
        p.pages {
            @if filter.after.is_some() { a href=(address(filter, None)) { (Phrase::FromTheTop.say(visit.lang)) } }
            @if let Some(next) = next {
                a rel="next" href=(address(filter, Some(next))) { (Phrase::MoreBelow.say(visit.lang)) }
            }
        }
    }
}

/// The address of a list.
fn address(filter: &ListFilter, after: Option<&str>) -> String {
    let mut query = vec![("state", filter.state.as_str())];
    query.extend(filter.platform.map(|platform| ("platform", platform.as_str())));
    query.extend(filter.source.as_ref().map(|source| ("source", source.0.as_str())));
    query.extend(filter.kind.map(|kind| ("kind", kind.as_str())));
    query.extend(filter.clause.map(|clause| ("clause", clause.as_str())));
    let holder = filter.holder.as_ref().map(ToString::to_string);
    query.extend(holder.as_ref().map(|holder| ("holder", holder.as_str())));
    query.extend(after.map(|after| ("after", after)));
    link(PATH, &query)
}
