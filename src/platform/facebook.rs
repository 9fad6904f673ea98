//! A Facebook Page: the comments under its posts, hiding, and replies.
//!
//! A round lists the newest posts, and older ones in turn, and then reads each one's comments of all levels, newest first, so
//! that a reply under an old comment stands on the first page too. `since` would save pages, but its
//! meaning on comments is written down nowhere, so reading stops at known ground instead.

mod round;
mod webhook;

use async_trait::async_trait;
use jiff::Timestamp;
use serde_json::Value;

use super::graph::{self, Graph};
use super::http::Http;
use super::paging::{self, Reader};
use super::sent::Search;
use super::{
    Call, Cursor, Delivered, Inspected, Looked, Next, Page, PlatformApi, PlatformError, SentReply, json,
};
use crate::config::SourceConfig;
use crate::domain::action::{Act, Receipt, Refusal};
use crate::domain::comment::{Comment, Platform};
use crate::domain::credentials::{Secret, Tokens};
use crate::domain::limits;
use crate::domain::quota::Announced;
use round::At;

/// The fields of a comment that are read.
const COMMENT_FIELDS: &str = "id,message,created_time,from{id,name},parent{id},is_hidden";

/// What a page's token must be allowed.
const RIGHTS: [&str; 3] = ["pages_read_engagement", "pages_read_user_content", "pages_manage_engagement"];

/// What the reader makes of any page at any place of a round.
#[cfg(any(test, fuzzing))]
pub(super) fn read_any(page: &Value, cursor: Option<&Cursor>, now: Timestamp) -> Page {
    match paging::resume(cursor) {
        At::Posts { spot, ahead } => round::posts(page, &spot, ahead),
        At::Comments { post, spot, ahead } => {
            round::comments(page, post, &spot, ahead, Reader { account: "1", now })
        }
    }
}

/// One Page of ours.
#[derive(Debug)]
pub(super) struct Facebook {
    graph: Graph,
    page: String,
}

impl Facebook {
    pub(super) fn new(http: Http, source: &SourceConfig, app_secret: Option<&Secret>) -> Self {
        Self { graph: Graph::new(http, &source.api_base, app_secret), page: source.account.clone() }
    }

    /// The list of comments at `edge`: of a post, or of a comment's thread.
    async fn list(&self, call: Call<'_>, edge: &str, after: Option<&str>) -> Result<Value, PlatformError> {
        let size = round::PAGE_SIZE.to_string();
        let mut query = vec![
            ("filter", "stream"),
            ("order", "reverse_chronological"),
            ("fields", COMMENT_FIELDS),
            ("limit", &size),
        ];
        query.extend(after.map(|after| ("after", after)));
        self.graph.list(call, &format!("{edge}/comments"), &query).await
    }

    async fn posts(&self, call: Call<'_>, size: usize, after: Option<&str>) -> Result<Value, PlatformError> {
        let size = size.to_string();
        let mut query = vec![("fields", round::POST_FIELDS), ("limit", &size)];
        query.extend(after.map(|after| ("after", after)));
        self.graph.list(call, &format!("{}/published_posts", self.page), &query).await
    }

    /// What a refused act means. A comment that cannot be hidden or answered and a right that was
    /// taken from us bear the same code; the comment itself tells them apart.
    async fn looked_into(
        &self,
        call: Call<'_>,
        comment: &Comment,
        right: &str,
        refusal: PlatformError,
    ) -> PlatformError {
        if !matches!(refusal, PlatformError::Revoked { .. }) {
            return self.graph.gone_or_shut_out(call, &self.page, refusal).await;
        }
        match self.graph.get(call, &comment.platform_id, &[("fields", right)]).await {
            Ok(seen) if seen.get(right) == Some(&Value::Bool(false)) => {
                PlatformError::Refused { reason: Refusal::NotAllowed, detail: format!("{right} is false") }
            }
            _ => refusal,
        }
    }
}

#[async_trait]
impl PlatformApi for Facebook {
    fn platform(&self) -> Platform {
        Platform::Facebook
    }

    async fn comments(&self, call: Call<'_>, cursor: Option<&Cursor>) -> Result<Page, PlatformError> {
        let reader = Reader { account: &self.page, now: call.now };
        match paging::resume(cursor) {
            At::Posts { spot, ahead } => {
                let size = ahead.page_size(round::PAGE_SIZE);
                match self.posts(call, size, spot.token.as_deref()).await {
                    Ok(json) => Ok(round::posts(&json, &spot, ahead)),
                    Err(error) => round::refused_posts(error, &spot, ahead),
                }
            }
            At::Comments { post, spot, ahead } => match self.list(call, &post, spot.token.as_deref()).await {
                Ok(json) => Ok(round::comments(&json, post, &spot, ahead, reader)),
                Err(PlatformError::Refused { reason: Refusal::Gone, .. }) => Ok(round::deleted_post(ahead)),
                Err(error) => Err(spot.stale(error)),
            },
        }
    }

