//! The effective configuration, as a file that could be loaded again.

use super::file::ConfigFile;

pub(super) fn dump(file: &ConfigFile, secrets: &[(String, String)]) -> String {
    let mut text = toml::to_string(file).expect("what was read from TOML can be written as TOML");
    if !secrets.is_empty() {
        text.push_str("\n# Secrets found:\n");
    }
    for (name, from) in secrets {
        text.push_str(&format!("# {name} = [secret], from {from}\n"));
    }
    text
}
