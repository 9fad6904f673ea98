use std::fs;

use super::*;
use crate::domain::comment::Platform;
use crate::domain::credentials::Secret;
use crate::domain::policy::Bundle;

/// A configuration directory of its own, gone after the test.
struct Directory(tempfile::TempDir);

impl Directory {
    fn new(majlis: &str) -> Self {
        let directory = tempfile::tempdir().unwrap();
        fs::create_dir(directory.path().join("lexicon")).unwrap();
        let policy = Bundle::shipped();
        let calendar = include_str!("../../config/calendar.toml");
        let replies = include_str!("../../config/replies.toml");
        let others = [(FILE, majlis), ("calendar.toml", calendar), ("replies.toml", replies)];
        let policy = policy.files().iter().map(|(name, text)| (name.as_str(), text.as_str()));
        for (name, text) in policy.chain(others) {
            fs::write(directory.path().join(name), text).unwrap();
        }
        Self(directory)
    }

    fn secret(self, name: &str, word: &str) -> Self {
        let path = self.0.path().join(name);
        fs::write(&path, word).unwrap();
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        }
        self
    }

    fn load(&self, environment: &[(&str, &str)], flags: &[&str]) -> Result<Config, Vec<String>> {
        let own = |(name, value): &(&str, &str)| (name.to_string(), value.to_string());
        let overrides = Overrides {
            environment: environment.iter().map(own).collect(),
            flags: flags.iter().map(ToString::to_string).collect(),
        };
        let directory = format!("{}/", self.0.path().display());
        Config::load(self.0.path(), &overrides)
            .map_err(|problems| problems.iter().map(|p| p.to_string().replace(&directory, "")).collect())
    }

    fn problems(&self, environment: &[(&str, &str)], flags: &[&str]) -> Vec<String> {
        self.load(environment, flags).map(|config| config.dump()).unwrap_err()
    }
}

const LEAST: &str = "[audit]\norigin = \"majlis.test/audit\"\n";

const YOUTUBE: &str = "[[source]]\nid = \"yt\"\nplatform = \"youtube\"\naccount = \"UC1\"\nclient_id = \"c\"\n\
                       client_secret_file = \"secret\"\nrefresh_token_file = \"refresh\"\n";

fn with(more: &str) -> String {
    format!("{LEAST}{more}")
}

#[test]
fn an_origin_is_all_that_a_configuration_must_say() {
    let config = Directory::new(LEAST).load(&[], &[]).unwrap();
    assert_eq!(config.listen.to_string(), "127.0.0.1:8080");
    assert!(config.database.url.expose().ends_with("/data/majlis.db"));
    assert!(config.sources.is_empty());
    assert_eq!(config.warnings.len(), 1, "{:?}", config.warnings);
}

#[test]
fn the_shipped_configuration_says_what_holds_without_it() {
    let usual = Directory::new(LEAST).load(&[], &[]).unwrap();
    let shipped = Directory::new(SHIPPED).load(&[], &["audit.origin=majlis.test/audit"]).unwrap();
    let without_sources = |config: &Config| {
        let file = ConfigFile { source: Vec::new(), recipient: Vec::new(), ..config.file.clone() };
        toml::to_string(&file).unwrap()
    };
    assert_eq!(without_sources(&shipped), without_sources(&usual));
    assert!(shipped.sources.is_empty(), "a source is on before it was filled in");
    assert!(shipped.notify.recipients.is_empty(), "a recipient is on before they were filled in");
}

#[test]
fn each_shipped_source_and_recipient_loads_once_it_is_enabled_and_has_its_secrets() {
    let directory = Directory::new(&SHIPPED.replace("enabled = false", "enabled = true"));
    fs::create_dir(directory.0.path().join("secrets")).unwrap();
    let directory =
        ["facebook.token", "facebook.app_secret", "instagram.token", "x.client_secret", "x.refresh_token"]
            .iter()
            .chain(&["youtube.client_secret", "youtube.refresh_token"])
            .fold(directory, |directory, name| {
                directory.secret(&format!("secrets/ministry-{name}"), "s3cr3t")
            });
    let directory = directory.secret("secrets/duty.webhook_key", "whsec_s3cr3t");
    let mail = ["notify.smtp_host=mail.test", "notify.from=majlis@test"];
    let config = directory.load(&[], &mail).unwrap();
    assert_eq!(config.notify.recipients.len(), 2);
    let platforms: Vec<Platform> = config.sources.iter().map(SourceConfig::platform).collect();
    assert_eq!(platforms, Platform::ALL);
    assert!(!format!("{config:?}").contains("s3cr3t"));
    assert!(!config.dump().contains("s3cr3t"));
    assert!(
        config
            .dump()
            .contains("# ministry-x.refresh_token = [secret], from secrets/ministry-x.refresh_token")
    );
}

