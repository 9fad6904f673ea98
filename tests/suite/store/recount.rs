//! Open clocks of another calendar: found, held, counted anew.

use majlis::domain::calendar::{CalendarVersion, WorkingSeconds};
use majlis::domain::comment::CommentId;
use majlis::domain::reply::{AnsweredBy, CancelReason, ClockState, Due, PauseReason};
use majlis::store::documents::{self, DocumentKind};
use majlis::store::jobs::{self, Lane};
use majlis::store::replies::{self, Clock, ClockId, Paused};
use majlis::store::{Dialect, Step, Store, StoreError, comments};

use super::given::{clock, some_sources, stored};
use super::{Db, at, contract};

/// The calendar that came into force; the clocks of [`clock`] were counted by another one.
fn adopted() -> CalendarVersion {
    CalendarVersion::of("adopted")
}

async fn kept(store: &Store, comment: CommentId) -> Clock {
    comments::story(store, comment).await.unwrap().unwrap().clocks.remove(0)
}

/// The comments of the clocks that another calendar than the adopted one counted.
async fn otherwise(store: &Store, limit: u32) -> Vec<CommentId> {
    let mut tx = store.begin(Step::Keep).await.unwrap();
    let found = replies::counted_otherwise(&mut tx, &adopted(), limit).await.unwrap();
    tx.commit().await.unwrap();
    found.into_iter().map(|found| found.clock.comment).collect()
}

/// Lets the clock of a comment stand still since the second 600, with a pause before.
async fn pause(db: &Db, comment: CommentId) {
    let since = at(600).as_microsecond();
    let (from, until) = (at(60).as_microsecond(), at(120).as_microsecond());
    let stands = format!(
        "update reply_clock set state = 'paused', due_at = null, due_soon_at = null, remaining_s = 6660
         where comment = {comment}"
    );
    assert_eq!(db.try_run(&stands).await.unwrap(), 1);
    for (from, until) in [(from, until.to_string()), (since, "null".to_owned())] {
        let pause = format!(
            "insert into clock_pause (clock, from_at, until_at, reason, actor)
             select id, {from}, {until}, 'merged', 'staff:huda' from reply_clock where comment = {comment}"
        );
        db.try_run(&pause).await.unwrap();
    }
}

