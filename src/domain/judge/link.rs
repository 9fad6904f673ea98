//! What a link leads to, by the policy's lists of domains.

use crate::domain::policy::{Domain, Links, Pattern};

/// The kinds of sign that a link is; none for a link to an allowed domain.
pub(super) fn kinds(link: &str, links: &Links) -> &'static [Pattern] {
    let host = host(link);
    // A messenger or shortener may be listed below a platform's domain, so the narrower lists come first.
    if is_under(host, &links.allowed) {
        &[]
    } else if is_under(host, &links.messengers) {
        &[Pattern::Link, Pattern::MessengerLink]
    } else if is_under(host, &links.shorteners) {
        &[Pattern::Link, Pattern::ShortLink]
    } else if is_under(host, &links.platforms) {
        &[Pattern::PlatformLink]
    } else {
        &[Pattern::Link]
    }
}

/// The host of a link, with or without a scheme; user names and ports are left out, so that
/// `https://moei.gov.ae@evil.example` leads where a browser would go.
pub(super) fn host(link: &str) -> &str {
    let after_scheme = link.split_once("://").map_or(link, |(_, rest)| rest);
    let authority = after_scheme.split(['/', '?', '#', '\\']).next().unwrap_or(after_scheme);
    let host = authority.rsplit('@').next().unwrap_or(authority);
    host.split(':').next().unwrap_or(host).trim_end_matches('.')
}

/// Whether a host is one of these domains or below one.
pub(super) fn is_under(host: &str, domains: &[Domain]) -> bool {
    domains.iter().any(|domain| {
        host.strip_suffix(domain.as_str()).is_some_and(|front| front.is_empty() || front.ends_with('.'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_domain_stands_for_its_subdomains_and_for_no_look_alike() {
        let government = [Domain::try_from("gov.ae".to_owned()).unwrap()];
        assert!(is_under(host("https://www.moei.gov.ae/ar/services?x=1"), &government));
        assert!(is_under(host("gov.ae"), &government));
        assert!(!is_under(host("https://notgov.ae"), &government));
        assert!(!is_under(host("https://gov.ae.evil.example/gov.ae"), &government));
        assert!(!is_under(host("https://www.gov.ae@evil.example/"), &government));
    }
}
