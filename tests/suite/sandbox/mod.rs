//! The stand-ins by themselves, over real HTTP and a clock that is turned by hand: each platform's
//! traps, as its record tells them.

mod control;
mod facebook;
mod faults;
mod instagram;
mod x;
mod youtube;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use jiff::SignedDuration;
use majlis::clock::{Clock, ManualClock};
use majlis::domain::comment::Platform;
use majlis::sandbox::{Account, CorpusComment, Sandbox};
use reqwest::header::HeaderMap;
use reqwest::{Client, Method, StatusCode};
use serde_json::{Value, json};

/// The sandbox and somebody who calls it.
struct Theatre {
    clock: Arc<ManualClock>,
    sandbox: Sandbox,
    http: Client,
}

/// What came back.
#[derive(Debug)]
struct Reply {
    status: StatusCode,
    headers: HeaderMap,
    json: Value,
}

impl Theatre {
    async fn open() -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let clock = Arc::new(ManualClock::new("2026-11-24T03:30:00Z".parse().unwrap()));
        let sandbox = Sandbox::start(SocketAddr::from(([127, 0, 0, 1], 0)), clock.clone()).await.unwrap();
        let http = Client::builder().timeout(Duration::from_secs(20)).build().unwrap();
        Theatre { clock, sandbox, http }
    }

    fn pass(&self, time: SignedDuration) {
        self.clock.advance(time);
    }

    fn account(&self, platform: Platform) -> Account {
        self.sandbox.accounts().into_iter().find(|account| account.platform == platform).unwrap()
    }

    /// The public writes on `platform` now; a minute later even X's search finds it.
    fn publish(&self, platform: Platform, comments: &[CorpusComment]) -> Vec<String> {
        let now = self.clock.now();
        let placed: Vec<CorpusComment> = comments
            .iter()
            .map(|comment| CorpusComment {
                platform: Some(platform),
                at: comment.at.or(Some(now)),
                ..comment.clone()
            })
            .collect();
        let published = self.sandbox.publish(&placed);
        self.pass(SignedDuration::from_mins(1));
        published.into_iter().map(|published| published.platform_comment_id).collect()
    }

    fn one(&self, platform: Platform, text: &str) -> String {
        self.publish(platform, &[says(text)]).remove(0)
    }

    /// A GET below the account's `api_base`, with its token where the platform takes it.
    async fn get(&self, platform: Platform, path: &str, query: &[(&str, &str)]) -> Reply {
        self.call(Method::GET, platform, path, query, None).await
    }

    async fn post(&self, platform: Platform, path: &str, query: &[(&str, &str)]) -> Reply {
        self.call(Method::POST, platform, path, query, None).await
    }

    async fn call(
        &self,
        method: Method,
        platform: Platform,
        path: &str,
        query: &[(&str, &str)],
        body: Option<Value>,
    ) -> Reply {
        let token = self.account(platform).access_token;
        self.call_as(&token, method, platform, path, query, body).await.unwrap()
    }

    async fn call_as(
        &self,
        token: &str,
        method: Method,
        platform: Platform,
        path: &str,
        query: &[(&str, &str)],
        body: Option<Value>,
    ) -> reqwest::Result<Reply> {
        let url = format!("{}{path}", self.account(platform).api_base);
        let mut request = self.http.request(method, url).query(query);
        request = match platform {
            Platform::Facebook | Platform::Instagram => request.query(&[("access_token", token)]),
            Platform::X | Platform::Youtube => request.bearer_auth(token),
        };
        if let Some(body) = body {
            request = request.json(&body);
        }
        Reply::of(request).await
    }

    /// Whatever stands at a URL that an answer gave.
    async fn follow(&self, url: &str) -> Reply {
        Reply::of(self.http.get(url)).await.unwrap()
    }

    async fn form(&self, url: &str, basic: Option<(&str, &str)>, form: &[(&str, &str)]) -> Reply {
        let mut request = self.http.post(url).form(form);
        if let Some((name, secret)) = basic {
            request = request.basic_auth(name, Some(secret));
        }
        Reply::of(request).await.unwrap()
    }

    async fn control(&self, method: Method, path: &str, body: Value) -> Reply {
        let url = format!("{}/control{path}", self.sandbox.base_url());
        Reply::of(self.http.request(method, url).json(&body)).await.unwrap()
    }

    async fn arm(&self, platform: Platform, call: &str, fault: &str) {
        let body = json!({"platform": platform, "call": call, "fault": fault});
        let armed = self.control(Method::POST, "/faults", body).await;
        assert_eq!(armed.status, StatusCode::NO_CONTENT, "{fault}: {}", armed.json);
    }

    fn hidden(&self, id: &str) -> bool {
        self.sandbox.ledger().comments.into_iter().find(|comment| comment.id == id).unwrap().hidden
    }

    /// What our account wrote: its words and what they answer.
    fn written(&self) -> Vec<(String, Option<String>)> {
        self.sandbox.ledger().replies.into_iter().map(|reply| (reply.text, reply.parent_id)).collect()
    }
}

impl Reply {
    async fn of(request: reqwest::RequestBuilder) -> reqwest::Result<Self> {
        let response = request.send().await?;
        let (status, headers) = (response.status(), response.headers().clone());
        let bytes = response.bytes().await?;
        Ok(Reply { status, headers, json: serde_json::from_slice(&bytes).unwrap_or(Value::Null) })
    }

    /// The ids of the items, in order.
    fn ids(&self, items: &str) -> Vec<String> {
        let items = self.json[items].as_array().map(Vec::as_slice).unwrap_or_default();
        items.iter().map(|item| item["id"].as_str().unwrap().to_owned()).collect()
    }

    fn header(&self, name: &str) -> &str {
        self.headers[name].to_str().unwrap()
    }
}

fn says(text: &str) -> CorpusComment {
    CorpusComment { text: text.into(), ..CorpusComment::default() }
}

fn answers(earlier: usize, text: &str) -> CorpusComment {
    CorpusComment { reply_to: Some(earlier), ..says(text) }
}

fn many(count: usize) -> Vec<CorpusComment> {
    (0..count).map(|number| says(&format!("تعليق {number}"))).collect()
}
