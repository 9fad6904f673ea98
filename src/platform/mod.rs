//! The only code that calls a platform.
//!
//! One object a source. Each method makes one HTTP request, so that the stage that calls it can pace,
//! count and stop between requests. More are made with Meta, to learn our account's name once and to find out
//! what a refusal means, and in a long thread, to find a reply again. Paths, JSON, paging, quotas and error codes
//! of a platform live in its one file; the rest of the program sees comments, actions and [`PlatformError`].

pub mod connect;
mod error;
mod http;
mod json;
mod oauth;
mod paging;
mod sent;

mod facebook;
mod graph;
mod instagram;
mod x;
mod youtube;

#[cfg(any(test, fuzzing))]
mod any;
#[cfg(test)]
mod fixture;

use std::fmt::Debug;

use async_trait::async_trait;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::config::{Login, SourceConfig};
use crate::domain::action::{Act, Receipt, Refusal};
use crate::domain::comment::{Comment, Incoming, Platform};
use crate::domain::credentials::{Secret, Tokens};
use crate::domain::quota::{Announced, Errand};

use facebook::Facebook;
use http::Http;
use instagram::Instagram;
use x::X;
use youtube::Youtube;

#[cfg(any(test, fuzzing))]
#[doc(hidden)]
pub use any::read_any;
pub use error::{PlatformError, Remedy};
pub use http::named;
pub use sent::{SentReply, same_words};

/// The platform that `source` stands on, as it is configured; nothing is called yet.
///
/// # Errors
/// No HTTP client can be built, such as on a machine without root certificates.
pub fn connect(source: &SourceConfig) -> Result<Box<dyn PlatformApi>, PlatformError> {
    let http = Http::new(source.timeout)?;
    Ok(match &source.login {
        Login::Facebook { app_secret, .. } => Box::new(Facebook::new(http, source, app_secret.as_ref())),
        Login::Instagram { app_secret, token_endpoint, .. } => {
            Box::new(Instagram::new(http, source, app_secret.as_ref(), token_endpoint.as_ref()))
        }
        Login::X { client_id, client_secret, refresh_token, token_endpoint, handle, vocabulary } => {
            Box::new(X {
                http,
                api_base: source.api_base.clone(),
                account: source.account.clone(),
                handle: handle.clone(),
                vocabulary: *vocabulary,
                client_id: client_id.clone(),
                client_secret: client_secret.clone(),
                refresh_token: refresh_token.clone(),
                token_endpoint: token_endpoint.clone(),
                announced: Default::default(),
                bill: Default::default(),
            })
        }
        Login::Youtube { client_id, client_secret, refresh_token, token_endpoint } => Box::new(Youtube {
            http,
            api_base: source.api_base.clone(),
            channel: source.account.clone(),
            client_id: client_id.clone(),
            client_secret: client_secret.clone(),
            refresh_token: refresh_token.clone(),
            token_endpoint: token_endpoint.clone(),
        }),
    })
}

/// How far a source has been read, in the words of its own platform; opaque to everybody else.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Cursor(pub serde_json::Value);

/// What every call needs to know.
#[derive(Debug, Clone, Copy)]
pub struct Call<'a> {
    /// The access token to present.
    pub access: &'a Secret,
    /// The instant of the call, by our clock.
    pub now: Timestamp,
}

/// One page of comments, and the two ways on from it.
#[derive(Debug)]
pub struct Page {
    /// The comments on it, as far as each can be stored.
    pub comments: Vec<Incoming>,
    /// Items that cannot be stored at all, such as one without an id.
    pub unreadable: u32,
    /// Where this list goes on; `None` at its end.
    pub deeper: Option<Cursor>,
    /// Where to go once this list holds nothing new: the next list of the round, or its end.
    pub onward: Next,
    /// Comments that this platform can no longer give us, such as those behind a missing page link.
    pub suspected_gap: bool,
    /// The posts of ours on it. Where posts are listed first and the comments of each are asked for, [`PlatformApi::narrow`] then says
    /// which.
    pub listed: Vec<Listed>,
    /// The post whose comments these are, on such a platform.
    pub post: Option<String>,
}

/// A post, as it is listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// The platform's id of it.
    pub id: String,
    /// When it was published.
    pub published_at: Option<Timestamp>,
    /// How many comments it is said to have. What that counts is the platform's to know; what it tells is whether it moved.
    pub said: Option<i64>,
    /// What it says now, fit to be stored; `None` where it has no words (any more). A list that does not tell them lists no posts.
    pub text: Option<String>,
}

/// What a webhook delivered.
#[derive(Debug, Default)]
pub struct Delivered {
    /// New comments, as far as each can be stored.
    pub comments: Vec<Incoming>,
    /// Comments of which it tells no more than that something happened to them, by the platform's id.
    pub changed: Vec<String>,
    /// Changes that cannot be read at all.
    pub unreadable: u32,
}

/// What a platform says of a token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inspected {
    /// When it, or what may be read with it, ends; `None` where no end is set.
    pub expires_at: Option<Timestamp>,
    /// Rights that our work needs and that it does not carry.
    pub missing: Vec<&'static str>,
}

/// What became of a comment that was asked for by its id.
#[derive(Debug)]
pub enum Looked {
    /// It is there.
    Seen(Box<Incoming>),
    /// It is not there any more.
    Gone(String),
    /// The platform shows it to us no more, which proves nothing: its author may be suspended.
    OutOfSight(String),
}

impl Looked {
    /// The platform's id of it.
    pub fn id(&self) -> &str {
        match self {
            Looked::Seen(comment) => &comment.platform_id,
            Looked::Gone(id) | Looked::OutOfSight(id) => id,
        }
    }
}

