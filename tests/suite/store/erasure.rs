//! Erasure: what goes, what stays, what forbids it, and what has to go by itself.

use std::num::NonZeroU32;

use jiff::{SignedDuration, Timestamp};
use majlis::domain::action::{Act, ActionId, ActionState, Receipt};
use majlis::domain::audit::{Actor, Field, commitment, salt_of};
use majlis::domain::comment::{CommentId, SourceId, Visibility};
use majlis::domain::judge::{Kind, Verdict};
use majlis::domain::opinion::Opinion;
use majlis::domain::policy::ClauseId;
use majlis::domain::reply::{CancelReason, ClockState};
use majlis::domain::retention::{Cause, Retention};
use majlis::domain::staff::Role;
use majlis::store::acts::{self, By};
use majlis::store::comments;
use majlis::store::erasure::{self, Erasing, Outcome};
use majlis::store::holds::{self, HeldThing, HoldId};
use majlis::store::jobs::{self, Lane};
use majlis::store::opinions::{self, Asked};
use majlis::store::views::{self, View};
use majlis::store::{Dialect, Hindrance, Step, Store, StoreError, actions, deliveries, staff, topics};
use sqlx::{AssertSqlSafe, Row};

use super::given::{
    clock, comment, comment_by, decided, page, policy, queued, receive, receive_from, reply_of_ours,
    some_sources, stored,
};
use super::{Db, at, contract};

/// What nobody may find any more. It stands in each text, name, reply and reason.
const SECRET: &str = "مكتوم-Kq7zW";
const WORD: &str = "مكتوم";

fn day(day: i64) -> Timestamp {
    at(day * 24 * 3_600)
}

async fn ordered(store: &Store, comment: CommentId, now: Timestamp) -> Result<(), StoreError> {
    let mut tx = store.begin(Step::Act).await?;
    erasure::order(&mut tx, "amna", None, comment, &format!("طلب {SECRET}"), now).await?;
    tx.commit().await
}

async fn erased(store: &Store, comment: CommentId, cause: Cause, now: Timestamp) -> Outcome {
    let erasing = Erasing { by: Actor::Machine("retain"), cause, now };
    let mut tx = store.begin(Step::Keep).await.unwrap();
    let outcome = erasure::erase(&mut tx, None, comment, &erasing).await.unwrap();
    tx.commit().await.unwrap();
    outcome
}

async fn held(store: &Store, on: HeldThing) -> HoldId {
    let mut tx = store.begin(Step::Act).await.unwrap();
    let id = holds::place(&mut tx, "amna", &on, &format!("قضية {SECRET}"), at(5)).await.unwrap();
    tx.commit().await.unwrap();
    id
}

async fn lifted(store: &Store, id: HoldId) -> Result<(), StoreError> {
    let mut tx = store.begin(Step::Act).await.unwrap();
    holds::lift(&mut tx, "amna", id, &format!("أغلقت {SECRET}"), at(9)).await?;
    tx.commit().await
}

async fn visibility(store: &Store, comment: CommentId) -> Visibility {
    comments::get(store, comment).await.unwrap().unwrap().visibility
}

async fn sent(store: &Store, comment: CommentId, text: &str, receipt: &str, now: Timestamp) -> ActionId {
    let id = queued(store, comment, Act::Reply { text: text.to_owned() }, now).await[0];
    let started = ActionState::Started { attempt: 1 };
    let confirmed = ActionState::Confirmed { at: now, receipt: Receipt { reference: receipt.to_owned() } };
    let mut tx = store.begin(Step::Settle).await.unwrap();
    actions::set_state(&mut tx, id, &ActionState::Queued, &started).await.unwrap();
    actions::set_state(&mut tx, id, &started, &confirmed).await.unwrap();
    tx.commit().await.unwrap();
    id
}

