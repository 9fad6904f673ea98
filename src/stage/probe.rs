//! A cheap call that proves a source's account, its token and its rights: for an operator who asks.

use super::access::{self, CallError};
use super::source::Source;
use super::{Context, StageError, inspect};
use crate::domain::quota::Errand;
use crate::platform::{Call, PlatformError};
use crate::store::{Step, sources};

/// Why a source could not be proven.
#[derive(Debug, thiserror::Error)]
pub enum ProbeError {
    /// Another process renews the token at this moment.
    #[error("another process renews its token at this moment")]
    BeingRenewed,
    /// The platform said why.
    #[error(transparent)]
    Platform(PlatformError),
    /// Our own store failed.
    #[error(transparent)]
    Stage(StageError),
}

/// Makes the cheapest call there is, with a token that is renewed where it must be; a line about the account.
///
/// # Errors
/// The source does not work, and why.
pub async fn probe(ctx: &Context, source: &Source) -> Result<String, ProbeError> {
    let id = &source.config.id;
    let registered = async {
        let mut tx = ctx.store.begin(Step::Keep).await?;
        // Its tokens are kept with the source, which a first start has yet to make known.
        sources::register(&mut tx, id, source.config.platform(), ctx.clock.now()).await?;
        tx.commit().await
    };
    registered.await.map_err(|error| ProbeError::Stage(error.into()))?;
    let answer = access::call(ctx, source, Errand::Ask, move |access, now| async move {
        source.api.probe(Call { access: &access, now }).await
    });
    let account = answer.await.map_err(why)?;
    match inspect::lacking(ctx, source).await {
        Ok(missing) if missing.is_empty() => Ok(account),
        Ok(missing) => {
            let detail = format!("{account}, but its token lacks the right {}", missing.join(" and "));
            Err(ProbeError::Platform(PlatformError::Revoked { detail }))
        }
        // Not every token may ask about itself, and one that may not works as well.
        Err(CallError::Platform(_)) => Ok(account),
        Err(error) => Err(why(error)),
    }
}

fn why(error: CallError) -> ProbeError {
    match error {
        CallError::BeingRenewed => ProbeError::BeingRenewed,
        CallError::Platform(error) => ProbeError::Platform(error),
        CallError::Stage(error) => ProbeError::Stage(error),
    }
}
