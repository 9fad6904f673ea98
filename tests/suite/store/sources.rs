//! Sources, their health, and their tokens.

use majlis::domain::comment::{Platform, SourceId};
use majlis::domain::credentials::{Secret, Tokens};
use majlis::store::sources::{self, Health, Reading};
use majlis::store::tokens::{self, Held};
use majlis::store::{Step, StoreError};

use super::given::{page, some_sources};
use super::{at, contract};

fn held(access: &str) -> Held {
    let tokens = Tokens {
        access: Some(Secret::new(access)),
        refresh: Some(Secret::new("refresh")),
        expires_at: Some(at(7_200)),
    };
    Held { tokens, obtained_at: at(0), seed: "5eed".to_owned() }
}

contract! {
    async fn a_known_source_may_be_registered_again_but_never_for_another_platform(db: Db) {
        some_sources(&db.store).await;
        some_sources(&db.store).await;
        let mut tx = db.store.begin(Step::Keep).await.unwrap();
        let error = sources::register(&mut tx, &page(), Platform::X, at(1)).await.unwrap_err();
        assert_eq!(
            error.to_string(),
            "source `page` was a facebook source until now; give a x source another id"
        );
    }

    async fn how_far_a_source_was_read_is_kept_with_its_page(db: Db) {
        some_sources(&db.store).await;
        assert_eq!(sources::reading(&db.store, &page()).await.unwrap(), Reading::default());
        let reading = Reading {
            cursor: Some("{\"after\":\"x\"}".to_owned()),
            round_started_at: Some(at(3)),
            rounds: 2,
            suspected_gaps: 1,
            reads_on: 20_786,
            reads: 7,
            failures: 2,
            restarts: 1,
        };
        let mut tx = db.store.begin(Step::Read).await.unwrap();
        sources::save_reading(&mut tx, &page(), &reading, Some(at(4))).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(sources::reading(&db.store, &page()).await.unwrap(), reading);
        let health = sources::all_health(&db.store).await.unwrap();
        let page = health.iter().find(|health| health.source == page()).unwrap();
        assert_eq!(page.last_read_at, Some(at(4)));
    }

    async fn a_source_that_was_never_registered_keeps_nothing(db: Db) {
        let mut tx = db.store.begin(Step::Read).await.unwrap();
        let error = sources::save_reading(&mut tx, &page(), &Reading::default(), Some(at(0))).await.unwrap_err();
        assert!(matches!(error, StoreError::UnknownSource(id) if id == page()));
    }

    async fn a_source_is_ill_since_it_fell_ill_not_since_it_was_last_seen_ill(db: Db) {
        some_sources(&db.store).await;
        let mut tx = db.store.begin(Step::Keep).await.unwrap();
        sources::set_health(&mut tx, &page(), Health::Ill, Some("503"), at(10)).await.unwrap();
        sources::set_health(&mut tx, &page(), Health::Ill, Some("504"), at(20)).await.unwrap();
        tx.commit().await.unwrap();
        let all = sources::all_health(&db.store).await.unwrap();
        assert_eq!(all.iter().map(|health| health.source.0.as_str()).collect::<Vec<_>>(), ["channel", "page", "page2"]);
        assert_eq!((all[1].state, all[1].since, all[1].detail.as_deref()), (Health::Ill, at(10), Some("504")));
        assert_eq!((all[0].state, all[0].platform), (Health::Ok, Platform::Youtube));
    }

    async fn a_source_is_well_again_once_a_page_of_it_was_read(db: Db) {
        some_sources(&db.store).await;
        let mut tx = db.store.begin(Step::Read).await.unwrap();
        sources::set_health(&mut tx, &page(), Health::Ill, Some("503"), at(10)).await.unwrap();
        for seconds in [30, 40] {
            sources::save_reading(&mut tx, &page(), &Reading::default(), Some(at(seconds))).await.unwrap();
        }
        tx.commit().await.unwrap();
        let page = &sources::all_health(&db.store).await.unwrap()[1];
        assert_eq!((page.state, page.since, page.detail.as_deref()), (Health::Ok, at(30), None));
    }

    async fn a_page_that_could_not_be_read_makes_no_source_well(db: Db) {
        some_sources(&db.store).await;
        let mut tx = db.store.begin(Step::Read).await.unwrap();
        sources::save_reading(&mut tx, &page(), &Reading::default(), Some(at(5))).await.unwrap();
        sources::set_health(&mut tx, &page(), Health::Ill, Some("503"), at(10)).await.unwrap();
        let reading = Reading { failures: 1, ..Reading::default() };
        sources::save_reading(&mut tx, &page(), &reading, None).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(sources::reading(&db.store, &page()).await.unwrap(), reading);
        let page = &sources::all_health(&db.store).await.unwrap()[1];
        assert_eq!((page.state, page.since, page.detail.as_deref()), (Health::Ill, at(10), Some("503")));
        assert_eq!(page.last_read_at, Some(at(5)));
    }

    async fn new_tokens_replace_the_old_ones(db: Db) {
        some_sources(&db.store).await;
        assert_eq!(tokens::held(&db.store, &page(), "5eed").await.unwrap(), None);
        for access in ["first", "second"] {
            let mut tx = db.store.begin(Step::Keep).await.unwrap();
            tokens::keep(&mut tx, &page(), &held(access)).await.unwrap();
            tx.commit().await.unwrap();
        }
        assert_eq!(tokens::held(&db.store, &page(), "5eed").await.unwrap(), Some(held("second")));
    }

    async fn a_token_ends_where_nothing_renews_it_from_another_and_the_latest_secrets_counts(db: Db) {
        some_sources(&db.store).await;
        let of = |seed: &str, ends: i64, obtained: i64| {
            let mut one = Held { seed: seed.to_owned(), obtained_at: at(obtained), ..held("t") };
            one.tokens.refresh = None;
            one.tokens.expires_at = Some(at(ends));
            one
        };
        let mut tx = db.store.begin(Step::Keep).await.unwrap();
        tokens::keep(&mut tx, &page(), &of("former", 70, 0)).await.unwrap();
        tokens::keep(&mut tx, &page(), &of("new", 50, 1)).await.unwrap();
        let page2 = SourceId("page2".to_owned());
        let mut renewed = of("5eed", 60, 0);
        renewed.tokens.refresh = Some(Secret::new("r"));
        tokens::keep(&mut tx, &page2, &renewed).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(tokens::ends(&db.store).await.unwrap(), [(page(), at(50))]);
    }

    async fn each_secret_has_a_chain_of_its_own_that_no_other_overwrites(db: Db) {
        some_sources(&db.store).await;
        let of = |seed: &str, access| Held { seed: seed.to_owned(), ..held(access) };
        let mut tx = db.store.begin(Step::Keep).await.unwrap();
        tokens::begin(&mut tx, &page(), &of("former", "f1")).await.unwrap();
        tokens::begin(&mut tx, &page(), &of("new", "n1")).await.unwrap();
        tokens::keep(&mut tx, &page(), &of("new", "n2")).await.unwrap();
        // A daemon that still runs with the former secret renews, and looks whether its chain has begun.
        tokens::keep(&mut tx, &page(), &of("former", "f2")).await.unwrap();
        tokens::begin(&mut tx, &page(), &of("former", "f1")).await.unwrap();
        // After its restart the new secret goes on where it was: its first tokens are spent.
        tokens::begin(&mut tx, &page(), &of("new", "n1")).await.unwrap();
        tx.commit().await.unwrap();
        let held = async |seed| tokens::held(&db.store, &page(), seed).await.unwrap();
        assert_eq!(held("new").await, Some(of("new", "n2")));
        assert_eq!(held("former").await, Some(of("former", "f2")));
    }

    async fn one_caller_alone_may_renew_tokens_until_its_time_is_over(db: Db) {
        some_sources(&db.store).await;
        let claim = async |now, until| {
            let mut tx = db.store.begin(Step::Keep).await.unwrap();
            let claimed = tokens::claim_renewal(&mut tx, &page(), at(now), at(until)).await.unwrap();
            tx.commit().await.unwrap();
            claimed
        };
        assert!(claim(0, 60).await);
        assert!(!claim(59, 120).await);
        assert!(claim(60, 120).await);
        let mut tx = db.store.begin(Step::Keep).await.unwrap();
        tokens::keep(&mut tx, &page(), &held("new")).await.unwrap();
        tx.commit().await.unwrap();
        assert!(claim(61, 120).await);
        let nobody = SourceId("nobody".to_owned());
        let mut tx = db.store.begin(Step::Keep).await.unwrap();
        assert!(!tokens::claim_renewal(&mut tx, &nobody, at(0), at(60)).await.unwrap());
    }
}
