//! Grave words stand behind a button wherever they stand again: around other comments, among former texts, in the auditor's story.

use jiff::SignedDuration;
use majlis::domain::audit::{Actor, AuditEvent};
use majlis::domain::comment::{Author, CommentId, Incoming, SourceId, Written};
use majlis::domain::judge::{Finding, Kind, ReviewReason, Verdict};
use majlis::domain::policy::ClauseId;
use majlis::domain::staff::Role;
use majlis::store::comments::{NewRevision, receive};
use majlis::store::decisions::{self, DecidedBy, NewDecision};
use majlis::store::{Step, Tx, audit};

use super::{House, opening, policy};

const INSULT: &str = "غبي";

/// What one author wrote, so many seconds before the opening.
fn written(id: &str, text: &str, before: i64, parent: Option<&str>) -> Incoming {
    let written = Written {
        parent_id: parent.map(str::to_owned),
        author: Some(Author { id: Some("9".into()), name: None }),
        created_at: Some(opening() - SignedDuration::from_secs(before)),
        ..Written::default()
    };
    Incoming::new(id.into(), text, opening(), written)
}

async fn stored(tx: &mut Tx, incoming: &Incoming) -> CommentId {
    let revision = NewRevision { incoming, fold_key: Some(7), salt: [7; 16] };
    let stored = receive(tx, &SourceId("page".into()), &[revision], opening()).await.unwrap();
    stored[0].unwrap().id
}

async fn judged(tx: &mut Tx, comment: CommentId, revision: i64, verdict: &Verdict) {
    let rules = policy();
    let decision = NewDecision {
        comment,
        revision,
        verdict,
        kind: Kind::Other,
        policy: rules.version(),
        decided_by: &DecidedBy::Machine,
        reason: None,
    };
    decisions::record(tx, &[decision], opening()).await.unwrap();
}

fn insulting() -> Verdict {
    let excerpt = 0..INSULT.len();
    Verdict::Review(ReviewReason::Doubtful(Finding {
        clause: ClauseId::Indecent,
        rule: "phrase:ar".into(),
        excerpt,
    }))
}

#[tokio::test]
async fn grave_words_are_veiled_wherever_they_stand_again() {
    let house = House::open().await;
    let cookie = house.sign_in(Role::Auditor).await;
    let veils = async |path: String| {
        house.get_page(&path, &cookie).await.body.matches(r#"<details class="veil">"#).count()
    };
    let mut tx = house.store.begin(Step::Keep).await.unwrap();
    let first = stored(&mut tx, &written("e", INSULT, 2, None)).await;
    let answer = stored(&mut tx, &written("f", INSULT, 1, Some("e"))).await;
    for comment in [first, answer] {
        judged(&mut tx, comment, 1, &insulting()).await;
    }
    tx.commit().await.unwrap();
    assert_eq!(veils(format!("/comments/{first}")).await, 2, "its own text, and the answer below");
    assert_eq!(
        veils(format!("/comments/{answer}")).await,
        3,
        "its own, the one above, and the author's earlier"
    );

    let entry = |act| {
        AuditEvent::new(opening(), Actor::Machine("poll"), act, format!("comment:{first}")).int("revision", 1)
    };
    let received = entry("comment.received").word("created_at", opening().to_string());
    audit::record(&house.store, received).await.unwrap();
    audit::record(&house.store, entry("comment.judged").word("verdict", "review")).await.unwrap();
    assert_eq!(
        veils(format!("/audit/comments/{first}")).await,
        2,
        "what the public saw, and the matched words"
    );

    let mut tx = house.store.begin(Step::Keep).await.unwrap();
    assert_eq!(stored(&mut tx, &written("e", "عفوا", 2, None)).await, first);
    judged(&mut tx, first, 2, &Verdict::Allow).await;
    tx.commit().await.unwrap();
    assert_eq!(veils(format!("/comments/{first}")).await, 2, "its former text, and the answer below");
    assert_eq!(veils(format!("/comments/{answer}")).await, 1, "its own alone");
    assert_eq!(veils(format!("/audit/comments/{first}")).await, 2, "what was lawful later was not then");
}
