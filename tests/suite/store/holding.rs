//! In whose hands a comment is: given by the machine once, by staff as often as they like, and always logged.

use majlis::domain::attribution::Share;
use majlis::domain::calendar::{Calendar, Pauses, WorkingSeconds};
use majlis::domain::comment::{CommentId, Visibility};
use majlis::domain::holder::{Held, Holder};
use majlis::domain::staff::Role;
use majlis::store::acts::{self, By};
use majlis::store::comments::{ListFilter, ListState};
use majlis::store::holding::{self, First};
use majlis::store::replies::{self, NewClock};
use majlis::store::{Step, Store, StoreError, comments, staff};

use super::given::{new_clock, policy, receive, reply_of_ours, some_sources, stored};
use super::{at, contract};

fn team() -> Holder {
    Holder::Team("admissions".parse().unwrap())
}

fn amna() -> Holder {
    Holder::Person("amna".to_owned())
}

/// Gives a comment to `holder` as huda, ten minutes past the beginning.
async fn assigned(store: &Store, comment: CommentId, holder: &Holder) -> Result<bool, StoreError> {
    let policy = policy();
    let mut tx = store.begin(Step::Act).await.unwrap();
    let by = By { staff: "huda", policy: &policy, now: at(600), seen: None, leaves: None, bulk: None };
    let done = acts::assign(&mut tx, by, comment, holder).await?;
    tx.commit().await?;
    Ok(done)
}

async fn begun(store: &Store, comment: CommentId, holder: Holder) -> Vec<CommentId> {
    let mut tx = store.begin(Step::Judge).await.unwrap();
    let first = First { comment, from: at(0), holder };
    let begun = holding::begin(&mut tx, &[first]).await.unwrap();
    tx.commit().await.unwrap();
    begun
}

async fn some_staff(store: &Store) {
    let mut tx = store.begin(Step::Act).await.unwrap();
    for (name, role) in [("amna", Role::Staff), ("omar", Role::Auditor), ("gone", Role::Staff)] {
        staff::add(&mut tx, name, role, at(0)).await.unwrap();
    }
    staff::disable(&mut tx, "gone", at(1)).await.unwrap();
    tx.commit().await.unwrap();
}

contract! {
    async fn a_comment_is_given_to_its_first_holder_once(db: Db) {
        some_sources(&db.store).await;
        let id = stored(&db.store, "c1", "متى؟").await;
        assert_eq!(begun(&db.store, id, team()).await, [id]);
        assert_eq!(begun(&db.store, id, Holder::Unassigned).await, []);
        assert_eq!(holding::of(&db.store, id).await.unwrap(), [Held { from: at(0), holder: team() }]);
    }

    async fn giving_a_comment_to_somebody_is_kept_and_logged(db: Db) {
        some_sources(&db.store).await;
        some_staff(&db.store).await;
        let id = stored(&db.store, "c1", "متى؟").await;
        begun(&db.store, id, team()).await;
        let before = db.entries().await.len();
        assert!(assigned(&db.store, id, &amna()).await.unwrap());
        assert!(!assigned(&db.store, id, &amna()).await.unwrap(), "they have it already");
        let held = holding::of(&db.store, id).await.unwrap();
        assert_eq!(held.last(), Some(&Held { from: at(600), holder: amna() }));
        let log = &db.entries().await[before..];
        let [entry] = log else { panic!("{log:?}") };
        assert!(entry.contains("\"act\":\"comment.assigned\"") && entry.contains("\"name\":\"huda\""), "{entry}");
        assert!(entry.contains("{\"from\":\"team:admissions\",\"to\":\"staff:amna\"}"), "{entry}");
    }

    async fn a_comment_is_not_given_to_somebody_who_could_not_answer_it(db: Db) {
        some_sources(&db.store).await;
        some_staff(&db.store).await;
        let id = stored(&db.store, "c1", "متى؟").await;
        for name in ["omar", "gone", "nobody-known"] {
            let refused = assigned(&db.store, id, &Holder::Person(name.to_owned())).await.unwrap_err();
            assert!(matches!(refused, StoreError::NobodyToAnswer(_)), "{refused}");
        }
        assert_eq!(holding::of(&db.store, id).await.unwrap(), []);
    }

    async fn comments_are_listed_by_who_has_them_now(db: Db) {
        some_sources(&db.store).await;
        some_staff(&db.store).await;
        let [given, taken, left] =
            [stored(&db.store, "c1", "متى؟").await, stored(&db.store, "c2", "كم؟").await, stored(&db.store, "c3", "أين؟").await];
        begun(&db.store, given, team()).await;
        begun(&db.store, taken, team()).await;
        assigned(&db.store, taken, &amna()).await.unwrap();
        let with = async |holder: Holder| -> Vec<CommentId> {
            let filter = ListFilter { state: ListState::All, holder: Some(holder), limit: 9, ..ListFilter::default() };
            let rows = comments::list(&db.store, &filter, at(700)).await.unwrap();
            rows.into_iter().map(|row| row.comment.id).collect()
        };
        assert_eq!(with(team()).await, [given]);
        assert_eq!(with(amna()).await, [taken]);
        assert_eq!(with(Holder::Unassigned).await, [left]);
        assigned(&db.store, taken, &Holder::Unassigned).await.unwrap();
        assert_eq!((with(amna()).await, with(Holder::Unassigned).await), (vec![], vec![left, taken]));
    }

    async fn what_is_gone_or_ours_is_given_to_nobody(db: Db) {
        some_sources(&db.store).await;
        let id = stored(&db.store, "c1", "متى؟").await;
        let ours = receive(&db.store, &[reply_of_ours("r1", "c1", at(5))], at(10)).await[0].unwrap().id;
        let mut tx = db.store.begin(Step::Settle).await.unwrap();
        comments::set_visibility(&mut tx, id, Visibility::Deleted, at(50)).await.unwrap();
        tx.commit().await.unwrap();
        for comment in [id, ours] {
            let refused = assigned(&db.store, comment, &team()).await.unwrap_err();
            assert!(matches!(refused, StoreError::WrongState { .. }), "{refused}");
        }
    }

    async fn the_working_time_of_a_clock_is_whose_the_comment_was(db: Db) {
        some_sources(&db.store).await;
        some_staff(&db.store).await;
        let id = stored(&db.store, "c1", "متى؟").await;
        begun(&db.store, id, team()).await;
        assigned(&db.store, id, &amna()).await.unwrap();
        let calendar = Calendar::parse("calendar.toml", include_str!("../../../config/calendar.toml")).unwrap();
        let clock = NewClock { due_at: at(900), ..new_clock(id, calendar.version(), at(0)) };
        let mut tx = db.store.begin(Step::Judge).await.unwrap();
        let [opened] = replies::open(&mut tx, &[clock], at(0)).await.unwrap().try_into().unwrap();
        tx.commit().await.unwrap();

        let held = holding::of(&db.store, id).await.unwrap();
        let found = opened.clock.attributed(&calendar, Pauses::NONE, &held, at(1_500)).unwrap();
        let share = |holder, seconds| Share { holder, seconds: WorkingSeconds(seconds) };
        assert_eq!(found.shares, [share(team(), 600), share(amna(), 900)]);
        assert_eq!(found.at_breach, Some(amna()));
    }
}
