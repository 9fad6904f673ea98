//! Secrets from where an operator keeps them: the environment, a file, systemd's credentials.
//!
//! The environment comes first, as it does for every other key; a file that is named comes before a
//! credential, which needs no key at all. No secret stands in `majlis.toml` itself.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use crate::domain::credentials::Secret;

/// Where secrets are looked for.
pub(super) struct Secrets {
    /// Secret files are named relative to it.
    pub(super) directory: PathBuf,
    /// The environment's variables.
    pub(super) environment: BTreeMap<String, String>,
}

/// A secret and where it was found.
#[derive(Debug)]
pub(super) struct Found {
    /// The secret, without the line break at its end.
    pub(super) secret: Secret,
    /// For an operator: `secrets/token` or `environment MAJLIS_SECRET__…`.
    pub(super) from: String,
    /// What is wrong with the place, and the remedy.
    pub(super) warning: Option<String>,
}

impl Secrets {
    /// The secret `name` of `owner` (a source's id, `database` or `audit`); `None` where nobody gave one.
    ///
    /// # Errors
    /// A place that was named holds nothing or cannot be read; the text says what to do.
    pub(super) fn find(&self, owner: &str, name: &str, file: Option<&Path>) -> Result<Option<Found>, String> {
        let variable = variable(owner, name);
        if let Some(word) = self.environment.get(&variable) {
            let from = format!("environment {variable}");
            return match word.trim() {
                "" => Err(format!("the environment's {variable} is empty; fill it or unset it")),
                word => Ok(Some(Found { secret: Secret::new(word), from, warning: None })),
            };
        }
        if let Some(file) = file {
            return self.read(&self.directory.join(file), file).map(Some);
        }
        match self.environment.get("CREDENTIALS_DIRECTORY") {
            Some(credentials) => {
                let credential = Path::new(credentials).join(format!("{owner}.{name}"));
                if credential.exists() { self.read(&credential, &credential).map(Some) } else { Ok(None) }
            }
            None => Ok(None),
        }
    }

    /// The ways to give a secret, for a message.
    pub(super) fn how_to_give(&self, owner: &str, name: &str) -> String {
        format!(
            "write it to a file and name the file, for example `{name}_file = \"secrets/{owner}.{name}\"`, \
             or set {}, or load it as the systemd credential `{owner}.{name}`",
            variable(owner, name)
        )
    }

    fn read(&self, path: &Path, shown: &Path) -> Result<Found, String> {
        if !path.exists() && looks_secret(shown) {
            return Err("found what looks like the secret itself; write it to a file that the service alone can read \
                        (chmod 600), and name that file here"
                .to_owned());
        }
        let shown = shown.display().to_string();
        let text = fs::read_to_string(path).map_err(|error| {
            format!("cannot read \"{shown}\" ({error}); write the secret there, readable by the service alone (chmod 600)")
        })?;
        match text.trim() {
            "" => Err(format!("the file \"{shown}\" is empty; write the secret there")),
            word => Ok(Found { secret: Secret::new(word), warning: too_open(path, &shown), from: shown }),
        }
    }
}

/// `MAJLIS_SECRET__MINISTRY_X__REFRESH_TOKEN`
fn variable(owner: &str, name: &str) -> String {
    format!("MAJLIS_SECRET__{owner}__{name}").to_uppercase().replace('-', "_")
}

/// Whether somebody wrote a secret where its file should be named: it must not be repeated in a message.
fn looks_secret(file: &Path) -> bool {
    const TOKEN_MIN_BYTES: usize = 20;
    file.iter().map(|part| part.to_string_lossy()).any(|part| {
        let holds = |which: fn(&char) -> bool| part.chars().any(|c| which(&c));
        part.len() >= TOKEN_MIN_BYTES && holds(char::is_ascii_uppercase) && holds(char::is_ascii_digit)
    })
}

#[cfg(unix)]
fn too_open(path: &Path, shown: &str) -> Option<String> {
    use std::os::unix::fs::PermissionsExt;
    let mode = fs::metadata(path).ok()?.permissions().mode();
    (mode & 0o004 != 0)
        .then(|| format!("every user of this machine can read \"{shown}\"; run `chmod 600 {shown}`"))
}

#[cfg(not(unix))]
fn too_open(_path: &Path, _shown: &str) -> Option<String> {
    None
}
