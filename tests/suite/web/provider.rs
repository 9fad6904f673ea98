//! The ministry's own sign-in, against a real provider: `tests/oidc/provider.mjs`.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::process::{Child, ChildStdout, Command, Stdio};

use axum::body::Body;
use axum::http::header::{COOKIE, LOCATION, SET_COOKIE};
use axum::http::{Request, StatusCode};
use jiff::{SignedDuration, Timestamp};
use majlis::config::SignInConfig;
use majlis::domain::credentials::Secret;
use majlis::domain::session::PROVED_WITHIN;
use majlis::domain::staff::Role;
use majlis::store::Step;
use majlis::store::staff::{self, Identity};
use majlis::web::Provider;

use super::{Answer, House, opening};

/// The provider's process; it ends with the test.
struct Ministry {
    process: Child,
    /// Kept: it tells more on the way, and would end where nobody listens.
    _told: BufReader<ChildStdout>,
    issuer: String,
}

impl Ministry {
    fn open() -> Ministry {
        let named =
            |name: &str| std::env::var(name).unwrap_or_else(|_| panic!("{name} is not set; run `make oidc`"));
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/oidc/provider.mjs");
        let mut command = Command::new("node");
        command.args([script, &named("MAJLIS_TEST_OIDC")]).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut process = command.spawn().expect("node runs");
        let mut issuer = String::new();
        let mut told = BufReader::new(process.stdout.take().unwrap());
        told.read_line(&mut issuer).unwrap();
        Ministry { process, _told: told, issuer: issuer.trim().to_owned() }
    }

    /// A house whose staff are known here: the member called `staff` by a mail address.
    async fn house(&self, secret: &str) -> House {
        let config = SignInConfig {
            issuer: self.issuer.clone(),
            client_id: "majlis".to_owned(),
            client_secret: Secret::new(secret),
        };
        let house = House::with(|web| {
            web.provider = Some(Provider::new(&config, "https://majlis.example").unwrap());
        })
        .await;
        // What it says of times is said by the machine's clock.
        house.wall.advance_to(
            Timestamp::from_second(std::time::UNIX_EPOCH.elapsed().unwrap().as_secs() as i64).unwrap(),
        );
        identify(&house, Role::Staff, Identity::Email("amna@ministry.example")).await;
        house
    }

    /// Somebody's browser at the provider.
    fn visitor(&self) -> Visitor {
        let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
        Visitor { http, issuer: self.issuer.clone(), cookies: BTreeMap::new() }
    }
}

