//! Members of staff and the documents they propose and adopt.

use majlis::store::documents::{self, AdoptError, DocumentKind};
use majlis::store::staff::{self, Role, StaffError};
use majlis::store::{Step, Store};

use super::{at, contract};

const TOKEN: &str = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

async fn add(store: &Store, name: &str, role: Role) -> Result<(), StaffError> {
    let mut tx = store.begin(Step::Keep).await.unwrap();
    staff::add(&mut tx, name, role, at(0)).await?;
    Ok(tx.commit().await?)
}

async fn give_token(store: &Store, name: &str, hash: &str) -> Result<(), StaffError> {
    let mut tx = store.begin(Step::Keep).await.unwrap();
    staff::set_token(&mut tx, name, hash, at(1)).await?;
    Ok(tx.commit().await?)
}

async fn disable(store: &Store, name: &str) -> Result<(), StaffError> {
    let mut tx = store.begin(Step::Keep).await.unwrap();
    staff::disable(&mut tx, name, at(2)).await?;
    Ok(tx.commit().await?)
}

async fn propose(store: &Store, hash: &str, by: &str, seconds: i64) {
    let mut tx = store.begin(Step::Keep).await.unwrap();
    let text = format!("text of {hash}");
    documents::propose(&mut tx, DocumentKind::Policy, hash, &text, by, at(seconds)).await.unwrap();
    tx.commit().await.unwrap();
}

async fn adopt(store: &Store, hash: &str, by: &str, seconds: i64) -> Result<(), AdoptError> {
    let mut tx = store.begin(Step::Keep).await.unwrap();
    documents::adopt(&mut tx, DocumentKind::Policy, hash, by, at(seconds)).await?;
    Ok(tx.commit().await?)
}

async fn adopt_shipped(store: &Store, hash: &str) -> bool {
    let mut tx = store.begin(Step::Keep).await.unwrap();
    let adopted =
        documents::adopt_shipped(&mut tx, DocumentKind::Policy, hash, "shipped text", at(0)).await.unwrap();
    tx.commit().await.unwrap();
    adopted
}

