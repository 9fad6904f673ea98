//! Purses and deliveries: what was spent, and what was delivered and is not read yet, outlive the process.

use majlis::domain::quota::{Purse, Spent};
use majlis::store::jobs::{self, Lane};
use majlis::store::{Step, deliveries, purses};

use super::given::{page, some_sources};
use super::{at, contract};

contract! {
    async fn what_was_spent_is_kept_for_each_source_and_purse(db: Db) {
        some_sources(&db.store).await;
        let spent = |all| Spent { until: at(900), all, by_acts: 2, usual: 7 };
        let mut tx = db.store.begin(Step::Keep).await.unwrap();
        assert_eq!(purses::hold(&mut tx, &page(), Purse::Hides).await.unwrap(), Spent { until: jiff::Timestamp::UNIX_EPOCH, all: 0, by_acts: 0, usual: 0 });
        for purse in Purse::ALL {
            purses::keep(&mut tx, &page(), purse, spent(3)).await.unwrap();
        }
        purses::keep(&mut tx, &page(), Purse::Hides, spent(4)).await.unwrap();
        assert_eq!(purses::hold(&mut tx, &page(), Purse::Hides).await.unwrap(), spent(4));
        tx.commit().await.unwrap();
        let all = purses::all(&db.store).await.unwrap();
        assert_eq!(all.len(), Purse::ALL.len());
        for (source, purse, found) in all {
            assert_eq!((source, found), (page(), spent(if purse == Purse::Hides { 4 } else { 3 })), "{purse:?}");
        }
    }

    async fn two_that_spend_at_once_both_count_from_the_first_use_of_a_purse_on(db: Db) {
        some_sources(&db.store).await;
        let spend = |store: majlis::store::Store| async move {
            for purse in Purse::ALL.into_iter().flat_map(|purse| [purse; 5]) {
                let mut tx = store.begin(Step::Keep).await.unwrap();
                let held = purses::hold(&mut tx, &page(), purse).await.unwrap();
                let more = Spent { all: held.all + 1, ..held };
                purses::keep(&mut tx, &page(), purse, more).await.unwrap();
                tx.commit().await.unwrap();
            }
        };
        let (one, other) = (tokio::spawn(spend(db.store.clone())), tokio::spawn(spend(db.store.clone())));
        one.await.unwrap();
        other.await.unwrap();
        let all = purses::all(&db.store).await.unwrap();
        assert_eq!(all.iter().map(|(_, _, spent)| spent.all).collect::<Vec<_>>(), [10; Purse::ALL.len()]);
    }

    async fn a_delivery_is_a_job_of_its_source_and_is_read_once(db: Db) {
        some_sources(&db.store).await;
        let mut tx = db.store.begin(Step::Keep).await.unwrap();
        for body in [&b"{\"a\":1}"[..], b"\x00\xff"] {
            deliveries::keep(&mut tx, &page(), body, at(0)).await.unwrap();
        }
        let claims = jobs::claim(&mut tx, &Lane::Poll(page()), 9, at(1), at(100)).await.unwrap();
        tx.commit().await.unwrap();
        let keys: Vec<i64> = claims.iter().map(|claim| claim.key.parse().unwrap()).collect();
        assert_eq!(keys, [1, 2]);
        let body = async |id| deliveries::body(&db.store, &page(), id).await.unwrap();
        assert_eq!(body(2).await.as_deref(), Some(&b"\x00\xff"[..]), "the very bytes");
        let elsewhere = majlis::domain::comment::SourceId("page2".to_owned());
        assert_eq!(deliveries::body(&db.store, &elsewhere, 2).await.unwrap(), None);
        let mut tx = db.store.begin(Step::Read).await.unwrap();
        deliveries::forget(&mut tx, 2).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!((body(1).await.is_some(), body(2).await), (true, None));
    }
}