#[test]
fn the_environment_stands_above_the_file_and_flags_above_both() {
    let directory = Directory::new(&with("[log]\nlevel = \"warn\"\nformat = \"json\"\n[queue]\nbatch = 7\n"));
    let environment = [("MAJLIS__LOG__LEVEL", "debug"), ("MAJLIS__QUEUE__BATCH", "8")];
    let config = directory.load(&environment, &["queue.batch=9"]).unwrap();
    assert_eq!((config.log.level.as_str(), config.queue.batch.get()), ("debug", 9));
    assert_eq!(config.log.format, LogFormat::Json);
}

#[test]
fn a_sample_has_a_size_that_people_can_judge_and_a_day_of_the_week() {
    let directory = Directory::new(&with("[sample]\nhides = 0\nallows = 7\nweekday = \"sunday\"\n"));
    let config = directory.load(&[], &[]).unwrap();
    assert_eq!(config.sampling, Sampling { hides: 0, allows: 7, weekday: jiff::civil::Weekday::Sunday });
    let refused = directory.problems(&[], &["sample.hides=501", "sample.weekday=Mon"]);
    let told = refused.join("\n");
    assert!(told.contains("found 501; allowed: 0 to 500; for example 50"), "{told}");
    assert!(told.contains("found \"Mon\"; allowed: monday, tuesday"), "{told}");
}

#[test]
fn a_second_opinion_is_asked_of_nobody_until_a_form_is_named() {
    assert!(Directory::new(LEAST).load(&[], &[]).unwrap().second_opinion.is_none());
    let chat =
        "[second_opinion]\nform = \"chat\"\nurl = \"http://127.0.0.1:8000/v1\"\nmodel = \"judge-8b\"\n";
    let config = Directory::new(&with(chat)).load(&[], &[]).unwrap();
    let asked = config.second_opinion.as_ref().unwrap();
    assert!(
        matches!(&asked.form, OpinionForm::Chat { model, token: None } if model == "judge-8b"),
        "{asked:?}"
    );
    assert_eq!(asked.timeout, Duration::from_secs(20));
    let hook = "[second_opinion]\nform = \"hook\"\nurl = \"https://o.example/s3cr3t\"\ntimeout_seconds = 5\n";
    let environment = [("MAJLIS_SECRET__SECOND_OPINION__KEY", "s3cr3t")];
    let config = Directory::new(&with(hook)).load(&environment, &[]).unwrap();
    assert!(!format!("{:?}", config.second_opinion).contains("s3cr3t"));
    assert!(
        config
            .dump()
            .contains("# second_opinion.key = [secret], from environment MAJLIS_SECRET__SECOND_OPINION__KEY")
    );
}

#[test]
fn what_is_wrong_with_a_second_opinion_is_told_with_its_remedy() {
    let told = |more: &str| Directory::new(&with(&format!("[second_opinion]\n{more}"))).problems(&[], &[]);
    assert_eq!(
        told("form = \"oracle\"\ntimeout_seconds = 61\n"),
        [
            "majlis.toml:4:8: second_opinion.form: found \"oracle\"; allowed: \"hook\", \"chat\"; for example \"hook\"",
            "majlis.toml:5:19: second_opinion.timeout_seconds: found 61; allowed: 1 to 60; for example 20",
        ]
    );
    assert_eq!(
        told("form = \"chat\"\nurl = \"http://o.example/v1\"\n"),
        [
            "majlis.toml:5:7: second_opinion.url: allowed: an https address; for example \"https://models.ministry.example/v1\"",
            "majlis.toml:3:1: second_opinion.model: is needed: which model answers; add it, for example `model = \"judge-8b\"`",
        ]
    );
    assert_eq!(
        told("form = \"hook\"\n"),
        [
            "majlis.toml:3:1: second_opinion.url: is needed to ask; add it, for example \
             `url = \"https://opinions.ministry.example/majlis\"`",
            "majlis.toml:3:1: second_opinion.key_file: no key was found to sign with; write it to a file and name the file, for \
             example `key_file = \"secrets/second_opinion.key\"`, or set MAJLIS_SECRET__SECOND_OPINION__KEY, or load it as the \
             systemd credential `second_opinion.key`",
        ]
    );
    let url = "url = \"https://o.example\"\n";
    assert!(
        told(url)[0]
            .contains("second_opinion.form: is needed to ask for a second opinion; add `form = \"hook\"`")
    );
    assert!(
        told(&format!("form = \"hook\"\nmodel = \"m\"\n{url}"))[0]
            .contains("a hook has no model; remove the line")
    );
}

