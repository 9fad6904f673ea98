//! Whether somebody is who they say they are, by name and password. Nothing tells whether there is such an account: the answer
//! is the same, and takes as long.
//!
//! Tries are counted in the database before they are known to fail ([`crate::store::tries`]), so the bound holds for all nodes
//! together and for tries at once.

use std::net::IpAddr;

use axum::http::HeaderMap;
use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};
use jiff::{SignedDuration, Timestamp};
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;

use crate::domain::password::{self, Unfit};
use crate::domain::session::{Counted, network};
use crate::store::staff::{self, Staff};
use crate::store::{Step, StoreError, tries};

use super::super::{Reached, WebState};

/// Hashes at once: each takes 19 MiB and a core.
const AT_ONCE: usize = 2;
/// Tries a minute in this process where nothing can be written, so that none is counted.
const A_MINUTE_WHILE_STOPPED: std::num::NonZeroU32 = std::num::NonZeroU32::new(10).expect("ten is not zero");

/// Tries passwords, and hashes new ones.
pub(super) struct Passwords {
    turns: Semaphore,
    while_stopped: DefaultDirectRateLimiter,
}

/// What came of a try.
pub(super) enum Tried {
    /// It is theirs. With the hash it was held against.
    In(Staff, String),
    /// There is no such account, it has no password, or this is not it.
    Refused,
    /// There were too many; none is looked at before this instant.
    TooMany(Timestamp),
}

impl Passwords {
    pub(super) fn new() -> Self {
        let quota = Quota::per_minute(A_MINUTE_WHILE_STOPPED);
        Self { turns: Semaphore::new(AT_ONCE), while_stopped: RateLimiter::direct(quota) }
    }

    /// Tries a password from where the request comes from.
    ///
    /// # Errors
    /// The database failed.
    pub(super) async fn attempt(
        &self,
        web: &WebState,
        name: &str,
        password: String,
        headers: &HeaderMap,
    ) -> Result<Tried, StoreError> {
        // No account is called so, and PostgreSQL looks for no NUL.
        let account = if name.contains('\0') { "" } else { name.trim() };
        let (address, now) = (address(web.reached, headers), web.wall.now());
        let counted = [
            Counted::Both { account, address: &address },
            Counted::Address(&address),
            Counted::Account(account),
        ];
        if let Some(until) = self.count(web, &counted, now).await? {
            return Ok(Tried::TooMany(until));
        }
        let (found, hash) = match staff::by_name(&web.store, account).await? {
            Some((found, hash)) => (Some(found), hash),
            None => (None, None),
        };
        let against = hash.clone();
        let fits = self.work(move || password::verify(&password, against.as_deref())).await;
        let (Some(found), Some(hash), true) = (found, hash, fits) else { return Ok(Tried::Refused) };
        if !web.store.is_stopped() {
            let mut tx = web.store.begin(Step::Keep).await?;
            tries::forgive(&mut tx, &counted, now).await?;
            tx.commit().await?;
        }
        Ok(Tried::In(found, hash))
    }

    async fn count(
        &self,
        web: &WebState,
        counted: &[Counted<'_>],
        now: Timestamp,
    ) -> Result<Option<Timestamp>, StoreError> {
        if web.store.is_stopped() {
            let rest = SignedDuration::from_mins(1);
            return Ok(self.while_stopped.check().is_err().then(|| now + rest));
        }
        let mut tx = web.store.begin(Step::Keep).await?;
        let until = tries::count(&mut tx, counted, now).await?;
        tx.commit().await?;
        Ok(until)
    }

    /// The hash of a password that somebody of this name may have.
    ///
    /// # Errors
    /// Why they may not.
    pub(super) async fn chosen(&self, password: String, name: String) -> Result<String, Unfit> {
        self.work(move || {
            password::check(&password, &name)?;
            Ok(password::hash(&password, rand::random()))
        })
        .await
    }

    async fn work<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> T {
        let _turn = self.turns.acquire().await.expect("nobody closes it");
        spawn_blocking(work).await.expect("hashing does not panic")
    }
}

/// Where a request comes from, as far as tries are counted for it: what the proxy added last, for what stands before that
/// anybody can write. Without a proxy it is this machine.
fn address(reached: Reached, headers: &HeaderMap) -> String {
    if reached == Reached::Loopback {
        return "this machine".to_owned();
    }
    let mut lines = headers.get_all("x-forwarded-for").iter().filter_map(|line| line.to_str().ok());
    let last =
        lines.next_back().and_then(|line| line.rsplit(',').next()).and_then(|last| last.trim().parse().ok());
    // A proxy that says nothing makes everybody one.
    last.map_or_else(|| "unknown".to_owned(), |address: IpAddr| network(address))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tries_are_counted_for_the_address_that_the_proxy_saw_and_not_for_one_that_was_sent() {
        let sent = |lines: &[&str]| {
            let name = axum::http::HeaderName::from_static("x-forwarded-for");
            lines.iter().map(|line| (name.clone(), line.parse().unwrap())).collect::<HeaderMap>()
        };
        let of = |lines: &[&str]| address(Reached::Https, &sent(lines));
        assert_eq!(of(&["192.0.2.7"]), "192.0.2.7");
        assert_eq!(of(&["10.0.0.1, 192.0.2.7"]), "192.0.2.7");
        assert_eq!(of(&["10.0.0.1", "192.0.2.7"]), "192.0.2.7");
        assert_eq!(of(&["192.0.2.7, mine"]), "unknown");
        assert_eq!(of(&[]), "unknown");
        assert_eq!(address(Reached::Loopback, &sent(&["192.0.2.7"])), "this machine");
    }
}
