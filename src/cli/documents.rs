//! `majlis policy|calendar status|propose|adopt`: what rules, and how it is changed by two people.
//!
//! A text is checked before it is proposed and again before it is adopted, so that none rules that does not load.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use jiff::Timestamp;
use serde_json::json;

use super::caller::TokenArgs;
use super::{Answer, ConfigArgs, Failure, table};
use crate::clock::{Clock, SystemClock};
use crate::config::{self, Config, DocumentText};
use crate::domain::calendar::Calendar;
use crate::domain::document::Problem;
use crate::domain::policy::{Bundle, Policy};
use crate::domain::staff::Right;
use crate::store::documents::{self, DocumentKind};
use crate::store::{Step, Store};

/// So many digits of a hash tell documents apart.
pub(super) const HASH_MIN_DIGITS: usize = 8;

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Show what rules, what was proposed, and whether the file beside the configuration differs
    #[command(
        after_help = "Example:\n  majlis policy status --config /etc/majlis\n  majlis calendar status --config /etc/majlis"
    )]
    Status(ConfigArgs),
    /// Propose a file; another member of staff adopts it
    #[command(
        after_help = "Example:\n  majlis policy propose policy.toml --config /etc/majlis --token-file token\n  \
            majlis calendar propose calendar.toml --config /etc/majlis --token-file token"
    )]
    Propose {
        /// The file, with the word lists that it names beside it
        file: PathBuf,
        #[command(flatten)]
        acting: Acting,
    },
    /// Make what another member of staff proposed rule from now on
    #[command(
        after_help = "Example:\n  majlis policy adopt 3f1c0a9b --config /etc/majlis --token-file token\n  \
            majlis calendar adopt 3f1c0a9b --config /etc/majlis --token-file token"
    )]
    Adopt {
        /// The hash that `propose` and `status` show, or its first eight digits or more
        hash: String,
        #[command(flatten)]
        acting: Acting,
    },
}

#[derive(Debug, Args)]
pub(super) struct Acting {
    #[command(flatten)]
    config: ConfigArgs,
    #[command(flatten)]
    token: TokenArgs,
}

pub(super) async fn run(kind: DocumentKind, command: Command) -> Result<Answer, Failure> {
    match command {
        Command::Status(config) => {
            config.with_store(async |config, store| status(kind, config, store).await).await
        }
        Command::Propose { file, acting: Acting { config, token } } => {
            config.with_store(async |_, store| propose(kind, &file, store, &token).await).await
        }
        Command::Adopt { hash, acting: Acting { config, token } } => {
            config.with_store(async |_, store| adopt(kind, &hash, store, &token).await).await
        }
    }
}

async fn status(kind: DocumentKind, config: &Config, store: &Store) -> Result<Answer, Failure> {
    let adopted = documents::adopted(store, kind).await?;
    let proposals = documents::proposals(store, kind).await?;
    let file = match kind {
        DocumentKind::Policy => &config.policy.hash,
        DocumentKind::Calendar => &config.calendar.hash,
    };
    let word = kind.as_str();
    let zone = super::comments::official_zone(store).await;
    let local = |at: Timestamp| zone.to_datetime(at).strftime("%F %H:%M").to_string();
    let mut rows = Vec::new();
    if let Some(adopted) = &adopted {
        let by = adopted.by.clone().unwrap_or_else(|| "the first start".to_owned());
        rows.push(vec!["in force".to_owned(), adopted.hash.clone(), local(adopted.at), by]);
    }
    for proposal in &proposals {
        let row = ["proposed", &proposal.hash, &local(proposal.at), &proposal.by];
        rows.push(row.map(str::to_owned).to_vec());
    }
    let next = match &adopted {
        None => format!(
            "No {word} is in force yet; the first `majlis run` adopts the file beside the configuration."
        ),
        Some(adopted) if &adopted.hash == file => {
            "The file beside the configuration is the one in force.".to_owned()
        }
        Some(_) => format!(
            "The file beside the configuration differs ({file}) and is not in force; `majlis {word} propose FILE` proposes it."
        ),
    };
    let text = format!("{}\n{next}", table(&["state", "hash", "since", "by"], &rows));
    let proposals: Vec<_> = proposals
        .iter()
        .map(|proposal| json!({ "hash": proposal.hash, "at": proposal.at, "by": proposal.by }))
        .collect();
    let adopted = adopted.map(|adopted| json!({ "hash": adopted.hash, "at": adopted.at, "by": adopted.by }));
    Ok(Answer::done(text, json!({ "kind": word, "adopted": adopted, "proposals": proposals, "file": file })))
}

async fn propose(
    kind: DocumentKind,
    file: &Path,
    store: &Store,
    token: &TokenArgs,
) -> Result<Answer, Failure> {
    let staff = token.caller(store, Right::ProposeDocuments).await?;
    let read = match kind {
        DocumentKind::Policy => config::policy_file(file),
        DocumentKind::Calendar => config::calendar_file(file),
    };
    let DocumentText { hash, text } = read.map_err(Failure::Refused)?;
    let mut tx = store.begin(Step::Act).await?;
    documents::propose(&mut tx, kind, &hash, &text, &staff.name, SystemClock.now()).await?;
    tx.commit().await?;
    let word = kind.as_str();
    let text = format!(
        "{} proposed the {word} {hash}.\nAnother member of staff runs `majlis {word} adopt {hash}`.",
        staff.name
    );
    Ok(Answer::done(text, json!({ "kind": word, "hash": hash, "proposed_by": staff.name })))
}

async fn adopt(kind: DocumentKind, hash: &str, store: &Store, token: &TokenArgs) -> Result<Answer, Failure> {
    let staff = token.caller(store, Right::AdoptDocuments).await?;
    let hash = proposed(kind, hash, store).await?;
    let mut tx = store.begin(Step::Act).await?;
    documents::adopt(&mut tx, kind, &hash, &staff.name, SystemClock.now()).await?;
    tx.commit().await?;
    let word = kind.as_str();
    let text = format!("The {word} {hash} is in force from now on.");
    Ok(Answer::done(text, json!({ "kind": word, "hash": hash, "adopted_by": staff.name })))
}

/// The whole hash of the one proposal that `start` begins, whose text loads.
async fn proposed(kind: DocumentKind, start: &str, store: &Store) -> Result<String, Failure> {
    if start.len() < HASH_MIN_DIGITS {
        return Err(Failure::Usage(format!(
            "`{start}` is too short for a hash; write its first eight digits or more"
        )));
    }
    let mut found = documents::proposals(store, kind).await?;
    found.retain(|proposal| proposal.hash.starts_with(start));
    found.dedup_by(|one, other| one.hash == other.hash);
    let word = kind.as_str();
    match &found[..] {
        [proposal] => {
            loads(kind, &proposal.text).map_err(Failure::Refused)?;
            Ok(proposal.hash.clone())
        }
        [] => Err(Failure::told(format!(
            "no {word} that waits for adoption has the hash {start}; `majlis {word} status` lists what does"
        ))),
        _ => Err(Failure::told(format!(
            "more than one proposed {word} begins with {start}; write more of its hash"
        ))),
    }
}

pub(super) fn loads(kind: DocumentKind, text: &str) -> Result<(), Vec<Problem>> {
    match kind {
        DocumentKind::Policy => Bundle::from_text(text)
            .map_err(|error| vec![Problem::of_whole("the proposed policy", error.to_string())])
            .and_then(|bundle| Policy::parse(&bundle).map(|_| ())),
        DocumentKind::Calendar => Calendar::parse("the proposed calendar", text).map(|_| ()),
    }
}
