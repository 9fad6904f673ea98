//! Which part of a list a call asks for: by page, by ids, by times.

use jiff::{SignedDuration, Timestamp};

use super::lookup::check_id;
use super::post::{self, Item};
use super::problem::{Outcome, Problem};
use super::{Asked, render};
use crate::sandbox::call::Params;
use crate::sandbox::ids;
use crate::sandbox::page::{self, Page};
use crate::sandbox::world::{Place, World};

/// How far recent search looks back.
pub(super) const SEARCH_WINDOW: SignedDuration = SignedDuration::from_hours(7 * 24);

/// Which part of a list a call asks for.
#[derive(Debug)]
pub(super) struct Bounds {
    limit: usize,
    token: Option<String>,
    pub(super) below: Option<Place>,
    since_id: Option<u64>,
    until_id: Option<u64>,
    pub(super) start: Option<Timestamp>,
    pub(super) end: Option<Timestamp>,
}

/// Whether `since_id` and `until_id` belong to the range.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Edge {
    Included,
    Excluded,
}

impl Bounds {
    pub(super) fn asked(params: &Params, least: usize) -> Outcome<Self> {
        let limit = match params.get("max_results") {
            None => 10,
            Some(asked) => match asked.parse() {
                Ok(limit) if (least..=100).contains(&limit) => limit,
                _ => {
                    let message = format!(
                        "The `max_results` query parameter value [{asked}] is not between {least} and 100"
                    );
                    return Err(Problem::invalid("max_results", asked, message));
                }
            },
        };
        let id = |name| params.get(name).map(|id| check_id(name, id)).transpose();
        let time = |name| {
            let bad = |text| Problem::invalid(name, text, "not a valid RFC 3339 time, YYYY-MM-DDTHH:mm:ssZ");
            params.get(name).map(|text| text.parse().map_err(|_| bad(text))).transpose()
        };
        let token = params.get("pagination_token").or(params.get("next_token"));
        let (since_id, until_id) = (id("since_id")?, id("until_id")?);
        let by_id = since_id.is_some() || until_id.is_some();
        Ok(Bounds {
            limit,
            token: token.map(str::to_owned),
            below: page::place(token)?,
            since_id,
            until_id,
            // Ids win over times.
            start: if by_id { None } else { time("start_time")? },
            end: if by_id { None } else { time("end_time")? },
        })
    }

    /// The rules of recent search about ids, times and its seven days.
    pub(super) fn check_window(&self, params: &Params, now: Timestamp) -> Outcome<()> {
        let earliest = now - SEARCH_WINDOW;
        if let Some(since_id) = params.get("since_id").or(params.get("until_id"))
            && (params.get("start_time").is_some() || params.get("end_time").is_some())
        {
            let message =
                "Invalid use of 'since_id' or 'until_id' in conjunction with 'start_time' or 'end_time'.";
            return Err(Problem::invalid("since_id", since_id, message));
        }
        if let Some(since_id) = self.since_id.filter(|id| ids::snowflake_time(*id) < earliest) {
            let message = format!(
                "'since_id' must be a tweet id created after [{}]. Please use a 'since_id' that is larger than {}",
                render::time(earliest),
                ids::snowflake(earliest, 0)
            );
            return Err(Problem::invalid("since_id", &since_id.to_string(), message));
        }
        if let Some(start) = self.start.filter(|start| *start < earliest) {
            let message = format!("'start_time' must be on or after [{}]", render::time(earliest));
            return Err(Problem::invalid("start_time", &render::time(start), message));
        }
        Ok(())
    }

    pub(super) fn page(
        &self,
        asked: &Asked<'_>,
        world: &World,
        found: impl Iterator<Item = (Place, Item)>,
        edge: Edge,
    ) -> Page<Item> {
        let within = |id: u64| {
            let since =
                self.since_id.is_none_or(|since| id > since || (id == since && edge == Edge::Included));
            let until =
                self.until_id.is_none_or(|until| id < until || (id == until && edge == Edge::Included));
            since && until
        };
        // Ids sort by time, so nothing below the time of `since_id` can be wanted.
        let floor = self.since_id.map(ids::snowflake_time);
        let rest = found
            .take_while(|((at, _), _)| floor.is_none_or(|floor| *at >= floor))
            .skip_while(|(place, _)| self.below.is_some_and(|below| *place >= below))
            .filter(|((at, _), _)| {
                self.start.is_none_or(|start| *at >= start) && self.end.is_none_or(|end| *at < end)
            })
            .filter(|(_, item)| {
                (self.since_id.is_none() && self.until_id.is_none())
                    || post::view(world, *item).id.parse().is_ok_and(within)
            });
        page::page(asked.call, self.token.as_deref(), self.limit, rest)
    }
}