#[test]
fn a_dump_can_be_loaded_again() {
    let directory = Directory::new(&with(YOUTUBE)).secret("secret", "a").secret("refresh", "b");
    let first = directory.load(&[], &["queue.batch=9"]).unwrap().dump();
    fs::write(directory.0.path().join(FILE), &first).unwrap();
    assert_eq!(directory.load(&[], &[]).unwrap().dump(), first);
}

#[test]
fn all_problems_are_told_at_once_by_line_variable_or_flag() {
    let directory = Directory::new(
        "[service]\nlisten = \"localhost\"\nport = 80\n\n[poll]\nschedule = \"* */5 * * * *\"\n\n[audit]\n",
    );
    let problems =
        directory.problems(&[("MAJLIS__QUEUE__BATCH", "many")], &["queue.lease_seconds=0", "log.colour=red"]);
    assert_eq!(
        problems,
        [
            "majlis.toml:2:10: service.listen: found \"localhost\": invalid socket address syntax; \
             for example \"127.0.0.1:8080\"",
            "majlis.toml:3:1: service.port: found the unknown key `port`; allowed: listen, public_url, data_directory, \
             undo_seconds, approve_replies, token_key_file",
            "majlis.toml:6:12: poll.schedule: found \"* */5 * * * *\": it would run many times a minute; \
             allowed: one second from 0 to 59 in the first field; for example \"0 */5 * * * *\", every five minutes",
            "majlis.toml:8:1: audit.origin: the key `origin` is missing; add it, for example \
             `origin = \"majlis.ministry.example/audit\"`",
            "--set log.colour: log.colour: found the unknown key `colour`; allowed: level, format",
            "environment MAJLIS__QUEUE__BATCH: queue.batch: found \"many\"; allowed: a whole number from 1 to \
             4294967295; for example 1000",
            "--set queue.lease_seconds: queue.lease_seconds: found 0; allowed: a whole number from 1 to \
             4294967295; for example 120",
        ]
    );
}

#[test]
fn a_source_is_told_what_its_platform_needs_and_does_not_know() {
    let source = "[[source]]\nid = \"Face Book\"\nplatform = \"facebook\"\naccount = \"1\"\nhandle = \"h\"\n\
                  api_base = \"https://graph.facebook.com/\"\n";
    assert_eq!(
        Directory::new(&with(source)).problems(&[], &[]),
        [
            "majlis.toml:4:6: source[0].id: found \"Face Book\"; allowed: up to 64 of a to z, 0 to 9 and -; \
             for example \"ministry-facebook\"",
            "majlis.toml:7:10: source[0].handle: no facebook source has the key `handle`; allowed: token_file, \
             client_id, app_secret_file, webhook_token_file; remove the line",
            "majlis.toml:8:12: source[0].api_base: found \"https://graph.facebook.com/\"; allowed: an https address \
             without / at its end; for example \"https://graph.facebook.com/v26.0\"",
            "majlis.toml:3:1: source[0].token_file: no token was found; write it to a file and name the file, for \
             example `token_file = \"secrets/Face Book.token\"`, or set MAJLIS_SECRET__FACE BOOK__TOKEN, or load it \
             as the systemd credential `Face Book.token`",
        ]
    );
}

