//! The audit log for everybody: its files, their headers, and nothing else of the directory.

use std::fs;

use axum::http::StatusCode;

use super::House;

/// A house whose log is in a directory with a file of each kind, and with one that is nobody's business.
async fn open(public: bool) -> (House, tempfile::TempDir) {
    let directory = tempfile::tempdir().unwrap();
    let audit = directory.path().join("audit");
    for (path, text) in [
        ("checkpoint", "a note"),
        ("audit.pub", "a key"),
        ("tile/0/000", "hashes"),
        ("tile/entries/x001/000.p/7", "entries"),
        ("tile/0/000.new", "half a file"),
    ] {
        fs::create_dir_all(audit.join(path).parent().unwrap()).unwrap();
        fs::write(audit.join(path), text).unwrap();
    }
    fs::write(directory.path().join("secret"), "secret").unwrap();
    let house = House::with(|web| web.public_log = public.then_some(audit)).await;
    (house, directory)
}

#[tokio::test]
async fn a_public_log_is_served_with_the_headers_of_its_specification() {
    let (house, _directory) = open(true).await;
    let checkpoint = house.get("/audit/checkpoint").await;
    assert_eq!((checkpoint.status, checkpoint.body.as_str()), (StatusCode::OK, "a note"));
    assert_eq!(checkpoint.header("content-type"), "text/plain; charset=utf-8");
    assert_eq!(checkpoint.header("cache-control"), "public, max-age=5");
    for (path, bytes) in [("tile/0/000", "hashes"), ("tile/entries/x001/000.p/7", "entries")] {
        let tile = house.get(&format!("/audit/{path}")).await;
        assert_eq!((tile.status, tile.body.as_str()), (StatusCode::OK, bytes), "{path}");
        assert_eq!(tile.header("content-type"), "application/octet-stream");
        assert_eq!(tile.header("cache-control"), "public, max-age=31536000, immutable");
    }
}

#[tokio::test]
async fn nothing_but_the_log_is_served() {
    let (house, _directory) = open(true).await;
    for path in [
        "tile/0/001",
        "tile/0/000.p/7",
        "tile/0/000.new",
        "tile/../audit.pub",
        "tile/0/../../../secret",
        "tile/0/%2e%2e/%2e%2e/%2e%2e/secret",
        "tile/entries/..%2f..%2f..%2fsecret",
        "tile//etc/passwd",
        "tile/0/000/",
    ] {
        let answer = house.get(&format!("/audit/{path}")).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}: {}", answer.body);
        assert!(!answer.body.contains("secret") && !answer.body.contains("a key"), "{path}");
    }
}

#[tokio::test]
async fn a_log_that_is_not_public_is_not_served() {
    let (house, _directory) = open(false).await;
    for path in ["/audit/checkpoint", "/audit/tile/0/000"] {
        assert_eq!(house.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
}
