//! Second opinions: somebody outside is asked about each text that awaits review, where the configuration names them.
//!
//! The lane is nobody else's, so that whoever hangs holds up only the next question. What they hold sorts the review queue and
//! changes no verdict. Each time that words left the house is in the log, whether an answer came or not.

use jiff::Timestamp;

use super::claimed::drop_job;
use super::notify::rest_after;
use super::{Context, StageError};
use crate::domain::audit::{Actor, AuditEvent, Field};
use crate::domain::comment::{Comment, CommentId, Visibility};
use crate::domain::opinion::{Opinion, Question};
use crate::notify::NoOpinion;
use crate::store::comments::{self, ListFilter, ListState, Story};
use crate::store::jobs::{self, Claim, Lane};
use crate::store::opinions::{self, Asked};
use crate::store::{Step, StoreError, Tx, audit, replies};

/// How often somebody is asked about one text: with the rests in between, for an hour.
const TRIES: i64 = 8;
/// Of how many that already await review a start makes sure that somebody is asked.
const WAITING_MAX: u32 = 1_000;

/// Asks about the text that the claim names, if that still awaits review.
#[tracing::instrument(skip_all, fields(job.attempt = claim.lease.attempt))]
pub(crate) async fn opine(ctx: &Context, claim: &Claim) -> Result<(), StageError> {
    let adviser = ctx.adviser.as_ref().expect("the lane is worked only where somebody is asked");
    let numbers = claim
        .key
        .split_once('.')
        .and_then(|(id, number)| Some((id.parse().ok()?, number.parse::<i64>().ok()?)));
    let Some((id, revision)) = numbers else { return drop_job(ctx, claim).await };
    let story = comments::story(&ctx.store, CommentId(id)).await?;
    let question = story.as_ref().filter(|story| story.comment.revision == revision).and_then(question);
    let Some(question) = question else { return drop_job(ctx, claim).await };
    let ruling = ctx.rules.current(&ctx.store).await?;
    let now = ctx.clock.now();
    let answer = adviser.ask(&question, &ruling.policy, now).await;
    let outcome = answer.as_ref().map_or_else(NoOpinion::as_str, |_| "given");
    if let Err(error) = &answer {
        let comment = question.comment;
        tracing::warn!(comment.id = %comment, attempt = claim.lease.attempt, %error, "no second opinion; nobody waits for it");
    }

    let mut tx = ctx.store.begin(Step::Settle).await?;
    replies::hold(&mut tx, &[question.comment]).await?;
    if answer.is_err() && claim.lease.attempt < TRIES {
        jobs::reschedule(&mut tx, &claim.lease, now + rest_after(claim.lease.attempt)).await?;
    } else {
        let asked =
            Asked { opinion: answer.as_ref().ok().cloned(), host: adviser.host().to_owned(), at: now };
        opinions::keep(&mut tx, question.comment, revision, &asked).await?;
        jobs::complete(&mut tx, &[claim.lease]).await?;
    }
    audit::append(&mut tx, &[entry(&question, answer.as_ref().ok(), outcome, adviser.host(), now)]).await?;
    tx.commit().await?;
    metrics::counter!("majlis_second_opinions_total", "outcome" => outcome).increment(1);
    Ok(())
}

/// What is asked about a comment; `None` where it does not await review, or was asked about.
fn question(story: &Story) -> Option<Question<'_>> {
    let comment = &story.comment;
    let last = story.decisions.last()?;
    let waits = last.verdict == "review"
        && last.revision == comment.revision
        && matches!(comment.visibility, Visibility::Visible | Visibility::Hidden)
        && story.second_opinion.is_none();
    let text = comment.text.as_deref().filter(|text| waits && !text.trim().is_empty())?;
    Some(Question {
        comment: comment.id,
        revision: comment.revision,
        text,
        platform: comment.platform,
        clause: last.clause,
        rule: last.rule.as_deref(),
        policy: &last.policy,
    })
}

fn entry(
    question: &Question<'_>,
    opinion: Option<&Opinion>,
    outcome: &'static str,
    host: &str,
    now: Timestamp,
) -> AuditEvent {
    let clause = opinion.and_then(|opinion| opinion.clause);
    AuditEvent::new(now, Actor::Machine("opine"), "comment.opined", format!("comment:{}", question.comment))
        .int("revision", question.revision)
        .word("host", host)
        .word("outcome", outcome)
        .with("permille", opinion.map_or(Field::Null, |opinion| Field::Int(opinion.probability.permille())))
        .with("clause", clause.map_or(Field::Null, |clause| Field::Word(clause.to_string())))
}

/// Has somebody asked about comments that were just found doubtful.
pub(super) async fn ask_about<'a>(
    ctx: &Context,
    tx: &mut Tx,
    doubts: impl Iterator<Item = &'a Comment>,
    now: Timestamp,
) -> Result<(), StoreError> {
    let keys: Vec<String> = doubts.map(key).filter(|_| ctx.adviser.is_some()).collect();
    jobs::add(tx, &Lane::Opine, &keys, now).await
}

/// What awaits review as the process starts: who is asked may have been named only now.
pub(super) async fn unasked(ctx: &Context) -> Result<Vec<String>, StoreError> {
    if ctx.adviser.is_none() {
        return Ok(Vec::new());
    }
    let filter = ListFilter { state: ListState::Review, limit: WAITING_MAX, ..ListFilter::default() };
    let waiting = comments::list(&ctx.store, &filter, ctx.clock.now()).await?;
    Ok(waiting.iter().map(|row| key(&row.comment)).collect())
}

/// The job's key, which is the question's.
fn key(comment: &Comment) -> String {
    format!("{}.{}", comment.id, comment.revision)
}
