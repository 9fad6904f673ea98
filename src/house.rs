//! The rules of the house, kept by tests that read the source: who may import whom, and what lives in one place.
//!
//! Comments and unit tests do not count. `ARCHITECTURE.md` says why each rule is there.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use regex::Regex;

/// Which modules of the crate each module may name as `crate::…`.
const MAY_IMPORT: &[(&str, &[&str])] = &[
    ("domain", &[]),
    ("clock", &[]),
    ("config", &["domain"]),
    ("store", &["domain", "config"]),
    ("platform", &["domain", "config"]),
    ("notify", &["domain", "config"]),
    ("stage", &["domain", "clock", "store", "platform", "notify", "config"]),
    ("web", &["domain", "clock", "store", "config"]),
    ("sandbox", &["domain", "clock"]),
    ("train", &["domain"]),
    ("telemetry", &["domain", "config"]),
    ("app", EVERYTHING),
    ("cli", EVERYTHING),
    ("lib", &[]),
];

const EVERYTHING: &[&str] = &[
    "domain",
    "clock",
    "config",
    "store",
    "platform",
    "notify",
    "stage",
    "web",
    "sandbox",
    "train",
    "telemetry",
    "app",
];

/// Siblings that platforms share; no platform knows another.
const SHARED_BY_PLATFORMS: &[(&str, &[&str])] = &[
    ("facebook", &["graph", "http", "error"]),
    ("instagram", &["graph", "http", "error"]),
    ("x", &["http", "error"]),
    ("youtube", &["http", "error"]),
];

/// Words, and the modules outside which they must not stand.
const LIVES_IN: &[(&str, &[&str])] = &[
    (r"\bsqlx::", &["store"]),
    // In `cli` the demo's scripted staff, who use our own API as people do; in `sandbox` what the platforms deliver.
    (r"\breqwest::", &["platform", "notify", "stage", "web", "app", "cli", "sandbox"]),
    (r"\b(Timestamp|SystemTime|Utc|ZonedDateTime)::now\(", &["clock"]),
    (r"\bprocess::exit\(", &[]),
];

/// One file of `src`, without its comments and unit tests.
struct Source {
    /// Relative to `src`, such as `stage/poll.rs`.
    name: String,
    /// The module of the crate that it belongs to, such as `stage`.
    module: String,
    text: String,
}

fn sources() -> Vec<Source> {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    walk(&src, &mut files);
    files.iter().filter_map(|path| read(&src, path)).collect()
}

fn walk(directory: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            walk(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}

fn read(src: &Path, path: &Path) -> Option<Source> {
    let name = path.strip_prefix(src).unwrap().to_str().unwrap().replace('\\', "/");
    let module = name.split('/').next().unwrap().trim_end_matches(".rs").to_owned();
    if name.contains("tests/") || name.ends_with("tests.rs") || ["house", "main"].contains(&module.as_str()) {
        return None;
    }
    let whole = fs::read_to_string(path).unwrap();
    let before_tests = whole.split("#[cfg(test)]\nmod tests {").next().unwrap();
    let code = before_tests.lines().filter(|line| !line.trim_start().starts_with("//"));
    Some(Source { name, module, text: code.collect::<Vec<_>>().join("\n") })
}

/// The first group of each match of `pattern` in `text`.
fn named<'a>(pattern: &str, text: &'a str) -> Vec<&'a str> {
    let pattern = Regex::new(pattern).unwrap();
    pattern.captures_iter(text).map(|found| found.get(1).unwrap().as_str()).collect()
}

/// Every metric that some file counts.
pub(crate) fn metrics_counted() -> Vec<String> {
    let counted = r#"(?:counter|gauge|histogram)!\(\s*"(majlis_\w+)""#;
    sources().iter().flat_map(|source| named(counted, &source.text)).map(str::to_owned).collect()
}

/// Every act that some file logs: what is written `"THING.DONE"` where the log is written, files, a key of the configuration and
/// Meta's parameters aside.
pub(crate) fn acts_logged() -> BTreeSet<String> {
    let others =
        Regex::new(r"^hub\.|\.(toml|db|css|json|jsonl|js|lock|keys?|pub|model|svg|signing_key_file)$")
            .unwrap();
    let floors = ["store", "stage", "web", "cli", "app"];
    let sources = sources().into_iter().filter(|source| floors.contains(&source.module.as_str()));
    let named = sources.flat_map(|source| {
        named(r#""([a-z_]{3,}\.[a-z_]+)""#, &source.text).into_iter().map(str::to_owned).collect::<Vec<_>>()
    });
    named.filter(|act| !others.is_match(act)).collect()
}

#[test]
fn a_module_imports_only_what_its_floor_allows() {
    let mut broken = Vec::new();
    for source in sources().iter().filter(|source| source.module != "bin") {
        let Some((_, allowed)) = MAY_IMPORT.iter().find(|(module, _)| *module == source.module) else {
            panic!(
                "src/{} belongs to no module of the table; add it to MAY_IMPORT and ARCHITECTURE.md",
                source.name
            );
        };
        assert!(!source.text.contains("crate::{"), "src/{}: write one `use crate::…` a module", source.name);
        for import in named(r"\bcrate::(\w+)", &source.text) {
            if import != source.module && !allowed.contains(&import) {
                broken.push(format!("src/{} imports crate::{import}", source.name));
            }
        }
    }
    assert_eq!(broken, [""; 0]);
}

#[test]
fn the_auditors_program_knows_the_audit_log_alone() {
    let programs: Vec<Source> = sources().into_iter().filter(|source| source.module == "bin").collect();
    assert!(!programs.is_empty());
    for program in programs {
        for import in named(r"\bmajlis::((?:\w+::)?\w+)", &program.text) {
            assert_eq!(import, "domain::audit", "src/{}", program.name);
        }
    }
}

#[test]
fn no_platform_knows_another() {
    let mut broken = Vec::new();
    for source in sources().iter().filter(|source| source.module == "platform") {
        let file = source.name.split('/').nth(1).unwrap().trim_end_matches(".rs");
        let Some((_, shared)) = SHARED_BY_PLATFORMS.iter().find(|(platform, _)| *platform == file) else {
            continue;
        };
        for sibling in
            named(r"\b(?:super|crate::platform)::(facebook|instagram|x|youtube|graph|http)::", &source.text)
        {
            if sibling != file && !shared.contains(&sibling) {
                broken.push(format!("src/{} knows {sibling}", source.name));
            }
        }
    }
    assert_eq!(broken, [""; 0]);
}

#[test]
fn sql_network_and_time_live_where_the_plan_puts_them() {
    let mut broken = Vec::new();
    for (word, homes) in LIVES_IN {
        let pattern = Regex::new(word).unwrap();
        for source in sources() {
            if pattern.is_match(&source.text) && !homes.contains(&source.module.as_str()) {
                broken.push(format!("src/{} holds {word}", source.name));
            }
        }
    }
    assert_eq!(broken, [""; 0]);
}
