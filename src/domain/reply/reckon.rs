//! When a clock is due: a function of its run, of what is owed, of the calendar, of the grace that a change of the calendar
//! left it, and of nothing else.
//!
//! So it is counted anew, with the same result, whenever one of them changes: a pause that ended, another priority,
//! another calendar.

use super::{ClockState, Due, Run};
use crate::domain::calendar::{Calendar, CalendarError, Carried, Grace, Origin, Pauses, Promise, Proof};

/// When a clock is due, and why then.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reckoned {
    /// When it is due.
    pub due: Due,
    /// The sum behind it; while the clock stands still, that of the deadline it would have had.
    pub proof: Proof,
}

impl Run {
    /// When this clock is due by `calendar`, whose `promise` it is held to, `carried` over from another one if it was. Grace that
    /// it was left stays with it through pauses, and counts as long as the promise itself does not lead further.
    ///
    /// # Errors
    /// [`CalendarError::OutOfRange`].
    pub fn reckon(
        &self,
        calendar: &Calendar,
        promise: &Promise,
        carried: Option<&Carried>,
        grace: Option<&Grace>,
    ) -> Result<Reckoned, CalendarError> {
        let pauses = self.pauses();
        let deadline = calendar.due(Origin { start: self.started_at, carried }, promise, &pauses)?;
        let deadline = match grace {
            Some(grace) => deadline.with_grace(grace.after(promise.hours(), &pauses)?),
            None => deadline,
        };
        let due = match self.state {
            ClockState::Paused { since, .. } => {
                Due::Left { remaining: Due::remaining(promise.hours(), since, deadline.due_at)? }
            }
            _ => Due::At { due_at: deadline.due_at, due_soon_at: deadline.due_soon_at },
        };
        Ok(Reckoned { due, proof: deadline.proof })
    }

    /// When it stood still, but for a pause that has not ended.
    pub fn pauses(&self) -> Pauses {
        Pauses::of(self.pauses.iter().copied())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use jiff::{SignedDuration, Timestamp};
    use proptest::prelude::*;

    use super::super::{ClockEvent, ClockKind, Language, PauseReason, Priority, Standing, standing};
    use super::*;
    use crate::domain::calendar::{Owed, WorkingSeconds};
    use crate::domain::comment::Platform;
    use crate::domain::judge::Kind;

    /// Eight hours a day, Monday to Friday; a reply within eight of them, of four where it is urgent.
    const OFFICE: &str = r#"
        tz = "Asia/Dubai"
        [[weekly]]
        name = "Week"
        basis = "a test"
        from = "2022-01-01"
        hours = [
            { day = "mon", from = "08:00", to = "16:00" },
            { day = "tue", from = "08:00", to = "16:00" },
            { day = "wed", from = "08:00", to = "16:00" },
            { day = "thu", from = "08:00", to = "16:00" },
            { day = "fri", from = "08:00", to = "16:00" },
        ]
        [[promise]]
        priorities = ["urgent"]
        working_hours = 4
        [[promise]]
        working_hours = 8
        [[promise]]
        clock = "next_reply"
        languages = ["english"]
        working_days = 1
        ends = "same_time"
        [[promise]]
        clock = "next_reply"
        working_hours = 8
    "#;

    fn office() -> &'static Calendar {
        static COMPILED: LazyLock<Calendar> =
            LazyLock::new(|| Calendar::parse("calendar.toml", OFFICE).unwrap());
        &COMPILED
    }

    /// An instant of Tuesday the 24th, or of the days after it.
    fn on(day: i8, wall: &str) -> Timestamp {
        format!("2026-11-{day}T{wall}:00+04:00").parse().unwrap()
    }

    fn owed(priority: Priority) -> Owed {
        let (clock, language) = (ClockKind::NextReply, Language::Arabic);
        Owed { clock, platform: Platform::X, kind: Kind::Question, priority, language, team: None }
    }

