//! The console in a real browser: `tests/browser/shift.py` works a day in it, over the real router and a furnished database.

use std::path::PathBuf;
use std::process::Command;
use std::sync::Arc;

use axum::http::{Method, StatusCode};
use jiff::SignedDuration;
use jiff::civil::date;
use jiff::tz::TimeZone;
use majlis::domain::comment::{Author, CommentId, Incoming, Platform, SourceId, Written};
use majlis::domain::judge::{Finding, Kind, ReviewReason, Verdict};
use majlis::domain::policy::ClauseId;
use majlis::domain::sample::Drawn;
use majlis::domain::staff::Role;
use majlis::stage::seal::{Outlets, Publication, Sealer};
use majlis::store::comments::{NewRevision, index_words, receive};
use majlis::store::decisions::{self, DecidedBy, NewDecision};
use majlis::store::replies;
use majlis::store::{Step, Store, audit, samples, sources};
use majlis::web::{Counting, Figures, Reached};

use super::reports::{topics, two_months};
use super::settings::shadow;
use super::sign_in::{PASSWORD, with_password};
use super::{House, log_key, opening, owed_from, policy};

/// What the public wrote, what kind of comment it is, and the clause in doubt.
const CROWD: [(&str, &str, Kind, Option<ClauseId>); 14] = [
    ("أم راشد", "كيف أسجّل ابنتي في رياض الأطفال؟ لم أجد الرابط في الموقع.", Kind::Question, None),
    ("Sara", "When does registration open for the new school year?", Kind::Question, None),
    ("Bilal", "Cheap followers! Write to me on the other app.", Kind::Other, Some(ClauseId::Spam)),
    (
        "James",
        "My application has been pending for three weeks and nobody answers the phone.",
        Kind::Complaint,
        None,
    ),
    ("Noor", "Buy a certificate without an exam, ask me", Kind::Other, Some(ClauseId::PrivatePromotion)),
    (
        "خالد",
        "الخدمة بطيئة جدًّا منذ تحديث التطبيق، ولا يعمل تسجيل الدخول بالهوية الرقمية.",
        Kind::Complaint,
        None,
    ),
    ("سالم", "أقترح أن تفتحوا باب التسجيل قبل العيد بأسبوع، فكثير منا مسافرون.", Kind::Suggestion, None),
    ("Maya", "Where is the centre in Al Ain? The map shows two.", Kind::Question, None),
    ("هند", "شكرًا لكم على سرعة الرد، بارك الله فيكم.", Kind::Praise, None),
    ("Omar", "هذا الموظف حرامي ويأخذ رشوة", Kind::Complaint, Some(ClauseId::Defamatory)),
    ("ليلى", "هل المنحة للمقيمين أيضًا؟", Kind::Question, None),
    ("Tariq", "سأحرق المبنى بمن فيه", Kind::Other, Some(ClauseId::SecurityThreat)),
    ("Anna", "I wish the form would save what I typed.", Kind::Suggestion, None),
    ("مريم", "متى تصدر نتائج القبول؟ وعدتمونا بها الأسبوع الماضي.", Kind::Question, None),
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs Chromium and Playwright; `make browser` installs both and runs it"]
async fn a_shift_is_worked_by_keyboard_by_mouse_and_without_a_script() {
    let named =
        |name: &str| std::env::var(name).unwrap_or_else(|_| panic!("{name} is not set; run `make browser`"));
    let (python, axe) = (named("MAJLIS_TEST_PYTHON"), named("MAJLIS_TEST_AXE"));
    let chromium = named("MAJLIS_TEST_CHROMIUM");

    let (figures, directory) = (Figures::default(), tempfile::tempdir().unwrap());
    let house = House::with(|web| {
        web.reached = Reached::Loopback;
        web.undo = SignedDuration::from_secs(10);
        web.audit_directory = directory.path().to_owned();
        (web.figures, web.topics) = (figures.clone(), Arc::new(topics()));
    })
    .await;
    furnish(&house).await;
    count(&house, &figures, &directory).await;
    let proposed = Some(r#"{"text":"Thank you for your prayse."}"#);
    for path in ["/comments/12/propose", "/comments/16/propose"] {
        assert_eq!(house.call(Method::POST, path, Role::Staff, proposed).await.status, StatusCode::ACCEPTED);
    }
    with_password(&house, Role::Approver).await;
    house.clock.advance(SignedDuration::from_hours(6));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let router = house.router.clone();
    let server = tokio::spawn(async move { axum::serve(listener, router).await });

    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let mut shift = Command::new(python);
    shift.arg(root.join("tests/browser/shift.py")).args([&url, Role::Approver.as_str(), PASSWORD, &axe]);
    shift.arg(root.join("target/screens")).arg(chromium);
    let done = tokio::task::spawn_blocking(move || shift.output()).await.unwrap().unwrap();
    server.abort();
    println!("{}", String::from_utf8_lossy(&done.stdout));
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
}

/// Two months of the log, sealed and counted.
async fn count(house: &House, figures: &Figures, directory: &tempfile::TempDir) {
    let mut tx = house.store.begin(Step::Keep).await.unwrap();
    audit::append(&mut tx, &two_months()).await.unwrap();
    tx.commit().await.unwrap();
    let mut sealer = Sealer::new(log_key(), Publication::new(directory.path()), Outlets::default());
    sealer.seal(&house.store, opening()).await.unwrap();
    let mut counting = Counting::by_months_of(TimeZone::get("Asia/Dubai").unwrap());
    figures.catch_up(&mut counting, &house.store).await.unwrap();
}

/// Comments enough for a shift, on two platforms.
async fn furnish(house: &House) {
    let (page, channel) = (SourceId("page".into()), SourceId("channel".into()));
    let mut tx = house.store.begin(Step::Keep).await.unwrap();
    sources::register(&mut tx, &channel, Platform::Youtube, opening()).await.unwrap();
    tx.commit().await.unwrap();
    for (number, (name, text, kind, doubt)) in (4_i64..).zip(CROWD) {
        let (source, platform) =
            if number % 3 == 0 { (&channel, Platform::Youtube) } else { (&page, Platform::Facebook) };
        let at = opening() + SignedDuration::from_mins(number * 7 - 180);
        let author = Author { id: Some(format!("u{}", number % 9)), name: Some(name.to_owned()) };
        let post_id = Some("101_202".to_owned());
        let written = Written { author: Some(author), created_at: Some(at), post_id, ..Written::default() };
        let incoming = Incoming::new(format!("c{number}"), text, opening(), written);
        let batch = [NewRevision { incoming: &incoming, fold_key: Some(number), salt: [7; 16] }];
        let mut tx = house.store.begin(Step::Read).await.unwrap();
        let id = receive(&mut tx, source, &batch, opening()).await.unwrap()[0].unwrap().id;
        assert_eq!(id, CommentId(number));
        let first_word = text.find(' ').unwrap_or(text.len());
        let finding = |clause| Finding { clause, rule: "phrase:ar".into(), excerpt: 0..first_word };
        let verdict = match doubt {
            Some(clause) => Verdict::Review(ReviewReason::Doubtful(finding(clause))),
            None => Verdict::Allow,
        };
        let rules = policy();
        let decision = NewDecision {
            comment: id,
            revision: 1,
            verdict: &verdict,
            kind,
            policy: rules.version(),
            decided_by: &DecidedBy::Machine,
            reason: None,
        };
        decisions::record(&mut tx, &[decision], opening()).await.unwrap();
        if matches!(kind, Kind::Question | Kind::Complaint | Kind::Suggestion) {
            let owed = owed_from(id, platform, kind, at);
            replies::open(&mut tx, &[owed.clock()], opening()).await.unwrap();
        }
        tx.commit().await.unwrap();
    }
    index_words(&house.store, 100).await.unwrap();
    two_weeks(&house.store).await;
    shadow(house).await;
}

/// A sample that is judged, with a machine's mistake of either sort, and one that waits.
async fn two_weeks(store: &Store) {
    let rules = policy();
    for (week, decisions) in [(date(2026, 11, 9), [4, 3, 12]), (date(2026, 11, 16), [3, 5, 12])] {
        let drawn = Drawn { seed: [7; 32], decisions: decisions.to_vec(), hides: 212, allows: 3_401 };
        let mut tx = store.begin(Step::Keep).await.unwrap();
        samples::keep(&mut tx, week, (0, 17), &drawn, opening()).await.unwrap();
        for (item, clause) in [(1, Some(ClauseId::Spam)), (2, None)] {
            if week == date(2026, 11, 9) {
                let by = Role::Approver.as_str();
                samples::answer(&mut tx, item, clause, by, rules.version(), opening()).await.unwrap();
            }
        }
        tx.commit().await.unwrap();
    }
}
