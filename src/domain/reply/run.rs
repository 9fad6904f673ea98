//! The run of one clock: a state machine of what happens to it.
//!
//! | event | running | paused | stopped |
//! |---|---|---|---|
//! | pause | paused, if the reason may pause this clock | paused as before: pauses that overlap are one | refused |
//! | resume | refused | running | refused |
//! | answer, cancel | answered, cancelled | the pause is closed, then the same | refused: the first counts |
//! | solve | solved, if it is a solve clock | the pause is closed, then the same | refused |
//!
//! Of events at one instant only the strongest counts, in whatever order they are heard of: a stop beats a pause, a pause
//! beats a start. An answer that turns out to be older than a pause is as old as it is, and the pause then counts for
//! nothing. Nothing happens to a clock before it starts: an older answer answered something else.

use jiff::Timestamp;

use super::{AnsweredBy, CancelReason, ClockKind, ClockState, PauseReason};

/// A clock from its start on. Immutable: [`Run::after`] gives the next one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// Which answer it waits for.
    pub clock: ClockKind,
    /// When it began to run.
    pub started_at: Timestamp,
    /// How far it has come.
    pub state: ClockState,
    /// When it stood still, oldest first. The pause that has not ended is not among them: it is the state.
    pub pauses: Vec<(Timestamp, Timestamp)>,
}

/// What happens to a clock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ClockEvent {
    /// It goes on.
    Resume,
    /// It stands still from then on.
    Pause(PauseReason),
    /// We answered.
    Answer(AnsweredBy),
    /// A member of staff, by name, says that the matter is at its end.
    Solve(String),
    /// Nothing is owed any longer.
    Cancel(CancelReason),
}

/// Why an event cannot happen to a clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ClockError {
    /// It is in a state that the event does not start from.
    #[error("a clock that is {from} cannot be {to}")]
    Illegal {
        /// The state it is in.
        from: &'static str,
        /// The state it would be in.
        to: &'static str,
    },
    /// Such a clock does not stand still for this reason.
    #[error("a {} clock does not stand still for the reason {}", clock, reason.as_str())]
    NotForThis {
        /// The clock.
        clock: ClockKind,
        /// The reason.
        reason: PauseReason,
    },
    /// It is a solve clock, which no reply stops, or another, which only a reply stops.
    #[error("a {0} clock does not stop so")]
    StopsOtherwise(ClockKind),
    /// It happened before the clock began to run.
    #[error("the clock did not run yet")]
    BeforeStart,
}

impl ClockEvent {
    /// Which of two events at one instant counts: the greater.
    fn strength(&self) -> u8 {
        match self {
            ClockEvent::Resume => 0,
            ClockEvent::Pause(_) => 1,
            ClockEvent::Answer(_) | ClockEvent::Solve(_) | ClockEvent::Cancel(_) => 2,
        }
    }

    /// The word for the state that it leads to.
    fn leads_to(&self) -> &'static str {
        match self {
            ClockEvent::Resume => "resumed",
            ClockEvent::Pause(_) => "paused",
            ClockEvent::Answer(_) => "answered",
            ClockEvent::Solve(_) => "solved",
            ClockEvent::Cancel(_) => "cancelled",
        }
    }
}

impl Run {
    /// A clock that begins to run.
    pub fn start(clock: ClockKind, started_at: Timestamp) -> Self {
        Run { clock, started_at, state: ClockState::Running, pauses: Vec::new() }
    }

    /// A clock to which all of this happened, heard of in any order.
    ///
    /// # Errors
    /// The first event that cannot happen.
    pub fn replay(
        clock: ClockKind,
        started_at: Timestamp,
        mut events: Vec<(Timestamp, ClockEvent)>,
    ) -> Result<Self, ClockError> {
        events.sort_by_key(|(at, event)| (*at, std::cmp::Reverse(event.strength())));
        let mut done: Option<Timestamp> = None;
        events.into_iter().try_fold(Run::start(clock, started_at), |run, (at, event)| {
            // The strongest of an instant came first, and the others are nothing beside it.
            match done.replace(at) {
                Some(before) if before == at => Ok(run),
                _ => run.after(at, event),
            }
        })
    }