/// A comment about which everything was said that can be, its every word with [`SECRET`] in it.
async fn talked_about(db: &Db) -> CommentId {
    let store = &db.store;
    some_sources(store).await;
    let author = format!("id-{SECRET}");
    let first = comment_by(&author, "c1", &format!("أول {SECRET}"), at(-60));
    let id = receive(store, &[first], at(0)).await[0].unwrap().id;
    receive(store, &[comment_by(&author, "c1", &format!("ثانٍ {SECRET}"), at(-60))], at(1)).await;
    decided(store, id, &Verdict::Allow, Kind::Question).await;
    clock(store, id, at(0)).await;
    sent(store, id, &format!("جواب {SECRET}"), "r1", at(2)).await;
    let mut brought = reply_of_ours("r1", "c1", at(2));
    brought.text = format!("جواب {SECRET}");
    receive(store, &[brought], at(3)).await;
    queued(store, id, Act::Reply { text: format!("ثانٍ {SECRET}") }, at(3)).await;
    let policy = policy();
    let by = By { staff: "huda", policy: &policy, now: at(4), seen: None, leaves: None, bulk: None };
    let mut tx = store.begin(Step::Act).await.unwrap();
    acts::note(&mut tx, by, id, &format!("ملاحظة {SECRET}")).await.unwrap();
    let opinion = Opinion::read(format!("{{\"probability\": 0.5, \"note\": \"رأي {SECRET}\"}}").as_bytes());
    let asked = Asked { opinion, host: "o.example".to_owned(), at: at(4) };
    opinions::keep(&mut tx, id, 2, &asked).await.unwrap();
    acts::hide(&mut tx, by, id, ClauseId::Spam, &format!("سبب {SECRET}")).await.unwrap();
    tx.commit().await.unwrap();
    id
}

/// Where in the tables [`SECRET`] can be found: in any text or bytes of any table there is, whoever made it.
async fn found_in(db: &Db) -> Vec<String> {
    let tables = match db.store.dialect() {
        Dialect::Sqlite => "select name from sqlite_master where type = 'table' and name not like 'sqlite_%'",
        Dialect::Postgres => {
            "select cast(table_name as text) as name from information_schema.tables
             where table_schema = current_schema() and table_type = 'BASE TABLE'"
        }
    };
    let mut found = Vec::new();
    for table in sqlx::query(tables).fetch_all(&db.pool).await.unwrap() {
        let table: String = table.get("name");
        let (columns, as_text) = match db.store.dialect() {
            Dialect::Sqlite => (format!("select name from pragma_table_info('{table}')"), "cast({} as text)"),
            Dialect::Postgres => (
                format!(
                    "select cast(column_name as text) as name from information_schema.columns
                     where table_schema = current_schema() and table_name = '{table}'
                         and data_type in ('text', 'bytea')"
                ),
                "convert_from({}, 'UTF8')",
            ),
        };
        for column in sqlx::query(AssertSqlSafe(columns)).fetch_all(&db.pool).await.unwrap() {
            let column: String = column.get("name");
            // Bytes that are no text at all (salts, hashes) cannot hold it.
            let is_bytes = ["bytes", "leaf", "root", "head", "salt", "reason_salt", "checksum"]
                .contains(&column.as_str());
            let value = match (db.store.dialect(), is_bytes) {
                (Dialect::Postgres, false) => column.clone(),
                (Dialect::Postgres, true) if column != "bytes" => continue,
                _ => as_text.replace("{}", &format!("\"{column}\"")),
            };
            let query = format!("select count(*) from {table} where {value} like '%{SECRET}%'");
            if db.number(&query).await > 0 {
                found.push(format!("{table}.{column}"));
            }
        }
    }
    found
}

