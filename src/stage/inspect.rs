//! How long a token lives and what it may do, where its platform alone knows: so that a person can connect the account anew before
//! anything stops.

use super::access::{self, CallError};
use super::source::Source;
use super::{Context, StageError};
use crate::config::Login;
use crate::domain::quota::Errand;
use crate::platform::Call;

/// Asks once a day. That nothing is learned is no reason to stop reading.
pub(super) async fn daily(ctx: &Context, source: &Source) -> Result<(), StageError> {
    let now = ctx.clock.now();
    if !source.inspection.is_due(now) {
        return Ok(());
    }
    let answered = match lacking(ctx, source).await {
        Ok(missing) => {
            let label = source.config.id.to_string();
            metrics::gauge!("majlis_rights_lacking", "source" => label)
                .set(u32::try_from(missing.len()).unwrap_or(u32::MAX));
            if !missing.is_empty() {
                let missing = missing.join(" ");
                tracing::warn!(
                    missing,
                    "the token of a source lacks rights; connect its account anew, with them"
                );
            }
            true
        }
        Err(CallError::Stage(error)) => return Err(error),
        Err(error) => {
            tracing::info!(?error, "the platform would not say how long a token lives");
            false
        }
    };
    source.inspection.asked(answered, now);
    Ok(())
}

/// The rights that the source's token lacks. When it ends is noted with it.
pub(super) async fn lacking(ctx: &Context, source: &Source) -> Result<Vec<&'static str>, CallError> {
    if !matches!(source.config.login, Login::Facebook { .. } | Login::Instagram { token_endpoint: None, .. })
    {
        return Ok(Vec::new());
    }
    let answer = access::call(ctx, source, Errand::Ask, move |access, now| async move {
        source.api.inspect(Call { access: &access, now }).await
    });
    let Some(found) = answer.await? else { return Ok(Vec::new()) };
    access::note_end(ctx, source, found.expires_at).await?;
    Ok(found.missing)
}
