//! Each adapter against the sandbox, over real HTTP and a clock that is turned by hand.

mod acting;
mod failing;
mod reading;
mod requests;
mod spec;

use std::collections::HashSet;
use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use majlis::clock::{Clock, ManualClock};
use majlis::config::{Login, SourceConfig, Vocabulary};
use majlis::domain::action::{Act, Receipt};
use majlis::domain::comment::{Comment, CommentId, Incoming, Platform, Visibility};
use majlis::domain::credentials::{Secret, Tokens};
use majlis::platform::{self, Call, Cursor, Next, Page, PlatformApi, PlatformError};
use majlis::sandbox::{Account, CorpusComment, LedgerComment, LedgerReply, Sandbox};
use serde_json::{Value, json};

/// More pages than any round of these tests has: an adapter that turns in a circle fails.
const PAGES_MAX: usize = 100;

/// One platform with its stand-in, as a stage would use it.
struct Play {
    platform: Platform,
    clock: Arc<ManualClock>,
    sandbox: Sandbox,
    api: Box<dyn PlatformApi>,
    access: Secret,
}

impl Play {
    async fn on(platform: Platform) -> Self {
        Self::with(platform, Duration::from_secs(20), |_| {}).await
    }

    /// With a request's time limit, and the configuration changed by `change`.
    async fn with(platform: Platform, timeout: Duration, change: impl FnOnce(&mut SourceConfig)) -> Self {
        let clock = Arc::new(ManualClock::new("2026-11-24T03:30:00Z".parse().unwrap()));
        let listen = SocketAddr::from(([127, 0, 0, 1], 0));
        let sandbox = Sandbox::start(listen, clock.clone()).await.unwrap();
        let account = account(&sandbox, platform);
        let access = Secret::new(&account.access_token);
        let mut source = source(account, timeout);
        change(&mut source);
        let api = platform::connect(&source).unwrap();
        Self { platform, clock, sandbox, api, access }
    }

    fn call(&self) -> Call<'_> {
        Call { access: &self.access, now: self.clock.now() }
    }

    fn pass(&self, time: SignedDuration) {
        self.clock.advance(time);
    }

    /// The public writes `comments` now; a minute later they can be read everywhere.
    fn publish(&self, comments: &[CorpusComment]) -> Vec<String> {
        let now = self.clock.now();
        let comments: Vec<CorpusComment> = comments
            .iter()
            .map(|comment| CorpusComment { at: comment.at.or(Some(now)), ..comment.clone() })
            .collect();
        let published = self.sandbox.publish(&comments);
        self.pass(SignedDuration::from_mins(1));
        published.into_iter().map(|published| published.platform_comment_id).collect()
    }

    /// One comment of the public, as the store would hold it.
    async fn one_comment(&self, text: &str) -> Comment {
        let id = self.publish(&[comment(self.platform, text)]).remove(0);
        let round = self.sweep(None).await.unwrap();
        stored(self.platform, round.comments.iter().find(|comment| comment.platform_id == id).unwrap())
    }

    /// A round that reads every list to its end.
    async fn sweep(&self, cursor: Option<&Cursor>) -> Result<Round, PlatformError> {
        self.round(cursor, &HashSet::new()).await
    }

    /// A round that leaves a list where everything on a page is known.
    async fn round(&self, cursor: Option<&Cursor>, known: &HashSet<String>) -> Result<Round, PlatformError> {
        let mut round =
            Round { comments: Vec::new(), cursor: cursor.cloned(), pages: 0, unreadable: 0, gaps: 0 };
        loop {
            let page = self.api.comments(self.call(), round.cursor.as_ref()).await?;
            round.pages += 1;
            assert!(round.pages < PAGES_MAX, "the round does not end");
            round.unreadable += page.unreadable;
            round.gaps += u32::from(page.suspected_gap);
            let next = page.next(known_ground(&page, known));
            round.comments.extend(page.comments);
            let (Next::Page(cursor) | Next::RoundEnds(cursor)) = &next;
            round.cursor = Some(cursor.clone());
            if matches!(next, Next::RoundEnds(_)) {
                return Ok(round);
            }
        }
    }

    async fn perform(&self, comment: &Comment, act: Act) -> Result<Receipt, PlatformError> {
        self.api.perform(self.call(), comment, &act).await
    }

    /// Moves the strings behind the scene.
    async fn control(&self, method: reqwest::Method, path: &str, body: Value) {
        let url = format!("{}/control/{path}", self.sandbox.base_url());
        let answer = reqwest::Client::new().request(method, url).json(&body).send().await.unwrap();
        assert!(answer.status().is_success(), "{}", answer.text().await.unwrap());
    }

    /// Lets the next call of this kind go wrong.
    async fn arm(&self, call: &str, fault: &str) {
        let body = json!({"platform": self.platform, "call": call, "fault": fault, "times": 1});
        self.control(reqwest::Method::POST, "faults", body).await;
    }

    fn ledger_comments(&self) -> Vec<LedgerComment> {
        self.sandbox.ledger().comments
    }

    fn ledger_replies(&self) -> Vec<LedgerReply> {
        self.sandbox.ledger().replies
    }

    fn is_hidden(&self, id: &str) -> bool {
        self.ledger_comments().iter().any(|comment| comment.id == id && comment.hidden)
    }

    fn tokens(&self) -> Tokens {
        let account = account(&self.sandbox, self.platform);
        Tokens {
            access: Some(Secret::new(account.access_token)),
            refresh: account.refresh_token.map(Secret::new),
            expires_at: None,
        }
    }
}

