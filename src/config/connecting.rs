//! What `majlis connect` needs to know of a source that has no token yet, and may not be enabled.

use std::path::{Path, PathBuf};
use std::time::Duration;

use super::file::ConfigFile;
use super::layers::{Layers, Overrides};
use super::notes::Notes;
use super::secrets::Secrets;
use super::{FILE, SHIPPED, documents};
use crate::domain::comment::Platform;
use crate::domain::credentials::Secret;
use crate::domain::document::{Problem, collect, model_of};

/// A source on its way to being connected.
#[derive(Debug, Clone)]
pub struct Connecting {
    /// Its platform.
    pub platform: Platform,
    /// The platform's id of the account that is to be connected.
    pub account: String,
    /// See [`super::SourceConfig::api_base`].
    pub api_base: String,
    /// Where a person lets us in; the platform's own address where `None`.
    pub authorise: Option<String>,
    /// Where the code is traded.
    pub token_endpoint: String,
    /// The app's id.
    pub client_id: String,
    /// The app's secret.
    pub client_secret: Option<Secret>,
    /// How long one request may take.
    pub timeout: Duration,
    /// Where the new token goes.
    pub file: PathBuf,
}

/// Instagram's first token is granted by a host of its own.
const INSTAGRAM_TRADE: &str = "https://api.instagram.com/oauth/access_token";

impl Connecting {
    /// The source of this platform, by its id where there are several.
    ///
    /// # Errors
    /// What is missing in the configuration, each with a remedy.
    pub fn load(
        directory: &Path,
        overrides: &Overrides,
        platform: Platform,
        id: Option<&str>,
    ) -> Result<Self, Vec<Problem>> {
        let path = directory.join(FILE);
        let name = path.display().to_string();
        let text = documents::read(&path)?;
        let layers = Layers::merge(&name, &text, overrides)?;
        let file: ConfigFile =
            collect(&layers.tree, &model_of(SHIPPED), |path, side| layers.place(path, side))?;
        let secrets = Secrets { directory: directory.to_owned(), environment: overrides.environment.clone() };
        let mut notes = Notes::default();
        let found = find(&file, &layers, platform, id, &mut notes);
        let connecting = found.and_then(|index| of(&file, index, &layers, &secrets, &mut notes));
        connecting.filter(|_| notes.problems.is_empty()).ok_or(notes.problems)
    }
}

fn find(
    file: &ConfigFile,
    layers: &Layers,
    platform: Platform,
    id: Option<&str>,
    notes: &mut Notes,
) -> Option<usize> {
    let is = |source: &super::source_file::SourceFile| {
        source.platform == platform && id.is_none_or(|id| id == source.id)
    };
    let found: Vec<usize> =
        file.source.iter().enumerate().filter(|(_, source)| is(source)).map(|(index, _)| index).collect();
    let why = match found.as_slice() {
        [one] => return Some(*one),
        [] => format!(
            "there is no {platform} source to connect; add a [[source]] with `platform = \"{platform}\"`"
        ),
        _ => format!("there are several {platform} sources; name one by --source ID"),
    };
    notes.problems.push(layers.problem("source", why));
    None
}

fn of(
    file: &ConfigFile,
    index: usize,
    layers: &Layers,
    secrets: &Secrets,
    notes: &mut Notes,
) -> Option<Connecting> {
    let source = &file.source[index];
    let key = |name: &str| format!("source[{index}].{name}");
    let platform = source.platform;
    let (secret_name, secret_file, token_name, token_file) = match platform {
        Platform::Facebook | Platform::Instagram => {
            ("app_secret", &source.app_secret_file, "token_file", &source.token_file)
        }
        Platform::X | Platform::Youtube => {
            ("client_secret", &source.client_secret_file, "refresh_token_file", &source.refresh_token_file)
        }
    };
    let Some(client_id) = source.client_id.clone() else {
        let why = "the app's id is needed to connect; add it, for example `client_id = \"1234567890\"`";
        notes.problems.push(layers.problem(&key("client_id"), why));
        return None;
    };
    let Some(token_file) = token_file else {
        let why = format!(
            "the file that the new token goes to is not named; add it, for example `{token_name} = \"secrets/{}\"`",
            source.id
        );
        notes.problems.push(layers.problem(&key(token_name), why));
        return None;
    };
    let named = key(&format!("{secret_name}_file"));
    let client_secret =
        notes.secret(&source.id, secret_name, secret_file.as_deref(), &named, layers, secrets);
    if client_secret.is_none() && platform != Platform::X {
        let remedy = secrets.how_to_give(&source.id, secret_name);
        notes.problems.push(layers.problem(&named, format!("no {secret_name} was found; {remedy}")));
    }
    let (api, tokens) = super::source_file::official(platform);
    let tokens = if platform == Platform::Instagram { Some(INSTAGRAM_TRADE) } else { tokens };
    let written = source.token_endpoint.as_deref().filter(|_| platform != Platform::Instagram);
    let seconds = source.timeout_seconds.unwrap_or(file.poll.timeout_seconds).get();
    Some(Connecting {
        platform,
        account: source.account.clone(),
        api_base: source.api_base.clone().unwrap_or_else(|| api.to_owned()),
        authorise: None,
        token_endpoint: written.or(tokens).unwrap_or_default().to_owned(),
        client_id,
        client_secret,
        timeout: Duration::from_secs(seconds.into()),
        file: secrets.directory.join(token_file),
    })
}
