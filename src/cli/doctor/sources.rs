//! The sources: one cheap call to each, all at once, and what to do where it fails.

use futures_util::future::join_all;
use jiff::{SignedDuration, Timestamp};

use super::super::chain;
use super::{Check, Illness};
use crate::config::{Login, SourceConfig};
use crate::platform::{PlatformError, Remedy};
use crate::stage::{self, Context, ProbeError, Source};
use crate::store::actions;
use crate::store::sources::{self, Health, SourceHealth};
use crate::store::tokens;

/// Tokens of sixty days are renewed every week: one with so little left was not, several times.
const ENDS_SOON: SignedDuration = SignedDuration::from_hours(14 * 24);

/// Acts leave within minutes, and within a quarter of an hour where a platform's window is spent.
const ACTS_WAIT: SignedDuration = SignedDuration::from_mins(30);

/// A check for every source that is on.
pub(super) async fn all(ctx: &Context) -> Vec<Check> {
    if ctx.sources.is_empty() {
        let remedy = "fill one in in majlis.toml and set its `enabled = true`";
        return vec![Check::of("sources", Err(Illness::new("none is on, so nothing is read", remedy)))];
    }
    let health = match sources::all_health(&ctx.store).await {
        Ok(health) => health,
        Err(error) => {
            let illness = Illness::new(chain(&error), "mend the database first; no platform was asked");
            return vec![Check::of("sources", Err(illness))];
        }
    };
    let checks = ctx.sources.values().map(async |source| {
        let id = &source.config.id;
        let known = health.iter().find(|known| known.source == *id);
        let checked = match one(ctx, source, known).await {
            Ok(line) => ending(ctx, &source.config).await.map(|()| line),
            ill => ill,
        };
        Check::of(id.to_string(), checked)
    });
    join_all(checks).await
}

/// The call proves the account and the token, but not every right that reading needs: the daemon's last word counts too.
async fn one(ctx: &Context, source: &Source, known: Option<&SourceHealth>) -> Result<String, Illness> {
    let account = stage::probe(ctx, source).await.map_err(|error| illness(&source.config, &error))?;
    if let Some(since) = acts_wait(ctx, source).await? {
        let what = format!("{account} answers, but its oldest act has waited since {since:.0}");
        let remedy = "read in the log why it was put off; where a right is missing, give the token the rights that \
                      deploy/OPERATIONS.md names";
        return Err(Illness::new(what, remedy));
    }
    match known.filter(|known| known.state != Health::Ok) {
        None => match known.map_or(0, |known| known.suspected_gaps) {
            0 => Ok(account),
            gaps => Ok(format!(
                "{account}; its lists stopped short or could not be read {gaps} times, and sweeps read what lay behind"
            )),
        },
        Some(SourceHealth { detail, since, .. }) => {
            let detail = detail.as_deref().unwrap_or("it did not say why");
            let what =
                format!("{account} answers now, but the daemon could not read it since {since:.0}: {detail}");
            let remedy = "the daemon tries again within a quarter of an hour; if this is still here then, give the \
                          token the rights that deploy/OPERATIONS.md names";
            Err(Illness::new(what, remedy))
        }
    }
}

/// Since when an act has waited for longer than a platform's windows make it.
async fn acts_wait(ctx: &Context, source: &Source) -> Result<Option<Timestamp>, Illness> {
    let waiting = actions::waiting_since(&ctx.store).await;
    let waiting = waiting.map_err(|error| Illness::new(chain(&error), "mend the database first"))?;
    let ours = waiting.into_iter().find(|(of, _)| *of == source.config.id).map(|(_, since)| since);
    Ok(ours.filter(|since| ctx.clock.now().duration_since(*since) > ACTS_WAIT))
}

/// A token that ends soon was not renewed, or cannot be: the daemon renews in good time, where it can. After the call that learned
/// of its end.
async fn ending(ctx: &Context, source: &SourceConfig) -> Result<(), Illness> {
    let ends = tokens::ends(&ctx.store).await;
    let ends = ends.map_err(|error| Illness::new(chain(&error), "mend the database first"))?;
    let ours = ends.into_iter().find(|(of, _)| *of == source.id).map(|(_, end)| end);
    match ours.filter(|end| end.duration_since(ctx.clock.now()) < ENDS_SOON) {
        None => Ok(()),
        Some(end) => {
            let what = format!("its token ends at {end:.0}, and was not renewed");
            Err(Illness::new(what, anew(source)))
        }
    }
}

fn illness(source: &SourceConfig, error: &ProbeError) -> Illness {
    match error {
        ProbeError::BeingRenewed => Illness::new(error.to_string(), "ask again in two minutes"),
        ProbeError::Platform(error) => Illness::new(error.to_string(), remedy(source, error)),
        ProbeError::Stage(_) => {
            Illness::new(chain(error), "the platform was not asked; mend what the database says first")
        }
    }
}

fn remedy(source: &SourceConfig, error: &PlatformError) -> String {
    match error.remedy() {
        Remedy::Wait(Some(until)) => {
            format!("wait until {until:.0}; if it happens often, {}", slower(source))
        }
        Remedy::Wait(None) => format!("wait for a while; if it happens often, {}", slower(source)),
        Remedy::RetryLater | Remedy::Reconcile | Remedy::RestartRound => format!(
            "see that this machine may call {} (name server, firewall, proxy); or the platform itself is out of order",
            source.api_base
        ),
        Remedy::Renew | Remedy::PauseSource => anew(source),
        Remedy::GiveUp(_) => {
            format!("see that `account = \"{}\"` is the platform's id of an account of ours", source.account)
        }
    }
}

fn anew(source: &SourceConfig) -> String {
    let secret = match source.login {
        Login::Facebook { .. } | Login::Instagram { .. } => "token",
        Login::X { .. } | Login::Youtube { .. } => "refresh_token",
    };
    format!(
        "connect the account {} again, as deploy/OPERATIONS.md says, and put the new secret where `majlis config dump` \
         finds {}.{secret}",
        source.account, source.id
    )
}

fn slower(source: &SourceConfig) -> String {
    format!("poll {} less often (`schedule`, `requests_per_minute`)", source.id)
}
