//! Sessions, passwords and tries, as every node sees them.

use jiff::{SignedDuration, Timestamp};
use majlis::domain::session::{Counted, IDLE, LIFETIME, TRIES_FOR, Way};
use majlis::store::sessions::{self, Session};
use majlis::store::staff::{self, Chosen, Role, Staff, StaffError};
use majlis::store::{Step, Store, tries};

use super::{at, contract};

fn session(id: char, opened_at: Timestamp) -> Session {
    Session {
        id: id.to_string().repeat(64),
        seal: "seal".to_owned(),
        way: Way::Password,
        browser: "Firefox".to_owned(),
        opened_at,
        proved_at: opened_at - SignedDuration::from_hours(1),
        seen_at: opened_at,
    }
}

async fn hired(store: &Store, name: &str) -> Staff {
    let mut tx = store.begin(Step::Keep).await.unwrap();
    staff::add(&mut tx, name, Role::Staff, at(0)).await.unwrap();
    tx.commit().await.unwrap();
    staff::by_name(store, name).await.unwrap().unwrap().0
}

async fn open(store: &Store, staff: &Staff, session: &Session) {
    let mut tx = store.begin(Step::Keep).await.unwrap();
    sessions::open(&mut tx, staff.id, session).await.unwrap();
    tx.commit().await.unwrap();
}

async fn running(store: &Store, staff: &Staff, now: Timestamp) -> usize {
    sessions::of(store, staff.id, now).await.unwrap().len()
}

async fn choose(store: &Store, staff: &Staff, hash: &str, chosen: Chosen<'_>) -> bool {
    let mut tx = store.begin(Step::Act).await.unwrap();
    let kept = staff::choose_password(&mut tx, staff, hash, chosen, at(5)).await.unwrap();
    tx.commit().await.unwrap();
    kept
}

async fn invite(store: &Store, name: &str, code: &str, until: Timestamp) -> Result<(), StaffError> {
    let mut tx = store.begin(Step::Act).await.unwrap();
    staff::invite(&mut tx, name, code, until, at(1)).await?;
    Ok(tx.commit().await?)
}

