//! `majlis doctor`: every source is called, every failure is told with its remedy, beside a running daemon or without.

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::net::{SocketAddr, TcpListener};
use std::process::{Child, Stdio};
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use majlis::clock::{Clock, SystemClock};
use majlis::sandbox::{Account, Sandbox};
use majlis::store::Step;
use majlis::store::documents::{DocumentKind, adopt_shipped};
use majlis::store::jobs::{self, Lane};
use serde_json::Value;

use super::{House, done, object, refused, said};

const SOURCES: [&str; 4] = ["ministry-facebook", "ministry-instagram", "ministry-x", "ministry-youtube"];

pub(super) async fn sandbox() -> Sandbox {
    Sandbox::start(([127, 0, 0, 1], 0).into(), Arc::new(SystemClock)).await.unwrap()
}

impl House {
    /// Turns the four shipped sources on, with the stand-ins as their platforms, and makes the signing key.
    pub(super) fn connect(&mut self, sandbox: &Sandbox) {
        for account in sandbox.accounts() {
            let id = format!("ministry-{}", account.platform);
            let index = SOURCES.iter().position(|source| *source == id).unwrap();
            let mut set =
                |key: &str, value: &str| self.flags.push(format!("--set=source[{index}].{key}={value}"));
            set("enabled", "true");
            set("account", &account.account_id);
            set("api_base", &account.api_base);
            match account.platform.as_str() {
                "facebook" => {}
                "x" => {
                    set("handle", &account.handle);
                    set("client_id", &account.client_id);
                    set("token_endpoint", &account.token_endpoint);
                }
                "youtube" => {
                    set("client_id", &account.client_id);
                    set("token_endpoint", &account.token_endpoint);
                }
                _ => set("token_endpoint", &account.token_endpoint),
            }
            self.write_secrets(&id, &account);
        }
        done(&self.majlis("audit keygen --json"));
    }

    fn write_secrets(&self, id: &str, account: &Account) {
        self.secret(&format!("{id}.token"), &account.access_token);
        self.secret(&format!("{id}.client_secret"), &account.client_secret);
        if let Some(word) = &account.refresh_token {
            self.secret(&format!("{id}.refresh_token"), word);
        }
        if let Some(word) = &account.app_secret {
            self.secret(&format!("{id}.app_secret"), word);
        }
    }

    pub(super) fn secret(&self, name: &str, word: &str) {
        use std::os::unix::fs::PermissionsExt;
        let path = self.path("config/secrets").join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, word).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
    }
}

