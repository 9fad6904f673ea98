//! `majlis comments show`: what happened to a comment, oldest first, each line with the official time.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::harmless::{harmless, in_a_line};
use crate::domain::action::ActionState;
use crate::domain::reply::{ClockState, Due};
use crate::store::comments::{Story, StoryAction};
use crate::store::decisions::Decision;
use crate::store::replies::Clock;

/// The story for people; programs read the same by `--json`.
pub(super) fn told(story: &Story, zone: &TimeZone) -> String {
    let comment = &story.comment;
    let author = comment.author.as_ref().and_then(|author| author.name.as_deref().or(author.id.as_deref()));
    let author = author.map_or_else(|| "nobody whom the platform names".to_owned(), in_a_line);
    let mut lines =
        vec![format!("Comment {} on {}, by {}", comment.id, comment.source, author), String::new()];
    match &comment.text {
        Some(text) => lines.extend(text.lines().map(|line| format!("  {}", harmless(line)))),
        None => lines.push("  (no text)".to_owned()),
    }
    lines.push(String::new());
    lines.extend(stands(story, zone));
    lines.push(String::new());
    let mut events = events(story);
    events.sort_by_key(|(at, _)| *at);
    lines.extend(events.into_iter().map(|(at, what)| format!("{}  {what}", local(at, zone))));
    lines.join("\n")
}

/// How it stands now.
fn stands(story: &Story, zone: &TimeZone) -> Vec<String> {
    let comment = &story.comment;
    let mut lines = vec![format!("{:<12} {}", "visibility", comment.visibility.as_str())];
    if let Some(last) = story.decisions.last() {
        lines.push(format!("{:<12} {}", "verdict", verdict(last)));
        lines.push(format!("{:<12} {}", "kind", last.kind));
    }
    if !comment.ours {
        lines.push(format!("{:<12} {}", "with", story.holder()));
    }
    lines.extend(story.clocks.iter().filter(|clock| clock.state.is_open()).map(
        |clock| match clock.timing.due {
            Due::At { due_at, .. } => format!("{:<12} due {}", clock.clock.as_str(), local(due_at, zone)),
            Due::Left { remaining } => format!(
                "{:<12} stands still, {} working minutes left",
                clock.clock.as_str(),
                remaining.0 / 60
            ),
        },
    ));
    lines
}

fn events(story: &Story) -> Vec<(Timestamp, String)> {
    let comment = &story.comment;
    let mut events: Vec<(Timestamp, String)> = Vec::new();
    events.extend(comment.created_at.map(|at| (at, "written".to_owned())));
    events.extend(story.revisions.iter().map(|revision| match revision.number {
        1 => (revision.seen_at, "read".to_owned()),
        n => {
            let text = revision.text.as_deref().map_or_else(|| "no text".to_owned(), harmless);
            (revision.seen_at, format!("read anew, revision {n}: {text}"))
        }
    }));
    events.extend(story.decisions.iter().map(decided));
    events.extend(story.held.iter().map(|held| (held.from, format!("with {}", held.holder))));
    events.extend(story.actions.iter().flat_map(acted));
    events.extend(story.clocks.iter().flat_map(clocked));
    for pause in &story.pauses {
        events.push((pause.from, format!("clock stopped for {} by {}", pause.reason.as_str(), pause.by)));
        events.extend(pause.until.map(|until| (until, "clock goes on".to_owned())));
    }
    let replies = story.replies.iter();
    events.extend(replies.map(|reply| {
        (
            reply.starts_at(),
            format!("our reply on the page: {}", harmless(reply.text.as_deref().unwrap_or_default())),
        )
    }));
    events
}

fn verdict(decision: &Decision) -> String {
    match decision.clause {
        Some(clause) => format!("{} ({clause})", decision.verdict),
        None => decision.verdict.to_owned(),
    }
}

fn decided(decision: &Decision) -> (Timestamp, String) {
    let mut what = format!("decided by {}: {}, {}", decision.decided_by, verdict(decision), decision.kind);
    let found = decision.rule.iter().map(|rule| format!(", found by {rule}"));
    let failed = decision.check_failed.iter().map(|failed| format!(", {}", harmless(failed)));
    let reason = decision.reason.iter().map(|reason| format!(": {}", harmless(reason)));
    what.extend(found.chain(failed).chain(reason));
    (decision.decided_at, what)
}

fn acted(StoryAction { action, requested_by, approval }: &StoryAction) -> Vec<(Timestamp, String)> {
    let act = action.act.word();
    let text = action.act.text().map_or_else(String::new, |text| format!(": {}", harmless(text)));
    let asked = (action.requested_at, format!("{act} asked for by {requested_by}{text}"));
    let settled = match &action.state {
        ActionState::AwaitingApproval | ActionState::Queued | ActionState::Started { .. } => None,
        ActionState::Confirmed { at, .. } => Some((*at, format!("{act} confirmed by the platform"))),
        ActionState::Refused { at, reason } => {
            Some((*at, format!("{act} refused by the platform: {}", reason.as_str())))
        }
        ActionState::Withdrawn { at, why } => {
            Some((*at, format!("{act} withdrawn before it was sent: {}", why.as_str())))
        }
    };
    let approved =
        approval.as_ref().map(|approval| (approval.at, format!("{act} approved by {}", approval.by)));
    std::iter::once(asked).chain(approved).chain(settled).collect()
}

fn clocked(clock: &Clock) -> Vec<(Timestamp, String)> {
    let name = clock.clock.as_str();
    let mut events =
        vec![(clock.received_at, format!("{name} owed ({}, {})", clock.kind, clock.priority.as_str()))];
    events.extend(clock.shortened_at.map(|at| (at, format!("{name}: the deadline came nearer, with grace"))));
    events.extend(clock.breached_at.map(|at| (at, format!("{name}: the deadline passed"))));
    events.extend(clock.breach_withdrawn_at.map(|at| (at, format!("{name}: not late after all"))));
    let how = match &clock.state {
        ClockState::Answered { .. } => "answered",
        ClockState::Solved { .. } => "solved",
        ClockState::Cancelled { .. } => "owed no more",
        ClockState::Running | ClockState::Paused { .. } => return events,
    };
    events.extend(clock.state.stopped_at().map(|at| (at, format!("{name}: {how}"))));
    events
}

fn local(at: Timestamp, zone: &TimeZone) -> String {
    zone.to_datetime(at).strftime("%F %H:%M").to_string()
}