#[test]
fn a_secret_comes_from_the_environment_before_a_file_and_from_systemd_without_any_key() {
    let directory =
        Directory::new(&with(YOUTUBE)).secret("secret", "from-file\n").secret("refresh", "from-file\n");
    let youtube = |config: Config| match &config.sources[0].login {
        Login::Youtube { client_secret, refresh_token, .. } => {
            (client_secret.expose().to_owned(), refresh_token.expose().to_owned())
        }
        other => panic!("{other:?}"),
    };
    let environment = [("MAJLIS_SECRET__YT__REFRESH_TOKEN", "from-environment")];
    let both = youtube(directory.load(&environment, &[]).unwrap());
    assert_eq!(both, ("from-file".into(), "from-environment".into()));

    let keyless = YOUTUBE.lines().filter(|line| !line.contains("_file")).collect::<Vec<_>>().join("\n");
    let directory = Directory::new(&with(&keyless))
        .secret("yt.client_secret", "from-systemd")
        .secret("yt.refresh_token", "from-systemd");
    let credentials = directory.0.path().display().to_string();
    let systemd = youtube(directory.load(&[("CREDENTIALS_DIRECTORY", &credentials)], &[]).unwrap());
    assert_eq!(systemd, ("from-systemd".into(), "from-systemd".into()));
}

#[test]
fn a_lease_too_short_for_a_call_to_be_over_in_it_is_refused() {
    let directory = Directory::new(&with(YOUTUBE)).secret("secret", "s").secret("refresh", "r");
    assert_eq!(
        directory.problems(&[], &["queue.lease_seconds=30"]),
        [
            "--set queue.lease_seconds: queue.lease_seconds: found 30; allowed: twice the longest timeout_seconds or \
             more, here 40; for example 120"
        ]
    );
}

#[test]
fn two_channels_of_one_google_project_say_which_units_are_theirs() {
    let second = YOUTUBE.replace("\"yt\"", "\"other\"");
    let load = |first: &str, second: &str| {
        let directory = Directory::new(&with(&format!("{YOUTUBE}{first}{second}")));
        directory.secret("secret", "s").secret("refresh", "r").load(&[], &[]).err().unwrap_or_default()
    };
    let problems = load("", &second);
    assert_eq!(problems.len(), 2, "{problems:?}");
    assert!(
        problems[1].contains("source[1].units_per_day") && problems[1].contains("units_per_day = 5000"),
        "{problems:?}"
    );
    assert_eq!(load("units_per_day = 6000\n", &second).len(), 1);
    assert!(load("", &second.replace("client_id = \"c\"", "client_id = \"d\"")).is_empty());
    assert!(load("units_per_day = 6000\n", &format!("{second}units_per_day = 4000\n")).is_empty());
}

#[test]
fn a_secret_file_that_is_missing_or_empty_is_told_with_its_remedy() {
    let directory = Directory::new(&with(YOUTUBE)).secret("secret", "\n");
    assert_eq!(
        directory.problems(&[], &[]),
        [
            "majlis.toml:9:22: source[0].refresh_token_file: cannot read \"refresh\" (No such file or directory \
             (os error 2)); write the secret there, readable by the service alone (chmod 600)",
            "majlis.toml:8:22: source[0].client_secret_file: the file \"secret\" is empty; write the secret there",
        ]
    );
}

#[cfg(unix)]
#[test]
fn a_secret_that_every_user_can_read_is_a_warning() {
    use std::os::unix::fs::PermissionsExt;
    let directory = Directory::new(&with(YOUTUBE)).secret("secret", "a").secret("refresh", "b");
    let path = directory.0.path().join("refresh");
    fs::set_permissions(path, fs::Permissions::from_mode(0o644)).unwrap();
    let config = directory.load(&[], &[]).unwrap();
    let warned = config.warnings.iter().any(|warning| {
        warning.message == "every user of this machine can read \"refresh\"; run `chmod 600 refresh`"
    });
    assert!(warned, "{:?}", config.warnings);
}

#[test]
fn a_postgres_password_comes_from_its_file_and_stands_escaped_in_the_url() {
    let database = "[database]\nurl = \"postgres://majlis@db/majlis\"\npassword_file = \"password\"\n";
    let config = Directory::new(&with(database)).secret("password", "p@ss/w:rd").load(&[], &[]).unwrap();
    assert_eq!(config.database.url.expose(), "postgres://majlis:p%40ss%2Fw%3Ard@db/majlis");
    assert!(!config.dump().contains("p@ss"));
}

