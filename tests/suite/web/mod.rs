//! The web: the real router over a real database, a clock turned by hand, and no platform.

mod api;
mod audit;
mod browser;
mod console;
mod desk;
mod document;
mod fuzzed;
mod health;
mod idempotent;
mod log;
mod provider;
mod reports;
mod sample;
mod security;
mod settings;
mod sign_in;
mod veil;
mod webhook;

use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock};

use axum::Router;
use axum::body::Body;
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE, COOKIE, SET_COOKIE};
use axum::http::{HeaderMap, Method, Request, StatusCode};
use futures_util::FutureExt;
use jiff::{SignedDuration, Timestamp};
use majlis::clock::ManualClock;
use majlis::config::SavedReply;
use majlis::domain::audit::SigningKey;
use majlis::domain::calendar::{Calendar, Deadline, Owed, Pauses};
use majlis::domain::comment::{Author, CommentId, Incoming, Platform, SourceId, Visibility, Written};
use majlis::domain::judge::{Finding, Judge, Kind, ReviewReason, Verdict};
use majlis::domain::lang::Bilingual;
use majlis::domain::policy::{Bundle, ClauseId, Policy};
use majlis::domain::reply::{ClockKind, Language, Priority};
use majlis::domain::routing::{Routing, Team};
use majlis::domain::staff::Role;
use majlis::store::comments::{NewRevision, index_words, receive, set_visibility};
use majlis::store::decisions::{self, DecidedBy, NewDecision};
use majlis::store::jobs::Lane;
use majlis::store::replies::{self, NewClock};
use majlis::store::{Step, Store, Tx, sources, staff};
use majlis::web::{Figures, InForce, Live, Reached, Refusals, WebState, router};
use serde_json::Value;
use sha2::{Digest, Sha256};
use tower::ServiceExt;

/// A question with a running clock, a doubtful one for review, and one that is hidden.
const QUESTION: CommentId = CommentId(1);
const DOUBTFUL: CommentId = CommentId(2);
const HIDDEN: CommentId = CommentId(3);

const QUESTION_TEXT: &str = "متى ينتهي التسجيل في المبادرة؟";
const DOUBTFUL_TEXT: &str = "<b>أنت غبي</b> & co";

/// A ministry with three comments and one member of staff of each role.
struct House {
    store: Store,
    clock: Arc<ManualClock>,
    wall: Arc<ManualClock>,
    router: Router,
    /// How many times idle lanes were told to look.
    stirred: Arc<AtomicUsize>,
    _directory: tempfile::TempDir,
}

fn opening() -> Timestamp {
    "2026-11-24T07:30:00+04:00".parse().unwrap()
}

/// A house with one team.
fn admissions() -> Routing {
    let id = "admissions".parse().unwrap();
    let team = Team { id, ar: "القبول".to_owned(), en: "Admissions".to_owned() };
    Routing { teams: vec![team], routes: Vec::new() }
}

impl House {
    async fn open() -> House {
        House::with(|_| ()).await
    }

    /// A house whose web differs from the usual.
    async fn with(change: impl FnOnce(&mut WebState)) -> House {
        let directory = tempfile::tempdir().unwrap();
        let store =
            Store::open(&format!("sqlite:{}", directory.path().join("majlis.db").display())).await.unwrap();
        let clock = Arc::new(ManualClock::new(opening()));
        let wall = Arc::new(ManualClock::new(opening()));
        let stirred = Arc::new(AtomicUsize::new(0));
        let rules = InForce { policy: Arc::new(policy()), judge: judging(), calendar: Arc::new(calendar()) };
        furnish(&store, &rules).await;
        index_words(&store, 100).await.unwrap();
        let bell = stirred.clone();
        let mut state = WebState {
            store: store.clone(),
            clock: clock.clone(),
            wall: wall.clone(),
            in_force: Box::new(move || std::future::ready(Some(rules.clone())).boxed()),
            routing: Arc::new(Routing::default()),
            topics: Arc::default(),
            approving: Vec::new(),
            live: Live::new(store.clone(), wall.clone()),
            undo: SignedDuration::ZERO,
            saved_replies: vec![saved_reply()],
            render_metrics: Box::new(|| "majlis_pages_read_total 4\n".to_owned()),
            stir: Box::new(move || {
                bell.fetch_add(1, Ordering::Relaxed);
            }),
            lanes: vec![
                Lane::Poll(SourceId("page".into())),
                Lane::Dispatch(SourceId("page".into())),
                Lane::Moderate,
            ],
            stuck_after: SignedDuration::from_mins(5),
            delivering: Vec::new(),
            reached: Reached::Https,
            provider: None,
            allowances: Vec::new(),
            refusals: Refusals::default(),
            figures: Figures::default(),
            public_log: None,
            audit_directory: PathBuf::new(),
            audit_key: log_key().verifier().clone(),
        };
        change(&mut state);
        House { store, clock, wall, router: router(state), stirred, _directory: directory }
    }