/// What follows a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Next {
    /// The round goes on here.
    Page(Cursor),
    /// The round is complete; the next one begins here.
    RoundEnds(Cursor),
}

impl Page {
    /// Where to read on. `known_ground` says that everything on this page was known before the round began.
    pub fn next(&self, known_ground: bool) -> Next {
        match &self.deeper {
            Some(cursor) if !known_ground => Next::Page(cursor.clone()),
            _ => self.onward.clone(),
        }
    }
}

/// A platform, as one source of ours uses it.
#[async_trait]
pub trait PlatformApi: Debug + Send + Sync {
    /// Which platform it is.
    fn platform(&self) -> Platform;

    /// One page of the round that `cursor` stands in; `None` begins the first round.
    ///
    /// # Errors
    /// See [`PlatformError::remedy`].
    async fn comments(&self, call: Call<'_>, cursor: Option<&Cursor>) -> Result<Page, PlatformError>;

    /// `cursor`, where a round begins, as the beginning of a sweep.
    fn sweep(&self, cursor: Cursor) -> Cursor {
        cursor
    }

    /// The way on from the list at `cursor`, where that cannot be read. `None` at the first page of a round, which tells whether
    /// anything of the account can be read at all.
    fn pass_over(&self, _cursor: Option<&Cursor>) -> Option<Next> {
        None
    }

    /// What the page at `cursor` is asked for by.
    fn errand(&self, _cursor: Option<&Cursor>) -> Errand<'static> {
        Errand::Read
    }

    /// The way on after a page that listed posts, past those listed that are not `due`.
    fn narrow(&self, next: Next, _due: &mut dyn FnMut(&str) -> bool) -> Next {
        next
    }

    /// Carries out one act on a comment and returns the platform's reference for it.
    ///
    /// # Errors
    /// [`PlatformError::AnswerLost`] where the act may have been carried out all the same.
    async fn perform(&self, call: Call<'_>, comment: &Comment, act: &Act) -> Result<Receipt, PlatformError>;

    /// How many comments [`PlatformApi::look`] may be asked for at a time.
    fn look_max(&self) -> usize;

    /// Looks at comments by their ids, of which none comes twice.
    ///
    /// # Errors
    /// See [`PlatformError::remedy`]. Where one of several is gone a platform may refuse them all.
    async fn look(&self, call: Call<'_>, ids: &[String]) -> Result<Vec<Looked>, PlatformError>;

    /// What the platform delivered to our webhook.
    fn delivered(&self, _body: &[u8], _now: Timestamp) -> Delivered {
        Delivered::default()
    }

    /// Has the platform deliver what happens to this account. Asking again changes nothing.
    ///
    /// # Errors
    /// See [`PlatformError::remedy`].
    async fn subscribe(&self, _call: Call<'_>) -> Result<(), PlatformError> {
        Ok(())
    }

    /// What the platform says of the token that is presented, where that is to be learned from nobody else; `None` elsewhere.
    ///
    /// # Errors
    /// See [`PlatformError::remedy`].
    async fn inspect(&self, _call: Call<'_>) -> Result<Option<Inspected>, PlatformError> {
        Ok(None)
    }

    /// How many comments [`PlatformApi::hide_together`] may hide at a time; one where there is no such call.
    fn hides_at_once(&self) -> usize {
        1
    }

    /// Hides comments in one call.
    ///
    /// # Errors
    /// See [`PlatformError::remedy`]. Where one of them is refused, what became of the others is not known.
    async fn hide_together(&self, _call: Call<'_>, _comments: &[&Comment]) -> Result<(), PlatformError> {
        Err(PlatformError::Refused { reason: Refusal::Invalid, detail: "one at a time".into() })
    }

    /// Looks for replies of ours with this text under the comment, sent at `since` or later; the newest first. In a
    /// thread of two levels they may answer other comments of it. The thread is read to its end.
    ///
    /// # Errors
    /// See [`PlatformError::remedy`]; also where the end is out of reach and nothing was found before it.
    async fn find_replies(
        &self,
        call: Call<'_>,
        comment: &Comment,
        text: &str,
        since: Timestamp,
    ) -> Result<Vec<SentReply>, PlatformError>;

    /// The cheapest read that proves that the account, the token and its rights work; a line for an operator.
    ///
    /// # Errors
    /// See [`PlatformError::remedy`].
    async fn probe(&self, call: Call<'_>) -> Result<String, PlatformError>;

    /// When the platform gave its last answer, by its own clock and in whole seconds; `None` where it did not say.
    fn answered_at(&self) -> Option<Timestamp>;

    /// What the last answers said of the platform's allowances.
    fn announced(&self) -> Vec<Announced> {
        Vec::new()
    }

    /// What answers cost beside what was charged for them before and is not paid yet, in millionths of a dollar; below nothing where
    /// that was too much.
    fn owed(&self) -> i64 {
        0
    }

    /// So much of what is owed was booked.
    fn paid(&self, _amount: i64) {}

    /// When the tokens should be renewed next, given that they were obtained at `obtained_at`;
    /// `None` where nothing renews them.
    fn renew_at(&self, tokens: &Tokens, obtained_at: Timestamp) -> Option<Timestamp>;

    /// Trades the tokens for new ones. The caller stores them before it uses them.
    ///
    /// # Errors
    /// [`PlatformError::Revoked`] where only a person can help.
    async fn renew(&self, tokens: &Tokens, now: Timestamp) -> Result<Tokens, PlatformError>;
}