    fn sweep(&self, cursor: Cursor) -> Cursor {
        paging::cursor(&round::sweep(paging::resume(Some(&cursor))))
    }

    fn pass_over(&self, cursor: Option<&Cursor>) -> Option<Next> {
        round::pass_over(paging::resume(cursor))
    }

    fn narrow(&self, next: Next, due: &mut dyn FnMut(&str) -> bool) -> Next {
        round::narrow(next, due)
    }

    async fn perform(&self, call: Call<'_>, comment: &Comment, act: &Act) -> Result<Receipt, PlatformError> {
        let id = &comment.platform_id;
        let (done, right) = match act {
            // Alone: an update that names the text without its attachment takes the attachment away.
            Act::Hide => (self.graph.post(call, id, &[("is_hidden", "true")]).await, "can_hide"),
            Act::Unhide => (self.graph.post(call, id, &[("is_hidden", "false")]).await, "can_hide"),
            Act::Reply { text } | Act::Acknowledge { text, .. } => {
                limits::check_reply(Platform::Facebook, text)?;
                (self.graph.post(call, &format!("{id}/comments"), &[("message", text)]).await, "can_comment")
            }
        };
        match done {
            Ok(answer) => graph::receipt(&answer, comment, act),
            Err(refusal) => Err(self.looked_into(call, comment, right, refusal).await),
        }
    }

    /// One by one: where one of several is gone the Graph API refuses them all, and each counts as a call anyway.
    fn look_max(&self) -> usize {
        1
    }

    async fn look(&self, call: Call<'_>, ids: &[String]) -> Result<Vec<Looked>, PlatformError> {
        let mut looked = Vec::with_capacity(ids.len());
        for id in ids {
            let seen = match self.graph.get(call, id, &[("fields", COMMENT_FIELDS)]).await {
                Ok(seen) => seen,
                Err(refusal) => match self.graph.gone_or_shut_out(call, &self.page, refusal).await {
                    PlatformError::Refused { reason: Refusal::Gone, .. } => {
                        looked.push(Looked::Gone(id.clone()));
                        continue;
                    }
                    error => return Err(error),
                },
            };
            let post = round::post_of(&self.page, id);
            let reader = Reader { account: &self.page, now: call.now };
            let seen = round::comment(&seen, reader, post.as_deref());
            looked.extend(seen.map(|seen| Looked::Seen(Box::new(seen))));
        }
        Ok(looked)
    }

    fn delivered(&self, body: &[u8], now: Timestamp) -> Delivered {
        json::decode(body).map_or_else(Delivered::default, |delivery| {
            webhook::read(&delivery, Reader { account: &self.page, now })
        })
    }

    async fn subscribe(&self, call: Call<'_>) -> Result<(), PlatformError> {
        let edge = format!("{}/subscribed_apps", self.page);
        self.graph.post(call, &edge, &[("subscribed_fields", "feed")]).await.map(drop)
    }

    async fn inspect(&self, call: Call<'_>) -> Result<Option<Inspected>, PlatformError> {
        self.graph.inspect(call, &RIGHTS).await.map(Some)
    }

    async fn find_replies(
        &self,
        call: Call<'_>,
        comment: &Comment,
        text: &str,
        since: Timestamp,
    ) -> Result<Vec<SentReply>, PlatformError> {
        // Facebook keeps two levels: a reply to a reply is listed under the first comment.
        let thread = comment.parent_id.as_ref().unwrap_or(&comment.platform_id);
        let reader = Reader { account: &self.page, now: call.now };
        let mut search = Search::default();
        loop {
            let page = match self.list(call, thread, search.spot().token.as_deref()).await {
                Ok(page) => page,
                Err(PlatformError::Refused { reason: Refusal::Gone | Refusal::NotAllowed, .. }) => {
                    return Ok(Vec::new());
                }
                Err(error) => return Err(search.spot().stale(error)),
            };
            let replies = round::items(&page, reader, None).comments;
            if !search.goes_on(replies, graph::next_page(&page, round::PAGE_SIZE)) {
                return search.found(text, since);
            }
        }
    }

    async fn probe(&self, call: Call<'_>) -> Result<String, PlatformError> {
        let page = self.graph.get(call, &self.page, &[("fields", "id,name")]).await?;
        Ok(format!("page {}", json::name(&page, "/name").unwrap_or_else(|| self.page.clone())))
    }

    fn announced(&self) -> Vec<Announced> {
        self.graph.announced()
    }

    fn answered_at(&self) -> Option<Timestamp> {
        self.graph.answered_at()
    }

    fn renew_at(&self, _: &Tokens, _: Timestamp) -> Option<Timestamp> {
        None
    }

    async fn renew(&self, _: &Tokens, _: Timestamp) -> Result<Tokens, PlatformError> {
        Err(PlatformError::Revoked { detail: "a page token cannot be renewed; make a new one".into() })
    }
}
