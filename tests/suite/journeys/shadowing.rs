//! A policy in shadow: it judges what is judged, once, and nothing follows from it.

use jiff::SignedDuration;
use majlis::clock::Clock as _;
use majlis::domain::comment::Platform;
use majlis::domain::judge::RuledWord;
use majlis::domain::policy::{Bundle, POLICY_FILE};
use majlis::stage;
use majlis::store::documents::{self, DocumentKind};
use majlis::store::jobs::Lane;
use majlis::store::shadows::{self, NotBegun};
use majlis::store::{Step, Store};

use super::{BREACH, CRITICISM, Journey, QUESTION, TICK, says};

/// The shipped policy, but that what is unlawful goes to a person.
fn milder() -> Bundle {
    let mut files = Bundle::shipped().files().clone();
    let policy = files.get_mut(POLICY_FILE).unwrap();
    let hides = "id = \"illegal_activity\"\nact = \"hide\"";
    assert!(policy.contains(hides));
    *policy = policy.replacen(hides, "id = \"illegal_activity\"\nact = \"review\"", 1);
    Bundle::new(files)
}

pub(super) async fn begin(journey: &Journey, policy: &Bundle) -> Result<(), NotBegun> {
    let mut tx = journey.db.store.begin(Step::Act).await.unwrap();
    let (hash, text) = (policy.version().to_string(), policy.to_text());
    shadows::begin(&mut tx, (&hash, &text), "amna", journey.clock.now()).await?;
    tx.commit().await.unwrap();
    Ok(())
}

/// What was decided, what would have been, how often, and an example.
pub(super) async fn counts(store: &Store) -> (Vec<(String, String, u64, usize)>, u64) {
    let shadow = shadows::latest(store).await.unwrap().unwrap();
    let beside = shadows::beside(store, shadow.id).await.unwrap();
    let word = |ruled: &_| RuledWord(*ruled).to_string();
    let told = beside
        .0
        .iter()
        .map(|((was, would), alike)| (word(was), word(would), alike.count, alike.examples.len()));
    (told.collect(), shadow.unread)
}

pub(super) fn line(was: &str, would: &str, count: u64, examples: usize) -> (String, String, u64, usize) {
    (was.to_owned(), would.to_owned(), count, examples)
}

#[tokio::test]
async fn a_policy_in_shadow_judges_each_verdict_once_on_whichever_node_and_does_nothing() {
    let journey = Journey::on(Platform::Facebook).await;
    let before = journey.read_one(BREACH).await;
    begin(&journey, &milder()).await.unwrap();
    assert!(matches!(begin(&journey, &milder()).await, Err(NotBegun::Another(_))));
    let other = journey.another_process().await;
    let said = [
        says(Platform::Facebook, BREACH),
        says(Platform::Facebook, CRITICISM),
        says(Platform::Facebook, QUESTION),
    ];
    let ids = journey.read(&said).await;
    stage::run_until_quiet(&other).await.unwrap();
    journey.quiet().await;
    let expected =
        vec![line("allow", "allow", 2, 0), line("hide:illegal_activity", "review:illegal_activity", 1, 1)];
    assert_eq!(
        counts(&journey.db.store).await,
        (expected, 0),
        "what was judged before it began is not counted"
    );
    assert!(journey.is_hidden(&before) && journey.is_hidden(&ids[0]), "the one in force acts");
    assert_eq!(journey.logged("comment.judged").await, 4);

    journey.clock.advance(SignedDuration::from_mins(1));
    stage::run_until_quiet(&other).await.unwrap();
    journey.read_one(QUESTION).await;
    assert_eq!(counts(&journey.db.store).await.0[0], line("allow", "allow", 3, 0));
}

#[tokio::test]
async fn what_was_edited_before_the_shadow_came_to_it_is_counted_apart() {
    let journey = Journey::on(Platform::Facebook).await;
    begin(&journey, &milder()).await.unwrap();
    let all = stage::lanes(&journey.ctx);
    let without: Vec<Lane> = all.into_iter().filter(|lane| *lane != Lane::Shadow).collect();
    let id = journey.publish(&[says(Platform::Facebook, BREACH)]).remove(0);
    for ticks in [1, 4] {
        for _ in 0..ticks {
            journey.clock.advance(TICK);
            stage::run_lanes_until_quiet(&journey.ctx, &without).await.unwrap();
        }
        journey.edit(&id, CRITICISM).await;
    }
    assert_eq!(journey.verdict(&id).await.0, "allow");
    journey.quiet().await;
    assert_eq!(counts(&journey.db.store).await, (vec![line("allow", "allow", 1, 0)], 1));
}

#[tokio::test]
async fn a_shadow_ends_when_its_policy_is_adopted_and_its_counts_stay() {
    let journey = Journey::on(Platform::Facebook).await;
    let (policy, store) = (milder(), &journey.db.store);
    let hash = policy.version().to_string();
    begin(&journey, &policy).await.unwrap();
    journey.read_one(BREACH).await;
    let mut tx = store.begin(Step::Act).await.unwrap();
    let now = journey.clock.now();
    documents::propose(&mut tx, DocumentKind::Policy, &hash, &policy.to_text(), "amna", now).await.unwrap();
    documents::adopt(&mut tx, DocumentKind::Policy, &hash, "huda", now).await.unwrap();
    tx.commit().await.unwrap();
    journey.read_one(QUESTION).await;
    let shadow = shadows::latest(store).await.unwrap().unwrap();
    assert_eq!((shadow.hash, shadow.ended_at), (hash, Some(now)));
    assert_eq!(counts(store).await.0, [line("hide:illegal_activity", "review:illegal_activity", 1, 1)]);
    assert_eq!(
        journey.db.number("select count(*) from job where lane = 'shadow'").await,
        0,
        "it has nothing left to do"
    );
    let log = journey.db.entries().await;
    let ended = log.iter().find(|entry| entry.contains("policy.shadow_ended")).unwrap();
    assert!(ended.contains(r#""name":"huda""#) && ended.contains(r#""judged":1"#), "{ended}");
    assert_eq!(journey.logged("policy.shadow_begun").await, 1);
}
