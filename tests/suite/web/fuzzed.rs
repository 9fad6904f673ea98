//! The JSON API before schemathesis: whatever fits the OpenAPI document, and much that does not, is answered as it says.

use std::process::Command;

use majlis::domain::staff::Role;
use majlis::web::Reached;

use super::{House, token};

/// What no call may be answered with: a failure of ours, and anything that the document does not describe.
const CHECKS: &str = "not_a_server_error,status_code_conformance,content_type_conformance,response_headers_conformance,\
                      response_schema_conformance";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs schemathesis; `make fuzz-api` installs and runs it"]
async fn every_call_is_answered_as_the_document_says() {
    let schemathesis = std::env::var("MAJLIS_TEST_SCHEMATHESIS").expect("run `make fuzz-api`");
    let house = House::with(|web| web.reached = Reached::Loopback).await;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/api/v1", listener.local_addr().unwrap());
    let router = house.router.clone();
    let server = tokio::spawn(async move { axum::serve(listener, router).await });

    // An approver may do all but read the service's own state, which all may.
    let bearer = format!("Authorization: Bearer {}", token(Role::Approver));
    let mut run = Command::new(schemathesis);
    run.args(["run", &format!("{url}/openapi.json"), "--url", &url, "--header", &bearer, "--checks", CHECKS]);
    run.args([
        "--phases",
        "examples,coverage,fuzzing",
        "--max-examples",
        "20",
        "--seed",
        "20261129",
        "--no-shrink",
    ]);
    run.args(["--warnings", "off"]).current_dir(std::env::temp_dir());
    let done = tokio::task::spawn_blocking(move || run.output()).await.unwrap().unwrap();
    server.abort();
    println!("{}", String::from_utf8_lossy(&done.stdout));
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
}
