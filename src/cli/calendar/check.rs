//! Whether a calendar file is sound, and which of its coming dates may still change.

use std::path::Path;

use serde_json::json;

use super::super::{Answer, Failure, table};
use crate::clock::{Clock, SystemClock};
use crate::config;
use crate::domain::calendar::{Calendar, Hours};

/// So many days ahead a circular should have named a date.
const CIRCULAR_DAYS: i32 = 7;

pub(super) fn run(file: &Path) -> Result<Answer, Failure> {
    let document = config::calendar_file(file).map_err(Failure::Refused)?;
    let name = file.display().to_string();
    let calendar = Calendar::parse(&name, &document.text).map_err(Failure::Refused)?;
    let today = SystemClock.now().to_zoned_datetime(calendar.time_zone().clone()).date();

    let mut rows = Vec::new();
    let mut objects = Vec::new();
    for hours in calendar.all_hours() {
        for (date, regime) in hours.provisional(today) {
            let near = (date - today).get_days() <= CIRCULAR_DAYS;
            let note = if near { "look for its circular now" } else { "" };
            let status = regime.status.as_str();
            rows.push(
                [hours.name(), &regime.name, &date.to_string(), status, note].map(str::to_owned).to_vec(),
            );
            objects.push(json!({
                "hours": hours.name(), "name": regime.name, "date": date, "status": regime.status, "near": near,
            }));
        }
    }
    let hours: Vec<&Hours> = calendar.all_hours().collect();
    let zones: Vec<String> =
        hours.iter().map(|hours| format!("{} ({})", hours.name(), zone(hours))).collect();
    let open = match rows.len() {
        0 => "Every date to come was announced.".to_owned(),
        _ => format!(
            "No circular has named these dates yet; deadlines that lean on them are provisional:\n\n{}",
            table(&["hours", "name", "from", "status", ""], &rows)
        ),
    };
    let text = format!("{name} is sound.\nVersion: {}\nHours: {}\n{open}", document.hash, zones.join(", "));
    let hours: Vec<_> =
        hours.iter().map(|hours| json!({ "name": hours.name(), "time_zone": zone(hours) })).collect();
    let object = json!({ "sound": true, "hash": document.hash, "hours": hours, "provisional": objects });
    Ok(Answer::done(text, object))
}

fn zone(hours: &Hours) -> &str {
    hours.time_zone().iana_name().unwrap_or_default()
}
