//! Escalation: staff are told at each point of an open promise, once, in the log, the metrics, the audit log, and through
//! the notices of whoever the calendar names.
//!
//! One job for the whole installation, a look a minute, sooner where a point is nearer. A look reckons the next points of clocks
//! that were opened or changed, and tells the points that were passed; after a pause of ours the highest of each clock alone.

use std::collections::{BTreeMap, HashMap, HashSet};

use jiff::{SignedDuration, Timestamp};

use super::claimed::again_at;
use super::notify::on_duty_from;
use super::{Context, Ruling, StageError};
use crate::domain::audit::{Actor, AuditEvent};
use crate::domain::calendar::{Origin, Pauses, Promise};
use crate::domain::escalation::{self, Armed, Point};
use crate::domain::notice::RecipientName;
use crate::store::jobs::{self, Claim};
use crate::store::notices::{self, Told, Urgency};
use crate::store::replies::{self, Arming, ClockId, Outcome, Passing, Watched};
use crate::store::{Step, audit};

/// Clocks that one transaction sees to at most.
const BATCH: u32 = 1_000;
/// The longest time between two looks (semantics.md: a tick of at most 60 s).
const TICK: SignedDuration = SignedDuration::from_secs(60);

/// Sees to one batch; where there is nothing to do, sets the next look.
#[tracing::instrument(skip_all)]
pub(crate) async fn remind(ctx: &Context, claim: &Claim) -> Result<(), StageError> {
    let now = ctx.clock.now();
    match replies::next_point(&ctx.store).await? {
        Some(next) if next <= now => look(ctx, claim, replies::due(&ctx.store, now, BATCH).await?, now).await,
        next => again_at(ctx, claim, next.map_or(now + TICK, |next| next.min(now + TICK))).await,
    }
}

/// The next point of a clock for which it is to be reckoned.
fn arming(ruling: &Ruling, watched: &Watched, now: Timestamp) -> Arming {
    let (told, due_before) = watched.passed.unzip();
    let due_before = due_before.unwrap_or(watched.due_at);
    let next = escalation::rearmed(&points(ruling, watched), told, due_before, watched.due_at, now);
    Arming { clock: watched.clock.id, due_at: watched.due_at, next }
}

/// When a clock passes each point, in the hours that its promise is counted in.
fn points(ruling: &Ruling, watched: &Watched) -> Vec<Armed> {
    let calendar = &ruling.calendar;
    let hours = calendar.promise(&watched.clock.owed()).map_or(calendar.official(), Promise::hours);
    let pauses = Pauses::of(watched.pauses.iter().copied());
    let carried = watched.clock.carried();
    let origin = Origin { start: watched.clock.started_at, carried: carried.as_ref() };
    calendar.points(hours, origin, watched.due_at, &pauses)
}

/// A clock that passed a point, and what is done about it.
struct Escalated {
    watched: Watched,
    passing: Passing,
    /// The point that is told; none where the calendar has moved them meanwhile.
    told: Option<Point>,
    to: Vec<RecipientName>,
    urgency: Urgency,
}

async fn look(ctx: &Context, claim: &Claim, due: Vec<Watched>, now: Timestamp) -> Result<(), StageError> {
    let ruling = ctx.rules.current(&ctx.store).await?;
    let duty = Duty::of(ctx, now).await?;
    let (passed, unarmed): (Vec<Watched>, Vec<Watched>) =
        due.into_iter().partition(|watched| watched.next.is_some());
    let armed: Vec<Arming> = unarmed.iter().map(|watched| arming(&ruling, watched, now)).collect();
    let escalated: Vec<Escalated> =
        passed.into_iter().filter_map(|watched| escalate(&ruling, &duty, watched, now)).collect();

    let mut tx = ctx.store.begin(Step::Keep).await?;
    replies::arm(&mut tx, &armed).await?;
    let passing: Vec<Passing> = escalated.iter().map(|one| one.passing.clone()).collect();
    // An answer may have come since the look.
    let still: HashSet<ClockId> = replies::pass(&mut tx, &passing, now).await?.into_iter().collect();
    let told: Vec<&Escalated> =
        escalated.iter().filter(|one| one.told.is_some() && still.contains(&one.watched.clock.id)).collect();
    for ((to, urgency), items) in by_recipient(&told) {
        notices::gather(&mut tx, to, urgency, &items, duty.from(to, urgency, now), now).await?;
    }
    jobs::reschedule(&mut tx, &claim.lease, now).await?;
    // Last: the log's head is one row that every transaction needs.
    let events: Vec<AuditEvent> = told.iter().filter_map(|one| one.entry(now)).collect();
    audit::append(&mut tx, &events).await?;
    tx.commit().await?;

    for one in &told {
        let alert = if matches!(one.told, Some(Point::Used(_))) { "due_soon" } else { "overdue" };
        metrics::counter!("majlis_reply_alerts_total", "alert" => alert).increment(1);
        tracing::warn!(comment.id = %one.watched.clock.comment, clock = %one.watched.clock.clock, alert, "a reply is owed");
    }
    Ok(())
}

