//! Working time for others: a question a line, each with a calendar of its own, and an answer a line.
//!
//! A line is a JSON object with a calendar ([`form`]) and an operation ([`question`]). Calendars are kept by
//! their text and laid out only as far as they are asked about ([`reach`]), so that lines which share one cost
//! little, and a calendar that is asked once is not laid out for two centuries. Reading and writing lines is
//! left to the caller.

mod form;
mod question;
mod reach;

#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::fmt;

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::value::RawValue;

use self::question::Line;
use self::reach::Reach;
use super::promise::WorkingSeconds;

/// How many calendars are kept; with one more, all are forgotten.
const CALENDARS_KEPT: usize = 64;

/// Answers questions about calendars, and remembers the calendars.
#[derive(Debug, Default)]
pub struct Solver {
    /// By their JSON text as it was written; for one that is refused, why.
    calendars: HashMap<Box<str>, Result<Reach, String>>,
}

/// What a question comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Found {
    Open(bool),
    Instant(Timestamp),
    Time(WorkingSeconds),
}

/// The one key that is echoed even where others stand twice.
#[derive(Deserialize)]
struct Id<'l> {
    #[serde(borrow)]
    id: Option<&'l RawValue>,
}

impl Solver {
    /// The answer to one line, without the end of the line: `{"id":…,"result":…}` or `{"id":…,"error":"…"}`. The
    /// id is echoed as it was written; it is null where there is none or the line is no JSON.
    pub fn answer(&mut self, line: &[u8]) -> String {
        let (id, found) = match std::str::from_utf8(line) {
            Ok(text) => self.answer_text(text),
            Err(_) => ("null", Err("the line is not UTF-8".to_owned())),
        };
        match found {
            Ok(found) => format!(r#"{{"id":{id},"result":{found}}}"#),
            Err(error) => format!(r#"{{"id":{id},"error":{}}}"#, serde_json::Value::String(error)),
        }
    }

    fn answer_text<'l>(&mut self, text: &'l str) -> (&'l str, Result<Found, String>) {
        // Serde would read an array as an object without its keys.
        if !text.trim_ascii_start().starts_with('{') {
            return ("null", Err("the line is not a JSON object".to_owned()));
        }
        let echoed = |id: Option<&'l RawValue>| id.map_or("null", RawValue::get);
        match serde_json::from_str::<Line<'l>>(text) {
            Ok(line) => (echoed(line.id), self.solve(&line)),
            Err(error) => {
                let id = serde_json::from_str::<Id<'l>>(text).ok().and_then(|line| line.id);
                (echoed(id), Err(format!("the line cannot be read: {error}")))
            }
        }
    }

    fn solve(&mut self, line: &Line<'_>) -> Result<Found, String> {
        let question = line.question()?;
        let text = line.calendar.ok_or("calendar: is missing, and no hours are ever assumed")?.get();
        if !self.calendars.contains_key(text) {
            if self.calendars.len() == CALENDARS_KEPT {
                self.calendars.clear();
            }
            let calendar = form::rules(text).map(|rules| Reach::new(rules, &question.seconds()));
            self.calendars.insert(text.into(), calendar);
        }
        let calendar = self.calendars.get_mut(text).expect("a calendar that is kept from the line above on");
        calendar.as_mut().map_err(|why| why.clone())?.answer(&question).map_err(|error| error.to_string())
    }
}

/// As JSON.
impl fmt::Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Found::Open(open) => write!(f, "{open}"),
            Found::Instant(at) => write!(f, "\"{at}\""),
            Found::Time(WorkingSeconds(seconds)) => write!(f, "{seconds}"),
        }
    }
}

/// What is wrong with the value of a key; where in the value is of no use to whoever reads a line.
fn wrong(key: &str, error: &serde_json::Error) -> String {
    let told = error.to_string();
    format!("{key}: {}", told.rsplit_once(" at line ").map_or(told.as_str(), |(what, _)| what))
}
