//! The out-of-hours acknowledgement: whoever asks while the office is closed is told at once that it opens again, and when.
//!
//! - It is an act of its own, [`Act::Acknowledge`], and no reply: it stops, opens and moves no clock, and counts in no report.
//! - It follows the opening of a clock, in the same transaction: what is owed no answer, is hidden or waits for a review gets
//!   none, and an old comment that is read tonight gets none either. Whoever writes again while an earlier message of
//!   theirs waits for the same reply knows already.
//! - One is sent for a [`conversation`](Acknowledgement::conversation) and closed stretch. The outbox holds that key once,
//!   so two processes cannot both send one.
//! - It says what the calendar says as it is written. As it leaves, it is asked again whether that still holds; if not, if
//!   the office opened or somebody answered, it is withdrawn.
//!
//! Whether one is due and what it says is decided here. Sending is left to the outbox.
//!
//! [`Act::Acknowledge`]: super::action::Act::Acknowledge

use std::collections::BTreeSet;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use sha2::{Digest, Sha256};

use super::calendar::{Closure, HijriDate, Hours, Rule};
use super::comment::{CommentId, SourceId};
use super::lang::{Bilingual, Lang, when};
use super::reply::Language;

/// What stands for the next opening in the words of an acknowledgement.
pub const OPENING: &str = "{opening}";

/// The most characters of an opening in words. X weighs each of them as one.
pub const OPENING_MAX: usize = 60;

/// Where acknowledgements are sent, when, and in what words. The default sends none.
#[derive(Debug, Clone, Default)]
pub struct Acknowledging {
    /// The sources on which they are sent.
    pub sources: BTreeSet<SourceId>,
    /// None is sent where the office opens within this time.
    pub not_within: SignedDuration,
    /// Whether the Hijri date is told beside the Gregorian one.
    pub hijri_date: bool,
    /// What they say.
    pub words: Words,
}

/// What acknowledgements say.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Words {
    /// With [`OPENING`] in it.
    pub opens: Bilingual,
    /// Where the opening depends on a holiday whose dates may still change: without a date.
    pub after_holiday: Bilingual,
}

/// A message to which an answer is owed from now on.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// Where it was written.
    pub source: &'a SourceId,
    /// The comment at the top of its conversation.
    pub thread: CommentId,
    /// By what its author is known again.
    pub asker: Option<&'a str>,
    /// What they wrote in.
    pub language: Language,
    /// Since when the answer is owed.
    pub started_at: Timestamp,
}

/// An acknowledgement to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Acknowledgement {
    /// Its words.
    pub text: String,
    /// The opening, from which on it is not sent.
    pub until: Timestamp,
    /// The same for all that one person asks in one thread while the office is closed: a hash, in which nobody is named.
    pub conversation: String,
}

impl Acknowledging {
    /// The acknowledgement that is due at `now` to a message which is answered in these hours, if any is: the office is
    /// closed for long enough still, the message came since it closed, and its language is one of ours.
    pub fn due(&self, asked: &Asked<'_>, hours: &Hours, now: Timestamp) -> Option<Acknowledgement> {
        let lang = match asked.language {
            Language::Arabic => Lang::Ar,
            Language::English => Lang::En,
            Language::Other => return None,
        };
        if !self.sources.contains(asked.source) {
            return None;
        }
        let closure = hours.closure(now).ok()??;
        let long_enough = closure.until.duration_since(now) > self.not_within;
        (long_enough && closure.since <= asked.started_at).then(|| Acknowledgement {
            text: self.text(lang, &closure, hours.time_zone()),
            until: closure.until,
            conversation: conversation(asked, closure.since),
        })
    }

    fn text(&self, lang: Lang, closure: &Closure, zone: &TimeZone) -> String {
        if closure.leans_on(Rule::Holiday) {
            return self.words.after_holiday.say(lang).to_owned();
        }
        self.words.opens.say(lang).replace(OPENING, &self.opening(lang, closure, zone))
    }

    /// The next opening, such as `Wednesday 25 November 2026 (15 Jumada II 1448), 07:30`; without the time where that depends
    /// on when a season begins or ends.
    fn opening(&self, lang: Lang, closure: &Closure, zone: &TimeZone) -> String {
        let mut told = when::date(lang, zone, closure.until);
        let date = closure.until.to_zoned_datetime(zone.clone()).date();
        if let Some(hijri) = HijriDate::of(date).filter(|_| self.hijri_date) {
            let (month, year_sign) = (hijri.month_name(lang), lang.pick("هـ", ""));
            told.push_str(&format!(" ({} {month} {}{year_sign})", hijri.day, hijri.year));
        }
        if !closure.leans_on(Rule::Season) {
            told.push_str(&format!("{} {}", lang.pick("،", ","), when::time(zone, closure.until)));
        }
        told
    }
}

