//! Rows that no code of ours writes, refused by the schema itself.

use majlis::domain::action::Act;
use majlis::domain::judge::{Kind, Verdict};
use majlis::domain::policy::ClauseId;
use majlis::store::Dialect;
use majlis::store::decisions::DecidedBy;

use super::given::{clock, decided, decided_by, hide, queued, some_sources, stored};
use super::{at, contract};

/// A decision's columns after its comment and revision.
fn decision(values: &str) -> String {
    format!(
        "insert into decision (comment, revision, verdict, clause, rule, excerpt_from, excerpt_to, check_failed, kind, policy,
             decided_by, decided_at)
         values (1, {values})"
    )
}

contract! {
    async fn impossible_comments_and_revisions_are_refused(db: Db) {
        some_sources(&db.store).await;
        stored(&db.store, "c1", "نص").await;
        let refused = [
            "update comment set visibility = 'shadowed', visibility_at = 1",
            "update comment set visibility = 'hidden', visibility_at = null",
            "update comment set visibility = 'erased', visibility_at = 1",
            "update comment set written_by = 'nobody'",
            "update comment set revision = 0",
            "update comment set starts_at = first_seen_at + 1",
            "update comment set platform = 'x'",
            "update comment set source = 'nowhere'",
            "update comment set platform_id = ''",
            "update revision set text = null",
            "update revision set number = 0",
            "insert into revision (comment, number, text, salt, marks, seen_at) select 999, 1, text, salt, '[]', 0 from revision",
            "insert into revision (comment, number, text, salt, marks, seen_at) select comment, 1, text, salt, '[]', 0 from revision",
            "delete from comment",
            "delete from revision",
        ];
        for statement in refused {
            assert!(db.try_run(statement).await.is_err(), "{statement}");
        }
        assert_eq!(db.try_run("update revision set text = null, salt = null").await.unwrap(), 1);
    }

    async fn impossible_decisions_are_refused(db: Db) {
        some_sources(&db.store).await;
        let id = stored(&db.store, "c1", "نص").await;
        assert_eq!(id.0, 1);
        let refused = [
            "1, 'hide', null, null, null, null, null, 'other', 'p', 'machine', 0",
            "1, 'hide', 'spam', null, 0, 1, null, 'other', 'p', 'machine', 0",
            "1, 'hide', 'spam', 'r', 2, 1, null, 'other', 'p', 'machine', 0",
            "1, 'hide', 'defamatory', 'r', 0, 1, null, 'other', 'p', 'machine', 0",
            "1, 'hide', 'boredom', 'r', 0, 1, null, 'other', 'p', 'machine', 0",
            "1, 'allow', 'spam', 'r', 0, 1, null, 'other', 'p', 'machine', 0",
            "1, 'review', null, null, null, null, null, 'other', 'p', 'machine', 0",
            "1, 'review', 'spam', 'r', 0, 1, 'and failed', 'other', 'p', 'machine', 0",
            "1, 'delete', null, null, null, null, null, 'other', 'p', 'machine', 0",
            "1, 'allow', null, null, null, null, null, 'rant', 'p', 'machine', 0",
            "1, 'allow', null, null, null, null, null, 'other', null, 'machine', 0",
            "1, 'allow', null, null, null, null, null, 'other', 'p', 'somebody', 0",
            "1, 'allow', null, null, null, null, null, 'other', 'p', 'staff:', 0",
            "2, 'allow', null, null, null, null, null, 'other', 'p', 'machine', 0",
        ];
        for values in refused {
            assert!(db.try_run(&decision(values)).await.is_err(), "{values}");
        }
        let by_staff = "1, 'hide', 'defamatory', 'staff', 0, 0, null, 'other', 'p', 'staff:huda', 0";
        db.try_run(&decision(by_staff)).await.unwrap();
    }

    async fn a_decision_is_never_changed_but_its_reason_can_be_erased(db: Db) {
        some_sources(&db.store).await;
        let id = stored(&db.store, "c1", "نص").await;
        decided(&db.store, id, &hide(ClauseId::Spam), Kind::Other).await;
        for statement in [
            "update decision set verdict = 'allow'",
            "update decision set policy = 'other'",
            "update decision set decided_by = 'staff:huda'",
            "delete from decision",
        ] {
            let error = db.try_run(statement).await.unwrap_err().to_string();
            assert!(error.contains("a decision is never"), "{statement}: {error}");
        }
        assert_eq!(db.try_run("update decision set reason = null, reason_salt = null").await.unwrap(), 1);
        assert!(db.try_run("update decision set reason = 'because'").await.is_err());
    }

    async fn what_was_recorded_is_neither_replaced_nor_reworded(db: Db) {
        some_sources(&db.store).await;
        let id = stored(&db.store, "c1", "نص").await;
        decided_by(&db.store, id, 1, &hide(ClauseId::Spam), Kind::Other, &DecidedBy::Staff("huda".into()), Some("سبب")).await;
        queued(&db.store, id, Act::Reply { text: "نعم".into() }, at(0)).await;
        for statement in [
            "insert into checkpoint (size, root, note, at) select 1, leaf, 'signed', 0 from audit_entry",
            "insert into document (kind, hash, text) values ('policy', 'h', 'rules')",
            "insert into proposal (kind, hash, proposed_by, proposed_at) values ('policy', 'h', 'shipped', 0)",
            "insert into adoption (kind, hash, proposed_by, adopted_by, adopted_at) values ('policy', 'h', 'shipped', 'machine', 0)",
        ] {
            db.try_run(statement).await.unwrap();
        }
        for (table, key, column) in [
            ("audit_entry", "seq", "at"),
            ("checkpoint", "size", "note"),
            ("revision", "comment, number", "text"),
            ("decision", "id", "verdict"),
            ("action", "id", "act"),
            ("adoption", "id", "adopted_by"),
        ] {
            let statement = match db.store.dialect() {
                Dialect::Sqlite => format!("insert or replace into {table} select * from {table}"),
                Dialect::Postgres => format!(
                    "insert into {table} select * from {table} on conflict ({key}) do update set {column} = excluded.{column}"
                ),
            };
            let error = db.try_run(&statement).await.unwrap_err().to_string();
            assert!(error.contains("never"), "{statement}: {error}");
        }
        for statement in [
            "update revision set text = 'other words'",
            "update decision set reason = 'another reason'",
            "update action set text = 'another answer'",
        ] {
            let error = db.try_run(statement).await.unwrap_err().to_string();
            assert!(error.contains("never"), "{statement}: {error}");
        }
    }

    async fn impossible_actions_are_refused(db: Db) {
        some_sources(&db.store).await;
        let id = stored(&db.store, "c1", "نص").await;
        queued(&db.store, id, Act::Hide, at(0)).await;
        for statement in [
            "update action set state = 'confirmed', attempt = 1, receipt = 'r'",
            "update action set state = 'confirmed', attempt = 1, settled_at = 1",
            "update action set state = 'refused', attempt = 1, settled_at = 1",
            "update action set state = 'refused', attempt = 1, settled_at = 1, refusal = 'bored'",
            "update action set state = 'started'",
            "update action set state = 'withdrawn'",
            "update action set state = 'withdrawn', settled_at = 1",
            "update action set state = 'withdrawn', settled_at = 1, withdrawal = 'bored'",
            "update action set withdrawal = 'overtaken'",
            "update action set attempt = 1",
            "update action set text = 'words', salt = null",
            "update action set act = 'reply'",
            "update action set act = 'delete'",
            "insert into action (comment, act, requested_by, requested_at, state) values (1, 'hide', 'machine', 0, 'queued')",
            "insert into action (comment, act, requested_by, requested_at, state) values (9, 'unhide', 'machine', 0, 'queued')",
            "update action set state = 'withdrawn', withdrawal = 'overtaken', attempt = 1, settled_at = 1",
            "insert into action (comment, act, requested_by, requested_at, state, withdrawal, settled_at) values (1, 'acknowledge', 'machine', 0, 'withdrawn', 'overtaken', 1)",
            "insert into action (comment, act, requested_by, requested_at, state, withdrawal, settled_at, expires_at) values (1, 'acknowledge', 'staff:huda', 0, 'withdrawn', 'overtaken', 1, 9)",
            "insert into action (comment, act, requested_by, requested_at, state, withdrawal, settled_at, expires_at) values (1, 'unhide', 'machine', 0, 'withdrawn', 'overtaken', 1, 9)",
            "delete from action",
        ] {
            assert!(db.try_run(statement).await.is_err(), "{statement}");
        }
        db.try_run("update action set state = 'confirmed', attempt = 1, receipt = 'r', settled_at = 1").await.unwrap();
    }

    async fn impossible_clocks_are_refused(db: Db) {
        some_sources(&db.store).await;
        let id = stored(&db.store, "c1", "نص").await;
        clock(&db.store, id, at(0)).await;
        for statement in [
            "update reply_clock set state = 'answered', settled_at = 1",
            "update reply_clock set state = 'answered', answered_by_seen = 'r'",
            "update reply_clock set state = 'answered', settled_at = 1, answered_by_action = 404",
            "update reply_clock set state = 'cancelled', settled_at = 1",
            "update reply_clock set state = 'cancelled', settled_at = 1, cancel_reason = 'bored'",
            "update reply_clock set settled_at = 1",
            "update reply_clock set kind = 'praise'",
            "update reply_clock set due_soon_at = due_at + 1",
            "update reply_clock set due_at = null, due_soon_at = null",
            "update reply_clock set remaining_s = 5",
            "update reply_clock set state = 'paused'",
            "update reply_clock set state = 'running', due_at = null, due_soon_at = null, remaining_s = 5",
            "update reply_clock set state = 'solved', settled_at = 1, solved_by = 'staff:amal'",
            "update reply_clock set clock = 'lunch'",
            "update reply_clock set priority = 'whenever'",
            "update reply_clock set language = 'klingon'",
            "update reply_clock set team = ''",
            "update reply_clock set received_at = started_at - 1",
            "update reply_clock set generation = 0",
            "update reply_clock set breach_withdrawn_at = 5",
            "update reply_clock set breached_at = 5",
            "update clock_point set at = 5",
            "update clock_point set at = 0, point = '75%'",
            "update clock_point set at = null, point = '75%'",
            "insert into clock_point (clock, due_at, at) values (404, 0, 0)",
            "insert into reply_clock (comment, thread, clock, kind, priority, language, opened_at, received_at, started_at,
                     due_soon_at, due_at, calendar, basis, state)
                 select comment, thread, clock, kind, priority, language, opened_at, received_at, started_at,
                     due_soon_at, due_at, calendar, basis, state from reply_clock",
            "insert into clock_pause (clock, from_at, reason, actor) select id, 0, 'lunch', 'machine' from reply_clock",
            "insert into clock_pause (clock, from_at, until_at, reason, actor)
                 select id, 9, 8, 'merged', 'machine' from reply_clock",
            "insert into clock_pause (clock, from_at, reason, actor) values (404, 0, 'merged', 'machine')",
            "insert into clock_alert (clock, generation, point, at, outcome) select id, 1, '75%', 0, 'lost' from reply_clock",
            "insert into holding (comment, from_at, holder, set_by) values (1, 0, 'nobody', 'machine')",
        ] {
            assert!(db.try_run(statement).await.is_err(), "{statement}");
        }
    }

    async fn impossible_jobs_sources_tokens_and_staff_are_refused(db: Db) {
        some_sources(&db.store).await;
        stored(&db.store, "c1", "نص").await;
        for statement in [
            "insert into job (lane, key, due_at, ready_at) values ('lunch', '', 0, 0)",
            "insert into job (lane, key, due_at, ready_at) values ('poll/', '', 0, 0)",
            "insert into job (lane, key, due_at, ready_at) values ('seal', '', 5, 0)",
            "insert into source (id, platform, registered_at, health_since) values ('a', 'myspace', 0, 0)",
            "update source set health = 'tired'",
            "update source set rounds = -1",
            "insert into token (source, obtained_at, seed) values ('page', 0, 's')",
            "insert into token (source, access, obtained_at, seed) values ('nowhere', 'a', 0, 's')",
            "insert into staff (name, role, added_at) values ('', 'staff', 0)",
            "insert into staff (name, role, added_at) values ('a', 'king', 0)",
            "insert into staff (name, role, added_at, token_hash, token_set_at) values ('a', 'staff', 0, 'short', 0)",
            "insert into audit_head (id, head) select 2, salt from revision",
            "insert into proposal (kind, hash, proposed_by, proposed_at) values ('policy', 'nowhere', 'staff:a', 0)",
        ] {
            assert!(db.try_run(statement).await.is_err(), "{statement}");
        }
    }

    async fn a_verdict_on_a_revision_that_does_not_exist_is_refused(db: Db) {
        some_sources(&db.store).await;
        let id = stored(&db.store, "c1", "نص").await;
        let recorded = tokio::spawn({
            let store = db.store.clone();
            async move {
                let by = DecidedBy::Machine;
                decided_by(&store, id, 7, &Verdict::Allow, Kind::Other, &by, None).await;
            }
        });
        assert!(recorded.await.is_err());
        assert_eq!(db.number("select count(*) from decision").await, 0);
    }
}