    /// The clock after one more event, which is beaten, and changes nothing, where a stronger one happened at that instant.
    ///
    /// # Errors
    /// See the table above.
    pub fn after(self, at: Timestamp, event: ClockEvent) -> Result<Self, ClockError> {
        if at < self.started_at {
            return Err(ClockError::BeforeStart);
        }
        if self.is_beaten(at, &event) {
            return Ok(self);
        }
        match (&self.state, event) {
            (ClockState::Running, ClockEvent::Pause(reason)) => {
                if !reason.may_pause(self.clock) {
                    return Err(ClockError::NotForThis { clock: self.clock, reason });
                }
                Ok(Run { state: ClockState::Paused { since: at, reason }, ..self })
            }
            (ClockState::Paused { .. }, ClockEvent::Pause(_)) => Ok(self),
            (ClockState::Paused { .. }, ClockEvent::Resume) => {
                Ok(Run { state: ClockState::Running, ..self.still_until(at) })
            }
            (state, event) if !state.is_open() || event == ClockEvent::Resume => {
                Err(ClockError::Illegal { from: state.word(), to: event.leads_to() })
            }
            (_, ClockEvent::Answer(by)) if self.clock != ClockKind::Solve => {
                Ok(Run { state: ClockState::Answered { at, by }, ..self.still_until(at) })
            }
            (_, ClockEvent::Solve(by)) if self.clock == ClockKind::Solve => {
                Ok(Run { state: ClockState::Solved { at, by }, ..self.still_until(at) })
            }
            (_, ClockEvent::Cancel(reason)) => {
                Ok(Run { state: ClockState::Cancelled { at, reason }, ..self.still_until(at) })
            }
            _ => Err(ClockError::StopsOtherwise(self.clock)),
        }
    }

    fn is_beaten(&self, at: Timestamp, event: &ClockEvent) -> bool {
        let (since, strength) = match &self.state {
            ClockState::Running => return false,
            ClockState::Paused { since, .. } => (*since, 1),
            ClockState::Answered { at, .. }
            | ClockState::Solved { at, .. }
            | ClockState::Cancelled { at, .. } => (*at, 2),
        };
        since == at && event.strength() < strength
    }

