//! What acts lean on: saved replies, the sources and their health, the documents in force, the latest checkpoint.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use jiff::Timestamp;
use serde::Serialize;

use crate::config::SavedReply;
use crate::domain::comment::{Platform, SourceId};
use crate::domain::staff::Right;
use crate::store::documents::{self, DocumentKind};
use crate::store::{StoreError, audit, sources};

use super::super::WebState;
use super::caller::Caller;
use super::problem::Problem;

type Web = State<Arc<WebState>>;

#[derive(Serialize)]
pub(super) struct Replies {
    replies: Vec<SavedReply>,
}

pub(super) async fn replies(State(web): Web, caller: Caller) -> Result<Json<Replies>, Problem> {
    caller.need(Right::ReadComments)?;
    Ok(Json(Replies { replies: web.saved_replies.clone() }))
}

#[derive(Serialize)]
pub(super) struct Sources {
    sources: Vec<SourceView>,
}

#[derive(Serialize)]
struct SourceView {
    id: SourceId,
    platform: Platform,
    state: &'static str,
    since: Timestamp,
    detail: Option<String>,
    last_read_at: Option<Timestamp>,
}

pub(super) async fn sources(State(web): Web, caller: Caller) -> Result<Json<Sources>, Problem> {
    caller.need(Right::ReadService)?;
    let found = sources::all_health(&web.store).await.map_err(Problem::from_store)?;
    let sources = found.into_iter().map(|found| SourceView {
        id: found.source,
        platform: found.platform,
        state: found.state.as_str(),
        since: found.since,
        detail: found.detail,
        last_read_at: found.last_read_at,
    });
    Ok(Json(Sources { sources: sources.collect() }))
}

#[derive(Serialize)]
pub(super) struct Documents {
    documents: Vec<DocumentView>,
}

#[derive(Serialize)]
struct DocumentView {
    kind: &'static str,
    /// What rules; null where nothing was adopted yet.
    adopted: Option<AdoptedView>,
    /// What was proposed and never ruled.
    proposals: Vec<ProposalView>,
}

#[derive(Serialize)]
struct AdoptedView {
    hash: String,
    at: Timestamp,
    /// Null for the text that was shipped.
    by: Option<String>,
}

#[derive(Serialize)]
struct ProposalView {
    hash: String,
    at: Timestamp,
    by: String,
}

pub(super) async fn documents(State(web): Web, caller: Caller) -> Result<Json<Documents>, Problem> {
    caller.need(Right::ReadService)?;
    let policy = document(&web, DocumentKind::Policy).await.map_err(Problem::from_store)?;
    let calendar = document(&web, DocumentKind::Calendar).await.map_err(Problem::from_store)?;
    Ok(Json(Documents { documents: vec![policy, calendar] }))
}

async fn document(web: &WebState, kind: DocumentKind) -> Result<DocumentView, StoreError> {
    let adopted = documents::adopted(&web.store, kind).await?;
    let proposals = documents::proposals(&web.store, kind).await?;
    Ok(DocumentView {
        kind: kind.as_str(),
        adopted: adopted.map(|found| AdoptedView { hash: found.hash, at: found.at, by: found.by }),
        proposals: proposals
            .into_iter()
            .map(|found| ProposalView { hash: found.hash, at: found.at, by: found.by })
            .collect(),
    })
}

#[derive(Serialize)]
pub(super) struct CheckpointView {
    /// How many entries it covers.
    size: u64,
    /// The Merkle root over them, in hexadecimal.
    root: String,
    /// The signed note.
    note: String,
    at: Timestamp,
}

pub(super) async fn checkpoint(State(web): Web, caller: Caller) -> Result<Json<CheckpointView>, Problem> {
    caller.need(Right::ReadAudit)?;
    let found = audit::last_checkpoint(&web.store).await.map_err(Problem::from_store)?;
    let found = found.ok_or_else(Problem::no_checkpoint)?;
    Ok(Json(CheckpointView {
        size: found.size,
        root: found.root.to_string(),
        note: found.note,
        at: found.at,
    }))
}
