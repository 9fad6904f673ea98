//! Hides that one call can carry out together, where the platform has such a call: on YouTube fifty cost what one does.
//!
//! Those that are due join the first, also where they set out before and nothing came back: a hide that was carried out already
//! does no harm. Where the platform refuses them together each goes on by itself.

use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};

use jiff::Timestamp;

use super::super::access::{self, CallError};
use super::super::claimed::again_at;
use super::super::source::Source;
use super::super::trouble;
use super::super::{Context, StageError};
use super::{TURN, attempts, event, put_off, settle};
use crate::domain::action::{Act, Action, ActionId, ActionState, Receipt};
use crate::domain::comment::Comment;
use crate::domain::quota::Errand;
use crate::platform::{self, Call, PlatformError, SentReply};
use crate::store::jobs::{self, Claim, Lane};
use crate::store::{Step, StoreError, actions, audit};

/// Hides that a platform refused together: one of them is to blame, and asked for by itself it will say so. Memory only: a process
/// that starts anew finds it out again.
#[derive(Debug, Default)]
pub(crate) struct Singly(Mutex<HashSet<ActionId>>);

impl Singly {
    fn keep(&self, ids: impl Iterator<Item = ActionId>) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend(ids);
    }

    fn has(&self, id: ActionId) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).contains(&id)
    }
}

/// A hide that is to set out, as its worker holds it.
#[derive(Debug)]
struct Hide {
    claim: Claim,
    action: Action,
    comment: Comment,
}

/// Hides the comment of `claim` and others that wait for the same; `false` where there are none, and nothing was done.
pub(super) async fn together(
    ctx: &Context,
    source: &Source,
    claim: &Claim,
    action: &Action,
    comment: &Comment,
) -> Result<bool, StageError> {
    let most = source.api.hides_at_once();
    let now = ctx.clock.now();
    let waits = source.silence.until(&action.act, now).or(source.breaker.open_until(now)).is_some();
    if most < 2 || waits || !may_join(source, action) || trouble::is_paused(ctx, source).await? {
        return Ok(false);
    }
    let mut hides = joined(ctx, source, most - 1).await?;
    if hides.is_empty() {
        return Ok(false);
    }
    hides.push(Hide { claim: claim.clone(), action: action.clone(), comment: comment.clone() });
    set_out(ctx, source, hides).await?;
    Ok(true)
}

fn may_join(source: &Source, action: &Action) -> bool {
    let is_open = matches!(action.state, ActionState::Queued | ActionState::Started { .. });
    action.act == Act::Hide && is_open && !source.singly.has(action.id)
}

/// The hides of the lane that are due and that nothing comes before; what else is due is given back.
async fn joined(ctx: &Context, source: &Source, most: usize) -> Result<Vec<Hide>, StageError> {
    let now = ctx.clock.now();
    let lane = Lane::Dispatch(source.config.id.clone());
    let mut tx = ctx.store.begin(Step::Keep).await?;
    let limit = u32::try_from(most).unwrap_or(u32::MAX);
    let claims = jobs::claim(&mut tx, &lane, limit, now, now + ctx.settings.lease).await?;
    tx.commit().await?;
    let (mut hides, mut others) = (Vec::new(), Vec::new());
    for claim in claims {
        let found = match claim.key.parse().ok().map(ActionId) {
            Some(id) => actions::get(&ctx.store, id).await?,
            None => None,
        };
        match found {
            Some((action, comment))
                if may_join(source, &action) && !actions::is_behind(&ctx.store, &action).await? =>
            {
                hides.push(Hide { claim, action, comment });
            }
            _ => others.push(claim.lease),
        }
    }
    if !others.is_empty() {
        let mut tx = ctx.store.begin(Step::Keep).await?;
        jobs::give_back(&mut tx, &others).await?;
        tx.commit().await?;
    }
    Ok(hides)
}

async fn set_out(ctx: &Context, source: &Source, hides: Vec<Hide>) -> Result<(), StageError> {
    let errand = Errand::HideTogether(hides.len());
    let pass = match access::pass(ctx, source, errand).await {
        Ok(pass) => pass,
        Err(error) => return all_put_off(ctx, source, &hides, error).await,
    };
    let now = ctx.clock.now();
    let until = now + ctx.settings.lease;
    let mut tx = ctx.store.begin(Step::Attempt).await?;
    let mut events = Vec::with_capacity(hides.len());
    let mut started = Vec::with_capacity(hides.len());
    for Hide { claim, action, comment } in &hides {
        let state = action.state.clone().start().expect("an open action can set out");
        match actions::set_state(&mut tx, action.id, &action.state, &state).await {
            // One was withdrawn since we looked; the next look finds it so.
            Err(StoreError::WrongState { .. }) => {
                drop(tx);
                return all_again_at(ctx, &hides, now + TURN).await;
            }
            moved => moved?,
        }
        jobs::extend(&mut tx, &claim.lease, until).await?;
        events.push(event(action, now, "action.started").int("attempt", attempts(&state)));
        let (claim, comment) = (claim.clone(), comment.clone());
        started.push(Hide { claim, action: Action { state, ..action.clone() }, comment });
    }
    audit::append(&mut tx, &events).await?;
    tx.commit().await?;

    let comments: Vec<&Comment> = started.iter().map(|hide| &hide.comment).collect();
    let asked = comments.as_slice();
    let answer = access::call_by(ctx, source, errand, (pass, until), move |access, now| async move {
        source.api.hide_together(Call { access: &access, now }, asked).await
    });
    let (answer, request) = platform::named(answer).await;
    match answer {
        Ok(Some(())) => {
            for Hide { claim, action, comment } in &started {
                let receipt = Receipt { reference: comment.platform_id.clone() };
                let done = SentReply { receipt, at: ctx.clock.now() };
                settle(ctx, claim, action, comment, Ok(done), request.clone()).await?;
            }
            Ok(())
        }
        Ok(None) => {
            let attempt = started.first().map_or(1, |hide| attempts(&hide.action.state));
            all_again_at(ctx, &started, ctx.clock.now() + trouble::rest_after(attempt)).await
        }
        Err(CallError::Platform(PlatformError::Refused { .. })) => {
            source.singly.keep(started.iter().map(|hide| hide.action.id));
            all_again_at(ctx, &started, ctx.clock.now()).await
        }
        Err(error) => all_put_off(ctx, source, &started, error).await,
    }
}

async fn all_put_off(
    ctx: &Context,
    source: &Source,
    hides: &[Hide],
    error: CallError,
) -> Result<(), StageError> {
    let [first, rest @ ..] = hides else { return Ok(()) };
    let due_at = put_off(ctx, source, &first.claim, &first.action, error).await?;
    all_again_at(ctx, rest, due_at).await
}

async fn all_again_at(ctx: &Context, hides: &[Hide], due_at: Timestamp) -> Result<(), StageError> {
    for hide in hides {
        again_at(ctx, &hide.claim, due_at).await?;
    }
    Ok(())
}
