//! Calendars at random: any week without overlaps, night and split shifts among them, in zones whose clocks
//! change at midnight or by odd amounts, with seasons, holidays, exceptions and breaks about a clock change.

use jiff::civil::{Date, date};
use proptest::collection::{btree_set, vec};
use proptest::prelude::*;
use proptest::sample::select;

use super::super::check;
use super::super::form::*;
use super::super::wall::{DayName, TimeOfDay};
use super::*;

/// How many dates a random calendar lays out.
pub(super) const DAYS: i32 = 90;

/// Zones and a date about which their clocks did something worth a test.
const PLACES: [(&str, Date); 12] = [
    ("Asia/Dubai", date(2026, 11, 24)),
    ("Asia/Kathmandu", date(2026, 2, 18)),   // 5:45 ahead
    ("Africa/Cairo", date(2024, 4, 26)),     // forward at midnight
    ("Africa/Cairo", date(2024, 11, 1)),     // back at midnight
    ("America/Asuncion", date(2023, 10, 1)), // forward at midnight
    ("America/Asuncion", date(2024, 3, 24)), // back at midnight
    ("Asia/Beirut", date(2022, 3, 27)),      // forward at midnight
    ("America/Havana", date(2024, 11, 3)),   // back at one
    ("Pacific/Chatham", date(2024, 4, 7)),   // 12:45 ahead, back at a quarter to four
    ("Pacific/Chatham", date(2024, 9, 29)),
    ("Australia/Lord_Howe", date(2024, 10, 6)), // forward by half an hour
    ("Europe/London", date(2026, 3, 29)),
];

/// Random hours without contradictions, and the first date of the stretch that it is laid out for.
pub(super) fn form() -> impl Strategy<Value = (HoursForm, Day)> {
    let place = select(&PLACES[..]).prop_map(|(tz, date)| (tz, Day(Day::of(date).0 - 20)));
    let form = place.prop_flat_map(|(tz, first)| {
        let day = (0..DAYS).prop_map(move |n| Day(first.0 + n));
        let near = (15..30).prop_map(move |n| Day(first.0 + n));
        let weeks = vec((day.clone(), week()).prop_map(weekly), 1..3);
        let seasons = vec((day.clone(), 0..30_i32, week(), status()).prop_map(season), 0..2);
        let holidays = vec((day, 0..4_i32, status()).prop_map(holiday), 0..4);
        let exceptions = vec((near.clone(), hours_of_a_date()).prop_map(exception), 0..3);
        let cuts = vec((near, hours_of_a_date()).prop_map(breaks), 0..3);
        (weeks, seasons, holidays, exceptions, cuts).prop_map(
            move |(weekly, season, holiday, exception, cuts)| {
                let (tz, breaks) = (tz.to_owned(), cuts.concat());
                (HoursForm { tz, weekly, season, holiday, exception, breaks }, first)
            },
        )
    });
    form.prop_filter("two of a kind on one date", |(form, _)| check::rules("", form).is_ok())
}

/// A random form's hours, laid out for [`DAYS`] days of UTC only.
pub(super) fn laid_out(form: &HoursForm, first: Day) -> Hours {
    let rules = check::rules("", form).expect("random hours without contradictions");
    let since = first.at(TimeOfDay::MIDNIGHT);
    let table = Table::compile(&rules, since, since + i64::from(DAYS) * i64::from(DAY));
    Hours { name: "random".to_owned(), rules, table }
}

fn weekly((from, hours): (Day, Vec<WeekHours>)) -> WeeklyForm {
    WeeklyForm { name: "week".into(), basis: "chance".into(), from, hours }
}

fn season((from, length, hours, status): (Day, i32, Vec<WeekHours>, DateStatus)) -> SeasonForm {
    SeasonForm {
        name: "season".into(),
        basis: "chance".into(),
        status,
        from,
        to: Day(from.0 + length),
        hours,
    }
}

fn holiday((date, more, status): (Day, i32, DateStatus)) -> HolidayForm {
    let moved_from = (status == DateStatus::Moved).then_some(Day(date.0 - 1));
    let until = (more > 0).then_some(Day(date.0 + more));
    HolidayForm { name: "holiday".into(), basis: "chance".into(), status, date, until, moved_from }
}

fn exception((date, hours): (Day, Vec<DayHours>)) -> ExceptionForm {
    ExceptionForm { name: "exception".into(), basis: "chance".into(), date, hours }
}

fn breaks((date, hours): (Day, Vec<DayHours>)) -> Vec<BreakForm> {
    let cut =
        |DayHours { from, to }| BreakForm { name: "break".into(), basis: "chance".into(), date, from, to };
    hours.into_iter().map(cut).collect()
}

fn status() -> impl Strategy<Value = DateStatus> {
    use DateStatus::*;
    select(&[Computed, Expected, Announced, Moved, Cancelled][..])
}

/// Quarters of an hour of a week, the first of each two an opening and the second its closing.
fn week() -> impl Strategy<Value = Vec<WeekHours>> {
    const WEEK: u32 = 7 * 96;
    (btree_set(0..WEEK, 0..24), 0..WEEK).prop_map(|(edges, turn)| {
        let edges: Vec<u32> = edges.into_iter().collect();
        let line = |pair: &[u32]| {
            // Longer than a day cannot be said in one line.
            let (from, length) = ((pair[0] + turn) % WEEK, (pair[1] - pair[0]).min(96));
            let to = (from + length) % 96;
            let to = if to == 0 && from % 2 == 0 { TimeOfDay::END } else { quarter(to) };
            WeekHours { day: DAY_NAMES[(from / 96) as usize], from: quarter(from % 96), to }
        };
        edges.chunks_exact(2).map(line).collect()
    })
}

const DAY_NAMES: [DayName; 7] =
    [DayName::Mon, DayName::Tue, DayName::Wed, DayName::Thu, DayName::Fri, DayName::Sat, DayName::Sun];

fn hours_of_a_date() -> impl Strategy<Value = Vec<DayHours>> {
    btree_set(0..=96_u32, 0..6).prop_map(|edges| {
        let edges: Vec<u32> = edges.into_iter().collect();
        edges.chunks_exact(2).map(|pair| DayHours { from: quarter(pair[0]), to: quarter(pair[1]) }).collect()
    })
}

fn quarter(n: u32) -> TimeOfDay {
    TimeOfDay(n * 900)
}