async fn tried(store: &Store, counted: &[Counted<'_>], now: Timestamp) -> Option<Timestamp> {
    let mut tx = store.begin(Step::Keep).await.unwrap();
    let until = tries::count(&mut tx, counted, now).await.unwrap();
    tx.commit().await.unwrap();
    until
}

contract! {
    async fn a_session_runs_while_it_is_used_and_no_longer_than_a_working_day(db: Db) {
        let amna = hired(&db.store, "amna").await;
        let one = session('a', at(0));
        open(&db.store, &amna, &one).await;
        let found = async |now| sessions::find(&db.store, &one.id, now).await.unwrap();
        assert_eq!(found(at(1)).await, Some((amna.clone(), one.clone())));
        assert_eq!(sessions::find(&db.store, &"b".repeat(64), at(1)).await.unwrap(), None);
        let left = SignedDuration::from_secs(1);
        assert!(found(at(0) + IDLE - left).await.is_some());
        assert_eq!(found(at(0) + IDLE).await, None);
        let mut now = at(0);
        while now + IDLE - left < at(0) + LIFETIME {
            now += IDLE - left;
            let mut tx = db.store.begin(Step::Keep).await.unwrap();
            sessions::seen(&mut tx, &one.id, now).await.unwrap();
            tx.commit().await.unwrap();
            assert!(found(now).await.is_some());
        }
        assert!(found(at(0) + LIFETIME - left).await.is_some());
        assert_eq!(found(at(0) + LIFETIME).await, None);
        // The next one clears it away.
        open(&db.store, &amna, &session('b', at(0) + LIFETIME)).await;
        assert_eq!(db.number("select count(*) from session").await, 1);
    }

    async fn whatever_takes_a_way_in_from_somebody_ends_their_sessions_and_nobody_elses(db: Db) {
        let (amna, other) = (hired(&db.store, "amna").await, hired(&db.store, "salem").await);
        open(&db.store, &other, &session('o', at(0))).await;
        for (number, act) in ["token", "invited", "chosen", "signed out", "disabled"].into_iter().enumerate() {
            open(&db.store, &amna, &session(char::from_digit(number as u32, 10).unwrap(), at(0))).await;
            assert_eq!(running(&db.store, &amna, at(1)).await, 1, "{act}");
            let mut tx = db.store.begin(Step::Act).await.unwrap();
            match act {
                "token" => staff::set_token(&mut tx, "amna", &"7".repeat(64), at(1)).await.unwrap(),
                "invited" => staff::invite(&mut tx, "amna", &"8".repeat(64), at(9), at(1)).await.unwrap(),
                "chosen" => {
                    let code = "8".repeat(64);
                    let chosen = Chosen::ByCode(&code, at(2));
                    assert!(staff::choose_password(&mut tx, &amna, "$argon2id$x", chosen, at(2)).await.unwrap());
                }
                "signed out" => staff::sign_out(&mut tx, Some("amna"), at(3)).await.unwrap(),
                _ => staff::disable(&mut tx, "amna", at(4)).await.unwrap(),
            }
            tx.commit().await.unwrap();
            assert_eq!(running(&db.store, &amna, at(1)).await, 0, "{act}");
            assert_eq!(running(&db.store, &other, at(1)).await, 1, "{act}");
        }
        let mut tx = db.store.begin(Step::Act).await.unwrap();
        assert!(matches!(staff::sign_out(&mut tx, Some("amna"), at(5)).await, Err(StaffError::Unknown(_))));
        staff::sign_out(&mut tx, None, at(5)).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(running(&db.store, &other, at(1)).await, 0);
    }

    async fn one_of_somebodys_sessions_is_ended_by_them_alone(db: Db) {
        let (amna, other) = (hired(&db.store, "amna").await, hired(&db.store, "salem").await);
        let one = session('a', at(0));
        open(&db.store, &amna, &one).await;
        open(&db.store, &amna, &session('b', at(1))).await;
        let mut tx = db.store.begin(Step::Keep).await.unwrap();
        assert!(!sessions::end(&mut tx, other.id, &one.id).await.unwrap());
        assert!(sessions::end(&mut tx, amna.id, &one.id).await.unwrap());
        tx.commit().await.unwrap();
        let left = sessions::of(&db.store, amna.id, at(2)).await.unwrap();
        assert_eq!(left, [session('b', at(1))]);
    }

    async fn an_invitation_is_good_once_and_until_its_time_and_ends_the_password_before(db: Db) {
        let amna = hired(&db.store, "amna").await;
        let password = async || staff::by_name(&db.store, "amna").await.unwrap().unwrap().1;
        let (code, later) = ("c".repeat(64), "d".repeat(64));
        invite(&db.store, "amna", &code, at(10)).await.unwrap();
        assert_eq!(staff::by_invitation(&db.store, &code, at(9)).await.unwrap(), Some(amna.clone()));
        assert_eq!(staff::by_invitation(&db.store, &code, at(10)).await.unwrap(), None);
        assert!(!choose(&db.store, &amna, "$argon2id$1", Chosen::ByCode(&code, at(10))).await);
        assert!(!choose(&db.store, &amna, "$argon2id$1", Chosen::ByCode(&later, at(9))).await);
        assert!(choose(&db.store, &amna, "$argon2id$1", Chosen::ByCode(&code, at(9))).await);
        assert!(!choose(&db.store, &amna, "$argon2id$2", Chosen::ByCode(&code, at(9))).await);
        assert_eq!(password().await.as_deref(), Some("$argon2id$1"));

        assert!(choose(&db.store, &amna, "$argon2id$2", Chosen::InPlaceOf("$argon2id$1")).await);
        assert!(!choose(&db.store, &amna, "$argon2id$3", Chosen::InPlaceOf("$argon2id$1")).await);
        assert_eq!(password().await.as_deref(), Some("$argon2id$2"));
        invite(&db.store, "amna", &later, at(20)).await.unwrap();
        assert_eq!(password().await, None);
        assert!(matches!(invite(&db.store, "nobody", &code, at(20)).await, Err(StaffError::Unknown(_))));

        let log = db.entries().await.concat();
        assert!(log.contains("staff.invited") && log.contains("staff.password_chosen"));
        assert!(!log.contains("argon2id") && !log.contains(&code));
    }

    async fn a_disabled_account_keeps_no_way_in(db: Db) {
        let amna = hired(&db.store, "amna").await;
        let code = "c".repeat(64);
        invite(&db.store, "amna", &code, at(10)).await.unwrap();
        choose(&db.store, &amna, "$argon2id$1", Chosen::ByCode(&code, at(2))).await;
        invite(&db.store, "amna", &code, at(10)).await.unwrap();
        let mut tx = db.store.begin(Step::Act).await.unwrap();
        staff::disable(&mut tx, "amna", at(3)).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(staff::by_name(&db.store, "amna").await.unwrap(), None);
        assert_eq!(staff::by_invitation(&db.store, &code, at(4)).await.unwrap(), None);
        assert!(!choose(&db.store, &amna, "$argon2id$2", Chosen::ByCode(&code, at(4))).await);
        for back in ["password = '$argon2id$1', password_set_at = 0", "invitation_hash = token_hash, invited_until = 0"] {
            let statement = format!("update staff set {back} where name = 'amna'");
            assert!(db.try_run(&statement).await.is_err(), "{statement}");
        }
    }

    async fn tries_are_bounded_for_a_person_at_a_place_an_address_and_an_account(db: Db) {
        let both = Counted::Both { account: "amna", address: "192.0.2.7" };
        let elsewhere = Counted::Both { account: "amna", address: "192.0.2.8" };
        for counted in [both, Counted::Address("192.0.2.9"), Counted::Account("amna")] {
            for number in 0..counted.most() {
                assert_eq!(tried(&db.store, &[counted], at(number)).await, None, "{counted:?} {number}");
            }
            let until = at(0) + TRIES_FOR;
            assert_eq!(tried(&db.store, &[counted], at(60)).await, Some(until), "{counted:?}");
        }
        assert_eq!(tried(&db.store, &[elsewhere], at(60)).await, None);
        assert_eq!(tried(&db.store, &[both], at(0) + TRIES_FOR).await, None, "counting begins anew");
        assert!(tried(&db.store, &[elsewhere, Counted::Account("amna")], at(61)).await.is_some());
    }

    async fn who_succeeds_is_forgiven_and_of_many_at_once_no_more_than_the_bound_are_let_through(db: Db) {
        let counted =
            [Counted::Both { account: "amna", address: "192.0.2.7" }, Counted::Address("192.0.2.7"), Counted::Account("amna")];
        let begun = (0..20).map(|_| tried(&db.store, &counted, at(0)));
        let let_through = futures_util::future::join_all(begun).await.into_iter().filter(Option::is_none).count();
        assert_eq!(let_through, 5);
        let mut tx = db.store.begin(Step::Keep).await.unwrap();
        tries::forgive(&mut tx, &counted, at(1)).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(tried(&db.store, &counted[..1], at(2)).await, None);
        assert_eq!(db.number("select max(tries) from sign_in_try").await, 19);
        // Counts of yesterday go with the next success.
        let mut tx = db.store.begin(Step::Keep).await.unwrap();
        tries::forgive(&mut tx, &counted[..1], at(2 * 86_400)).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(db.number("select count(*) from sign_in_try").await, 0);
    }
}
