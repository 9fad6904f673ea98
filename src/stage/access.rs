//! Access tokens: the right one for a call, renewed in time by one process alone.
//!
//! Tokens begin with the configured secret and live on in the database, because X hands out a new
//! refresh token each time and kills the old one. A new pair is stored before it is used. When the
//! configured secret changes, an operator has connected the account anew: that secret begins a chain of its own.

use jiff::Timestamp;
use sha2::{Digest, Sha256};

use super::{Context, StageError, budget};
use crate::config::Login;
use crate::domain::audit::{Actor, AuditEvent, Field};
use crate::domain::comment::SourceId;
use crate::domain::credentials::{Secret, Tokens};
use crate::domain::quota::Errand;
use crate::platform::{PlatformError, Remedy};
use crate::stage::source::Source;
use crate::store::tokens::{self, Held};
use crate::store::{Step, StoreError, audit};

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

/// What one request may set out with: it was charged, and nothing else is in its way.
#[derive(Debug)]
pub(crate) struct Pass {
    access: Secret,
}

/// Lets one request set out: with a good token, to a platform that answers, within the budget.
pub(crate) async fn pass(ctx: &Context, source: &Source, errand: Errand<'_>) -> Result<Pass, CallError> {
    pass_but(ctx, source, errand, None).await
}

/// The same with another token than the one that was just `refused`.
async fn pass_but(
    ctx: &Context,
    source: &Source,
    errand: Errand<'_>,
    refused: Option<&Secret>,
) -> Result<Pass, CallError> {
    let access = token(ctx, source, refused).await?;
    if let Err(until) = source.breaker.pass(ctx.clock.now()) {
        let detail = format!("it answered nothing of late, and is asked again at {until:.0}");
        return Err(CallError::Platform(PlatformError::Unreachable { detail }));
    }
    budget::spend(ctx, source, errand).await?;
    Ok(Pass { access })
}

/// One request to a platform: within its budget, at the source's pace, with a good token, which is renewed once where
/// the platform refuses it. `request` is given the token and the instant.
pub(crate) async fn call<T, Answer>(
    ctx: &Context,
    source: &Source,
    errand: Errand<'_>,
    request: impl Fn(Secret, Timestamp) -> Answer,
) -> Result<T, CallError>
where
    Answer: Future<Output = Result<T, PlatformError>>,
{
    let first = pass(ctx, source, errand).await?;
    set_out(ctx, source, errand, first, request).await
}

async fn set_out<T, Answer>(
    ctx: &Context,
    source: &Source,
    errand: Errand<'_>,
    mut pass: Pass,
    request: impl Fn(Secret, Timestamp) -> Answer,
) -> Result<T, CallError>
where
    Answer: Future<Output = Result<T, PlatformError>>,
{
    let mut is_first = true;
    loop {
        source.pace.ready().await;
        let answer = request(pass.access.clone(), ctx.clock.now()).await;
        source.breaker.came_back(&answer, ctx.clock.now());
        budget::book(ctx, source).await?;
        match answer {
            Err(error) if is_first && error.remedy() == Remedy::Renew => {
                pass = pass_but(ctx, source, errand, Some(&pass.access)).await?;
                is_first = false;
            }
            answer => return answer.map_err(CallError::Platform),
        }
    }
}

/// One request that was let set out, while a lease lasts: `None`, and nothing was asked, where the answer may come after `until`,
/// when another may be at the same work.
pub(crate) async fn call_by<T, Answer>(
    ctx: &Context,
    source: &Source,
    errand: Errand<'_>,
    (pass, until): (Pass, Timestamp),
    request: impl Fn(Secret, Timestamp) -> Answer,
) -> Result<Option<T>, CallError>
where
    Answer: Future<Output = Result<T, PlatformError>>,
{
    set_out(ctx, source, errand, pass, |access, now| {
        let is_late = now.checked_add(source.config.timeout).is_ok_and(|answered| answered > until);
        let asked = (!is_late).then(|| request(access, now));
        async move {
            match asked {
                Some(answer) => answer.await.map(Some),
                None => Ok(None),
            }
        }
    })
    .await
}

/// An access token for `source` that should be good at this instant, and is not the one that was just `refused`.
async fn token(ctx: &Context, source: &Source, refused: Option<&Secret>) -> Result<Secret, CallError> {
    let now = ctx.clock.now();
    let held = held(ctx, source, now).await?;
    let due = source.api.renew_at(&held.tokens, held.obtained_at).is_some_and(|due| due <= now);
    let usable = held.tokens.access.clone().filter(|access| Some(access) != refused);
    if !due && let Some(access) = usable.clone() {
        return Ok(access);
    }
    let lives = held.tokens.expires_at.is_none_or(|end| now < end);
    match (renew(ctx, source, &held, now).await, usable) {
        // Renewed early, so that a failure costs nothing yet. The claim stays, so that not every call tries again.
        (Err(CallError::BeingRenewed), Some(access)) if lives => Ok(access),
        (Err(CallError::Platform(error)), Some(access)) if lives => {
            let ends_at = held.tokens.expires_at.map(tracing::field::display);
            tracing::warn!(source = %source.config.id, ends_at, %error, "a token could not be renewed; it is good until it ends");
            Ok(access)
        }
        (Err(CallError::Platform(error)), _) => {
            let mut tx = ctx.store.begin(Step::Keep).await?;
            tokens::end_renewal(&mut tx, &source.config.id).await?;
            tx.commit().await?;
            Err(CallError::Platform(error))
        }
        (outcome, _) => outcome,
    }
}

