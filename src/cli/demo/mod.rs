//! `majlis demo`: the whole job on this machine, with stand-in platforms and no set-up.
//!
//! The demo's clock starts on a Tuesday morning and runs an hour a real second; sandbox, token expiry,
//! quotas, cron and pacing all read it. With `--once` the corpus is played until all is quiet, and the
//! account of it decides the exit code.

mod staff;
mod stage_set;
mod summary;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use clap::Args;
use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use sha2::{Digest, Sha256};

use self::staff::Desk;
use self::summary::{Audit, Counts, Summary};
use super::{Answer, Failure, chain, table};
use crate::app::App;
use crate::clock::{ScaledClock, SharedClock};
use crate::config::{Config, Overrides};
use crate::domain::audit::SigningKey;
use crate::domain::comment::CommentId;
use crate::domain::credentials::Secret;
use crate::domain::staff::Role;
use crate::sandbox::{CorpusComment, Published, Sandbox, corpus, read_corpus};
use crate::stage::seal::{self, Outlets, Publication, Sealer};
use crate::stage::{self, Context, Stop};
use crate::store::comments::{ExportRow, PlatformCounts, counts, export};
use crate::store::jobs::{self, Lane};
use crate::store::{Step, Store, staff as members};
use crate::telemetry;

/// When the demo begins: a Tuesday, as the offices open.
const ORIGIN: &str = "2026-11-24T07:30:00+04:00";
/// Seconds of the demo in a real second: an hour.
const RATE: u32 = 3_600;
/// How long `--once` plays at least: until the next day's closing, so that broken promises show.
const PLAYED: SignedDuration = SignedDuration::from_hours(33);
/// How often the scripted staff look at their list, and the table is printed.
const LOOK: Duration = Duration::from_millis(250);

/// How the demo is started.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  majlis demo --once --json")]
pub(super) struct DemoArgs {
    /// Play the corpus until all is quiet, tell how it went, and stop
    #[arg(long)]
    once: bool,
    /// Where the demo keeps its files; an earlier demo's are removed
    #[arg(long, value_name = "DIR", default_value = "demo")]
    dir: PathBuf,
    /// Where the console listens; port 0 takes a free one
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// Comments to play instead of the built-in ones, one JSON object a line; may be given several times
    #[arg(long, value_name = "FILE")]
    corpus: Vec<PathBuf>,
}

/// How a demo ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    /// Everything was played, and nothing was left to do.
    Quiet,
    /// Somebody had seen enough; what was still to come is no loss.
    Stopped,
}

/// A demo in progress.
struct Play {
    started: Instant,
    clock: SharedClock,
    sandbox: Sandbox,
    corpus: Vec<CorpusComment>,
    published: Vec<Published>,
    ctx: Arc<Context>,
    desk: Desk,
}

/// Plays until it is quiet (`--once`) or Ctrl-C.
pub(super) async fn run(args: DemoArgs, json: bool) -> Result<Answer, Failure> {
    let started = Instant::now();
    let corpus = match args.corpus.as_slice() {
        [] => corpus(),
        files => read_corpus(files).map_err(|error| Failure::Usage(chain(&error)))?,
    };
    stage_set::clear(&args.dir).map_err(|error| Failure::Usage(error.to_string()))?;
    let origin: Timestamp = ORIGIN.parse().expect("the origin is an instant");
    let clock: SharedClock = Arc::new(ScaledClock::new(origin, RATE));
    let sandbox = Sandbox::start(([127, 0, 0, 1], 0).into(), clock.clone()).await?;
    let published = sandbox.publish(&corpus);
    let directory = stage_set::write_config(&args.dir, args.listen, &sandbox.accounts())?;
    let make = || Config::load(&directory, &Overrides::default()).map_err(Failure::Refused);
    let first = make()?;
    telemetry::log(&first.log)?;
    seal::keygen(
        &first.audit.origin,
        &first.audit.signing_key_file,
        &Publication::new(&first.audit.directory),
    )
    .await?;
    let app = App::start(make()?, clock.clone(), telemetry::metrics()?).await?;
    let address = app.address();
    let token = hire(&app.context().store, clock.now()).await?;
    if !json {
        println!(
            "The console: http://{address}/\nOpen \"Sign in with an access token\" there and enter {}\n\
             The demo's clock runs an hour a second. Stop it with Ctrl-C.\n",
            token.expose()
        );
    }
    let (stop, told) = Stop::new();
    let mut play = Play {
        started,
        clock,
        sandbox,
        corpus,
        published,
        ctx: app.context(),
        desk: Desk::new(&format!("http://{address}"), token),
    };
    let daemon = tokio::spawn(app.run(told));
    let outcome = tokio::select! {
        outcome = play.until_quiet(args.once, json) => outcome.map(|()| End::Quiet),
        _ = tokio::signal::ctrl_c() => Ok(End::Stopped),
    };
    let _ = stop.send(true);
    daemon.await??;
    let end = outcome?;
    let summary = play.account(&make()?).await?;
    Ok(told_of(&summary, end, &args.dir))
}

/// Hires the demo's staff, one of each role, and returns the token of the one who answers.
async fn hire(store: &Store, now: Timestamp) -> Result<Secret, Failure> {
    let mut tokens = Vec::new();
    let mut tx = store.begin(Step::Keep).await?;
    for (name, role) in [
        ("maryam", Role::Staff),
        ("salem", Role::Approver),
        ("huda", Role::Auditor),
        ("omar", Role::Operator),
    ] {
        let token = hex::encode(rand::random::<[u8; 32]>());
        members::add(&mut tx, name, role, now).await?;
        members::set_token(&mut tx, name, &hex::encode(Sha256::digest(&token)), now).await?;
        tokens.push(Secret::new(token));
    }
    tx.commit().await?;
    Ok(tokens.swap_remove(0))
}

