//! What the adapters send is what the platforms' own specifications allow: every request of a round, of each act and of the
//! search for a lost reply, caught on its way to the stand-in.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::response::Response;
use jiff::SignedDuration;
use majlis::config::{Login, Vocabulary};
use majlis::domain::action::Act;
use majlis::domain::comment::Platform;
use majlis::sandbox::CorpusComment;
use serde_json::{Value, json};

use super::spec::{Sent, Spec};
use super::{Play, comment, reply, stored};

/// Stands before the stand-in and writes down what passes.
#[derive(Debug, Clone, Default)]
struct Porter {
    sandbox: Arc<OnceLock<String>>,
    seen: Arc<Mutex<Vec<Sent>>>,
}

impl Porter {
    async fn stand() -> (Porter, String) {
        let porter = Porter::default();
        let listener = tokio::net::TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], 0))).await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let router = Router::new().fallback(pass).with_state(porter.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        (porter, base)
    }
}

async fn pass(State(porter): State<Porter>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let body = axum::body::to_bytes(body, 1 << 20).await.unwrap();
    porter.seen.lock().unwrap().push(sent(&parts, &body));
    let url = format!("{}{}", porter.sandbox.get().unwrap(), parts.uri);
    let mut headers = parts.headers;
    headers.remove("host");
    let answer =
        reqwest::Client::new().request(parts.method, url).headers(headers).body(body).send().await.unwrap();
    let mut response = Response::new(Body::empty());
    *response.status_mut() = answer.status();
    *response.headers_mut() = answer.headers().clone();
    *response.body_mut() = answer.bytes().await.unwrap().into();
    response
}

fn sent(parts: &axum::http::request::Parts, body: &Bytes) -> Sent {
    // The sandbox's prefix, and on all but YouTube the version, which its specification counts to the path.
    let mut path: Vec<&str> = parts.uri.path().split('/').skip(2).collect();
    if path.first().is_some_and(|version| version.starts_with('v')) {
        path.remove(0);
    }
    let is_form =
        parts.headers.get("content-type").is_some_and(|kind| kind == "application/x-www-form-urlencoded");
    let query = parts.uri.query().unwrap_or_default().as_bytes().to_vec();
    let form = if is_form { body.to_vec() } else { Vec::new() };
    let params = [query, form]
        .iter()
        .flat_map(|part| form_urlencoded::parse(part).into_owned().collect::<Vec<_>>())
        .collect();
    let body = serde_json::from_slice(body).unwrap_or(Value::Null);
    Sent { method: parts.method.to_string(), path: path.join("/"), params, body }
}

/// Everything that an adapter does once, and what it sent for it.
async fn all_requests(platform: Platform, vocabulary: Vocabulary) -> (Play, Vec<Sent>) {
    let (porter, base) = Porter::stand().await;
    let play = Play::with(platform, Duration::from_secs(20), |source| {
        if let Login::X { vocabulary: ours, .. } = &mut source.login {
            *ours = vocabulary;
        }
        let path = source.api_base.split('/').skip(3).collect::<Vec<_>>().join("/");
        let sandbox = source.api_base.trim_end_matches(&path).trim_end_matches('/').to_owned();
        porter.sandbox.set(sandbox).unwrap();
        source.api_base = format!("{base}/{path}");
    })
    .await;
    let mut corpus: Vec<CorpusComment> = (0..120).map(|n| comment(platform, &format!("تعليق {n}"))).collect();
    corpus.extend(
        (0..30).map(|n| CorpusComment { reply_to: Some(0), ..comment(platform, &format!("رد {n}")) }),
    );
    play.publish(&corpus);
    play.pass(SignedDuration::from_mins(20));
    let first = play.sweep(None).await.unwrap();
    play.sweep(first.cursor.as_ref()).await.unwrap();
    let subject = stored(platform, &first.comments[0]);
    play.perform(&subject, Act::Hide).await.unwrap();
    play.perform(&subject, Act::Unhide).await.unwrap();
    play.perform(&subject, reply("غداً")).await.unwrap();
    play.api.find_replies(play.call(), &subject, "غداً", play.call().now).await.unwrap();
    play.api.probe(play.call()).await.unwrap();
    // What Meta's refusals mean is asked of our own account.
    play.control(reqwest::Method::DELETE, &format!("comments/{}", subject.platform_id), json!({})).await;
    play.perform(&subject, Act::Hide).await.unwrap_err();
    let sent = porter.seen.lock().unwrap().clone();
    (play, sent)
}

