//! An account on X: mentions of it, replies to it and the conversations it began; hiding, and replies.
//!
//! A round reads three lists, because no one of them holds everything: mentions, a search for what is
//! written to the account or by it, and a search in its recent conversations. Every list is read to its
//! end, which `since_id` keeps near.

mod error;
mod post;
mod price;
mod round;
mod window;

use std::sync::{Mutex, PoisonError};

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use reqwest::{Method, RequestBuilder};
use serde_json::Value;

use super::http::{Answer, Http, Purpose};
use super::paging::{self, Reader};
use super::sent::Search;
use super::{Call, Cursor, Looked, Next, Page, PlatformApi, PlatformError, SentReply, http, json, oauth};
use crate::config::Vocabulary;
use crate::domain::action::{Act, Receipt};
use crate::domain::comment::{Comment, Platform};
use crate::domain::credentials::{Secret, Tokens};
use crate::domain::limits;
use crate::domain::quota::{self, Announced, Errand};
use post::Content;
use price::Bill;
use round::{List, Round};
use window::{purse_of, window};

/// What the reader makes of any page at any place of a round.
#[cfg(any(test, fuzzing))]
pub(super) fn read_any(page: &Value, cursor: Option<&Cursor>, now: Timestamp) -> Page {
    paging::resume::<Round>(cursor).begun(now).turn(page, Reader { account: "1", now })
}

/// One account of ours.
#[derive(Debug)]
pub(super) struct X {
    pub(super) http: Http,
    pub(super) api_base: String,
    /// The account's id.
    pub(super) account: String,
    /// Its name without `@`.
    pub(super) handle: String,
    pub(super) vocabulary: Vocabulary,
    pub(super) client_id: String,
    pub(super) client_secret: Option<Secret>,
    pub(super) refresh_token: Secret,
    pub(super) token_endpoint: String,
    /// What the last answers said of X's windows.
    pub(super) announced: Mutex<Vec<Announced>>,
    /// What the last answers cost.
    pub(super) bill: Bill,
}

/// Items in a page, the most that X gives.
const PAGE_SIZE: &str = "100";
/// The rights that our work needs.
pub(super) const RIGHTS: [&str; 4] = ["tweet.read", "users.read", "tweet.write", "tweet.moderate.write"];
/// How long an access token lives where the answer does not say.
const TOKEN_LIFE: SignedDuration = SignedDuration::from_hours(2);

impl X {
    async fn get(&self, call: Call<'_>, path: &str, query: &[(&str, &str)]) -> Result<Value, PlatformError> {
        let request = self.http.request(Method::GET, format!("{}/{path}", self.api_base));
        self.send(call, request.query(query), Purpose::Read).await
    }

    async fn send(
        &self,
        call: Call<'_>,
        request: RequestBuilder,
        purpose: Purpose,
    ) -> Result<Value, PlatformError> {
        let answer = self.ask(call, request, purpose).await?;
        if answer.status.is_success() && !error::only_errors(&answer.json) {
            return Ok(answer.json);
        }
        Err(error::refused(&answer, purpose, call.now))
    }

    async fn ask(
        &self,
        call: Call<'_>,
        request: RequestBuilder,
        purpose: Purpose,
    ) -> Result<Answer, PlatformError> {
        let request = request.bearer_auth(call.access.expose());
        let purse = purse_of(&request);
        let answer = self.http.send(request, purpose, &[call.access], call.now).await?;
        if let Some(told) = purse.and_then(|purse| window(&answer, purse)) {
            let mut announced = self.announced.lock().unwrap_or_else(PoisonError::into_inner);
            announced.retain(|one| one.purse != told.purse);
            announced.push(told);
        }
        Ok(answer)
    }

    /// What is to be told of posts: the fields that are read.
    fn fields(&self) -> &'static [(&'static str, &'static str)] {
        match self.vocabulary {
            // In this vocabulary the fields beyond the comma list come by expansion alone.
            Vocabulary::Post => &[
                ("post.fields", "created_at,conversation_id,note_post"),
                ("expansions", "author_id,in_reply_to_user_id,referenced_posts,edit_history_post_ids"),
                ("user.fields", "username,name"),
            ],
            Vocabulary::Tweet => &[
                (
                    "tweet.fields",
                    "created_at,conversation_id,note_tweet,author_id,in_reply_to_user_id,referenced_tweets,edit_history_tweet_ids",
                ),
                ("expansions", "author_id"),
                ("user.fields", "username,name"),
            ],
        }
    }

    /// One page of the list at `path`.
    async fn list(&self, call: Call<'_>, path: &str, query: &[(&str, &str)]) -> Result<Value, PlatformError> {
        let query = [query, self.fields(), &[("max_results", PAGE_SIZE)]].concat();
        let answer = self.get(call, path, &query).await?;
        self.bill.add(&answer, 0, call.now);
        http::page(answer, &["/data", "/meta"])
    }
}

#[async_trait]
impl PlatformApi for X {
    fn platform(&self) -> Platform {
        Platform::X
    }

    async fn comments(&self, call: Call<'_>, cursor: Option<&Cursor>) -> Result<Page, PlatformError> {
        let round = paging::resume::<Round>(cursor).begun(call.now);
        let path = match round.list {
            List::Mentions => format!("users/{}/mentions", self.account),
            List::Addressed | List::Conversations => "tweets/search/recent".to_owned(),
        };
        let search = round.search(&self.handle);
        let since = round.since_id(call.now).map(|id| id.to_string());
        let mut query = Vec::new();
        query.extend(search.as_deref().map(|search| ("query", search)));
        query.extend(since.as_deref().map(|id| ("since_id", id)));
        query.extend(round.spot.token.as_deref().map(|token| ("pagination_token", token)));
        let page = self.list(call, &path, &query).await?;
        Ok(round.turn(&page, Reader { account: &self.account, now: call.now }))
    }

