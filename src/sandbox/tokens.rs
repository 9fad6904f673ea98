//! Tokens as each platform issues, refreshes and kills them.
//!
//! | platform | access token | refresh |
//! |---|---|---|
//! | Facebook | a page's, without expiry; a user's, 60 days | none |
//! | Instagram | 60 days; 30 days old at the start | by itself, once it is 24 hours old |
//! | X | two hours | single use, rotating; a used one kills its whole family |
//! | YouTube | 3,599 seconds | the same token again and again |

use std::collections::HashMap;

use jiff::{SignedDuration, Timestamp};
use sha2::{Digest, Sha256};

use crate::domain::comment::Platform;

/// Every token that was ever issued.
#[derive(Debug)]
pub(super) struct Tokens {
    access: HashMap<String, Access>,
    refresh: HashMap<String, Refresh>,
    current: [Current; 4],
    minted: u64,
    started: Timestamp,
}

/// The tokens that a platform's account holds now.
#[derive(Debug, Clone, Default)]
pub(super) struct Current {
    pub(super) access: String,
    pub(super) refresh: Option<String>,
    pub(super) other: Option<String>,
}

/// Whom an access token speaks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Holder {
    /// A Facebook page.
    Page,
    /// A person: an account's owner.
    User,
    /// An app by itself; it may read.
    App,
}

/// One access token.
#[derive(Debug, Clone)]
pub(super) struct Access {
    pub(super) platform: Platform,
    pub(super) holder: Holder,
    pub(super) issued_at: Timestamp,
    pub(super) expires_at: Option<Timestamp>,
    /// A right that its owner did not grant.
    pub(super) lacks: Option<String>,
    revoked: bool,
}

#[derive(Debug, Clone)]
struct Refresh {
    platform: Platform,
    used: bool,
    revoked: bool,
}

/// Why a token does not open anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum BadToken {
    Missing,
    Unknown,
    Expired(Timestamp),
    Revoked,
}

/// The life of an X access token.
pub(super) const X_LIFE: SignedDuration = SignedDuration::from_hours(2);
/// The life of a Google access token.
pub(super) const GOOGLE_LIFE: SignedDuration = SignedDuration::from_secs(3_599);
/// The life of a long-lived Meta token.
pub(super) const META_LIFE: SignedDuration = SignedDuration::from_hours(60 * 24);
/// How old an Instagram token must be before it can be refreshed.
pub(super) const INSTAGRAM_MIN_AGE: SignedDuration = SignedDuration::from_hours(24);

impl Tokens {
    /// The first tokens of every account.
    pub(super) fn issue(started: Timestamp) -> Self {
        let mut tokens = Tokens {
            access: HashMap::new(),
            refresh: HashMap::new(),
            current: Default::default(),
            minted: 0,
            started,
        };
        for platform in Platform::ALL {
            tokens.sign_in(platform, started);
        }
        // It has been in use for a month.
        let instagram = tokens.current[Platform::Instagram as usize].access.clone();
        if let Some(token) = tokens.access.get_mut(&instagram) {
            let issued_at = started - SignedDuration::from_hours(30 * 24);
            token.issued_at = issued_at;
            token.expires_at = Some(issued_at + META_LIFE);
        }
        tokens
    }

    /// New tokens, as if the account's owner had just signed in.
    pub(super) fn sign_in(&mut self, platform: Platform, now: Timestamp) -> &Current {
        let current = match platform {
            Platform::Facebook => Current {
                access: self.mint(platform, Holder::Page, now, None),
                refresh: None,
                other: Some(self.mint(platform, Holder::User, now, Some(META_LIFE))),
            },
            Platform::Instagram => Current {
                access: self.mint(platform, Holder::User, now, Some(META_LIFE)),
                ..Current::default()
            },
            Platform::X => Current {
                access: self.mint(platform, Holder::User, now, Some(X_LIFE)),
                refresh: Some(self.mint_refresh(platform)),
                other: Some(self.mint(platform, Holder::App, now, None)),
            },
            Platform::Youtube => Current {
                access: self.mint(platform, Holder::User, now, Some(GOOGLE_LIFE)),
                refresh: Some(self.mint_refresh(platform)),
                other: None,
            },
        };
        self.current[platform as usize] = current;
        &self.current[platform as usize]
    }

    /// The account's owner lets it live so long and keeps a right to himself.
    pub(super) fn restrict(&mut self, platform: Platform, end: Option<Timestamp>, lacks: Option<String>) {
        let current = &self.current[platform as usize].access;
        if let Some(access) = self.access.get_mut(current) {
            access.expires_at = end.or(access.expires_at);
            access.lacks = lacks;
        }
    }

    /// The tokens that an account holds now.
    pub(super) fn current(&self, platform: Platform) -> &Current {
        &self.current[platform as usize]
    }

    /// The token, if it opens anything on `platform` now.
    pub(super) fn check(
        &self,
        platform: Platform,
        token: Option<&str>,
        now: Timestamp,
    ) -> Result<&Access, BadToken> {
        let token = token.filter(|token| !token.is_empty()).ok_or(BadToken::Missing)?;
        let access =
            self.access.get(token).filter(|access| access.platform == platform).ok_or(BadToken::Unknown)?;
        match access.expires_at {
            _ if access.revoked => Err(BadToken::Revoked),
            Some(expires_at) if expires_at <= now => Err(BadToken::Expired(expires_at)),
            _ => Ok(access),
        }
    }

    /// Another access token of the same account, of Instagram or Facebook.
    pub(super) fn renew(&mut self, platform: Platform, holder: Holder, now: Timestamp) -> String {
        let token = self.mint(platform, holder, now, Some(META_LIFE));
        let current = &mut self.current[platform as usize];
        match holder {
            Holder::User if platform == Platform::Facebook => current.other = Some(token.clone()),
            _ => current.access = token.clone(),
        }
        token
    }

