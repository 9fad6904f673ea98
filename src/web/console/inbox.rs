//! The list of what needs a person, most urgent first.

pub(super) mod chosen;
mod filters;
pub(super) mod views;

use std::sync::Arc;

use axum::extract::{Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};

use crate::domain::staff::Right;
use crate::store::comments::{self, ListKey, ListRow, ListState, OpenCounts};
use crate::store::views::{self as kept, View};
use crate::store::{StoreError, sources, staff};

use super::super::WebState;
use super::failure::Failure;
use super::phrase::Phrase;
use super::visit::Visit;
use super::{bulk, page, row, when};

use self::chosen::{Asked, Chosen};
use self::filters::Offers;

pub(super) const PATH: &str = "/inbox";

/// Rows on a page.
const ROWS: u32 = 25;

pub(super) async fn show(
    State(web): State<Arc<WebState>>,
    visit: Visit,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    visit.need(Right::ReadComments)?;
    let chosen = Chosen::from(asked);
    if let Some(number) = number(&chosen) {
        return Ok(Redirect::to(&format!("/comments/{number}")).into_response());
    }
    let found =
        Found::load(&web, &visit, &chosen).await.map_err(|error| Failure::from_store(visit.lang, error))?;
    let title = Phrase::Waiting.say(visit.lang);
    let page = page::of(
        &visit,
        title,
        &visit.here,
        html! {
            h1 { (title) }
            p.quiet.today { (when::date_in_both(visit.lang, &visit.zone(), visit.now)) }
            (filters::search(&visit, &chosen))
            (filters::states(&visit, &chosen, &found.counts))
            (views::kept(&visit, &chosen, &found.views))
            (filters::filters(&visit, &chosen, &found.offers))
            (list(&visit, &chosen, &found.rows))
            (pages(&visit, &chosen, found.next))
        },
    );
    Ok(page.into_response())
}

/// The number of a comment that somebody looks for by it: `#7`.
fn number(chosen: &Chosen) -> Option<i64> {
    chosen.words.as_deref()?.trim().strip_prefix('#')?.parse().ok()
}

/// What a page of the list shows.
struct Found {
    rows: Vec<ListRow>,
    next: Option<ListKey>,
    counts: Vec<OpenCounts>,
    views: Vec<View>,
    offers: Offers,
}

impl Found {
    async fn load(web: &WebState, visit: &Visit, chosen: &Chosen) -> Result<Found, StoreError> {
        // One more than is shown tells whether there is another page.
        let mut rows = comments::list(&web.store, &chosen.filter(visit, ROWS + 1), visit.now).await?;
        let more = rows.len() > ROWS as usize;
        rows.truncate(ROWS as usize);
        let next = rows.last().filter(|_| more).map(|row| row.key);
        let sources = sources::all_health(&web.store).await?;
        let sources = sources.into_iter().map(|found| found.source).collect();
        Ok(Found {
            rows,
            next,
            counts: comments::open_counts(&web.store, visit.now).await?,
            views: kept::of(&web.store, visit.staff.id).await?,
            offers: Offers { sources, staff: staff::list(&web.store).await? },
        })
    }
}

fn list(visit: &Visit, chosen: &Chosen, rows: &[ListRow]) -> Markup {
    let nothing = match chosen.state {
        ListState::Waiting if !chosen.is_narrowed() => Phrase::NothingWaits,
        _ => Phrase::NothingFound,
    };
    html! {
        @if rows.is_empty() { p.empty { (nothing.say(visit.lang)) } } @else {
            @let bulk = visit.may(Right::ActOnComments);
            ol.cards { @for found in rows { (row::row(visit, found, bulk)) } }
            @if bulk {
                form #bulk.line method="get" action=(bulk::PATH) {
                    @for (name, value) in chosen.pairs() { input type="hidden" name=(name) value=(value); }
                    button.second name="of" value="chosen" data-key="b" { (Phrase::ActOnChosen.say(visit.lang)) }
                    button.second name="of" value="list" { (Phrase::ActOnList.say(visit.lang)) }
                }
            }
        }
    }
}

fn pages(visit: &Visit, chosen: &Chosen, next: Option<ListKey>) -> Markup {
    html! {
        p.pages {
            @if chosen.after.is_some() { a href=(chosen.address(None)) { (Phrase::FromTheTop.say(visit.lang)) } }
            @if next.is_some() { a rel="next" href=(chosen.address(next)) { (Phrase::MoreBelow.say(visit.lang)) } }
        }
    }
}
