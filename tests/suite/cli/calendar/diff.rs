//! What a file would change and which open deadlines it would move, before anybody proposes it.

use std::fs;

use jiff::{SignedDuration, Timestamp};
use majlis::clock::{Clock, SystemClock};
use majlis::domain::calendar::{Calendar, Owed, Pauses};
use majlis::domain::comment::{CommentId, Platform};
use majlis::domain::judge::Kind;
use majlis::domain::reply::{ClockKind, Language, Priority};
use majlis::store::replies::{self, NewClock};
use majlis::store::{Step, Store};
use serde_json::{Value, json};

use super::super::{House, done, refused, said};
use crate::store::given::{new_clock, some_sources, stored};

/// A house with a calendar in force, and the calendar.
async fn house() -> (House, Store, Calendar) {
    let house = House::new();
    let store = house.store().await;
    house.adopt_what_is_shipped(&store).await;
    some_sources(&store).await;
    let text = fs::read_to_string(house.path("config/calendar.toml")).unwrap();
    (house, store, Calendar::parse("calendar.toml", &text).unwrap())
}

/// A first reply of this kind that is owed since `started_at`.
async fn owed(
    store: &Store,
    calendar: &Calendar,
    name: &str,
    kind: Kind,
    started_at: Timestamp,
) -> CommentId {
    let comment = stored(store, name, "متى؟").await;
    let (clock, platform) = (ClockKind::FirstReply, Platform::Facebook);
    let owed =
        Owed { clock, platform, kind, priority: Priority::Normal, language: Language::Arabic, team: None };
    let deadline = calendar.due(started_at, calendar.promise(&owed).unwrap(), &Pauses::NONE).unwrap();
    let basis = serde_json::to_string(&deadline.proof).unwrap();
    let clock = NewClock {
        kind,
        due_at: deadline.due_at,
        due_soon_at: deadline.due_soon_at,
        basis: &basis,
        ..new_clock(comment, calendar.version(), started_at)
    };
    let mut tx = store.begin(Step::Judge).await.unwrap();
    replies::open(&mut tx, &[clock], started_at).await.unwrap();
    tx.commit().await.unwrap();
    comment
}

#[tokio::test]
async fn a_file_is_compared_with_what_is_in_force_and_with_the_open_deadlines() {
    let (house, store, calendar) = house().await;
    let now = SystemClock.now();
    let later = owed(&store, &calendar, "later", Kind::Question, now).await;
    let earlier = owed(&store, &calendar, "earlier", Kind::Complaint, now).await;
    owed(&store, &calendar, "same", Kind::Suggestion, now).await;
    store.close().await;

    let same = done(&house.majlis("calendar diff config/calendar.toml --json"));
    assert_eq!((&same["rules"], &same["open"], &same["unmoved"]), (&json!([]), &json!(3), &json!(3)));
    assert!(
        said(&house.majlis("calendar diff config/calendar.toml"))
            .contains("The file says the same as what it was held against.")
    );

    house.edit("calendar.toml", "working_hours = 8", "working_hours = 16");
    house.edit("calendar.toml", "working_days = 2", "working_days = 1");
    let diff = done(&house.majlis("calendar diff config/calendar.toml --json"));
    let counts =
        ["open", "unmoved", "later", "earlier", "into_the_past", "not_owed"].map(|count| &diff[count]);
    assert_eq!(counts, [3, 1, 1, 1, 0, 0].map(Value::from).each_ref());
    let rules: Vec<_> = diff["rules"].as_array().unwrap().iter().map(|rule| &rule["table"]).collect();
    assert_eq!(rules, ["promise", "promise"]);
    let moved: Vec<_> = diff["moved"].as_array().unwrap().iter().map(|moved| &moved["comment"]).collect();
    assert!(moved.contains(&&json!(later)) && moved.contains(&&json!(earlier)), "{diff}");
    let told = said(&house.majlis("calendar diff config/calendar.toml --list 1"));
    assert!(told.contains("promise 1 (question), changed\n  working_hours: 8 -> 16\n"), "{told}");
    assert!(told.contains("Nothing was changed. One member of staff proposes it"), "{told}");
    assert!(told.contains("1  would be later") && told.contains("and 1 more"), "{told}");
    let status = done(&house.majlis("calendar status --json"));
    assert_eq!(
        (&status["proposals"], &status["adopted"]["hash"]),
        (&json!([]), &json!("c")),
        "nothing was changed"
    );
}

