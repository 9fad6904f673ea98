//! An Instagram professional account: the comments under its media, hiding, and replies.
//!
//! A round lists the newest media, and older ones in turn, and reads each one's comments, newest first, replies inside them.
//! There is no "since"; reading stops at known ground, and the stage's sweeps find what moved nothing.

mod round;
mod webhook;

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use reqwest::Method;
use serde_json::Value;
use tokio::sync::OnceCell;

use super::graph::{self, Graph};
use super::http::{Http, Purpose};
use super::paging::{self, Spot};
use super::sent::Search;
use super::{
    Call, Cursor, Delivered, Inspected, Looked, Next, Page, PlatformApi, PlatformError, SentReply, json,
    oauth,
};
use crate::config::SourceConfig;
use crate::domain::action::{Act, Receipt, Refusal};
use crate::domain::comment::{Comment, Platform, Visibility};
use crate::domain::credentials::{Secret, Tokens};
use crate::domain::limits;
use crate::domain::quota::Announced;
use round::{List, Owner, Round};

/// The fields of a reply that are read. `user` is there on our own comments only.
const REPLY_FIELDS: &str = "id,text,timestamp,username,from{id,username},user,parent_id,hidden";

/// What a token of Facebook Login must be allowed.
const RIGHTS: [&str; 2] = ["instagram_basic", "instagram_manage_comments"];

/// What the reader makes of any page at any place of a round.
#[cfg(any(test, fuzzing))]
pub(super) fn read_any(page: &Value, cursor: Option<&Cursor>, now: Timestamp) -> Page {
    paging::resume::<Round>(cursor).turn(page, Owner { id: "1", username: Some("us") }, now)
}

/// One professional account of ours.
#[derive(Debug)]
pub(super) struct Instagram {
    http: Http,
    graph: Graph,
    account: String,
    token_endpoint: Option<String>,
    /// The account's name, asked for once: `from.id` can be missing, and then the name tells who wrote.
    username: OnceCell<Option<String>>,
}

impl Instagram {
    pub(super) fn new(
        http: Http,
        source: &SourceConfig,
        app_secret: Option<&Secret>,
        token_endpoint: Option<&String>,
    ) -> Self {
        let graph = Graph::new(http.clone(), &source.api_base, app_secret);
        let (account, token_endpoint) = (source.account.clone(), token_endpoint.cloned());
        Self { http, graph, account, token_endpoint, username: OnceCell::new() }
    }

    async fn owner(&self, call: Call<'_>) -> Result<Owner<'_>, PlatformError> {
        let ask = async || {
            let account = self.graph.get(call, &self.account, &[("fields", "id,username")]).await?;
            Ok::<_, PlatformError>(json::name(&account, "/username"))
        };
        let username = self.username.get_or_try_init(ask).await?;
        Ok(Owner { id: &self.account, username: username.as_deref() })
    }

    /// Whether a comment that was just hidden is shown all the same: of the account's own, and of what comes from Facebook, a
    /// hide succeeds without effect. Where that cannot be read Instagram's word has to do.
    async fn is_shown(&self, call: Call<'_>, id: &str) -> bool {
        let seen = self.graph.get(call, id, &[("fields", "hidden")]).await;
        seen.is_ok_and(|seen| seen.get("hidden") == Some(&Value::Bool(false)))
    }

    /// The page at `spot` of the list at `edge`.
    async fn list(
        &self,
        call: Call<'_>,
        edge: &str,
        fields: &str,
        spot: &Spot,
        size: usize,
    ) -> Result<Value, PlatformError> {
        let size = size.to_string();
        let mut query = vec![("fields", fields), ("limit", &size)];
        query.extend(spot.token.as_deref().map(|after| ("after", after)));
        self.graph.list(call, edge, &query).await
    }
}

#[async_trait]
impl PlatformApi for Instagram {
    fn platform(&self) -> Platform {
        Platform::Instagram
    }

