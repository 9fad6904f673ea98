//! The command line as staff and operators use it: exit codes, one object on standard output, two people for a document.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};
use std::sync::Arc;

use majlis::clock::{Clock, SystemClock};
use majlis::domain::comment::Platform;
use majlis::domain::policy::Bundle;
use majlis::sandbox::{Account, Sandbox};
use majlis::store::documents::{DocumentKind, adopt_shipped};
use majlis::store::{Step, Store};
use serde_json::{Value, json};
use tempfile::TempDir;

use super::store::given;

/// A copy of the shipped configuration, and its database.
struct House {
    directory: TempDir,
}

impl House {
    fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let config = directory.path().join("config");
        fs::create_dir_all(config.join("lexicon")).unwrap();
        for (name, text) in Bundle::shipped().files() {
            fs::write(config.join(name), text).unwrap();
        }
        let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).join("config");
        for name in ["majlis.toml", "calendar.toml", "replies.toml"] {
            fs::copy(shipped.join(name), config.join(name)).unwrap();
        }
        House { directory }
    }

    fn path(&self, name: &str) -> std::path::PathBuf {
        self.directory.path().join(name)
    }

    async fn store(&self) -> Store {
        fs::create_dir_all(self.path("data")).unwrap();
        Store::open(&format!("sqlite:{}", self.path("data/majlis.db").display())).await.unwrap()
    }

    /// The command in words that hold no space.
    fn majlis(&self, words: &str) -> Output {
        self.majlis_as("", words, &[])
    }

    fn majlis_as(&self, token: &str, words: &str, more: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_majlis"));
        command.current_dir(self.directory.path()).args(words.split(' ')).args(more);
        command.env_remove("MAJLIS_TOKEN");
        if !token.is_empty() {
            command.env("MAJLIS_TOKEN", token);
        }
        command.output().unwrap()
    }

    /// Adds a member of staff and returns their token.
    fn token_of(&self, name: &str, role: &str) -> String {
        done(&self.majlis(&format!("staff add {name} --role {role} --json")));
        let given = done(&self.majlis(&format!("staff token {name} --json")));
        given["token"].as_str().unwrap().to_owned()
    }
}

/// The one object of a command that did what it was asked.
fn done(output: &Output) -> Value {
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    serde_json::from_slice(&output.stdout).unwrap()
}

/// The words of a command that ended with `exit`.
fn refused(output: &Output, exit: i32) -> String {
    assert_eq!(output.status.code(), Some(exit), "{output:?}");
    String::from_utf8(output.stderr.clone()).unwrap()
}

#[test]
fn the_shipped_configuration_is_sound_and_says_that_no_source_is_on() {
    let house = House::new();
    let checked = house.majlis("config check");
    assert_eq!(checked.status.code(), Some(0));
    assert_eq!(
        String::from_utf8(checked.stdout).unwrap(),
        "The configuration is sound. No source is on: fill one in and set `enabled = true`.\n"
    );
    assert!(String::from_utf8(checked.stderr).unwrap().contains("run `majlis audit keygen"));
}

#[test]
fn a_wrong_configuration_ends_every_command_with_2_and_all_its_problems_on_standard_error() {
    let house = House::new();
    let told = refused(&house.majlis("staff list --set queue.batch=0 --set log.colour=red"), 2);
    assert_eq!(
        told,
        "majlis: --set log.colour: log.colour: found the unknown key `colour`; allowed: level, format\n\
         majlis: --set queue.batch: queue.batch: found 0; allowed: a whole number from 1 to 4294967295; for example 1000\n"
    );
    let json = house.majlis("staff list --json --set queue.batch=0");
    let object: Value = serde_json::from_slice(&json.stdout).unwrap();
    assert_eq!(object["errors"].as_array().unwrap().len(), 1);
}

#[test]
fn a_token_is_shown_once_and_works_until_its_owner_is_disabled() {
    let house = House::new();
    let token = house.token_of("amna", "staff");
    assert!(token.len() > 40, "{token}");
    assert!(refused(&house.majlis("staff add amna --role staff"), 1).contains("choose another name"));
    let missing = house.majlis_as(&token, "comments approve 1", &[]);
    assert!(refused(&missing, 1).contains("no policy was adopted yet"));
    done(&house.majlis("staff disable amna --json"));
    let refusal = refused(&house.majlis_as(&token, "comments approve 1", &[]), 1);
    assert!(refusal.contains("no active member of staff has this token"), "{refusal}");
    assert!(!refusal.contains(&token));
    let staff = done(&house.majlis("staff list --json"));
    assert!(staff["staff"][0]["disabled_at"].is_string() && !staff.to_string().contains(&token));
}

#[test]
fn a_document_rules_once_a_second_person_adopts_it() {
    let house = House::new();
    let (amna, omar) = (house.token_of("amna", "approver"), house.token_of("omar", "approver"));
    let file = house.path("config/calendar.toml");
    fs::write(&file, fs::read_to_string(&file).unwrap() + "\n# as of today\n").unwrap();

    let propose = "calendar propose config/calendar.toml --json";
    assert!(refused(&house.majlis(propose), 2).contains("name the file that holds your token"));
    let proposed = done(&house.majlis_as(&amna, propose, &[]));
    let hash = proposed["hash"].as_str().unwrap();
    let own = house.majlis_as(&amna, &format!("calendar adopt {hash}"), &[]);
    assert!(refused(&own, 1).contains("another member of staff must adopt it"));
    assert!(refused(&house.majlis_as(&omar, "calendar adopt 00000000", &[]), 1).contains("calendar status"));
    done(&house.majlis_as(&omar, &format!("calendar adopt {} --json", &hash[..8]), &[]));
    let status = done(&house.majlis("calendar status --json"));
    assert_eq!(status["adopted"]["hash"], hash);
    assert_eq!(status["file"], hash);
    assert_eq!(status["proposals"], json!([]));
}

