//! Looking at comments by themselves: what was edited far down a list, and what is gone, shows nowhere else.
//!
//! "Gone" is believed only while something else of the account can still be seen: a lost right must not mark a thousand
//! comments as deleted. And it is no end: what is gone is looked at again, and only where it is still gone when its grace is
//! over may it be erased.

use std::collections::HashMap;

use jiff::Timestamp;

use super::access::{self, CallError};
use super::source::Source;
use super::{Context, StageError, take_in, visibility};
use crate::domain::comment::{Platform, Visibility};
use crate::domain::look::{look_again, look_later, next_look, next_look_at_gone};
use crate::domain::quota::Errand;
use crate::platform::{Call, Looked, PlatformError};
use crate::store::Step;
use crate::store::comments::{self, Known, ToLookAt};
use crate::store::jobs::{self, Claim, Lane};
use crate::store::replies;

/// Calls that one tick spends on looking, so that reading what is new never waits for long.
const CALLS_MAX: usize = 25;

/// So many other comments are asked for before it is concluded that nothing can be seen: some may be gone as well. So many calls are
/// kept for it.
const WITNESSES: usize = 5;

/// How often a delivery asks for its comments in vain before that is left to their next looks.
const TRIES: i64 = 20;

/// What became of one comment that was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sight {
    There,
    Gone,
    /// It is kept from us, which proves nothing.
    Withheld,
    /// The platform would not answer for this one.
    Refused,
}

/// What a look showed.
#[derive(Debug)]
enum Shown {
    /// This, of each comment by its platform's id. There was no time for those that are missing.
    Each(HashMap<String, Sight>),
    /// Nothing can be seen at all, so nothing is concluded.
    Nothing,
}

/// A worker that looks: what that may still cost, and why the last comment that it could not see was not shown.
#[derive(Debug)]
struct Looking<'c> {
    ctx: &'c Context,
    source: &'c Source,
    claim: &'c Claim,
    calls_left: usize,
    in_vain: Option<PlatformError>,
    /// When its job was made its own.
    held_at: Timestamp,
}

/// Looks at the comments whose time it is. Whatever cannot be looked at costs no reading and holds up nothing else: the list has
/// just been read, so it is no ailment of the source.
pub(super) async fn due(ctx: &Context, source: &Source, claim: &Claim) -> Result<(), StageError> {
    let mut looking = Looking::new(ctx, source, claim);
    while looking.calls_left > WITNESSES {
        let now = ctx.clock.now();
        let due = comments::due_for_a_look(&ctx.store, &source.config.id, now, source.api.look_max()).await?;
        if due.is_empty() {
            break;
        }
        let ids: Vec<String> = due.iter().map(|one| one.platform_id.clone()).collect();
        let shown = match looking.at(&ids).await {
            Ok(shown) => shown,
            Err(CallError::Stage(error)) => return Err(error),
            // Nothing was learned of any of them, so they stay due.
            Err(error) => {
                tracing::info!(?error, "comments are looked at another time");
                break;
            }
        };
        let looks: Vec<_> =
            due.iter().filter_map(|one| Some((one, next(ctx, source, one, &shown, now)?))).collect();
        keep(ctx, claim, &looks).await?;
        looking.held_at = now;
        if matches!(shown, Shown::Nothing) {
            break; // So would everything else that is due.
        }
    }
    if let Some(error) = looking.in_vain {
        tracing::warn!(%error, "a comment cannot be looked at; it is left for later");
    }
    Ok(())
}

/// Looks at comments of which a delivery told that something happened. What the platform will not show is left to its next look.
pub(super) async fn at(
    ctx: &Context,
    source: &Source,
    claim: &Claim,
    ids: &[String],
) -> Result<(), CallError> {
    let mut looking = Looking::new(ctx, source, claim);
    let shown = looking.at(ids).await?;
    let is_silent = |error: &PlatformError| !spoils(error) && claim.lease.attempt < TRIES;
    if let Some(error) = looking.in_vain.take_if(|error| is_silent(error)) {
        return Err(CallError::Platform(error));
    }
    let Shown::Each(sights) = shown else { return Ok(()) };
    let refused = sights.into_iter().filter(|(_, sight)| *sight == Sight::Refused).map(|(id, _)| id);
    let known = comments::known(&ctx.store, &source.config.id, &refused.collect::<Vec<_>>()).await?;
    let looks: Vec<_> = known.values().map(|known| (known.id, look_again(ctx.clock.now()))).collect();
    if !looks.is_empty() {
        let mut tx = ctx.store.begin(Step::Keep).await?;
        replies::hold(&mut tx, &looks.iter().map(|(id, _)| *id).collect::<Vec<_>>()).await?;
        comments::plan_look(&mut tx, &looks).await?;
        tx.commit().await?;
    }
    Ok(())
}

