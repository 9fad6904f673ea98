//! What reading the configuration came to, besides its values.

use std::path::Path;

use super::layers::Layers;
use super::secrets::Secrets;
use crate::domain::credentials::Secret;
use crate::domain::document::Problem;

/// What reading came to, besides the values.
#[derive(Debug, Default)]
pub(super) struct Notes {
    /// What stops the start.
    pub(super) problems: Vec<Problem>,
    /// What an operator should mend.
    pub(super) warnings: Vec<Problem>,
    /// Each secret that was found, and where.
    pub(super) secrets: Vec<(String, String)>,
}

impl Notes {
    /// What was read; `None` where it has problems, which are noted.
    pub(super) fn of<T>(&mut self, read: Result<T, Vec<Problem>>) -> Option<T> {
        read.map_err(|problems| self.problems.extend(problems)).ok()
    }

    /// The secret `name` of `owner`, noted under `key`; `None` where nobody gave one, or where it cannot be read,
    /// which is a problem.
    pub(super) fn secret(
        &mut self,
        owner: &str,
        name: &str,
        file: Option<&Path>,
        key: &str,
        layers: &Layers,
        secrets: &Secrets,
    ) -> Option<Secret> {
        match secrets.find(owner, name, file) {
            Ok(found) => found.map(|found| {
                self.warnings.extend(found.warning.map(|warning| layers.problem(key, warning)));
                self.secrets.push((format!("{owner}.{name}"), found.from));
                found.secret
            }),
            Err(why) => {
                self.problems.push(layers.problem(key, why));
                None
            }
        }
    }
}
