//! Hijri dates by the Umm al-Qura calendar, which is computed for years ahead.
//!
//! A sighting or a circular may put a month a day later, so a date that comes from here is never certain.

use std::fmt;

use icu_calendar::cal::Hijri;
use icu_calendar::{Date as IcuDate, Gregorian};
use jiff::civil::Date;
use serde::Deserialize;

use super::wall::Day;
use crate::domain::lang::Lang;

/// The years that the Umm al-Qura tables cover; outside them the library reckons by another rule in silence.
const YEARS: std::ops::RangeInclusive<i32> = 1300..=1600;

/// A date of the Umm al-Qura calendar, from 1300 to 1600.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(try_from = "String")]
pub struct HijriDate {
    /// The year of the Hijra.
    pub year: i32,
    /// From 1, Muharram, to 12, Dhu al-Hijjah.
    pub month: u8,
    /// From 1 to 30.
    pub day: u8,
}

impl HijriDate {
    /// The Hijri date of a Gregorian one; `None` outside the years.
    pub fn of(date: Date) -> Option<Self> {
        let month = u8::try_from(date.month()).ok()?;
        let day = u8::try_from(date.day()).ok()?;
        let date = IcuDate::try_new_gregorian(date.year().into(), month, day).ok()?;
        let hijri = date.to_calendar(Hijri::new_umm_al_qura());
        let found = HijriDate {
            year: hijri.era_year().year,
            month: hijri.month().number(),
            day: hijri.day_of_month().0,
        };
        YEARS.contains(&found.year).then_some(found)
    }

    /// The month's name.
    pub fn month_name(self, lang: Lang) -> &'static str {
        const NAMES: [(&str, &str); 12] = [
            ("محرم", "Muharram"),
            ("صفر", "Safar"),
            ("ربيع الأول", "Rabi I"),
            ("ربيع الآخر", "Rabi II"),
            ("جمادى الأولى", "Jumada I"),
            ("جمادى الآخرة", "Jumada II"),
            ("رجب", "Rajab"),
            ("شعبان", "Shaban"),
            ("رمضان", "Ramadan"),
            ("شوال", "Shawwal"),
            ("ذو القعدة", "Dhu al-Qadah"),
            ("ذو الحجة", "Dhu al-Hijjah"),
        ];
        let (ar, en) = NAMES[usize::from(self.month - 1)];
        lang.pick(ar, en)
    }

    /// The Gregorian date that is computed for it.
    pub(super) fn computed(self) -> Day {
        let HijriDate { year, month, day } = self;
        let hijri = IcuDate::try_new_hijri_with_calendar(year, month, day, Hijri::new_umm_al_qura());
        let date = hijri.expect("a Hijri date is checked as it is read").to_calendar(Gregorian);
        let (month, day) = (date.month().number(), date.day_of_month().0);
        let civil = Date::new(date.era_year().year as i16, month as i8, day as i8);
        Day::of(civil.expect("a Gregorian date of the years 1882 to 2174"))
    }
}

impl fmt::Display for HijriDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

impl TryFrom<String> for HijriDate {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let parts: Vec<&str> = text.split('-').collect();
        let digits = |part: &&str, length| part.len() == length && part.bytes().all(|b| b.is_ascii_digit());
        let [year, month, day] = parts[..] else { return Err(unreadable(&text)) };
        if !(digits(&year, 4) && digits(&month, 2) && digits(&day, 2)) {
            return Err(unreadable(&text));
        }
        let (Ok(year), Ok(month), Ok(day)) = (year.parse(), month.parse(), day.parse()) else {
            return Err(unreadable(&text));
        };
        if !YEARS.contains(&year) {
            let (first, last) = (YEARS.start(), YEARS.end());
            return Err(format!(
                "`{text}` lies outside the years {first} to {last} of the Umm al-Qura calendar"
            ));
        }
        let known = IcuDate::try_new_hijri_with_calendar(year, month, day, Hijri::new_umm_al_qura());
        known.map(|_| HijriDate { year, month, day }).map_err(|_| {
            format!("`{text}` is no day of the Umm al-Qura calendar, whose months have 29 or 30 as computed")
        })
    }
}

fn unreadable(text: &str) -> String {
    format!("`{text}` is not a Hijri date; write year, month and day, such as \"1448-10-01\"")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn computed(hijri: &str) -> String {
        HijriDate::try_from(hijri.to_owned()).unwrap().computed().to_string()
    }

    #[test]
    fn dates_agree_with_five_other_programs() {
        // Computed alike by hijridate, ummalqura (but for one month), JDK, ICU4C and ICU4X.
        for (hijri, gregorian) in [
            ("1445-09-01", "2024-03-11"),
            ("1445-12-10", "2024-06-16"),
            ("1446-01-01", "2024-07-07"),
            ("1446-03-12", "2024-09-15"),
            ("1446-06-01", "2024-12-02"),
            ("1446-10-01", "2025-03-30"),
            ("1447-01-01", "2025-06-26"),
            ("1447-09-01", "2026-02-18"),
            ("1447-10-01", "2026-03-20"),
            ("1447-12-09", "2026-05-26"),
            ("1448-01-01", "2026-06-16"),
            ("1448-09-01", "2027-02-08"),
            ("1448-10-01", "2027-03-09"),
            ("1449-12-10", "2028-05-05"),
            ("1450-06-01", "2028-10-19"),
        ] {
            assert_eq!(computed(hijri), gregorian, "{hijri}");
            let back = HijriDate::of(gregorian.parse().unwrap()).unwrap();
            assert_eq!(back.to_string(), hijri);
        }
    }

    #[test]
    fn only_days_that_the_tables_hold_are_dates() {
        let refused = |text: &str| HijriDate::try_from(text.to_owned()).unwrap_err();
        assert!(refused("1446-09-30").contains("is no day"), "Ramadan 1446 had 29 days");
        assert!(refused("1447-13-01").contains("is no day"));
        assert!(
            refused("1299-12-01").contains("1300 to 1600") && refused("1601-01-01").contains("1300 to 1600")
        );
        for text in ["1447-9-1", "1447/09/01", "+447-09-01", "1447-09-01-01", "Ramadan"] {
            assert!(refused(text).contains("is not a Hijri date"), "{text}");
        }
        assert!(HijriDate::of(Date::constant(1880, 1, 1)).is_none(), "a year before 1300");
        assert_eq!(
            (computed("1300-01-01"), computed("1600-12-29").get(..4)),
            ("1882-11-12".to_owned(), Some("2174"))
        );
    }
}