    async fn comments(&self, call: Call<'_>, cursor: Option<&Cursor>) -> Result<Page, PlatformError> {
        let round: Round = paging::resume(cursor);
        let owner = self.owner(call).await?;
        let (edge, fields) = match &round.list {
            List::Media { .. } => (format!("{}/media", self.account), round::MEDIA_FIELDS.to_owned()),
            List::Comments { media, .. } => {
                (format!("{media}/comments"), format!("{REPLY_FIELDS},replies{{{REPLY_FIELDS}}}"))
            }
            List::Replies { comment, .. } => (format!("{comment}/replies"), REPLY_FIELDS.to_owned()),
        };
        match self.list(call, &edge, &fields, round.spot(), round.page_size()).await {
            Ok(page) => Ok(round.turn(&page, owner, call.now)),
            Err(error) => round.refused(error),
        }
    }

    fn sweep(&self, cursor: Cursor) -> Cursor {
        paging::cursor(&paging::resume::<Round>(Some(&cursor)).sweep())
    }

    fn pass_over(&self, cursor: Option<&Cursor>) -> Option<Next> {
        paging::resume::<Round>(cursor).pass_over()
    }

    fn narrow(&self, next: Next, due: &mut dyn FnMut(&str) -> bool) -> Next {
        round::narrow(next, due)
    }

    async fn perform(&self, call: Call<'_>, comment: &Comment, act: &Act) -> Result<Receipt, PlatformError> {
        let id = &comment.platform_id;
        // Never `fields` with these: Meta would act and then answer with an error.
        let done = match act {
            Act::Hide => self.graph.post(call, id, &[("hide", "true")]).await,
            Act::Unhide => self.graph.post(call, id, &[("hide", "false")]).await,
            Act::Reply { text } | Act::Acknowledge { text, .. } => {
                limits::check_reply(Platform::Instagram, text)?;
                if comment.visibility == Visibility::Hidden {
                    let detail = "Instagram takes no reply to a hidden comment: show it first".into();
                    return Err(PlatformError::Refused { reason: Refusal::Invalid, detail });
                }
                self.graph.post(call, &format!("{}/replies", thread_of(comment)), &[("message", text)]).await
            }
        };
        match done {
            Ok(answer) => {
                let receipt = graph::receipt(&answer, comment, act)?;
                if *act == Act::Hide && self.is_shown(call, id).await {
                    let detail = "Instagram says that it hid the comment, and shows it".into();
                    return Err(PlatformError::Refused { reason: Refusal::NotAllowed, detail });
                }
                Ok(receipt)
            }
            Err(refusal) => Err(self.graph.gone_or_shut_out(call, &self.account, refusal).await),
        }
    }

    /// One by one: nothing else is written down for Instagram's own host.
    fn look_max(&self) -> usize {
        1
    }

    async fn look(&self, call: Call<'_>, ids: &[String]) -> Result<Vec<Looked>, PlatformError> {
        let owner = self.owner(call).await?;
        let fields = format!("{REPLY_FIELDS},media{{id}}");
        let mut looked = Vec::with_capacity(ids.len());
        for id in ids {
            let seen = match self.graph.get(call, id, &[("fields", &fields)]).await {
                Ok(seen) => seen,
                Err(refusal) => match self.graph.gone_or_shut_out(call, &self.account, refusal).await {
                    PlatformError::Refused { reason: Refusal::Gone, .. } => {
                        looked.push(Looked::Gone(id.clone()));
                        continue;
                    }
                    error => return Err(error),
                },
            };
            let media = json::id(&seen, "/media/id");
            let seen = round::comment(&seen, media.as_deref(), None, owner, call.now);
            looked.extend(seen.map(|seen| Looked::Seen(Box::new(seen))));
        }
        Ok(looked)
    }

    fn delivered(&self, body: &[u8], now: Timestamp) -> Delivered {
        let username = self.username.get().and_then(Option::as_deref);
        let owner = Owner { id: &self.account, username };
        json::decode(body).map_or_else(Delivered::default, |delivery| webhook::read(&delivery, owner, now))
    }