impl Play {
    /// Lets the staff work until nothing is left to do, or for ever.
    async fn until_quiet(&mut self, once: bool, json: bool) -> Result<(), Failure> {
        let begun = self.clock.now();
        let patience =
            Duration::from_secs(50) + Duration::from_millis(60) * u32::try_from(self.corpus.len())?;
        let mut printed = Instant::now();
        loop {
            tokio::time::sleep(LOOK).await;
            let ruling = self.ctx.rules.current(&self.ctx.store).await?;
            let now = self.clock.now();
            let answered = self.desk.look(&ruling.calendar, now).await?;
            let counts = counts(&self.ctx.store, now).await?;
            if !json && printed.elapsed() >= Duration::from_secs(1) {
                printed = Instant::now();
                let wall = ruling.calendar.time_zone().to_datetime(now).strftime("%A, %F %H:%M");
                println!("{wall}\n{}", lines(counts.iter().map(|c| (c.platform.to_string(), c.into()))));
            }
            if once && answered == 0 && now >= begun + PLAYED && self.is_quiet(&counts, now).await? {
                return Ok(());
            }
            if once && self.started.elapsed() > patience {
                return Err(Failure::told(format!(
                    "not all was quiet after {} seconds; the log above and `majlis comments list` say what waits",
                    patience.as_secs()
                )));
            }
        }
    }

    async fn is_quiet(&self, counts: &[PlatformCounts], now: Timestamp) -> Result<bool, Failure> {
        let read: i64 = counts.iter().map(|counts| counts.read).sum();
        let mut lanes = stage::lanes(&self.ctx);
        lanes.retain(|lane| matches!(lane, Lane::Moderate | Lane::Dispatch(_)));
        let waiting = jobs::waiting(&self.ctx.store, &lanes, now).await?;
        Ok(read >= i64::try_from(self.published.len())? && waiting.is_empty())
    }

    /// Holds the stand-ins' ledger against the database, after the daemon stopped.
    async fn account(self, config: &Config) -> Result<Summary, Failure> {
        let store = Store::open(config.database.url.expose()).await?;
        let now = self.clock.now();
        let publication = Publication::new(&config.audit.directory);
        let secret =
            config.audit.signing_key.as_ref().ok_or_else(|| Failure::told("the demo lost its key"))?;
        let key: SigningKey = secret.expose().parse()?;
        let verifier = key.verifier().clone();
        Sealer::new(key, publication.clone(), Outlets::default()).seal(&store, now).await?;
        let log = seal::inspect(&store, &publication, &verifier).await?;
        let compared =
            summary::compare(&self.sandbox.ledger(), &all(&store).await?, &self.corpus, &self.published);
        let platforms = counts(&store, now).await?;
        store.close().await;
        Ok(Summary {
            corpus: self.published.len(),
            platforms: platforms.iter().map(|counts| (counts.platform, Counts::from(counts))).collect(),
            lost: compared.lost,
            duplicated: compared.duplicated,
            criticism_hidden: compared.criticism_hidden,
            breaches_missed: compared.breaches_missed,
            audit: match log {
                Ok(log) => Audit { entries: log.entries, verified: true },
                Err(_) => Audit { entries: 0, verified: false },
            },
            seconds: self.started.elapsed().as_secs_f64(),
        })
    }
}

async fn all(store: &Store) -> Result<Vec<ExportRow>, Failure> {
    let mut rows: Vec<ExportRow> = Vec::new();
    loop {
        let after = rows.last().map_or(CommentId(0), |row| row.id);
        let more = export(store, after, 5_000).await?;
        if more.is_empty() {
            return Ok(rows);
        }
        rows.extend(more);
    }
}

fn told_of(summary: &Summary, end: End, dir: &Path) -> Answer {
    let rows = summary.platforms.iter().map(|(platform, counts)| (platform.to_string(), *counts));
    let criticism = or_dash(summary.criticism_hidden);
    let account = match end {
        End::Quiet => format!(
            "Of {} comments {} were lost and {} doubled; {criticism} pieces of criticism were hidden, {} certain \
             breaches were not.",
            summary.corpus,
            summary.lost,
            summary.duplicated,
            or_dash(summary.breaches_missed),
        ),
        End::Stopped => format!(
            "Stopped with {} of {} comments read: {} were doubled, {criticism} pieces of criticism hidden.",
            summary.read(),
            summary.corpus,
            summary.duplicated,
        ),
    };
    let text = format!(
        "{}\n{account}\nThe audit log has {} entries and {}. {:.1} seconds. Look around: majlis comments list --config {}",
        lines(rows),
        summary.audit.entries,
        if summary.audit.verified { "was verified" } else { "does NOT hold" },
        summary.seconds,
        dir.join("config").display(),
    );
    let sound = match end {
        End::Quiet => summary.is_sound(),
        End::Stopped => summary.is_sound_so_far(),
    };
    let object = json!(summary);
    if sound { Answer::done(text, object) } else { Answer::failed(text, object) }
}

fn or_dash(number: Option<usize>) -> String {
    number.map_or_else(|| "–".to_owned(), |number| number.to_string())
}

fn lines(counts: impl Iterator<Item = (String, Counts)>) -> String {
    let rows: Vec<Vec<String>> = counts
        .map(|(name, c)| {
            let numbers = [c.read, c.hidden, c.review, c.awaiting_reply, c.replied, c.overdue];
            std::iter::once(name).chain(numbers.map(|number| number.to_string())).collect()
        })
        .collect();
    table(&["platform", "read", "hidden", "review", "awaiting reply", "replied", "overdue"], &rows)
}
