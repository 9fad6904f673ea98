//! `[sample]`: how many of the machine's verdicts are drawn each week for people to judge blind.

use jiff::civil::Weekday;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::domain::sample::Sampling;

/// The most of either that staff can be asked about in a week, and that an entry of the log has room for.
const SIZE_MAX: u16 = 500;
const DAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

/// `[sample]` as it is written.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct SampleFile {
    /// How many of a week's hides are drawn; 0 for none.
    #[serde(deserialize_with = "size")]
    pub hides: u16,
    /// How many of what the machine left visible; 0 for none.
    #[serde(deserialize_with = "size")]
    pub allows: u16,
    /// The day with which weeks begin.
    #[serde(serialize_with = "day", deserialize_with = "weekday")]
    pub weekday: Weekday,
}

impl Default for SampleFile {
    fn default() -> Self {
        let Sampling { hides, allows, weekday } = Sampling::default();
        Self { hides, allows, weekday }
    }
}

fn size<'de, D: Deserializer<'de>>(value: D) -> Result<u16, D::Error> {
    let found = i64::deserialize(value)?;
    let size = u16::try_from(found).ok().filter(|size| *size <= SIZE_MAX);
    size.ok_or_else(|| D::Error::custom(format!("found {found}; allowed: 0 to {SIZE_MAX}; for example 50")))
}

fn day<S: Serializer>(weekday: &Weekday, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(DAYS[weekday.to_monday_zero_offset() as usize])
}

fn weekday<'de, D: Deserializer<'de>>(value: D) -> Result<Weekday, D::Error> {
    let found = String::deserialize(value)?;
    let days = (0_i8..).zip(DAYS).find(|(_, day)| *day == found);
    let weekday = days.and_then(|(offset, _)| Weekday::from_monday_zero_offset(offset).ok());
    weekday.ok_or_else(|| {
        D::Error::custom(format!("found \"{found}\"; allowed: {}; for example \"monday\"", DAYS.join(", ")))
    })
}

pub(super) fn resolve(file: &SampleFile) -> Sampling {
    Sampling { hides: file.hides, allows: file.allows, weekday: file.weekday }
}