contract! {
    async fn staff_are_known_by_their_token_until_they_are_disabled(db: Db) {
        add(&db.store, "huda", Role::Approver).await.unwrap();
        assert_eq!(staff::by_token(&db.store, TOKEN).await.unwrap(), None);
        give_token(&db.store, "huda", TOKEN).await.unwrap();
        let huda = staff::by_token(&db.store, TOKEN).await.unwrap().unwrap();
        assert_eq!((huda.name.as_str(), huda.role, huda.disabled_at), ("huda", Role::Approver, None));
        disable(&db.store, "huda").await.unwrap();
        assert_eq!(staff::by_token(&db.store, TOKEN).await.unwrap(), None);
        assert!(matches!(give_token(&db.store, "huda", TOKEN).await, Err(StaffError::Unknown(_))));
        assert!(matches!(disable(&db.store, "huda").await, Err(StaffError::Unknown(_))));
    }

    async fn a_new_token_replaces_the_one_before(db: Db) {
        add(&db.store, "huda", Role::Staff).await.unwrap();
        let other = TOKEN.replace('9', "8");
        give_token(&db.store, "huda", TOKEN).await.unwrap();
        give_token(&db.store, "huda", &other).await.unwrap();
        assert_eq!(staff::by_token(&db.store, TOKEN).await.unwrap(), None);
        assert!(staff::by_token(&db.store, &other).await.unwrap().is_some());
    }

    async fn a_name_is_never_given_twice(db: Db) {
        add(&db.store, "huda", Role::Staff).await.unwrap();
        disable(&db.store, "huda").await.unwrap();
        let error = add(&db.store, "huda", Role::Auditor).await.unwrap_err();
        assert_eq!(
            error.to_string(),
            "there is a member of staff called `huda` already; choose another name"
        );
        assert!(matches!(give_token(&db.store, "nobody", TOKEN).await, Err(StaffError::Unknown(_))));
    }

    async fn staff_are_listed_by_name_and_each_change_is_in_the_log_without_the_token(db: Db) {
        for (name, role) in [("zayed", Role::Operator), ("amal", Role::Auditor)] {
            add(&db.store, name, role).await.unwrap();
        }
        give_token(&db.store, "amal", TOKEN).await.unwrap();
        disable(&db.store, "zayed").await.unwrap();
        let all = staff::list(&db.store).await.unwrap();
        let told: Vec<_> = all.iter().map(|staff| (staff.name.as_str(), staff.role, staff.disabled_at)).collect();
        assert_eq!(told, [("amal", Role::Auditor, None), ("zayed", Role::Operator, Some(at(2)))]);
        let log = db.entries().await;
        assert_eq!(log.len(), 4);
        for act in ["staff.added", "staff.token_given", "staff.disabled"] {
            assert!(log.iter().any(|entry| entry.contains(act)), "{act}");
        }
        assert!(!log.concat().contains(TOKEN));
    }

    async fn the_shipped_text_rules_only_where_nothing_ever_did(db: Db) {
        assert_eq!(documents::adopted(&db.store, DocumentKind::Policy).await.unwrap(), None);
        assert!(adopt_shipped(&db.store, "h0").await);
        assert!(!adopt_shipped(&db.store, "h1").await);
        let ruling = documents::adopted(&db.store, DocumentKind::Policy).await.unwrap().unwrap();
        assert_eq!((ruling.hash.as_str(), ruling.text.as_str(), ruling.at, ruling.by), ("h0", "shipped text", at(0), None));
        assert_eq!(documents::adopted(&db.store, DocumentKind::Calendar).await.unwrap(), None);
        assert!(documents::proposals(&db.store, DocumentKind::Policy).await.unwrap().is_empty());
    }

    async fn who_proposed_a_text_cannot_adopt_it(db: Db) {
        adopt_shipped(&db.store, "h0").await;
        propose(&db.store, "h1", "huda", 1).await;
        assert!(matches!(adopt(&db.store, "h1", "huda", 2).await, Err(AdoptError::OwnProposal)));
        assert_eq!(documents::adopted(&db.store, DocumentKind::Policy).await.unwrap().unwrap().hash, "h0");
        adopt(&db.store, "h1", "salem", 3).await.unwrap();
        let ruling = documents::adopted(&db.store, DocumentKind::Policy).await.unwrap().unwrap();
        assert_eq!((ruling.hash.as_str(), ruling.text.as_str()), ("h1", "text of h1"));
        assert_eq!((ruling.at, ruling.by.as_deref()), (at(3), Some("salem")));
        let log = db.entries().await.concat();
        assert!(log.contains("policy.proposed") && log.contains("policy.adopted"));
    }

    async fn who_brings_a_text_back_that_once_ruled_cannot_adopt_it_either(db: Db) {
        adopt_shipped(&db.store, "h0").await;
        propose(&db.store, "h1", "huda", 1).await;
        adopt(&db.store, "h1", "salem", 2).await.unwrap();
        propose(&db.store, "h2", "huda", 3).await;
        adopt(&db.store, "h2", "salem", 4).await.unwrap();
        assert!(matches!(adopt(&db.store, "h1", "noura", 5).await, Err(AdoptError::Unknown(_))));
        propose(&db.store, "h1", "noura", 6).await;
        assert!(matches!(adopt(&db.store, "h1", "noura", 7).await, Err(AdoptError::OwnProposal)));
        adopt(&db.store, "h1", "salem", 8).await.unwrap();
        let ruling = documents::adopted(&db.store, DocumentKind::Policy).await.unwrap().unwrap();
        assert_eq!((ruling.hash.as_str(), ruling.by.as_deref()), ("h1", Some("salem")));
    }

    async fn the_hashes_alone_tell_that_another_text_rules(db: Db) {
        assert_eq!(documents::adopted_hashes(&db.store).await.unwrap(), [None, None]);
        adopt_shipped(&db.store, "h0").await;
        assert_eq!(documents::adopted_hashes(&db.store).await.unwrap(), [Some("h0".to_owned()), None]);
        propose(&db.store, "h1", "huda", 1).await;
        assert_eq!(documents::adopted_hashes(&db.store).await.unwrap(), [Some("h0".to_owned()), None]);
        adopt(&db.store, "h1", "salem", 2).await.unwrap();
        assert_eq!(documents::adopted_hashes(&db.store).await.unwrap(), [Some("h1".to_owned()), None]);
    }

    async fn the_schema_itself_refuses_that_one_person_proposes_and_adopts(db: Db) {
        propose(&db.store, "h1", "huda", 1).await;
        let forged = "insert into adoption (kind, hash, proposed_by, adopted_by, adopted_at)
            values ('policy', 'h1', 'staff:huda', 'staff:huda', 0)";
        assert!(db.try_run(forged).await.is_err());
        let unproposed = forged.replace("'staff:huda', 'staff:huda'", "'staff:salem', 'staff:huda'");
        assert!(db.try_run(&unproposed).await.is_err());
    }

    async fn what_was_never_proposed_cannot_be_adopted_not_even_the_shipped_text(db: Db) {
        adopt_shipped(&db.store, "h0").await;
        for hash in ["h0", "h9"] {
            assert!(matches!(adopt(&db.store, hash, "salem", 2).await, Err(AdoptError::Unknown(_))));
        }
    }

    async fn proposals_wait_until_one_is_adopted_and_an_earlier_text_can_return(db: Db) {
        adopt_shipped(&db.store, "h0").await;
        propose(&db.store, "h1", "huda", 1).await;
        propose(&db.store, "h2", "salem", 2).await;
        let waiting = async || {
            let all = documents::proposals(&db.store, DocumentKind::Policy).await.unwrap();
            all.into_iter().map(|proposal| (proposal.hash, proposal.by)).collect::<Vec<_>>()
        };
        let proposal = |hash: &str, by: &str| (hash.to_owned(), by.to_owned());
        assert_eq!(waiting().await, [proposal("h2", "salem"), proposal("h1", "huda")]);
        adopt(&db.store, "h1", "salem", 3).await.unwrap();
        assert_eq!(waiting().await, [proposal("h2", "salem")]);
        propose(&db.store, "h0", "huda", 4).await;
        assert_eq!(waiting().await, [proposal("h0", "huda"), proposal("h2", "salem")]);
        adopt(&db.store, "h0", "salem", 5).await.unwrap();
        assert_eq!(documents::adopted(&db.store, DocumentKind::Policy).await.unwrap().unwrap().text, "shipped text");
    }
}
