//! A deadline explained so that a person can check it by hand: what was promised, each stretch of open time that was counted,
//! the pauses that were not, the rules of the calendar behind it, and which versions of calendar and time zone data.
//!
//! The page of a comment and `majlis deadline explain` show the same lines.

mod changed;
mod cycles;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::domain::attribution::{Attribution, Share};
use crate::domain::calendar::{Calendar, DayEnd, Proof, Target, WorkingSeconds};
use crate::domain::lang::Lang;
use crate::domain::lang::counted::{Thing, counted};
use crate::domain::lang::{hands as whose, names};
use crate::domain::reply::{ClockState, Due, Standing, standing};
use crate::domain::routing::Routing;
use crate::store::comments::Story;
use crate::store::replies::{Clock, Pause};

use super::{when, words};

/// How the deadline of one clock came about.
#[derive(Debug)]
pub(crate) struct Explanation {
    /// Which answer it is about.
    pub title: String,
    /// What is known, in the order in which it is told.
    pub facts: Vec<(&'static str, String)>,
    /// The sum: the day, from, to, the open time in it, and the total up to there. Empty where no sum is kept.
    pub lines: Vec<[String; 5]>,
    /// What else has to be said.
    pub notes: Vec<String>,
}

impl Explanation {
    /// The words above the columns of [`Explanation::lines`].
    pub(crate) fn headings(lang: Lang) -> [&'static str; 5] {
        lang.pick(
            ["اليوم", "من", "إلى", "وقت العمل", "المجموع"],
            ["Day", "From", "To", "Working time", "Total"],
        )
    }

    /// Explains a clock, by the wall clock of `zone`, as it stands at `now`.
    pub(crate) fn of(
        lang: Lang,
        zone: &TimeZone,
        calendar: Option<&Calendar>,
        clock: &Clock,
        beside: Beside<'_>,
        hands: Option<(&Attribution, &Routing)>,
        now: Timestamp,
    ) -> Self {
        let told = Told { lang, zone, clock, now };
        let proof = clock.proof();
        let mut facts = told.promise(proof.as_ref(), hands.map(|(_, routing)| routing));
        facts.extend(told.times());
        let paused = beside.pauses.iter().filter(|pause| pause.clock == clock.id);
        facts.extend(paused.map(|pause| told.pause(pause)));
        facts.extend(told.outcome(calendar));
        facts.extend(told.cycles(calendar, beside));
        facts.extend(told.changed(proof.as_ref()));
        facts.extend(hands.into_iter().flat_map(|(found, routing)| told.hands(found, routing)));
        if let Some(proof) = &proof {
            facts.extend(told.rules(proof));
        }
        let title = format!(
            "{} – {} – {}",
            words::clock(lang, clock.clock),
            names::kind(lang, clock.kind),
            names::platform(lang, clock.platform)
        );
        Explanation {
            title,
            facts,
            lines: proof.as_ref().map(|proof| told.sum(proof)).unwrap_or_default(),
            notes: hands
                .and_then(|(found, routing)| whose::breach(lang, routing, found))
                .into_iter()
                .chain(told.notes(proof.as_ref()))
                .collect(),
        }
    }
}

/// What else is known of a clock's comment: all of its clocks, by number, and when they stood still.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Beside<'a> {
    pub clocks: &'a [Clock],
    pub pauses: &'a [Pause],
}

impl<'a> Beside<'a> {
    /// In a comment's story.
    pub(crate) fn of(story: &'a Story) -> Self {
        Beside { clocks: &story.clocks, pauses: &story.pauses }
    }
}

/// What every part of an explanation is told by.
#[derive(Debug, Clone, Copy)]
struct Told<'a> {
    lang: Lang,
    zone: &'a TimeZone,
    clock: &'a Clock,
    now: Timestamp,
}

