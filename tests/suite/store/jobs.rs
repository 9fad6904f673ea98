//! The queue's contract.

use std::collections::HashSet;

use jiff::Timestamp;
use majlis::domain::comment::SourceId;
use majlis::store::jobs::{self, Claim, Lane};
use majlis::store::{Step, Store, StoreError};

use super::{at, contract};

const LANE: Lane = Lane::Moderate;

fn keys(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

async fn add(store: &Store, words: &[&str], due_at: Timestamp) {
    let mut tx = store.begin(Step::Read).await.unwrap();
    jobs::add(&mut tx, &LANE, &keys(words), due_at).await.unwrap();
    tx.commit().await.unwrap();
}

async fn claim(store: &Store, limit: u32, now: Timestamp, until: Timestamp) -> Vec<Claim> {
    let mut tx = store.begin(Step::Judge).await.unwrap();
    let claims = jobs::claim(&mut tx, &LANE, limit, now, until).await.unwrap();
    tx.commit().await.unwrap();
    claims
}

async fn complete(store: &Store, claims: &[Claim]) -> Result<(), StoreError> {
    let leases: Vec<_> = claims.iter().map(|claim| claim.lease).collect();
    let mut tx = store.begin(Step::Judge).await.unwrap();
    jobs::complete(&mut tx, &leases).await?;
    tx.commit().await
}

fn words(claims: &[Claim]) -> Vec<&str> {
    claims.iter().map(|claim| claim.key.as_str()).collect()
}

contract! {
    async fn the_oldest_due_jobs_are_claimed_first_and_no_job_before_it_is_due(db: Db) {
        add(&db.store, &["late"], at(20)).await;
        add(&db.store, &["early"], at(10)).await;
        add(&db.store, &["future"], at(40)).await;
        assert_eq!(words(&claim(&db.store, 1, at(30), at(90)).await), ["early"]);
        assert_eq!(words(&claim(&db.store, 9, at(30), at(90)).await), ["late"]);
        assert!(claim(&db.store, 9, at(30), at(90)).await.is_empty());
        assert_eq!(words(&claim(&db.store, 9, at(40), at(90)).await), ["future"]);
    }

    async fn a_job_added_twice_is_done_once_and_keeps_its_first_due_time(db: Db) {
        add(&db.store, &["7:1", "7:1"], at(10)).await;
        add(&db.store, &["7:1"], at(5)).await;
        assert!(claim(&db.store, 9, at(9), at(90)).await.is_empty());
        assert_eq!(claim(&db.store, 9, at(10), at(90)).await.len(), 1);
    }

    async fn lanes_do_not_see_each_others_jobs(db: Db) {
        let source = |id: &str| SourceId(id.to_owned());
        let mut tx = db.store.begin(Step::Keep).await.unwrap();
        jobs::add(&mut tx, &Lane::Poll(source("a")), &keys(&[""]), at(0)).await.unwrap();
        jobs::add(&mut tx, &Lane::Dispatch(source("a")), &keys(&["1"]), at(0)).await.unwrap();
        let claimed = jobs::claim(&mut tx, &Lane::Poll(source("a")), 9, at(0), at(9)).await.unwrap();
        assert_eq!(words(&claimed), [""]);
        assert!(jobs::claim(&mut tx, &Lane::Poll(source("b")), 9, at(0), at(9)).await.unwrap().is_empty());
        tx.commit().await.unwrap();
    }

    async fn a_completed_job_is_gone_and_its_key_can_be_added_anew(db: Db) {
        add(&db.store, &["7:1"], at(0)).await;
        let claims = claim(&db.store, 9, at(0), at(90)).await;
        complete(&db.store, &claims).await.unwrap();
        assert_eq!(jobs::next_due(&db.store, &LANE).await.unwrap(), None);
        add(&db.store, &["7:1"], at(1)).await;
        let again = claim(&db.store, 9, at(1), at(90)).await;
        assert_eq!(words(&again), ["7:1"]);
        // A number used twice would let the old lease complete the new job.
        assert_ne!(again[0].lease, claims[0].lease);
    }

    async fn a_worker_whose_lease_expired_cannot_complete_the_job(db: Db) {
        add(&db.store, &["7:1", "8:1"], at(0)).await;
        let late = claim(&db.store, 9, at(0), at(60)).await;
        assert!(claim(&db.store, 9, at(59), at(120)).await.is_empty());
        let other = claim(&db.store, 1, at(60), at(120)).await;
        assert!(matches!(complete(&db.store, &late).await, Err(StoreError::LeaseLost(job)) if job == other[0].lease.job));
        complete(&db.store, &other).await.unwrap();
        // Nothing of the late worker's transaction was kept: the second job is still there. PostgreSQL lets it go when the
        // connection is given back, which is after the error was returned; until then a claim passes over it.
        let mut left = Vec::new();
        for _ in 0..1_000 {
            left = claim(&db.store, 9, at(60), at(120)).await;
            if !left.is_empty() {
                break;
            }
        }
        assert_eq!(left.len(), 1);
    }

    async fn a_renewed_job_fences_out_the_worker_that_holds_it(db: Db) {
        add(&db.store, &["7:1"], at(0)).await;
        let working = claim(&db.store, 9, at(0), at(60)).await;
        let mut tx = db.store.begin(Step::Read).await.unwrap();
        jobs::renew(&mut tx, &LANE, &keys(&["7:1", "9:1"]), at(5)).await.unwrap();
        tx.commit().await.unwrap();
        assert!(matches!(complete(&db.store, &working).await, Err(StoreError::LeaseLost(_))));
        assert_eq!(words(&claim(&db.store, 9, at(5), at(60)).await), ["7:1", "9:1"]);
    }

    async fn two_concurrent_claimers_never_get_the_same_job(db: Db) {
        let all: Vec<String> = (0..200).map(|number| format!("{number}:1")).collect();
        let mut tx = db.store.begin(Step::Read).await.unwrap();
        jobs::add(&mut tx, &LANE, &all, at(0)).await.unwrap();
        tx.commit().await.unwrap();
        let claimers = (0..4).map(|_| {
            let store = db.store.clone();
            tokio::spawn(async move {
                let mut mine = Vec::new();
                loop {
                    let claims = claim(&store, 7, at(0), at(60)).await;
                    if claims.is_empty() {
                        return mine;
                    }
                    mine.extend(claims.into_iter().map(|claim| claim.key));
                }
            })
        });
        let mut got = Vec::new();
        for claimer in claimers.collect::<Vec<_>>() {
            got.extend(claimer.await.unwrap());
        }
        assert_eq!(got.len(), all.len());
        assert_eq!(got.into_iter().collect::<HashSet<_>>().len(), all.len());
    }

    async fn a_rescheduled_job_waits_for_its_time_and_is_fenced_too(db: Db) {
        add(&db.store, &["7:1"], at(0)).await;
        let lease = claim(&db.store, 9, at(0), at(60)).await[0].lease;
        let mut tx = db.store.begin(Step::Settle).await.unwrap();
        jobs::reschedule(&mut tx, &lease, at(30)).await.unwrap();
        tx.commit().await.unwrap();
        assert!(claim(&db.store, 9, at(29), at(60)).await.is_empty());
        let again = claim(&db.store, 9, at(30), at(60)).await[0].lease;
        assert_eq!(again.attempt, lease.attempt + 1);
        let mut tx = db.store.begin(Step::Settle).await.unwrap();
        assert!(matches!(jobs::reschedule(&mut tx, &lease, at(90)).await, Err(StoreError::LeaseLost(_))));
    }

    async fn an_extended_lease_keeps_others_away_until_its_new_end(db: Db) {
        add(&db.store, &["7:1"], at(0)).await;
        let claims = claim(&db.store, 9, at(0), at(60)).await;
        let mut tx = db.store.begin(Step::Read).await.unwrap();
        jobs::extend(&mut tx, &claims[0].lease, at(120)).await.unwrap();
        tx.commit().await.unwrap();
        assert!(claim(&db.store, 9, at(60), at(120)).await.is_empty());
        assert_eq!(claim(&db.store, 9, at(120), at(180)).await.len(), 1);
        let mut tx = db.store.begin(Step::Read).await.unwrap();
        assert!(matches!(jobs::extend(&mut tx, &claims[0].lease, at(500)).await, Err(StoreError::LeaseLost(_))));
    }

    async fn jobs_brought_forward_are_due_earlier_and_never_later(db: Db) {
        add(&db.store, &["held"], at(0)).await;
        claim(&db.store, 9, at(0), at(60)).await;
        add(&db.store, &["soon"], at(5)).await;
        add(&db.store, &["later"], at(50)).await;
        let mut tx = db.store.begin(Step::Act).await.unwrap();
        jobs::bring_forward(&mut tx, &LANE, at(10)).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(jobs::next_due(&db.store, &LANE).await.unwrap(), Some(at(5)));
        assert_eq!(words(&claim(&db.store, 9, at(10), at(90)).await), ["soon", "later"]);
    }

    async fn the_next_due_instant_is_the_end_of_a_lease_while_a_worker_holds_the_job(db: Db) {
        assert_eq!(jobs::next_due(&db.store, &LANE).await.unwrap(), None);
        add(&db.store, &["7:1"], at(10)).await;
        assert_eq!(jobs::next_due(&db.store, &LANE).await.unwrap(), Some(at(10)));
        claim(&db.store, 9, at(10), at(60)).await;
        assert_eq!(jobs::next_due(&db.store, &LANE).await.unwrap(), Some(at(60)));
    }

    async fn a_process_that_is_alone_takes_over_what_the_dead_one_held(db: Db) {
        add(&db.store, &["7:1"], at(0)).await;
        let dead = claim(&db.store, 9, at(0), at(600)).await;
        let mut tx = db.store.begin(Step::Keep).await.unwrap();
        jobs::release_all(&mut tx).await.unwrap();
        tx.commit().await.unwrap();
        assert!(complete(&db.store, &dead).await.is_err());
        assert_eq!(claim(&db.store, 9, at(1), at(60)).await.len(), 1);
    }

    async fn what_is_due_is_counted_by_lane_also_while_a_worker_that_never_ends_it_holds_it(db: Db) {
        add(&db.store, &["failing"], at(0)).await;
        for round in 0..5 {
            assert_eq!(claim(&db.store, 9, at(round * 60), at(round * 60 + 60)).await.len(), 1);
        }
        add(&db.store, &["a", "b"], at(3)).await;
        add(&db.store, &["future"], at(900)).await;
        let waiting = jobs::waiting(&db.store, &[Lane::Moderate], at(299)).await.unwrap();
        assert_eq!(waiting.len(), 1);
        assert_eq!((waiting[0].lane.as_str(), waiting[0].count, waiting[0].oldest), ("moderate", 3, Some(at(0))));
    }

    async fn a_lane_that_nobody_works_on_waits_for_nobody(db: Db) {
        add(&db.store, &["1:1"], at(0)).await;
        let waiting = jobs::waiting(&db.store, &[Lane::Remind], at(9)).await.unwrap();
        assert_eq!(waiting, []);
    }
}
