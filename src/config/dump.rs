//! The effective configuration: as a file that could be loaded again, and as JSON.

use serde_json::{Value, json};

use super::file::ConfigFile;

/// What every secret prints as.
const SECRET: &str = "[secret]";

pub(super) fn toml(file: &ConfigFile, secrets: &[(String, String)]) -> String {
    let mut text = toml::to_string(file).expect("what was read from TOML can be written as TOML");
    if !secrets.is_empty() {
        text.push_str("\n# Secrets found:\n");
    }
    for (name, from) in secrets {
        text.push_str(&format!("# {name} = {SECRET}, from {from}\n"));
    }
    text
}

pub(super) fn json(file: &ConfigFile, secrets: &[(String, String)]) -> Value {
    let mut config = json!(file);
    config["secrets"] =
        secrets.iter().map(|(name, from)| (name.clone(), json!({ "value": SECRET, "from": from }))).collect();
    config
}
