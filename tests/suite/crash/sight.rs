//! What the test can see of the play from outside: the stand-ins and the database.

use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use majlis::clock::SystemClock;
use majlis::domain::comment::CommentId;
use majlis::sandbox::{Published, Sandbox};
use majlis::store::audit;
use majlis::store::comments::{ExportRow, export};

use super::Death;
use super::daemon::{Daemon, LOOK};
use crate::store::Db;

/// How often a minute of the polling schedule is taken to be over, where nobody says otherwise. X allows 300 searches in a
/// quarter of an hour.
const TICK: Duration = Duration::from_secs(2);

/// The stand-ins, the database, and what the public wrote.
pub(super) struct Sight {
    pub(super) db: Db,
    pub(super) sandbox: Sandbox,
    /// In the order of the corpus.
    pub(super) published: Vec<Published>,
    /// How many comments were given a new text.
    pub(super) edits: usize,
    /// How often a minute of the polling schedule is taken to be over.
    pub(super) tick: Duration,
}

impl Sight {
    pub(super) async fn open(db: Db) -> Self {
        let sandbox = Sandbox::start(([127, 0, 0, 1], 0).into(), Arc::new(SystemClock)).await.unwrap();
        Self { db, sandbox, published: Vec::new(), edits: 0, tick: TICK }
    }

    /// Returns when `daemon` has died as ordered.
    pub(super) async fn death(&self, daemon: &mut Daemon, death: Death) {
        let (calls, entries) = (self.calls(), self.entries().await);
        match death {
            Death::Commit { .. } => {
                self.until(daemon, async || false).await;
                daemon.assert_aborted();
            }
            Death::Calls(count) => {
                self.until(daemon, async || self.calls() >= calls + count).await;
                daemon.kill();
            }
            Death::Entries(count) => {
                self.until(daemon, async || self.entries().await >= entries + count).await;
                daemon.kill();
            }
        }
    }

    /// Returns when `reached`, or when `daemon` has died. Meanwhile polls come due.
    pub(super) async fn until(&self, daemon: &mut Daemon, reached: impl AsyncFn() -> bool) {
        let mut ticked: Option<Instant> = None;
        while !daemon.is_dead() && !reached().await {
            if ticked.is_none_or(|ticked| ticked.elapsed() >= self.tick) {
                self.tick().await;
                ticked = Some(Instant::now());
            }
            tokio::time::sleep(LOOK).await;
        }
    }

    /// A minute is over: polls that wait for their next tick are due.
    async fn tick(&self) {
        let now = Timestamp::now().as_microsecond();
        let due = format!(
            "update job set due_at = {now}, ready_at = {now}
             where lane like 'poll/%' and ready_at = due_at and due_at > {now}"
        );
        self.db.try_run(&due).await.unwrap();
    }

    /// Calls to the stand-ins so far.
    fn calls(&self) -> u64 {
        self.sandbox.ledger().calls.values().flat_map(|kinds| kinds.values()).sum()
    }

    /// Entries of the audit log so far.
    async fn entries(&self) -> u64 {
        audit::head(&self.db.store).await.unwrap().size()
    }

    /// Whether every account has a token to be called with.
    pub(super) async fn is_connected(&self) -> bool {
        self.db.number("select count(*) from token where access is not null").await == 4
    }

    /// Whether all that the public wrote was read, judged and dealt with, and every job that is left waits for a later
    /// time and is nobody's.
    pub(super) async fn is_quiet(&self) -> bool {
        let now = Timestamp::now().as_microsecond();
        let comments = "select count(*) from comment where written_by = 'public'";
        let texts = "select count(*) from revision r join comment c on c.id = r.comment where c.written_by = 'public'";
        let (comments, texts) =
            (self.db.number(comments).await as usize, self.db.number(texts).await as usize);
        let busy = format!(
            "select count(*) from job where lane = 'moderate' or lane like 'dispatch/%' or due_at <= {now} or ready_at <> due_at"
        );
        comments == self.published.len()
            && texts == self.published.len() + self.edits
            && self.db.number(&busy).await == 0
    }

    /// Every comment of the public as the database holds it, in the order of the corpus.
    pub(super) async fn stored(&self) -> Vec<ExportRow> {
        let mut rows = export(&self.db.store, CommentId(0), 10_000).await.unwrap();
        let place = |row: &ExportRow| {
            let id = &row.platform_comment_id;
            self.published.iter().position(|published| published.platform_comment_id == *id).unwrap()
        };
        rows.sort_by_key(place);
        rows
    }
}
