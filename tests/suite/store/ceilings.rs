//! How many comments each rule hides in an hour.

use jiff::Timestamp;
use majlis::store::{Step, Store, ceilings};

use super::{at, contract};

async fn count(store: &Store, rule: &str, hides: u32, now: Timestamp) -> u32 {
    let mut tx = store.begin(Step::Judge).await.unwrap();
    let counted = ceilings::count(&mut tx, rule, hides, now).await.unwrap();
    tx.commit().await.unwrap();
    counted
}

contract! {
    async fn a_rules_hides_are_counted_from_its_first_for_an_hour(db: Db) {
        assert_eq!(count(&db.store, "phrase:ar", 2, at(0)).await, 2);
        assert_eq!(count(&db.store, "rule:offer", 1, at(10)).await, 1);
        assert_eq!(count(&db.store, "phrase:ar", 3, at(3_599)).await, 5);
        assert_eq!(count(&db.store, "phrase:ar", 4, at(3_600)).await, 4);
        assert_eq!(count(&db.store, "phrase:ar", 1, at(3_700)).await, 5);
        assert_eq!(count(&db.store, "rule:offer", 1, at(3_700)).await, 1);
    }

    async fn a_batch_that_is_not_committed_counts_for_nothing(db: Db) {
        let mut tx = db.store.begin(Step::Judge).await.unwrap();
        assert_eq!(ceilings::count(&mut tx, "phrase:ar", 7, at(0)).await.unwrap(), 7);
        drop(tx);
        assert_eq!(count(&db.store, "phrase:ar", 1, at(1)).await, 1);
    }
}
