//! `[[source]]` as it is written: flat keys, of which each platform knows some.

use std::num::NonZeroU32;
use std::path::PathBuf;
use std::time::Duration;

use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

use super::file::PollFile;
use super::layers::Layers;
use super::notes::Notes;
use super::schedule::PollSchedule;
use super::secrets::Secrets;
use super::source::{Login, SourceConfig, Vocabulary, Webhook};
use crate::domain::comment::{Platform, SourceId};
use crate::domain::credentials::Secret;
use crate::domain::document::Problem;
use crate::domain::quota::Allowance;

/// One `[[source]]`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SourceFile {
    /// The name under which operators, logs and exports know it.
    pub id: String,
    /// The platform it is on.
    pub platform: Platform,
    /// Whether it is read and acted on; one that is not needs no secrets.
    #[serde(default = "enabled")]
    pub enabled: bool,
    /// The platform's id of the account.
    pub account: String,
    /// Where the platform's API lives; its official address where left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub api_base: Option<String>,
    /// Where tokens are renewed; the official address where left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token_endpoint: Option<String>,
    /// The file that holds the access token.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token_file: Option<PathBuf>,
    /// The file that holds the app's secret, for `appsecret_proof`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub app_secret_file: Option<PathBuf>,
    /// The file that holds the word by which the platform's webhook is set up.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub webhook_token_file: Option<PathBuf>,
    /// The app's client id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_id: Option<String>,
    /// The file that holds the app's client secret.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_secret_file: Option<PathBuf>,
    /// The file that holds the refresh token.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refresh_token_file: Option<PathBuf>,
    /// The account's name on X, without `@`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub handle: Option<String>,
    /// X's parameter names in our requests.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vocabulary: Option<Vocabulary>,
    /// YouTube's units of a day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub units_per_day: Option<NonZeroU32>,
    /// What X may cost in a month, in US dollars.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dollars_per_month: Option<NonZeroU32>,
    /// Instead of `acknowledgement.enabled`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub acknowledge: Option<bool>,
    /// Instead of `service.approve_replies`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub approve_replies: Option<bool>,
    /// Instead of `poll.schedule`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub schedule: Option<PollSchedule>,
    /// Instead of `poll.pages_per_tick`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pages_per_tick: Option<NonZeroU32>,
    /// Instead of `poll.seconds_per_tick`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seconds_per_tick: Option<NonZeroU32>,
    /// Instead of `poll.sweep_every_rounds`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sweep_every_rounds: Option<NonZeroU32>,
    /// Instead of `poll.post_reads_per_day`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub post_reads_per_day: Option<NonZeroU32>,
    /// Instead of `poll.post_unread_hours`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub post_unread_hours: Option<NonZeroU32>,
    /// Instead of `poll.requests_per_minute`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub requests_per_minute: Option<NonZeroU32>,
    /// Instead of `poll.timeout_seconds`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timeout_seconds: Option<NonZeroU32>,
}

/// What Google grants every project a day.
const YOUTUBE_UNITS: u32 = 10_000;

fn enabled() -> bool {
    true
}

/// The keys that not every platform knows.
const PLATFORM_KEYS: [&str; 11] = [
    "token_endpoint",
    "token_file",
    "app_secret_file",
    "webhook_token_file",
    "client_id",
    "client_secret_file",
    "refresh_token_file",
    "handle",
    "vocabulary",
    "units_per_day",
    "dollars_per_month",
];

fn known_keys(platform: Platform) -> &'static [&'static str] {
    match platform {
        Platform::Facebook => &["token_file", "client_id", "app_secret_file", "webhook_token_file"],
        Platform::Instagram => {
            &["token_file", "client_id", "app_secret_file", "webhook_token_file", "token_endpoint"]
        }
        Platform::X => &[
            "client_id",
            "client_secret_file",
            "refresh_token_file",
            "token_endpoint",
            "handle",
            "vocabulary",
            "dollars_per_month",
        ],
        Platform::Youtube => {
            &["client_id", "client_secret_file", "refresh_token_file", "token_endpoint", "units_per_day"]
        }
    }
}

/// The official addresses: of the API, and of token renewal where there is any.
pub(super) fn official(platform: Platform) -> (&'static str, Option<&'static str>) {
    match platform {
        Platform::Facebook => ("https://graph.facebook.com/v26.0", None),
        Platform::Instagram => {
            ("https://graph.instagram.com/v26.0", Some("https://graph.instagram.com/refresh_access_token"))
        }
        Platform::X => ("https://api.x.com/2", Some("https://api.x.com/2/oauth2/token")),
        Platform::Youtube => {
            ("https://youtube.googleapis.com/youtube/v3", Some("https://oauth2.googleapis.com/token"))
        }
    }
}

