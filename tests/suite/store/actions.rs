//! The outbox.

use majlis::domain::action::{Act, ActionId, ActionState, Receipt, Refusal, Withdrawal};
use majlis::domain::comment::{CommentId, Incoming, SourceId};
use majlis::store::actions::{self, NewAction};
use majlis::store::jobs::{self, Lane};
use majlis::store::{Step, Store, StoreError};

use super::given::{action, comment, page, queued, receive_from, some_sources, stored};
use super::{at, contract};

fn reply(text: &str) -> Act {
    Act::Reply { text: text.to_owned() }
}

async fn moved(store: &Store, id: ActionId, from: ActionState, to: ActionState) -> Result<(), StoreError> {
    let mut tx = store.begin(Step::Settle).await.unwrap();
    actions::set_state(&mut tx, id, &from, &to).await?;
    tx.commit().await
}

async fn state(store: &Store, id: ActionId) -> ActionState {
    actions::get(store, id).await.unwrap().unwrap().0.state
}

fn receipt(reference: &str) -> Receipt {
    Receipt { reference: reference.to_owned() }
}

contract! {
    async fn a_queued_action_has_a_job_in_the_lane_of_its_source_and_an_audit_entry(db: Db) {
        some_sources(&db.store).await;
        let on_page = stored(&db.store, "c1", "نص").await;
        let on_channel =
            receive_from(&db.store, "channel", &[comment("c1", "نص")], at(0)).await[0].unwrap().id;
        let mut tx = db.store.begin(Step::Judge).await.unwrap();
        let wanted = [action(on_page, Act::Hide), action(on_channel, Act::Hide), action(on_page, reply("نعم"))];
        let ids = actions::queue(&mut tx, &wanted, at(3)).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(ids.len(), 3);

        let (kept, under) = actions::get(&db.store, ids[2]).await.unwrap().unwrap();
        assert_eq!((kept.act, kept.comment, kept.requested_at), (reply("نعم"), on_page, at(3)));
        assert_eq!((kept.state, under.platform_id.as_str()), (ActionState::Queued, "c1"));

        let mut tx = db.store.begin(Step::Attempt).await.unwrap();
        for (source, expected) in [("page", vec![ids[0], ids[2]]), ("channel", vec![ids[1]])] {
            let lane = Lane::Dispatch(SourceId(source.to_owned()));
            let claims = jobs::claim(&mut tx, &lane, 9, at(3), at(60)).await.unwrap();
            let keys: Vec<String> = claims.into_iter().map(|claim| claim.key).collect();
            assert_eq!(keys, expected.iter().map(ToString::to_string).collect::<Vec<_>>());
        }
        drop(tx);
        assert_eq!(db.entries().await.iter().filter(|entry| entry.contains("\"act\":\"action.queued\"")).count(), 3);
        assert!(db.entries().await.iter().all(|entry| !entry.contains("نعم")));
    }

    async fn since_when_the_oldest_act_of_a_source_has_waited_is_known_until_it_arrives(db: Db) {
        some_sources(&db.store).await;
        let id = stored(&db.store, "c1", "نص").await;
        assert!(actions::waiting_since(&db.store).await.unwrap().is_empty());
        let mut tx = db.store.begin(Step::Act).await.unwrap();
        let hide = actions::queue(&mut tx, &[action(id, Act::Hide)], at(3)).await.unwrap()[0];
        actions::queue(&mut tx, &[action(id, reply("نعم"))], at(5)).await.unwrap();
        tx.commit().await.unwrap();
        let started = ActionState::Started { attempt: 1 };
        moved(&db.store, hide, ActionState::Queued, started.clone()).await.unwrap();
        assert_eq!(actions::waiting_since(&db.store).await.unwrap(), [(page(), at(3))]);
        let confirmed = ActionState::Confirmed { at: at(9), receipt: receipt("r1") };
        moved(&db.store, hide, started, confirmed).await.unwrap();
        assert_eq!(actions::waiting_since(&db.store).await.unwrap(), [(page(), at(5))]);
    }

    async fn an_act_equal_to_an_open_one_is_not_queued_again(db: Db) {
        some_sources(&db.store).await;
        let id = stored(&db.store, "c1", "نص").await;
        let mut tx = db.store.begin(Step::Act).await.unwrap();
        let twice = [action(id, reply("نعم")), action(id, reply("نعم")), action(id, reply("لا"))];
        assert_eq!(actions::queue(&mut tx, &twice, at(0)).await.unwrap().len(), 2);
        assert!(actions::queue(&mut tx, &twice, at(1)).await.unwrap().is_empty());
        tx.commit().await.unwrap();
        assert_eq!(db.number("select count(*) from action").await, 2);
    }

    async fn the_same_words_are_never_sent_twice_to_one_comment_even_after_they_arrived(db: Db) {
        some_sources(&db.store).await;
        let id = stored(&db.store, "c1", "نص").await;
        let other = stored(&db.store, "c2", "نص آخر").await;
        let started = ActionState::Started { attempt: 1 };
        let confirmed = ActionState::Confirmed { at: at(9), receipt: receipt("r1") };
        let refused = ActionState::Refused { at: at(9), reason: Refusal::Invalid };
        for (text, settled) in [("نعم", confirmed), ("لا", refused)] {
            let sent = queued(&db.store, id, reply(text), at(0)).await[0];
            moved(&db.store, sent, ActionState::Queued, started.clone()).await.unwrap();
            moved(&db.store, sent, started.clone(), settled).await.unwrap();
        }
        assert!(queued(&db.store, id, reply("نعم"), at(10)).await.is_empty());
        assert_eq!(queued(&db.store, other, reply("نعم"), at(10)).await.len(), 1);
        assert_eq!(queued(&db.store, id, reply("لا"), at(10)).await.len(), 1, "what was refused may be tried again");
        db.try_run("update action set text = null, salt = null where state = 'confirmed'").await.unwrap();
        assert_eq!(queued(&db.store, id, reply("نعم"), at(11)).await.len(), 1, "erased words are known to nobody");
    }

    async fn a_double_click_at_the_same_moment_queues_one_action(db: Db) {
        some_sources(&db.store).await;
        let id = stored(&db.store, "c1", "نص").await;
        let clicks = (0..6).map(|_| {
            let store = db.store.clone();
            tokio::spawn(async move { queued(&store, id, reply("نعم"), at(0)).await.len() })
        });
        let mut sent = 0;
        for click in clicks.collect::<Vec<_>>() {
            sent += click.await.unwrap();
        }
        assert_eq!(sent, 1);
    }

    async fn the_opposite_act_withdraws_what_was_not_sent_yet(db: Db) {
        some_sources(&db.store).await;
        let id = stored(&db.store, "c1", "نص").await;
        let hide = queued(&db.store, id, Act::Hide, at(0)).await[0];
        let unhide = queued(&db.store, id, Act::Unhide, at(5)).await[0];
        assert_eq!(state(&db.store, hide).await, ActionState::Withdrawn { at: at(5), why: Withdrawal::Overtaken });
        assert_eq!(state(&db.store, unhide).await, ActionState::Queued);
        assert!(db.entries().await.iter().any(|entry| entry.contains("\"act\":\"action.withdrawn\"")));
    }

    async fn what_has_set_out_is_never_withdrawn_and_the_last_wish_holds(db: Db) {
        some_sources(&db.store).await;
        let id = stored(&db.store, "c1", "نص").await;
        let hide = queued(&db.store, id, Act::Hide, at(0)).await[0];
        let started = ActionState::Started { attempt: 1 };
        moved(&db.store, hide, ActionState::Queued, started.clone()).await.unwrap();
        let unhide = queued(&db.store, id, Act::Unhide, at(1)).await[0];
        assert_eq!(state(&db.store, hide).await, started);
        // Hidden again: the unhide that waits is withdrawn, and the hide on its way is enough.
        assert!(queued(&db.store, id, Act::Hide, at(2)).await.is_empty());
        assert_eq!(state(&db.store, unhide).await, ActionState::Withdrawn { at: at(2), why: Withdrawal::Overtaken });
    }

    async fn a_reply_waits_for_an_earlier_unhide_of_its_comment_or_of_the_one_above(db: Db) {
        some_sources(&db.store).await;
        let (above, other) = (stored(&db.store, "c1", "نص").await, stored(&db.store, "c2", "نص").await);
        let below = Incoming { parent_id: Some("c1".to_owned()), ..comment("c3", "نص") };
        let below = receive_from(&db.store, "page", &[below], at(0)).await[0].unwrap().id;
        let early = queued(&db.store, above, reply("قبل"), at(0)).await[0];
        let unhide = queued(&db.store, above, Act::Unhide, at(1)).await[0];
        let mut behind = Vec::new();
        for comment in [above, below, other] {
            behind.push(queued(&db.store, comment, reply("بعد"), at(2)).await[0]);
        }
        let waits = async |id| {
            let (action, _) = actions::get(&db.store, id).await.unwrap().unwrap();
            actions::is_behind(&db.store, &action).await.unwrap()
        };
        assert!(waits(behind[0]).await && waits(behind[1]).await);
        assert!(!waits(behind[2]).await && !waits(early).await, "nothing goes before these");
        let started = ActionState::Started { attempt: 1 };
        moved(&db.store, unhide, ActionState::Queued, started.clone()).await.unwrap();
        assert!(waits(behind[0]).await, "it is on its way");
        let shown = ActionState::Confirmed { at: at(3), receipt: receipt("c1") };
        moved(&db.store, unhide, started, shown).await.unwrap();
        assert!(!waits(behind[0]).await && !waits(behind[1]).await);
    }

    async fn each_state_is_kept_whole(db: Db) {
        some_sources(&db.store).await;
        let id = stored(&db.store, "c1", "نص").await;
        let first = queued(&db.store, id, reply("a"), at(0)).await[0];
        let second = queued(&db.store, id, reply("b"), at(0)).await[0];
        let started = |attempt| ActionState::Started { attempt };
        for id in [first, second] {
            moved(&db.store, id, ActionState::Queued, started(1)).await.unwrap();
            moved(&db.store, id, started(1), started(2)).await.unwrap();
            assert_eq!(state(&db.store, id).await, started(2));
        }
        let confirmed = ActionState::Confirmed { at: at(9), receipt: receipt("r1") };
        let refused = ActionState::Refused { at: at(9), reason: Refusal::NotAllowed };
        moved(&db.store, first, started(2), confirmed.clone()).await.unwrap();
        moved(&db.store, second, started(2), refused.clone()).await.unwrap();
        assert_eq!(state(&db.store, first).await, confirmed);
        assert_eq!(state(&db.store, second).await, refused);
    }

    async fn an_action_that_moved_on_meanwhile_is_not_moved_again(db: Db) {
        some_sources(&db.store).await;
        let id = stored(&db.store, "c1", "نص").await;
        let hide = queued(&db.store, id, Act::Hide, at(0)).await[0];
        let started = |attempt| ActionState::Started { attempt };
        moved(&db.store, hide, ActionState::Queued, started(1)).await.unwrap();
        let twice = moved(&db.store, hide, ActionState::Queued, started(1)).await.unwrap_err();
        assert!(matches!(twice, StoreError::WrongState { .. }));
        assert!(moved(&db.store, hide, started(2), started(3)).await.is_err());
    }

    async fn a_receipt_is_one_of_a_confirmed_reply_to_that_source(db: Db) {
        some_sources(&db.store).await;
        let id = stored(&db.store, "c1", "نص").await;
        let action = queued(&db.store, id, reply("a"), at(0)).await[0];
        let started = ActionState::Started { attempt: 1 };
        moved(&db.store, action, ActionState::Queued, started.clone()).await.unwrap();
        let confirmed = ActionState::Confirmed { at: at(9), receipt: receipt("r1") };
        moved(&db.store, action, started, confirmed).await.unwrap();
        let mut tx = db.store.begin(Step::Read).await.unwrap();
        let seen = ["r1".to_owned(), "r2".to_owned()];
        let ours = actions::is_receipt(&mut tx, &page(), &seen).await.unwrap();
        assert_eq!(ours.into_iter().collect::<Vec<_>>(), ["r1"]);
        let elsewhere = SourceId("channel".to_owned());
        assert!(actions::is_receipt(&mut tx, &elsewhere, &seen).await.unwrap().is_empty());
    }

    async fn an_act_on_no_comment_is_refused(db: Db) {
        let mut tx = db.store.begin(Step::Act).await.unwrap();
        let lost = NewAction { ..action(CommentId(404), Act::Hide) };
        let error = actions::queue(&mut tx, &[lost], at(0)).await.unwrap_err();
        assert!(matches!(error, StoreError::NoSuchComment(CommentId(404))));
        assert_eq!(actions::get(&db.store, ActionId(404)).await.unwrap(), None);
    }

    async fn the_lease_on_a_reply_that_had_set_out_outlives_its_process(db: Db) {
        some_sources(&db.store).await;
        let id = stored(&db.store, "c1", "نص").await;
        let mut asked = Vec::new();
        for act in [reply("set out"), reply("queued"), Act::Hide] {
            asked.extend(queued(&db.store, id, act, at(0)).await);
        }
        let lane = Lane::Dispatch(page());
        let claim = async |now, until| {
            let mut tx = db.store.begin(Step::Keep).await.unwrap();
            let claims = jobs::claim(&mut tx, &lane, 9, now, until).await.unwrap();
            tx.commit().await.unwrap();
            claims.into_iter().map(|claim| claim.key).collect::<Vec<_>>()
        };
        assert_eq!(claim(at(0), at(120)).await.len(), 3);
        for id in [asked[0], asked[2]] {
            moved(&db.store, id, ActionState::Queued, ActionState::Started { attempt: 1 }).await.unwrap();
        }
        let mut tx = db.store.begin(Step::Keep).await.unwrap();
        jobs::release_all(&mut tx).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(claim(at(1), at(600)).await, [asked[1].to_string(), asked[2].to_string()]);
        assert_eq!(claim(at(120), at(600)).await, [asked[0].to_string()]);
    }
}