#[test]
fn a_database_url_with_a_password_or_of_another_kind_is_refused() {
    let told = |url: &str| Directory::new(LEAST).problems(&[], &[&format!("database.url={url}")]).remove(0);
    assert!(told("postgres://majlis:pw@db/majlis").contains("found a password in the URL"));
    assert!(!told("postgres://majlis:pw@db/majlis").contains("pw@"));
    assert!(told("mysql://db/majlis").contains("allowed: sqlite:FILE or postgres://USER@HOST/NAME"));
    assert!(told("sqlite:").contains("found no file name"));
    assert!(told("sqlite::memory:").contains("found no file name"));
}

#[test]
fn a_misspelt_log_level_is_refused_and_not_taken_for_a_module() {
    let read = |level: &str| toml::from_str::<LogConfig>(&format!("level = {level:?}"));
    for level in ["info", "off", "warn,majlis::stage=debug"] {
        assert_eq!(read(level).unwrap().level, level);
    }
    for wrong in ["loud", "info,majlis", "majlis::stage=loud", "info,", ""] {
        let told = read(wrong).unwrap_err().to_string();
        assert!(told.contains("allowed: off, error, warn, info, debug or trace"), "{wrong}: {told}");
    }
}

#[test]
fn a_public_url_is_https_and_a_host() {
    let config = Directory::new(LEAST).load(&[], &["service.public_url=https://majlis.test"]).unwrap();
    assert_eq!(config.public_url.as_deref(), Some("https://majlis.test"));
    for wrong in ["http://majlis.test", "https://majlis.test/console", "https://"] {
        let told = Directory::new(LEAST).problems(&[], &[&format!("service.public_url={wrong}")]).remove(0);
        assert!(told.contains("allowed: https and a host, without a path"), "{told}");
    }
}

#[test]
fn the_documents_are_hashed_as_the_database_keeps_them() {
    let config = Directory::new(LEAST).load(&[], &[]).unwrap();
    assert_eq!(config.policy.hash, Bundle::shipped().version().to_string());
    assert_eq!(config.policy.text, Bundle::shipped().to_text());
    assert_eq!(config.calendar.text, include_str!("../../config/calendar.toml"));
}

#[test]
fn problems_of_all_documents_are_told_together_by_place() {
    let directory = Directory::new(&with("[log]\ncolour = \"red\"\n"));
    fs::remove_file(directory.0.path().join("lexicon/threat.tsv")).unwrap();
    fs::remove_file(directory.0.path().join("replies.toml")).unwrap();
    fs::write(directory.0.path().join("calendar.toml"), "calendar = 1\n").unwrap();
    let problems = directory.problems(&[], &[]);
    let at = |start: &str| problems.iter().any(|problem| problem.starts_with(start));
    assert!(at("majlis.toml:4:1: log.colour:"), "{problems:?}");
    assert!(at("replies.toml: cannot be read (No such file or directory"), "{problems:?}");
    assert!(at("policy.toml:"), "{problems:?}");
    assert!(at("calendar.toml:1:"), "{problems:?}");
}

#[test]
fn a_directory_without_the_file_is_told() {
    let directory = Directory::new(LEAST);
    fs::remove_file(directory.0.path().join(FILE)).unwrap();
    assert_eq!(
        directory.problems(&[], &[]),
        ["majlis.toml: is not there; name the directory that holds it by --config DIR"]
    );
}

#[test]
fn a_path_from_the_configuration_is_told_without_detours() {
    let directory = tempfile::tempdir().unwrap();
    let place = directory.path().canonicalize().unwrap();
    assert_eq!(from(directory.path(), std::path::Path::new("./audit/../data")), place.join("data"));
    assert_eq!(
        from(directory.path(), std::path::Path::new("/var/lib/majlis")),
        std::path::Path::new("/var/lib/majlis")
    );
}

#[test]
fn what_stands_above_the_file_prints_without_its_secrets() {
    let environment = [("MAJLIS_SECRET__X__TOKEN".to_owned(), "planted".to_owned())].into();
    let overrides = Overrides { environment, flags: vec!["a.b=planted".to_owned()] };
    let printed = format!("{overrides:?}");
    assert!(printed.contains("MAJLIS_SECRET__X__TOKEN") && !printed.contains("planted"), "{printed}");
}

