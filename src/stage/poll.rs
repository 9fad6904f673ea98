//! Polling: one tick of one source. Pages in, comments with their revisions and moderation jobs out.
//!
//! A *round* reads every list of a source back to known ground: a page whose comments were all stored
//! before the round began. Where the round stands is kept with each page, in the page's transaction
//! (T1), so that a tick that ends early, or a process that dies, goes on where it stopped. Every so many
//! rounds, a sweep reads all lists to their end: a new reply under an old comment moves nothing.

use std::collections::HashMap;

use jiff::Timestamp;

use super::access::{self, CallError};
use super::claimed::again_at;
use super::source::Source;
use super::{Context, StageError, posts, schedule, trouble};
use crate::domain::audit::{Actor, AuditEvent, Field, commitment, salt_of};
use crate::domain::comment::{CommentId, Incoming};
use crate::domain::judge::fold_key;
use crate::platform::{self, Call, Cursor, Next, Page, Remedy};
use crate::store::actions::UnderWay;
use crate::store::comments::{self, Known, NewRevision, Stored};
use crate::store::jobs::{self, Claim, Lane};
use crate::store::replies::promise;
use crate::store::replies::{self, SeenReply};
use crate::store::sources::{self, Reading};
use crate::store::{Step, Tx, actions, audit};

/// Reads pages until the round is complete or the tick's bounds are reached, then sets the next tick.
#[tracing::instrument(skip_all, fields(source = %source.config.id, job.id = %claim.lease.job))]
pub(crate) async fn poll(ctx: &Context, source: &Source, claim: &Claim) -> Result<(), StageError> {
    let started_at = ctx.clock.now();
    let mut reading = sources::reading(&ctx.store, &source.config.id).await?;
    let mut pages = 0;
    let next_at = loop {
        if pages == source.config.pages_per_tick.get()
            || ctx.clock.now() >= started_at + source.config.time_per_tick
        {
            tracing::info!(pages, "a round goes on in the next tick");
            break schedule::next_tick(ctx, source).await;
        }
        let cursor = reading.cursor.as_deref().and_then(|json| serde_json::from_str::<Cursor>(json).ok());
        let cursor = cursor.as_ref();
        let answer = access::call(ctx, source, move |access, now| async move {
            source.api.comments(Call { access: &access, now }, cursor).await
        })
        .await;
        match answer {
            Ok(page) => {
                pages += 1;
                let round_ended = keep(ctx, source, claim, &mut reading, page).await?;
                if round_ended {
                    break schedule::next_tick(ctx, source).await;
                }
            }
            Err(CallError::Platform(error))
                if error.remedy() == Remedy::RestartRound && reading.cursor.is_some() =>
            {
                tracing::warn!(%error, "the round begins again");
                reading.cursor = None;
            }
            Err(error) => break trouble::retry_at(ctx, source, error).await?,
        }
    };
    again_at(ctx, claim, next_at).await
}