    fn promised(priority: Priority) -> &'static Promise {
        office().promise(&owed(priority)).unwrap()
    }

    fn due(run: &Run) -> Due {
        run.reckon(office(), promised(Priority::Normal), None, None).unwrap().due
    }

    fn running() -> Run {
        Run::start(ClockKind::NextReply, on(24, "08:00"))
    }

    fn paused(wall: &str) -> Run {
        running().after(on(24, wall), ClockEvent::Pause(PauseReason::WaitingForAsker)).unwrap()
    }

    #[test]
    fn a_clock_that_stands_still_is_due_at_no_instant_and_keeps_the_time_that_was_left() {
        assert_eq!(due(&paused("10:00")), Due::Left { remaining: WorkingSeconds(6 * 3_600) });
        let overdue = running().after(on(25, "09:00"), ClockEvent::Pause(PauseReason::Merged)).unwrap();
        assert_eq!(due(&overdue), Due::Left { remaining: WorkingSeconds(0) });
    }

    #[test]
    fn a_clock_whose_deadline_is_an_opening_to_come_is_not_overdue_though_no_working_time_is_left() {
        let asked = Run::start(ClockKind::NextReply, on(23, "18:00"));
        let english = Owed { language: Language::English, ..owed(Priority::Normal) };
        let english = office().promise(&english).unwrap();
        let stands = |run: &Run, now| {
            let due = run.reckon(office(), english, None, None).unwrap().due;
            standing(&run.state, due, now)
        };
        assert_eq!(asked.reckon(office(), english, None, None).unwrap().due.at(), Some(on(25, "08:00")));
        let pause = |wall| asked.clone().after(on(25, wall), ClockEvent::Pause(PauseReason::Merged)).unwrap();
        assert_eq!(stands(&pause("06:00"), on(26, "12:00")), Standing::Paused);
        assert_eq!(
            stands(&pause("08:00"), on(26, "12:00")),
            Standing::Paused,
            "an answer then would be in time"
        );
        assert_eq!(stands(&pause("08:01"), on(26, "12:00")), Standing::Overdue);
    }

    #[test]
    fn a_clock_that_goes_on_is_due_later_by_the_open_time_that_it_stood_still() {
        let resumed = paused("10:00").after(on(24, "12:00"), ClockEvent::Resume).unwrap();
        assert_eq!(due(&resumed).at(), Some(on(25, "10:00")));
        let overnight = paused("15:00").after(on(25, "07:00"), ClockEvent::Resume).unwrap();
        assert_eq!(due(&overnight).at(), Some(on(25, "09:00")), "one open hour, whatever the night's length");
    }

    #[test]
    fn a_clock_answered_while_it_stands_still_is_due_as_if_it_had_gone_on_then() {
        let by = super::super::AnsweredBy::SeenOnPlatform("r".to_owned());
        let answered = paused("10:00").after(on(24, "12:00"), ClockEvent::Answer(by)).unwrap();
        assert_eq!(due(&answered).at(), Some(on(25, "10:00")));
    }

    #[test]
    fn another_priority_is_counted_from_the_same_start() {
        let first = Owed { clock: ClockKind::FirstReply, ..owed(Priority::Urgent) };
        let first = office().promise(&first).unwrap();
        let urgent = running().reckon(office(), first, None, None).unwrap();
        assert_eq!(urgent.due.at(), Some(on(24, "12:00")));
        urgent.proof.check().unwrap();
    }

    /// Half an hour that a change of the calendar left to a clock, from two o'clock on Wednesday: its eight hours were used by
    /// Tuesday's closing.
    fn grace() -> Grace {
        Grace::of(office().official(), on(25, "14:00"), WorkingSeconds(1_800), &Pauses::NONE).unwrap()
    }

    fn reckoned(run: &Run, grace: &Grace) -> Reckoned {
        let reckoned = run.reckon(office(), promised(Priority::Normal), None, Some(grace)).unwrap();
        assert_eq!(reckoned.proof.check(), Ok(()));
        reckoned
    }

    fn stopped(run: Run, day: i8, wall: &str) -> Run {
        run.after(on(day, wall), ClockEvent::Pause(PauseReason::PlatformOutage)).unwrap()
    }

    fn resumed(run: Run, day: i8, wall: &str) -> Run {
        run.after(on(day, wall), ClockEvent::Resume).unwrap()
    }

    #[test]
    fn what_is_left_of_grace_goes_on_after_each_pause() {
        assert_eq!(reckoned(&running(), &grace()).due.at(), Some(on(25, "14:30")));
        let still = stopped(running(), 25, "14:10");
        assert_eq!(reckoned(&still, &grace()).due, Due::Left { remaining: WorkingSeconds(1_200) });
        let again = resumed(still, 25, "15:50");
        let once = reckoned(&again, &grace());
        assert_eq!(
            once.due.at(),
            Some(on(26, "08:10")),
            "ten minutes before closing and ten the next morning"
        );
        let kept = once.proof.grace.unwrap();
        assert_eq!(kept.working_time(), WorkingSeconds(1_800));
        let twice = resumed(stopped(again, 26, "08:05"), 26, "09:00");
        assert_eq!(reckoned(&twice, &kept).due.at(), Some(on(26, "09:05")));
    }

    #[test]
    fn the_former_deadline_that_stays_in_place_of_grace_is_paused_like_it() {
        let former = Grace::former(on(25, "14:00"), on(25, "14:30"));
        let run = resumed(stopped(running(), 25, "14:10"), 25, "15:00");
        assert_eq!(reckoned(&run, &former).due.at(), Some(on(25, "15:20")));
    }

    #[test]
    fn pauses_before_grace_and_after_its_end_move_it_by_nothing() {
        let before = resumed(stopped(running(), 25, "10:00"), 25, "11:00");
        assert_eq!(reckoned(&before, &grace()).due.at(), Some(on(25, "14:30")));
        let late = stopped(running(), 25, "15:00");
        assert_eq!(reckoned(&late, &grace()).due, Due::Left { remaining: WorkingSeconds(0) });
        assert_eq!(
            reckoned(&resumed(late, 26, "12:00"), &grace()).due.at(),
            Some(on(25, "14:30")),
            "it was late before"
        );
    }

    #[test]
    fn grace_counts_as_long_as_the_promise_leads_no_further() {
        let start = Run::start(ClockKind::NextReply, on(25, "09:00"));
        let reckoned = reckoned(&start, &grace());
        assert_eq!((reckoned.due.at(), reckoned.proof.grace), (Some(on(26, "09:00")), None));
    }

    proptest! {
        #[test]
        fn pauses_cost_their_open_time_and_nothing_else(cuts in prop::collection::vec(0_i64..200_000, 0..8)) {
            let (calendar, start) = (office(), on(24, "08:00"));
            let mut cuts: Vec<Timestamp> = cuts.iter().map(|cut| start + SignedDuration::from_secs(*cut)).collect();
            cuts.sort_unstable();
            let mut run = running();
            for pair in cuts.chunks_exact(2) {
                run = run.after(pair[0], ClockEvent::Pause(PauseReason::PlatformOutage)).unwrap();
                run = run.after(pair[1], ClockEvent::Resume).unwrap();
                if run.state != ClockState::Running {
                    return Ok(()); // Paused and resumed at one instant: the pause won.
                }
            }
            let reckoned = run.reckon(calendar, calendar.promise(&owed(Priority::Normal)).unwrap(), None, None).unwrap();
            let due = reckoned.due.at().unwrap();
            let run_for = calendar.official().elapsed(start, due, &run.pauses()).unwrap();
            prop_assert_eq!(run_for, WorkingSeconds(8 * 3_600));
            prop_assert!(reckoned.proof.check().is_ok());
            let unpaused = running().reckon(calendar, calendar.promise(&owed(Priority::Normal)).unwrap(), None, None).unwrap();
            prop_assert!(due >= unpaused.due.at().unwrap());
        }

        #[test]
        fn grace_is_as_long_as_it_was_given_whatever_the_pauses(
            stop in 0_i64..200_000, length in 1_i64..200_000, again in 0_i64..100_000,
        ) {
            let from = on(25, "14:00");
            let ends = from + SignedDuration::from_secs(stop + length);
            let mut run = running();
            for (stops, resumes) in [(from + SignedDuration::from_secs(stop), ends), (ends + SignedDuration::from_secs(again), ends + SignedDuration::from_secs(again + length))] {
                run = run.after(stops, ClockEvent::Pause(PauseReason::Merged)).unwrap();
                run = run.after(resumes, ClockEvent::Resume).unwrap();
                if run.state != ClockState::Running {
                    return Ok(());
                }
            }
            let once = reckoned(&run, &grace());
            let due = once.due.at().unwrap();
            let ran = office().official().elapsed(from, due, &run.pauses()).unwrap();
            prop_assert_eq!(ran, WorkingSeconds(1_800));
            prop_assert_eq!(reckoned(&run, &once.proof.grace.unwrap()).due, once.due, "counting it again changes nothing");
        }

        #[test]
        fn what_is_left_at_a_pause_is_what_remains_after_it(stop in 0_i64..300_000, length in 1_i64..300_000) {
            let calendar = office();
            let stops = on(24, "08:00") + SignedDuration::from_secs(stop);
            let goes_on = stops + SignedDuration::from_secs(length);
            let still = running().after(stops, ClockEvent::Pause(PauseReason::Merged)).unwrap();
            let Due::Left { remaining } = due(&still) else { panic!("it stands still") };
            let again = still.after(goes_on, ClockEvent::Resume).unwrap();
            let due_at = due(&again).at().unwrap();
            let after = calendar.official().elapsed(goes_on, due_at, &Pauses::NONE).unwrap();
            let at_the_deadline = due(&running()).at() == Some(stops);
            prop_assert!(after == remaining || (at_the_deadline && remaining == WorkingSeconds(1)));
        }
    }
}