const MAILED: &str = "[notify]\nsmtp_host = \"mail.test\"\nfrom = \"majlis@test\"\n";

#[test]
fn a_recipient_is_told_by_mail_or_by_a_webhook_that_is_signed() {
    let recipients = "[[recipient]]\nname = \"team\"\nmail = \"team@test\"\n\
                      [[recipient]]\nname = \"duty\"\nwebhook = \"https://alerts.test/\"\nwebhook_key_file = \"key\"\n\
                      [[recipient]]\nname = \"off\"\nenabled = false\n";
    let directory = Directory::new(&with(&format!("{MAILED}{recipients}"))).secret("key", "whsec_s3cr3t");
    let config = directory.load(&[], &[]).unwrap();
    let names: Vec<&str> = config.notify.recipients.iter().map(|recipient| recipient.name.as_str()).collect();
    assert_eq!(names, ["team", "duty"]);
    let smtp = config.notify.smtp.as_ref().unwrap();
    assert_eq!((smtp.port, smtp.tls, smtp.login.is_some()), (587, SmtpTls::Starttls, false));
    assert!(!format!("{config:?}").contains("s3cr3t"));
    let environment =
        [("MAJLIS__NOTIFY__SMTP_TLS", "implicit"), ("MAJLIS_SECRET__NOTIFY__SMTP_PASSWORD", "p")];
    let config = directory.load(&environment, &["notify.smtp_user=majlis"]).unwrap();
    let smtp = config.notify.smtp.unwrap();
    assert_eq!((smtp.port, smtp.login.unwrap()), (465, ("majlis".to_owned(), Secret::new("p"))));
}

#[test]
fn a_recipient_who_could_not_be_told_is_refused_with_a_remedy() {
    let recipients = "[[recipient]]\nname = \"On Call\"\nmail = \"a@test\"\n\
                      [[recipient]]\nname = \"a\"\nmail = \"not an address\"\n\
                      [[recipient]]\nname = \"b\"\nwebhook = \"http://alerts.test/\"\n\
                      [[recipient]]\nname = \"c\"\n\
                      [[recipient]]\nname = \"c\"\nmail = \"c@test\"\n";
    assert_eq!(
        Directory::new(&with(recipients)).problems(&[], &[])[0],
        "majlis.toml:4:8: recipient[0].name: allowed: up to 64 of a to z, 0 to 9 and -; for example \"duty\""
    );
    let recipients = recipients.replace("On Call", "on-call");
    assert_eq!(
        Directory::new(&with(&recipients)).problems(&[], &[]),
        [
            "majlis.toml:8:8: recipient[1].mail: found \"not an address\"; allowed: one mail address; for example \"duty@ministry.example\"",
            "majlis.toml:11:11: recipient[2].webhook: allowed: an https address; for example \"https://alerts.ministry.example/majlis\"",
            "majlis.toml:12:1: recipient[3]: is told in one way; add either `mail = \"duty@ministry.example\"` or `webhook = \"https://…\"`",
            "majlis.toml:15:8: recipient[4].name: found \"c\" a second time; give each recipient its own name",
            "majlis.toml:1:1: notify.smtp_host: is needed to tell recipients by mail; add it, for example `smtp_host = \"mail.ministry.example\"`",
        ]
    );
    let open = format!("{MAILED}smtp_tls = \"none\"\nsmtp_user = \"majlis\"\n");
    assert_eq!(
        Directory::new(&with(&open)).problems(&[("MAJLIS_SECRET__NOTIFY__SMTP_PASSWORD", "p")], &[]),
        [
            "majlis.toml:6:12: notify.smtp_tls: the password would travel unencrypted; set `smtp_tls = \"starttls\"` or `\"implicit\"`"
        ]
    );
}

const TEAMS: &str = "[[team]]\nid = \"admissions\"\nname = { ar = \"القبول\", en = \"Admissions\" }\n\
                     [[team]]\nid = \"care\"\nname = { ar = \"العناية\", en = \"Care\" }\n";