contract! {
    async fn nothing_of_what_was_said_in_or_about_a_comment_is_left_and_the_log_only_grew(db: Db) {
        let id = talked_about(&db).await;
        let before = found_in(&db).await;
        for place in ["revision.text", "comment.author_id", "comment.author_name", "comment.author_key", "action.text", "decision.reason"] {
            assert!(before.contains(&place.to_owned()), "{place} is not in {before:?}");
        }
        let log = db.entries().await;
        ordered(&db.store, id, at(10)).await.unwrap();
        // The order's own reason is a record of ours, and expires as a reason.
        assert_eq!(found_in(&db).await, ["erasure.reason"]);
        let story = comments::story(&db.store, id).await.unwrap().unwrap();
        assert_eq!(story.comment.visibility, Visibility::Erased);
        assert!(story.revisions.iter().all(|revision| revision.text.is_none()) && story.revisions.len() == 2);
        assert_eq!(story.decisions.len(), 2);
        let cancelled = ClockState::Cancelled { at: at(4), reason: CancelReason::Hidden };
        assert_eq!(story.clocks[0].state, cancelled, "what had stopped stays as it stopped");
        let states: Vec<_> = story.actions.iter().map(|one| (one.action.act.word(), one.action.state.word())).collect();
        assert_eq!(states, [("reply", "confirmed"), ("reply", "withdrawn"), ("hide", "queued")]);
        assert_eq!(story.replies[0].visibility, Visibility::Erased);

        let now = db.entries().await;
        assert_eq!(now[..log.len()], log, "an entry changed");
        let told: Vec<&str> = now[log.len()..].iter().map(String::as_str).collect();
        assert!(told[0].contains("\"act\":\"comment.erased\"") && told[0].contains("\"object\":\"comment:1\""), "{told:?}");
        assert!(told[0].contains("\"kind\":\"staff\",\"name\":\"amna\""), "{told:?}");
        assert!(told[0].contains("\"cause\":\"law\"") && told[0].contains("\"reason\":{\"commitment\":"), "{told:?}");
        assert!(told[0].contains("\"reasons\":2,\"replies\":2,\"revisions\":2,\"was\":\"visible\""), "{told:?}");
        assert!(told[1].contains("\"because\":1") && told[1].contains("\"cause\":\"with_comment\""), "{told:?}");
        assert!(told[2].contains("\"act\":\"action.withdrawn\"") && told.len() == 3, "{told:?}");
    }

    async fn what_is_owed_to_an_erased_comment_stops_and_whoever_judges_it_writes_nothing(db: Db) {
        some_sources(&db.store).await;
        let id = stored(&db.store, "c1", "متى؟").await;
        clock(&db.store, id, at(0)).await;
        let mut tx = db.store.begin(Step::Keep).await.unwrap();
        jobs::add(&mut tx, &Lane::Moderate, &[id.to_string()], at(0)).await.unwrap();
        let claims = jobs::claim(&mut tx, &Lane::Moderate, 1, at(1), at(100)).await.unwrap();
        tx.commit().await.unwrap();
        assert!(matches!(erased(&db.store, id, Cause::PlatformTerm, at(2)).await, Outcome::Erased(entries) if entries.len() == 2));
        let clock = comments::story(&db.store, id).await.unwrap().unwrap().clocks.remove(0);
        assert_eq!(clock.state, ClockState::Cancelled { at: at(2), reason: CancelReason::Erased });
        let mut tx = db.store.begin(Step::Judge).await.unwrap();
        let late = jobs::complete(&mut tx, &[claims[0].lease]).await.unwrap_err();
        assert!(matches!(late, StoreError::LeaseLost(_)), "{late}");
        drop(tx);
        assert_eq!(erased(&db.store, id, Cause::Law, at(3)).await, Outcome::Already);
    }

    async fn a_reply_on_its_way_is_looked_for_by_its_words_so_its_comment_waits(db: Db) {
        some_sources(&db.store).await;
        let id = stored(&db.store, "c1", "متى؟").await;
        clock(&db.store, id, at(0)).await;
        let reply = queued(&db.store, id, Act::Reply { text: "غدًا".into() }, at(0)).await[0];
        let mut tx = db.store.begin(Step::Attempt).await.unwrap();
        let started = ActionState::Started { attempt: 1 };
        actions::set_state(&mut tx, reply, &ActionState::Queued, &started).await.unwrap();
        tx.commit().await.unwrap();
        let refused = ordered(&db.store, id, at(1)).await.unwrap_err();
        assert!(matches!(refused, StoreError::Hindered(_, Hindrance::ReplyUnderWay)), "{refused}");
        let kept = comments::story(&db.store, id).await.unwrap().unwrap();
        assert_eq!((kept.comment.text.as_deref(), &kept.clocks[0].state), (Some("متى؟"), &ClockState::Running));
        assert_eq!(erasure::expired(&db.store, &all(1), day(30), 10).await.unwrap().comments, []);
    }

    async fn what_was_erased_stays_erased_when_it_is_read_or_seen_again(db: Db) {
        some_sources(&db.store).await;
        let id = stored(&db.store, "c1", "نص").await;
        erased(&db.store, id, Cause::Deleted, at(1)).await;
        assert_eq!(receive(&db.store, &[comment("c1", "نص جديد")], at(2)).await, [None]);
        let mut tx = db.store.begin(Step::Settle).await.unwrap();
        comments::set_visibility(&mut tx, id, Visibility::Hidden, at(3)).await.unwrap();
        comments::refreshed(&mut tx, &page(), &["c1".to_owned()], day(9)).await.unwrap();
        tx.commit().await.unwrap();
        let kept = comments::get(&db.store, id).await.unwrap().unwrap();
        assert_eq!((kept.author, kept.text, kept.visibility), (None, None, Visibility::Erased));
    }

    async fn the_schema_refuses_an_erased_comment_that_still_says_anything(db: Db) {
        let id = talked_about(&db).await;
        let erase = "update comment set visibility = 'erased', visibility_at = 1, author_id = null, author_name = null,
             author_key = null, fold_key = null, look_at = null where id = 1";
        for emptied in [
            "update revision set text = null, salt = null where comment = 1",
            "update decision set reason = null, reason_salt = null",
            "update action set state = 'withdrawn', withdrawal = 'erased', settled_at = 1 where state = 'queued'",
            "update action set text = null, salt = null, conversation = null",
        ] {
            let refused = db.try_run(erase).await.unwrap_err().to_string();
            assert!(refused.contains("an erased comment holds no words"), "{refused}");
            db.try_run(emptied).await.unwrap();
        }
        assert!(db.try_run(&erase.replace("author_name = null,", "")).await.is_err());
        assert!(db.try_run(&erase.replace(", fold_key = null", ", fold_key = 3")).await.is_err());
        assert_eq!(db.try_run(erase).await.unwrap(), 1);
        for refused in [
            "insert into revision (comment, number, text, salt, marks, seen_at) select 1, 9, 'x', salt, '[]', 0 from revision where salt is not null",
            "insert into decision (comment, revision, verdict, kind, policy, decided_by, reason, reason_salt, decided_at)
                 select 1, 1, 'allow', 'other', 'p', 'staff:h', 'x', salt, 0 from revision where salt is not null",
            "insert into action (comment, act, text, salt, requested_by, requested_at, state)
                 select 1, 'reply', 'x', salt, 'machine', 0, 'queued' from revision where salt is not null",
            "update comment set visibility = 'visible' where id = 1",
        ] {
            let error = db.try_run(refused).await.unwrap_err().to_string();
            assert!(error.contains("an erased comment"), "{refused}: {error}");
        }
        assert_eq!(visibility(&db.store, id).await, Visibility::Erased);
    }

    async fn a_hold_on_the_comment_its_author_or_its_source_beats_every_cause(db: Db) {
        some_sources(&db.store).await;
        for (number, on) in ["comment", "author", "source"].into_iter().enumerate() {
            let (name, other) = (format!("c{number}"), format!("o{number}"));
            let written = [comment_by(&name, &name, "نص", at(0)), comment_by(&name, &other, "آخر", at(0))];
            let ids: Vec<CommentId> =
                receive(&db.store, &written, at(0)).await.into_iter().map(|new| new.unwrap().id).collect();
            let (thing, kept): (_, &[CommentId]) = match on {
                "comment" => (HeldThing::Comment(ids[0]), &ids[..1]),
                "author" => (HeldThing::AuthorOf(ids[0]), &ids),
                _ => (HeldThing::Source(page()), &ids),
            };
            let hold = held(&db.store, thing).await;
            for id in kept {
                for cause in [Cause::Deleted, Cause::PlatformTerm, Cause::Retention] {
                    assert_eq!(erased(&db.store, *id, cause, at(6)).await, Outcome::Held(hold), "{on}");
                }
                let refused = ordered(&db.store, *id, at(6)).await.unwrap_err();
                assert!(matches!(refused, StoreError::Hindered(_, Hindrance::Held)), "{on}: {refused}");
                let expired = erasure::expired(&db.store, &all(1), day(30), 100).await.unwrap().comments;
                assert!(expired.iter().all(|(expired, _)| expired != id), "{on}");
            }
            lifted(&db.store, hold).await.unwrap();
            assert!(matches!(lifted(&db.store, hold).await, Err(StoreError::WrongState { .. })));
            for id in ids {
                assert!(matches!(erased(&db.store, id, Cause::Retention, at(10)).await, Outcome::Erased(_)), "{on}");
            }
        }
    }

    async fn whoever_lifted_a_hold_cannot_order_the_erasure_of_what_was_under_it(db: Db) {
        some_sources(&db.store).await;
        for (number, on) in ["comment", "author", "source"].into_iter().enumerate() {
            let (name, other) = (format!("c{number}"), format!("o{number}"));
            let written = [comment_by(&name, &name, "نص", at(0)), comment_by(&name, &other, "آخر", at(0))];
            let ids: Vec<CommentId> =
                receive(&db.store, &written, at(0)).await.into_iter().map(|new| new.unwrap().id).collect();
            let (thing, was_held): (_, &[CommentId]) = match on {
                "comment" => (HeldThing::Comment(ids[0]), &ids[..1]),
                "author" => (HeldThing::AuthorOf(ids[0]), &ids),
                _ => (HeldThing::Source(page()), &ids),
            };
            // Amna lifts it, and orders.
            let hold = held(&db.store, thing).await;
            lifted(&db.store, hold).await.unwrap();
            for id in was_held {
                let refused = ordered(&db.store, *id, at(20)).await.unwrap_err();
                assert!(matches!(refused, StoreError::Hindered(_, Hindrance::HoldLiftedBySame)), "{on}: {refused}");
                let by = Actor::Staff("omar".to_owned());
                let erasing = Erasing { by, cause: Cause::Law, now: at(20) };
                let mut tx = db.store.begin(Step::Act).await.unwrap();
                let done = erasure::erase(&mut tx, None, *id, &erasing).await.unwrap();
                assert!(matches!(done, Outcome::Erased(_)), "{on}: another person may");
            }
            // What came later was never under it.
            let later = receive(&db.store, &[comment_by(&name, &format!("l{number}"), "بعد", at(30))], at(30)).await;
            ordered(&db.store, later[0].unwrap().id, at(31)).await.unwrap();
        }
    }

    async fn a_hold_is_told_to_the_log_by_commitments_and_forgets_its_author_when_it_is_lifted(db: Db) {
        some_sources(&db.store).await;
        let id = receive(&db.store, &[comment_by(SECRET, "c1", "نص", at(0))], at(0)).await[0].unwrap().id;
        let hold = held(&db.store, HeldThing::AuthorOf(id)).await;
        let salt: Vec<u8> = sqlx::query_scalar("select salt from legal_hold").fetch_one(&db.pool).await.unwrap();
        let salt: [u8; 16] = salt.try_into().unwrap();
        let committed = |what: &str, content: String| {
            format!("\"{what}\":{{\"commitment\":\"{}\"}}", commitment(&salt_of(what, &salt), content.as_bytes()))
        };
        let placed = db.entries().await.pop().unwrap();
        assert!(placed.contains("\"act\":\"hold.placed\"") && placed.contains("\"object\":\"hold:1\""), "{placed}");
        assert!(placed.contains(&committed("author", format!("id:{SECRET}"))), "{placed}");
        assert!(placed.contains(&committed("reason", format!("قضية {SECRET}"))), "{placed}");
        assert!(found_in(&db).await.contains(&"legal_hold.author_key".to_owned()));
        lifted(&db.store, hold).await.unwrap();
        assert!(db.entries().await.pop().unwrap().contains("\"act\":\"hold.lifted\""));
        assert!(!found_in(&db).await.contains(&"legal_hold.author_key".to_owned()));
        let known = holds::list(&db.store, 10).await.unwrap().remove(0);
        assert_eq!((known.on, known.lifted), (HeldThing::AuthorOf(id), Some(("amna".to_owned(), at(9)))));
        for refused in [
            "update legal_hold set lifted_at = 77",
            "update legal_hold set author_key = 'id:x'",
            "delete from legal_hold",
            "insert into legal_hold (held, comment, reason, salt, placed_by, placed_at, author_key) select 'comment', 1, 'x', salt, 'staff:a', 0, 'k' from legal_hold",
        ] {
            assert!(db.try_run(refused).await.is_err(), "{refused}");
        }
    }

    async fn what_cannot_be_held_is_refused_in_words(db: Db) {
        some_sources(&db.store).await;
        let nameless = majlis::domain::comment::Incoming { author: None, ..comment("c1", "نص") };
        let id = receive(&db.store, &[nameless], at(0)).await[0].unwrap().id;
        let place = async |on| {
            let mut tx = db.store.begin(Step::Act).await.unwrap();
            holds::place(&mut tx, "amna", &on, "سبب", at(1)).await.unwrap_err().to_string()
        };
        let author = place(HeldThing::AuthorOf(id)).await;
        assert!(author.contains("whom the platform did not name"), "{author}");
        let source = place(HeldThing::Source(SourceId("nowhere".to_owned()))).await;
        assert!(source.contains("never registered"), "{source}");
        assert!(place(HeldThing::Comment(CommentId(99))).await.contains("there is no comment 99"));
        let ours = receive(&db.store, &[reply_of_ours("r1", "c1", at(1))], at(1)).await[0].unwrap().id;
        assert!(place(HeldThing::Comment(ours)).await.contains("held with the comment that it answers"));
        assert!(place(HeldThing::AuthorOf(ours)).await.contains("held with the comment that it answers"));
        erased(&db.store, id, Cause::Deleted, at(2)).await;
        assert!(place(HeldThing::Comment(id)).await.contains("erased, so it cannot be held"));
    }

    async fn each_class_expires_by_its_own_days_and_nothing_that_is_still_owed_an_answer(db: Db) {
        some_sources(&db.store).await;
        let store = &db.store;
        let waits = stored(store, "c1", "متى؟").await;
        clock(store, waits, at(0)).await;
        let old = stored(store, "c2", "نص").await;
        let reply = sent(store, old, "شكرًا", "r1", at(5)).await;
        let ours = receive(store, &[reply_of_ours("r1", "c2", at(5))], at(6)).await[0].unwrap().id;
        let young = receive(store, &[comment("c3", "جديد")], day(5)).await[0].unwrap().id;
        decided_by_huda(store, young, day(5)).await;
        let gone = receive(store, &[comment("c4", "محذوف")], day(9)).await[0].unwrap().id;
        let mut tx = store.begin(Step::Settle).await.unwrap();
        comments::set_visibility(&mut tx, gone, Visibility::Deleted, day(9)).await.unwrap();
        tx.commit().await.unwrap();

        let kept = Retention::default();
        let at_ten = async |kept: Retention| erasure::expired(store, &kept, day(10), 100).await.unwrap();
        assert_eq!(at_ten(kept).await.comments, [], "it may come back while it is looked at");
        let mut tx = store.begin(Step::Keep).await.unwrap();
        comments::plan_look(&mut tx, &[(gone, None)]).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(at_ten(kept).await.comments, [(gone, Cause::Deleted)]);
        let longer = Retention { gone: NonZeroU32::new(25).unwrap(), ..kept };
        assert_eq!(at_ten(longer).await.comments, [], "its grace is not over");
        let comments_alone = at_ten(Retention { comments: NonZeroU32::new(6), ..kept }).await;
        assert_eq!(comments_alone.comments, [(gone, Cause::Deleted), (old, Cause::Retention)]);
        let replies = at_ten(Retention { replies: NonZeroU32::new(6), ..kept }).await;
        assert_eq!((replies.comments, replies.replies), (vec![(gone, Cause::Deleted), (ours, Cause::Retention)], vec![reply]));
        let reasons = at_ten(Retention { reasons: NonZeroU32::new(4), ..kept }).await;
        assert_eq!(reasons.reasons.len(), 1);
        assert!(at_ten(Retention { reasons: NonZeroU32::new(6), ..kept }).await.reasons.is_empty());

        let erasing = Erasing { by: Actor::Machine("retain"), cause: Cause::Retention, now: day(10) };
        // Found, and held before it is erased.
        let hold = held(store, HeldThing::Source(page())).await;
        let mut tx = store.begin(Step::Keep).await.unwrap();
        assert!(erasure::erase_replies(&mut tx, &[reply], &erasing).await.unwrap().is_empty(), "it is held");
        assert!(erasure::erase_reasons(&mut tx, &reasons.reasons, &erasing).await.unwrap().is_empty(), "it is held");
        tx.commit().await.unwrap();
        lifted(store, hold).await.unwrap();
        let mut tx = store.begin(Step::Keep).await.unwrap();
        assert_eq!(erasure::erase_replies(&mut tx, &[reply], &erasing).await.unwrap().len(), 1);
        assert!(erasure::erase_replies(&mut tx, &[reply], &erasing).await.unwrap().is_empty());
        assert_eq!(erasure::erase_reasons(&mut tx, &reasons.reasons, &erasing).await.unwrap().len(), 1);
        tx.commit().await.unwrap();
        assert_eq!(db.number("select count(*) from action where text is not null").await, 0);
        assert_eq!(db.number("select count(*) from decision where reason is not null").await, 0);
    }

    async fn a_comment_of_youtube_that_no_page_showed_for_thirty_days_has_expired(db: Db) {
        some_sources(&db.store).await;
        let channel = SourceId("channel".to_owned());
        let page = [comment("y1", "نص"), comment("y2", "آخر")];
        let ids: Vec<CommentId> = receive_from(&db.store, "channel", &page, at(0))
            .await
            .into_iter()
            .map(|new| new.unwrap().id)
            .collect();
        stored(&db.store, "f1", "على فيسبوك").await;
        let mut tx = db.store.begin(Step::Read).await.unwrap();
        comments::refreshed(&mut tx, &channel, &["y2".to_owned()], day(20)).await.unwrap();
        tx.commit().await.unwrap();
        let expired = async |now| erasure::expired(&db.store, &Retention::default(), now, 10).await.unwrap().comments;
        assert_eq!(expired(day(30)).await, []);
        let past = day(30) + SignedDuration::from_secs(1);
        assert_eq!(expired(past).await, [(ids[0], Cause::PlatformTerm)]);
        assert_eq!(expired(day(51)).await.len(), 2);
    }

    async fn a_reply_that_a_page_brings_after_its_comment_was_erased_goes_too(db: Db) {
        some_sources(&db.store).await;
        let id = stored(&db.store, "c1", "نص").await;
        let (answered, other) = (stored(&db.store, "c2", "سؤال").await, "r2");
        sent(&db.store, answered, "جواب", other, at(1)).await;
        erased(&db.store, id, Cause::Law, at(2)).await;
        let brought = [reply_of_ours("r1", "c1", at(1)), reply_of_ours(other, "c1", at(1))];
        let ours = receive(&db.store, &brought, at(3)).await[0].unwrap().id;
        let expired = erasure::expired(&db.store, &Retention::default(), at(4), 10).await.unwrap();
        assert_eq!(expired.comments, [(ours, Cause::WithComment)], "the other answers somebody else");
    }

    async fn the_reasons_of_orders_and_lifted_holds_expire_as_reasons_do(db: Db) {
        some_sources(&db.store).await;
        let (id, other) = (stored(&db.store, "c1", "نص").await, stored(&db.store, "c2", "آخر").await);
        ordered(&db.store, id, at(0)).await.unwrap();
        let hold = held(&db.store, HeldThing::Comment(other)).await;
        let erasing = Erasing { by: Actor::Machine("retain"), cause: Cause::Retention, now: day(9) };
        let expire = async || {
            let mut tx = db.store.begin(Step::Keep).await.unwrap();
            let entries = erasure::erase_orders(&mut tx, day(9), &erasing, 10).await.unwrap();
            tx.commit().await.unwrap();
            entries.into_iter().map(|entry| entry.object).collect::<Vec<_>>()
        };
        assert_eq!(expire().await, ["comment:1"], "a hold in force keeps its reason");
        lifted(&db.store, hold).await.unwrap();
        assert_eq!(expire().await, ["hold:1"]);
        assert_eq!(found_in(&db).await, Vec::<String>::new());
        let known = holds::list(&db.store, 10).await.unwrap().remove(0);
        assert_eq!((known.reason, known.lift_reason), (None, None));
    }
}

