//! Sessions of the console: a cookie that holds a random token, and a row of the database that says whose it is, when it was
//! opened and when it was last used. So all nodes know it, a restart ends none, and whoever is signed out is so everywhere.
//!
//! Where the audit log does not hold nothing is written, and whoever looks into it must get in: sessions that are opened then
//! live in this process.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use axum::http::header::USER_AGENT;
use axum::http::{HeaderMap, HeaderValue};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use jiff::Timestamp;
use subtle::ConstantTimeEq;

use crate::clock::SharedClock;
use crate::domain::session::{IDLE, LIFETIME, NOTED_EVERY, Way};
use crate::store::sessions::{self, Session};
use crate::store::staff::{self, Staff};
use crate::store::{Step, StoreError, audit};

use super::super::{Reached, WebState, letting_in, token_hash};
use super::cookie;

/// What is kept of what a browser says of itself.
const BROWSER_MAX_CHARS: usize = 200;

/// Opens, recognises and ends sessions.
pub(super) struct Sessions {
    wall: SharedClock,
    reached: Reached,
    while_stopped: Mutex<HashMap<String, (String, Session)>>,
}

/// Who is signed in, and their session.
#[derive(Debug, Clone)]
pub(super) struct SignedIn {
    pub staff: Staff,
    pub session: Session,
}

impl Sessions {
    pub(super) fn new(wall: SharedClock, reached: Reached) -> Self {
        Self { wall, reached, while_stopped: Mutex::default() }
    }

    /// Opens a session for somebody who showed who they are at `proved_at`, in place of the one that the browser had, and logs it.
    /// Returns its `Set-Cookie`. Who signs in again keeps the seal of their forms, so that what they have begun to write elsewhere
    /// can still be sent.
    ///
    /// # Errors
    /// The database failed.
    pub(super) async fn open(
        &self,
        web: &WebState,
        staff: &Staff,
        way: Way,
        proved_at: Timestamp,
        headers: &HeaderMap,
    ) -> Result<HeaderValue, StoreError> {
        let former = self.recognise(web, headers).await?;
        let seal =
            former.as_ref().filter(|former| former.staff.id == staff.id).map(|former| &former.session.seal);
        let (token, now) = (random(), self.wall.now());
        let session = Session {
            id: token_hash(&token),
            seal: seal.cloned().unwrap_or_else(random),
            way,
            browser: browser(headers),
            opened_at: now,
            proved_at: proved_at.min(now),
            seen_at: now,
        };
        let entry = letting_in::passing(web, staff, "staff.signed_in").word("by", way.as_str());
        match web.store.begin(Step::Keep).await {
            Ok(mut tx) => {
                if let Some(SignedIn { staff, session }) = &former {
                    sessions::end(&mut tx, staff.id, &session.id).await?;
                }
                sessions::open(&mut tx, staff.id, &session).await?;
                audit::append(&mut tx, &[entry]).await?;
                tx.commit().await?;
            }
            Err(StoreError::Stopped) => {
                let mut kept = self.while_stopped.lock().unwrap_or_else(PoisonError::into_inner);
                kept.retain(|_, (_, session)| now < session.opened_at + LIFETIME);
                kept.insert(session.id.clone(), (staff.name.clone(), session));
            }
            Err(error) => return Err(error),
        }
        Ok(self.cookie(&token, LIFETIME.as_secs()))
    }

    /// Who sends this, where they have a session that we opened and that runs.
    ///
    /// # Errors
    /// The database failed.
    pub(super) async fn recognise(
        &self,
        web: &WebState,
        headers: &HeaderMap,
    ) -> Result<Option<SignedIn>, StoreError> {
        let Some(token) = cookie::value(headers, self.name()) else { return Ok(None) };
        let (id, now) = (token_hash(token), self.wall.now());
        if let Some((staff, session)) = sessions::find(&web.store, &id, now).await? {
            return Ok(Some(SignedIn { staff, session }));
        }
        let kept = self.while_stopped.lock().unwrap_or_else(PoisonError::into_inner).get(&id).cloned();
        let Some((name, session)) = kept.filter(|(_, kept)| now < kept.opened_at + IDLE) else {
            return Ok(None);
        };
        Ok(staff::by_name(&web.store, &name).await?.map(|(staff, _)| SignedIn { staff, session }))
    }

    /// Notes that a session is in use, where that was not noted lately.
    ///
    /// # Errors
    /// The database failed.
    pub(super) async fn note(&self, web: &WebState, session: &Session) -> Result<(), StoreError> {
        let now = self.wall.now();
        if now.duration_since(session.seen_at) < NOTED_EVERY || web.store.is_stopped() {
            return Ok(());
        }
        let mut tx = web.store.begin(Step::Keep).await?;
        sessions::seen(&mut tx, &session.id, now).await?;
        tx.commit().await
    }

    /// Ends a session, whoever else has its cookie, or all of its owner's, and logs it. Returns the `Set-Cookie` that takes it
    /// from the browser.
    ///
    /// # Errors
    /// The database failed.
    pub(super) async fn end(
        &self,
        web: &WebState,
        SignedIn { staff, session }: &SignedIn,
        which: Which,
    ) -> Result<HeaderValue, StoreError> {
        let act = match which {
            Which::This => "staff.signed_out",
            Which::All => "staff.signed_out_everywhere",
        };
        self.while_stopped.lock().unwrap_or_else(PoisonError::into_inner).retain(
            |id, (owner, _)| match which {
                Which::This => *id != session.id,
                Which::All => *owner != staff.name,
            },
        );
        match web.store.begin(Step::Keep).await {
            Ok(mut tx) => {
                match which {
                    Which::This => drop(sessions::end(&mut tx, staff.id, &session.id).await?),
                    Which::All => sessions::end_all(&mut tx, staff.id).await?,
                }
                audit::append(&mut tx, &[letting_in::passing(web, staff, act)]).await?;
                tx.commit().await?;
            }
            // One that was opened before runs until its time; nothing can be changed by it.
            Err(StoreError::Stopped) => {}
            Err(error) => return Err(error),
        }
        Ok(self.none())
    }

    /// The `Set-Cookie` that takes a session from the browser.
    pub(super) fn none(&self) -> HeaderValue {
        self.cookie("", 0)
    }

    fn name(&self) -> &'static str {
        match self.reached {
            Reached::Https => "__Host-majlis_session",
            Reached::Loopback => "majlis_session",
        }
    }

    fn cookie(&self, value: &str, max_age: i64) -> HeaderValue {
        cookie::set(self.reached, self.name(), value, max_age, "Strict")
    }
}

/// Which sessions end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Which {
    This,
    All,
}

impl SignedIn {
    /// Whether a form is of a page of this session.
    pub(super) fn sealed(&self, seal: &str) -> bool {
        self.session.seal.as_bytes().ct_eq(seal.as_bytes()).into()
    }
}

/// 256 bits from the system's generator.
fn random() -> String {
    BASE64_URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>())
}

fn browser(headers: &HeaderMap) -> String {
    let said = headers.get(USER_AGENT).and_then(|said| said.to_str().ok()).unwrap_or_default();
    said.chars().take(BROWSER_MAX_CHARS).collect()
}
