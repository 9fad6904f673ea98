//! The layers of the configuration: file < environment < flags, and where each value came from.
//!
//! `config` merges; the places are ours, so that a problem names the line, the variable or the flag.

use std::collections::BTreeMap;
use std::fmt;

use config::{ConfigBuilder, File, FileFormat, builder::DefaultState};

use super::schema;
use crate::domain::document::{Path, Place, Problem, Side, Text};

const PREFIX: &str = "MAJLIS__";

/// What stands above the file. Prints without the values, among which are secrets.
#[derive(Clone, Default)]
pub struct Overrides {
    /// The environment: `MAJLIS__SECTION__KEY`, `MAJLIS_SECRET__OWNER__NAME` and `CREDENTIALS_DIRECTORY` count.
    pub environment: BTreeMap<String, String>,
    /// `section.key=value`, as given to `--set`.
    pub flags: Vec<String>,
}

impl fmt::Debug for Overrides {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Overrides").field("environment", &self.environment.keys()).finish_non_exhaustive()
    }
}

impl Overrides {
    /// The environment of this process, and the flags that it was given.
    pub fn of_process(flags: Vec<String>) -> Self {
        let text = |word: std::ffi::OsString| word.to_string_lossy().into_owned();
        let environment = std::env::vars_os().map(|(name, value)| (text(name), text(value)));
        let ours = |name: &str| name.starts_with("MAJLIS_") || name == "CREDENTIALS_DIRECTORY";
        Self { environment: environment.filter(|(name, _)| ours(name)).collect(), flags }
    }
}

/// The merged values, and where each came from.
#[derive(Debug)]
pub(super) struct Layers {
    /// What the file, the environment and the flags say together.
    pub(super) tree: toml::Table,
    text: Text,
    overridden: Vec<(Path, String)>,
}

impl Layers {
    /// Merges the layers over `text`, the content of `file`.
    ///
    /// # Errors
    /// Every error of TOML's grammar, and every variable or flag that names no key.
    pub(super) fn merge(file: &str, text: &str, overrides: &Overrides) -> Result<Self, Vec<Problem>> {
        let (places, _) = Text::read(file, text)?;
        let mut builder = config::Config::builder().add_source(File::from_str(text, FileFormat::Toml));
        let mut overridden = Vec::new();
        let mut problems = Vec::new();
        for layer in environment(overrides).chain(flags(overrides)) {
            match layer.and_then(|layer| {
                builder = layer.put_over(builder.clone())?;
                Ok((Path::parse(&layer.key), layer.from))
            }) {
                Ok(place) => overridden.push(place),
                Err(problem) => problems.push(problem),
            }
        }
        if !problems.is_empty() {
            return Err(problems);
        }
        let merged = builder.build().and_then(config::Config::try_deserialize);
        let tree = merged.map_err(|error| vec![whole(file, "", error)])?;
        Ok(Self { tree, text: places, overridden })
    }

    /// Where the value at `path` came from.
    pub(super) fn place(&self, path: &Path, side: Side) -> Place {
        match self.overridden.iter().rev().find(|(above, _)| above.covers(path)) {
            Some((_, from)) => Place::Whole(from.clone()),
            None => self.text.place(path, side),
        }
    }

    /// A problem with the value at `path`.
    pub(super) fn problem(&self, path: &str, message: impl Into<String>) -> Problem {
        let place = self.place(&Path::parse(path), Side::Value);
        Problem { place, key: path.to_owned(), message: message.into() }
    }
}

/// One value above the file.
struct Layer {
    key: String,
    text: String,
    from: String,
}

impl Layer {
    fn put_over(&self, builder: ConfigBuilder<DefaultState>) -> Result<ConfigBuilder<DefaultState>, Problem> {
        let value = schema::value_at(&self.key, &self.text);
        let value: config::Value = value.try_into().map_err(|error| whole(&self.from, &self.key, error))?;
        builder.set_override(&self.key, value).map_err(|error| whole(&self.from, &self.key, error))
    }
}

fn environment(overrides: &Overrides) -> impl Iterator<Item = Result<Layer, Problem>> {
    overrides.environment.iter().filter_map(|(name, value)| {
        let key = name.strip_prefix(PREFIX)?.to_lowercase().replace("__", ".");
        Some(Ok(Layer { key, text: value.clone(), from: format!("environment {name}") }))
    })
}

fn flags(overrides: &Overrides) -> impl Iterator<Item = Result<Layer, Problem>> {
    overrides.flags.iter().map(|flag| match flag.split_once('=') {
        Some((key, value)) => {
            let key = key.trim().to_owned();
            Ok(Layer { from: format!("--set {key}"), key, text: value.trim().to_owned() })
        }
        None => Err(whole(
            &format!("--set {flag}"),
            "",
            "found no value; allowed: section.key=value; for example --set log.level=debug",
        )),
    })
}

fn whole(from: &str, key: &str, message: impl ToString) -> Problem {
    Problem { place: Place::Whole(from.to_owned()), key: key.to_owned(), message: message.to_string() }
}