fn conversation(asked: &Asked<'_>, since: Timestamp) -> String {
    let asker = asked.asker.unwrap_or_default();
    hex::encode(Sha256::digest(format!("{}\n{since}\n{asker}", asked.thread)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::calendar::Calendar;

    fn calendar() -> Calendar {
        Calendar::parse("calendar.toml", include_str!("../../config/calendar.toml")).unwrap()
    }

    /// An instant by Dubai's clock, such as `2026-11-24T07:30`.
    fn at(wall: &str) -> Timestamp {
        format!("{wall}:00+04:00").parse().unwrap()
    }

    fn bilingual(ar: &str, en: &str) -> Bilingual {
        Bilingual { ar: ar.into(), en: en.into() }
    }

    fn acknowledging() -> Acknowledging {
        Acknowledging {
            sources: BTreeSet::from([SourceId("page".into())]),
            not_within: SignedDuration::from_hours(1),
            hijri_date: false,
            words: Words {
                opens: bilingual("نعود يوم {opening}.", "Back on {opening}."),
                after_holiday: bilingual("نعود بعد العطلة.", "Back after the holiday."),
            },
        }
    }

    /// What somebody is told who asks and is read at this instant.
    fn told(acknowledging: &Acknowledging, language: Language, now: &str) -> Option<String> {
        due(acknowledging, language, at(now), at(now)).map(|due| due.text)
    }

    fn due(
        acknowledging: &Acknowledging,
        language: Language,
        started_at: Timestamp,
        now: Timestamp,
    ) -> Option<Acknowledgement> {
        let source = SourceId("page".into());
        let asked =
            Asked { source: &source, thread: CommentId(1), asker: Some("id:7"), language, started_at };
        acknowledging.due(&asked, calendar().official(), now)
    }

    #[test]
    fn at_night_the_next_opening_is_told_in_the_askers_language() {
        let told = |language, now| told(&acknowledging(), language, now);
        let night = "2026-11-24T20:00";
        assert_eq!(told(Language::Arabic, night).unwrap(), "نعود يوم الأربعاء 25 نوفمبر 2026، 07:30.");
        assert_eq!(told(Language::English, night).unwrap(), "Back on Wednesday 25 November 2026, 07:30.");
        assert_eq!(told(Language::Other, night), None);
        assert_eq!(
            told(Language::English, "2026-11-27T12:00").unwrap(),
            "Back on Monday 30 November 2026, 07:30.",
            "a Friday closes at noon"
        );
    }

    #[test]
    fn the_hijri_date_is_told_where_it_is_asked_for() {
        let with_hijri = Acknowledging { hijri_date: true, ..acknowledging() };
        let night = "2026-11-24T20:00";
        assert_eq!(
            told(&with_hijri, Language::English, night).unwrap(),
            "Back on Wednesday 25 November 2026 (15 Jumada II 1448), 07:30."
        );
        assert_eq!(
            told(&with_hijri, Language::Arabic, night).unwrap(),
            "نعود يوم الأربعاء 25 نوفمبر 2026 (15 جمادى الآخرة 1448هـ)، 07:30."
        );
    }

    #[test]
    fn nobody_is_told_while_the_office_is_open_or_about_to_open() {
        let told = |now| told(&acknowledging(), Language::English, now);
        assert_eq!(told("2026-11-24T15:29"), None);
        assert!(told("2026-11-24T15:30").is_some(), "closed from the instant of closing");
        assert!(told("2026-11-25T06:29").is_some());
        assert_eq!(told("2026-11-25T06:30"), None, "it opens within the hour");
    }

    #[test]
    fn what_was_asked_before_the_office_closed_is_not_acknowledged() {
        let due =
            |started_at| due(&acknowledging(), Language::English, at(started_at), at("2026-11-24T20:00"));
        assert_eq!(due("2026-11-24T15:29"), None);
        assert_eq!(due("2026-11-23T23:00"), None, "nor what was asked the night before");
        assert!(due("2026-11-24T15:30").is_some());
    }

    #[test]
    fn an_opening_that_leans_on_a_provisional_holiday_is_told_without_a_date() {
        let told = |now| told(&acknowledging(), Language::English, now).unwrap();
        // National Day 2026 was expected, for 2 and 3 December; New Year 2026 announced, with a day of remote work after it.
        assert_eq!(told("2026-12-01T20:00"), "Back after the holiday.");
        assert_eq!(told("2026-12-03T20:00"), "Back after the holiday.");
        assert_eq!(told("2026-12-04T20:00"), "Back on Monday 7 December 2026, 07:30.");
        assert_eq!(told("2025-12-31T20:00"), "Back on Friday 2 January 2026, 07:30.");
    }

    #[test]
    fn in_ramadan_its_hours_are_told_and_no_time_where_its_dates_may_still_change() {
        let told = |now| told(&acknowledging(), Language::English, now).unwrap();
        assert_eq!(told("2026-02-18T20:00"), "Back on Thursday 19 February 2026, 09:00.");
        assert_eq!(told("2027-02-07T20:00"), "Back on Monday 8 February 2027.");
    }

    #[test]
    fn a_conversation_is_one_persons_in_one_thread_while_the_office_stays_closed() {
        let source = SourceId("page".into());
        let key = |thread, asker, now| {
            let (thread, started_at) = (CommentId(thread), at(now));
            let asked = Asked { source: &source, thread, asker, language: Language::English, started_at };
            acknowledging().due(&asked, calendar().official(), at(now)).unwrap().conversation
        };
        let one = key(1, Some("id:7"), "2026-11-24T20:00");
        assert_eq!(one, key(1, Some("id:7"), "2026-11-25T02:00"));
        assert_ne!(one, key(2, Some("id:7"), "2026-11-24T20:00"));
        assert_ne!(one, key(1, Some("id:8"), "2026-11-24T20:00"));
        assert_ne!(one, key(1, Some("id:7"), "2026-11-25T20:00"));
    }

    #[test]
    fn no_opening_is_longer_than_the_words_leave_room_for() {
        let with_hijri = Acknowledging { hijri_date: true, ..acknowledging() };
        let (calendar, zone) = (calendar(), TimeZone::get("Asia/Dubai").unwrap());
        let mut longest = 0;
        // A Hijri month comes to every month of the Gregorian year within 33 years.
        for day in 0..33 * 365 {
            let closed = at("2024-01-01T20:00") + SignedDuration::from_hours(24 * day);
            let closure = calendar.official().closure(closed).unwrap().unwrap();
            for lang in [Lang::Ar, Lang::En] {
                longest = longest.max(with_hijri.opening(lang, &closure, &zone).chars().count());
            }
        }
        assert!((50..=OPENING_MAX).contains(&longest), "{longest}");
    }
}
