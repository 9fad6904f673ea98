//! Lists: mentions, our timeline, recent search.

use jiff::SignedDuration;
use serde_json::{Map, Value, json};

use super::bounds::{Bounds, Edge, SEARCH_WINDOW};
use super::lookup::check_id;
use super::post::{self, Item};
use super::problem::{Outcome, Problem};
use super::query::Query;
use super::vocabulary::{About, Shown};
use super::{Asked, HERE, render};
use crate::sandbox::call::Answer;
use crate::sandbox::page::Page;
use crate::sandbox::world::{Key, Place, Thread, World};

/// How many of the newest mentions can be reached.
const MENTIONS_REACHABLE: usize = 800;
/// How young a post may be before recent search finds it, unless the call says otherwise.
const SEARCH_LAG: SignedDuration = SignedDuration::from_secs(30);

/// What every list takes.
const LIST_PARAMS: [&str; 6] =
    ["max_results", "pagination_token", "since_id", "until_id", "start_time", "end_time"];

/// The newest posts that name us.
pub(super) fn mentions(world: &mut World, asked: &Asked<'_>) -> Outcome<Answer> {
    let params = &asked.call.query;
    let shown = Shown::asked(params, About::Posts, &LIST_PARAMS)?;
    let bounds = Bounds::asked(params, 5)?;
    ours(world, asked)?;
    let us = world.us(HERE);
    let found = world
        .newest_first(Thread::Platform(HERE), asked.now, None)
        .filter(|(_, comment)| !comment.ours && post::mentions(&comment.text, us))
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
        .filter(|(_, item)| query.finds(&post::view(world, *item)));
    let page = bounds.page(asked, world, found, Edge::Excluded);
    Ok(Answer::ok(list(world, asked, page, &shown)))
}

/// Only our own lists are there to be read.
fn ours(world: &World, asked: &Asked<'_>) -> Outcome<()> {
    check_id("id", asked.id)?;
    match asked.id == world.us(HERE).id {
        true => Ok(()),
        false => Err(Problem::not_found("user", "id", asked.id)),
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
    let ids = page.items.iter().filter_map(|item| post::view(world, *item).id.parse::<u64>().ok());
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