#[test]
fn a_comment_goes_to_the_team_of_the_first_route_that_fits() {
    let routes = "[[route]]\nphrases = [\"التسجيل\", \"admission\"]\nteam = \"admissions\"\n\
                  [[route]]\nkinds = [\"complaint\"]\nplatforms = [\"x\"]\nteam = \"care\"\n";
    let config = Directory::new(&with(&format!("{TEAMS}{routes}"))).load(&[], &[]).unwrap();
    let holder =
        |text| config.routing.holder(Platform::X, crate::domain::judge::Kind::Complaint, text).to_string();
    assert_eq!(holder("أين التسجيل؟"), "team:admissions");
    assert_eq!(holder("لا أحد يرد"), "team:care");
    let team = config.routing.team(&"care".parse().unwrap()).unwrap();
    assert_eq!((team.ar.as_str(), team.en.as_str()), ("العناية", "Care"));
}

#[test]
fn a_route_that_leads_nowhere_or_is_never_reached_is_refused_with_a_remedy() {
    let routes = "[[route]]\nteam = \"admission\"\n[[route]]\nphrases = [\"؟!\"]\nteam = \"care\"\n";
    assert_eq!(
        Directory::new(&with(&format!("{TEAMS}{routes}"))).problems(&[], &[]),
        [
            "majlis.toml:10:8: route[0].team: found \"admission\"; there are: admissions, care; correct it, or add a [[team]] with id = \"admission\"",
            "majlis.toml:12:12: route[1].phrases[0]: found \"؟!\", in which there is no letter to look for; write a word or a phrase",
            "majlis.toml:11:1: route[1]: is never reached: a route before it takes every comment; move it up or take it out",
        ]
    );
    let praise = format!("{TEAMS}[[route]]\nkinds = [\"question\", \"praise\"]\nteam = \"care\"\n");
    assert_eq!(
        Directory::new(&with(&praise)).problems(&[], &[]),
        [
            "majlis.toml:10:22: route[0].kinds[1]: found \"praise\", which is owed no reply, so it goes to nobody; allowed are question, complaint and suggestion"
        ]
    );
    let alone = Directory::new(&with("[[route]]\nteam = \"care\"\n")).problems(&[], &[]);
    assert!(alone[0].contains("add a [[team]] with id = \"care\" and its name"), "{alone:?}");
}

#[test]
fn who_else_may_vouch_for_the_mail_server_is_read_from_a_file_of_certificates() {
    let mailed = with(&format!("{MAILED}smtp_ca_file = \"ca.pem\"\n"));
    let directory = Directory::new(&mailed);
    assert!(directory.problems(&[], &[])[0].starts_with("ca.pem: cannot be read"));
    fs::write(directory.0.path().join("ca.pem"), "not a certificate").unwrap();
    assert_eq!(
        directory.problems(&[], &[]),
        [
            "majlis.toml:6:16: notify.smtp_ca_file: found no certificate in the file; name one in PEM, which begins with -----BEGIN CERTIFICATE-----"
        ]
    );
    fs::write(directory.0.path().join("ca.pem"), "-----BEGIN CERTIFICATE-----\n").unwrap();
    assert!(directory.load(&[], &[]).unwrap().notify.smtp.unwrap().ca.is_some());
}

#[test]
fn where_checkpoints_go_and_who_must_have_seen_them_is_refused_by_place_and_with_a_remedy() {
    let witness = "witness_url = \"ftp://witness\"\nwitness_key = \"w+00000000+AAAA\"\n";
    let directory =
        Directory::new(&format!("{LEAST}publish_url = \"archive\"\npublish_to = [\"auditor\"]\n{witness}"));
    assert_eq!(
        directory.problems(&[], &[]),
        [
            "majlis.toml:4:15: audit.publish_to[0]: found \"auditor\", and no enabled [[recipient]] has that name; correct it, or \
             add a [[recipient]] with name = \"auditor\"",
            "majlis.toml:3:15: audit.publish_url: found \"archive\"; allowed: an https address; for example \
             \"https://archive.example/majlis\"",
            "majlis.toml:6:15: audit.witness_key: found \"w+00000000+AAAA\": it has not the form `NAME+ID+BASE64 with a key for \
             cosignatures`; allowed: the key for cosignatures (C2SP tlog-cosignature, Ed25519) that the witness publishes; for \
             example \"witness.example/w1+1a2b3c4d+BA…\"",
        ]
    );
    let half = Directory::new(&format!("{LEAST}witness_url = \"https://witness\"\n")).problems(&[], &[]);
    assert!(half[0].contains("audit.witness_key: is needed to check"), "{half:?}");
    let token = Directory::new(LEAST).problems(&[("MAJLIS_SECRET__AUDIT__PUBLISH_TOKEN", "t")], &[]);
    assert!(token[0].contains("audit.publish_url: is of no use without an address"), "{token:?}");
}

