//! Looking at comments by themselves: what was edited far down a list, and what is gone, shows nowhere else.
//!
//! "Gone" is believed only while something else of the account can still be seen: a lost right must not mark a thousand
//! comments as deleted.

use jiff::SignedDuration;

use super::access::{self, CallError};
use super::source::Source;
use super::{Context, StageError, take_in, visibility};
use crate::domain::action::Refusal;
use crate::domain::comment::Visibility;
use crate::domain::look::next_look;
use crate::domain::quota::Errand;
use crate::platform::{Call, Looked, PlatformError};
use crate::store::Step;
use crate::store::comments::{self, Known, ToLookAt};
use crate::store::jobs::{self, Claim};

/// Calls that one tick spends on looking, so that reading what is new never waits for long.
const CALLS_MAX: usize = 20;
/// When comments are looked at again of which everything was out of sight at once.
const IN_DOUBT: SignedDuration = SignedDuration::from_hours(1);

/// Looks at the comments whose time it is.
pub(super) async fn due(ctx: &Context, source: &Source, claim: &Claim) -> Result<(), CallError> {
    for _ in 0..CALLS_MAX {
        let now = ctx.clock.now();
        let due = comments::due_for_a_look(&ctx.store, &source.config.id, now, source.api.look_max()).await?;
        if due.is_empty() {
            break;
        }
        let ids: Vec<String> = due.iter().map(|one| one.platform_id.clone()).collect();
        let believed = at(ctx, source, &ids).await?;
        let next = |one: &ToLookAt| match believed {
            true => next_look(source.config.platform(), one.first_seen_at, now),
            false => now.checked_add(IN_DOUBT).ok(),
        };
        let looks: Vec<_> = due.iter().map(|one| (one.id, next(one))).collect();
        let mut tx = ctx.store.begin(Step::Keep).await?;
        comments::plan_look(&mut tx, &looks).await?;
        jobs::extend(&mut tx, &claim.lease, ctx.clock.now() + ctx.settings.lease).await?;
        tx.commit().await?;
    }
    Ok(())
}

/// Looks at these comments and keeps what is seen. Whether that is to be believed: nothing is marked as gone while nothing
/// can be seen at all.
pub(super) async fn at(ctx: &Context, source: &Source, ids: &[String]) -> Result<bool, CallError> {
    let asked_at = ctx.clock.now();
    let (mut seen, mut gone) = (Vec::new(), Vec::new());
    for looked in ask(ctx, source, ids.to_vec()).await? {
        match looked {
            Looked::Seen(comment) => seen.push(*comment),
            Looked::Gone(id) => gone.push(id),
            Looked::OutOfSight(_) => {}
        }
    }
    if !gone.is_empty() && seen.is_empty() && !something_is_there(ctx, source, &gone).await? {
        tracing::warn!(
            count = gone.len(),
            "comments are out of sight, and so is everything else that was asked for; nothing is marked as gone"
        );
        return Ok(false);
    }
    take_in::take_in(ctx, source, &seen, asked_at).await?;
    mark_gone(ctx, source, &gone).await?;
    Ok(true)
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

/// Whether the newest comment that was not asked for can be seen; where there is none, the platform's word has to do.
async fn something_is_there(ctx: &Context, source: &Source, gone: &[String]) -> Result<bool, CallError> {
    match comments::newest_but(&ctx.store, &source.config.id, gone).await? {
        None => Ok(true),
        Some(other) => {
            let looked = ask(ctx, source, vec![other]).await?;
            Ok(looked.iter().any(|looked| matches!(looked, Looked::Seen(_))))
        }
    }
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
