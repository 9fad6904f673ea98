//! `majlis connect`: the real binary, the stand-ins, and a browser that allows everything.

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::os::unix::fs::PermissionsExt;
use std::process::{Child, ChildStderr, Stdio};
use std::sync::Arc;

use majlis::clock::SystemClock;
use majlis::domain::comment::Platform;
use majlis::sandbox::{Account, Sandbox};
use serde_json::Value;

use super::House;
use crate::platform::account;

/// A configuration whose source of this platform stands on the stand-in, without a token.
fn house(platform: Platform, ours: &Account) -> House {
    let house = House::new();
    let Account { account_id, api_base, client_id, client_secret, .. } = ours;
    let place = match platform {
        Platform::Facebook => 0,
        Platform::Instagram => 1,
        Platform::X => 2,
        Platform::Youtube => 3,
    };
    let path = house.path("config/majlis.toml");
    let mut tree: toml::Table = toml::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
    let source = tree["source"][place].as_table_mut().unwrap();
    source.insert("account".into(), account_id.clone().into());
    source.insert("api_base".into(), api_base.clone().into());
    source.insert("client_id".into(), client_id.clone().into());
    if matches!(platform, Platform::Facebook | Platform::Instagram) {
        source.insert("app_secret_file".into(), format!("secrets/ministry-{platform}.app_secret").into());
    }
    fs::write(&path, toml::to_string(&tree).unwrap()).unwrap();
    let secrets = house.path("config/secrets");
    fs::create_dir_all(&secrets).unwrap();
    let secret =
        if matches!(platform, Platform::X | Platform::Youtube) { "client_secret" } else { "app_secret" };
    let file = secrets.join(format!("ministry-{platform}.{secret}"));
    fs::write(&file, client_secret).unwrap();
    fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).unwrap();
    house
}

/// What the stand-in's pages of consent and of trade are.
fn addresses(platform: Platform, base: &str) -> (String, String) {
    let (authorise, trade) = match platform {
        Platform::Facebook => ("/facebook/v26.0/dialog/oauth", "/facebook/v26.0/oauth/access_token"),
        Platform::Instagram => ("/instagram/oauth/authorize", "/instagram/oauth/access_token"),
        Platform::X => ("/x/i/oauth2/authorize", "/x/2/oauth2/token"),
        Platform::Youtube => ("/google/o/oauth2/v2/auth", "/google/token"),
    };
    (format!("{base}{authorise}"), format!("{base}{trade}"))
}

/// `majlis connect` and what it says beside its result, after everything was allowed in the browser.
async fn connecting(
    house: &House,
    platform: Platform,
    authorise: &str,
    trade: &str,
) -> (Child, BufReader<ChildStderr>) {
    let words = format!(
        "connect {platform} --listen 127.0.0.1:0 --authorise-at {authorise} --trade-at {trade} --json"
    );
    let mut child = house.command(&words).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut stderr = BufReader::new(child.stderr.take().unwrap());
    let mut lines = stderr.by_ref().lines().map(Result::unwrap);
    let url = lines.find_map(|line| line.trim().strip_prefix(authorise).map(str::to_owned));
    let url = format!("{authorise}{}", url.unwrap_or_else(|| panic!("{platform}: no address was told")));
    let page = reqwest::get(&url).await.unwrap();
    assert!(page.status().is_success(), "{platform}: {}", page.text().await.unwrap());
    (child, stderr)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_that_repeats_what_was_sent_is_told_without_it() {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let sandbox = Sandbox::start(([127, 0, 0, 1], 0).into(), Arc::new(SystemClock)).await.unwrap();
    let echo = axum::Router::new().fallback(async |sent: String| {
        let body = serde_json::json!({"error": "invalid_grant", "error_description": sent});
        (axum::http::StatusCode::BAD_REQUEST, axum::Json(body))
    });
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let trade = format!("http://{}/token", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, echo).await });
    let ours = account(&sandbox, Platform::Youtube);
    let house = house(Platform::Youtube, &ours);
    let (authorise, _) = addresses(Platform::Youtube, &sandbox.base_url());
    let (mut child, mut stderr) = connecting(&house, Platform::Youtube, &authorise, &trade).await;
    let mut told = String::new();
    stderr.read_to_string(&mut told).unwrap();
    assert!(!child.wait().unwrap().success(), "{told}");
    assert!(told.contains("code=[secret]") && told.contains("code_verifier=[secret]"), "{told}");
    assert!(!told.contains(&ours.client_secret), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_is_connected_by_allowing_it_in_a_browser() {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let sandbox = Sandbox::start(([127, 0, 0, 1], 0).into(), Arc::new(SystemClock)).await.unwrap();
    for platform in Platform::ALL {
        let house = house(platform, &account(&sandbox, platform));
        let (authorise, trade) = addresses(platform, &sandbox.base_url());
        let (mut child, _) = connecting(&house, platform, &authorise, &trade).await;

        let mut said = String::new();
        child.stdout.take().unwrap().read_to_string(&mut said).unwrap();
        assert!(child.wait().unwrap().success(), "{platform}: {said}");
        let said: Value = serde_json::from_str(&said).unwrap();
        assert_eq!(said["platform"], platform.as_str());
        let file = house.path(said["file"].as_str().unwrap());
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
        let now = account(&sandbox, platform);
        let kept = fs::read_to_string(file).unwrap().trim().to_owned();
        let expected = now.refresh_token.unwrap_or(now.access_token);
        assert_eq!(kept, expected, "{platform}");
        assert!(!said.to_string().contains(&kept), "the token is in its file alone");
    }
}

#[test]
fn what_is_missing_to_connect_is_told_with_a_remedy() {
    let house = House::new();
    let told = super::refused(&house.majlis("connect facebook"), 2);
    assert!(told.contains("client_id = "), "{told}");
    let told = super::refused(&house.majlis("connect x --source nowhere"), 2);
    assert!(told.contains("there is no x source to connect"), "{told}");
    let told = super::refused(&house.majlis("connect x --listen 0.0.0.0:8765"), 2);
    assert!(told.contains("this machine"), "{told}");
}