    async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = axum::body::to_bytes(body, usize::MAX).await.unwrap();
        Answer {
            status: parts.status,
            headers: parts.headers,
            body: String::from_utf8(body.to_vec()).unwrap(),
        }
    }

    async fn get(&self, path: &str) -> Answer {
        self.send(Request::get(path).body(Body::empty()).unwrap()).await
    }

    /// A call of the API in the name of a role.
    async fn call(&self, method: Method, path: &str, role: Role, body: Option<&str>) -> Answer {
        let request = Request::builder()
            .method(method)
            .uri(format!("/api/v1{path}"))
            .header(AUTHORIZATION, format!("Bearer {}", token(role)))
            .header(CONTENT_TYPE, "application/json");
        self.send(request.body(Body::from(body.unwrap_or_default().to_owned())).unwrap()).await
    }

    /// The cookie of a session of a role.
    async fn sign_in(&self, role: Role) -> String {
        let answer = self.post_form("/sign-in", "", &[("token", &token(role))]).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
        answer.header(SET_COOKIE.as_str()).split(';').next().unwrap().to_owned()
    }

    async fn get_page(&self, path: &str, cookie: &str) -> Answer {
        self.send(Request::get(path).header(COOKIE, cookie).body(Body::empty()).unwrap()).await
    }

    async fn post_form(&self, path: &str, cookie: &str, fields: &[(&str, &str)]) -> Answer {
        let seal = self.seal(cookie).await;
        let sealed = fields.iter().copied().chain(seal.as_deref().map(|seal| ("seal", seal)));
        let form = form_urlencoded::Serializer::new(String::new()).extend_pairs(sealed).finish();
        let request = Request::post(path)
            .header(COOKIE, cookie)
            .header("host", "majlis.example")
            .header("origin", "https://majlis.example")
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.send(request.body(Body::from(form)).unwrap()).await
    }

    /// What the forms of a session's pages carry.
    async fn seal(&self, cookie: &str) -> Option<String> {
        let page = self.get_page("/account", cookie).await.body;
        let at = page.find(r#"name="seal" value=""#)?;
        page[at..].split('"').nth(3).map(str::to_owned)
    }

    /// The audit log as text, one entry a line.
    async fn log(&self) -> Vec<String> {
        let entries = majlis::store::audit::entries(&self.store, 0, 1_000).await.unwrap();
        entries.iter().map(|entry| str::from_utf8(entry.bytes()).unwrap().to_owned()).collect()
    }

    /// Runs what only somebody can who owns the database, with the log's guard taken away.
    async fn tamper(&self, statement: &str) {
        let url = format!("sqlite:{}", self._directory.path().join("majlis.db").display());
        let pool = sqlx::AnyPool::connect(&url).await.unwrap();
        for statement in ["drop trigger if exists audit_entry_unchanged", statement] {
            sqlx::query(sqlx::AssertSqlSafe(statement.to_owned())).execute(&pool).await.unwrap();
        }
        pool.close().await;
    }

    fn times_stirred(&self) -> usize {
        self.stirred.load(Ordering::Relaxed)
    }
}

struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: String,
}

impl Answer {
    fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.body))
    }

    fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}

fn token(role: Role) -> String {
    format!("{role}-token")
}

fn saved_reply() -> SavedReply {
    SavedReply {
        id: "thanks".into(),
        title: Bilingual { ar: "شكر".into(), en: "Thanks".into() },
        text: Bilingual { ar: "شكرًا لك.".into(), en: "Thank you.".into() },
    }
}

pub(crate) fn log_key() -> SigningKey {
    SigningKey::new("majlis.example/audit", &[1; 32]).unwrap()
}

fn policy() -> Policy {
    Policy::parse(&Bundle::shipped()).unwrap()
}

/// The judge of [`policy`], compiled once for all houses.
fn judging() -> Arc<Judge> {
    static JUDGE: LazyLock<Arc<Judge>> = LazyLock::new(|| Arc::new(Judge::new(&policy())));
    JUDGE.clone()
}

