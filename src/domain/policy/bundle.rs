//! A policy as it is adopted, kept and hashed: `policy.toml` and the word lists that it names, in one text.

use std::collections::{BTreeMap, BTreeSet};

use sha2::{Digest, Sha256};
use toml::Value;

use super::PolicyVersion;
use super::form::PolicyForm;
use crate::domain::document::{self, Difference, Document, Place, Problem, Rules};

/// The name of the main file in every bundle.
pub const POLICY_FILE: &str = "policy.toml";

/// Files by name, the names relative to the configuration directory (`lexicon/spam.tsv`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bundle {
    files: BTreeMap<String, String>,
}

/// A text that is no bundle.
#[derive(Debug, thiserror::Error)]
#[error("the text is no policy bundle: a JSON object of file names and their texts")]
pub struct NotABundle(#[source] serde_json::Error);

impl Bundle {
    /// A bundle of these files.
    pub fn new(files: BTreeMap<String, String>) -> Self {
        Bundle { files }
    }

    /// The text of `policy.toml` with every word list that it names, each read by `read` from its name relative to
    /// `policy.toml`. An error of `read` says in words why the file could not be read.
    ///
    /// # Errors
    /// The problems of `policy.toml`, or else those of reading the lists.
    pub fn gather(
        policy: String,
        mut read: impl FnMut(&str) -> Result<String, String>,
    ) -> Result<Self, Vec<Problem>> {
        let form = Document::<PolicyForm>::parse_like(POLICY_FILE, &policy, SHIPPED_POLICY)?;
        let mut files = BTreeMap::new();
        let mut problems = Vec::new();
        for (number, list) in form.value.lexicon.files.iter().enumerate() {
            match read(list.as_str()) {
                Ok(text) => drop(files.insert(list.as_str().to_owned(), text)),
                Err(why) => problems.push(form.problem(&format!("lexicon.files[{number}]"), why)),
            }
        }
        files.insert(POLICY_FILE.to_owned(), policy);
        if problems.is_empty() { Ok(Bundle { files }) } else { Err(problems) }
    }

    /// The policy that Majlis ships.
    pub fn shipped() -> Self {
        let lists = SHIPPED_LISTS.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned()));
        let policy = (POLICY_FILE.to_owned(), SHIPPED_POLICY.to_owned());
        Bundle { files: lists.chain([policy]).collect() }
    }

    /// The files by name.
    pub fn files(&self) -> &BTreeMap<String, String> {
        &self.files
    }

    /// The one text that the database keeps: a JSON object, names in order, nothing between tokens. For names in ASCII
    /// this is the canonical form of RFC 8785.
    pub fn to_text(&self) -> String {
        serde_json::to_string(&self.files).expect("a map of strings is JSON")
    }

    /// Reads what [`Bundle::to_text`] wrote.
    ///
    /// # Errors
    /// The text is no JSON object of strings.
    pub fn from_text(text: &str) -> Result<Self, NotABundle> {
        serde_json::from_str(text).map(|files| Bundle { files }).map_err(NotABundle)
    }

    /// What `new` says otherwise, rule by rule of `policy.toml` and phrase by phrase of the word lists.
    pub fn differences(&self, new: &Bundle) -> Vec<Difference> {
        document::between(&self.rules(), &new.rules())
    }

    fn rules(&self) -> Rules {
        let policy = self.files.get(POLICY_FILE).map(|text| document::rules(text)).unwrap_or_default();
        let lists = self.files.iter().filter(|(name, _)| *name != POLICY_FILE);
        let phrases =
            lists.flat_map(|(name, text)| phrases(text).map(|(phrase, line)| ((name.clone(), phrase), line)));
        policy.into_iter().chain(phrases).collect()
    }

    /// The SHA-256 of [`Bundle::to_text`].
    pub fn version(&self) -> PolicyVersion {
        PolicyVersion(hex::encode(Sha256::digest(self.to_text())))
    }

    /// The text of a file, or the problem that it is not there.
    pub(super) fn file(&self, name: &str) -> Result<&str, Vec<Problem>> {
        self.files.get(name).map(String::as_str).ok_or_else(|| {
            let message = "this file is not in the bundle; propose the policy from its directory, where the file stands";
            vec![Problem { place: Place::Whole(name.to_owned()), key: String::new(), message: message.to_owned() }]
        })
    }
}

