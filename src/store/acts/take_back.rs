//! Taking back what a colleague or oneself asked of a platform and has not left yet: it is as if it had not been asked for, but for
//! the log and the list of decisions, which have both.

use jiff::Timestamp;

use super::super::actions::{self, ACTION};
use super::super::decisions::{self, DECISION, DecidedBy};
use super::super::error::Doing;
use super::super::replies::promise::{self, Owing};
use super::super::replies::{self, CancelReason};
use super::super::sql::{self, Columns, micros};
use super::super::{StoreError, Tx, audit, comments};
use super::kind::verdict;
use super::{By, Found, Promises, approval, decide_as, find, queue};
use crate::domain::action::{Act, ActionId, ActionState, Withdrawal};
use crate::domain::audit::AuditEvent;
use crate::domain::comment::{CommentId, Visibility};
use crate::domain::judge::{Kind, ReviewReason, Verdict};

/// Takes an action of a comment back. With a hide or an unhide goes its decision: what was decided before rules again, clocks
/// that the hide stopped run from where they began, and a hide that the unhide overtook is asked for again.
///
/// # Errors
/// There is no such comment, a colleague dealt with it since it was seen, or no such action of staff waits for it: it has left, or
/// somebody decided otherwise since.
pub async fn take_back(
    tx: &mut Tx,
    by: By<'_>,
    promises: Promises<'_>,
    comment: CommentId,
    id: ActionId,
) -> Result<(), StoreError> {
    replies::hold(tx, &[comment]).await?;
    let found = find(tx, by, comment).await?;
    let wrong = |found: &str| StoreError::WrongState {
        object: format!("action {id}"),
        found: found.to_owned(),
        asked: "taken back",
    };
    let query = sql::query(format!(
        "select {ACTION} from action a where a.id = $1 and a.comment = $2 and a.act <> 'acknowledge'"
    ));
    let row = query.bind(id.0).bind(comment.0).fetch_optional(tx.conn()).await.doing("read an action")?;
    let row = row.ok_or_else(|| wrong("none of this comment"))?;
    let row = Columns::of("action", &row);
    let action = actions::action(&row)?;
    if row.word::<DecidedBy>("requested_by")? == DecidedBy::Machine {
        return Err(wrong("the machine's; decide about the comment instead"));
    }
    let withdrawn =
        action.state.clone().withdraw(by.now, Withdrawal::TakenBack).map_err(|gone| wrong(gone.from))?;
    actions::set_state(tx, id, &action.state, &withdrawn).await?;
    let mut entries = vec![
        AuditEvent::new(by.now, by.actor(), "action.withdrawn", format!("action:{id}"))
            .int("comment", comment.0)
            .word("what", action.act.word())
            .word("why", "taken_back"),
    ];
    if action.state == ActionState::AwaitingApproval {
        entries.extend(approval::back(tx, by, comment, &by.decider()).await?);
    }
    if action.act.text().is_none() {
        let before = decided_before(tx, by, promises, &found, action.requested_at).await?;
        let (decision, judged) = before.ok_or_else(|| wrong("overtaken"))?;
        entries.extend(judged);
        if action.act == Act::Unhide && found.visibility == Visibility::Visible {
            let again = (Act::Hide, Some(decision));
            queue(tx, By { leaves: None, ..by }, comment, again, entries).await?;
            return Ok(());
        }
    }
    // Last: who has the end of the log waits for nothing.
    audit::append(tx, &entries).await
}

/// Lets what was decided before rule again, where the last decision about a comment is that of this instant.
///
/// # Errors
/// There is no such comment, or somebody decided otherwise since.
pub async fn reconsider(
    tx: &mut Tx,
    by: By<'_>,
    promises: Promises<'_>,
    comment: CommentId,
    at: Timestamp,
) -> Result<(), StoreError> {
    replies::hold(tx, &[comment]).await?;
    let found = find(tx, by, comment).await?;
    let entries = decided_before(tx, by, promises, &found, at).await?;
    let (_, entries) = entries.ok_or_else(|| StoreError::WrongState {
        object: format!("comment {comment}"),
        found: "decided about since".to_owned(),
        asked: "decided as before",
    })?;
    audit::append(tx, &entries).await
}

/// Lets what was decided before that instant rule again: the number of the decision that says so, and its entries. `None` where
/// the decision of that instant is not the last.
async fn decided_before(
    tx: &mut Tx,
    by: By<'_>,
    Promises { calendar, routing }: Promises<'_>,
    found: &Found,
    at: Timestamp,
) -> Result<Option<(i64, Vec<AuditEvent>)>, StoreError> {
    let query = sql::query(format!("select {DECISION} from decision where comment = $1 order by id desc"));
    let rows = query.bind(found.comment.0).fetch_all(tx.conn()).await.doing("read a comment's decisions")?;
    let decisions = rows.iter().map(|row| decisions::decision(&Columns::of("decision", row)));
    let decisions = decisions.collect::<Result<Vec<_>, _>>()?;
    let Some((last, earlier)) = decisions.split_first().filter(|(last, _)| last.decided_at == at) else {
        return Ok(None);
    };
    let before = earlier.iter().find(|before| before.revision == last.revision);
    let (verdict, kind) = match before {
        Some(before) => (verdict(before), before.kind),
        // The machine has not read it, and leaves alone what a person has spoken about.
        None => (
            Verdict::Review(ReviewReason::CheckFailed("a person took a decision back".to_owned())),
            Kind::Other,
        ),
    };
    let (decision, judged) = decide_as(tx, by, found, &verdict, kind, None).await?;
    let mut entries = vec![judged.word("why", "taken_back")];
    if last.verdict == "hide" && verdict.word() != "hide" && stopped_clocks(tx, found.comment, at).await? {
        let comment =
            comments::get_in(tx, found.comment).await?.ok_or(StoreError::NoSuchComment(found.comment))?;
        let owing = Owing { comment: &comment, kind, started_at: comment.starts_at(), again: true };
        for one in promise::open(tx, calendar, routing, &[owing], by.now).await? {
            entries.push(one.clock.entry("clock.opened", by.actor(), by.now));
            entries.extend(one.answered.iter().map(|one| one.entry(by.actor(), Some(calendar), by.now)));
        }
    }
    Ok(Some((decision, entries)))
}

/// Whether the hide of that instant stopped what was owed.
async fn stopped_clocks(tx: &mut Tx, comment: CommentId, at: Timestamp) -> Result<bool, StoreError> {
    let query = sqlx::query(
        "select 1 as one from reply_clock where comment = $1 and state = 'cancelled' and cancel_reason = $2 and settled_at = $3
         limit 1",
    );
    let query = query.bind(comment.0).bind(CancelReason::Hidden.as_str()).bind(micros(at));
    Ok(query.fetch_optional(tx.conn()).await.doing("look for what a hide stopped")?.is_some())
}