impl SourceFile {
    /// The source as the program uses it; `None` where it is not enabled or `notes` has a problem of it.
    pub(super) fn resolve(
        &self,
        index: usize,
        poll: &PollFile,
        layers: &Layers,
        secrets: &Secrets,
        notes: &mut Notes,
    ) -> Option<SourceConfig> {
        let before = notes.problems.len();
        let mut reading = Reading { source: self, index, layers, secrets, notes };
        reading.check_id();
        reading.check_keys();
        let (api, tokens) = official(self.platform);
        let api_base = reading.address("api_base", self.api_base.as_deref().unwrap_or(api), api);
        let token_endpoint = match (self.token_endpoint.as_deref(), tokens) {
            // With Facebook Login an Instagram token comes from the page's and is not renewed.
            (Some(""), _) if self.platform == Platform::Instagram => None,
            (written, Some(official)) => {
                Some(reading.address("token_endpoint", written.unwrap_or(official), official))
            }
            (_, None) => None,
        };
        let login = if self.enabled { reading.login(token_endpoint) } else { None };
        let webhook = login.as_ref().and_then(|login| reading.webhook(login));
        let login = login.filter(|_| notes.problems.len() == before)?;
        let seconds = |own: Option<NonZeroU32>, usual: NonZeroU32| {
            Duration::from_secs(own.unwrap_or(usual).get().into())
        };
        Some(SourceConfig {
            id: SourceId(self.id.clone()),
            account: self.account.clone(),
            api_base,
            login,
            webhook,
            schedule: self.schedule.as_ref().unwrap_or(&poll.schedule).clone(),
            pages_per_tick: self.pages_per_tick.unwrap_or(poll.pages_per_tick),
            time_per_tick: seconds(self.seconds_per_tick, poll.seconds_per_tick),
            sweep_every: self.sweep_every_rounds.unwrap_or(poll.sweep_every_rounds),
            post_reads_per_day: self.post_reads_per_day.unwrap_or(poll.post_reads_per_day),
            post_unread: SignedDuration::from_hours(
                self.post_unread_hours.unwrap_or(poll.post_unread_hours).get().into(),
            ),
            allowance: Allowance {
                units_per_day: self.units_per_day.map_or(YOUTUBE_UNITS, NonZeroU32::get),
                dollars_per_month: self.dollars_per_month.map(NonZeroU32::get),
            },
            requests_per_minute: self.requests_per_minute.unwrap_or(poll.requests_per_minute),
            timeout: seconds(self.timeout_seconds, poll.timeout_seconds),
        })
    }
}

/// One source being read.
struct Reading<'a> {
    source: &'a SourceFile,
    index: usize,
    layers: &'a Layers,
    secrets: &'a Secrets,
    notes: &'a mut Notes,
}

