//! The town of the play: platforms, an installation, its lives, the public and the staff.

use std::future::pending;
use std::time::Duration;

use majlis::domain::comment::{Platform, Visibility};
use majlis::domain::judge::Kind;
use majlis::sandbox::CorpusComment;
use majlis::store::Dialect;
use majlis::store::comments::ExportRow;
use serde_json::json;

use super::Death;
use super::daemon::Log;
use super::home::Home;
use super::outcome::Outcome;
use super::pairs::assert_paired;
use super::sight::Sight;
use super::staff::{Act, Desk, Task};
use crate::store::Db;

/// How every reply of staff begins; what else the public is told is an acknowledgement.
pub(super) const THANKS: &str = "شكراً لتواصلكم. رقم المتابعة";
/// The longest that one life may take, on a machine that is busy with other things.
const LIFE_MAX: Duration = Duration::from_secs(90);

pub(super) struct Town {
    pub(super) sight: Sight,
    pub(super) home: Home,
    pub(super) desk: Desk,
}

impl Town {
    /// Builds everything; nothing has run yet.
    pub(super) async fn build(db: Db) -> Town {
        let sight = Sight::open(db).await;
        // On PostgreSQL every lease of a dead daemon must run out; on SQLite that of a reply on its way alone.
        let lease_seconds = if sight.db.store.dialect() == Dialect::Sqlite { 5 } else { 2 };
        let (home, token) = Home::furnish(&sight.db.url, lease_seconds, &sight.sandbox.accounts());
        Town { sight, home, desk: Desk::new(token) }
    }

    /// Every life to come has this in its environment.
    pub(super) fn set(&mut self, name: &str, value: &str) {
        self.home.set(name, value);
    }

    /// A life in which every account is connected, before the public writes.
    ///
    /// X's refresh tokens are good for one use: where a daemon dies between using one and keeping the next, only a person
    /// can connect the account again. That is X's to mend, so no life ends at that moment.
    pub(super) async fn connect(&mut self) {
        let mut daemon = self.home.start(None);
        let sight = &self.sight;
        bounded(&daemon.log(), "connected", sight.until(&mut daemon, || sight.is_connected())).await;
        daemon.kill();
    }

    /// The public writes.
    pub(super) fn publish(&mut self, comments: &[CorpusComment]) {
        let published = self.sight.sandbox.publish(comments);
        self.sight.published.extend(published);
    }

    /// One life of the daemon, to the death that is ordered; staff work as long as it lives.
    pub(super) async fn live(&mut self, death: Death) {
        let order = match death {
            Death::Commit { step, side, count } => Some(format!("{}:{side}:{count}", step.as_str())),
            Death::Calls(_) | Death::Entries(_) => None,
        };
        let mut daemon = self.home.start(order);
        let log = daemon.log();
        let work = async {
            self.desk.work(log.address().await).await;
            pending::<()>().await;
        };
        let life = async {
            tokio::select! {
                () = self.sight.death(&mut daemon, death) => {}
                () = work => {}
            }
        };
        bounded(&log, &format!("{death:?}"), life).await;
        drop(daemon);
        assert_paired(&self.sight.db, &format!("after {death:?}")).await;
    }

    /// A life in which all that can be done is done, and that is told to stop then.
    pub(super) async fn live_until_quiet(&mut self) {
        self.live_until_quiet_within(LIFE_MAX).await;
    }

    /// The same, where there is more to do than in an ordinary life.
    pub(super) async fn live_until_quiet_within(&mut self, patience: Duration) {
        let mut daemon = self.home.start(None);
        let log = daemon.log();
        let (sight, desk) = (&self.sight, &mut self.desk);
        let life = async {
            desk.work(log.address().await).await;
            sight.until(&mut daemon, || sight.is_quiet()).await;
            daemon.stop().await;
        };
        bounded_by(patience, &log, "quiet", life).await;
    }

    /// Some of the public change their words: into a breach, out of one, into a question.
    pub(super) async fn public_thinks_again(&mut self) {
        const BREACH: &str = "Follow me and I follow back, 10k followers for $5";
        let rows = self.sight.stored().await;
        let of = |platform, is: fn(&ExportRow) -> bool| {
            rows.iter().filter(move |row| row.platform == platform && is(row)).take(2)
        };
        let edits = of(Platform::Facebook, is_plain)
            .chain(of(Platform::Youtube, is_plain).take(1))
            .map(|row| (row, BREACH))
            .chain(
                of(Platform::Facebook, is_hidden)
                    .map(|row| (row, "I take it back. Thank you for your work.")),
            )
            .chain(of(Platform::Youtube, is_plain).skip(1).map(|row| (row, "متى يبدأ التسجيل؟")));
        for (row, text) in edits {
            let url =
                format!("{}/control/comments/{}", self.sight.sandbox.base_url(), row.platform_comment_id);
            let edited = reqwest::Client::new().patch(url).json(&json!({ "text": text })).send().await;
            assert!(edited.unwrap().status().is_success());
            self.sight.edits += 1;
        }
        assert_eq!(self.sight.edits, 6);
    }

    /// Staff find their work on the desk: answers that are owed, doubtful cases, and mistakes of the machine's.
    pub(super) async fn staff_come_in(&mut self) {
        let rows = self.sight.stored().await;
        let task = |(place, row): (usize, &ExportRow)| {
            let owed = matches!(row.kind, Some(Kind::Question | Kind::Complaint | Kind::Suggestion));
            let act = match row.verdict? {
                "allow" if owed => Act::Reply(format!("{THANKS} {place}")),
                "review" if place % 2 == 0 => Act::Approve,
                "review" => Act::Hide,
                "hide" if place % 5 == 0 && row.platform != Platform::Facebook && is_hidden(row) => {
                    Act::Unhide
                }
                "allow" if place % 8 == 1 => Act::Note(format!("ملاحظة {place}")),
                "allow" if place % 8 == 2 => Act::TakeTogether,
                "allow" if place % 8 == 3 => Act::Take,
                "allow" if place % 8 == 7 => Act::Propose(format!("شكرًا {place}")),
                "allow" if place % 8 == 5 && row.parent_id.is_none() => Act::Erase,
                _ => return None,
            };
            Some(Task { comment: row.id, act })
        };
        self.desk.tasks = rows.iter().enumerate().filter_map(task).collect();
    }

    /// Gives staff their share of what is left, where there will be work in `lives` more lives.
    pub(super) fn hand_out_tasks(&mut self, lives: usize) {
        self.desk.handed_out = self.desk.tasks.len().div_ceil(lives);
    }

    /// What it all came to.
    pub(super) async fn outcome(self) -> Outcome {
        assert_paired(&self.sight.db, "at the end").await;
        assert!(self.desk.tasks.is_empty(), "{:?}", self.desk);
        let verified = self.home.answer(&["audit", "verify"]);
        Outcome::of(&self.sight, &verified).await
    }
}

/// Visible, and nothing follows from it.
fn is_plain(row: &ExportRow) -> bool {
    row.verdict == Some("allow") && matches!(row.kind, Some(Kind::Other | Kind::Opinion | Kind::Praise))
}

fn is_hidden(row: &ExportRow) -> bool {
    row.visibility == Visibility::Hidden
}

async fn bounded(log: &Log, what: &str, life: impl Future<Output = ()>) {
    bounded_by(LIFE_MAX, log, what, life).await;
}

async fn bounded_by(patience: Duration, log: &Log, what: &str, life: impl Future<Output = ()>) {
    if tokio::time::timeout(patience, life).await.is_err() {
        panic!("waited in vain for: {what}\n{}", log.last_words());
    }
}