/// T1: the page's comments, the jobs that judge them, and where the round stands, or nothing of it.
/// Returns whether the round is complete.
async fn keep(
    ctx: &Context,
    source: &Source,
    claim: &Claim,
    reading: &mut Reading,
    page: Page,
) -> Result<bool, StageError> {
    let now = ctx.clock.now();
    let id = &source.config.id;
    let round_began = *reading.round_started_at.get_or_insert(now);
    let sweep = reading.rounds % i64::from(source.config.sweep_every.get()) == 0;

    // Most of what a round reads was read before: only the rest is worth a place in the one transaction that writes.
    let ids: Vec<String> = page.comments.iter().map(|comment| comment.platform_id.clone()).collect();
    let known = comments::known(&ctx.store, id, &ids).await?;
    let is_news =
        |incoming: &&Incoming| known.get(&incoming.platform_id).is_none_or(|known| known.differs(incoming));
    let revisions: Vec<NewRevision<'_>> = page
        .comments
        .iter()
        .filter(is_news)
        .map(|incoming| NewRevision { incoming, fold_key: fold_key(&incoming.text), salt: rand::random() })
        .collect();

    let mut tx = ctx.store.begin(Step::Read).await?;
    let stored = comments::receive(&mut tx, id, &revisions, now).await?;
    let fresh: Vec<(&NewRevision<'_>, &Stored)> = revisions
        .iter()
        .zip(&stored)
        .filter_map(|(revision, stored)| Some((revision, stored.as_ref()?)))
        .collect();

    let known_ground = !sweep && !ids.is_empty() && fresh.is_empty() && all_before(&known, &ids, round_began);
    let new = fresh.iter().filter(|(_, stored)| stored.new);
    let new: Vec<&Incoming> = new.map(|(revision, _)| revision.incoming).collect();
    posts::read(&mut tx, source, reading, &page, &new, now).await?;
    let mut next = page.next(known_ground);
    if !page.listed.is_empty() {
        let seen = posts::list(&mut tx, source, &page.listed, now).await?;
        if !sweep {
            let next_tick = schedule::next_tick(ctx, source).await;
            next = posts::choose(source, reading, &seen, next, [now, next_tick]);
        }
    }
    let round_ended = advance(reading, next);
    reading.suspected_gaps += i64::from(page.suspected_gap);

    queue_judging(ctx, &mut tx, &fresh, now).await?;
    let mut events = stop_answered(ctx, &mut tx, source, &fresh, now).await?;
    if ctx.retention.kept.fresh_since(source.config.platform(), now).is_some() {
        comments::refreshed(&mut tx, id, &ids, now).await?;
    }
    sources::save_reading(&mut tx, id, reading, now).await?;
    jobs::extend(&mut tx, &claim.lease, now + ctx.settings.lease).await?;
    events.extend(fresh.iter().map(|(revision, stored)| received(source, revision, stored, now)));
    // Last: the log's head is one row that every transaction needs, so it is held for the commit alone.
    audit::append(&mut tx, &events).await?;
    tx.commit().await?;

    report(source, &page, &fresh);
    Ok(round_ended)
}

fn all_before(known: &HashMap<String, Known>, ids: &[String], round_began: Timestamp) -> bool {
    ids.iter().all(|id| known.get(id).is_some_and(|known| known.first_seen_at < round_began))
}

fn advance(reading: &mut Reading, next: Next) -> bool {
    let (cursor, ended) = match next {
        Next::Page(cursor) => (cursor, false),
        Next::RoundEnds(cursor) => (cursor, true),
    };
    reading.cursor = Some(cursor.0.to_string());
    if ended {
        reading.rounds += 1;
        reading.round_started_at = None;
    }
    ended
}

/// Jobs for what the public wrote, and for those whose twin turned out to be older: repetition counts
/// from the oldest, in whatever order pages bring them. Whoever is at work on earlier words is fenced out.
async fn queue_judging(
    ctx: &Context,
    tx: &mut Tx,
    fresh: &[(&NewRevision<'_>, &Stored)],
    now: Timestamp,
) -> Result<(), StageError> {
    let public = fresh.iter().filter(|(revision, _)| !revision.incoming.ours);
    let ids: Vec<CommentId> = public.map(|(_, stored)| stored.id).collect();
    if ids.is_empty() {
        return Ok(());
    }
    let twins = match ctx.rules.current(&ctx.store).await {
        Ok(ruling) => comments::twins_after(tx, &ids, ruling.policy.repetition()).await?,
        Err(_) => Vec::new(), // Without a policy nothing was judged yet, so nothing needs another look.
    };
    let keys: Vec<String> = ids.iter().chain(&twins).map(ToString::to_string).collect();
    jobs::renew(tx, &Lane::Moderate, &keys, now).await?;
    Ok(())
}

/// A reply that a colleague wrote on the platform itself stops the clock of what it answers. Those that Majlis sent are
/// [`super::dispatch`]'s: in a thread of two levels, what they stand under is not what they answer.
async fn stop_answered(
    ctx: &Context,
    tx: &mut Tx,
    source: &Source,
    fresh: &[(&NewRevision<'_>, &Stored)],
    now: Timestamp,
) -> Result<Vec<AuditEvent>, StageError> {
    let ours = fresh.iter().filter(|(revision, stored)| revision.incoming.ours && stored.new);
    let ours: Vec<&Incoming> = ours.map(|(revision, _)| revision.incoming).collect();
    if ours.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<String> = ours.iter().map(|reply| reply.platform_id.clone()).collect();
    let sent = actions::is_receipt(tx, &source.config.id, &ids).await?;
    let under_way = actions::replies_under_way(tx, &source.config.id).await?;
    let is_sent = |reply: &Incoming| {
        let matches = |one: &UnderWay| {
            one.under.contains(&reply.parent_id) && platform::same_words(&one.text, &reply.text)
        };
        sent.contains(&reply.platform_id) || under_way.iter().any(matches)
    };
    let by_hand = ours.into_iter().filter(|reply| !is_sent(reply));
    let seen: Vec<SeenReply<'_>> = by_hand
        .filter_map(|Incoming { parent_id, platform_id, created_at, .. }| {
            let at = created_at.unwrap_or(now).min(now);
            parent_id.as_deref().map(|parent_id| SeenReply { parent_id, reply_id: platform_id, at })
        })
        .collect();
    let ruling = ctx.rules.current(&ctx.store).await.ok();
    let calendar = ruling.as_ref().map(|ruling| &*ruling.calendar);
    let answered = replies::answer_seen(tx, calendar, &source.config.id, &seen).await?;
    let by = Actor::Platform(source.config.platform().to_string());
    let mut events = promise::entries(&answered, &by, calendar, now);
    if let Some(calendar) = calendar {
        events.extend(promise::go_on(tx, calendar, &ctx.routing, &answered, "poll", now).await?);
    }
    Ok(events)
}

fn received(source: &Source, revision: &NewRevision<'_>, stored: &Stored, now: Timestamp) -> AuditEvent {
    let act = if stored.new { "comment.received" } else { "comment.revised" };
    let incoming = revision.incoming;
    let author = incoming.author.as_ref().and_then(|author| author.id.as_deref().or(author.name.as_deref()));
    let committed = |what, content: &str| {
        Field::Commitment(commitment(&salt_of(what, &revision.salt), content.as_bytes()))
    };
    let author = author.map_or(Field::Null, |author| committed("author", author));
    AuditEvent::new(now, Actor::Machine("poll"), act, format!("comment:{}", stored.id))
        .word("source", source.config.id.to_string())
        .word("platform_id", &incoming.platform_id)
        .int("revision", stored.revision)
        .with("text", committed("text", &incoming.text))
        .with("author", author)
        .with("created_at", incoming.created_at.map_or(Field::Null, |at| Field::Word(at.to_string())))
}

fn report(source: &Source, page: &Page, fresh: &[(&NewRevision<'_>, &Stored)]) {
    for (revision, stored) in fresh.iter().filter(|(revision, _)| !revision.incoming.marks.is_empty()) {
        tracing::info!(comment.id = %stored.id, marks = ?revision.incoming.marks, "stored an odd comment as far as it goes");
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