#[test]
fn names_that_the_calendar_and_the_configuration_do_not_share_are_told_by_place() {
    let warned = |recipients: &str| {
        let directory = Directory::new(&with(&format!("{MAILED}{recipients}")));
        let place = format!("{}/", directory.0.path().display());
        let warnings = directory.load(&[], &[]).unwrap().warnings;
        let told = warnings.iter().filter(|warning| !warning.key.starts_with("audit"));
        told.map(|warning| warning.to_string().replace(&place, "")).collect::<Vec<_>>()
    };
    let team = "[[recipient]]\nname = \"team\"\nmail = \"team@test\"\n";
    let absent = "found \"duty\", and no [[recipient]] of majlis.toml has that name, so nobody is told; there are: team; \
                  correct it, or add a [[recipient]] with name = \"duty\"";
    assert_eq!(
        warned(team),
        [
            format!("calendar.toml:94:15: escalation[1].to[1]: {absent}"),
            format!("calendar.toml:98:7: escalation[2].to[0]: {absent}"),
        ]
    );
    let off = "[[recipient]]\nname = \"duty\"\nenabled = false\ncalendar = \"night\"\n";
    assert_eq!(
        warned(&format!("{team}{off}")),
        [
            "majlis.toml:12:12: recipient[1].calendar: found \"night\", and the calendar has no such hours, so the official ones \
             count; correct it, or add [calendar.night] to calendar.toml"
        ]
    );
    assert!(warned("").is_empty(), "the console alone is a choice");
}

#[test]
fn a_promise_for_a_team_that_is_not_configured_is_told_by_its_place() {
    let for_care = include_str!("../../config/calendar.toml").replacen(
        "[[promise]]",
        "[[promise]]\nteams = [\"care\"]",
        1,
    );
    let for_care = format!("{for_care}\n[[promise]]\nkinds = [\"question\"]\nworking_hours = 8\n");
    let warned = |teams: &str| {
        let directory = Directory::new(&with(teams));
        fs::write(directory.0.path().join("calendar.toml"), &for_care).unwrap();
        let warnings = directory.load(&[], &[]).unwrap().warnings;
        warnings.iter().map(ToString::to_string).filter(|told| told.contains("teams[0]")).collect::<Vec<_>>()
    };
    let told = warned("");
    assert!(
        told[0].contains("promise[0].teams[0]: found \"care\", and no [[team]] of majlis.toml has that id"),
        "{told:?}"
    );
    assert!(warned(TEAMS).is_empty());
}

#[test]
fn acknowledgements_are_sent_where_a_source_or_else_the_service_asks_for_them_and_not_without_words() {
    let sources = "[[source]]\nid = \"a\"\nplatform = \"facebook\"\naccount = \"1\"\ntoken_file = \"secret\"\n\
                   [[source]]\nid = \"b\"\nplatform = \"facebook\"\naccount = \"2\"\ntoken_file = \"secret\"\nacknowledge = false\n";
    let directory = Directory::new(&with(sources)).secret("secret", "word");
    assert!(directory.load(&[], &[]).unwrap().acknowledging.sources.is_empty(), "off unless it is asked for");
    let on = directory.load(&[], &["acknowledgement.enabled=true"]).unwrap().acknowledging;
    assert_eq!(on.sources.iter().map(ToString::to_string).collect::<Vec<_>>(), ["a"]);
    fs::write(directory.0.path().join("replies.toml"), "reply = []").unwrap();
    let told = directory.problems(&[], &["acknowledgement.enabled=true"]);
    assert!(
        matches!(&told[..], [told] if told.contains("has no [acknowledgement] that says what")),
        "{told:?}"
    );
}