contract! {
    async fn notes_about_topics_go_with_their_salts_when_the_time_of_reasons_is_over(db: Db) {
        let topic = "fees".parse().unwrap();
        for (day_of, text) in [(1, "the fee was waived for Huda"), (5, "the page tells the fee")] {
            let mut tx = db.store.begin(Step::Act).await.unwrap();
            topics::note(&mut tx, "amna", ("2026-11", &topic), text, day(day_of)).await.unwrap();
            tx.commit().await.unwrap();
        }
        assert!(db.try_run("update topic_note set text = 'another'").await.is_err());
        assert!(db.try_run("update topic_note set topic = 'another'").await.is_err());
        let erasing = Erasing { by: Actor::Machine("retain"), cause: Cause::Retention, now: day(9) };
        let expire = async |since| {
            let mut tx = db.store.begin(Step::Keep).await.unwrap();
            let entries = erasure::erase_orders(&mut tx, since, &erasing, 10).await.unwrap();
            tx.commit().await.unwrap();
            entries.into_iter().map(|entry| (entry.act, entry.object)).collect::<Vec<_>>()
        };
        let erased = [("reason.erased", "topic:fees".to_owned())];
        assert_eq!(expire(day(5)).await, erased);
        assert_eq!(db.texts("select text from topic_note where text is not null").await, ["the page tells the fee"]);
        assert_eq!(topics::notes(&db.store, "2026-11").await.unwrap()["fees"].text, "the page tells the fee");
        assert_eq!(expire(day(9)).await, erased);
        assert_eq!(expire(day(9)).await, []);
        assert_eq!(db.number("select count(*) from topic_note where salt is not null").await, 0);
        assert!(topics::notes(&db.store, "2026-11").await.unwrap().is_empty());
    }
}

