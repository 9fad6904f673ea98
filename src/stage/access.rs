//! Access tokens: the right one for a call, renewed in time by one process alone.
//!
//! Tokens begin with the configured secret and live on in the database, because X hands out a new
//! refresh token each time and kills the old one. A new pair is stored before it is used. When the
//! configured secret changes, an operator has connected the account anew: the stored pair is dropped.

use jiff::Timestamp;
use sha2::{Digest, Sha256};

use super::{Context, StageError};
use crate::config::Login;
use crate::domain::credentials::{Secret, Tokens};
use crate::platform::{PlatformError, Remedy};
use crate::stage::source::Source;
use crate::store::tokens::{self, Held};
use crate::store::{Step, StoreError};

/// Why a call came to nothing.
#[derive(Debug)]
pub(crate) enum CallError {
    /// Another process renews the token at this moment.
    BeingRenewed,
    /// The platform said why.
    Platform(PlatformError),
    /// Our own store failed.
    Stage(StageError),
}

impl From<StageError> for CallError {
    fn from(error: StageError) -> Self {
        CallError::Stage(error)
    }
}

impl From<StoreError> for CallError {
    fn from(error: StoreError) -> Self {
        CallError::Stage(error.into())
    }
}

/// One request to a platform: at the source's pace, with a good token, which is renewed once where
/// the platform refuses it. `request` is given the token and the instant.
pub(crate) async fn call<T, Answer>(
    ctx: &Context,
    source: &Source,
    request: impl Fn(Secret, Timestamp) -> Answer,
) -> Result<T, CallError>
where
    Answer: Future<Output = Result<T, PlatformError>>,
{
    let mut freshness = Freshness::Held;
    loop {
        let access = token(ctx, source, freshness).await?;
        source.pace.ready().await;
        match request(access, ctx.clock.now()).await {
            Err(error) if error.remedy() == Remedy::Renew && freshness == Freshness::Held => {
                freshness = Freshness::Refused;
            }
            answer => return answer.map_err(CallError::Platform),
        }
    }
}

/// Whether a token that is not due for renewal is good enough.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Freshness {
    /// The token we hold, unless it is due.
    Held,
    /// The platform refused the token we hold.
    Refused,
}

/// An access token for `source` that should be good at this instant.
async fn token(ctx: &Context, source: &Source, freshness: Freshness) -> Result<Secret, CallError> {
    let held = held(ctx, source).await?;
    let now = ctx.clock.now();
    let usable = held.tokens.access.clone().filter(|_| freshness == Freshness::Held);
    let due = source.api.renew_at(&held.tokens, held.obtained_at).is_some_and(|due| due <= now);
    if !due && let Some(access) = usable.clone() {
        return Ok(access);
    }
    let lives = held.tokens.expires_at.is_none_or(|end| now < end);
    match (renew(ctx, source, &held).await, usable) {
        // Renewed early, so that a failure costs nothing yet.
        (Err(CallError::BeingRenewed | CallError::Platform(_)), Some(access)) if lives => Ok(access),
        (outcome, _) => outcome,
    }
}

/// The tokens in the database, or those that the configured secret begins with.
async fn held(ctx: &Context, source: &Source) -> Result<Held, StageError> {
    let seed = seed_of(&source.config.login);
    let held = tokens::held(&ctx.store, &source.config.id).await?.filter(|held| held.seed == seed);
    Ok(held.unwrap_or_else(|| Held {
        tokens: first_tokens(&source.config.login),
        obtained_at: ctx.clock.now(),
        seed,
    }))
}

async fn renew(ctx: &Context, source: &Source, seen: &Held) -> Result<Secret, CallError> {
    let id = &source.config.id;
    let claimed_at = ctx.clock.now();
    let mut tx = ctx.store.begin(Step::Keep).await?;
    let ours = tokens::claim_renewal(&mut tx, id, claimed_at, claimed_at + ctx.settings.lease).await?;
    tx.commit().await?;
    if !ours {
        return Err(CallError::BeingRenewed);
    }
    // Another may have renewed them between our look and our claim: X would see a used token again.
    let held = held(ctx, source).await?;
    let renewed = if held.tokens == seen.tokens {
        source.pace.ready().await;
        let now = ctx.clock.now();
        source.api.renew(&held.tokens, now).await.map(|tokens| Held {
            tokens,
            obtained_at: now,
            seed: held.seed,
        })
    } else {
        Ok(held)
    };
    let mut tx = ctx.store.begin(Step::Keep).await?;
    match renewed {
        Ok(fresh) => {
            tokens::keep(&mut tx, id, &fresh).await?;
            tx.commit().await?;
            tracing::info!(source = %id, "renewed the access token");
            fresh.tokens.access.ok_or_else(|| {
                CallError::Platform(PlatformError::Unreachable {
                    detail: "a renewal brought no access token".into(),
                })
            })
        }
        Err(error) => {
            tokens::end_renewal(&mut tx, id).await?;
            tx.commit().await?;
            Err(CallError::Platform(error))
        }
    }
}

fn first_tokens(login: &Login) -> Tokens {
    match login {
        Login::Facebook { token, .. } | Login::Instagram { token, .. } => {
            Tokens { access: Some(token.clone()), refresh: None, expires_at: None }
        }
        Login::X { refresh_token, .. } | Login::Youtube { refresh_token, .. } => {
            Tokens { access: None, refresh: Some(refresh_token.clone()), expires_at: None }
        }
    }
}

fn seed_of(login: &Login) -> String {
    let secret = match login {
        Login::Facebook { token, .. } | Login::Instagram { token, .. } => token,
        Login::X { refresh_token, .. } | Login::Youtube { refresh_token, .. } => refresh_token,
    };
    hex::encode(Sha256::digest(secret.expose()))
}