type Facts = Vec<(&'static str, String)>;

impl Told<'_> {
    fn promise(&self, proof: Option<&Proof>, routing: Option<&Routing>) -> Facts {
        let Told { lang, clock, .. } = *self;
        let mut facts = Vec::new();
        if let Some(proof) = proof {
            let name = match clock.own_target {
                None => lang.pick("الوعد", "Promised"),
                Some(_) => {
                    lang.pick("حدده الموظفون لهذا التعليق وحده", "Set by staff for this comment alone")
                }
            };
            facts.push((name, promised(lang, proof.target)));
        }
        facts.push((lang.pick("الأولوية", "Priority"), words::priority(lang, clock.priority).to_owned()));
        if let Some(id) = &clock.team {
            let team = routing.and_then(|routing| routing.team(id));
            let name = team.map_or_else(|| id.to_string(), |team| team.name(lang).to_owned());
            facts.push((lang.pick("الفريق عند بدء المهلة", "Team when it began"), name));
        }
        facts
    }

    fn times(&self) -> Facts {
        let Told { lang, clock, .. } = *self;
        let late = if clock.read_late() {
            lang.pick(
                " – وصلنا متأخرًا، ولا يُحسب ذلك على الموظفين",
                " – it came to us late, which is not held against staff",
            )
        } else {
            ""
        };
        vec![
            (lang.pick("بداية المهلة", "Counts from"), self.moment(clock.started_at)),
            (lang.pick("وصل إلينا", "Came to us"), format!("{}{late}", self.moment(clock.received_at))),
        ]
    }

    fn pause(&self, pause: &Pause) -> (&'static str, String) {
        let Told { lang, .. } = *self;
        let until = pause.until.map_or_else(
            || lang.pick("لم تُستأنف بعد", "not resumed yet").to_owned(),
            |until| self.moment(until),
        );
        let why = words::pause(lang, pause.reason);
        let by = words::decided_by(lang, &pause.by);
        (
            lang.pick("توقفت مؤقتًا", "Stood still"),
            format!("{} – {until} ({why}{} {by})", self.moment(pause.from), lang.pick("،", ",")),
        )
    }

    fn outcome(&self, calendar: Option<&Calendar>) -> Facts {
        let Told { lang, clock, now, .. } = *self;
        let mut facts = Vec::new();
        match clock.timing.due {
            Due::At { due_at, .. } => facts.push((lang.pick("الموعد", "Due"), self.moment(due_at))),
            Due::Left { remaining } => {
                facts.push((lang.pick("المتبقي", "Remaining"), seconds(lang, remaining)));
            }
        }
        let stands = standing(&clock.state, clock.timing.due, now);
        let word = words::standing(lang, clock.clock, stands);
        let stopped = match &clock.state {
            ClockState::Cancelled { at, reason } => {
                format!("{} ({})", words::cancelled(lang, *reason), self.moment(*at))
            }
            state => match state.stopped_at() {
                Some(at) => format!("{word} ({})", self.moment(at)),
                None => word.to_owned(),
            },
        };
        let late = matches!(stands, Standing::Late | Standing::Overdue);
        let until = clock.state.stopped_at().unwrap_or(now);
        let over = match calendar.filter(|_| late).and_then(|calendar| clock.overdue_by(calendar, until)) {
            Some(WorkingSeconds(0)) => lang
                .pick(
                    " – بعد انتهاء الدوام، ولم يضع من وقت العمل شيء",
                    " – after closing, no working time lost",
                )
                .to_owned(),
            Some(over) => {
                let over = seconds(lang, over);
                lang.pick(
                    format!(" – التأخر من وقت العمل: {over}"),
                    format!(" – {over} of working time late"),
                )
            }
            None => String::new(),
        };
        facts.push((lang.pick("الحالة", "State"), format!("{stopped}{over}")));
        facts
    }

    /// In whose hands the working time went by, and what that adds up to.
    fn hands(&self, found: &Attribution, routing: &Routing) -> Facts {
        let lang = self.lang;
        let share = |Share { holder, seconds: time }: &Share| {
            let whose = whose::holder(lang, routing, holder);
            (lang.pick("وقت العمل لدى", "Working time with"), format!("{whose} – {}", seconds(lang, *time)))
        };
        let mut facts: Facts = found.shares.iter().map(share).collect();
        if facts.len() > 1 {
            let total = seconds(lang, found.total());
            facts.push((lang.pick("مجموع وقت العمل", "Working time in all"), total));
        }
        facts
    }

    fn rules(&self, proof: &Proof) -> Facts {
        let lang = self.lang;
        let mut facts: Facts = proof
            .regimes
            .iter()
            .map(|regime| {
                let status = words::date_status(lang, regime.status);
                (lang.pick("بحسب", "By the rule"), format!("{} – {status} – {}", regime.name, regime.basis))
            })
            .collect();
        facts.push((lang.pick("التقويم", "Calendar"), format!("{} ({})", proof.calendar, proof.hours)));
        facts.push((
            lang.pick("المنطقة الزمنية", "Time zone"),
            format!("{} ({})", proof.time_zone, proof.tz_database),
        ));
        facts
    }

    /// Each stretch that was counted, with the total up to its end.
    fn sum(&self, proof: &Proof) -> Vec<[String; 5]> {
        let lang = self.lang;
        let mut total = 0;
        let mut lines = Vec::with_capacity(proof.counted.len());
        for line in &proof.counted {
            total += line.seconds.0;
            let day = match line.lines {
                1 => when::day(lang, self.zone, line.from),
                more => format!("{} … × {more}", when::day(lang, self.zone, line.from)),
            };
            lines.push([
                day,
                self.time(line.from),
                self.time(line.to),
                clock_time(line.seconds),
                clock_time(WorkingSeconds(total)),
            ]);
        }
        lines.extend(proof.grace.iter().flat_map(|grace| self.grace_lines(grace)));
        lines
    }

    fn notes(&self, proof: Option<&Proof>) -> Vec<String> {
        let Told { lang, clock, .. } = *self;
        let mut notes = Vec::new();
        let Some(proof) = proof else {
            notes.push(
                lang.pick(
                    "لم يُحفظ الحساب بصيغة يقرؤها هذا الإصدار.",
                    "Its sum is not kept in a form that this version reads.",
                )
                .to_owned(),
            );
            return notes;
        };
        let provisional: Vec<&str> = proof.provisional().collect();
        if !provisional.is_empty() {
            let names = provisional.join(lang.pick("، ", ", "));
            notes.push(lang.pick(
                format!("موعد غير نهائي، فقد يتغيّر بإعلان: {names}"),
                format!("Provisional: an announcement may still change {names}"),
            ));
        }
        if let Target::WorkingDays { .. } = proof.target {
            notes.push(
                lang.pick(
                    "يوم الاستلام لا يُحسب؛ وتُحسب أيام العمل لا ساعاتها.",
                    "The day of receipt does not count; days are counted, not their hours.",
                )
                .to_owned(),
            );
        }
        if clock.generation > 1 {
            let number = clock.generation;
            notes.push(lang.pick(
                format!("هذا هو الموعد رقم {number}؛ والمواعيد السابقة في سجل التدقيق."),
                format!("This is due time number {number}; the earlier ones are in the audit log."),
            ));
        }
        if let Due::Left { .. } = clock.timing.due {
            notes.push(
                lang.pick(
                    "هذا حساب الموعد كما كان سيكون لولا التوقف الأخير.",
                    "The sum is that of the deadline as it would be without the last pause.",
                )
                .to_owned(),
            );
        }
        notes.push(match proof.check() {
            Ok(()) => lang.pick("روجع الحساب وهو صحيح.", "The sum was done again and is right.").to_owned(),
            Err(error) => lang.pick(
                format!("الحساب لا يؤدي إلى الموعد ({error})؛ أبلغ مشغّل الخدمة."),
                format!("The sum does not lead to the deadline ({error}); tell your operator."),
            ),
        });
        notes
    }

    /// An instant to the second, where it has seconds.
    fn moment(&self, at: Timestamp) -> String {
        let second = self.zone.to_datetime(at).second();
        let moment = when::moment(self.lang, self.zone, at);
        if second == 0 { moment } else { format!("{moment}:{second:02}") }
    }

    fn time(&self, at: Timestamp) -> String {
        let second = self.zone.to_datetime(at).second();
        let time = when::time(self.zone, at);
        if second == 0 { time } else { format!("{time}:{second:02}") }
    }
}

