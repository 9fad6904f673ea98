//! Meta's usage headers: how much of an allowance is spent, in percent, and when it comes back.

use jiff::{SignedDuration, Timestamp};
use reqwest::header::HeaderMap;
use serde_json::Value;

use super::json;

/// How long to be quiet at the limit where no time is named: about a twelfth of the hour that usage counts over.
const PAUSE: SignedDuration = SignedDuration::from_mins(5);

/// Until when no more calls should be made, after an answer with these headers; `None` below the limit.
pub(super) fn quiet_until(headers: &HeaderMap, now: Timestamp) -> Option<Timestamp> {
    (percent(headers)? >= 100).then(|| regained(headers, now).or_else(|| now.checked_add(PAUSE).ok()))?
}

/// How much is spent of whatever is spent most, in percent; `None` where nothing is said.
pub(super) fn percent(headers: &HeaderMap) -> Option<i64> {
    let spent = business_cases(headers).chain(header(headers, "x-app-usage"));
    spent.flat_map(|usage| PERCENTAGES.map(|part| json::whole(&usage, part))).flatten().max()
}

/// When calls are allowed again, where the headers say so; they count in minutes.
pub(super) fn regained(headers: &HeaderMap, now: Timestamp) -> Option<Timestamp> {
    let minutes =
        business_cases(headers).filter_map(|case| json::whole(&case, "/estimated_time_to_regain_access"));
    let minutes = minutes.max().filter(|minutes| *minutes > 0)?;
    now.checked_add(SignedDuration::try_from_mins(minutes)?).ok()
}

/// What is counted, each in percent of its allowance.
const PERCENTAGES: [&str; 3] = ["/call_count", "/total_time", "/total_cputime"];

/// The cases of `X-Business-Use-Case-Usage`: a list for each page or account.
fn business_cases(headers: &HeaderMap) -> impl Iterator<Item = Value> {
    let usage = header(headers, "x-business-use-case-usage").unwrap_or_default();
    let accounts = usage.as_object().cloned().unwrap_or_default();
    accounts.into_iter().flat_map(|(_, cases)| json::list(&cases, "").to_vec())
}

fn header(headers: &HeaderMap, name: &str) -> Option<Value> {
    serde_json::from_slice(headers.get(name)?.as_bytes()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(name: &'static str, value: &'static str) -> HeaderMap {
        [(reqwest::header::HeaderName::from_static(name), value.parse().unwrap())].into_iter().collect()
    }

    fn minute(minute: i64) -> Timestamp {
        Timestamp::from_second(minute * 60).unwrap()
    }

    #[test]
    fn at_the_limit_calls_stop_until_the_named_minute() {
        let full = r#"{"1":[{"type":"pages","call_count":28,"total_time":101,"estimated_time_to_regain_access":19}]}"#;
        assert_eq!(quiet_until(&headers("x-business-use-case-usage", full), minute(0)), Some(minute(19)));
        assert_eq!(quiet_until(&headers("x-app-usage", r#"{"call_count":100}"#), minute(0)), Some(minute(5)));
    }

    #[test]
    fn below_the_limit_or_without_a_readable_header_nothing_stops() {
        let room = r#"{"1":[{"type":"pages","call_count":99,"estimated_time_to_regain_access":0}]}"#;
        assert_eq!(quiet_until(&headers("x-business-use-case-usage", room), minute(0)), None);
        assert_eq!(quiet_until(&headers("x-app-usage", "garbled"), minute(0)), None);
        assert_eq!(quiet_until(&HeaderMap::new(), minute(0)), None);
    }
}
