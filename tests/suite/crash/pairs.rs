//! Acts and their entries, counted against each other: whenever the daemon dies, neither is there without the other.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::store::Db;

/// How often something was done, as the tables tell, and the acts that tell of it in the log.
const PAIRS: &[(&str, &[&str])] = &[
    ("select count(*) from comment", &["comment.received"]),
    ("select count(*) from revision where number > 1", &["comment.revised"]),
    ("select count(*) from decision", &["comment.judged"]),
    ("select count(*) from action where state <> 'awaiting_approval'", &["action.queued"]),
    ("select count(*) from action where state = 'awaiting_approval'", &["reply.proposed"]),
    ("select count(*) from bulk", &["bulk.begun"]),
    ("select cast(coalesce(sum(attempt), 0) as bigint) from action", &["action.started"]),
    ("select count(*) from action where state = 'confirmed'", &["action.confirmed"]),
    ("select count(*) from action where state = 'refused'", &["action.refused"]),
    ("select count(*) from action where state = 'withdrawn'", &["action.withdrawn"]),
    ("select count(*) from reply_clock", &["clock.opened"]),
    ("select count(*) from reply_clock where state = 'answered'", &["clock.answered"]),
    ("select count(*) from reply_clock where state = 'cancelled'", &["clock.cancelled"]),
    ("select count(*) from holding", &["comment.assigned"]),
    ("select count(*) from note", &["comment.noted", "comment.no_reply_needed"]),
    ("select count(*) from comment where visibility = 'erased'", &["comment.erased"]),
    ("select count(*) from token", &["token.begun"]),
    ("select count(*) from adoption", &["policy.adopted", "calendar.adopted"]),
    ("select count(*) from staff", &["staff.added"]),
];

/// Looks at both in one place of the log's life: nobody may be writing.
pub(super) async fn assert_paired(db: &Db, when: &str) {
    let mut logged: BTreeMap<String, i64> = BTreeMap::new();
    for entry in db.entries().await {
        let entry: Value = serde_json::from_str(&entry).unwrap();
        *logged.entry(entry["act"].as_str().unwrap().to_owned()).or_default() += 1;
    }
    for (done, acts) in PAIRS {
        let told: i64 = acts.iter().map(|act| logged.get(*act).copied().unwrap_or_default()).sum();
        assert_eq!(db.number(done).await, told, "{acts:?} against `{done}` {when}; the log has {logged:?}");
    }
}
