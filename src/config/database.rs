//! `[database]`: a URL that the store can open, with its password put in.

use std::fmt::Write;
use std::path::Path;

use super::file::DatabaseFile;
use super::layers::Layers;
use super::notes::Notes;
use super::secrets::Secrets;
use crate::domain::credentials::Secret;

const PASSWORD_IN_URL: &str = "found a password in the URL; write it to a file and name that by `password_file`, or set MAJLIS_SECRET__DATABASE__PASSWORD";

/// Which database.
#[derive(Debug)]
pub struct DatabaseConfig {
    /// `sqlite:PATH` or `postgres://…`, with the password in it.
    pub url: Secret,
}

pub(super) fn resolve(
    file: &DatabaseFile,
    data_directory: &Path,
    layers: &Layers,
    secrets: &Secrets,
    notes: &mut Notes,
) -> Option<DatabaseConfig> {
    let password_file = file.password_file.as_deref();
    let refuse = |notes: &mut Notes, key: &str, message: &str| {
        notes.problems.push(layers.problem(key, message));
        None
    };
    if let Some(path) = file.url.strip_prefix("sqlite:") {
        if path.is_empty() || path.starts_with(':') || path.starts_with("//") {
            return refuse(
                notes,
                "database.url",
                "found no file name; allowed: sqlite:FILE; for example \"sqlite:majlis.db\"",
            );
        }
        if password_file.is_some() {
            return refuse(notes, "database.password_file", "SQLite has no password; remove the line");
        }
        return Some(DatabaseConfig {
            url: Secret::new(format!("sqlite:{}", data_directory.join(path).display())),
        });
    }
    let Some((scheme, rest)) =
        file.url.split_once("://").filter(|(scheme, _)| scheme.starts_with("postgres"))
    else {
        return refuse(
            notes,
            "database.url",
            "allowed: sqlite:FILE or postgres://USER@HOST/NAME; for example \"sqlite:majlis.db\"",
        );
    };
    let password =
        notes.secret("database", "password", password_file, "database.password_file", layers, secrets);
    match (rest.split_once('@'), password) {
        (Some((user, _)), _) if user.contains(':') => refuse(notes, "database.url", PASSWORD_IN_URL),
        _ if rest.contains("password=") => refuse(notes, "database.url", PASSWORD_IN_URL),
        (Some((user, host)), Some(password)) => {
            let password = percent_encoded(password.expose());
            Some(DatabaseConfig { url: Secret::new(format!("{scheme}://{user}:{password}@{host}")) })
        }
        (None, Some(_)) => refuse(
            notes,
            "database.url",
            "found a password and no user for it; for example \"postgres://majlis@db.example/majlis\"",
        ),
        (_, None) => Some(DatabaseConfig { url: Secret::new(file.url.clone()) }),
    }
}

fn percent_encoded(word: &str) -> String {
    word.bytes().fold(String::new(), |mut encoded, byte| {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => encoded.push(byte.into()),
            _ => write!(encoded, "%{byte:02X}").expect("a String takes every write"),
        }
        encoded
    })
}
