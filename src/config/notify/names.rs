//! The names by which the calendar and `majlis.toml` know each other: whom the escalation tells, the hours of whom is told, and
//! the teams that something is promised for.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::de::IgnoredAny;

use super::super::file::ConfigFile;
use super::super::layers::Layers;
use crate::domain::calendar::OFFICIAL;
use crate::domain::document::{Document, Problem};
use crate::domain::holder::TeamId;
use crate::domain::notice::RecipientName;

/// A calendar file, as far as it names what stands elsewhere and is named from there.
#[derive(Deserialize)]
struct Calendar {
    #[serde(default)]
    promise: Vec<Promise>,
    #[serde(default)]
    escalation: Vec<Step>,
    #[serde(default)]
    calendar: BTreeMap<String, IgnoredAny>,
}

#[derive(Deserialize)]
struct Promise {
    #[serde(default)]
    teams: Vec<TeamId>,
}

#[derive(Deserialize)]
struct Step {
    #[serde(default)]
    to: Vec<RecipientName>,
}

/// The names in the sound calendar `text` of `file` that no recipient and no team bears, and those of hours that it does not
/// have; none of recipients where nobody at all is told outside the console.
pub(in super::super) fn unknown(
    file: &str,
    text: &str,
    config: &ConfigFile,
    layers: &Layers,
) -> Vec<Problem> {
    let Ok(calendar) = Document::<Calendar>::parse(file, text) else { return Vec::new() };
    let recipients = &config.recipient;
    let known: Vec<&str> = recipients.iter().map(|recipient| recipient.name.as_str()).collect();
    let mut unknown = Vec::new();
    for (index, promise) in calendar.value.promise.iter().enumerate() {
        for (place, id) in promise.teams.iter().enumerate() {
            if config.team.iter().all(|team| team.id != *id) {
                let message = format!(
                    "found \"{id}\", and no [[team]] of majlis.toml has that id, so nothing is promised for it; correct it, or \
                     add a [[team]] with id = \"{id}\" and a [[route]] to it"
                );
                unknown.push(calendar.problem(&format!("promise[{index}].teams[{place}]"), message));
            }
        }
    }
    for (index, step) in calendar.value.escalation.iter().enumerate() {
        for (place, name) in step.to.iter().enumerate() {
            if known.is_empty() || known.contains(&name.as_str()) {
                continue;
            }
            let message = format!(
                "found \"{name}\", and no [[recipient]] of majlis.toml has that name, so nobody is told; there are: {}; \
                 correct it, or add a [[recipient]] with name = \"{name}\"",
                known.join(", ")
            );
            unknown.push(calendar.problem(&format!("escalation[{index}].to[{place}]"), message));
        }
    }
    for (index, recipient) in recipients.iter().enumerate() {
        let hours = recipient.calendar.as_deref().unwrap_or(OFFICIAL);
        if hours != OFFICIAL && !calendar.value.calendar.contains_key(hours) {
            let message = format!(
                "found \"{hours}\", and the calendar has no such hours, so the official ones count; correct it, or add \
                 [calendar.{hours}] to {file}"
            );
            unknown.push(layers.problem(&format!("recipient[{index}].calendar"), message));
        }
    }
    unknown
}