impl Drop for Ministry {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

struct Visitor {
    http: reqwest::Client,
    issuer: String,
    cookies: BTreeMap<String, String>,
}

impl Visitor {
    /// Follows the provider's pages and says who this is where asked; returns where the browser is sent back to, and how often
    /// it was asked.
    async fn through(&mut self, address: &str, who: &str) -> (String, usize) {
        let (mut address, mut asked) = (address.to_owned(), 0);
        for _ in 0..20 {
            let answer = self.get(&address).await;
            if let Some(next) = answer.headers().get(LOCATION) {
                let next = next.to_str().unwrap();
                if next.starts_with("https://majlis.example/") {
                    return (next.trim_start_matches("https://majlis.example").to_owned(), asked);
                }
                address =
                    if next.starts_with('/') { format!("{}{next}", self.issuer) } else { next.to_owned() };
                continue;
            }
            let page = answer.text().await.unwrap();
            let prompt = page.split(r#"name="prompt" value=""#).nth(1).unwrap_or_else(|| panic!("{page}"));
            let prompt = prompt.split('"').next().unwrap();
            asked += usize::from(prompt == "login");
            let form = [("prompt", prompt), ("login", who), ("password", "any")];
            let answer = self.sent(self.http.post(&address).form(&form)).await;
            address = answer.headers()[LOCATION].to_str().unwrap().to_owned();
        }
        panic!("the provider goes in circles");
    }

    async fn get(&mut self, address: &str) -> reqwest::Response {
        self.sent(self.http.get(address)).await
    }

    async fn sent(&mut self, request: reqwest::RequestBuilder) -> reqwest::Response {
        let held: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let answer = request.header(COOKIE, held.join("; ")).send().await.unwrap();
        for cookie in answer.headers().get_all(SET_COOKIE) {
            let (name, value) = cookie.to_str().unwrap().split(';').next().unwrap().split_once('=').unwrap();
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
        answer
    }
}

async fn identify(house: &House, role: Role, identity: Identity<'_>) {
    let mut tx = house.store.begin(Step::Act).await.unwrap();
    staff::identify(&mut tx, role.as_str(), identity, opening()).await.unwrap();
    tx.commit().await.unwrap();
}

/// The cookie of this name that an answer sets.
fn cookie(answer: &Answer, name: &str) -> Option<String> {
    let all = answer.headers.get_all(SET_COOKIE).iter();
    let mut pairs = all.map(|cookie| cookie.to_str().unwrap().split(';').next().unwrap());
    pairs.find(|pair| pair.starts_with(name) && !pair.ends_with('=')).map(str::to_owned)
}

/// Begins a sign-in: where the browser goes, and the cookie that it holds meanwhile.
async fn begin(house: &House, path: &str, session: &str) -> (String, String) {
    let answer = house.get_page(path, session).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    let set = answer.header(SET_COOKIE.as_str());
    assert!(
        set.ends_with("; HttpOnly; SameSite=Lax; Secure") && set.contains("Path=/; Max-Age=600"),
        "{set}"
    );
    let address = answer.header(LOCATION.as_str()).to_owned();
    for sent in ["code_challenge_method=S256", "code_challenge=", "nonce=", "state=", "response_type=code"] {
        assert!(address.contains(sent), "{address} holds no {sent}");
    }
    (address, cookie(&answer, "__Host-majlis_provider=").unwrap())
}

/// Signs in as `who`, from beginning to end.
async fn sign_in(house: &House, visitor: &mut Visitor, who: &str) -> Answer {
    let (address, held) = begin(house, "/sign-in/provider?next=%2Fservice", "").await;
    let (back, _) = visitor.through(&address, who).await;
    house.get_page(&back, &held).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs node and oidc-provider; `make oidc` installs and runs it"]
async fn staff_come_in_by_a_verified_address_and_from_then_on_by_their_name_at_the_provider() {
    let ministry = Ministry::open();
    let house = ministry.house("a secret").await;
    let page = house.get("/sign-in?next=%2Fservice&lang=en").await.body;
    assert!(page.contains(r#"href="/sign-in/provider?next=%2Fservice""#), "{page}");
    let answer = sign_in(&house, &mut ministry.visitor(), "of-amna").await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    assert!(answer.body.contains(r#"http-equiv="refresh" content="0; url=/service""#), "{}", answer.body);
    let session = cookie(&answer, "__Host-majlis_session=").unwrap();
    let account = house.get_page("/account?lang=en", &session).await.body;
    assert!(account.contains("<bdi>staff</bdi>") && account.contains("the ministry's account"), "{account}");
    let log = house.log().await.concat();
    assert!(
        log.contains("staff.identified") && log.contains(r#""fields":{"by":"provider","role":"staff"}"#),
        "{log}"
    );

    // The address is somebody else's now; the name at the provider is not.
    let identity = Identity::Email("amna@ministry.example");
    let mut tx = house.store.begin(Step::Act).await.unwrap();
    assert!(staff::identify(&mut tx, "auditor", identity, opening()).await.is_err(), "while it is bound");
    let subject = Identity::Subject { issuer: &ministry.issuer, subject: "of-amna" };
    staff::identify(&mut tx, "staff", subject, opening()).await.unwrap();
    staff::identify(&mut tx, "auditor", identity, opening()).await.unwrap();
    tx.commit().await.unwrap();
    let answer = sign_in(&house, &mut ministry.visitor(), "of-amna").await;
    let session = cookie(&answer, "__Host-majlis_session=").unwrap();
    assert!(house.get_page("/account", &session).await.body.contains("<bdi>staff</bdi>"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs node and oidc-provider; `make oidc` installs and runs it"]
async fn whom_nobody_named_and_whose_address_is_not_verified_is_not_let_in() {
    let ministry = Ministry::open();
    let house = ministry.house("a secret").await;
    identify(&house, Role::Approver, Identity::Email("badr@ministry.example")).await;
    let mut tx = house.store.begin(Step::Act).await.unwrap();
    staff::disable(&mut tx, "staff", opening()).await.unwrap();
    tx.commit().await.unwrap();
    for who in ["of-nobody", "of-badr", "of-amna"] {
        let answer = sign_in(&house, &mut ministry.visitor(), who).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{who}: {}", answer.body);
        assert_eq!(cookie(&answer, "__Host-majlis_session="), None, "{who}");
    }
    assert!(house.log().await.concat().contains(r#""object":"provider""#));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs node and oidc-provider; `make oidc` installs and runs it"]
async fn what_comes_back_is_of_the_sign_in_that_this_browser_began_or_opens_nothing() {
    let ministry = Ministry::open();
    let house = ministry.house("a secret").await;
    let mut visitor = ministry.visitor();
    let (address, held) = begin(&house, "/sign-in/provider", "").await;
    let (_, other) = begin(&house, "/sign-in/provider", "").await;
    let (back, _) = visitor.through(&address, "of-amna").await;
    let parts: Vec<&str> = held.split('.').collect();
    let others: Vec<&str> = other.split('.').collect();
    let with = |place: usize| {
        let mut mixed = parts.clone();
        mixed[place] = others[place];
        mixed.join(".")
    };
    let issuer = back.split("&iss=").next().unwrap().to_owned() + "&iss=https%3A%2F%2Fevil.example";
    let refused = [
        (back.clone(), String::new(), "no cookie"),
        (back.clone(), other.clone(), "another sign-in's state"),
        (back.replace("state=", "state=x"), held.clone(), "another state"),
        (issuer, held.clone(), "another issuer"),
        ("/sign-in/provider/back?error=access_denied".to_owned(), held.clone(), "refused there"),
        (back.clone(), with(2), "another verifier (PKCE)"),
    ];
    for (back, held, what) in refused {
        let answer = house.get_page(&back, &held).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{what}: {}", answer.body);
        assert_eq!(cookie(&answer, "__Host-majlis_session="), None, "{what}");
        assert!(
            answer.header(SET_COOKIE.as_str()).starts_with("__Host-majlis_provider=; Path=/; Max-Age=0"),
            "{what}"
        );
    }
    // A code that is good once, with another nonce; and the same twice.
    let (address, held) = begin(&house, "/sign-in/provider", "").await;
    let (back, _) = visitor.through(&address, "of-amna").await;
    let nonce = held.replace(held.split('.').nth(1).unwrap(), others[1]);
    assert_eq!(house.get_page(&back, &nonce).await.status, StatusCode::UNAUTHORIZED, "another nonce");
    let (address, held) = begin(&house, "/sign-in/provider", "").await;
    let (back, _) = visitor.through(&address, "of-amna").await;
    assert_eq!(house.get_page(&back, &held).await.status, StatusCode::OK);
    assert_eq!(house.get_page(&back, &held).await.status, StatusCode::UNAUTHORIZED, "a code used twice");

    let stranger = ministry.house("another secret").await;
    let answer = sign_in(&stranger, &mut visitor, "of-amna").await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "a client secret that is not ours");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs node and oidc-provider; `make oidc` installs and runs it"]
async fn who_was_known_at_the_provider_already_shows_who_they_are_once_more_before_what_is_grave() {
    let ministry = Ministry::open();
    let house = ministry.house("a secret").await;
    let mut visitor = ministry.visitor();
    let answer = sign_in(&house, &mut visitor, "of-amna").await;
    let session = cookie(&answer, "__Host-majlis_session=").unwrap();
    // The provider was not asked when it last saw them, so it may be long ago.
    let answer = house.post_form("/sign-out/everywhere", &session, &[]).await;
    assert_eq!(answer.header(LOCATION.as_str()), "/sign-in?again=1&next=%2Faccount");
    let page = house.get_page("/sign-in?again=1&next=%2Faccount", &session).await.body;
    assert!(page.contains("/sign-in/provider?next=%2Faccount&amp;again=1"), "{page}");

    let (address, held) = begin(&house, "/sign-in/provider?next=%2Faccount&again=1", &session).await;
    assert!(address.contains("prompt=login") && address.contains("max_age=0"), "{address}");
    let (back, asked) = visitor.through(&address, "of-amna").await;
    assert_eq!(asked, 1, "it knows them, and asks all the same");
    let answer = house.get_page(&back, &format!("{held}; {session}")).await;
    let again = cookie(&answer, "__Host-majlis_session=").unwrap();
    let answer = house.post_form("/sign-out/everywhere", &again, &[]).await;
    assert_eq!(answer.header(LOCATION.as_str()), "/sign-in?out=1");

    // A provider whose word is older than that is not taken at it.
    let (address, held) = begin(&house, "/sign-in/provider?again=1", "").await;
    let (back, _) = visitor.through(&address, "of-amna").await;
    // The provider goes by its own clock, which has not stood still since the house was opened.
    house.wall.advance(PROVED_WITHIN + SignedDuration::from_mins(1));
    assert_eq!(house.get_page(&back, &held).await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn nobody_is_sent_to_the_provider_by_another_site_and_without_one_there_is_no_such_page() {
    let house = House::open().await;
    assert_eq!(house.get("/sign-in/provider").await.status, StatusCode::NOT_FOUND);
    assert_eq!(house.get("/sign-in/provider/back?code=x&state=y").await.status, StatusCode::NOT_FOUND);
    assert!(!house.get("/sign-in").await.body.contains("/sign-in/provider"));
    let config = SignInConfig {
        issuer: "http://127.0.0.1:1".to_owned(),
        client_id: "majlis".to_owned(),
        client_secret: Secret::new("a secret"),
    };
    let house = House::with(|web| {
        web.provider = Some(Provider::new(&config, "https://majlis.example").unwrap());
    })
    .await;
    for site in ["cross-site", "same-site"] {
        let request = Request::get("/sign-in/provider").header("sec-fetch-site", site).body(Body::empty());
        let answer = house.send(request.unwrap()).await;
        assert_eq!((answer.status, answer.header(LOCATION.as_str())), (StatusCode::SEE_OTHER, "/sign-in"));
    }
    let answer = house.get("/sign-in/provider?lang=en").await;
    assert_eq!(answer.status, StatusCode::BAD_GATEWAY);
    assert!(
        answer.body.contains("sign in by your password") && !answer.body.contains("127.0.0.1"),
        "{}",
        answer.body
    );
}
