//! One comment's story as JSON, each list oldest first.

use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;

use crate::domain::action::{ActionId, ActionState};
use crate::domain::attribution::{Attribution, Share};
use crate::domain::comment::Mark;
use crate::domain::holder::{Held, Holder, TeamId};
use crate::domain::judge::Kind;
use crate::domain::opinion::Opinion;
use crate::domain::policy::{ClauseId, PolicyVersion};
use crate::domain::reply::{AnsweredBy, ClockKind, ClockState, Due, Language, PauseReason, Priority};
use crate::store::comments::{FirstReply, Revision, Story, StoryAction};
use crate::store::decisions::{DecidedBy, Decision};
use crate::store::notes::Note;
use crate::store::opinions::Asked;
use crate::store::replies::{Clock, Pause};

use super::super::CountedBy;
use super::comments::CommentView;

#[derive(Serialize)]
pub(crate) struct StoryView {
    comment: CommentView,
    revisions: Vec<RevisionView>,
    decisions: Vec<DecisionView>,
    actions: Vec<ActionView>,
    clocks: Vec<ClockView>,
    /// Who had it from when on.
    holders: Vec<HolderView>,
    /// What staff wrote about it for each other.
    notes: Vec<NoteView>,
    /// What somebody outside holds of its present text; null where nobody has answered.
    second_opinion: Option<OpinionView>,
    /// Replies of ours that pages carried under it.
    replies: Vec<CommentView>,
}

#[derive(Serialize)]
struct OpinionView {
    /// That it breaks the policy, from 0 to 1.
    probability: f64,
    clause: Option<ClauseId>,
    note: Option<String>,
    host: String,
    asked_at: Timestamp,
}

#[derive(Serialize)]
struct NoteView {
    sort: &'static str,
    /// Null after erasure.
    text: Option<String>,
    by: DecidedBy,
    at: Timestamp,
}

#[derive(Serialize)]
struct RevisionView {
    number: i64,
    text: Option<String>,
    marks: Vec<Mark>,
    seen_at: Timestamp,
}

#[derive(Serialize)]
struct DecisionView {
    revision: i64,
    verdict: &'static str,
    clause: Option<ClauseId>,
    rule: Option<String>,
    /// The bytes of the revision's text (UTF-8), from and to.
    excerpt: Option<[usize; 2]>,
    check_failed: Option<String>,
    kind: Kind,
    policy: PolicyVersion,
    decided_by: DecidedBy,
    reason: Option<String>,
    decided_at: Timestamp,
}

#[derive(Serialize)]
struct ActionView {
    id: ActionId,
    act: &'static str,
    text: Option<String>,
    state: &'static str,
    /// Which attempt is on its way.
    attempt: Option<i64>,
    /// When it was confirmed, refused or withdrawn.
    settled_at: Option<Timestamp>,
    /// The platform's proof.
    receipt: Option<String>,
    /// Why the platform will not do it.
    refusal: Option<&'static str>,
    /// Why it never left.
    withdrawal: Option<&'static str>,
    requested_by: DecidedBy,
    requested_at: Timestamp,
    /// When it leaves, where it can be taken back until then.
    not_before: Option<Timestamp>,
    approved_by: Option<DecidedBy>,
    approved_at: Option<Timestamp>,
    /// The words that were proposed, where others left.
    draft: Option<String>,
}

#[derive(Serialize)]
struct ClockView {
    clock: ClockKind,
    kind: Kind,
    priority: Priority,
    language: Language,
    team: Option<TeamId>,
    started_at: Timestamp,
    received_at: Timestamp,
    /// Whether it came to us more than 15 minutes after it was written.
    read_late: bool,
    /// Null while the clock stands still.
    due_soon_at: Option<Timestamp>,
    due_at: Option<Timestamp>,
    /// The working seconds that remain while it stands still.
    remaining_s: Option<u64>,
    state: &'static str,
    /// When it was answered, solved or cancelled.
    stopped_at: Option<Timestamp>,
    /// What answered or solved it: `action:ID`, `platform:ID` or `staff:NAME`.
    answered_by: Option<String>,
    /// When a new calendar or another priority put the deadline into the past, so that only grace was left.
    shortened_at: Option<Timestamp>,
    /// Which deadline was noted to have passed without an answer.
    breached_at: Option<Timestamp>,
    /// When a new calendar or another priority took that back.
    breach_withdrawn_at: Option<Timestamp>,
    /// When it stood still.
    pauses: Vec<PauseView>,
    /// In whose hands its working time went by; null where the calendar that counted it cannot be read.
    hands: Option<HandsView>,
    /// How the deadline was counted, line by line.
    basis: Option<Value>,
}

