//! Looking at comments by themselves: what was edited far down a list, and what is gone, shows nowhere else.
//!
//! "Gone" is believed only while something else of the account can still be seen: a lost right must not mark a thousand
//! comments as deleted. And it is no end: what is gone is looked at again, and only where it is still gone when its grace is
//! over may it be erased.

use std::collections::HashSet;

use jiff::Timestamp;

use super::access::{self, CallError};
use super::source::Source;
use super::{Context, StageError, take_in, visibility};
use crate::domain::action::Refusal;
use crate::domain::comment::{CommentId, Platform, Visibility};
use crate::domain::look::{look_again, next_look, next_look_at_gone};
use crate::domain::quota::Errand;
use crate::platform::{Call, Looked, PlatformError};
use crate::store::Step;
use crate::store::comments::{self, Known, ToLookAt};
use crate::store::jobs::{self, Claim, Lane};
use crate::store::replies;

/// Calls that one tick spends on looking, so that reading what is new never waits for long.
const CALLS_MAX: usize = 20;

/// So many other comments are asked for before it is concluded that nothing can be seen: some may be gone as well.
const WITNESSES: usize = 5;

/// What a look showed of the comments that were asked for.
#[derive(Debug)]
pub(super) enum Shown {
    /// These are gone, by their platform's ids, and the others are there.
    Gone(HashSet<String>),
    /// Nothing can be seen at all, so nothing is concluded.
    Nothing,
}

/// Looks at the comments whose time it is.
pub(super) async fn due(ctx: &Context, source: &Source, claim: &Claim) -> Result<(), CallError> {
    for _ in 0..CALLS_MAX {
        let now = ctx.clock.now();
        let due = comments::due_for_a_look(&ctx.store, &source.config.id, now, source.api.look_max()).await?;
        if due.is_empty() {
            break;
        }
        let ids: Vec<String> = due.iter().map(|one| one.platform_id.clone()).collect();
        let shown = at(ctx, source, &ids).await?;
        let looks: Vec<_> = due.iter().map(|one| (one.id, next(ctx, source, one, &shown, now))).collect();
        keep(ctx, claim, &due, &looks).await?;
        if matches!(shown, Shown::Nothing) {
            break; // So would everything else that is due.
        }
    }
    Ok(())
}

/// When a comment that was due is looked at next.
fn next(ctx: &Context, source: &Source, one: &ToLookAt, shown: &Shown, now: Timestamp) -> Option<Timestamp> {
    let was_gone = one.visibility == Visibility::Deleted;
    match shown {
        Shown::Gone(gone) if gone.contains(&one.platform_id) => {
            let since = one.visibility_at.filter(|_| was_gone).unwrap_or(now);
            next_look_at_gone(since, ctx.retention.kept.grace(), now)
        }
        Shown::Gone(_) if !was_gone => {
            next_look(source.config.platform(), one.visibility, one.first_seen_at, now)
        }
        // One that is back may not be taken for it yet, where somebody is acting on it.
        Shown::Gone(_) | Shown::Nothing => look_again(now),
    }
}

/// Keeps when comments are looked at next. What is gone for good is not left lying until tomorrow.
async fn keep(
    ctx: &Context,
    claim: &Claim,
    due: &[ToLookAt],
    looks: &[(CommentId, Option<Timestamp>)],
) -> Result<(), StageError> {
    let is_over = |(one, (_, next)): (&ToLookAt, &(CommentId, Option<Timestamp>))| {
        one.visibility == Visibility::Deleted && next.is_none()
    };
    let now = ctx.clock.now();
    let mut tx = ctx.store.begin(Step::Keep).await?;
    replies::hold(&mut tx, &due.iter().map(|one| one.id).collect::<Vec<_>>()).await?;
    comments::plan_look(&mut tx, looks).await?;
    if due.iter().zip(looks).any(is_over) {
        jobs::bring_forward(&mut tx, &Lane::Retain, now).await?;
    }
    jobs::extend(&mut tx, &claim.lease, now + ctx.settings.lease).await?;
    tx.commit().await?;
    Ok(())
}

/// Looks at these comments and keeps what is seen.
pub(super) async fn at(ctx: &Context, source: &Source, ids: &[String]) -> Result<Shown, CallError> {
    let asked_at = ctx.clock.now();
    let (mut seen, mut gone) = (Vec::new(), Vec::new());
    for looked in ask(ctx, source, ids.to_vec()).await? {
        match looked {
            Looked::Seen(comment) => seen.push(*comment),
            Looked::Gone(id) => gone.push(id),
            Looked::OutOfSight(_) => {}
        }
    }
    if source.config.platform() == Platform::Youtube && !gone.is_empty() {
        // YouTube hides a comment with all that stands under it, and whether that can still be asked for is written down nowhere.
        let veiled = comments::under_hidden(&ctx.store, &source.config.id, &gone).await?;
        gone.retain(|id| !veiled.contains(id));
    }
    if !gone.is_empty() && seen.is_empty() && !something_is_there(ctx, source, &gone).await? {
        tracing::warn!(
            count = gone.len(),
            "comments are out of sight, and so is everything else that was asked for; nothing is marked as gone"
        );
        return Ok(Shown::Nothing);
    }
    take_in::take_in(ctx, source, &seen, asked_at).await?;
    mark_gone(ctx, source, &gone).await?;
    Ok(Shown::Gone(gone.into_iter().collect()))
}

/// Asks for comments, for half of them at a time where one of them spoils the answer for all.
async fn ask(ctx: &Context, source: &Source, ids: Vec<String>) -> Result<Vec<Looked>, CallError> {
    let mut left: Vec<Vec<String>> = ids.chunks(source.api.look_max()).map(<[String]>::to_vec).collect();
    let mut looked = Vec::with_capacity(ids.len());
    while let Some(part) = left.pop() {
        let asked = &part;
        let answer = access::call(ctx, source, Errand::Look(part.len()), move |access, now| async move {
            source.api.look(Call { access: &access, now }, asked).await
        });
        match answer.await {
            Ok(answer) => looked.extend(answer),
            Err(CallError::Platform(PlatformError::Refused { reason: Refusal::Gone, .. }))
                if part.len() > 1 =>
            {
                let (first, second) = part.split_at(part.len() / 2);
                left.extend([first.to_vec(), second.to_vec()]);
            }
            Err(error) => return Err(error),
        }
    }
    Ok(looked)
}

/// Whether any of the newest comments that were not asked for can be seen. Where there are none, the platform's word has to do
/// for one comment; that all of several are gone at once is a lost right sooner than a coincidence, until something new is seen.
async fn something_is_there(ctx: &Context, source: &Source, gone: &[String]) -> Result<bool, CallError> {
    let others = comments::newest_but(&ctx.store, &source.config.id, gone, WITNESSES).await?;
    if others.is_empty() {
        return Ok(gone.len() == 1);
    }
    for few in others.chunks(source.api.look_max()) {
        let looked = ask(ctx, source, few.to_vec()).await?;
        if looked.iter().any(|looked| matches!(looked, Looked::Seen(_))) {
            return Ok(true);
        }
    }
    Ok(false)
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
