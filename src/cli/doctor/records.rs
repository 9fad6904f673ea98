//! What the database and the audit directory hold: which documents rule, and how far the log is sealed.

use std::path::Path;

use rustix::fs::Access;

use super::super::{chain, documents as documents_cli};
use super::Illness;
use crate::config::{AuditConfig, Config, DocumentText};
use crate::domain::audit::{Checkpoint, SigningKey};
use crate::stage::seal::Publication;
use crate::store::documents::{self, DocumentKind};
use crate::store::jobs::{self, Lane};
use crate::store::{Store, StoreError, audit};

const ASK_THE_LOG: &str = "run `majlis audit verify`, which reads the whole log and says what to do";

/// Which policy rules.
pub(super) async fn policy(config: &Config, store: &Store) -> Result<String, Illness> {
    document(DocumentKind::Policy, &config.policy, store).await
}

/// Which calendar rules.
pub(super) async fn calendar(config: &Config, store: &Store) -> Result<String, Illness> {
    document(DocumentKind::Calendar, &config.calendar, store).await
}

/// Another file than the one that rules is told and is no illness: it may be on its way through two people's hands.
async fn document(kind: DocumentKind, file: &DocumentText, store: &Store) -> Result<String, Illness> {
    let word = kind.as_str();
    let Some(adopted) = documents::adopted(store, kind).await.map_err(of_the_store)? else {
        return Ok("none is in force yet; the first `majlis run` adopts the file".to_owned());
    };
    if let Err(problems) = documents_cli::loads(kind, &adopted.text) {
        let problem = problems.first().map(ToString::to_string).unwrap_or_default();
        let what = format!(
            "{:.12} is in force and does not load, so nothing is done by it: {problem}",
            adopted.hash
        );
        let remedy =
            format!("mend a copy; then `majlis {word} propose FILE`, and `majlis {word} adopt HASH`");
        return Err(Illness::new(what, remedy));
    }
    let by = adopted.by.as_deref().unwrap_or("the first start");
    let same = match adopted.hash == file.hash {
        true => "the file is the same".to_owned(),
        false => format!("the file differs ({:.12}) and is not in force", file.hash),
    };
    let waiting = match documents::proposals(store, kind).await.map_err(of_the_store)?.len() {
        0 => String::new(),
        count => format!("; proposed and not adopted: {count}"),
    };
    Ok(format!("{:.12} in force since {:.0}, adopted by {by}; {same}{waiting}", adopted.hash, adopted.at))
}

/// Whether the log can be sealed, and is what was sealed before as far as that shows without reading it all.
pub(super) async fn audit(config: &AuditConfig, store: &Store) -> Result<String, Illness> {
    let Some(secret) = &config.signing_key else {
        let what = "there is no signing key, so `majlis run` does not start";
        return Err(Illness::new(what, "run `majlis audit keygen --config DIR` once"));
    };
    let key: SigningKey = secret.expose().parse().map_err(|error| {
        Illness::new(
            format!("the signing key cannot be used: {error}"),
            "restore the file that `majlis audit keygen` wrote",
        )
    })?;
    let key = key.verifier();
    if key.name() != config.origin {
        let what =
            format!("the key is that of the log {}, and `audit.origin` says {}", key.name(), config.origin);
        return Err(Illness::new(
            what,
            "write the key's name there: a log keeps the name that it began with",
        ));
    }
    let publication = Publication::new(&config.directory);
    let unreadable = |error: &_| Illness::new(chain(error), may_write(&config.directory));
    if publication.key().await.map_err(|error| unreadable(&error))?.is_some_and(|published| published != *key)
    {
        let what = format!("{} holds the public key of another log", publication.key_file().display());
        let remedy =
            "restore the signing key that this log began with, or give a new log an empty `audit.directory`";
        return Err(Illness::new(what, remedy));
    }
    let published = publication.latest().await.map_err(|error| unreadable(&error))?;
    let sealed = published.map(|note| Checkpoint::open(&note, key)).transpose().map_err(|error| {
        Illness::new(format!("the published checkpoint cannot be trusted: {}", chain(&error)), ASK_THE_LOG)
    })?;
    let sealed = sealed.map_or(0, |checkpoint| checkpoint.size);
    let entries = audit::head(store).await.map_err(of_the_store)?.size();
    if entries < sealed {
        let what = format!("it has {entries} entries, and {sealed} were sealed");
        return Err(Illness::new(what, ASK_THE_LOG));
    }
    expect_writable(&config.directory)?;
    Ok(format!("{entries} entries, {sealed} of them sealed in {}", config.directory.display()))
}

/// The directory itself, or the nearest one above it in which it would be made.
fn expect_writable(directory: &Path) -> Result<(), Illness> {
    let there = directory.ancestors().find(|above| above.exists()).unwrap_or(Path::new("."));
    rustix::fs::access(there, Access::WRITE_OK | Access::EXEC_OK).map_err(|error| {
        Illness::new(format!("{} cannot be written: {error}", there.display()), may_write(directory))
    })
}

fn may_write(directory: &Path) -> String {
    format!("give the user that Majlis runs as the right to write in {}", directory.display())
}

/// Whether whoever gives second opinions answers, as far as the daemon's questions show: none is sent from here.
pub(super) async fn second_opinion(host: &str, store: &Store) -> Result<String, Illness> {
    match jobs::failed(store, &Lane::Opine).await.map_err(of_the_store)? {
        0 => Ok(format!("{host} is asked about what awaits review")),
        count => Err(Illness::new(
            format!("{host} gave no answer yet about {count} of the texts that await review"),
            "the daemon's log says why (`no second opinion`); mend `[second_opinion]` or whoever answers there. Nothing else waits",
        )),
    }
}

fn of_the_store(error: StoreError) -> Illness {
    Illness::new(chain(&error), "mend the database first")
}
