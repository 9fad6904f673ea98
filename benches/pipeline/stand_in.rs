//! A platform that costs nothing: it hands out ready pages at once and has never heard of the comments we act on.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use jiff::Timestamp;
use majlis::domain::action::{Act, Receipt, Refusal};
use majlis::domain::comment::{Comment, Incoming, Platform};
use majlis::domain::credentials::{Secret, Tokens};
use majlis::platform::{Call, Cursor, Looked, Next, Page, PlatformApi, PlatformError, SentReply};

/// Comments on a page, as many as the platforms give at most.
const PAGE: usize = 100;

/// One source's platform.
#[derive(Debug)]
pub(crate) struct StandIn {
    pub(crate) platform: Platform,
    /// What it will hand out, page by page.
    pub(crate) comments: Arc<Vec<Incoming>>,
    /// How many sources have handed out their last page.
    pub(crate) exhausted: Arc<AtomicUsize>,
}

impl StandIn {
    fn refusal() -> PlatformError {
        PlatformError::Refused { reason: Refusal::Gone, detail: "no such comment".to_owned() }
    }
}

#[async_trait]
impl PlatformApi for StandIn {
    fn platform(&self) -> Platform {
        self.platform
    }

    async fn comments(&self, _: Call<'_>, cursor: Option<&Cursor>) -> Result<Page, PlatformError> {
        let from = cursor.and_then(|cursor| cursor.0.as_u64()).unwrap_or(0) as usize;
        let to = (from + PAGE).min(self.comments.len());
        let next = Cursor(to.into());
        let ended = to == self.comments.len();
        if ended && from < to {
            self.exhausted.fetch_add(1, Ordering::Relaxed);
        }
        Ok(Page {
            comments: self.comments[from..to].to_vec(),
            unreadable: 0,
            deeper: (!ended).then(|| next.clone()),
            onward: Next::RoundEnds(next),
            suspected_gap: false,
            listed: Vec::new(),
            post: None,
        })
    }

    fn look_max(&self) -> usize {
        1
    }

    async fn look(&self, _: Call<'_>, _: &[String]) -> Result<Vec<Looked>, PlatformError> {
        Err(Self::refusal())
    }

    async fn perform(&self, _: Call<'_>, _: &Comment, _: &Act) -> Result<Receipt, PlatformError> {
        Err(Self::refusal())
    }

    async fn find_replies(
        &self,
        _: Call<'_>,
        _: &Comment,
        _: &str,
        _: Timestamp,
    ) -> Result<Vec<SentReply>, PlatformError> {
        Err(Self::refusal())
    }

    async fn probe(&self, _: Call<'_>) -> Result<String, PlatformError> {
        Ok("hands out ready pages".to_owned())
    }

    fn answered_at(&self) -> Option<Timestamp> {
        None
    }

    fn renew_at(&self, _: &Tokens, _: Timestamp) -> Option<Timestamp> {
        None
    }

    async fn renew(&self, tokens: &Tokens, _: Timestamp) -> Result<Tokens, PlatformError> {
        Ok(Tokens { access: Some(Secret::new("token")), ..tokens.clone() })
    }
}