fn calendar() -> Calendar {
    Calendar::parse("calendar.toml", include_str!("../../../config/calendar.toml")).unwrap()
}

async fn furnish(store: &Store, rules: &InForce) {
    let mut tx = store.begin(Step::Keep).await.unwrap();
    for role in Role::ALL {
        staff::add(&mut tx, role.as_str(), role, opening()).await.unwrap();
        let hash = hex::encode(Sha256::digest(token(role)));
        staff::set_token(&mut tx, role.as_str(), &hash, opening()).await.unwrap();
    }
    let source = SourceId("page".into());
    sources::register(&mut tx, &source, Platform::Facebook, opening()).await.unwrap();
    let comments = [incoming("a", QUESTION_TEXT), incoming("b", DOUBTFUL_TEXT), incoming("c", "مخالف")];
    let batch = comments.each_ref().map(|incoming| NewRevision { incoming, fold_key: None, salt: [7; 16] });
    let stored = receive(&mut tx, &source, &batch, opening()).await.unwrap();
    assert_eq!(
        stored.iter().map(|stored| stored.unwrap().id).collect::<Vec<_>>(),
        [QUESTION, DOUBTFUL, HIDDEN]
    );
    judge(&mut tx, rules).await;
    set_visibility(&mut tx, HIDDEN, Visibility::Hidden, opening()).await.unwrap();
    tx.commit().await.unwrap();
}

fn incoming(id: &str, text: &str) -> Incoming {
    let author = Author { id: Some("9".into()), name: Some("أم خالد <i>".into()) };
    let written = Written { author: Some(author), created_at: Some(opening()), ..Written::default() };
    Incoming::new(id.into(), text, opening(), written)
}

/// What the machine would have concluded about the three.
async fn judge(tx: &mut Tx, rules: &InForce) {
    let finding = |clause, excerpt| Finding { clause, rule: "phrase:ar".into(), excerpt };
    let insult = DOUBTFUL_TEXT.find("غبي").unwrap();
    let doubtful = ReviewReason::Doubtful(finding(ClauseId::Indecent, insult..insult + 6));
    let decisions = [
        (QUESTION, Verdict::Allow, Kind::Question),
        (DOUBTFUL, Verdict::Review(doubtful), Kind::Other),
        (HIDDEN, Verdict::Hide(finding(ClauseId::Spam, 0..10)), Kind::Other),
    ];
    let decisions = decisions.each_ref().map(|(comment, verdict, kind)| NewDecision {
        comment: *comment,
        revision: 1,
        verdict,
        kind: *kind,
        policy: rules.policy.version(),
        decided_by: &DecidedBy::Machine,
        reason: None,
    });
    decisions::record(tx, &decisions, opening()).await.unwrap();
    let owed = owed_from(QUESTION, Platform::Facebook, Kind::Question, opening());
    replies::open(tx, &[owed.clock()], opening()).await.unwrap();
}

/// A first reply that is owed, with its deadline.
struct OwedReply {
    comment: CommentId,
    owed: Owed,
    from: Timestamp,
    deadline: Deadline,
    basis: String,
}

/// The first reply that the shipped calendar promises to a comment of that time.
fn owed_from(comment: CommentId, platform: Platform, kind: Kind, from: Timestamp) -> OwedReply {
    let (calendar, language) = (calendar(), Language::English);
    let (clock, priority) = (ClockKind::FirstReply, Priority::Normal);
    let owed = Owed { clock, platform, kind, priority, language, team: None };
    let deadline = calendar.due(from, calendar.promise(&owed).unwrap(), &Pauses::NONE).unwrap();
    let basis = serde_json::to_string(&deadline.proof).unwrap();
    OwedReply { comment, owed, from, deadline, basis }
}

impl OwedReply {
    fn clock(&self) -> NewClock<'_> {
        NewClock {
            comment: self.comment,
            thread: self.comment,
            platform: self.owed.platform,
            clock: self.owed.clock,
            kind: self.owed.kind,
            priority: self.owed.priority,
            language: self.owed.language,
            team: None,
            started_at: self.from,
            received_at: self.from.max(opening()),
            due_soon_at: self.deadline.due_soon_at,
            due_at: self.deadline.due_at,
            calendar: &self.deadline.proof.calendar,
            basis: &self.basis,
        }
    }
}