/// What the doctor found of `name`, and the remedy if it fails.
fn found<'a>(report: &'a Value, name: &str) -> (&'a str, Option<&'a str>) {
    let checks = report["checks"].as_array().unwrap();
    let check =
        checks.iter().find(|check| check["check"] == name).unwrap_or_else(|| panic!("no {name}: {report}"));
    assert_eq!(check["ok"].as_bool().unwrap(), check["remedy"].is_null(), "{check}");
    (check["found"].as_str().unwrap(), check["remedy"].as_str())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sound_house_is_examined_before_its_first_start_and_again() {
    let mut house = House::new();
    let sandbox = sandbox().await;
    house.connect(&sandbox);
    // X's refresh token dies with its first use, so the second time proves that the new one was kept.
    for _ in 0..2 {
        let report = done(&house.majlis("doctor --json"));
        let names: Vec<&str> = report["checks"]
            .as_array()
            .unwrap()
            .iter()
            .map(|check| check["check"].as_str().unwrap())
            .collect();
        let machine = ["configuration", "disk", "daemon", "database", "policy", "calendar", "audit log"];
        assert_eq!(names, [&machine[..], &SOURCES, &["clock"]].concat());
        assert_eq!(report["sound"], true);
        assert_eq!(found(&report, "daemon").0, "does not run");
        assert_eq!(found(&report, "database").0, "SQLite, can be written");
        assert!(found(&report, "ministry-x").0.contains("@moe_sandbox"), "{report}");
        assert!(found(&report, "clock").0.contains("the platforms agree; time zone data 20"), "{report}");
    }
    let told = said(&house.majlis("doctor"));
    assert!(
        told.starts_with("check               result  found\n") && told.ends_with("\nAll is well.\n"),
        "{told}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_was_not_renewed_for_weeks_is_told_before_it_ends() {
    let mut house = House::new();
    let sandbox = sandbox().await;
    house.connect(&sandbox);
    done(&house.majlis("doctor --json"));
    let ends = Timestamp::now() + SignedDuration::from_hours(13 * 24);
    sqlx::any::install_default_drivers();
    let pool =
        sqlx::AnyPool::connect(&format!("sqlite:{}", house.path("data/majlis.db").display())).await.unwrap();
    let end = sqlx::query("update token set expires_at = $1 where source = 'ministry-instagram'");
    end.bind(ends.as_microsecond()).execute(&pool).await.unwrap();
    pool.close().await;
    let report = object(&house.majlis("doctor --json"), 1);
    let (what, remedy) = found(&report, "ministry-instagram");
    assert!(what.contains(&format!("its token ends at {ends:.0}")), "{what}");
    assert!(remedy.unwrap().contains("finds ministry-instagram.token"), "{remedy:?}");
    assert_eq!(found(&report, "ministry-x").1, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_failure_is_told_with_its_remedy_and_the_others_are_examined_all_the_same() {
    let mut house = House::new();
    let sandbox = sandbox().await;
    house.connect(&sandbox);
    house.secret("ministry-youtube.refresh_token", "revoked");
    house.flags.push("--set=source[0].api_base=http://127.0.0.1:9".to_owned());
    house.flags.push("--set=source[1].account=1".to_owned());
    house.flags.push("--set=audit.origin=another.example/log".to_owned());

    let report = object(&house.majlis("doctor --json"), 1);
    assert_eq!(report["sound"], false);
    let (what, remedy) = found(&report, "ministry-facebook");
    assert!(what.contains("could not reach"), "{what}");
    assert!(remedy.unwrap().contains("may call http://127.0.0.1:9"), "{remedy:?}");
    let (_, remedy) = found(&report, "ministry-instagram");
    assert!(remedy.unwrap().contains("`account = \"1\"`"), "{remedy:?}");
    let (_, remedy) = found(&report, "ministry-youtube");
    assert!(remedy.unwrap().contains("finds ministry-youtube.refresh_token"), "{remedy:?}");
    assert_eq!(found(&report, "ministry-x").1, None);
    let (what, _) = found(&report, "audit log");
    assert!(what.contains("majlis.ministry.example/audit") && what.contains("another.example/log"), "{what}");

    let told = house.majlis("doctor");
    assert_eq!(told.status.code(), Some(1));
    let told = String::from_utf8(told.stdout).unwrap();
    assert!(told.contains("ministry-youtube    FAILS   "), "{told}");
    assert!(told.contains("\nWhat to do:\n  audit log: "), "{told}");
}

#[test]
fn a_house_that_was_never_set_up_hears_what_is_missing() {
    let report = object(&House::new().majlis("doctor --json"), 1);
    assert!(found(&report, "audit log").1.unwrap().contains("majlis audit keygen"));
    assert!(found(&report, "sources").1.unwrap().contains("enabled = true"));
    assert!(found(&report, "policy").0.contains("none is in force yet"));
    assert_eq!(found(&report, "configuration").0, "sound");
}

#[tokio::test]
async fn a_document_that_does_not_load_is_an_illness_and_another_file_is_none() {
    let house = House::new();
    let store = house.store().await;
    house.adopt_what_is_shipped(&store).await;
    store.close().await;
    house.edit("policy.toml", "\n", "\n# as of today\n");
    let report = object(&house.majlis("doctor --json"), 1);
    assert!(matches!(found(&report, "policy"), (text, None) if text.contains("differs")), "{report}");
    assert_eq!(found(&report, "calendar").1, None);

    let house = House::new();
    let store = house.store().await;
    let mut tx = store.begin(Step::Keep).await.unwrap();
    let now = SystemClock.now();
    adopt_shipped(&mut tx, DocumentKind::Calendar, "c", "tz = 3", now).await.unwrap();
    tx.commit().await.unwrap();
    store.close().await;
    let report = object(&house.majlis("doctor --json"), 1);
    let (what, remedy) = found(&report, "calendar");
    assert!(what.contains("does not load") && remedy.unwrap().contains("majlis calendar adopt"), "{what}");
}

#[test]
fn a_database_that_cannot_be_used_is_told_and_a_broken_configuration_is_no_illness_but_an_error() {
    let house = House::new();
    fs::create_dir_all(house.path("data/majlis.db")).unwrap();
    let report = object(&house.majlis("doctor --json"), 1);
    assert!(found(&report, "database").1.unwrap().contains("belongs to the user that Majlis runs as"));
    house.edit("majlis.toml", "batch = 1000", "batch = 0");
    assert!(refused(&house.majlis("doctor"), 2).contains("queue.batch"));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_gives_no_second_opinions_is_told_by_the_questions_that_were_asked_in_vain() {
    let mut house = House::new();
    let mut set = |key: &str, value: &str| house.flags.push(format!("--set=second_opinion.{key}={value}"));
    set("form", "chat");
    set("url", "https://o.example/v1");
    set("model", "judge-8b");
    let report = object(&house.majlis("doctor --json"), 1);
    assert_eq!(found(&report, "second opinion"), ("o.example is asked about what awaits review", None));

    let store = house.store().await;
    let now = SystemClock.now();
    let mut tx = store.begin(Step::Keep).await.unwrap();
    jobs::add(&mut tx, &Lane::Opine, &["1.1".to_owned(), "2.1".to_owned()], now).await.unwrap();
    let asked = jobs::claim(&mut tx, &Lane::Opine, 1, now, now + SignedDuration::from_mins(2)).await.unwrap();
    jobs::reschedule(&mut tx, &asked[0].lease, now + SignedDuration::from_mins(1)).await.unwrap();
    tx.commit().await.unwrap();
    store.close().await;
    let report = object(&house.majlis("doctor --json"), 1);
    let (what, remedy) = found(&report, "second opinion");
    assert_eq!(what, "o.example gave no answer yet about 1 of the texts that await review");
    assert!(remedy.unwrap().contains("mend `[second_opinion]`"), "{remedy:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_doctor_and_staff_work_beside_a_running_daemon() {
    let mut house = House::new();
    let sandbox = sandbox().await;
    house.connect(&sandbox);
    let address = free_address();
    house.flags.push(format!("--set=service.listen={address}"));
    let daemon = Daemon::start(&house);

    let report = done(&house.majlis("doctor --json"));
    assert_eq!(found(&report, "daemon").0, "runs and is ready");
    assert!(
        found(&report, "policy").0.contains("adopted by the first start; the file is the same"),
        "{report}"
    );
    house.token_of("amna", "staff");
    let report = done(&house.majlis("doctor --json"));
    assert_eq!(report["sound"], true);

    let log = daemon.stop();
    for account in sandbox.accounts() {
        let secrets =
            [Some(&account.access_token), account.refresh_token.as_ref(), account.app_secret.as_ref()];
        let mut secrets = secrets.into_iter().flatten();
        assert!(secrets.all(|secret| !log.contains(secret.as_str())), "a secret in the log: {log}");
    }
}

fn free_address() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap()
}

/// `majlis run`, from when it is ready.
struct Daemon {
    process: Child,
    log: BufReader<std::process::ChildStderr>,
    read: String,
}

impl Daemon {
    fn start(house: &House) -> Self {
        let mut process = house.command("run").stderr(Stdio::piped()).spawn().unwrap();
        let log = BufReader::new(process.stderr.take().unwrap());
        let mut daemon = Daemon { process, log, read: String::new() };
        while !daemon.read.contains("\"ready\"") {
            assert_ne!(
                daemon.log.read_line(&mut daemon.read).unwrap(),
                0,
                "it did not start: {}",
                daemon.read
            );
        }
        daemon
    }

    /// Asks it to stop, sees it end well, and returns what it logged.
    fn stop(mut self) -> String {
        let id = self.process.id().to_string();
        assert!(std::process::Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
        self.log.read_to_string(&mut self.read).unwrap();
        assert_eq!(self.process.wait().unwrap().code(), Some(0), "{}", self.read);
        std::mem::take(&mut self.read)
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        let _ = self.process.kill();
    }
}