/// When a comment that was due is looked at next; nothing where it was not asked for.
fn next(
    ctx: &Context,
    source: &Source,
    one: &ToLookAt,
    shown: &Shown,
    now: Timestamp,
) -> Option<Option<Timestamp>> {
    let Shown::Each(sights) = shown else { return Some(look_again(now)) };
    let was_gone = one.visibility == Visibility::Deleted;
    Some(match (sights.get(&one.platform_id)?, was_gone) {
        (Sight::Gone, _) => {
            let since = one.visibility_at.filter(|_| was_gone).unwrap_or(now);
            next_look_at_gone(since, ctx.retention.kept.grace(), now)
        }
        (Sight::There | Sight::Withheld, false) => {
            next_look(source.config.platform(), one.visibility, one.first_seen_at, now)
        }
        // It may not be taken for back yet, where somebody is acting on it.
        (Sight::There, true) => look_again(now),
        (Sight::Withheld, true) | (Sight::Refused, _) => look_later(one.id, one.first_seen_at, now),
    })
}

/// Keeps when comments are looked at next. What is gone for good is not left lying until tomorrow.
async fn keep(
    ctx: &Context,
    claim: &Claim,
    looks: &[(&ToLookAt, Option<Timestamp>)],
) -> Result<(), StageError> {
    let is_over = |(one, next): &(&ToLookAt, Option<Timestamp>)| {
        one.visibility == Visibility::Deleted && next.is_none()
    };
    let now = ctx.clock.now();
    let mut tx = ctx.store.begin(Step::Keep).await?;
    replies::hold(&mut tx, &looks.iter().map(|(one, _)| one.id).collect::<Vec<_>>()).await?;
    let planned: Vec<_> = looks.iter().map(|(one, next)| (one.id, *next)).collect();
    comments::plan_look(&mut tx, &planned).await?;
    if looks.iter().any(is_over) {
        jobs::bring_forward(&mut tx, &Lane::Retain, now).await?;
    }
    jobs::extend(&mut tx, &claim.lease, now + ctx.settings.lease).await?;
    tx.commit().await?;
    Ok(())
}

impl<'c> Looking<'c> {
    fn new(ctx: &'c Context, source: &'c Source, claim: &'c Claim) -> Self {
        Self { ctx, source, claim, calls_left: CALLS_MAX, in_vain: None, held_at: ctx.clock.now() }
    }

    /// Looks at these comments and keeps what is seen.
    async fn at(&mut self, ids: &[String]) -> Result<Shown, CallError> {
        let (ctx, source) = (self.ctx, self.source);
        let asked_at = ctx.clock.now();
        let (mut seen, mut gone) = (Vec::new(), Vec::new());
        let mut sights = HashMap::with_capacity(ids.len());
        for (id, looked) in self.ask(ids.to_vec(), WITNESSES).await? {
            let sight = match looked {
                Some(Looked::Seen(comment)) => {
                    seen.push(*comment);
                    Sight::There
                }
                Some(Looked::Gone(id)) => {
                    gone.push(id);
                    Sight::Gone
                }
                Some(Looked::OutOfSight(_)) => Sight::Withheld,
                None => Sight::Refused,
            };
            sights.insert(id, sight);
        }
        if source.config.platform() == Platform::Youtube && !gone.is_empty() {
            // YouTube hides a comment with all that stands under it, and whether that can still be asked for is written down nowhere.
            let veiled = comments::under_hidden(&ctx.store, &source.config.id, &gone).await?;
            gone.retain(|id| !veiled.contains(id));
            sights.extend(veiled.into_iter().map(|id| (id, Sight::There)));
        }
        if !gone.is_empty() && seen.is_empty() && !self.something_is_there(&gone).await? {
            tracing::warn!(
                count = gone.len(),
                "comments are out of sight, and so is everything else that was asked for; nothing is marked as gone"
            );
            return Ok(Shown::Nothing);
        }
        take_in::take_in(ctx, source, &seen, asked_at).await?;
        mark_gone(ctx, source, &gone).await?;
        Ok(Shown::Each(sights))
    }

