//! What a new calendar or another priority did to a deadline, in words: that it was left no more than grace, that a missed one was
//! missed no longer, and what follows for whoever answers.

use super::{Facts, Told, clock_time, promised, seconds, when};
use crate::domain::calendar::{Carried, Counted, Grace, Proof, WorkingSeconds};
use crate::domain::reply::Due;

impl Told<'_> {
    /// Nothing, where none did more than to move the deadline.
    pub(super) fn changed(&self, proof: Option<&Proof>) -> Facts {
        let Told { lang, clock, .. } = *self;
        let mut facts = Facts::new();
        if let Some((proof, carried)) = proof.and_then(|proof| Some((proof, proof.carried.as_ref()?))) {
            facts.push(self.carried(proof, carried));
        }
        if let Some(at) = clock.shortened_at {
            let what = lang.pick("قُصّرت المهلة", "Shortened");
            facts.push((what, self.moment(at)));
        }
        if let Some((proof, grace)) = proof.and_then(|proof| Some((proof, proof.grace.as_ref()?))) {
            facts.push(self.grace(proof, grace));
        }
        if let (Some(missed), Some(withdrawn)) = (clock.breached_at, clock.breach_withdrawn_at) {
            facts.push(self.withdrawn(&self.moment(missed), &self.moment(withdrawn)));
        }
        facts
    }

    /// What was used of the promise before, and what of this one is counted from then.
    fn carried(&self, proof: &Proof, carried: &Carried) -> (&'static str, String) {
        let lang = self.lang;
        let (at, used, of) =
            (self.moment(carried.at), seconds(lang, carried.used), seconds(lang, carried.of));
        let rest = promised(lang, carried.rest_of(proof.target));
        let hours = &carried.hours;
        lang.pick(
            (
                "نُقل من وعد سابق",
                format!("حتى {at} استُهلك {used} من {of} (\u{2068}{hours}\u{2069})، ويُحسب الباقي من هذا الوعد ابتداءً منها: {rest}."),
            ),
            (
                "Carried over",
                format!("By {at}, {used} of {of} were used ({hours}); the rest of this promise is counted from then: {rest}."),
            ),
        )
    }

    /// Why it is due after the instant that its sum leads to.
    fn grace(&self, proof: &Proof, grace: &Grace) -> (&'static str, String) {
        let lang = self.lang;
        let (counted, due, from) =
            (self.moment(proof.due_at), self.moment(grace.due_at), self.moment(grace.from));
        let name = lang.pick("مهلة إضافية", "Grace");
        if grace.due_at <= grace.from {
            let both = lang.pick(
                format!("بالحساب الجديد كان الموعد {counted}، وبالسابق {due}. مضى الموعدان، ويُحسب الأخير منهما."),
                format!("By the new count it was due {counted}, by the former one {due}. Both had passed, and the later one counts."),
            );
            return (lang.pick("الموعدان", "Two deadlines"), both);
        }
        let why = lang.pick(
            format!("بالحساب الجديد كان الموعد {counted}، وقد مضى"),
            format!("by the new count it was due {counted}, which had passed"),
        );
        let left = match grace.working_time() {
            WorkingSeconds(0) => {
                lang.pick(format!("حتى {due} كما كانت: {why}."), format!("until {due}, as before: {why}."))
            }
            time => {
                let time = seconds(lang, time);
                lang.pick(
                    format!("{time} من وقت العمل ابتداءً من {from}: {why}."),
                    format!("{time} of working time from {from}: {why}."),
                )
            }
        };
        (name, format!("{left}{}", self.follows(&due)))
    }

    /// What it means for an answer that is still owed.
    fn follows(&self, due: &str) -> String {
        let Told { lang, clock, now, .. } = *self;
        match clock.timing.due {
            Due::At { due_at, .. } if clock.state.is_open() && now <= due_at => {
                lang.pick(format!(" الرد حتى {due} في موعده."), format!(" An answer by {due} is in time."))
            }
            _ => String::new(),
        }
    }

    fn withdrawn(&self, missed: &str, withdrawn: &str) -> (&'static str, String) {
        self.lang.pick(
            (
                "تجاوز مُلغى",
                format!("فات الموعد في {missed} دون رد، وأُلغي التجاوز في {withdrawn} لأن الرد لم يكن مستحقًا بعد بالحساب الذي جدّ حينها. لا يُحسب تجاوزًا، ويبقى الأمران في سجل التدقيق."),
            ),
            (
                "Breach withdrawn",
                format!("Missed at {missed}; taken back at {withdrawn}, because by the count that was new then the answer was not due yet. It does not count as missed, and both stay in the audit log."),
            ),
        )
    }

    /// The stretches of grace, after the lines of the sum.
    pub(super) fn grace_lines(&self, grace: &Grace) -> Vec<[String; 5]> {
        let lang = self.lang;
        let mut total = 0;
        let line = |line: &Counted| {
            total += line.seconds.0;
            let sum = clock_time(WorkingSeconds(total));
            [
                when::day(lang, self.zone, line.from),
                self.time(line.from),
                self.time(line.to),
                clock_time(line.seconds),
                lang.pick(format!("مهلة {sum}"), format!("grace {sum}")),
            ]
        };
        grace.counted.iter().map(line).collect()
    }
}

