//! `[sign_in]`: the ministry's own sign-in, by OpenID Connect.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::layers::Layers;
use super::notes::Notes;
use super::notify::is_address;
use super::secrets::Secrets;
use crate::domain::credentials::Secret;

/// `[sign_in]` as it is written.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct SignInFile {
    /// The provider's own name, which is an address: what stands before `/.well-known/openid-configuration`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub issuer: Option<String>,
    /// What the provider calls us.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_id: Option<String>,
    /// The file that holds the secret which it knows us by.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_secret_file: Option<PathBuf>,
}

/// The provider that vouches for staff.
#[derive(Debug, Clone)]
pub struct SignInConfig {
    /// Its own name, which is an address.
    pub issuer: String,
    /// What it calls us.
    pub client_id: String,
    /// What it knows us by.
    pub client_secret: Secret,
}

pub(super) fn resolve(
    file: &SignInFile,
    layers: &Layers,
    secrets: &Secrets,
    notes: &mut Notes,
) -> Option<SignInConfig> {
    const KEY: &str = "sign_in.client_secret_file";
    let secret =
        notes.secret("sign_in", "client_secret", file.client_secret_file.as_deref(), KEY, layers, secrets);
    let mut refuse = |key: &str, message: String| {
        notes.problems.push(layers.problem(key, message));
        None
    };
    let (issuer, client_id, client_secret) = match (&file.issuer, &file.client_id, secret) {
        (None, None, None) => return None,
        (Some(issuer), Some(client_id), Some(secret)) => (issuer, client_id, secret),
        (None, ..) => {
            let message = "is needed to find the provider; add it, for example `issuer = \"https://id.ministry.example\"`";
            return refuse("sign_in.issuer", message.to_owned());
        }
        (_, None, _) => {
            let message =
                "is needed: what the provider calls Majlis; add it, for example `client_id = \"majlis\"`";
            return refuse("sign_in.client_id", message.to_owned());
        }
        (.., None) => {
            let how = secrets.how_to_give("sign_in", "client_secret");
            return refuse(KEY, format!("the secret by which the provider knows Majlis is missing; {how}"));
        }
    };
    if !is_address(issuer) {
        let message = format!(
            "found \"{issuer}\"; allowed: an https address; for example \"https://id.ministry.example\""
        );
        return refuse("sign_in.issuer", message);
    }
    Some(SignInConfig { issuer: issuer.clone(), client_id: client_id.clone(), client_secret })
}
