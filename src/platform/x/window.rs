//! What X announces with every answer: how much of its window is left.

use jiff::Timestamp;
use reqwest::RequestBuilder;

use crate::domain::quota::{Announced, Purse};
use crate::platform::http::Answer;

/// The purse that a request is of, by its path.
pub(super) fn purse_of(request: &RequestBuilder) -> Option<Purse> {
    let request = request.try_clone()?.build().ok()?;
    let path = request.url().path();
    let is = |end: &str| path.ends_with(end);
    Some(match request.method().as_str() {
        "GET" if is("/mentions") => Purse::Reads,
        "GET" if is("/search/recent") => Purse::Finds,
        "GET" if is("/2/tweets") => Purse::Looks,
        "PUT" if is("/hidden") => Purse::Hides,
        "POST" if is("/2/tweets") => Purse::Replies,
        _ => return None,
    })
}

/// What the headers say of it.
pub(super) fn window(answer: &Answer, purse: Purse) -> Option<Announced> {
    let [limit, left] = ["limit", "remaining"].map(|what| answer.number(&format!("x-rate-limit-{what}")));
    Some(Announced { purse, spent: limit?.checked_sub(left?)?, until: window_end(answer)? })
}

/// When the window of fifteen minutes ends. It is told in whole seconds, so it may last until that second is over.
pub(super) fn window_end(answer: &Answer) -> Option<Timestamp> {
    Timestamp::from_second(answer.number("x-rate-limit-reset")?.checked_add(1)?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::fixture;

    #[test]
    fn what_the_headers_announce_is_read_and_nonsense_is_nothing() {
        let mut answer = fixture::refusal(200, serde_json::json!({}));
        for (name, value) in [("limit", "50"), ("remaining", "12"), ("reset", "1795163400")] {
            let name = format!("x-rate-limit-{name}").parse::<reqwest::header::HeaderName>().unwrap();
            answer.headers.insert(name, value.parse().unwrap());
        }
        let told = window(&answer, Purse::Hides).unwrap();
        assert_eq!((told.spent, told.until.to_string().as_str()), (38, "2026-11-20T08:30:01Z"));
        answer.headers.insert("x-rate-limit-remaining", "many".parse().unwrap());
        assert_eq!(window(&answer, Purse::Hides), None);
    }

    #[test]
    fn each_request_is_of_its_purse() {
        let client = crate::platform::http::Http::new(std::time::Duration::from_secs(1)).unwrap();
        for (method, path, purse) in [
            ("GET", "users/1/mentions", Some(Purse::Reads)),
            ("GET", "tweets/search/recent", Some(Purse::Finds)),
            ("GET", "tweets", Some(Purse::Looks)),
            ("PUT", "tweets/1/hidden", Some(Purse::Hides)),
            ("POST", "tweets", Some(Purse::Replies)),
            ("GET", "users/1/tweets", None),
            ("GET", "users/me", None),
        ] {
            let request = client.request(method.parse().unwrap(), format!("https://api.x.com/2/{path}"));
            assert_eq!(purse_of(&request), purse, "{method} {path}");
        }
    }
}
