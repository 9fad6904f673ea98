//! Instants and durations in words, on the wall clock of the calendar's zone.

use jiff::Timestamp;
use jiff::civil::{Date, Weekday};
use jiff::tz::TimeZone;

use crate::domain::calendar::{HijriDate, WorkingSeconds};

use super::Lang;
use super::counted::{Thing, counted};

/// A day and a time of day, such as `Tuesday 24 November 2026, 15:30`.
pub fn moment(lang: Lang, zone: &TimeZone, at: Timestamp) -> String {
    format!("{}{} {}", date(lang, zone, at), lang.pick("،", ","), time(zone, at))
}

/// A day, such as `Tuesday 24 November 2026`.
pub fn date(lang: Lang, zone: &TimeZone, at: Timestamp) -> String {
    format!("{} {}", day(lang, zone, at), at.to_zoned_datetime(zone.clone()).year())
}

/// The same with the Hijri date beside it, such as `Tuesday 24 November 2026 (14 Jumada II 1448)`.
pub fn date_in_both(lang: Lang, zone: &TimeZone, at: Timestamp) -> String {
    civil_in_both(lang, at.to_zoned_datetime(zone.clone()).date())
}

/// A civil day in both calendars. The Hijri date is computed (Umm al-Qura); outside its years the Gregorian one stands alone.
pub fn civil_in_both(lang: Lang, day: Date) -> String {
    let told =
        format!("{} {} {} {}", weekday(lang, day.weekday()), day.day(), month(lang, day.month()), day.year());
    match HijriDate::of(day) {
        Some(hijri) => {
            let (name, year_sign) = (hijri.month_name(lang), lang.pick(" هـ", ""));
            format!("{told} ({} {name} {}{year_sign})", hijri.day, hijri.year)
        }
        None => told,
    }
}

/// The same without the year, for rows and chips.
pub fn short(lang: Lang, zone: &TimeZone, at: Timestamp) -> String {
    format!("{}{} {}", day(lang, zone, at), lang.pick("،", ","), time(zone, at))
}

/// A day of a year that goes without saying, such as `Tuesday 24 November`.
pub fn day(lang: Lang, zone: &TimeZone, at: Timestamp) -> String {
    let wall = at.to_zoned_datetime(zone.clone());
    format!("{} {} {}", weekday(lang, wall.weekday()), wall.day(), month(lang, wall.month()))
}

/// A month, such as `November 2026`, by a day of it.
pub fn month_of(lang: Lang, day: Date) -> String {
    format!("{} {}", month(lang, day.month()), day.year())
}

/// A time of day, such as `15:30`.
pub fn time(zone: &TimeZone, at: Timestamp) -> String {
    let wall = at.to_zoned_datetime(zone.clone());
    format!("{:02}:{:02}", wall.hour(), wall.minute())
}

/// Open time in hours and minutes, rounded down: less than a minute left is none left.
pub fn working_time(lang: Lang, time: WorkingSeconds) -> String {
    let minutes = time.0 / 60;
    match (minutes / 60, minutes % 60) {
        (0, minutes) => counted(lang, minutes, Thing::Minute),
        (hours, 0) => counted(lang, hours, Thing::Hour),
        (hours, minutes) => {
            let and = lang.pick(" و", " ");
            format!("{}{and}{}", counted(lang, hours, Thing::Hour), counted(lang, minutes, Thing::Minute))
        }
    }
}

/// A day of the week.
pub fn weekday(lang: Lang, day: Weekday) -> &'static str {
    let (ar, en) = match day {
        Weekday::Monday => ("الاثنين", "Monday"),
        Weekday::Tuesday => ("الثلاثاء", "Tuesday"),
        Weekday::Wednesday => ("الأربعاء", "Wednesday"),
        Weekday::Thursday => ("الخميس", "Thursday"),
        Weekday::Friday => ("الجمعة", "Friday"),
        Weekday::Saturday => ("السبت", "Saturday"),
        Weekday::Sunday => ("الأحد", "Sunday"),
    };
    lang.pick(ar, en)
}

/// The Gregorian month, by the names that the Gulf uses.
pub fn month(lang: Lang, month: i8) -> &'static str {
    const ARABIC: [&str; 12] = [
        "يناير",
        "فبراير",
        "مارس",
        "أبريل",
        "مايو",
        "يونيو",
        "يوليو",
        "أغسطس",
        "سبتمبر",
        "أكتوبر",
        "نوفمبر",
        "ديسمبر",
    ];
    const ENGLISH: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    let names = lang.pick(ARABIC, ENGLISH);
    usize::try_from(month - 1).ok().and_then(|at| names.get(at)).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instant_is_told_on_the_calendars_wall_clock() {
        let dubai = TimeZone::get("Asia/Dubai").unwrap();
        let at: Timestamp = "2026-11-24T20:05:00Z".parse().unwrap();
        assert_eq!(moment(Lang::En, &dubai, at), "Wednesday 25 November 2026, 00:05");
        assert_eq!(moment(Lang::Ar, &dubai, at), "الأربعاء 25 نوفمبر 2026، 00:05");
        assert_eq!(short(Lang::En, &dubai, at), "Wednesday 25 November, 00:05");
    }

    #[test]
    fn a_day_is_told_in_both_calendars() {
        let day = jiff::civil::date(2026, 11, 24);
        assert_eq!(civil_in_both(Lang::En, day), "Tuesday 24 November 2026 (14 Jumada II 1448)");
        assert_eq!(civil_in_both(Lang::Ar, day), "الثلاثاء 24 نوفمبر 2026 (14 جمادى الآخرة 1448 هـ)");
        assert_eq!(civil_in_both(Lang::En, jiff::civil::date(2300, 1, 1)), "Monday 1 January 2300");
    }

    #[test]
    fn working_time_is_told_in_hours_and_minutes() {
        assert_eq!(working_time(Lang::En, WorkingSeconds(59)), "0 minutes");
        assert_eq!(working_time(Lang::En, WorkingSeconds(3_600)), "1 hour");
        assert_eq!(working_time(Lang::En, WorkingSeconds(7_860)), "2 hours 11 minutes");
        assert_eq!(working_time(Lang::Ar, WorkingSeconds(7_860)), "ساعتان و11 دقيقة");
    }
}
