//! A YouTube channel: the comments under all of its videos, hiding, and replies.
//!
//! A round reads three queues of threads (published, held for review, likely spam), newest first, and
//! after each page the replies of threads that did not carry all of theirs. One list call costs a unit
//! of the day's 10,000, a hide or a reply 50.

mod error;
mod round;

use std::collections::HashMap;

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use reqwest::{Method, RequestBuilder, StatusCode};
use serde_json::Value;

use super::http::{Answer, Http, Purpose};
use super::paging::{self, Reader};
use super::sent::Search;
use super::{Call, Cursor, Looked, Next, Page, PlatformApi, PlatformError, SentReply, http, json, oauth};
use crate::domain::action::{Act, Receipt, Refusal};
use crate::domain::comment::{Comment, Incoming, Platform};
use crate::domain::credentials::{Secret, Tokens};
use crate::domain::limits;
use round::{List, Round};

/// What the reader makes of any page at any place of a round.
#[cfg(any(test, fuzzing))]
pub(super) fn read_any(page: &Value, cursor: Option<&Cursor>, now: Timestamp) -> Page {
    let round: Round = paging::resume(cursor);
    round.turn(page, Reader { account: "1", now })
}

/// One channel of ours.
#[derive(Debug)]
pub(super) struct Youtube {
    pub(super) http: Http,
    pub(super) api_base: String,
    /// The channel's id.
    pub(super) channel: String,
    pub(super) client_id: String,
    pub(super) client_secret: Secret,
    pub(super) refresh_token: Secret,
    pub(super) token_endpoint: String,
}

/// Items in a page, the most that YouTube gives.
const PAGE_SIZE: &str = "100";
/// How many ids a call takes is written nowhere; so many are sure.
const IDS_MAX: usize = 50;
/// The rights that our work needs.
pub(super) const RIGHTS: [&str; 1] = ["https://www.googleapis.com/auth/youtube.force-ssl"];
/// How long an access token lives where the answer does not say.
const TOKEN_LIFE: SignedDuration = SignedDuration::from_secs(3_599);

impl Youtube {
    /// One list call. Without `plainText` the words would come as HTML.
    async fn list(&self, call: Call<'_>, path: &str, query: &[(&str, &str)]) -> Result<Value, PlatformError> {
        let request = self.http.request(Method::GET, format!("{}/{path}", self.api_base));
        let request = request.query(query).query(&[("textFormat", "plainText")]);
        http::page(self.send(call, request, Purpose::Read).await?.json, &["/items", "/pageInfo"])
    }

    async fn replies(
        &self,
        call: Call<'_>,
        thread: &str,
        page: Option<&str>,
    ) -> Result<Value, PlatformError> {
        let mut query = vec![("part", "id,snippet"), ("parentId", thread), ("maxResults", PAGE_SIZE)];
        query.extend(page.map(|page| ("pageToken", page)));
        self.list(call, "comments", &query).await
    }

    async fn send(
        &self,
        call: Call<'_>,
        request: RequestBuilder,
        purpose: Purpose,
    ) -> Result<Answer, PlatformError> {
        let request = request.bearer_auth(call.access.expose());
        let answer = self.http.send(request, purpose, &[call.access], call.now).await?;
        if answer.status.is_success() { Ok(answer) } else { Err(error::refused(&answer, purpose, call.now)) }
    }

    async fn set_status(&self, call: Call<'_>, id: &str, status: &str) -> Result<String, PlatformError> {
        let request =
            self.http.request(Method::POST, format!("{}/comments/setModerationStatus", self.api_base));
        let request = request.query(&[("id", id), ("moderationStatus", status)]).body("");
        let answer = self.send(call, request, Purpose::Write).await?;
        // It says that nothing is to be said (comments.setModerationStatus); any other success is somebody else's.
        match answer.status {
            StatusCode::NO_CONTENT => Ok(id.to_owned()),
            _ => Err(Purpose::Write.lost("an answer that proves nothing")),
        }
    }

    async fn reply(&self, call: Call<'_>, thread: &str, text: &str) -> Result<String, PlatformError> {
        limits::check_reply(Platform::Youtube, text)?;
        let request = self.http.request(Method::POST, format!("{}/comments", self.api_base));
        let body = serde_json::json!({"snippet": {"parentId": thread, "textOriginal": text}});
        let answer =
            self.send(call, request.query(&[("part", "snippet")]).json(&body), Purpose::Write).await?;
        json::id(&answer.json, "/id").ok_or_else(|| Purpose::Write.lost("an answer that proves nothing"))
    }
}

#[async_trait]
impl PlatformApi for Youtube {
    fn platform(&self) -> Platform {
        Platform::Youtube
    }

    async fn comments(&self, call: Call<'_>, cursor: Option<&Cursor>) -> Result<Page, PlatformError> {
        let round = paging::resume::<Round>(cursor);
        let reader = Reader { account: &self.channel, now: call.now };
        match &round.list {
            List::Threads { spot } => {
                let mut query = vec![
                    ("part", "id,snippet,replies"),
                    ("allThreadsRelatedToChannelId", &self.channel),
                    ("moderationStatus", round.queue.as_str()),
                    ("order", "time"),
                    ("maxResults", PAGE_SIZE),
                ];
                query.extend(spot.token.as_deref().map(|page| ("pageToken", page)));
                let page = self.list(call, "commentThreads", &query).await?;
                Ok(round.turn(&page, reader))
            }
            List::Replies { thread, spot, .. } => {
                match self.replies(call, &thread.id, spot.token.as_deref()).await {
                    Ok(page) => Ok(round.turn(&page, reader)),
                    // The thread was deleted since it was listed. Whatever else is refused is a list that cannot be read.
                    Err(PlatformError::Refused { reason: Refusal::Gone, .. }) => Ok(round.skip()),
                    Err(error) => Err(error),
                }
            }
        }
    }