contract! {
    async fn open_clocks_of_another_calendar_are_found_and_stopped_ones_never(db: Db) {
        some_sources(&db.store).await;
        let mut ids = Vec::new();
        for name in ["open", "paused", "answered", "cancelled", "counted"] {
            let id = stored(&db.store, name, "متى؟").await;
            clock(&db.store, id, at(0)).await;
            ids.push(id);
        }
        pause(&db, ids[1]).await;
        let mut tx = db.store.begin(Step::Act).await.unwrap();
        let by = AnsweredBy::SeenOnPlatform("r1".to_owned());
        replies::answer(&mut tx, None, ids[2], at(60), &by).await.unwrap();
        replies::cancel(&mut tx, None, ids[3], at(60), CancelReason::Hidden).await.unwrap();
        tx.commit().await.unwrap();
        db.try_run(&format!("update reply_clock set calendar = '{}' where comment = {}", adopted(), ids[4])).await.unwrap();
        let mut found = otherwise(&db.store, 10).await;
        found.sort();
        assert_eq!(found, ids[..2]);
        assert_eq!(otherwise(&db.store, 1).await.len(), 1);
        assert!(replies::any_counted_otherwise(&db.store, &adopted()).await.unwrap());
        let later = CalendarVersion::recorded("z".to_owned());
        assert!(replies::any_counted_otherwise(&db.store, &later).await.unwrap(), "whichever hash is the greater");
        db.try_run(&format!("update reply_clock set calendar = '{}'", adopted())).await.unwrap();
        assert!(!replies::any_counted_otherwise(&db.store, &adopted()).await.unwrap());
        assert!(otherwise(&db.store, 10).await.is_empty());
    }

    async fn open_clocks_are_listed_by_number_with_the_pauses_that_ended(db: Db) {
        some_sources(&db.store).await;
        let mut ids = Vec::new();
        for name in ["c1", "c2", "c3"] {
            let id = stored(&db.store, name, "متى؟").await;
            clock(&db.store, id, at(0)).await;
            ids.push(id);
        }
        pause(&db, ids[1]).await;
        let page = replies::open_after(&db.store, ClockId(0), 2).await.unwrap();
        let [first, Paused { clock, pauses }] = page.as_slice() else { panic!("{page:?}") };
        assert_eq!((first.clock.comment, first.pauses.len()), (ids[0], 0));
        assert_eq!((clock.comment, pauses.as_slice()), (ids[1], [(at(60), at(120))].as_slice()));
        assert_eq!(clock.state, ClockState::Paused { since: at(600), reason: PauseReason::Merged });
        let page = replies::open_after(&db.store, clock.id, 2).await.unwrap();
        assert_eq!(page.iter().map(|open| open.clock.comment).collect::<Vec<_>>(), [ids[2]]);
    }

    async fn what_counting_anew_comes_to_is_kept_and_the_state_stays(db: Db) {
        some_sources(&db.store).await;
        let (running, paused) = (stored(&db.store, "c1", "متى؟").await, stored(&db.store, "c2", "أين؟").await);
        clock(&db.store, running, at(0)).await;
        clock(&db.store, paused, at(0)).await;
        pause(&db, paused).await;
        let mut anew = [kept(&db.store, running).await, kept(&db.store, paused).await];
        anew[0].timing.due = Due::At { due_at: at(9_000), due_soon_at: at(8_000) };
        anew[0].shortened_at = Some(at(700));
        anew[1].timing.due = Due::Left { remaining: WorkingSeconds(60) };
        anew[1].breached_at = Some(at(500));
        anew[1].breach_withdrawn_at = Some(at(700));
        for clock in &mut anew {
            clock.timing.calendar = adopted();
            clock.timing.basis = "{\"counted\":[]}".to_owned();
            clock.generation = 2;
        }
        db.try_run("update clock_point set at = null").await.unwrap();
        let mut tx = db.store.begin(Step::Keep).await.unwrap();
        replies::recounted(&mut tx, &anew).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!([kept(&db.store, running).await, kept(&db.store, paused).await], anew);
        let to_reckon = replies::due(&db.store, at(0), 10).await.unwrap();
        assert_eq!(to_reckon.iter().map(|one| one.clock.comment).collect::<Vec<_>>(), [running], "its points moved too");
    }

    async fn a_clock_that_somebody_holds_is_passed_over_and_not_waited_for(db: Db) {
        if db.store.dialect() == Dialect::Sqlite {
            return; // One writer at a time: nobody else holds any.
        }
        some_sources(&db.store).await;
        let id = stored(&db.store, "c1", "متى؟").await;
        clock(&db.store, id, at(0)).await;
        let mut one = db.store.begin(Step::Keep).await.unwrap();
        assert_eq!(replies::counted_otherwise(&mut one, &adopted(), 9).await.unwrap().len(), 1);
        assert!(otherwise(&db.store, 9).await.is_empty());
        one.commit().await.unwrap();
        assert_eq!(otherwise(&db.store, 9).await, [id]);
    }

    async fn a_calendar_that_is_adopted_makes_the_recount_due_and_fences_out_who_counts_by_the_former(db: Db) {
        let adopt = async |hash: &str, now| {
            let mut tx = db.store.begin(Step::Act).await.unwrap();
            documents::propose(&mut tx, DocumentKind::Calendar, hash, "text", "huda", now).await.unwrap();
            documents::adopt(&mut tx, DocumentKind::Calendar, hash, "omar", now).await.unwrap();
            tx.commit().await.unwrap();
        };
        adopt("one", at(0)).await;
        assert_eq!(jobs::next_due(&db.store, &Lane::Recount).await.unwrap(), Some(at(0)));
        let mut tx = db.store.begin(Step::Keep).await.unwrap();
        let claim = jobs::claim(&mut tx, &Lane::Recount, 1, at(1), at(60)).await.unwrap().remove(0);
        tx.commit().await.unwrap();
        adopt("two", at(2)).await;
        assert_eq!(jobs::next_due(&db.store, &Lane::Recount).await.unwrap(), Some(at(2)));
        let mut tx = db.store.begin(Step::Keep).await.unwrap();
        let late = jobs::reschedule(&mut tx, &claim.lease, at(90)).await.unwrap_err();
        assert!(matches!(late, StoreError::LeaseLost(_)), "{late}");
        let text = documents::text(&db.store, DocumentKind::Calendar, "one").await.unwrap();
        assert_eq!(text.as_deref(), Some("text"), "what does not rule any longer can be compared with");
        assert_eq!(documents::text(&db.store, DocumentKind::Policy, "one").await.unwrap(), None);
    }

    async fn a_policy_that_is_adopted_counts_no_clock_anew(db: Db) {
        let mut tx = db.store.begin(Step::Act).await.unwrap();
        documents::propose(&mut tx, DocumentKind::Policy, "one", "text", "huda", at(0)).await.unwrap();
        documents::adopt(&mut tx, DocumentKind::Policy, "one", "omar", at(0)).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(jobs::next_due(&db.store, &Lane::Recount).await.unwrap(), None);
    }
}
