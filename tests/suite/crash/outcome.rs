//! What a play came to, in terms that two plays have in common: places in the corpus, never our numbers.

use std::collections::{BTreeMap, HashSet};

use majlis::domain::comment::Visibility;
use majlis::domain::judge::Kind;
use majlis::domain::policy::ClauseId;
use majlis::domain::reply::ClockState;
use majlis::sandbox::LedgerReply;
use majlis::store::comments::{Story, story};
use majlis::store::decisions::DecidedBy;
use serde_json::{Value, json};

use super::sight::Sight;
use super::town::THANKS;
use crate::store::Db;

/// All comments of the public, in the order of the corpus, and what the audit log counts.
#[derive(Debug)]
pub(super) struct Outcome {
    fates: Vec<Fate>,
    counted: BTreeMap<String, usize>,
    /// How many were told when the office opens. Who of those that ask in one conversation depends on what was read first.
    acknowledged: usize,
}

/// What became of one comment.
#[derive(Debug, PartialEq, Eq)]
struct Fate {
    /// Each text that it had, with the decision that ruled last.
    revisions: Vec<(Option<String>, Option<Ruling>)>,
    visibility: Visibility,
    /// `running` or `answered`; whether a clock was never opened or cancelled again depends on what was read first.
    clock: Option<&'static str>,
    /// On the stand-in.
    hidden: bool,
    /// What staff wrote, on the stand-in, directly under it.
    replies: Vec<String>,
}

type Ruling = (&'static str, Option<ClauseId>, Kind, DecidedBy);

impl Outcome {
    /// What `sight` shows, `verified` being the answer of `majlis audit verify`.
    pub(super) async fn of(sight: &Sight, verified: &Value) -> Outcome {
        let entries = sight.db.entries().await;
        assert_eq!((&verified["verified"], &verified["entries"]), (&json!(true), &json!(entries.len())));
        assert!(verified["sealed"].as_u64().is_some_and(|sealed| sealed > 0), "{verified}");

        let ledger = sight.sandbox.ledger();
        let (stored, mut fates) = (sight.stored().await, Vec::new());
        for (row, published) in stored.iter().zip(&sight.published) {
            let id = &published.platform_comment_id;
            let story = story(&sight.db.store, row.id).await.unwrap().unwrap();
            let mut replies: Vec<String> = ledger
                .replies
                .iter()
                .filter(|reply| reply.parent_id.as_ref() == Some(id) && reply.text.contains(THANKS))
                .map(|reply| reply.text.clone())
                .collect();
            replies.sort_unstable();
            fates.push(Fate {
                revisions: revisions(&story),
                visibility: story.comment.visibility,
                clock: story.clocks.last().and_then(|clock| match clock.state {
                    ClockState::Cancelled { .. } => None,
                    _ => Some(clock.state.word()),
                }),
                hidden: ledger.comments.iter().any(|comment| comment.id == *id && comment.hidden),
                replies,
            });
        }
        let public: HashSet<String> = stored.iter().map(|row| format!("comment:{}", row.id)).collect();
        let acknowledged = acknowledged(&sight.db, &ledger.replies).await;
        Outcome { fates, counted: counted(&entries, &public), acknowledged }
    }

    /// Makes sure that this play, which nobody disturbed, says something.
    pub(super) fn assert_whole(&self) {
        let count = |is: fn(&Fate) -> bool| self.fates.iter().filter(|fate| is(fate)).count();
        let hidden = count(|fate| fate.hidden);
        let answered = count(|fate| !fate.replies.is_empty());
        let revised = count(|fate| fate.revisions.len() > 1);
        assert!(hidden > 50 && answered > 50 && revised == 6, "{hidden} {answered} {revised}");
        assert!(self.acknowledged > 50, "{}", self.acknowledged);
        for fate in &self.fates {
            let once = fate.replies.windows(2).all(|pair| pair[0] != pair[1]);
            assert!(once, "a reply was sent twice: {fate:?}");
        }
    }

    /// Makes sure that this play came to the same as `other`.
    pub(super) fn assert_equals(&self, other: &Outcome, plan: &super::Plan) {
        assert_eq!(self.fates.len(), other.fates.len(), "{plan:?}");
        for (place, (ours, theirs)) in self.fates.iter().zip(&other.fates).enumerate() {
            assert_eq!(ours, theirs, "comment {place} of the corpus, after {plan:?}");
        }
        assert_eq!(self.counted, other.counted, "{plan:?}");
    }
}

/// How many acknowledgements were sent: one of each conversation that the outbox holds as acknowledged, and no other.
async fn acknowledged(db: &Db, replies: &[LedgerReply]) -> usize {
    let number = replies.iter().filter(|reply| !reply.text.contains(THANKS)).count();
    let kept =
        "select count(distinct conversation) from action where act = 'acknowledge' and state = 'confirmed'";
    assert_eq!(db.number(kept).await, number as i64, "one was acknowledged twice, or nobody knows of it");
    number
}

fn revisions(story: &Story) -> Vec<(Option<String>, Option<Ruling>)> {
    let ruling = |number| {
        let last = story.decisions.iter().rfind(|decision| decision.revision == number)?;
        Some((last.verdict, last.clause, last.kind, last.decided_by.clone()))
    };
    story.revisions.iter().map(|revision| (revision.text.clone(), ruling(revision.number))).collect()
}

/// How often the audit log has each act that must be done once and once only, however often it is tried. Which of our own
/// replies pages have brought back by now is left out.
fn counted(entries: &[String], public: &HashSet<String>) -> BTreeMap<String, usize> {
    let mut counted = BTreeMap::new();
    for entry in entries {
        let entry: Value = serde_json::from_str(entry).unwrap();
        let (act, object) = (entry["act"].as_str().unwrap(), entry["object"].as_str().unwrap());
        let once = match act {
            "comment.received" | "comment.revised" => public.contains(object),
            "action.queued" | "action.confirmed" | "action.refused" => entry["fields"]["what"] == "reply",
            _ => false,
        };
        if once {
            *counted.entry(act.to_owned()).or_default() += 1;
        }
    }
    counted
}
