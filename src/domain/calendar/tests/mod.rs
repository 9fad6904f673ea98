//! What the calendar is held to: the named cases of the federal calendar ([`federal`]), what each rule does
//! ([`rules`]), Hijri dates ([`hijri`]), what is promised to whom ([`promises`]), clocks that stand still ([`pauses`]), promises that take each other's place ([`carried`]),
//! what a file must not say ([`refusals`]), how two files differ ([`differences`]), time given to deadlines that a new
//! one puts into the past ([`grace`]), the laws of its arithmetic ([`laws`]) and the agreement with a count by the
//! minute ([`oracle`]).

mod carried;
mod differences;
mod federal;
mod forms;
mod grace;
mod hijri;
mod laws;
mod oracle;
mod pauses;
mod points;
mod promises;
mod refusals;
mod rules;

use super::hours::Hours;
use super::table::Table;
use super::*;
use crate::domain::comment::Platform;
use crate::domain::judge::Kind;
use crate::domain::reply::{ClockKind, Language, Priority};

/// A small file to vary: Monday to Friday from eight to four, and a promise to everyone.
const PLAIN: &str = r#"
tz = "Asia/Dubai"
[[weekly]]
name = "Plain week"
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
working_hours = 8
"#;

fn read(text: &str) -> Calendar {
    Calendar::parse("calendar.toml", text).unwrap_or_else(|problems| panic!("{problems:#?}"))
}

/// [`PLAIN`] with more at its end.
fn plain_with(more: &str) -> Calendar {
    read(&format!("{PLAIN}{more}"))
}

/// [`PLAIN`] with other hours.
fn week_of(tz: &str, hours: &str) -> String {
    format!(
        "tz = \"{tz}\"\n[[weekly]]\nname = \"Week\"\nbasis = \"a test\"\nfrom = \"2022-01-01\"\nhours = [{hours}]\n[[promise]]\nworking_hours = 8\n"
    )
}

/// An instant by Dubai's clock, such as `2026-11-24T07:30`.
fn at(wall: &str) -> Timestamp {
    format!("{wall}:00+04:00").parse().unwrap()
}

/// A first reply to a comment of this kind.
fn owed(platform: Platform, kind: Kind) -> Owed {
    let (priority, language) = (Priority::Normal, Language::Arabic);
    Owed { clock: ClockKind::FirstReply, platform, kind, priority, language, team: None }
}

fn hours(hours: u64) -> WorkingSeconds {
    WorkingSeconds(hours * 3_600)
}