    /// The same with its pauses as far as they lie before `at`, the open one closed.
    fn still_until(self, at: Timestamp) -> Self {
        let open = match self.state {
            ClockState::Paused { since, .. } => Some((since, at)),
            _ => None,
        };
        let before = |(from, until): (Timestamp, Timestamp)| (from < at).then(|| (from, until.min(at)));
        Run { pauses: self.pauses.into_iter().chain(open).filter_map(before).collect(), ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::action::ActionId;
    use proptest::prelude::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn next_reply() -> Run {
        Run::start(ClockKind::NextReply, at(0))
    }

    fn solve() -> Run {
        Run::start(ClockKind::Solve, at(0))
    }

    const WAITS: ClockEvent = ClockEvent::Pause(PauseReason::WaitingForAsker);
    const HIDDEN: ClockEvent = ClockEvent::Cancel(CancelReason::Hidden);

    fn answer() -> ClockEvent {
        ClockEvent::Answer(AnsweredBy::Action(ActionId(1)))
    }

    fn solved() -> ClockEvent {
        ClockEvent::Solve("amal".to_owned())
    }

    #[test]
    fn a_pause_lasts_until_the_clock_is_resumed() {
        let paused = next_reply().after(at(10), WAITS).unwrap();
        assert_eq!(paused.state, ClockState::Paused { since: at(10), reason: PauseReason::WaitingForAsker });
        let resumed = paused.after(at(25), ClockEvent::Resume).unwrap();
        assert_eq!((resumed.state, resumed.pauses), (ClockState::Running, vec![(at(10), at(25))]));
    }

    #[test]
    fn a_pause_during_a_pause_is_the_same_pause() {
        let paused = next_reply().after(at(10), WAITS).unwrap();
        let merged = ClockEvent::Pause(PauseReason::Merged);
        assert_eq!(paused.clone().after(at(12), merged).unwrap(), paused);
    }

    #[test]
    fn paused_to_solved_in_one_step_closes_the_pause() {
        let done = solve().after(at(10), WAITS).unwrap().after(at(30), solved()).unwrap();
        assert_eq!(done.state, ClockState::Solved { at: at(30), by: "amal".to_owned() });
        assert_eq!(done.pauses, [(at(10), at(30))]);
    }

    #[test]
    fn an_answer_older_than_the_pause_leaves_nothing_of_it() {
        let late_heard = next_reply().after(at(10), WAITS).unwrap().after(at(9), answer()).unwrap();
        assert_eq!((late_heard.state.kept_at(), late_heard.pauses.len()), (Some(at(9)), 0));
    }

    #[test]
    fn a_stopped_clock_stays_stopped() {
        let answered = next_reply().after(at(10), answer()).unwrap();
        for event in [answer(), HIDDEN, WAITS, ClockEvent::Resume] {
            let refused = answered.clone().after(at(11), event).unwrap_err();
            assert!(matches!(refused, ClockError::Illegal { from: "answered", .. }), "{refused}");
        }
        let hidden = next_reply().after(at(10), HIDDEN).unwrap();
        assert!(hidden.after(at(11), answer()).is_err());
    }

    #[test]
    fn nothing_happens_to_a_clock_before_it_starts() {
        let run = Run::start(ClockKind::FirstReply, at(100));
        assert_eq!(run.clone().after(at(99), answer()), Err(ClockError::BeforeStart));
        assert!(run.after(at(100), answer()).is_ok());
    }

    #[test]
    fn a_first_reply_is_not_paused_to_wait_for_the_asker() {
        let refused = Run::start(ClockKind::FirstReply, at(0)).after(at(5), WAITS).unwrap_err();
        assert_eq!(
            refused.to_string(),
            "a first_reply clock does not stand still for the reason waiting_for_asker"
        );
    }

    #[test]
    fn a_reply_does_not_solve_and_a_solution_is_no_reply() {
        assert_eq!(solve().after(at(5), answer()), Err(ClockError::StopsOtherwise(ClockKind::Solve)));
        assert_eq!(
            next_reply().after(at(5), solved()),
            Err(ClockError::StopsOtherwise(ClockKind::NextReply))
        );
    }

    #[test]
    fn at_one_instant_a_stop_beats_a_pause_and_a_pause_beats_a_start() {
        let paused = next_reply().after(at(5), WAITS).unwrap();
        let still = paused.clone().after(at(5), ClockEvent::Resume).unwrap();
        assert_eq!(still, paused, "paused and resumed at one instant stays paused");
        let answered = paused.after(at(5), answer()).unwrap();
        assert_eq!((answered.state.kept_at(), answered.pauses.len()), (Some(at(5)), 0));
        assert_eq!(answered.clone().after(at(5), WAITS).unwrap(), answered);
    }

    fn event() -> impl Strategy<Value = ClockEvent> {
        let reason = proptest::sample::select(PauseReason::ALL.to_vec());
        prop_oneof![
            2 => Just(ClockEvent::Resume),
            3 => reason.prop_map(ClockEvent::Pause),
            1 => Just(answer()),
        ]
    }

    proptest! {
        #[test]
        fn the_order_in_which_events_of_different_strength_are_heard_of_does_not_matter(
            drawn in prop::collection::vec((0_i64..6, event()), 0..8), turn in any::<prop::sample::Index>(),
        ) {
            // One event of a strength an instant: between two of the same, the one heard of first counts.
            let mut heard: Vec<(Timestamp, ClockEvent)> = Vec::new();
            for (second, event) in drawn {
                if !heard.iter().any(|(then, other)| *then == at(second) && other.strength() == event.strength()) {
                    heard.push((at(second), event));
                }
            }
            let as_heard = Run::replay(ClockKind::NextReply, at(0), heard.clone());
            let by = turn.index(heard.len().max(1));
            heard.rotate_left(by);
            prop_assert_eq!(&Run::replay(ClockKind::NextReply, at(0), heard.clone()), &as_heard);
            heard.reverse();
            prop_assert_eq!(&Run::replay(ClockKind::NextReply, at(0), heard), &as_heard);
        }

        #[test]
        fn pauses_never_overlap_and_lie_within_the_run(drawn in prop::collection::vec((0_i64..50, event()), 0..20)) {
            let mut run = next_reply();
            let mut drawn = drawn;
            drawn.sort_by_key(|(second, _)| *second);
            for (second, event) in drawn {
                run = run.clone().after(at(second), event).unwrap_or(run);
            }
            prop_assert!(run.pauses.iter().all(|(from, until)| from < until && *from >= run.started_at));
            prop_assert!(run.pauses.windows(2).all(|pair| pair[0].1 <= pair[1].0));
            if let Some(stopped) = run.state.stopped_at() {
                prop_assert!(run.pauses.iter().all(|(_, until)| *until <= stopped));
            }
        }
    }
}