    fn pass_over(&self, cursor: Option<&Cursor>) -> Option<Next> {
        paging::resume::<Round>(cursor).pass_over()
    }

    fn errand(&self, cursor: Option<&Cursor>) -> Errand<'static> {
        match paging::resume::<Round>(cursor).list {
            List::Mentions => Errand::Read,
            List::Addressed | List::Conversations => Errand::Find,
        }
    }

    async fn perform(&self, call: Call<'_>, comment: &Comment, act: &Act) -> Result<Receipt, PlatformError> {
        let id = &comment.platform_id;
        let (method, path, body) = match act {
            Act::Hide => (Method::PUT, format!("tweets/{id}/hidden"), serde_json::json!({"hidden": true})),
            Act::Unhide => (Method::PUT, format!("tweets/{id}/hidden"), serde_json::json!({"hidden": false})),
            Act::Reply { text } | Act::Acknowledge { text, .. } => {
                limits::check_reply(Platform::X, text)?;
                (
                    Method::POST,
                    "tweets".to_owned(),
                    serde_json::json!({"text": text, "reply": {"in_reply_to_tweet_id": id}}),
                )
            }
        };
        let request = self.http.request(method, format!("{}/{path}", self.api_base)).json(&body);
        let answer = self.send(call, request, Purpose::Write).await?;
        let reference = match act {
            Act::Hide | Act::Unhide => {
                (answer.pointer("/data/hidden") == body.get("hidden")).then(|| id.clone())
            }
            Act::Reply { .. } | Act::Acknowledge { .. } => json::id(&answer, "/data/id"),
        };
        let reference = reference.ok_or_else(|| Purpose::Write.lost("an answer that proves nothing"))?;
        Ok(Receipt { reference })
    }

    fn look_max(&self) -> usize {
        100
    }

    async fn look(&self, call: Call<'_>, ids: &[String]) -> Result<Vec<Looked>, PlatformError> {
        let request = self.http.request(Method::GET, format!("{}/tweets", self.api_base));
        let request = request.query(&[("ids", ids.join(","))]).query(self.fields());
        let answer = self.ask(call, request, Purpose::Read).await?;
        if !answer.status.is_success() {
            return Err(error::refused(&answer, Purpose::Read, call.now));
        }
        self.bill.add(&answer.json, quota::x_look(ids.len()), call.now);
        // Where nothing was found the answer holds errors alone, one for each id.
        let found = http::page(answer.json, &["/data", "/errors"])?;
        Ok(post::looked(&found, ids, Reader { account: &self.account, now: call.now }))
    }

    /// Our own timeline shows a reply at once; search would take half a minute to know it.
    async fn find_replies(
        &self,
        call: Call<'_>,
        comment: &Comment,
        text: &str,
        since: Timestamp,
    ) -> Result<Vec<SentReply>, PlatformError> {
        let start = since.checked_sub(SignedDuration::from_mins(1)).unwrap_or(since);
        let start = start.strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
        let path = format!("users/{}/tweets", self.account);
        let mut search = Search::default();
        loop {
            let mut query = vec![("start_time", start.as_str())];
            query.extend(search.spot().token.as_deref().map(|token| ("pagination_token", token)));
            let page = self.list(call, &path, &query).await?;
            let posts = post::read(&page, Reader { account: &self.account, now: call.now });
            let replies = posts.into_iter().filter_map(|post| match post.content {
                Content::Comment(reply) if reply.parent_id.as_ref() == Some(&comment.platform_id) => {
                    Some(reply)
                }
                _ => None,
            });
            if !search.goes_on(replies.collect(), round::next_page(&page)) {
                return search.found(text, since);
            }
        }
    }

    async fn probe(&self, call: Call<'_>) -> Result<String, PlatformError> {
        let me = self.get(call, "users/me", &[]).await?;
        let username = json::name(&me, "/data/username").unwrap_or_default();
        if json::id(&me, "/data/id").as_ref() != Some(&self.account) {
            let detail = format!("the token is @{username}'s, whose id is not {}", self.account);
            return Err(PlatformError::Revoked { detail });
        }
        Ok(format!("account @{username}"))
    }

    fn announced(&self) -> Vec<Announced> {
        self.announced.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn owed(&self) -> i64 {
        self.bill.owed()
    }

    fn paid(&self, amount: i64) {
        self.bill.pay(amount);
    }

    fn answered_at(&self) -> Option<Timestamp> {
        self.http.answered_at()
    }

    fn renew_at(&self, tokens: &Tokens, obtained_at: Timestamp) -> Option<Timestamp> {
        oauth::due(tokens, obtained_at)
    }

    async fn renew(&self, tokens: &Tokens, now: Timestamp) -> Result<Tokens, PlatformError> {
        let refresh = tokens.refresh.as_ref().unwrap_or(&self.refresh_token);
        let mut form = vec![("grant_type", "refresh_token"), ("refresh_token", refresh.expose())];
        let mut request = self.http.request(Method::POST, self.token_endpoint.clone());
        match &self.client_secret {
            Some(secret) => request = request.basic_auth(&self.client_id, Some(secret.expose())),
            None => form.push(("client_id", &self.client_id)),
        }
        let answer = self.http.send(request.form(&form), Purpose::Read, &[refresh], now).await?;
        oauth::renewed(&answer, refresh, TOKEN_LIFE, &RIGHTS, now)
    }
}
