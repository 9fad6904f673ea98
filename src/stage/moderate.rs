//! Moderation: a batch of claimed comments in, recorded decisions out.
//!
//! The judgement is pure ([`crate::domain::judge::Judge::judge`]). This file loads what it needs and
//! stores what follows from it in one transaction (T2). Nothing is sent from here: a hide becomes an
//! action in the outbox, as does an acknowledgement outside hours, and [`super::dispatch`] carries it out.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::acknowledge;
use super::assign;
use super::ceiling;
use super::opine;
use super::{Context, Ruling, StageError};
use crate::domain::action::Act;
use crate::domain::audit::{Actor, AuditEvent, Field};
use crate::domain::comment::{CommentId, Visibility};
use crate::domain::judge::{Finding, Judgement, ReviewReason, Verdict};
use crate::domain::policy::PolicyVersion;
use crate::store::actions::NewAction;
use crate::store::comments::{self, SubjectRow};
use crate::store::decisions::{self, DecidedBy, NewDecision};
use crate::store::jobs::{self, Claim, Lease};
use crate::store::replies::promise::{self, Owing};
use crate::store::replies::{self, CancelReason};
use crate::store::{Step, actions, audit};

/// Judges what the claims name and writes what follows.
#[tracing::instrument(skip_all, fields(batch.len = claims.len()))]
pub(crate) async fn moderate(ctx: &Context, claims: &[Claim]) -> Result<(), StageError> {
    let ruling = ctx.rules.current(&ctx.store).await?;
    let ids: Vec<CommentId> =
        claims.iter().filter_map(|claim| claim.key.parse().ok().map(CommentId)).collect();
    let subjects =
        comments::subjects(&ctx.store, &ids, ruling.policy.repetition(), ruling.policy.strikes()).await?;
    let now = ctx.clock.now();
    let mut follows: Vec<Following<'_>> = subjects.iter().filter_map(|row| think(&ruling, row)).collect();
    let policy = ruling.policy.version();

    let mut tx = ctx.store.begin(Step::Judge).await?;
    let judged: Vec<CommentId> = follows.iter().map(|following| following.row.comment.id).collect();
    replies::hold(&mut tx, &judged).await?;
    let hiding = follows.iter().filter_map(Following::about_to_hide);
    let (mut spare, reached) = ceiling::spare(&mut tx, &ruling.policy, hiding, now).await?;
    follows.iter_mut().for_each(|following| following.keep_to(&mut spare));
    follows.retain(Following::is_new);
    let decisions: Vec<NewDecision<'_>> =
        follows.iter().map(|following| following.decision(policy)).collect();
    let numbers = decisions::record(&mut tx, &decisions, now).await?;
    let decided = || follows.iter().zip(&numbers);
    let mut events: Vec<AuditEvent> =
        decided().map(|(following, number)| following.judged(*number, &ruling, now)).collect();
    events.extend(reached);
    for following in &follows {
        let comment = following.row.comment.id;
        if let Some(reason) = following.cancels() {
            let (calendar, actor) = (&ruling.calendar, Actor::Machine("moderate"));
            let stopped = replies::cancel(&mut tx, Some(calendar), comment, now, reason).await?;
            events.extend(promise::entries(&stopped, &actor, Some(calendar), now));
            let next = promise::go_on(&mut tx, calendar, &ctx.routing, &stopped, "moderate", now).await?;
            events.extend(next);
        }
    }
    let owing: Vec<Owing<'_>> = follows.iter().filter_map(|following| following.owing(now)).collect();
    let opened = promise::open(&mut tx, &ruling.calendar, &ctx.routing, &owing, now).await?;
    events.extend(promise::opened(&opened, &ruling.calendar, "moderate", now));
    events.extend(assign::first(&mut tx, &ctx.routing, &owing, "moderate", now).await?);
    let doubts = follows.iter().filter(|following| matches!(following.judgement.verdict, Verdict::Review(_)));
    opine::ask_about(ctx, &mut tx, doubts.map(|following| &following.row.comment), now).await?;
    let leases: Vec<Lease> = claims.iter().map(|claim| claim.lease).collect();
    jobs::complete(&mut tx, &leases).await?;
    // Last what writes to the log: its head is one row that every transaction needs, so it is held for the commit alone.
    let acts: Vec<NewAction> =
        decided().filter_map(|(following, number)| following.action(*number)).collect();
    actions::queue(&mut tx, &acts, now).await?;
    let allowed = follows.iter().filter(|following| following.judgement.verdict == Verdict::Allow);
    let allowed = allowed.map(|following| &following.row.comment);
    let due = acknowledge::due(&ctx.acknowledging, &ruling.calendar, &opened, allowed, now);
    actions::acknowledge(&mut tx, &due, now).await?;
    audit::append(&mut tx, &events).await?;
    tx.commit().await?;

    for following in &follows {
        metrics::counter!("majlis_decisions_total", "verdict" => following.judgement.verdict.word())
            .increment(1);
    }
    Ok(())
}

/// A judgement that says something new, and what it was about.
#[derive(Debug)]
struct Following<'a> {
    row: &'a SubjectRow,
    judgement: Judgement,
}