/// The lines of a word list by their phrases, each with its other columns under their names. Of a phrase that stands in it for
/// several languages or clauses, each has a name of its own.
fn phrases(list: &str) -> impl Iterator<Item = (String, Value)> {
    let mut lines = list.lines().filter(|line| !line.starts_with('#') && !line.trim().is_empty());
    let columns: Vec<&str> = lines.next().unwrap_or_default().split('\t').skip(1).collect();
    let mut seen = BTreeSet::new();
    lines.map(move |line| {
        let mut cells = line.split('\t').map(str::trim);
        let mut phrase = cells.next().unwrap_or_default().to_owned();
        let cells: Vec<&str> = cells.collect();
        if !seen.insert(phrase.clone()) {
            phrase = format!("{phrase} ({})", cells.join(" "));
        }
        let says = columns.iter().zip(cells).map(|(column, cell)| ((*column).to_owned(), Value::from(cell)));
        (phrase, Value::Table(says.collect()))
    })
}

/// The shipped `policy.toml`, which also serves as the source of examples in messages.
pub(super) const SHIPPED_POLICY: &str = include_str!("../../../config/policy.toml");

macro_rules! shipped {
    ($($name:literal),* $(,)?) => {
        &[$(($name, include_str!(concat!("../../../config/", $name)))),*]
    };
}

const SHIPPED_LISTS: &[(&str, &str)] = shipped![
    "lexicon/accusation.tsv",
    "lexicon/context.tsv",
    "lexicon/crime-signs.tsv",
    "lexicon/crime.tsv",
    "lexicon/hate-signs.tsv",
    "lexicon/hate.tsv",
    "lexicon/indecent-signs.tsv",
    "lexicon/indecent.tsv",
    "lexicon/insult-signs.tsv",
    "lexicon/kinds.tsv",
    "lexicon/piracy.tsv",
    "lexicon/private-signs.tsv",
    "lexicon/private.tsv",
    "lexicon/promotion-signs.tsv",
    "lexicon/promotion.tsv",
    "lexicon/religion-signs.tsv",
    "lexicon/religion.tsv",
    "lexicon/threat-signs.tsv",
    "lexicon/threat.tsv",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bundle_survives_its_text() {
        let shipped = Bundle::shipped();
        assert_eq!(Bundle::from_text(&shipped.to_text()).unwrap(), shipped);
        assert!(Bundle::from_text("[]").is_err());
    }

    #[test]
    fn any_change_of_any_file_is_another_version() {
        let shipped = Bundle::shipped();
        let mut files = shipped.files().clone();
        files.values_mut().next().unwrap().push('\n');
        assert_ne!(Bundle::new(files).version(), shipped.version());
        assert_eq!(shipped.version().to_string().len(), 64);
    }

    #[test]
    fn bundles_are_told_apart_by_clause_rule_and_phrase() {
        let old = Bundle::shipped();
        let mut files = old.files().clone();
        let policy = files.get_mut(POLICY_FILE).unwrap();
        *policy = policy
            .replace("\"public_morals\"\nact = \"hide\"", "\"public_morals\"\nact = \"review\"")
            .replace("name = \"harm_announced\"", "name = \"harm_told\"");
        let list = files.get_mut("lexicon/promotion.tsv").unwrap();
        *list = list.replacen("زيادة متابعين\tspam\tcertain", "متابعون للبيع\tspam\tdoubtful", 1);
        let told = |Difference { table, name, what, says, .. }: Difference| {
            let says = says.iter().find(|says| ["act", "strength"].contains(&says.key.as_str()));
            let [was, is] = [says.and_then(|says| says.was.clone()), says.and_then(|says| says.is.clone())];
            format!("{table} {name} {}: {was:?} {is:?}", what.as_str())
        };
        let told: Vec<String> = old.differences(&Bundle::new(files)).into_iter().map(told).collect();
        let expected = [
            "clause public_morals changed: Some(\"hide\") Some(\"review\")",
            "lexicon/promotion.tsv زيادة متابعين removed: Some(\"certain\") None",
            "lexicon/promotion.tsv متابعون للبيع added: None Some(\"doubtful\")",
            "rule harm_announced removed: Some(\"certain\") None",
            "rule harm_told added: None Some(\"certain\")",
        ];
        assert_eq!(told, expected);
        assert_eq!(old.differences(&old), []);
    }

    #[test]
    fn gathering_reads_exactly_what_the_policy_names() {
        let shipped = Bundle::shipped();
        let read = |name: &str| shipped.files().get(name).cloned().ok_or_else(|| format!("no {name}"));
        assert_eq!(Bundle::gather(SHIPPED_POLICY.to_owned(), read).unwrap(), shipped);
    }

    #[test]
    fn a_list_that_cannot_be_read_is_a_problem_at_its_name() {
        let problems =
            Bundle::gather(SHIPPED_POLICY.to_owned(), |name| Err(format!("no {name}"))).unwrap_err();
        assert_eq!(problems.len(), SHIPPED_LISTS.len());
        assert!(problems[0].to_string().contains("lexicon.files[0]"), "{}", problems[0]);
    }
}