fn node_of(play: &Play) -> impl Fn(&str) -> &'static str {
    let (root, post, comment) = match play.platform {
        Platform::Instagram => ("IGUser", "IGMedia", "IGComment"),
        _ => ("Page", "PagePost", "Comment"),
    };
    let account = super::account(&play.sandbox, play.platform).account_id;
    let comments: BTreeSet<String> = play.ledger_comments().into_iter().map(|comment| comment.id).collect();
    move |id| match id {
        id if id == account => root,
        id if comments.contains(id) => comment,
        _ => post,
    }
}

#[tokio::test]
async fn every_request_is_one_that_the_platforms_specification_allows() {
    let post = Vocabulary::Post;
    for (platform, vocabulary, spec, operations) in [
        (Platform::Facebook, post, "facebook", 6),
        (Platform::Instagram, post, "instagram", 7),
        (Platform::X, post, "x.post", 6),
        (Platform::X, Vocabulary::Tweet, "x.tweet", 6),
        (Platform::Youtube, post, "youtube", 4),
    ] {
        let (play, sent) = all_requests(platform, vocabulary).await;
        let (spec, node_of) = (Spec::read(spec), node_of(&play));
        let mut seen = BTreeSet::new();
        for sent in sent {
            seen.insert(
                spec.check(&sent, &node_of).unwrap_or_else(|why| panic!("{platform}: {why}: {sent:?}")),
            );
        }
        assert_eq!(seen.len(), operations, "{platform}: {seen:?}");
    }
}

#[test]
fn a_request_that_a_specification_does_not_know_is_found() {
    let sent = |method: &str, path: &str, params: &[(&str, &str)], body: Value| Sent {
        method: method.to_owned(),
        path: path.to_owned(),
        params: params.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
        body,
    };
    let node_of = |id: &str| match id {
        "page" => "Page",
        "ig7" => "IGComment",
        _ => "Comment",
    };
    for (spec, wrong, why) in [
        (
            "x.post",
            sent("GET", "2/users/1/mentions", &[("max_results", "101")], Value::Null),
            "101 is out of bounds",
        ),
        (
            "x.post",
            sent("GET", "2/users/1/mentions", &[("tweet.fields", "text")], Value::Null),
            "no parameter tweet.fields",
        ),
        (
            "x.tweet",
            sent("GET", "2/users/1/mentions", &[("expansions", "author")], Value::Null),
            "author is not to be listed",
        ),
        ("x.post", sent("GET", "2/tweets/search/recent", &[], Value::Null), "query is missing"),
        ("x.post", sent("PUT", "2/tweets/1/hidden", &[], json!({"hide": true})), "no hide in the body"),
        ("x.post", sent("PUT", "2/tweets/1/hidden", &[], json!({"hidden": "true"})), "hidden is no boolean"),
        ("x.post", sent("PATCH", "2/tweets", &[], Value::Null), "no operation PATCH 2/tweets"),
        (
            "youtube",
            sent("GET", "youtube/v3/comments", &[("part", "id"), ("textFormat", "text")], Value::Null),
            "is none of",
        ),
        ("facebook", sent("GET", "7_8", &[("fields", "id,text")], Value::Null), "Comment has no field text"),
        ("facebook", sent("GET", "7_8/comments", &[("limit", "500")], Value::Null), "500 is out of bounds"),
        (
            "facebook",
            sent("GET", "page/published_posts", &[("fields", "comments{text}")], Value::Null),
            "Comment has no field text",
        ),
        ("instagram", sent("POST", "ig7", &[("hidden", "true")], Value::Null), "no parameter hidden"),
    ] {
        let found = Spec::read(spec).check(&wrong, node_of).unwrap_err();
        assert!(found.contains(why), "{found} instead of {why}");
    }
}