    /// A user's token for so long, which no account holds yet: it is there to be exchanged.
    pub(super) fn lend(&mut self, platform: Platform, now: Timestamp, life: SignedDuration) -> String {
        self.mint(platform, Holder::User, now, Some(life))
    }

    /// Google's refresh: a new access token for a refresh token that stays valid.
    pub(super) fn refresh_google(&mut self, refresh: &str, now: Timestamp) -> Option<String> {
        let known = self.refresh.get(refresh)?;
        if known.platform != Platform::Youtube || known.revoked {
            return None;
        }
        let access = self.mint(Platform::Youtube, Holder::User, now, Some(GOOGLE_LIFE));
        self.current[Platform::Youtube as usize].access = access.clone();
        Some(access)
    }

    /// X's refresh: a new pair for a token that dies by it. One that was used before takes the
    /// whole family with it: whoever holds the newest pair is signed out as well.
    pub(super) fn refresh_x(&mut self, refresh: &str, now: Timestamp) -> Option<(String, String)> {
        let known = self.refresh.get_mut(refresh).filter(|known| known.platform == Platform::X)?;
        if known.revoked {
            return None;
        }
        if std::mem::replace(&mut known.used, true) {
            self.revoke(Platform::X);
            return None;
        }
        let access = self.mint(Platform::X, Holder::User, now, Some(X_LIFE));
        let refresh = self.mint_refresh(Platform::X);
        let current = &mut self.current[Platform::X as usize];
        current.access = access.clone();
        current.refresh = Some(refresh.clone());
        Some((access, refresh))
    }

    /// Ends the life of a platform's access tokens; refreshing brings new ones.
    pub(super) fn expire(&mut self, platform: Platform, now: Timestamp) {
        for access in self
            .access
            .values_mut()
            .filter(|access| access.platform == platform && access.holder != Holder::App)
        {
            access.expires_at = Some(access.expires_at.map_or(now, |at| at.min(now)));
        }
    }

    /// Ends everything that the account's owner granted: only signing in again helps.
    pub(super) fn revoke(&mut self, platform: Platform) {
        for access in self
            .access
            .values_mut()
            .filter(|access| access.platform == platform && access.holder != Holder::App)
        {
            access.revoked = true;
        }
        for refresh in self.refresh.values_mut().filter(|refresh| refresh.platform == platform) {
            refresh.revoked = true;
        }
    }

    fn mint(
        &mut self,
        platform: Platform,
        holder: Holder,
        now: Timestamp,
        life: Option<SignedDuration>,
    ) -> String {
        let prefix = match platform {
            Platform::Facebook => "EAAQsandbox",
            Platform::Instagram => "IGAAsandbox",
            Platform::X if holder == Holder::App => "AAAAsandbox",
            Platform::X => "xat-sandbox",
            Platform::Youtube => "ya29.sandbox",
        };
        let token = self.secret(prefix);
        let expires_at = life.map(|life| now + life);
        self.access.insert(
            token.clone(),
            Access { platform, holder, issued_at: now, expires_at, lacks: None, revoked: false },
        );
        token
    }

    fn mint_refresh(&mut self, platform: Platform) -> String {
        let token = self.secret(if platform == Platform::X { "xrt-sandbox" } else { "1//sandbox" });
        self.refresh.insert(token.clone(), Refresh { platform, used: false, revoked: false });
        token
    }

    fn secret(&mut self, prefix: &str) -> String {
        self.minted += 1;
        let seed = format!("{prefix} {} {}", self.started.as_microsecond(), self.minted);
        format!("{prefix}{}", hex::encode(&Sha256::digest(seed.as_bytes())[..16]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn start() -> Timestamp {
        "2026-11-24T03:30:00Z".parse().unwrap()
    }

    #[test]
    fn a_used_x_refresh_token_signs_the_newest_pair_out_too() {
        let mut tokens = Tokens::issue(start());
        let first = tokens.current(Platform::X).refresh.clone().unwrap();
        let (access, second) = tokens.refresh_x(&first, start()).unwrap();
        assert!(tokens.check(Platform::X, Some(&access), start()).is_ok());
        assert_eq!(tokens.refresh_x(&first, start()), None);
        assert_eq!(tokens.check(Platform::X, Some(&access), start()).unwrap_err(), BadToken::Revoked);
        assert_eq!(tokens.refresh_x(&second, start()), None);
    }

    #[test]
    fn a_google_refresh_token_works_again_and_again() {
        let mut tokens = Tokens::issue(start());
        let refresh = tokens.current(Platform::Youtube).refresh.clone().unwrap();
        let first = tokens.refresh_google(&refresh, start()).unwrap();
        let second = tokens.refresh_google(&refresh, start()).unwrap();
        assert_ne!(first, second);
        assert!(tokens.check(Platform::Youtube, Some(&first), start()).is_ok());
    }

    #[test]
    fn a_token_opens_its_own_platform_until_it_expires() {
        let tokens = Tokens::issue(start());
        let token = tokens.current(Platform::X).access.as_str();
        assert_eq!(tokens.check(Platform::Youtube, Some(token), start()).unwrap_err(), BadToken::Unknown);
        let end = start() + X_LIFE;
        assert_eq!(tokens.check(Platform::X, Some(token), end).unwrap_err(), BadToken::Expired(end));
        assert!(
            tokens.check(Platform::Facebook, Some(&tokens.current(Platform::Facebook).access), end).is_ok()
        );
    }
}
