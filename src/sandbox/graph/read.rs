//! Values as Graph writes and reads them.

use jiff::Timestamp;

use super::{Outcome, Refused};
use crate::sandbox::call::Params;

/// A time as Graph writes it: an offset without a colon, which RFC 3339 does not know.
pub(in crate::sandbox) fn time(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%S+0000").to_string()
}

/// A time as Graph reads it: Unix seconds or a date.
pub(in crate::sandbox) fn read_time(name: &str, text: &str) -> Outcome<Timestamp> {
    let unix = text.parse().ok().and_then(|seconds| Timestamp::from_second(seconds).ok());
    let at =
        unix.or_else(|| text.parse().ok()).or_else(|| Timestamp::strptime("%Y-%m-%dT%H:%M:%S%z", text).ok());
    at.ok_or_else(|| {
        Refused::parameter(format!("param {name} must be a UNIX timestamp or a date that strtotime reads"))
    })
}

/// A truth value as Graph reads it.
pub(in crate::sandbox) fn read_bool(params: &Params, name: &str) -> Outcome<Option<bool>> {
    match params.get(name) {
        None => Ok(None),
        Some("true" | "True" | "1") => Ok(Some(true)),
        Some("false" | "False" | "0") => Ok(Some(false)),
        Some(_) => Err(Refused::parameter(format!("param {name} must be a boolean."))),
    }
}

/// The page size that a call asks for.
pub(in crate::sandbox) fn read_limit(asked: Option<&str>, usual: usize, most: usize) -> Outcome<usize> {
    match asked.map(str::parse) {
        None => Ok(usual),
        Some(Ok(limit)) if (1..=most).contains(&limit) => Ok(limit),
        Some(_) => Err(Refused::parameter(format!("param limit must be between 1 and {most}"))),
    }
}
