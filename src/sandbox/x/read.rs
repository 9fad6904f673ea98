//! Mentions, recent search, timelines, look-ups.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value, json};

use super::problem::{self, Outcome, Problem};
use super::query::Query;
use super::render::{self, Item};
use super::vocabulary::{About, Shown};
use super::{Asked, HERE};
use crate::sandbox::call::{self, Answer, Page, Params};
use crate::sandbox::ids;
use crate::sandbox::world::{Key, Place, Thread, World};

/// How many of the newest mentions can be reached.
const MENTIONS_REACHABLE: usize = 800;
/// How far recent search looks back.
const SEARCH_WINDOW: SignedDuration = SignedDuration::from_hours(7 * 24);
/// How young a post may be before recent search finds it, unless the call says otherwise.
const SEARCH_LAG: SignedDuration = SignedDuration::from_secs(30);

/// What every list takes.
const LIST_PARAMS: [&str; 6] =
    ["max_results", "pagination_token", "since_id", "until_id", "start_time", "end_time"];

/// Who the token's user is.
pub(super) fn me(world: &mut World, asked: &Asked<'_>) -> Outcome<Answer> {
    let shown = Shown::asked(&asked.call.query, About::Users, &[])?;
    Ok(Answer::ok(json!({"data": render::user(world.us(HERE), &shown)})))
}

/// A user by handle; only we can be found.
pub(super) fn by_username(world: &mut World, asked: &Asked<'_>) -> Outcome<Answer> {
    let shown = Shown::asked(&asked.call.query, About::Users, &[])?;
    let us = world.us(HERE);
    Ok(Answer::ok(match us.handle.eq_ignore_ascii_case(asked.id) {
        true => json!({"data": render::user(us, &shown)}),
        false => json!({"errors": [problem::missing("user", "username", asked.id)]}),
    }))
}

/// The newest posts that name us.
pub(super) fn mentions(world: &mut World, asked: &Asked<'_>) -> Outcome<Answer> {
    let params = &asked.call.query;
    let shown = Shown::asked(params, About::Posts, &LIST_PARAMS)?;
    let bounds = Bounds::asked(params, 5)?;
    ours(world, asked)?;
    let us = world.us(HERE);
    let found = world
        .newest_first(Thread::Platform(HERE), asked.now, None)
        .filter(|(_, comment)| !comment.ours && render::mentions(&comment.text, us))
        .take(MENTIONS_REACHABLE)
        .map(|(place, _)| (place, Item::Written(place.1)));
    let page = bounds.page(asked, world, found, Edge::Included);
    Ok(Answer::ok(list(world, asked, page, &shown)))
}

/// What we wrote, newest first.
pub(super) fn timeline(world: &mut World, asked: &Asked<'_>) -> Outcome<Answer> {
    let params = &asked.call.query;
    let own = [LIST_PARAMS.as_slice(), &["exclude"]].concat();
    let shown = Shown::asked(params, About::Posts, &own)?;
    let bounds = Bounds::asked(params, 5)?;
    ours(world, asked)?;
    let replies = !params.list("exclude").contains(&"replies");
    let written = world
        .newest_first(Thread::Platform(HERE), asked.now, None)
        .filter(|(_, comment)| {
            comment.ours && (replies || (comment.parent.is_none() && comment.post.is_none()))
        })
        .map(|(place, _)| (place, Item::Written(place.1)));
    let page = bounds.page(asked, world, merge(written, roots(world)), Edge::Included);
    Ok(Answer::ok(list(world, asked, page, &shown)))
}

/// The posts of the last seven days that a query finds.
pub(super) fn search(world: &mut World, asked: &Asked<'_>) -> Outcome<Answer> {
    let params = &asked.call.query;
    let own = [LIST_PARAMS.as_slice(), &["query", "next_token", "sort_order"]].concat();
    let shown = Shown::asked(params, About::Posts, &own)?;
    let Some(text) = params.get("query") else {
        return Err(Problem::invalid("query", "", "The query parameter [query] is required"));
    };
    let query = Query::parse(text)?;
    if let Some(order) = params.get("sort_order").filter(|order| !matches!(*order, "recency" | "relevancy")) {
        return Err(Problem::invalid(
            "sort_order",
            order,
            format!("[{order}] is not one of [recency,relevancy]"),
        ));
    }
    let mut bounds = Bounds::asked(params, 10)?;
    bounds.check_window(params, asked.now)?;
    let latest = asked.now - SEARCH_LAG;
    bounds.end = Some(bounds.end.unwrap_or(latest + SignedDuration::from_micros(1)).min(asked.now));
    bounds.start = Some(bounds.start.unwrap_or(asked.now - SEARCH_WINDOW));

    let thread = query
        .conversation()
        .and_then(|id| world.find_post(HERE, id))
        .map_or(Thread::Platform(HERE), Thread::Post);
    let below = bounds.below;
    let written =
        world.newest_first(thread, asked.now, below).map(|(place, _)| (place, Item::Written(place.1)));
    let start = bounds.start;
    let found = merge(written, roots(world))
        .take_while(|((at, _), _)| start.is_none_or(|start| *at >= start))
        .filter(|(_, item)| query.finds(&render::view(world, *item)));
    let page = bounds.page(asked, world, found, Edge::Excluded);
    Ok(Answer::ok(list(world, asked, page, &shown)))
}

