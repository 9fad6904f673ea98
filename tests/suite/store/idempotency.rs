//! What came of an act under a key.

use jiff::SignedDuration;
use majlis::domain::action::ActionId;
use majlis::store::bulks::BulkId;
use majlis::store::idempotency::{self, Came, KEPT_FOR, Key, Known};
use majlis::store::staff::{self, Role};
use majlis::store::{Step, Store};

use super::{at, contract};

fn key(asked: char) -> Key {
    Key { staff: 1, key: "k".to_owned(), asked: asked.to_string().repeat(64) }
}

async fn hire(store: &Store) {
    let mut tx = store.begin(Step::Keep).await.unwrap();
    staff::add(&mut tx, "amna", Role::Staff, at(0)).await.unwrap();
    tx.commit().await.unwrap();
}

contract! {
    async fn what_came_of_a_key_is_known_for_a_day_and_kept_with_its_act_or_not_at_all(db: Db) {
        hire(&db.store).await;
        let (same, other) = (key('a'), key('b'));
        let mut tx = db.store.begin(Step::Act).await.unwrap();
        assert!(idempotency::keep(&mut tx, &same, Came::Settled, at(0)).await.unwrap());
        drop(tx);
        assert_eq!(idempotency::find(&db.store, &same, at(1)).await.unwrap(), None);
        for (came, begun) in [(Came::Queued(ActionId(7)), 0), (Came::UnderWay, 1), (Came::Settled, 2), (Came::Many(BulkId(7)), 3)] {
            let now = at(0) + KEPT_FOR * begun;
            let mut tx = db.store.begin(Step::Act).await.unwrap();
            assert!(idempotency::keep(&mut tx, &same, came, now).await.unwrap(), "{came:?}");
            assert!(!idempotency::keep(&mut tx, &other, came, now).await.unwrap(), "it is taken");
            tx.commit().await.unwrap();
            let last = now + KEPT_FOR - SignedDuration::from_secs(1);
            assert_eq!(idempotency::find(&db.store, &same, last).await.unwrap(), Some(Known::Same(came)));
            assert_eq!(idempotency::find(&db.store, &other, last).await.unwrap(), Some(Known::Other));
            assert_eq!(idempotency::find(&db.store, &same, now + KEPT_FOR).await.unwrap(), None);
        }
        assert_eq!(db.number("select count(*) from idempotency_key").await, 1);
    }

    async fn of_two_nodes_that_keep_one_key_at_once_one_wins(db: Db) {
        hire(&db.store).await;
        let keep = async |came| {
            let mut tx = db.store.begin(Step::Act).await.unwrap();
            let kept = idempotency::keep(&mut tx, &key('a'), came, at(0)).await.unwrap();
            tx.commit().await.unwrap();
            kept
        };
        let (one, two) = tokio::join!(keep(Came::Settled), keep(Came::UnderWay));
        assert!(one ^ two);
    }
}
