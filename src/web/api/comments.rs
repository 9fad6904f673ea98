//! Reading comments: lists, and one comment's story. Fields are named as in the export.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::header::ETAG;
use axum::response::IntoResponse;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::domain::comment::{Comment, CommentId, Mark, Platform, SourceId, Visibility};
use crate::domain::holder::Holder;
use crate::domain::judge::Kind;
use crate::domain::policy::ClauseId;
use crate::domain::reply::Language;
use crate::domain::staff::Right;
use crate::store::comments::{self, FirstReply, ListFilter, ListKey, ListRow, ListState, OpenCounts};
use crate::store::decisions::DecidedBy;

use super::super::{CountedBy, WebState};
use super::caller::Caller;
use super::problem::Problem;
use super::sent::{Asked, Numbered, tag};
use super::story::StoryView;

const LIMIT_DEFAULT: u32 = 50;
const LIMIT_MAX: u32 = 200;

/// What to list.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ListQuery {
    state: Option<String>,
    platform: Option<Platform>,
    source: Option<SourceId>,
    kind: Option<Kind>,
    clause: Option<ClauseId>,
    holder: Option<Holder>,
    language: Option<Language>,
    due_before: Option<Timestamp>,
    due_from: Option<Timestamp>,
    words: Option<String>,
    limit: Option<u32>,
    after: Option<String>,
}

#[derive(Serialize)]
pub(super) struct Counted {
    platforms: Vec<OpenCounts>,
}

/// How much needs a person.
pub(super) async fn counts(
    State(web): State<Arc<WebState>>,
    caller: Caller,
) -> Result<Json<Counted>, Problem> {
    caller.need(Right::ReadComments)?;
    let platforms = comments::open_counts(&web.store, web.clock.now()).await.map_err(Problem::from_store)?;
    Ok(Json(Counted { platforms }))
}

#[derive(Serialize)]
pub(super) struct Listed {
    comments: Vec<CommentView>,
    /// The `after` of the next page; null on the last one.
    next: Option<String>,
}

pub(super) async fn list(
    State(web): State<Arc<WebState>>,
    caller: Caller,
    query: Result<Asked<ListQuery>, Problem>,
) -> Result<Json<Listed>, Problem> {
    caller.need(Right::ReadComments)?;
    let Asked(query) = query?;
    let limit = query.limit.unwrap_or(LIMIT_DEFAULT);
    // One more than is shown tells whether there is another page.
    let filter = ListFilter { limit: limit + 1, ..query.filter()? };
    let mut rows = comments::list(&web.store, &filter, web.clock.now()).await.map_err(Problem::from_store)?;
    let more = rows.len() > limit as usize;
    rows.truncate(limit as usize);
    let next = rows.last().filter(|_| more).map(|row| row.key.to_string());
    Ok(Json(Listed { comments: rows.into_iter().map(CommentView::of_row).collect(), next }))
}

pub(super) async fn story(
    State(web): State<Arc<WebState>>,
    caller: Caller,
    number: Result<Numbered, Problem>,
) -> Result<impl IntoResponse, Problem> {
    caller.need(Right::ReadComments)?;
    let Numbered(id) = number?;
    let story = comments::story(&web.store, id).await.map_err(Problem::from_store)?;
    let story = story.ok_or_else(Problem::no_such_comment)?;
    let rules = (web.in_force)().await;
    let in_force = rules.as_ref().map(|rules| &rules.calendar);
    let counted_by = CountedBy::of(&web.store, in_force, &story).await.map_err(Problem::from_store)?;
    let tag = tag(story.entry);
    Ok(([(ETAG, tag)], Json(StoryView::of(story, &counted_by, web.clock.now()))))
}

impl ListQuery {
    fn filter(self) -> Result<ListFilter, Problem> {
        if !(1..=LIMIT_MAX).contains(&self.limit.unwrap_or(LIMIT_DEFAULT)) {
            return Err(Problem::bad_query(format!("`limit` must be a number from 1 to {LIMIT_MAX}")));
        }
        let unread = |error: crate::domain::comment::UnknownWord| Problem::bad_query(error.to_string());
        let state = self.state.map(|word| word.parse::<ListState>()).transpose().map_err(unread)?;
        let after = self.after.map(|word| word.parse::<ListKey>()).transpose().map_err(unread)?;
        Ok(ListFilter {
            state: state.unwrap_or_default(),
            platform: self.platform,
            source: self.source,
            kind: self.kind,
            clause: self.clause,
            holder: self.holder,
            language: self.language,
            due_before: self.due_before,
            due_from: self.due_from,
            words: self.words,
            limit: 0,
            after,
        })
    }
}

/// A comment with its latest text, decision and clock.
#[derive(Serialize)]
pub(crate) struct CommentView {
    id: CommentId,
    platform: Platform,
    source: SourceId,
    platform_comment_id: String,
    parent_id: Option<String>,
    author: Option<String>,
    text: Option<String>,
    created_at: Option<Timestamp>,
    first_seen_at: Timestamp,
    revision: i64,
    visibility: Visibility,
    marks: Vec<Mark>,
    verdict: Option<&'static str>,
    clause: Option<ClauseId>,
    kind: Option<Kind>,
    decided_by: Option<DecidedBy>,
    reply_due_at: Option<Timestamp>,
    replied_at: Option<Timestamp>,
    /// Who has it; null for our own replies.
    holder: Option<Holder>,
    /// The act that is on its way: `hide`, `unhide`, `reply` or `acknowledge`.
    pending: Option<&'static str>,
}

impl CommentView {
    /// A row of a list.
    pub(crate) fn of_row(row: ListRow) -> Self {
        let mut view = CommentView::of(row.comment).timed(row.first_reply);
        if let Some(last) = row.last {
            view = view.decided(last.verdict, last.clause, last.kind, last.decided_by);
        }
        view.held_by(Some(row.holder)).pending(row.pending)
    }

    /// The same with the decision that rules.
    pub(super) fn decided(
        mut self,
        verdict: &'static str,
        clause: Option<ClauseId>,
        kind: Kind,
        decided_by: DecidedBy,
    ) -> Self {
        self.verdict = Some(verdict);
        self.clause = clause;
        self.kind = Some(kind);
        self.decided_by = Some(decided_by);
        self
    }

    /// The same with its first reply: of the open clock, else of the latest.
    pub(super) fn timed(mut self, first_reply: Option<FirstReply>) -> Self {
        self.reply_due_at = first_reply.and_then(|first| first.due_at);
        self.replied_at = first_reply.and_then(|first| first.replied_at);
        self
    }

    /// The same with who has it.
    pub(super) fn held_by(mut self, holder: Option<Holder>) -> Self {
        self.holder = holder;
        self
    }

    /// The same with the act that is on its way, if one is.
    pub(super) fn pending(mut self, act: Option<&'static str>) -> Self {
        self.pending = act;
        self
    }

    /// The comment alone.
    pub(super) fn of(comment: Comment) -> Self {
        CommentView {
            id: comment.id,
            platform: comment.platform,
            source: comment.source,
            platform_comment_id: comment.platform_id,
            parent_id: comment.parent_id,
            author: comment.author.and_then(|author| author.name.or(author.id)),
            text: comment.text,
            created_at: comment.created_at,
            first_seen_at: comment.first_seen_at,
            revision: comment.revision,
            visibility: comment.visibility,
            marks: comment.marks,
            verdict: None,
            clause: None,
            kind: None,
            decided_by: None,
            reply_due_at: None,
            replied_at: None,
            holder: None,
            pending: None,
        }
    }
}