/// What follows for one comment; `None` where nothing new was concluded or nothing is ours to judge.
fn think<'a>(ruling: &Ruling, row: &'a SubjectRow) -> Option<Following<'a>> {
    let comment = &row.comment;
    let subject = row.subject()?;
    if comment.ours || matches!(comment.visibility, Visibility::Deleted | Visibility::Erased) {
        return None;
    }
    let last = row.last.as_ref().filter(|last| last.revision == comment.revision);
    if last.is_some_and(|last| last.decided_by != DecidedBy::Machine) {
        return None; // A person has spoken about these very words.
    }
    let mut judgement = ruling.judge.judge(&subject);
    if judgement.verdict == Verdict::Allow && row.hidden_by_person {
        let why = "a person hid the earlier text; a person must see whether the new one may appear";
        judgement.verdict = Verdict::Review(ReviewReason::CheckFailed(why.into()));
    }
    Some(Following { row, judgement }).filter(Following::is_new)
}

impl Following<'_> {
    /// Whether it says something else about these words than what was said last.
    fn is_new(&self) -> bool {
        let verdict = &self.judgement.verdict;
        let last = self.row.last.as_ref().filter(|last| last.revision == self.row.comment.revision);
        last.is_none_or(|last| last.verdict != verdict.word() || last.clause != verdict.clause())
    }

    /// The rule that is about to hide what the public sees, with the clause: all words of a language are one rule, and so is the
    /// model, whatever they find.
    fn about_to_hide(&self) -> Option<String> {
        match &self.judgement.verdict {
            Verdict::Hide(Finding { rule, clause, .. }) if !self.was_to_be_hidden() => {
                Some(format!("{rule}:{clause}"))
            }
            _ => None,
        }
    }

    /// Takes one of what its rule may still hide; where nothing is left, a person decides.
    fn keep_to(&mut self, spare: &mut BTreeMap<String, u32>) {
        let Some(left) = self.about_to_hide().and_then(|rule| spare.get_mut(&rule)) else { return };
        match (left.checked_sub(1), &self.judgement.verdict) {
            (None, Verdict::Hide(finding)) => {
                self.judgement.verdict = Verdict::Review(ReviewReason::Doubtful(finding.clone()));
            }
            (rest, _) => *left = rest.unwrap_or_default(),
        }
    }

    /// Whether the public does not see it, or is about to see it no longer.
    fn was_hidden(&self) -> bool {
        self.was_to_be_hidden() || self.row.comment.visibility == Visibility::Hidden
    }

    fn was_to_be_hidden(&self) -> bool {
        self.row.last.as_ref().is_some_and(|last| last.verdict == "hide")
    }

    fn decision<'a>(&'a self, policy: &'a PolicyVersion) -> NewDecision<'a> {
        NewDecision {
            comment: self.row.comment.id,
            revision: self.row.comment.revision,
            verdict: &self.judgement.verdict,
            kind: self.judgement.kind,
            policy,
            decided_by: &DecidedBy::Machine,
            reason: None,
        }
    }

    fn action(&self, decision: i64) -> Option<NewAction> {
        let act = match &self.judgement.verdict {
            // Where it is on its way back, this overtakes that.
            Verdict::Hide(_) if !self.was_to_be_hidden() => Act::Hide,
            // What we hid comes back once its author took the offence out of it; what somebody else hid is theirs to show.
            Verdict::Allow if self.was_to_be_hidden() || self.row.hidden_by_us => Act::Unhide,
            _ => return None,
        };
        Some(NewAction {
            comment: self.row.comment.id,
            act,
            requested_by: DecidedBy::Machine,
            decision: Some(decision),
            salt: rand::random(),
        })
    }

    /// What is owed to a comment that the public can see. One that is about to be shown again is owed it from then, and
    /// one that its author made into a question is owed an answer from now: nobody could have known before.
    fn owing(&self, now: Timestamp) -> Option<Owing<'_>> {
        let comment = &self.row.comment;
        let kind = self.judgement.kind;
        if self.hides() || self.was_hidden() || !kind.is_owed_a_reply() {
            return None;
        }
        let became = self.row.last.as_ref().is_some_and(|last| !last.kind.is_owed_a_reply());
        let started_at = if became { now } else { comment.starts_at() };
        Some(Owing { comment, kind, started_at, again: false })
    }

    /// Why nobody has to answer it any more, if that is so.
    fn cancels(&self) -> Option<CancelReason> {
        let last = self.row.last.as_ref()?;
        match (self.hides(), last.kind.is_owed_a_reply(), self.judgement.kind.is_owed_a_reply()) {
            (true, ..) => Some(CancelReason::Hidden),
            (false, true, false) => Some(CancelReason::NotOwed),
            _ => None,
        }
    }

    fn hides(&self) -> bool {
        matches!(self.judgement.verdict, Verdict::Hide(_))
    }

    fn judged(&self, decision: i64, ruling: &Ruling, now: Timestamp) -> AuditEvent {
        let Following { row: SubjectRow { comment, .. }, judgement: Judgement { verdict, kind, .. } } = self;
        let word = |word: Option<String>| word.map_or(Field::Null, Field::Word);
        let excerpt =
            verdict.finding().map(|Finding { excerpt, .. }| format!("{}..{}", excerpt.start, excerpt.end));
        AuditEvent::new(now, Actor::Machine("moderate"), "comment.judged", format!("comment:{}", comment.id))
            .int("decision", decision)
            .int("revision", comment.revision)
            .word("verdict", verdict.word())
            .with("clause", word(verdict.clause().map(|clause| clause.to_string())))
            .with("rule", word(verdict.finding().map(|finding| finding.rule.clone())))
            .with("excerpt", word(excerpt))
            .word("kind", kind.as_str())
            .word("policy", ruling.policy.version().to_string())
            .with("model", word(ruling.judge.model().map(str::to_owned)))
    }
}
