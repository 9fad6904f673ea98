//! Access tokens: the right one for a call, renewed in time by one process alone.
//!
//! Tokens begin with the configured secret and live on in the database, because X hands out a new
//! refresh token each time and kills the old one. A new pair is stored before it is used. When the
//! configured secret changes, an operator has connected the account anew: the stored pair is dropped.

use jiff::{SignedDuration, Timestamp};
use sha2::{Digest, Sha256};

use super::{Context, StageError};
use crate::config::Login;
use crate::domain::credentials::{Secret, Tokens};
use crate::platform::{PlatformError, Remedy};
use crate::stage::source::Source;
use crate::store::{Step, tokens};

/// How long one process may take to renew; after that another may try.
const RENEWAL_LEASE: SignedDuration = SignedDuration::from_mins(2);

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

impl<E: Into<StageError>> From<E> for CallError {
    fn from(error: E) -> Self {
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
    let now = ctx.clock.now();
    let seed = seed_of(&source.config.login);
    let held = match tokens::held(&ctx.store, &source.config.id).await? {
        Some(held) if held.seed == seed => held,
        _ => tokens::Held { tokens: first_tokens(&source.config.login), obtained_at: now, seed },
    };
    let due = source.api.renew_at(&held.tokens, held.obtained_at).is_some_and(|due| due <= now);
    let usable = held.tokens.access.clone().filter(|_| freshness == Freshness::Held);
    if !due && let Some(access) = usable.clone() {
        return Ok(access);
    }
    let lives = held.tokens.expires_at.is_none_or(|end| now < end);
    match (renew(ctx, source, held, now).await, usable) {
        // Renewed early, so that a failure costs nothing yet.
        (Err(CallError::BeingRenewed | CallError::Platform(_)), Some(access)) if lives => Ok(access),
        (outcome, _) => outcome,
    }
}

async fn renew(
    ctx: &Context,
    source: &Source,
    held: tokens::Held,
    now: Timestamp,
) -> Result<Secret, CallError> {
    let id = &source.config.id;
    let mut tx = ctx.store.begin(Step::Keep).await?;
    tokens::keep(&mut tx, id, &held).await?;
    let ours = tokens::claim_renewal(&mut tx, id, now, now + RENEWAL_LEASE).await?;
    tx.commit().await?;
    if !ours {
        return Err(CallError::BeingRenewed);
    }
    source.pace.ready().await;
    let fresh = source.api.renew(&held.tokens, now).await.map_err(CallError::Platform)?;
    let access = fresh.access.clone().ok_or_else(|| {
        CallError::Platform(PlatformError::Unreachable { detail: "a renewal brought no access token".into() })
    })?;
    let mut tx = ctx.store.begin(Step::Keep).await?;
    tokens::keep(&mut tx, id, &tokens::Held { tokens: fresh, obtained_at: now, seed: held.seed }).await?;
    tx.commit().await?;
    tracing::info!(source = %id, "renewed the access token");
    Ok(access)
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
