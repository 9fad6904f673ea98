//! Cookies: locked to this host, out of the reach of scripts.

use axum::http::header::COOKIE;
use axum::http::{HeaderMap, HeaderValue};

use super::super::Reached;

/// The value of the cookie called `name`, as the browser sent it.
pub(super) fn value<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|header| header.to_str().ok())
        .flat_map(|header| header.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find_map(|(found, value)| (found == name).then_some(value))
}

/// A `Set-Cookie`. The value is of our own making.
pub(super) fn set(reached: Reached, name: &str, value: &str, max_age: i64, same_site: &str) -> HeaderValue {
    let secure = match reached {
        Reached::Https => "; Secure",
        Reached::Loopback => "",
    };
    let cookie = format!("{name}={value}; Path=/; Max-Age={max_age}; HttpOnly; SameSite={same_site}{secure}");
    HeaderValue::try_from(cookie).expect("our cookies are of plain letters")
}
