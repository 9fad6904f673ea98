//! The audit log as the auditor's pages show it: entries by person, comment, clause and time, one comment's story with what the public
//! saw of it, and the proof of an entry. Every look is an entry of the log itself. Where one of the entries is not what was logged none
//! is told, and all changes are stopped.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::domain::action::{Action, ActionId};
use crate::domain::audit::{Altered, AuditEvent, EntryView, Field, PublicView, Shown, public_view};
use crate::domain::comment::CommentId;
use crate::domain::policy::ClauseId;
use crate::domain::staff::Right;
use crate::store::StoreError;
use crate::store::audit::{self, Sought};
use crate::store::comments::{self, Story};

use super::super::WebState;
use super::super::looked::{asked_for, looked, stop};
use super::super::proof::{self, NotProved};
use super::caller::Caller;
use super::problem::Problem;
use super::sent::{Asked, Numbered};

/// Entries on a page.
const PAGE: u32 = 100;

/// The most bytes of a name that is sought: longer than anybody's.
const PERSON_MAX_BYTES: usize = 1_000;

type Web = State<Arc<WebState>>;

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Search {
    person: Option<String>,
    comment: Option<CommentId>,
    clause: Option<ClauseId>,
    from: Option<Timestamp>,
    to: Option<Timestamp>,
    before: Option<u64>,
}

#[derive(Serialize)]
pub(super) struct Found {
    /// The newest first.
    entries: Vec<Value>,
    /// How many entries the latest checkpoint covers: those with a lesser number can be proved.
    sealed: u64,
    /// The `before` of the next page; null on the last one.
    next: Option<u64>,
}

