//! A matter that was opened again: the working time until it was solved first, and that of all its cycles.

use super::{Beside, Told, seconds};
use crate::domain::calendar::{Calendar, WorkingSeconds};
use crate::domain::reply::{ClockKind, Run};
use crate::store::replies::Clock;

impl Told<'_> {
    /// Nothing of a matter's first cycle.
    pub(super) fn cycles(
        &self,
        calendar: Option<&Calendar>,
        beside: Beside<'_>,
    ) -> Option<(&'static str, String)> {
        let Told { lang, clock, now, .. } = *self;
        let until_this = |one: &&Clock| one.clock == ClockKind::Solve && one.id <= clock.id;
        let cycles: Vec<&Clock> = beside.clocks.iter().filter(until_this).collect();
        if clock.clock != ClockKind::Solve || cycles.len() < 2 {
            return None;
        }
        let used = |cycle: &&Clock| {
            let of_it = beside.pauses.iter().filter(|pause| pause.clock == cycle.id);
            let pauses = of_it.filter_map(|pause| Some((pause.from, pause.until?))).collect();
            let (clock, started_at, state) = (cycle.clock, cycle.started_at, cycle.state.clone());
            cycle.used(calendar?, &Run { clock, started_at, state, pauses }, now)
        };
        let used: Vec<WorkingSeconds> = cycles.iter().map(used).collect::<Option<_>>()?;
        let total = seconds(lang, WorkingSeconds(used.iter().map(|one| one.0).sum()));
        let (first, number) = (seconds(lang, used[0]), used.len());
        Some(lang.pick(
            (
                "فُتح من جديد",
                format!("وقت العمل حتى الحل الأول {first}، ومجموعه في الفترات كلها ({number}) {total}."),
            ),
            (
                "Opened again",
                format!("Solved first after {first} of working time; {total} over its {number} cycles."),
            ),
        ))
    }
}

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;

    use super::super::changed::tests::{at, clock, fact};
    use super::*;
    use crate::domain::lang::Lang;
    use crate::domain::reply::ClockState;
    use crate::store::replies::ClockId;
    use crate::web::Explanation;

    /// Solved after two hours, and open again since the next morning.
    fn cycles() -> [Clock; 2] {
        let solved = ClockState::Solved { at: at("24T09:30"), by: "amal".to_owned() };
        let first = Clock { clock: ClockKind::Solve, state: solved, ..clock(None) };
        let second =
            Clock { id: ClockId(2), clock: ClockKind::Solve, started_at: at("25T07:30"), ..clock(None) };
        [first, second]
    }

    fn told(lang: Lang, clock: &Clock, clocks: &[Clock]) -> Explanation {
        let calendar =
            Calendar::parse("calendar.toml", include_str!("../../../../config/calendar.toml")).unwrap();
        let beside = Beside { clocks, pauses: &[] };
        Explanation::of(lang, &TimeZone::UTC, Some(&calendar), clock, beside, None, at("25T08:30"))
    }

    #[test]
    fn a_matter_that_was_opened_again_is_told_with_its_first_time_and_its_total() {
        let cycles = cycles();
        let again = fact(&told(Lang::En, &cycles[1], &cycles), "Opened again").unwrap();
        assert_eq!(
            again,
            "Solved first after 2:00:00 (7200 s) of working time; 3:00:00 (10800 s) over its 2 cycles."
        );
        assert!(fact(&told(Lang::Ar, &cycles[1], &cycles), "فُتح من جديد").unwrap().contains("10800"));
        assert_eq!(fact(&told(Lang::En, &cycles[0], &cycles), "Opened again"), None);
    }
}