#[tokio::test]
async fn what_would_be_late_at_once_is_told_with_its_grace() {
    let (house, store, calendar) = house().await;
    // Not due yet, and begun so long ago that by another promise it is late.
    let start: Timestamp = "2026-11-02T06:00:00Z".parse().unwrap();
    let now = SystemClock.now();
    let comment = owed(&store, &calendar, "old", Kind::Question, start).await;
    let later = format!(
        "update reply_clock set due_at = {} where comment = {comment}",
        now.as_microsecond() + 9_000_000_000
    );
    let pool =
        sqlx::AnyPool::connect(&format!("sqlite:{}", house.path("data/majlis.db").display())).await.unwrap();
    sqlx::query(sqlx::AssertSqlSafe(later)).execute(&pool).await.unwrap();
    pool.close().await;
    store.close().await;
    let diff = done(&house.majlis("calendar diff config/calendar.toml --json"));
    assert_eq!((&diff["into_the_past"], &diff["grace_s"]), (&json!(1), &json!(1_800)));
    assert_eq!(diff["moved"][0]["change"], "shortened");
    let told = said(&house.majlis("calendar diff config/calendar.toml"));
    assert!(told.contains("is left 30 working minutes"), "{told}");
}

#[tokio::test]
async fn what_would_no_longer_count_as_missed_and_what_would_be_owed_no_longer_is_counted() {
    let (house, store, calendar) = house().await;
    let now = SystemClock.now();
    // Due a minute ago by the database, later by the file.
    let missed = owed(&store, &calendar, "missed", Kind::Question, now - SignedDuration::from_mins(2)).await;
    let before = format!(
        "update reply_clock set due_at = {0}, due_soon_at = {0} where comment = {missed}",
        now.as_microsecond() - 60_000_000
    );
    let solve = owed(&store, &calendar, "solve", Kind::Question, now).await;
    let other = format!("update reply_clock set clock = 'solve' where comment = {solve}");
    let pool =
        sqlx::AnyPool::connect(&format!("sqlite:{}", house.path("data/majlis.db").display())).await.unwrap();
    for change in [before, other] {
        sqlx::query(sqlx::AssertSqlSafe(change)).execute(&pool).await.unwrap();
    }
    pool.close().await;
    store.close().await;
    let diff = done(&house.majlis("calendar diff config/calendar.toml --json"));
    let counts = ["open", "breaches_withdrawn", "not_owed"].map(|count| &diff[count]);
    assert_eq!(counts, [2, 1, 1].map(Value::from).each_ref());
    let told = said(&house.majlis("calendar diff config/calendar.toml"));
    assert!(told.contains("1  have passed, and would not have: they no longer count as missed"), "{told}");
    assert!(told.contains("1  would be owed no longer"), "{told}");
}

#[tokio::test]
async fn without_a_calendar_in_force_there_is_nothing_to_compare_with() {
    let house = House::new();
    house.store().await.close().await;
    let told = refused(&house.majlis("calendar diff config/calendar.toml"), 1);
    assert!(told.contains("no calendar is in force yet"), "{told}");
    fs::write(house.path("wrong.toml"), "tz = \"Asia/Atlantis\"\n").unwrap();
    assert!(refused(&house.majlis("calendar diff wrong.toml"), 2).contains("wrong.toml:1:"));
}