fn escalate(ruling: &Ruling, duty: &Duty, watched: Watched, now: Timestamp) -> Option<Escalated> {
    let was_next = watched.next?;
    let points = points(ruling, &watched);
    let passed = escalation::passed(&points, was_next.point, now);
    let step =
        passed.told.and_then(|told| ruling.calendar.escalation().iter().find(|step| step.point == told));
    let promise = ruling.calendar.promise(&watched.clock.owed());
    let is_urgent = step.and_then(|step| step.urgent).unwrap_or(promise.is_some_and(Promise::is_urgent));
    let urgency = if is_urgent { Urgency::Urgent } else { Urgency::Ordinary };
    let to: Vec<RecipientName> = step
        .map(|step| step.to.iter().filter(|name| duty.knows(name)).cloned().collect())
        .unwrap_or_default();
    let held = !to.is_empty() && to.iter().all(|name| duty.from(name, urgency, now) > now);
    let outcome = if held { Outcome::Held } else { Outcome::Sent };
    let skipped = passed.skipped.iter().map(|point| (*point, Outcome::Skipped));
    let passing = Passing {
        clock: watched.clock.id,
        generation: watched.clock.generation,
        due_at: watched.due_at,
        was_next,
        points: skipped.chain(passed.told.map(|told| (told, outcome))).collect(),
        next: passed.next,
    };
    Some(Escalated { watched, passing, told: passed.told, to, urgency })
}

fn by_recipient<'a>(told: &[&'a Escalated]) -> BTreeMap<(&'a RecipientName, Urgency), Vec<Told>> {
    let mut notices: BTreeMap<(&RecipientName, Urgency), Vec<Told>> = BTreeMap::new();
    for one in told {
        let Some(point) = one.told else { continue };
        for to in &one.to {
            let item = Told { clock: one.watched.clock.id, point };
            notices.entry((to, one.urgency)).or_default().push(item);
        }
    }
    notices
}

impl Escalated {
    fn entry(&self, now: Timestamp) -> Option<AuditEvent> {
        let told = self.told?;
        let passes_deadline = self.passing.points.iter().any(|(point, _)| *point == Point::Past(0));
        let act = match told {
            Point::Used(_) => "clock.due_soon",
            Point::Past(_) if passes_deadline => "clock.overdue",
            Point::Past(_) => "clock.escalated",
        };
        let words = |words: Vec<String>| words.join(" ");
        let skipped = self.passing.points.iter().filter(|(_, outcome)| *outcome == Outcome::Skipped);
        let outcome = self.passing.points.last().map_or("", |(_, outcome)| outcome.as_str());
        let entry = self.watched.clock.entry(act, Actor::Machine("remind"), now);
        Some(
            entry
                .word("point", told.to_string())
                .word("outcome", outcome)
                .word("skipped", words(skipped.map(|(point, _)| point.to_string()).collect()))
                .word("to", words(self.to.iter().map(ToString::to_string).collect())),
        )
    }
}

/// From when on each recipient may be told of what is not urgent.
struct Duty(HashMap<RecipientName, Timestamp>);

impl Duty {
    async fn of(ctx: &Context, now: Timestamp) -> Result<Self, StageError> {
        let mut duty = HashMap::new();
        for recipient in ctx.notifier.recipients() {
            let from = on_duty_from(ctx, recipient, Urgency::Ordinary, now).await?;
            duty.insert(recipient.name.clone(), from);
        }
        Ok(Duty(duty))
    }

    fn knows(&self, name: &RecipientName) -> bool {
        self.0.contains_key(name)
    }

    fn from(&self, name: &RecipientName, urgency: Urgency, now: Timestamp) -> Timestamp {
        match urgency {
            Urgency::Urgent => now,
            Urgency::Ordinary => self.0.get(name).copied().unwrap_or(now),
        }
    }
}