    /// Asks for comments, for half of them at a time where one of them spoils the answer for all, as long as more calls are left
    /// than are `kept`. Nothing is said of one that spoils its own.
    async fn ask(
        &mut self,
        ids: Vec<String>,
        kept: usize,
    ) -> Result<Vec<(String, Option<Looked>)>, CallError> {
        let source = self.source;
        let mut left: Vec<Vec<String>> = ids.chunks(source.api.look_max()).map(<[String]>::to_vec).collect();
        let mut answers = Vec::with_capacity(ids.len());
        while self.calls_left > kept
            && let Some(part) = left.pop()
        {
            self.hold_on().await?;
            self.calls_left -= 1;
            let asked = &part;
            let answer =
                access::call(self.ctx, source, Errand::Look(part.len()), move |access, now| async move {
                    source.api.look(Call { access: &access, now }, asked).await
                });
            match answer.await {
                Ok(looked) => {
                    let mut looked: HashMap<String, Looked> =
                        looked.into_iter().map(|looked| (looked.id().to_owned(), looked)).collect();
                    for id in part {
                        let one = looked.remove(&id).unwrap_or_else(|| Looked::OutOfSight(id.clone()));
                        answers.push((id, Some(one)));
                    }
                }
                Err(CallError::Platform(error)) if spoils(&error) && part.len() > 1 => {
                    let (first, second) = part.split_at(part.len() / 2);
                    left.extend([first.to_vec(), second.to_vec()]);
                }
                Err(CallError::Platform(error)) if spoils(&error) || is_silence(&error) => {
                    answers.extend(part.into_iter().map(|id| (id, None)));
                    if !matches!(error, PlatformError::Refused { .. }) {
                        // It may be more than this comment that is kept from us.
                        self.calls_left = self.calls_left.min(kept);
                    }
                    self.in_vain = Some(error);
                }
                Err(error) => return Err(error),
            }
        }
        Ok(answers)
    }

    /// Makes the job its own for longer where half of the lease is over: a look may be many calls.
    async fn hold_on(&mut self) -> Result<(), StageError> {
        let (now, lease) = (self.ctx.clock.now(), self.ctx.settings.lease);
        if now.duration_since(self.held_at) >= lease / 2 {
            let mut tx = self.ctx.store.begin(Step::Keep).await?;
            jobs::extend(&mut tx, &self.claim.lease, now + lease).await?;
            tx.commit().await?;
            self.held_at = now;
        }
        Ok(())
    }

    /// Whether any of the newest comments that were not asked for can be seen. Where there are none, the platform's word has to do
    /// for one comment; that all of several are gone at once is a lost right sooner than a coincidence, until something new is seen.
    async fn something_is_there(&mut self, gone: &[String]) -> Result<bool, CallError> {
        let others = comments::newest_but(&self.ctx.store, &self.source.config.id, gone, WITNESSES).await?;
        if others.is_empty() {
            return Ok(gone.len() == 1);
        }
        for other in others {
            // One by one, for one of them may spoil the answer for all; the first is there as a rule.
            let answers = self.ask(vec![other], self.calls_left.saturating_sub(1)).await?;
            if answers.iter().any(|(_, looked)| matches!(looked, Some(Looked::Seen(_)))) {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

/// Whether the answer was refused for the sake of a comment, as far as its words tell.
fn spoils(error: &PlatformError) -> bool {
    matches!(error, PlatformError::Refused { .. } | PlatformError::Revoked { .. })
}

fn is_silence(error: &PlatformError) -> bool {
    matches!(error, PlatformError::Unreachable { .. } | PlatformError::AnswerLost { .. })
}

async fn mark_gone(ctx: &Context, source: &Source, gone: &[String]) -> Result<(), StageError> {
    let known = comments::known(&ctx.store, &source.config.id, gone).await?;
    for Known { id, visibility, .. } in known.values() {
        if matches!(visibility, Visibility::Visible | Visibility::Hidden) {
            visibility::found(ctx, *id, *visibility, Visibility::Deleted, ctx.clock.now()).await?;
        }
    }
    Ok(())
}