/// Posts by their ids; what is not there stands in `errors`.
pub(super) fn lookup(world: &mut World, asked: &Asked<'_>) -> Outcome<Answer> {
    let params = &asked.call.query;
    let shown = Shown::asked(params, About::Posts, &["ids"])?;
    let ids = params.list("ids");
    if ids.is_empty() || ids.len() > 100 {
        let message = format!(
            "The number of values in the `ids` query parameter list [{}] is not between 1 and 100",
            ids.len()
        );
        return Err(Problem::invalid("ids", params.get("ids").unwrap_or_default(), message));
    }
    let mut errors = Vec::new();
    let mut items = Vec::new();
    for id in ids {
        check_id("ids", id)?;
        match render::find(world, id, asked.now) {
            Some(item) => items.push(item),
            None => errors.push(problem::missing("tweet", "ids", id)),
        }
    }
    let mut body = render::posts(world, &items, &shown, asked.now);
    if !errors.is_empty() {
        body.insert("errors".into(), Value::Array(errors));
    }
    Ok(Answer::ok(Value::Object(body)))
}

/// One post by its id.
pub(super) fn one(world: &mut World, asked: &Asked<'_>) -> Outcome<Answer> {
    let shown = Shown::asked(&asked.call.query, About::Posts, &[])?;
    check_id("id", asked.id)?;
    let Some(item) = render::find(world, asked.id, asked.now) else {
        return Ok(Answer::ok(json!({"errors": [problem::missing("tweet", "id", asked.id)]})));
    };
    let mut body = render::posts(world, &[item], &shown, asked.now);
    if let Some(Value::Array(data)) = body.remove("data") {
        body.extend(data.into_iter().map(|post| ("data".to_owned(), post)));
    }
    Ok(Answer::ok(Value::Object(body)))
}

/// An id as X writes it: 1 to 19 digits.
pub(super) fn check_id(parameter: &str, id: &str) -> Outcome<u64> {
    let fits = (1..=19).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_digit());
    id.parse().ok().filter(|_| fits).ok_or_else(|| {
        let message = format!("The `{parameter}` query parameter value [{id}] is not valid: ^[0-9]{{1,19}}$");
        Problem::invalid(parameter, id, message)
    })
}

/// Only our own lists are there to be read.
fn ours(world: &World, asked: &Asked<'_>) -> Outcome<()> {
    check_id("id", asked.id)?;
    match asked.id == world.us(HERE).id {
        true => Ok(()),
        false => Err(Problem::not_found("user", "id", asked.id)),
    }
}

/// Which part of a list a call asks for.
#[derive(Debug)]
struct Bounds {
    limit: usize,
    token: Option<String>,
    below: Option<Place>,
    since_id: Option<u64>,
    until_id: Option<u64>,
    start: Option<Timestamp>,
    end: Option<Timestamp>,
}

/// Whether `since_id` and `until_id` belong to the range.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Edge {
    Included,
    Excluded,
}

impl Bounds {
    fn asked(params: &Params, least: usize) -> Outcome<Self> {
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
            below: call::place(token)?,
            since_id,
            until_id,
            // Ids win over times.
            start: if by_id { None } else { time("start_time")? },
            end: if by_id { None } else { time("end_time")? },
        })
    }

    /// The rules of recent search about ids, times and its seven days.
    fn check_window(&self, params: &Params, now: Timestamp) -> Outcome<()> {
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

    fn page(
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
        let rest = found
            .skip_while(|(place, _)| self.below.is_some_and(|below| *place >= below))
            .filter(|((at, _), _)| {
                self.start.is_none_or(|start| *at >= start) && self.end.is_none_or(|end| *at < end)
            })
            .filter(|(_, item)| {
                (self.since_id.is_none() && self.until_id.is_none())
                    || render::view(world, *item).id.parse().is_ok_and(within)
            });
        call::page(asked.call, self.token.as_deref(), self.limit, rest)
    }
}

/// The posts that began our conversations, newest first.
fn roots(world: &World) -> impl Iterator<Item = (Place, Item)> {
    world.posts(HERE).map(|(key, post)| ((post.published_at, Key(key.0)), Item::Root(key)))
}

/// Two lists that are newest first, as one.
fn merge<'a>(
    one: impl Iterator<Item = (Place, Item)> + 'a,
    other: impl Iterator<Item = (Place, Item)> + 'a,
) -> impl Iterator<Item = (Place, Item)> + 'a {
    let (mut one, mut other) = (one.peekable(), other.peekable());
    std::iter::from_fn(move || match (one.peek(), other.peek()) {
        (Some((left, _)), Some((right, _))) if left < right => other.next(),
        (None, _) => other.next(),
        _ => one.next(),
    })
}

/// A page and its `meta`. Nothing found is a `meta` alone.
fn list(world: &World, asked: &Asked<'_>, page: Page<Item>, shown: &Shown<'_>) -> Value {
    let mut body = render::posts(world, &page.items, shown, asked.now);
    let ids = page.items.iter().filter_map(|item| render::view(world, *item).id.parse::<u64>().ok());
    let mut meta = Map::new();
    meta.insert("result_count".into(), json!(page.items.len()));
    let ends = (ids.clone().max(), ids.min());
    if let (Some(newest), Some(oldest)) = ends {
        meta.insert("newest_id".into(), json!(newest.to_string()));
        meta.insert("oldest_id".into(), json!(oldest.to_string()));
    }
    if let Some(next) = page.next {
        meta.insert("next_token".into(), json!(next));
    }
    body.insert("meta".into(), Value::Object(meta));
    Value::Object(body)
}
