//! What `deploy/SECURITY.md` says of every page and answer, and that the tests it names are there.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use axum::body::Body;
use axum::http::header::{CONTENT_TYPE, COOKIE, LOCATION, SET_COOKIE};
use axum::http::{Method, Request, StatusCode};
use majlis::config::SignInConfig;
use majlis::domain::credentials::Secret;
use majlis::domain::staff::Role;
use majlis::web::{Provider, Reached};
use regex::Regex;

use super::{House, token};

const DOCUMENT: &str = include_str!("../../../deploy/SECURITY.md");

/// ASVS 5.0.0: level 1 of V1 to V4 and V6, levels 1 and 2 of V7, V8 and V16 (which has none of level 1).
const ASKED: &str = "1.2.1 1.2.2 1.2.3 1.2.4 1.2.5 1.3.1 1.3.2 1.5.1 2.1.1 2.2.1 2.2.2 2.3.1 3.2.1 3.2.2 3.3.1 3.4.1 3.4.2 \
    3.5.1 3.5.2 3.5.3 4.1.1 4.4.1 6.1.1 6.2.1 6.2.2 6.2.3 6.2.4 6.2.5 6.2.6 6.2.7 6.2.8 6.3.1 6.3.2 6.4.1 6.4.2 7.1.1 7.1.2 7.1.3 \
    7.2.1 7.2.2 7.2.3 7.2.4 7.3.1 7.3.2 7.4.1 7.4.2 7.4.3 7.4.4 7.4.5 7.5.1 7.5.2 7.6.1 7.6.2 8.1.1 8.1.2 8.2.1 8.2.2 8.2.3 8.3.1 \
    8.4.1 16.1.1 16.2.1 16.2.2 16.2.3 16.2.4 16.2.5 16.3.1 16.3.2 16.3.3 16.3.4 16.4.1 16.4.2 16.4.3 16.5.1 16.5.2 16.5.3";

/// Pages of every kind, one of each.
const PAGES: [&str; 12] = [
    "/inbox",
    "/comments/1",
    "/comments/99",
    "/service",
    "/account",
    "/audit",
    "/participation",
    "/sign-in",
    "/invitation",
    "/none",
    "/api/v1/openapi.json",
    "/metrics",
];

fn functions_below(directory: &Path, found: &mut BTreeSet<String>) {
    let name = Regex::new(r"\bfn (\w+)").unwrap();
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            functions_below(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = fs::read_to_string(&path).unwrap();
            found.extend(name.captures_iter(&text).map(|named| named[1].to_owned()));
        }
    }
}

#[test]
fn every_requirement_has_a_test_that_is_there_or_a_written_reason() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut functions = BTreeSet::new();
    functions_below(&root.join("src"), &mut functions);
    functions_below(&root.join("tests"), &mut functions);
    // A name of a test is a sentence.
    let sentence = Regex::new(r"`([a-z0-9]+(?:_[a-z0-9]+){3,})`").unwrap();
    let named: Vec<&str> = sentence.captures_iter(DOCUMENT).map(|found| found.extract::<1>().1[0]).collect();
    assert!(named.len() > 60, "{}", named.len());
    for name in named {
        assert!(functions.contains(name), "SECURITY.md names {name}, which is no test");
    }
    let row = Regex::new(r"(?m)^\| (\d+\.\d+\.\d+) \| .+ \| (.+) \|$").unwrap();
    let told: Vec<&str> = row.captures_iter(DOCUMENT).map(|found| found.extract::<2>().1[0]).collect();
    assert_eq!(told, ASKED.split_whitespace().collect::<Vec<_>>());
}