#[derive(Serialize)]
struct PauseView {
    from: Timestamp,
    /// Null while it stands still.
    until: Option<Timestamp>,
    reason: PauseReason,
    by: DecidedBy,
}

#[derive(Serialize)]
struct HandsView {
    shares: Vec<ShareView>,
    /// Who had it for the most working time; null where none has passed.
    longest_in: Option<Holder>,
    /// Who had it when the deadline passed; null where it has not.
    breached_in: Option<Holder>,
    /// Whether the deadline passed, and would not have had the promise begun as the comment came to us, late.
    late_by_reading: bool,
}

#[derive(Serialize)]
struct ShareView {
    holder: Holder,
    working_s: u64,
}

#[derive(Serialize)]
struct HolderView {
    from: Timestamp,
    /// `staff:NAME`, `team:ID`, `unassigned`, `awaiting_approval` or `awaiting_other_body`.
    holder: Holder,
}

impl StoryView {
    /// A story as it stands at `now`.
    pub(crate) fn of(story: Story, counted_by: &CountedBy, now: Timestamp) -> Self {
        let clocks = story.clocks.iter().map(|clock| {
            let hands = counted_by.attributed(&story, clock, now).map(HandsView::of);
            ClockView::of(clock, &story.pauses, hands)
        });
        let clocks = clocks.collect();
        let first_reply = story.clocks.iter().rfind(|clock| clock.clock == ClockKind::FirstReply);
        let first_reply = first_reply
            .map(|clock| FirstReply { due_at: clock.timing.due.at(), replied_at: clock.state.kept_at() });
        let under_way = |action: &&StoryAction| {
            matches!(action.action.state, ActionState::Queued | ActionState::Started { .. })
        };
        let pending = story.actions.iter().rfind(under_way).map(|action| action.action.act.word());
        let holder = (!story.comment.ours).then(|| story.holder().clone());
        let mut comment = CommentView::of(story.comment).timed(first_reply).held_by(holder).pending(pending);
        if let Some(last) = story.decisions.last() {
            comment = comment.decided(last.verdict, last.clause, last.kind, last.decided_by.clone());
        }
        StoryView {
            comment,
            revisions: story.revisions.into_iter().map(RevisionView::of).collect(),
            decisions: story.decisions.into_iter().map(DecisionView::of).collect(),
            actions: story.actions.into_iter().map(ActionView::of).collect(),
            clocks,
            holders: story.held.into_iter().map(HolderView::of).collect(),
            notes: story.notes.into_iter().map(NoteView::of).collect(),
            second_opinion: story.second_opinion.and_then(OpinionView::of),
            replies: story.replies.into_iter().map(CommentView::of).collect(),
        }
    }
}

impl OpinionView {
    fn of(Asked { opinion, host, at }: Asked) -> Option<Self> {
        let Opinion { probability, clause, note } = opinion?;
        Some(OpinionView { probability: probability.share(), clause, note, host, asked_at: at })
    }
}

impl HolderView {
    fn of(Held { from, holder }: Held) -> Self {
        HolderView { from, holder }
    }
}

impl NoteView {
    fn of(Note { sort, text, by, at }: Note) -> Self {
        NoteView { sort: sort.as_str(), text, by, at }
    }
}

impl RevisionView {
    fn of(revision: Revision) -> Self {
        let Revision { number, text, marks, seen_at } = revision;
        RevisionView { number, text, marks, seen_at }
    }
}