/// The tokens held, beginning with the configured ones, which are kept at their first use: so their age is known.
async fn held(ctx: &Context, source: &Source, now: Timestamp) -> Result<Held, CallError> {
    let id = &source.config.id;
    let seed = seed_of(&source.config.login);
    match tokens::held(&ctx.store, id, &seed).await? {
        Some(held) => opened(ctx, id, held),
        None => {
            let tokens = first_tokens(&source.config.login);
            let first = Held { tokens, obtained_at: now, seed: seed.clone() };
            let mut tx = ctx.store.begin(Step::Keep).await?;
            if tokens::begin(&mut tx, id, &sealed(ctx, id, &first)).await? {
                audit::append(&mut tx, &[event(id, "token.begun", &first)]).await?;
            }
            tx.commit().await?;
            // Another process may have begun, and renewed, at this moment.
            match tokens::held(&ctx.store, id, &seed).await? {
                Some(held) => opened(ctx, id, held),
                None => Ok(first),
            }
        }
    }
}

/// Notes when the token of a source ends, as its platform says.
pub(super) async fn note_end(
    ctx: &Context,
    source: &Source,
    end: Option<Timestamp>,
) -> Result<(), CallError> {
    let held = held(ctx, source, ctx.clock.now()).await?;
    if held.tokens.expires_at != end {
        let mut tx = ctx.store.begin(Step::Keep).await?;
        tokens::note_end(&mut tx, &source.config.id, &held.seed, end).await?;
        tx.commit().await?;
    }
    Ok(())
}

async fn renew(ctx: &Context, source: &Source, stale: &Held, now: Timestamp) -> Result<Secret, CallError> {
    let id = &source.config.id;
    let mut tx = ctx.store.begin(Step::Keep).await?;
    let ours = tokens::claim_renewal(&mut tx, id, now, now + ctx.settings.lease).await?;
    tx.commit().await?;
    if !ours {
        return Err(CallError::BeingRenewed);
    }
    let current = held(ctx, source, now).await?;
    let fresh = if current == *stale {
        source.pace.ready().await;
        let tokens = source.api.renew(&stale.tokens, now).await.map_err(CallError::Platform)?;
        tracing::info!(source = %id, "renewed the access token");
        Held { tokens, obtained_at: now, seed: current.seed.clone() }
    } else {
        current.clone() // Somebody was faster, between our look and our claim.
    };
    let mut tx = ctx.store.begin(Step::Keep).await?;
    tokens::keep(&mut tx, id, &sealed(ctx, id, &fresh)).await?;
    if fresh != current {
        audit::append(&mut tx, &[event(id, "token.renewed", &fresh)]).await?;
    }
    tx.commit().await?;
    let nothing = || PlatformError::Unreachable { detail: "a renewal brought no access token".into() };
    fresh.tokens.access.ok_or_else(|| CallError::Platform(nothing()))
}

/// Tokens as they are kept: nobody reads them out of the database alone.
fn sealed(ctx: &Context, id: &SourceId, held: &Held) -> Held {
    let seal = |token: &Option<Secret>, what| {
        token.as_ref().map(|token| ctx.token_key.seal(token, &place(id, held, what), rand::random()))
    };
    let Tokens { access, refresh, expires_at } = &held.tokens;
    let tokens =
        Tokens { access: seal(access, "access"), refresh: seal(refresh, "refresh"), expires_at: *expires_at };
    Held { tokens, ..held.clone() }
}

/// The tokens that are kept. Without the key that they were kept under, only a person can help.
fn opened(ctx: &Context, id: &SourceId, held: Held) -> Result<Held, CallError> {
    let open = |token: &Option<Secret>, what| {
        let opened = token.as_ref().map(|token| ctx.token_key.open(token, &place(id, &held, what)));
        match opened {
            Some(None) => {
                let detail = "the tokens that are kept do not open with this token key; restore the key, or connect the \
                              account anew";
                Err(CallError::Platform(PlatformError::Revoked { detail: detail.into() }))
            }
            opened => Ok(opened.flatten()),
        }
    };
    let (access, refresh) = (open(&held.tokens.access, "access")?, open(&held.tokens.refresh, "refresh")?);
    Ok(Held { tokens: Tokens { access, refresh, ..held.tokens.clone() }, ..held })
}

/// Where a token is kept.
fn place(id: &SourceId, held: &Held, what: &str) -> String {
    format!("{id} {} {what}", held.seed)
}

/// What became of a source's tokens, and nothing of them.
fn event(source: &SourceId, act: &'static str, held: &Held) -> AuditEvent {
    let expires = held.tokens.expires_at.map_or(Field::Null, |at| Field::Word(at.to_string()));
    AuditEvent::new(held.obtained_at, Actor::Machine("access"), act, format!("source:{source}"))
        .with("expires_at", expires)
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
