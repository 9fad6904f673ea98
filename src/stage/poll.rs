//! Polling: one tick of one source. Pages in, comments with their revisions and moderation jobs out.
//!
//! A *round* reads every list of a source back to known ground: a page whose comments were all stored
//! before the round began. Where the round stands is kept with each page, in the page's transaction
//! (T1), so that a tick that ends early, or a process that dies, goes on where it stopped. Every so many
//! rounds, a sweep reads all lists to their end: a new reply under an old comment moves nothing. After a round the comments
//! whose time it is are looked at by themselves ([`super::look`]). A list that cannot be read holds up no other ([`super::stuck`]).

use std::collections::HashMap;

use jiff::Timestamp;

use super::access::{self, CallError};
use super::claimed::again_at;
use super::source::Source;
use super::stuck::{self, Then};
use super::take_in::{Fresh, News};
use super::{Context, StageError, deliver, inspect, look, posts, schedule, trouble};
use crate::domain::comment::Incoming;
use crate::domain::retention::Class;
use crate::platform::{Call, Cursor, Next, Page};
use crate::store::comments::Known;
use crate::store::jobs::{self, Claim};
use crate::store::sources::{self, Reading};
use crate::store::{Step, audit};

/// Reads pages until the round is complete or the tick's bounds are reached, then sets the next tick.
#[tracing::instrument(skip_all, fields(source = %source.config.id, job.id = %claim.lease.job))]
pub(crate) async fn poll(ctx: &Context, source: &Source, claim: &Claim) -> Result<(), StageError> {
    let started_at = ctx.clock.now();
    inspect::daily(ctx, source).await?;
    deliver::subscribe(ctx, source).await?;
    let mut reading = sources::reading(&ctx.store, &source.config.id).await?;
    let mut pages = 0;
    let next_at = loop {
        if pages == source.config.pages_per_tick.get()
            || ctx.clock.now() >= started_at + source.config.time_per_tick
        {
            tracing::info!(pages, "a round goes on in the next tick");
            break schedule::next_tick(ctx, source).await;
        }
        let cursor = place(&reading);
        let cursor = match is_sweep(source, &reading) && reading.round_started_at.is_none() {
            true => cursor.map(|cursor| source.api.sweep(cursor)),
            false => cursor,
        };
        let cursor = cursor.as_ref();
        let asked_at = ctx.clock.now();
        let answer = access::call(ctx, source, source.api.errand(cursor), move |access, now| async move {
            source.api.comments(Call { access: &access, now }, cursor).await
        })
        .await;
        let then = match answer {
            Ok(page) => {
                pages += 1;
                match keep(ctx, source, claim, &mut reading, page, asked_at).await? {
                    true => Then::RoundEnded,
                    false => Then::GoOn,
                }
            }
            Err(CallError::Platform(error)) => stuck::after(ctx, source, claim, &mut reading, error).await?,
            Err(error) => Then::Rest(trouble::retry_at(ctx, source, error).await?),
        };
        match then {
            Then::GoOn => {}
            Then::Rest(until) => break until,
            Then::RoundEnded => {
                look::due(ctx, source, claim).await?;
                break schedule::next_tick(ctx, source).await;
            }
        }
    };
    again_at(ctx, claim, next_at).await
}

/// Whether the round that is under way, or the next one, reads all lists to their end.
fn is_sweep(source: &Source, reading: &Reading) -> bool {
    reading.rounds % i64::from(source.config.sweep_every.get()) == 0
}

/// Where the round stands.
pub(super) fn place(reading: &Reading) -> Option<Cursor> {
    serde_json::from_str(reading.cursor.as_deref()?).ok()
}

/// T1: the page's comments, the jobs that judge them, and where the round stands, or nothing of it.
/// Returns whether the round is complete. The page was asked for at `asked_at`.
async fn keep(
    ctx: &Context,
    source: &Source,
    claim: &Claim,
    reading: &mut Reading,
    page: Page,
    asked_at: Timestamp,
) -> Result<bool, StageError> {
    let now = ctx.clock.now();
    let id = &source.config.id;
    let round_began = *reading.round_started_at.get_or_insert(now);
    let sweep = is_sweep(source, reading);
    let news = News::of(ctx, source, &page.comments).await?;

    let mut tx = ctx.store.begin(Step::Read).await?;
    let (fresh, events) = news.keep(ctx, &mut tx, source, now).await?;
    let known_ground = !sweep
        && !page.comments.is_empty()
        && fresh.is_empty()
        && all_before(&news.known, &page.comments, round_began);
    let new: Vec<&Incoming> = fresh.iter().filter(|fresh| fresh.is_new()).map(Fresh::incoming).collect();
    posts::read(&mut tx, source, reading, &page, &new, now).await?;
    let mut next = page.next(known_ground);
    if !page.listed.is_empty() {
        let kept_since = ctx.retention.kept.kept_since(Class::Comments, now);
        posts::list(&mut tx, id, &page.listed, kept_since, now).await?;
        if !sweep {
            let next_tick = schedule::next_tick(ctx, source).await;
            next = posts::choose(&mut tx, source, reading, next, [now, next_tick]).await?;
        }
    }
    let round_ended = advance(reading, next);
    reading.suspected_gaps += i64::from(page.suspected_gap);
    reading.failures = 0;
    sources::save_reading(&mut tx, id, reading, Some(now)).await?;
    jobs::extend(&mut tx, &claim.lease, now + ctx.settings.lease).await?;
    // Last: the log's head is one row that every transaction needs, so it is held for the commit alone.
    audit::append(&mut tx, &events).await?;
    tx.commit().await?;

    news.notice(ctx, asked_at).await?;
    report(source, &page, &fresh);
    Ok(round_ended)
}

fn all_before(known: &HashMap<String, Known>, read: &[Incoming], round_began: Timestamp) -> bool {
    let before =
        |one: &Incoming| known.get(&one.platform_id).is_some_and(|known| known.first_seen_at < round_began);
    read.iter().all(before)
}

/// Moves on in the round; returns whether it is complete.
pub(super) fn advance(reading: &mut Reading, next: Next) -> bool {
    let (cursor, ended) = match next {
        Next::Page(cursor) => (cursor, false),
        Next::RoundEnds(cursor) => (cursor, true),
    };
    reading.cursor = Some(cursor.0.to_string());
    if ended {
        reading.rounds += 1;
        reading.round_started_at = None;
        reading.restarts = 0;
    }
    ended
}

fn report(source: &Source, page: &Page, fresh: &[Fresh<'_, '_>]) {
    for odd in fresh.iter().filter(|fresh| !fresh.incoming().marks.is_empty()) {
        tracing::info!(comment.id = %odd.id(), marks = ?odd.incoming().marks, "stored an odd comment as far as it goes");
    }
    if page.unreadable > 0 {
        tracing::warn!(
            unreadable = page.unreadable,
            "a page held items without an id; the rest of it was stored"
        );
    }
    if page.suspected_gap {
        tracing::warn!("the platform may be holding comments back: its list stopped short");
    }
    let label = source.config.id.to_string();
    metrics::counter!("majlis_comments_received_total", "source" => label.clone())
        .increment(fresh.len() as u64);
    metrics::counter!("majlis_pages_read_total", "source" => label).increment(1);
}