impl DecisionView {
    fn of(decision: Decision) -> Self {
        DecisionView {
            revision: decision.revision,
            verdict: decision.verdict,
            clause: decision.clause,
            rule: decision.rule,
            excerpt: decision.excerpt.map(|range| [range.start, range.end]),
            check_failed: decision.check_failed,
            kind: decision.kind,
            policy: decision.policy,
            decided_by: decision.decided_by,
            reason: decision.reason,
            decided_at: decision.decided_at,
        }
    }
}

impl ActionView {
    fn of(StoryAction { action, requested_by, approval }: StoryAction) -> Self {
        let (approved_by, approved_at, draft) =
            approval.map_or((None, None, None), |one| (Some(one.by), Some(one.at), one.draft));
        let state = action.state.word();
        let (attempt, settled_at, receipt, refusal, withdrawal) = match action.state {
            ActionState::AwaitingApproval | ActionState::Queued => (None, None, None, None, None),
            ActionState::Started { attempt } => (Some(attempt), None, None, None, None),
            ActionState::Confirmed { at, receipt } => (None, Some(at), Some(receipt.reference), None, None),
            ActionState::Refused { at, reason } => (None, Some(at), None, Some(reason.as_str()), None),
            ActionState::Withdrawn { at, why } => (None, Some(at), None, None, Some(why.as_str())),
        };
        let act = action.act.word();
        let text = action.act.text().map(str::to_owned);
        ActionView {
            id: action.id,
            act,
            text,
            state,
            attempt,
            settled_at,
            receipt,
            refusal,
            withdrawal,
            requested_by,
            requested_at: action.requested_at,
            not_before: action.not_before,
            approved_by,
            approved_at,
            draft,
        }
    }
}

impl PauseView {
    fn of(pause: &Pause) -> Self {
        PauseView { from: pause.from, until: pause.until, reason: pause.reason, by: pause.by.clone() }
    }
}

impl HandsView {
    fn of(found: Attribution) -> Self {
        let longest_in = found.largest().cloned();
        let Attribution { shares, at_breach, breached_by_system } = found;
        let share = |Share { holder, seconds }| ShareView { holder, working_s: seconds.0 };
        HandsView {
            shares: shares.into_iter().map(share).collect(),
            longest_in,
            breached_in: at_breach,
            late_by_reading: breached_by_system,
        }
    }
}

impl ClockView {
    fn of(clock: &Clock, pauses: &[Pause], hands: Option<HandsView>) -> Self {
        let state = clock.state.word();
        let (read_late, basis) = (clock.read_late(), serde_json::from_str(&clock.timing.basis).ok());
        let answered_by = match &clock.state {
            ClockState::Answered { by: AnsweredBy::Action(id), .. } => Some(format!("action:{id}")),
            ClockState::Answered { by: AnsweredBy::SeenOnPlatform(id), .. } => Some(format!("platform:{id}")),
            ClockState::Solved { by, .. } => Some(format!("staff:{by}")),
            ClockState::Running | ClockState::Paused { .. } | ClockState::Cancelled { .. } => None,
        };
        let (due_at, due_soon_at, remaining_s) = match clock.timing.due {
            Due::At { due_at, due_soon_at } => (Some(due_at), Some(due_soon_at), None),
            Due::Left { remaining } => (None, None, Some(remaining.0)),
        };
        ClockView {
            clock: clock.clock,
            kind: clock.kind,
            priority: clock.priority,
            language: clock.language,
            team: clock.team.clone(),
            started_at: clock.started_at,
            received_at: clock.received_at,
            read_late,
            due_soon_at,
            due_at,
            remaining_s,
            state,
            stopped_at: clock.state.stopped_at(),
            answered_by,
            shortened_at: clock.shortened_at,
            breached_at: clock.breached_at,
            breach_withdrawn_at: clock.breach_withdrawn_at,
            pauses: pauses.iter().filter(|pause| pause.clock == clock.id).map(PauseView::of).collect(),
            hands,
            basis,
        }
    }
}