    fn sweep(&self, cursor: Cursor) -> Cursor {
        paging::cursor(&paging::resume::<Round>(Some(&cursor)).sweep())
    }

    fn pass_over(&self, cursor: Option<&Cursor>) -> Option<Next> {
        paging::resume::<Round>(cursor).pass_over()
    }

    async fn perform(&self, call: Call<'_>, comment: &Comment, act: &Act) -> Result<Receipt, PlatformError> {
        let reference = match act {
            Act::Hide => self.set_status(call, &comment.platform_id, "rejected").await?,
            Act::Unhide => self.set_status(call, &comment.platform_id, "published").await?,
            Act::Reply { text } | Act::Acknowledge { text, .. } => {
                self.reply(call, thread_of(comment), text).await?
            }
        };
        Ok(Receipt { reference })
    }

    /// It costs what one hide does, and a day has no more than two hundred.
    fn hides_at_once(&self) -> usize {
        IDS_MAX
    }

    async fn hide_together(&self, call: Call<'_>, comments: &[&Comment]) -> Result<(), PlatformError> {
        let ids: Vec<&str> = comments.iter().map(|comment| comment.platform_id.as_str()).collect();
        self.set_status(call, &ids.join(","), "rejected").await.map(drop)
    }

    fn look_max(&self) -> usize {
        IDS_MAX
    }

    /// A comment that is gone is missing from the list, or the whole request is 404 for its sake: the caller then asks for
    /// fewer. What is hidden cannot be told by id.
    async fn look(&self, call: Call<'_>, ids: &[String]) -> Result<Vec<Looked>, PlatformError> {
        let page = match self.list(call, "comments", &[("part", "id,snippet"), ("id", &ids.join(","))]).await
        {
            Err(PlatformError::Refused { reason: Refusal::Gone, .. }) if ids.len() == 1 => {
                return Ok(vec![Looked::Gone(ids[0].clone())]);
            }
            page => page?,
        };
        let seen = round::replies(&page, None, Reader { account: &self.channel, now: call.now }).comments;
        let mut seen: HashMap<String, Incoming> =
            seen.into_iter().map(|comment| (comment.platform_id.clone(), comment)).collect();
        let looked = |id: &String| match seen.remove(id) {
            Some(comment) => Looked::Seen(Box::new(Incoming { hidden: None, ..comment })),
            None => Looked::Gone(id.clone()),
        };
        Ok(ids.iter().map(looked).collect())
    }

    async fn find_replies(
        &self,
        call: Call<'_>,
        comment: &Comment,
        text: &str,
        since: Timestamp,
    ) -> Result<Vec<SentReply>, PlatformError> {
        let reader = Reader { account: &self.channel, now: call.now };
        let mut search = Search::default();
        loop {
            let page = match self.replies(call, thread_of(comment), search.spot().token.as_deref()).await {
                Ok(page) => page,
                Err(PlatformError::Refused { reason: Refusal::Gone | Refusal::NotAllowed, .. }) => {
                    return Ok(Vec::new());
                }
                Err(error) => return Err(error),
            };
            if !search.goes_on(round::replies(&page, None, reader).comments, round::next_page(&page)) {
                return search.found(text, since);
            }
        }
    }

    /// A queue that only the channel's owner may read, so it proves more than that the token lives.
    async fn probe(&self, call: Call<'_>) -> Result<String, PlatformError> {
        let query = [
            ("part", "id"),
            ("allThreadsRelatedToChannelId", self.channel.as_str()),
            ("moderationStatus", "heldForReview"),
            ("maxResults", "1"),
        ];
        self.list(call, "commentThreads", &query).await?;
        Ok(format!("channel {}", self.channel))
    }

    fn answered_at(&self) -> Option<Timestamp> {
        self.http.answered_at()
    }

    fn renew_at(&self, tokens: &Tokens, obtained_at: Timestamp) -> Option<Timestamp> {
        oauth::due(tokens, obtained_at)
    }

    async fn renew(&self, tokens: &Tokens, now: Timestamp) -> Result<Tokens, PlatformError> {
        let refresh = tokens.refresh.as_ref().unwrap_or(&self.refresh_token);
        let form = [
            ("grant_type", "refresh_token"),
            ("refresh_token", refresh.expose()),
            ("client_id", &self.client_id),
            ("client_secret", self.client_secret.expose()),
        ];
        let request = self.http.request(Method::POST, self.token_endpoint.clone()).form(&form);
        let answer = self.http.send(request, Purpose::Read, &[refresh, &self.client_secret], now).await?;
        oauth::renewed(&answer, refresh, TOKEN_LIFE, &RIGHTS, now)
    }
}

/// The comment directly under the video, which is what YouTube lets us answer.
fn thread_of(comment: &Comment) -> &str {
    comment.parent_id.as_ref().unwrap_or(&comment.platform_id)
}