#[cfg(test)]
pub(super) mod tests {
    use jiff::Timestamp;
    use jiff::tz::TimeZone;

    use super::super::Beside;
    use super::*;
    use crate::domain::calendar::{Calendar, Origin, Owed, Pauses};
    use crate::domain::comment::{CommentId, Platform};
    use crate::domain::judge::Kind;
    use crate::domain::lang::Lang;
    use crate::domain::reply::{ClockKind, ClockState, Language, Priority};
    use crate::store::replies::{Clock, ClockId, Timing};
    use crate::web::Explanation;

    const SHIPPED: &str = include_str!("../../../../config/calendar.toml");

    pub(in super::super) fn at(wall: &str) -> Timestamp {
        format!("2026-11-{wall}:00+04:00").parse().unwrap()
    }

    /// A question from half past seven on the 24th, which was due at half past three, with this done to its deadline.
    pub(in super::super) fn clock(grace: Option<Grace>) -> Clock {
        let calendar = Calendar::parse("calendar.toml", SHIPPED).unwrap();
        let (clock, platform, kind) = (ClockKind::FirstReply, Platform::X, Kind::Question);
        let (priority, language) = (Priority::Normal, Language::Arabic);
        let owed = Owed { clock, platform, kind, priority, language, team: None };
        let started_at = at("24T07:30");
        let deadline = calendar.due(started_at, calendar.promise(&owed).unwrap(), &Pauses::NONE).unwrap();
        let deadline = match grace {
            Some(grace) => deadline.with_grace(grace),
            None => deadline,
        };
        let timing = Timing {
            due: Due::At { due_at: deadline.due_at, due_soon_at: deadline.due_soon_at },
            calendar: calendar.version().clone(),
            basis: serde_json::to_string(&deadline.proof).unwrap(),
        };
        Clock {
            id: ClockId(1),
            comment: CommentId(1),
            thread: CommentId(1),
            platform,
            clock,
            kind,
            priority,
            language,
            team: None,
            own_target: None,
            started_at,
            received_at: started_at,
            timing,
            generation: 1,
            state: ClockState::Running,
            shortened_at: None,
            breached_at: None,
            breach_withdrawn_at: None,
        }
    }

    /// Half an hour from ten on the 25th.
    fn half_an_hour() -> Grace {
        let calendar = Calendar::parse("calendar.toml", SHIPPED).unwrap();
        Grace::of(calendar.official(), at("25T10:00"), WorkingSeconds(1_800), &Pauses::NONE).unwrap()
    }

    fn explained(lang: Lang, clock: &Clock, now: &str) -> Explanation {
        Explanation::of(
            lang,
            &TimeZone::get("Asia/Dubai").unwrap(),
            None,
            clock,
            Beside { clocks: &[], pauses: &[] },
            None,
            at(now),
        )
    }

    pub(in super::super) fn fact(explained: &Explanation, name: &str) -> Option<String> {
        explained.facts.iter().find(|(what, _)| *what == name).map(|(_, fact)| fact.clone())
    }

    #[test]
    fn a_deadline_that_no_calendar_cut_short_says_nothing_of_it() {
        let explained = explained(Lang::En, &clock(None), "24T09:00");
        for name in ["Grace", "Two deadlines", "Shortened", "Breach withdrawn"] {
            assert_eq!(fact(&explained, name), None);
        }
        assert_eq!(explained.lines.len(), 1);
    }

    #[test]
    fn the_team_that_it_was_promised_for_is_told() {
        let name = "Team when it began";
        assert_eq!(fact(&explained(Lang::En, &clock(None), "24T09:00"), name), None);
        let clock = Clock { team: "licensing".parse().ok(), ..clock(None) };
        assert_eq!(fact(&explained(Lang::En, &clock, "24T09:00"), name).as_deref(), Some("licensing"));
        let arabic = fact(&explained(Lang::Ar, &clock, "24T09:00"), "الفريق عند بدء المهلة");
        assert_eq!(arabic.as_deref(), Some("licensing"));
    }