#[tokio::test]
async fn every_cookie_is_locked_to_this_host_and_out_of_the_reach_of_scripts() {
    let house = House::open().await;
    let signed_in = house.post_form("/sign-in?lang=en", "", &[("token", &token(Role::Staff))]).await;
    let cookie = house.sign_in(Role::Staff).await;
    let signed_out = house.post_form("/sign-out?lang=ar", &cookie, &[]).await;
    let set =
        [&signed_in, &signed_out].map(|answer| answer.headers.get_all(SET_COOKIE).iter().collect::<Vec<_>>());
    for cookie in set.concat() {
        let cookie = cookie.to_str().unwrap();
        let site = if cookie.contains("_session=") { "; SameSite=Strict" } else { "; SameSite=Lax" };
        assert!(cookie.starts_with("__Host-majlis_") && cookie.contains("; Path=/; "), "{cookie}");
        assert!(
            cookie.ends_with("; Secure") && cookie.contains("; HttpOnly; ") && cookie.contains(site),
            "{cookie}"
        );
        assert!(!cookie.contains("Domain"), "{cookie}");
    }
    assert_eq!(set.map(|cookies| cookies.len()), [2, 2]);
}

#[tokio::test]
async fn no_answer_allows_another_origin() {
    let house = House::open().await;
    let cookie = house.sign_in(Role::Approver).await;
    for path in PAGES {
        for method in [Method::GET, Method::OPTIONS] {
            let request = Request::builder().method(method.clone()).uri(path).header(COOKIE, &cookie);
            let request =
                request.header("origin", "https://evil.example").header("sec-fetch-site", "cross-site");
            let answer = house.send(request.body(Body::empty()).unwrap()).await;
            assert_eq!(answer.header("access-control-allow-origin"), "", "{method} {path}");
            assert_eq!(answer.header("access-control-allow-methods"), "", "{method} {path}");
        }
    }
}

#[tokio::test]
async fn every_answer_says_what_it_is_and_how_its_text_is_encoded() {
    let house = House::open().await;
    let cookie = house.sign_in(Role::Approver).await;
    for path in PAGES {
        let answer = house.get_page(path, &cookie).await;
        let kind = answer.header(CONTENT_TYPE.as_str());
        // JSON is UTF-8 by its specification, and takes no such parameter (RFC 8259, 11).
        let fits = kind.ends_with("; charset=utf-8") || kind == "application/json";
        assert!(fits && !answer.body.is_empty(), "{path}: {kind}");
    }
    let answer = house.get("/api/v1/comments").await;
    assert_eq!(answer.header(CONTENT_TYPE.as_str()), "application/problem+json");
}

#[tokio::test]
async fn every_page_of_somebody_who_is_signed_in_shows_how_to_sign_out() {
    let house = House::open().await;
    let cookie = house.sign_in(Role::Approver).await;
    for path in ["/inbox", "/comments/1", "/service", "/account", "/audit"] {
        let page = house.get_page(path, &cookie).await;
        assert!(page.body.contains(r#"<form method="post" action="/sign-out">"#), "{path}: {}", page.status);
    }
}

/// The router cannot be asked for its routes, so they are read from its source.
#[tokio::test]
async fn nothing_that_changes_something_is_reached_by_get() {
    let source = include_str!("../../../src/web/console/mod.rs");
    let route = Regex::new(r#"\.route\("(/[^"]+)", post\("#).unwrap();
    let posts: Vec<&str> = route.captures_iter(source).map(|found| found.extract::<1>().1[0]).collect();
    assert!(posts.len() >= 15, "{posts:?}");
    let config = SignInConfig {
        issuer: "http://127.0.0.1:1".to_owned(),
        client_id: "majlis".to_owned(),
        client_secret: Secret::new("a secret"),
    };
    let house = House::with(|web| {
        web.reached = Reached::Loopback;
        web.provider = Some(Provider::new(&config, "https://majlis.example").unwrap());
    })
    .await;
    let cookie = house.sign_in(Role::Approver).await;
    let before = house.log().await;
    for path in posts {
        let answer = house.get_page(&format!("{}?reason=x&text=x", path.replace("{id}", "2")), &cookie).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}: {}", answer.header(LOCATION.as_str()));
    }
    assert_eq!(house.log().await, before);
}