pub(super) async fn search(
    State(web): Web,
    caller: Caller,
    query: Result<Asked<Search>, Problem>,
) -> Result<Json<Found>, Problem> {
    caller.need(Right::ReadAudit)?;
    let Asked(Search { person, comment, clause, from, to, before }) = query?;
    if person.as_ref().is_some_and(|name| name.len() > PERSON_MAX_BYTES) {
        return Err(Problem::bad_query(format!("`person` has at most {PERSON_MAX_BYTES} bytes")));
    }
    let sought = Sought { comment, staff: person, clause, from, to, before };
    let asked = asked_for(&sought);
    looked(&web, caller.name(), "log".to_owned(), asked).await.map_err(Problem::from_store)?;
    let mut rows = audit::find(&web.store, &sought, PAGE + 1).await.map_err(Problem::from_store)?;
    let more = rows.len() > PAGE as usize;
    rows.truncate(PAGE as usize);
    let entries = sound(&web, rows).await?;
    let next = entries.last().filter(|_| more).map(|entry| entry.seq);
    let entries = entries.iter().map(as_json).collect();
    Ok(Json(Found { entries, sealed: sealed(&web).await?, next }))
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Instant {
    at: Option<Timestamp>,
}

#[derive(Serialize)]
pub(super) struct Told {
    /// The oldest first, but for looks.
    entries: Vec<Value>,
    /// How often somebody looked at it by the log.
    looks: u64,
    /// How many entries the latest checkpoint covers.
    sealed: u64,
    public: Saw,
}

/// What the public saw at an instant.
#[derive(Serialize)]
struct Saw {
    at: Timestamp,
    shown: Shown,
    /// The number of the text; null before there was one.
    revision: Option<i64>,
    /// Null after erasure, too.
    text: Option<String>,
    replies: Vec<ReplyView>,
}

/// A reply of ours that stood under it.
#[derive(Serialize)]
struct ReplyView {
    action: ActionId,
    /// Null after erasure.
    text: Option<String>,
}

pub(super) async fn story(
    State(web): Web,
    caller: Caller,
    number: Result<Numbered, Problem>,
    query: Result<Asked<Instant>, Problem>,
) -> Result<Json<Told>, Problem> {
    caller.need(Right::ReadAudit)?;
    caller.need(Right::ReadComments)?;
    let (Numbered(id), Asked(Instant { at })) = (number?, query?);
    let story = comments::story(&web.store, id).await.map_err(Problem::from_store)?;
    let story = story.ok_or_else(Problem::no_such_comment)?;
    let seen_at = at.map_or(Field::Null, |at| Field::Word(at.to_string()));
    let asked = [("seen_at", seen_at)];
    looked(&web, caller.name(), format!("comment:{id}"), asked).await.map_err(Problem::from_store)?;
    let mut looks = 0;
    let told = |entry: Result<EntryView, Altered>| {
        let is_look = entry.as_ref().is_ok_and(|entry| entry.act == AuditEvent::READ);
        looks += u64::from(is_look);
        (!is_look).then_some(entry)
    };
    let entries = audit::about(&web.store, id, told).await.map_err(Problem::from_store)?;
    let entries = sound(&web, entries).await?;
    let public = Saw::of(&story, &entries, at.unwrap_or_else(|| web.clock.now()));
    let entries = entries.iter().map(as_json).collect();
    Ok(Json(Told { entries, looks, sealed: sealed(&web).await?, public }))
}

impl Saw {
    fn of(story: &Story, entries: &[EntryView], at: Timestamp) -> Self {
        let PublicView { shown, revision, replies } = public_view(entries, at);
        let text = story.revisions.iter().find(|one| Some(one.number) == revision);
        let replies = story
            .actions
            .iter()
            .map(|one| &one.action)
            .filter(|action| u64::try_from(action.id.0).is_ok_and(|number| replies.contains(&number)));
        let reply = |action: &Action| ReplyView {
            action: action.id,
            text: action.act.text().filter(|text| !text.is_empty()).map(str::to_owned),
        };
        Self {
            at,
            shown,
            revision,
            text: text.and_then(|one| one.text.clone()),
            replies: replies.map(reply).collect(),
        }
    }
}

pub(super) async fn proof(
    State(web): Web,
    caller: Caller,
    Path(seq): Path<String>,
) -> Result<impl IntoResponse, Problem> {
    caller.need(Right::ReadAudit)?;
    let seq: u64 = seq.parse().map_err(|_| Problem::no_such_entry())?;
    let form = [("form", Field::Word("proof".to_owned()))];
    looked(&web, caller.name(), format!("entry:{seq}"), form).await.map_err(Problem::from_store)?;
    let note = proof::latest(&web.audit_directory)?;
    match proof::prove(&web.store, &web.audit_directory, &web.audit_key, &note, seq).await {
        Err(NotProved::Store(StoreError::Altered(altered))) => Err(stopped(&web, &altered).await),
        proved => Ok(([(CONTENT_TYPE, "text/plain; charset=utf-8")], proved?)),
    }
}

/// The entries, where each is what was logged.
async fn sound(web: &WebState, read: Vec<Result<EntryView, Altered>>) -> Result<Vec<EntryView>, Problem> {
    match read.into_iter().collect::<Result<Vec<_>, _>>() {
        Ok(entries) => Ok(entries),
        Err(altered) => Err(stopped(web, &altered).await),
    }
}

/// Stops all changes for an entry that is not what was logged, and says so.
async fn stopped(web: &WebState, altered: &Altered) -> Problem {
    match stop(web, altered).await {
        Ok(()) => Problem::altered(altered),
        Err(error) => Problem::from_store(error),
    }
}

fn as_json(entry: &EntryView) -> Value {
    let field = |field: &Field| match field {
        Field::Int(number) => json!(number),
        Field::Word(word) => json!(word),
        Field::Commitment(hash) => json!({ "commitment": hash }),
        Field::Null => Value::Null,
    };
    let fields: serde_json::Map<String, Value> =
        entry.fields.iter().map(|(name, value)| (name.clone(), field(value))).collect();
    let actor = json!({"kind": entry.kind, "name": entry.name, "as": entry.acted_as});
    json!({"seq": entry.seq, "at": entry.at, "actor": actor, "act": entry.act, "object": entry.object, "fields": fields})
}

async fn sealed(web: &WebState) -> Result<u64, Problem> {
    let latest = audit::last_checkpoint(&web.store).await.map_err(Problem::from_store)?;
    Ok(latest.map_or(0, |latest| latest.size))
}