    async fn subscribe(&self, call: Call<'_>) -> Result<(), PlatformError> {
        let edge = format!("{}/subscribed_apps", self.account);
        self.graph.post(call, &edge, &[("subscribed_fields", "comments")]).await.map(drop)
    }

    /// With Facebook Login alone: of tokens of Instagram's own login the end is told with each.
    async fn inspect(&self, call: Call<'_>) -> Result<Option<Inspected>, PlatformError> {
        match self.token_endpoint {
            None => self.graph.inspect(call, &RIGHTS).await.map(Some),
            Some(_) => Ok(None),
        }
    }

    async fn find_replies(
        &self,
        call: Call<'_>,
        comment: &Comment,
        text: &str,
        since: Timestamp,
    ) -> Result<Vec<SentReply>, PlatformError> {
        let owner = self.owner(call).await?;
        let edge = format!("{}/replies", thread_of(comment));
        let mut search = Search::default();
        loop {
            let page = match self.list(call, &edge, REPLY_FIELDS, search.spot(), round::PAGE_SIZE).await {
                Ok(page) => page,
                Err(PlatformError::Refused { reason: Refusal::Gone | Refusal::NotAllowed, .. }) => {
                    return Ok(Vec::new());
                }
                Err(error) => return Err(search.spot().stale(error)),
            };
            if round::is_cut_off(&page) {
                search.cut_short();
            }
            let replies = round::replies(&page, None, thread_of(comment), owner, call.now).comments;
            if !search.goes_on(replies, graph::next_page(&page, round::PAGE_SIZE)) {
                return search.found(text, since);
            }
        }
    }

    async fn probe(&self, call: Call<'_>) -> Result<String, PlatformError> {
        let account = self.graph.get(call, &self.account, &[("fields", "id,username")]).await?;
        Ok(format!("account @{}", json::name(&account, "/username").unwrap_or_else(|| self.account.clone())))
    }

    fn announced(&self) -> Vec<Announced> {
        self.graph.announced()
    }

    fn answered_at(&self) -> Option<Timestamp> {
        self.graph.answered_at()
    }

    /// A token can be renewed from its second day to its sixtieth. One whose end is not known may be
    /// near it, so it is renewed as soon as it may be; later ones every week.
    fn renew_at(&self, tokens: &Tokens, obtained_at: Timestamp) -> Option<Timestamp> {
        self.token_endpoint.as_ref()?;
        let earliest = obtained_at.checked_add(RENEWABLE_AFTER).ok()?;
        let Some(end) = tokens.expires_at else { return Some(earliest) };
        let week = obtained_at.checked_add(SignedDuration::from_hours(7 * 24)).ok()?;
        Some(week.min(end.checked_sub(RENEWABLE_AFTER).ok()?).max(earliest))
    }

    async fn renew(&self, tokens: &Tokens, now: Timestamp) -> Result<Tokens, PlatformError> {
        let (Some(endpoint), Some(access)) = (&self.token_endpoint, &tokens.access) else {
            return Err(PlatformError::Revoked {
                detail: "this token cannot be renewed; log in again".into(),
            });
        };
        let query = [("grant_type", "ig_refresh_token"), ("access_token", access.expose())];
        let request = self.http.request(Method::GET, endpoint.clone()).query(&query);
        let answer = self.http.send(request, Purpose::Read, &[access], now).await?;
        if let Some(error) = answer.json.get("error").filter(|error| error.is_object()) {
            return Err(graph::refused(Some(error), &answer, Purpose::Read, now));
        }
        oauth::granted(&answer, None, TOKEN_LIFE, now)
    }
}

/// How old a token must be before it can be renewed, an hour added for clocks that differ.
const RENEWABLE_AFTER: SignedDuration = SignedDuration::from_hours(25);
/// How long a token lives where the answer does not say.
const TOKEN_LIFE: SignedDuration = SignedDuration::from_hours(60 * 24);

/// The comment directly under the media, which is what Instagram lets us answer.
fn thread_of(comment: &Comment) -> &str {
    comment.parent_id.as_ref().unwrap_or(&comment.platform_id)
}