#[test]
fn a_document_with_problems_is_not_proposed() {
    let house = House::new();
    let amna = house.token_of("amna", "staff");
    fs::write(house.path("wrong.toml"), "tz = \"Asia/Atlantis\"\n").unwrap();
    let told = refused(&house.majlis_as(&amna, "calendar propose wrong.toml", &[]), 2);
    assert!(told.contains("wrong.toml:1:"), "{told}");
    assert_eq!(done(&house.majlis("calendar status --json"))["proposals"], json!([]));
}

#[tokio::test]
async fn staff_list_show_hide_and_export_a_comment() {
    let house = House::new();
    let store = house.store().await;
    given::some_sources(&store).await;
    let id = given::stored(&store, "p1", "انتهى\u{1b}[2J").await;
    let bundle = Bundle::shipped();
    let mut tx = store.begin(Step::Keep).await.unwrap();
    let (hash, text) = (bundle.version().to_string(), bundle.to_text());
    adopt_shipped(&mut tx, DocumentKind::Policy, &hash, &text, SystemClock.now()).await.unwrap();
    let calendar = fs::read_to_string(house.path("config/calendar.toml")).unwrap();
    adopt_shipped(&mut tx, DocumentKind::Calendar, "c", &calendar, SystemClock.now()).await.unwrap();
    tx.commit().await.unwrap();
    store.close().await;

    let listed = done(&house.majlis("comments list --state all --json"));
    assert_eq!(listed["comments"][0]["id"], id.0);
    let shown = house.majlis(&format!("comments show {id}"));
    assert!(String::from_utf8(shown.stdout).unwrap().contains("platform: facebook"));
    let table = house.majlis("comments list --state all");
    assert!(!table.stdout.contains(&0x1b), "the public steers our terminal");

    let (amna, audit) = (house.token_of("amna", "staff"), house.token_of("zayed", "auditor"));
    let hide = format!("comments hide {id} --clause spam --json");
    let why = ["--reason", "the same advert for the tenth time"];
    assert_eq!(house.majlis_as(&amna, &hide, &[]).status.code(), Some(2), "no reason was given");
    assert!(refused(&house.majlis_as(&audit, &hide, &why), 1).contains("auditor, which may not do this"));
    assert!(done(&house.majlis_as(&amna, &hide, &why))["action"].is_i64());
    let wrong = house.majlis_as(&amna, &format!("comments hide {id} --clause rude"), &why);
    assert!(refused(&wrong, 2).contains("`rude` is not a clause; write one of: public_morals"));
    assert!(
        refused(&house.majlis_as(&amna, "comments hide 99 --clause spam", &why), 1).contains("no comment")
    );

    assert_eq!(house.majlis("comments export --json").status.code(), Some(2), "both on standard output");
    let exported = house.majlis("comments export");
    let line: Value = serde_json::from_slice(&exported.stdout).unwrap();
    assert_eq!((&line["verdict"], &line["clause"]), (&json!("hide"), &json!("spam")));
    assert_eq!(line["decided_by"], "staff:amna");
    let told = done(&house.majlis("comments export --out all.jsonl --json"));
    assert_eq!(told["comments"], 1);
    assert_eq!(fs::read(house.path("all.jsonl")).unwrap(), exported.stdout);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_doctor_calls_every_source_and_names_what_fails() {
    let house = House::new();
    let sandbox = Sandbox::start(([127, 0, 0, 1], 0).into(), Arc::new(SystemClock)).await.unwrap();
    let accounts = sandbox.accounts();
    let on = |platform| accounts.iter().find(|account| account.platform == platform).unwrap();
    let youtube = on(Platform::Youtube);
    let flags = [
        format!("--set=source[3].api_base={}/youtube/v3", youtube.api_base),
        format!("--set=source[3].token_endpoint={}", youtube.token_endpoint),
        format!("--set=source[3].account={}", youtube.account_id),
        format!("--set=source[3].client_id={}", youtube.client_id),
        "--set=source[3].enabled=true".to_owned(),
    ];
    let flags: Vec<&str> = flags.iter().map(String::as_str).collect();
    write_secrets(&house, youtube, youtube.refresh_token.as_deref().unwrap());
    done(&house.majlis("audit keygen --json"));

    let well = done(&house.majlis_as("", "doctor --json", &flags));
    assert_eq!(well["sound"], true);
    let names: Vec<&str> =
        well["checks"].as_array().unwrap().iter().map(|check| check["check"].as_str().unwrap()).collect();
    assert_eq!(names, ["configuration", "disk", "database", "clock", "rules", "ministry-youtube"]);

    write_secrets(&house, youtube, "revoked");
    let ill = house.majlis_as("", "doctor --json", &flags);
    assert_eq!(ill.status.code(), Some(1), "{ill:?}");
    let found: Value = serde_json::from_slice(&ill.stdout).unwrap();
    let last = found["checks"].as_array().unwrap().last().unwrap();
    assert_eq!((&last["check"], &last["ok"]), (&json!("ministry-youtube"), &json!(false)));
}

fn write_secrets(house: &House, account: &Account, refresh_token: &str) {
    fs::create_dir_all(house.path("config/secrets")).unwrap();
    for (name, word) in [("client_secret", account.client_secret.as_str()), ("refresh_token", refresh_token)]
    {
        use std::os::unix::fs::PermissionsExt;
        let path = house.path(&format!("config/secrets/ministry-youtube.{name}"));
        fs::write(&path, word).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
    }
}