    #[test]
    fn what_carried_over_is_told_with_what_is_left() {
        let running = clock(None);
        let carried =
            Carried::of(&running.proof().unwrap(), WorkingSeconds(6 * 3_600), at("24T09:30")).unwrap();
        let calendar = Calendar::parse("calendar.toml", SHIPPED).unwrap();
        let origin = Origin { start: running.started_at, carried: Some(&carried) };
        let promise = calendar.promise(&running.owed()).unwrap();
        let proof = calendar.due(origin, promise, &Pauses::NONE).unwrap().proof;
        let timing = Timing { basis: serde_json::to_string(&proof).unwrap(), ..running.timing.clone() };
        let clock = Clock { timing, ..running };
        let told = explained(Lang::En, &clock, "24T10:00");
        assert_eq!(
            fact(&told, "Carried over").unwrap(),
            "By Tuesday 24 November 2026, 09:30, 2:00:00 (7200 s) of 8:00:00 (28800 s) were used (official); the rest of this \
             promise is counted from then: 6 hours = 6:00:00 (21600 s)."
        );
        assert_eq!(told.lines[0][1..3], ["09:30", "15:30"]);
        let arabic = fact(&explained(Lang::Ar, &clock, "24T10:00"), "نُقل من وعد سابق").unwrap();
        assert!(arabic.contains("7200") && arabic.contains("21600"), "{arabic}");
    }

    #[test]
    fn grace_is_told_with_its_reason_its_lines_and_what_follows() {
        let clock = Clock { shortened_at: Some(at("25T10:00")), ..clock(Some(half_an_hour())) };
        let told = explained(Lang::En, &clock, "25T10:05");
        assert_eq!(
            fact(&told, "Grace").unwrap(),
            "0:30:00 (1800 s) of working time from Wednesday 25 November 2026, 10:00: by the new count it was due \
             Tuesday 24 November 2026, 15:30, which had passed. An answer by Wednesday 25 November 2026, 10:30 is in time."
        );
        assert_eq!(fact(&told, "Shortened").unwrap(), "Wednesday 25 November 2026, 10:00");
        assert_eq!(told.lines[1][1..], ["10:00", "10:30", "0:30:00", "grace 0:30:00"]);
        let missed = explained(Lang::En, &clock, "25T11:00");
        assert!(
            fact(&missed, "Grace").unwrap().ends_with("which had passed."),
            "nothing is in time any more"
        );
        let arabic = explained(Lang::Ar, &clock, "25T10:05");
        assert!(fact(&arabic, "مهلة إضافية").unwrap().contains("في موعده"));
    }

    #[test]
    fn grace_that_ends_as_before_is_told_so() {
        let former = Grace::former(at("25T10:10"), at("25T10:30"));
        let told = fact(&explained(Lang::En, &clock(Some(former)), "25T10:15"), "Grace").unwrap();
        assert!(told.starts_with("until Wednesday 25 November 2026, 10:30, as before: "), "{told}");
    }

    #[test]
    fn of_two_deadlines_that_had_passed_the_later_is_named() {
        let former = Grace::former(at("26T09:00"), at("25T10:30"));
        let told = fact(&explained(Lang::En, &clock(Some(former)), "26T09:30"), "Two deadlines").unwrap();
        assert_eq!(
            told,
            "By the new count it was due Tuesday 24 November 2026, 15:30, by the former one Wednesday 25 November 2026, \
             10:30. Both had passed, and the later one counts."
        );
    }

    #[test]
    fn a_breach_that_was_withdrawn_is_told_with_both_instants() {
        let (breached_at, breach_withdrawn_at) = (Some(at("24T12:00")), Some(at("24T13:00")));
        let clock = Clock { breached_at, breach_withdrawn_at, ..clock(None) };
        let told = fact(&explained(Lang::En, &clock, "24T14:00"), "Breach withdrawn").unwrap();
        assert!(told.starts_with("Missed at Tuesday 24 November 2026, 12:00; "), "{told}");
        assert!(told.contains("taken back at Tuesday 24 November 2026, 13:00"), "{told}");
        assert!(told.contains("does not count as missed"), "{told}");
        let stands = Clock { breach_withdrawn_at: None, ..clock };
        assert_eq!(fact(&explained(Lang::En, &stands, "24T14:00"), "Breach withdrawn"), None);
    }
}
