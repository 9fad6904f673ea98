//! Our own accounts on the stand-in platforms: one source a platform.

use serde::Serialize;

use super::tokens::Tokens;
use crate::domain::comment::{Platform, SourceId};

/// What a client needs to know to act for one of our accounts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Account {
    /// The platform.
    pub platform: Platform,
    /// The source's id: the platform's word.
    pub source: SourceId,
    /// The page's, professional account's, user's or channel's id.
    pub account_id: String,
    /// The handle, without an `@`.
    pub handle: String,
    /// The name shown beside its posts.
    pub name: String,
    /// What stands before the official path, version included: the `api_base` of `majlis.toml`.
    pub api_base: String,
    /// Where tokens are exchanged or refreshed.
    pub token_endpoint: String,
    /// The token that is valid now: a page's, a user's with write scopes, a channel owner's.
    pub access_token: String,
    /// The refresh token that is valid now; X and YouTube only.
    pub refresh_token: Option<String>,
    /// A token of another kind: Facebook's user token (for `/me/accounts`), X's app-only token.
    pub other_token: Option<String>,
    /// The app's id.
    pub client_id: String,
    /// The app's secret at the token endpoint.
    pub client_secret: String,
    /// The secret of `appsecret_proof`; Facebook and Instagram only.
    pub app_secret: Option<String>,
}

/// What does not change about one of our accounts.
#[derive(Debug, Clone, Copy)]
pub(super) struct Identity {
    pub(super) platform: Platform,
    pub(super) account_id: &'static str,
    pub(super) handle: &'static str,
    pub(super) name: &'static str,
    pub(super) client_id: &'static str,
    pub(super) client_secret: &'static str,
}

impl Identity {
    /// Our account on a platform.
    pub(super) fn of(platform: Platform) -> Self {
        let (account_id, client_id, client_secret) = match platform {
            Platform::Facebook => ("112426880422647", "1190024466880011", "facebook-sandbox-app-secret"),
            Platform::Instagram => ("17841400008460056", "1190024466880022", "instagram-sandbox-app-secret"),
            Platform::X => ("2244994945", "x-sandbox-client", "x-sandbox-client-secret"),
            Platform::Youtube => {
                ("UCm0EaXk2bQ7vYt1ZpLr9dWg", "youtube-sandbox.apps.example", "youtube-sandbox-client-secret")
            }
        };
        let (handle, name) = ("moe_sandbox", "وزارة الاقتصاد (تجريبي)");
        Identity { platform, account_id, handle, name, client_id, client_secret }
    }

    /// The account as a client is told of it. `base` is the sandbox's URL.
    pub(super) fn account(&self, base: &str, tokens: &Tokens) -> Account {
        let (api, token) = match self.platform {
            Platform::Facebook => ("/facebook/v26.0", "/facebook/v26.0/oauth/access_token"),
            Platform::Instagram => ("/instagram/v26.0", "/instagram/refresh_access_token"),
            Platform::X => ("/x/2", "/x/2/oauth2/token"),
            Platform::Youtube => ("/youtube/youtube/v3", "/google/token"),
        };
        let graph = matches!(self.platform, Platform::Facebook | Platform::Instagram);
        let current = tokens.current(self.platform);
        Account {
            platform: self.platform,
            source: SourceId(self.platform.as_str().to_owned()),
            account_id: self.account_id.to_owned(),
            handle: self.handle.to_owned(),
            name: self.name.to_owned(),
            api_base: format!("{base}{api}"),
            token_endpoint: format!("{base}{token}"),
            access_token: current.access.clone(),
            refresh_token: current.refresh.clone(),
            other_token: current.other.clone(),
            client_id: self.client_id.to_owned(),
            client_secret: self.client_secret.to_owned(),
            app_secret: graph.then(|| self.client_secret.to_owned()),
        }
    }
}