contract! {
    async fn deliveries_that_nobody_could_read_are_forgotten_but_for_those_of_a_source_on_a_hold(db: Db) {
        some_sources(&db.store).await;
        let (page, other) = (page(), SourceId("channel".to_owned()));
        for (source, day_of) in [(&page, 1), (&page, 2), (&page, 5), (&other, 1)] {
            let mut tx = db.store.begin(Step::Keep).await.unwrap();
            deliveries::keep(&mut tx, source, SECRET.as_bytes(), day(day_of)).await.unwrap();
            tx.commit().await.unwrap();
        }
        let hold = held(&db.store, HeldThing::Source(other)).await;
        let erasing = Erasing { by: Actor::Machine("retain"), cause: Cause::Retention, now: day(9) };
        let forget = async || {
            let mut tx = db.store.begin(Step::Keep).await.unwrap();
            let entries = erasure::forget_deliveries(&mut tx, day(5), &erasing, 10).await.unwrap();
            tx.commit().await.unwrap();
            entries.into_iter().map(|entry| (entry.object, entry.fields["count"].clone())).collect::<Vec<_>>()
        };
        assert_eq!(forget().await, [("source:page".to_owned(), Field::Int(2))]);
        assert_eq!(db.number("select count(*) from delivery").await, 2);
        lifted(&db.store, hold).await.unwrap();
        assert_eq!(forget().await, [("source:channel".to_owned(), Field::Int(1))]);
        assert_eq!(forget().await, []);
    }

    async fn lists_of_a_search_that_were_kept_long_ago_are_forgotten_and_others_stay(db: Db) {
        let mut tx = db.store.begin(Step::Act).await.unwrap();
        staff::add(&mut tx, "huda", Role::Staff, at(0)).await.unwrap();
        let lists = [("a", "q=Salem", 1), ("b", "state=all&q=Salem", 1), ("c", "state=all", 1), ("d", "q=Salem", 5)];
        for (name, query, day_of) in lists {
            let view = View { name: name.to_owned(), query: query.to_owned() };
            assert!(views::keep(&mut tx, 1, &view, day(day_of)).await.unwrap());
        }
        let erasing = Erasing { by: Actor::Machine("retain"), cause: Cause::Retention, now: day(9) };
        let entries = erasure::forget_searches(&mut tx, day(5), &erasing, 10).await.unwrap();
        tx.commit().await.unwrap();
        let told: Vec<_> = entries.iter().map(|entry| (entry.act, &*entry.object, &entry.fields["count"])).collect();
        assert_eq!(told, [("view.forgotten", "staff:huda", &Field::Int(2))]);
        let left = views::of(&db.store, 1).await.unwrap();
        assert_eq!(left.iter().map(|view| &*view.name).collect::<Vec<_>>(), ["c", "d"]);
    }
}

