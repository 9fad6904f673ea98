//! `[[source]]`: one account, page or channel of ours, how to reach it and how often.

use std::num::NonZeroU32;
use std::time::Duration;

use jiff::SignedDuration;

use super::PollSchedule;
use crate::domain::comment::{Platform, SourceId};
use crate::domain::credentials::Secret;
use crate::domain::quota::Allowance;

/// One account, page or channel that Majlis reads and acts on.
#[derive(Debug, Clone)]
pub struct SourceConfig {
    /// The name under which operators, logs and exports know it.
    pub id: SourceId,
    /// The platform's id of the account: a page, user or channel id.
    pub account: String,
    /// Where its API lives, version included and without a slash at the end, such as `https://graph.facebook.com/v26.0`.
    pub api_base: String,
    /// How we are let in.
    pub login: Login,
    /// What deliveries of its platform's webhook are known by; `None` where none are expected.
    pub webhook: Option<Webhook>,
    /// When it is polled, on the wall clock of the official calendar.
    pub schedule: PollSchedule,
    /// Pages that one tick reads at most; the next tick goes on from there.
    pub pages_per_tick: NonZeroU32,
    /// How long one tick reads at most.
    pub time_per_tick: Duration,
    /// Every how many rounds the lists are read to their end, to find replies under old comments.
    pub sweep_every: NonZeroU32,
    /// Pages under posts that are read in a day, where each post is a call of its own; sweeps may take more.
    pub post_reads_per_day: NonZeroU32,
    /// After how long a post is read whether it is said to have something new or not.
    pub post_unread: SignedDuration,
    /// What its platform may be made to spend.
    pub allowance: Allowance,
    /// Requests to this source in any minute, reads and writes together.
    pub requests_per_minute: NonZeroU32,
    /// How long one request may take.
    pub timeout: Duration,
}

impl SourceConfig {
    /// The platform it is on.
    pub fn platform(&self) -> Platform {
        match self.login {
            Login::Facebook { .. } => Platform::Facebook,
            Login::Instagram { .. } => Platform::Instagram,
            Login::X { .. } => Platform::X,
            Login::Youtube { .. } => Platform::Youtube,
        }
    }
}

/// What a delivery of a platform's webhook is known by to be meant for us, and to be the platform's.
#[derive(Debug, Clone)]
pub struct Webhook {
    /// The word of ours that the platform shows when our address is given to it.
    pub verify_token: Secret,
    /// What it signs every delivery with.
    pub app_secret: Secret,
}

/// How a platform lets us in.
#[derive(Debug, Clone)]
pub enum Login {
    /// A page token, made from a long-lived user token; it has no end date.
    Facebook {
        /// The page token.
        token: Secret,
        /// With it every call carries `appsecret_proof`.
        app_secret: Option<Secret>,
    },
    /// A long-lived token of 60 days, renewed while it lives.
    Instagram {
        /// The long-lived token.
        token: Secret,
        /// With it every call carries `appsecret_proof`.
        app_secret: Option<Secret>,
        /// Where it is renewed, such as `https://graph.instagram.com/refresh_access_token`; `None` with Facebook Login.
        token_endpoint: Option<String>,
    },
    /// OAuth 2.0 with a refresh token of a single use.
    X {
        /// The app's client id.
        client_id: String,
        /// The app's secret, for a confidential client.
        client_secret: Option<Secret>,
        /// The refresh token that the account was connected with; later ones are kept in the database.
        refresh_token: Secret,
        /// Where it is traded, such as `https://api.x.com/2/oauth2/token`.
        token_endpoint: String,
        /// The account's name without `@`.
        handle: String,
        /// Which of the two vocabularies our requests use; both are understood in answers.
        vocabulary: Vocabulary,
    },
    /// OAuth 2.0 with a lasting refresh token.
    Youtube {
        /// The app's client id.
        client_id: String,
        /// The app's secret.
        client_secret: Secret,
        /// The refresh token of the channel's owner.
        refresh_token: Secret,
        /// Where it is traded, such as `https://oauth2.googleapis.com/token`.
        token_endpoint: String,
    },
}

/// X's parameter names: since August 2026 `post.*` beside the older `tweet.*`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Vocabulary {
    /// `post.fields` and its kin.
    #[default]
    Post,
    /// `tweet.fields` and its kin.
    Tweet,
}