/// What was promised: working time to the second, or days, whose hours are not counted.
fn promised(lang: Lang, target: Target) -> String {
    match target {
        Target::WorkingSeconds(time) => {
            format!("{} = {}", when::working_time(lang, time), seconds(lang, time))
        }
        Target::WorkingDays { days, ends } => {
            let days = counted(lang, days.get().into(), Thing::WorkingDay);
            let until = match ends {
                DayEnd::EndOfDay => lang.pick("حتى نهاية الدوام", "by closing"),
                DayEnd::SameTime => lang.pick("حتى الوقت نفسه من اليوم", "to the same time of day"),
            };
            format!("{days}{} {until}", lang.pick("،", ","))
        }
    }
}

/// Open time to the second, as hours, minutes and seconds.
fn clock_time(WorkingSeconds(time): WorkingSeconds) -> String {
    format!("{}:{:02}:{:02}", time / 3_600, time / 60 % 60, time % 60)
}

/// Open time to the second, and the number of its seconds.
fn seconds(lang: Lang, time: WorkingSeconds) -> String {
    format!("{} ({} {})", clock_time(time), time.0, lang.pick("ثانية", "s"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_promise_of_days_is_not_told_as_hours_that_no_line_adds_up_to() {
        let days = std::num::NonZero::new(2).unwrap();
        let target = Target::WorkingDays { days, ends: DayEnd::EndOfDay };
        assert_eq!(promised(Lang::En, target), "2 working days, by closing");
        let hours = Target::WorkingSeconds(WorkingSeconds(28_800));
        assert_eq!(promised(Lang::En, hours), "8 hours = 8:00:00 (28800 s)");
    }

    #[test]
    fn open_time_is_told_to_the_second() {
        assert_eq!(clock_time(WorkingSeconds(28_800)), "8:00:00");
        assert_eq!(seconds(Lang::En, WorkingSeconds(3_723)), "1:02:03 (3723 s)");
        assert_eq!(seconds(Lang::Ar, WorkingSeconds(59)), "0:00:59 (59 ثانية)");
    }
}
