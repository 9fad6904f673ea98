//! The JSON Schema of `majlis.toml`: for editors, and for reading the words of the environment and of flags.

use std::sync::LazyLock;

use serde_json::Value;

use crate::domain::document::{Path, Step};

/// The schema, as `majlis config schema` prints it.
pub const SCHEMA: &str = include_str!("schema.json");

static PARSED: LazyLock<Value> =
    LazyLock::new(|| serde_json::from_str(SCHEMA).expect("schema.json is JSON, which a test proves"));

/// What `text` means for the key at `path`. A variable or a flag has no quotes, so the schema tells a text from
/// a number: `"5"` for an account, `5` for a batch.
pub(super) fn value_at(path: &str, text: &str) -> toml::Value {
    let plain = || toml::Value::String(text.to_owned());
    match kind_at(&Path::parse(path)) {
        None | Some("string") => plain(),
        Some(_) => toml::de::ValueDeserializer::parse(text)
            .and_then(serde::Deserialize::deserialize)
            .unwrap_or_else(|_| plain()),
    }
}

fn kind_at(path: &Path) -> Option<&'static str> {
    let schema = path.0.iter().try_fold(&*PARSED, |schema, step| match step {
        Step::Key(key) => schema.get("properties")?.get(key),
        Step::Index(_) => schema.get("items"),
    });
    schema?.get("type")?.as_str()
}

#[cfg(test)]
mod tests {
    use serde::de::DeserializeOwned;

    use super::super::acknowledgement::AcknowledgementFile;
    use super::super::file::*;
    use super::super::notify::{NotifyFile, RecipientFile};
    use super::super::retention::RetentionFile;
    use super::super::routing::{RouteFile, TeamFile};
    use super::super::sample::SampleFile;
    use super::super::second_opinion::SecondOpinionFile;
    use super::super::sign_in::SignInFile;
    use super::super::source_file::SourceFile;
    use super::*;

    /// The keys that a section's type knows, as its refusal of an unknown one lists them.
    fn keys_of<T: DeserializeOwned>() -> Vec<String> {
        let refused = toml::from_str::<T>("no_such_key = 1").err().unwrap();
        let mut keys: Vec<String> =
            refused.message().split('`').skip(3).step_by(2).map(str::to_owned).collect();
        keys.sort();
        keys
    }

    fn described(schema: &Value) -> Vec<String> {
        let mut keys: Vec<String> = schema["properties"].as_object().unwrap().keys().cloned().collect();
        keys.sort();
        keys
    }

    #[test]
    fn the_schema_describes_exactly_the_keys_that_are_read() {
        let sections = &PARSED["properties"];
        assert_eq!(described(&PARSED), keys_of::<ConfigFile>());
        assert_eq!(described(&sections["service"]), keys_of::<ServiceFile>());
        assert_eq!(described(&sections["log"]), keys_of::<LogConfig>());
        assert_eq!(described(&sections["database"]), keys_of::<DatabaseFile>());
        assert_eq!(described(&sections["queue"]), keys_of::<QueueConfig>());
        assert_eq!(described(&sections["documents"]), keys_of::<DocumentsFile>());
        assert_eq!(described(&sections["audit"]), keys_of::<AuditFile>());
        assert_eq!(described(&sections["retention"]), keys_of::<RetentionFile>());
        assert_eq!(described(&sections["sample"]), keys_of::<SampleFile>());
        assert_eq!(described(&sections["second_opinion"]), keys_of::<SecondOpinionFile>());
        assert_eq!(described(&sections["poll"]), keys_of::<PollFile>());
        assert_eq!(described(&sections["acknowledgement"]), keys_of::<AcknowledgementFile>());
        assert_eq!(described(&sections["sign_in"]), keys_of::<SignInFile>());
        assert_eq!(described(&sections["notify"]), keys_of::<NotifyFile>());
        assert_eq!(described(&sections["recipient"]["items"]), keys_of::<RecipientFile>());
        assert_eq!(described(&sections["team"]["items"]), keys_of::<TeamFile>());
        assert_eq!(described(&sections["route"]["items"]), keys_of::<RouteFile>());
        assert_eq!(described(&sections["source"]["items"]), keys_of::<SourceFile>());
    }

    #[test]
    fn the_schemas_defaults_are_those_that_hold() {
        let text = "[audit]\norigin = \"a\"\n";
        let usual = toml::Table::try_from(toml::from_str::<ConfigFile>(text).unwrap()).unwrap();
        let mut compared = 0;
        for (section, schema) in PARSED["properties"].as_object().unwrap() {
            let keys = schema["properties"].as_object().into_iter().flatten();
            for (key, default) in keys.filter_map(|(key, schema)| Some((key, schema.get("default")?))) {
                let held = serde_json::to_value(&usual[section][key]).unwrap();
                assert_eq!(&held, default, "{section}.{key}");
                compared += 1;
            }
        }
        assert!(compared > 15, "only {compared} defaults were compared");
    }

    #[test]
    fn words_without_quotes_are_read_as_the_key_wants_them() {
        assert_eq!(value_at("queue.batch", "5"), toml::Value::Integer(5));
        assert_eq!(value_at("source[0].account", "5"), toml::Value::String("5".into()));
        assert_eq!(value_at("source[0].enabled", "true"), toml::Value::Boolean(true));
        assert_eq!(value_at("queue.batch", "many"), toml::Value::String("many".into()));
        assert_eq!(value_at("no.such_key", "5"), toml::Value::String("5".into()));
    }
}