impl Reading<'_> {
    fn problem(&self, key: &str, message: impl Into<String>) -> Problem {
        self.layers.problem(&format!("source[{}].{key}", self.index), message)
    }

    fn refuse(&mut self, key: &str, message: impl Into<String>) {
        let problem = self.problem(key, message);
        self.notes.problems.push(problem);
    }

    /// The name becomes part of a variable's and of a credential's, so it has one spelling.
    fn check_id(&mut self) {
        let id = &self.source.id;
        let plain = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '-';
        if id.is_empty() || id.len() > 64 || !id.chars().all(plain) {
            self.refuse(
                "id",
                format!(
                    "found \"{id}\"; allowed: up to 64 of a to z, 0 to 9 and -; for example \"ministry-{}\"",
                    self.source.platform
                ),
            );
        }
        if self.source.account.is_empty() {
            self.refuse(
                "account",
                "found nothing; allowed: the platform's id of the account; for example \"112233\"",
            );
        }
    }

    fn check_keys(&mut self) {
        let platform = self.source.platform;
        let known = known_keys(platform);
        let written = toml::Table::try_from(self.source).unwrap_or_default();
        for key in PLATFORM_KEYS.iter().filter(|key| written.contains_key(**key) && !known.contains(*key)) {
            self.refuse(
                key,
                format!(
                    "no {platform} source has the key `{key}`; allowed: {}; remove the line",
                    known.join(", ")
                ),
            );
        }
    }

    fn address(&mut self, key: &str, written: &str, official: &str) -> String {
        let host = written.strip_prefix("https://").or(written.strip_prefix("http://"));
        let plain = |letter: char| !letter.is_whitespace() && !"?#@\"".contains(letter);
        match host {
            Some(host) if !host.is_empty() && !written.ends_with('/') && written.chars().all(plain) => {
                let ours = ["localhost", "127.", "[::1]"].iter().any(|start| host.starts_with(start));
                if written.starts_with("http://") && !ours {
                    let warning = self.problem(
                        key,
                        format!("tokens travel unencrypted to \"{written}\"; use https, for example \"{official}\""),
                    );
                    self.notes.warnings.push(warning);
                }
            }
            _ => self.refuse(
                key,
                format!("found \"{written}\"; allowed: an https address without / at its end; for example \"{official}\""),
            ),
        }
        written.to_owned()
    }

    fn login(&mut self, token_endpoint: Option<String>) -> Option<Login> {
        let source = self.source;
        let app_secret_file = source.app_secret_file.as_ref();
        match source.platform {
            Platform::Facebook => Some(Login::Facebook {
                token: self.needed_secret("token", source.token_file.as_ref())?,
                app_secret: self.secret("app_secret", app_secret_file),
            }),
            Platform::Instagram => Some(Login::Instagram {
                token: self.needed_secret("token", source.token_file.as_ref())?,
                app_secret: self.secret("app_secret", app_secret_file),
                token_endpoint,
            }),
            Platform::X => {
                let refresh_token = self.needed_secret("refresh_token", source.refresh_token_file.as_ref());
                let client_id = self.needed("client_id", source.client_id.as_ref(), "\"VGhlIGFwcA\"");
                let handle = self.needed("handle", source.handle.as_ref(), "\"ministry\"");
                Some(Login::X {
                    client_secret: self.secret("client_secret", source.client_secret_file.as_ref()),
                    client_id: client_id?,
                    refresh_token: refresh_token?,
                    token_endpoint: token_endpoint?,
                    handle: handle?.trim_start_matches('@').to_owned(),
                    vocabulary: source.vocabulary.unwrap_or_default(),
                })
            }
            Platform::Youtube => {
                let refresh_token = self.needed_secret("refresh_token", source.refresh_token_file.as_ref());
                let client_secret = self.needed_secret("client_secret", source.client_secret_file.as_ref());
                let example = "\"1234.apps.googleusercontent.com\"";
                Some(Login::Youtube {
                    client_id: self.needed("client_id", source.client_id.as_ref(), example)?,
                    client_secret: client_secret?,
                    refresh_token: refresh_token?,
                    token_endpoint: token_endpoint?,
                })
            }
        }
    }

    /// Without the app's secret, what the platform delivers could not be told from what anybody sends.
    fn webhook(&mut self, login: &Login) -> Option<Webhook> {
        let (Login::Facebook { app_secret, .. } | Login::Instagram { app_secret, .. }) = login else {
            return None;
        };
        let verify_token = self.secret("webhook_token", self.source.webhook_token_file.as_ref())?;
        match app_secret {
            Some(app_secret) => Some(Webhook { verify_token, app_secret: app_secret.clone() }),
            None => {
                let remedy = self.secrets.how_to_give(&self.source.id, "app_secret");
                self.refuse(
                    "webhook_token_file",
                    format!(
                        "deliveries are signed with the app's secret, and no app_secret was found; {remedy}"
                    ),
                );
                None
            }
        }
    }

    fn needed(&mut self, key: &str, written: Option<&String>, example: &str) -> Option<String> {
        let platform = self.source.platform;
        let written = written.filter(|text| !text.is_empty()).cloned();
        if written.is_none() {
            self.refuse(
                key,
                format!("every {platform} source needs `{key}`; add it, for example `{key} = {example}`"),
            );
        }
        written
    }

    fn needed_secret(&mut self, name: &str, file: Option<&PathBuf>) -> Option<Secret> {
        let before = self.notes.problems.len();
        let secret = self.secret(name, file);
        if secret.is_none() && self.notes.problems.len() == before {
            let remedy = self.secrets.how_to_give(&self.source.id, name);
            self.refuse(&format!("{name}_file"), format!("no {name} was found; {remedy}"));
        }
        secret
    }

    /// A secret that may be missing; one that cannot be read is a problem that is noted.
    fn secret(&mut self, name: &str, file: Option<&PathBuf>) -> Option<Secret> {
        let key = format!("source[{}].{name}_file", self.index);
        self.notes.secret(&self.source.id, name, file.map(PathBuf::as_path), &key, self.layers, self.secrets)
    }
}
