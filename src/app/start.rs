//! What is written at every start, before anything runs.

use jiff::Timestamp;
use sha2::{Digest, Sha256};

use super::AppError;
use crate::config::Config;
use crate::domain::audit::{Actor, AuditEvent};
use crate::stage::{self, Context};
use crate::store::documents::{self, DocumentKind};
use crate::store::{Step, Store, audit, jobs};

/// What is written at every start, before the first lane is worked on.
pub(super) async fn prepare(ctx: &Context, config: &Config, alone: bool) -> Result<(), AppError> {
    rule(&ctx.store, config, ctx.clock.now()).await?;
    if alone {
        // Whoever held these leases on this file is gone. What may still be on its way to a platform keeps its own: a
        // reply, and the renewal of a token.
        let mut tx = ctx.store.begin(Step::Keep).await?;
        jobs::release_all(&mut tx).await?;
        tx.commit().await?;
    }
    Ok(stage::enrol(ctx).await?)
}

/// The first start adopts the documents beside the configuration; a later one says where they differ from what rules.
async fn rule(store: &Store, config: &Config, now: Timestamp) -> Result<(), AppError> {
    let files = [(DocumentKind::Policy, &config.policy), (DocumentKind::Calendar, &config.calendar)];
    // What `majlis config dump` prints has this hash: a changed configuration shows from one start to the next.
    let configured = hex::encode(Sha256::digest(config.dump()));
    let started = AuditEvent::new(now, Actor::Machine("daemon"), "daemon.started", "daemon")
        .word("version", env!("CARGO_PKG_VERSION"))
        .word("config", configured);
    let mut tx = store.begin(Step::Keep).await?;
    for (kind, file) in files {
        documents::adopt_shipped(&mut tx, kind, &file.hash, &file.text, now).await?;
    }
    audit::append(&mut tx, &[started]).await?;
    tx.commit().await?;
    for (kind, file) in files {
        let adopted = documents::adopted(store, kind).await?;
        if adopted.is_some_and(|adopted| adopted.hash != file.hash) {
            let kind = kind.as_str();
            tracing::warn!(
                document = kind,
                file.hash = file.hash,
                "the {kind} file differs from what is adopted, which stays in force; propose it with `majlis {kind} propose`"
            );
        }
    }
    Ok(())
}