/// What a round brought.
#[derive(Debug)]
struct Round {
    comments: Vec<Incoming>,
    cursor: Option<Cursor>,
    pages: usize,
    unreadable: u32,
    gaps: u32,
}

impl Round {
    fn ids(&self) -> HashSet<String> {
        self.comments.iter().map(|comment| comment.platform_id.clone()).collect()
    }

    fn get(&self, id: &str) -> Option<&Incoming> {
        self.comments.iter().find(|comment| comment.platform_id == id)
    }
}

fn known_ground(page: &Page, known: &HashSet<String>) -> bool {
    !page.comments.is_empty() && page.comments.iter().all(|comment| known.contains(&comment.platform_id))
}

pub(crate) fn account(sandbox: &Sandbox, platform: Platform) -> Account {
    sandbox.accounts().into_iter().find(|account| account.platform == platform).unwrap()
}

pub(crate) fn source(account: Account, timeout: Duration) -> SourceConfig {
    let some = NonZeroU32::new(60).unwrap();
    let app_secret = account.app_secret.map(Secret::new);
    let token = Secret::new(account.access_token);
    let refresh_token = Secret::new(account.refresh_token.unwrap_or_default());
    let client_secret = Secret::new(account.client_secret);
    let (client_id, token_endpoint) = (account.client_id, account.token_endpoint);
    let login = match account.platform {
        Platform::Facebook => Login::Facebook { token, app_secret },
        Platform::Instagram => Login::Instagram { token, app_secret, token_endpoint: Some(token_endpoint) },
        Platform::X => Login::X {
            client_id,
            client_secret: Some(client_secret),
            refresh_token,
            token_endpoint,
            handle: account.handle,
            vocabulary: Vocabulary::Post,
        },
        Platform::Youtube => Login::Youtube { client_id, client_secret, refresh_token, token_endpoint },
    };
    SourceConfig {
        id: account.source,
        account: account.account_id,
        api_base: account.api_base,
        login,
        webhook: None,
        schedule: "0 */5 * * * *".parse().unwrap(),
        pages_per_tick: some,
        time_per_tick: Duration::from_secs(60),
        sweep_every: some,
        post_reads_per_day: NonZeroU32::MAX,
        post_unread: jiff::SignedDuration::from_hours(24),
        allowance: majlis::domain::quota::Allowance { units_per_day: 10_000, dollars_per_month: None },
        requests_per_minute: some,
        timeout,
    }
}

fn comment(platform: Platform, text: &str) -> CorpusComment {
    CorpusComment { text: text.into(), platform: Some(platform), ..CorpusComment::default() }
}

fn stored(platform: Platform, incoming: &Incoming) -> Comment {
    Comment {
        id: CommentId(1),
        source: majlis::domain::comment::SourceId(platform.to_string()),
        platform,
        platform_id: incoming.platform_id.clone(),
        parent_id: incoming.parent_id.clone(),
        post_id: incoming.post_id.clone(),
        author: incoming.author.clone(),
        text: Some(incoming.text.clone()),
        created_at: incoming.created_at,
        first_seen_at: Timestamp::UNIX_EPOCH,
        revision: 1,
        visibility: Visibility::Visible,
        ours: incoming.ours,
        marks: incoming.marks.clone(),
    }
}

fn reply(text: &str) -> Act {
    Act::Reply { text: text.into() }
}

/// The one word for what an error means, after making sure that it gives no secret away.
fn meaning(play: &Play, error: &PlatformError) -> &'static str {
    let shown = format!("{error} {error:?}");
    let account = account(&play.sandbox, play.platform);
    let secrets = [Some(account.access_token), account.refresh_token, Some(account.client_secret)];
    for secret in secrets.into_iter().flatten() {
        assert!(!shown.contains(&secret), "an error shows a secret");
    }
    assert!(!shown.contains(play.access.expose()), "an error shows the token");
    match error {
        PlatformError::RateLimited { .. } => "limited",
        PlatformError::Unreachable { .. } => "unreachable",
        PlatformError::AnswerLost { .. } => "answer lost",
        PlatformError::Unauthorised { .. } => "unauthorised",
        PlatformError::Revoked { .. } => "revoked",
        PlatformError::CursorStale { .. } => "cursor stale",
        PlatformError::Refused { reason, .. } => reason.as_str(),
    }
}