/// Everything is kept for so many days.
fn all(days: u32) -> Retention {
    let days = NonZeroU32::new(days);
    Retention { comments: days, replies: days, reasons: days, ..Retention::default() }
}

async fn decided_by_huda(store: &Store, comment: CommentId, now: Timestamp) {
    let policy = policy();
    let by = By { staff: "huda", policy: &policy, now, seen: None, leaves: None, bulk: None };
    let mut tx = store.begin(Step::Act).await.unwrap();
    acts::hide(&mut tx, by, comment, ClauseId::Spam, "سبب").await.unwrap();
    tx.commit().await.unwrap();
}

/// SQLite forgets what is deleted and does not overwrite it, unless it is told to; and its journal keeps what was there.
#[tokio::test]
async fn nothing_of_an_erased_comment_is_left_in_the_bytes_of_sqlites_files() {
    let db = Db::sqlite().await;
    let id = talked_about(&db).await;
    // Others around it, so that its pages are split, and a text so long that it has pages of its own.
    let others: Vec<_> = (0..300).map(|number| comment(&format!("x{number}"), &"حشو ".repeat(40))).collect();
    receive(&db.store, &others, at(5)).await;
    let long = receive(&db.store, &[comment("long", &format!("{SECRET} ").repeat(2_000))], at(5)).await[0]
        .unwrap()
        .id;
    while comments::index_words(&db.store, 100).await.unwrap() > 0 {}
    assert!(db.number("select count(*) from search_word where word = 'مكتوم'").await > 1);
    let path = db.url.strip_prefix("sqlite:").unwrap();
    let in_files = || {
        let files = [path.to_owned(), format!("{path}-wal")];
        let count = |file: &String| {
            let bytes = std::fs::read(file).unwrap_or_default();
            // Also as a word that it is found by.
            bytes.windows(WORD.len()).filter(|window| *window == WORD.as_bytes()).count()
        };
        files.iter().map(count).sum::<usize>()
    };
    assert!(in_files() > 2_000);
    for id in [id, long] {
        ordered(&db.store, id, at(10)).await.unwrap();
    }
    let erasing = Erasing { by: Actor::Machine("retain"), cause: Cause::Retention, now: day(9) };
    let mut tx = db.store.begin(Step::Keep).await.unwrap();
    erasure::erase_orders(&mut tx, day(9), &erasing, 10).await.unwrap();
    tx.commit().await.unwrap();
    assert!(in_files() > 0, "the journal still has it, or this test looks in the wrong place");
    assert!(db.store.scrub().await);
    assert_eq!(in_files(), 0);
}
