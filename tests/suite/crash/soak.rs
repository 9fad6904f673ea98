//! The soak: thousands of comments under mixed faults, to a daemon that is killed again and again: none is lost, none is there
//! twice, and nobody is answered twice. `make soak` plays it with a hundred thousand and a hundred kills.

use std::collections::{BTreeMap, HashSet};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use majlis::domain::comment::{CommentId, Platform};
use majlis::domain::judge::Kind;
use majlis::sandbox::CorpusComment;
use majlis::store::comments::export;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{RngExt, SeedableRng};
use serde_json::json;

use super::Death;
use super::staff::{Act, Task};
use super::town::{THANKS, Town};
use crate::store::Db;

/// `COMMENTS:KILLS` of the soak, where others are wanted.
const SIZE: &str = "MAJLIS_SOAK";
/// How many of the public are answered.
const ANSWERS: usize = 40;
/// What is published was written so long ago, so that X's search, which is half a minute late, knows of it at once.
const LEAD: SignedDuration = SignedDuration::from_mins(5);
/// What passes by itself. A limit would have to be waited out in real time; see `journeys::matrix`.
const FAULTS: [&str; 15] = [
    "status_500",
    "status_503",
    "hang",
    "drop",
    "reset",
    "html",
    "empty_object",
    "empty_body",
    "answer_lost",
    "fail_after_write",
    "malformed_json",
    "short_page",
    "repeat_cursor",
    "missing_paging",
    "duplicate_id",
];
const CALLS: [&str; 4] = ["list", "hide", "reply", "any"];

fn size() -> (usize, usize) {
    let size = std::env::var(SIZE).unwrap_or_else(|_| "2000:5".to_owned());
    let (comments, kills) =
        size.split_once(':').unwrap_or_else(|| panic!("{SIZE}=COMMENTS:KILLS, such as 2000:5"));
    (comments.parse().unwrap(), kills.parse().unwrap())
}

/// Most give thanks, one in 53 asks and one in 277 breaks the policy by one of two rules, each of which may hide 200 in an hour
/// (`[ceiling]`), and YouTube's day has units for as many. X, whose limits are of a quarter of an hour, has the fewest.
fn comment(number: usize) -> CorpusComment {
    let platform = match number % 20 {
        0 => Platform::X,
        1..4 => Platform::Youtube,
        4..12 => Platform::Instagram,
        _ => Platform::Facebook,
    };
    let text = match (number % 53, number % 277) {
        (_, 7) if number.is_multiple_of(2) => {
            format!("Buy hashish and cocaine, fast delivery in Dubai, telegram {number}")
        }
        (_, 7) => format!("Follow me and I follow back, 10k followers for $5 ({number})"),
        (31, _) => format!("كم رسوم تغيير اسم الشركة رقم {number}؟"),
        _ => format!("شكراً على البرنامج رقم {number}"),
    };
    CorpusComment { text, platform: Some(platform), ..CorpusComment::default() }
}

/// As of now: what is published late was not written early, or it would be later than the lists of X may be.
fn written(part: &[CorpusComment]) -> Vec<CorpusComment> {
    let at = Some(Timestamp::now() - LEAD);
    part.iter().map(|one| CorpusComment { at, ..one.clone() }).collect()
}

#[tokio::test]
async fn of_thousands_of_comments_under_faults_and_kills_none_is_lost_doubled_or_answered_twice() {
    let (comments, kills) = size();
    let seed = super::seed();
    let mut rng = StdRng::seed_from_u64(seed);
    let mut town = Town::build(Db::sqlite().await).await;
    // X's windows and YouTube's day of 10,000 units are those of real time, so what takes long begins fewer rounds, and of
    // those fewer are sweeps, which read each list to its end.
    town.sight.tick = town.sight.tick.max(Duration::from_micros(100) * u32::try_from(comments).unwrap());
    town.set("MAJLIS__POLL__SWEEP_EVERY_ROUNDS", &(comments / 2_500).max(10).to_string());
    town.set("MAJLIS__QUEUE__BATCH", "500");
    town.set("MAJLIS__ACKNOWLEDGEMENT__ENABLED", "false");
    town.connect().await;
    let all: Vec<CorpusComment> = (0..comments).map(comment).collect();
    let (first, second) = all.split_at(comments / 2);

    let part = first.len().div_ceil(kills.div_ceil(2).max(1));
    for part in first.chunks(part) {
        town.publish(&written(part));
        town.break_something(&mut rng).await;
        town.live(Death::Calls(rng.random_range(20..=60))).await;
    }
    town.mend().await;
    town.live_until_quiet_within(patience(comments)).await;
    town.give_tasks(ANSWERS).await;

    let lives = (kills / 2).max(1);
    for (lived, part) in second.chunks(second.len().div_ceil(lives)).enumerate() {
        town.publish(&written(part));
        town.hand_out_tasks(lives.saturating_sub(lived).max(1));
        town.break_something(&mut rng).await;
        town.live(Death::Calls(rng.random_range(20..=60))).await;
    }
    town.mend().await;
    town.hand_out_tasks(1);
    town.live_until_quiet_within(patience(comments)).await;
    town.assert_nothing_lost_or_doubled(comments, seed).await;
}

/// How long all of it may take to be read, judged and dealt with: a window of X's, and fifty comments a second.
fn patience(comments: usize) -> Duration {
    Duration::from_secs(16 * 60) + Duration::from_millis(20) * u32::try_from(comments).unwrap()
}

impl Town {
    /// A handful of calls to come go wrong.
    async fn break_something(&self, rng: &mut StdRng) {
        for _ in 0..6 {
            let fault = FAULTS.choose(rng).unwrap();
            let platform = Platform::ALL.choose(rng).unwrap();
            let body = json!({
                "platform": platform,
                "call": CALLS.choose(rng).unwrap(),
                "fault": fault,
                "times": rng.random_range(1..=2),
            });
            self.control(reqwest::Method::POST, &body).await;
        }
    }

    async fn mend(&self) {
        self.control(reqwest::Method::DELETE, &json!({})).await;
    }

    async fn control(&self, method: reqwest::Method, body: &serde_json::Value) {
        let url = format!("{}/control/faults", self.sight.sandbox.base_url());
        let answer = reqwest::Client::new().request(method, url).json(body).send().await.unwrap();
        assert!(answer.status().is_success(), "{body}");
    }

    /// Staff find questions on the desk.
    async fn give_tasks(&mut self, most: usize) {
        let rows = export(&self.sight.db.store, CommentId(0), 10_000).await.unwrap();
        let asked =
            rows.iter().filter(|row| row.kind == Some(Kind::Question) && row.verdict == Some("allow"));
        self.desk.tasks = asked
            .take(most)
            .enumerate()
            .map(|(place, row)| Task { comment: row.id, act: Act::Reply(format!("{THANKS} {place}.")) })
            .collect();
        assert!(self.desk.tasks.len() >= most.min(5), "{} questions", self.desk.tasks.len());
    }

    async fn assert_nothing_lost_or_doubled(self, comments: usize, seed: u64) {
        assert!(self.desk.tasks.is_empty(), "{:?}", self.desk);
        let verified = self.home.answer(&["audit", "verify"]);
        assert_eq!(verified["verified"], true, "seed {seed}");
        let ledger = self.sight.sandbox.ledger();
        assert!(ledger.over_limit.is_empty(), "seed {seed}: {:?}", ledger.over_limit);

        let written: HashSet<&str> =
            self.sight.published.iter().map(|one| one.platform_comment_id.as_str()).collect();
        let stored = self.sight.db.texts("select platform_id from comment where written_by = 'public'").await;
        assert_eq!(stored.len(), comments, "seed {seed}");
        assert_eq!(stored.iter().map(String::as_str).collect::<HashSet<_>>(), written, "seed {seed}");
        let revisions = "select count(*) from revision r join comment c on c.id = r.comment where c.written_by = 'public'";
        assert_eq!(
            self.sight.db.number(revisions).await as usize,
            comments,
            "seed {seed}: a text that nobody wrote"
        );

        let mut sent: BTreeMap<&str, usize> = BTreeMap::new();
        for reply in &ledger.replies {
            *sent.entry(&reply.text).or_default() += 1;
        }
        let asked = "select text from action where act = 'reply'";
        let asked: HashSet<String> = self.sight.db.texts(asked).await.into_iter().collect();
        assert_eq!(sent.keys().map(|text| (*text).to_owned()).collect::<HashSet<_>>(), asked, "seed {seed}");
        assert!(sent.values().all(|times| *times == 1), "seed {seed}: answered twice: {sent:?}");

        let hidden: HashSet<String> =
            ledger.comments.into_iter().filter(|one| one.hidden).map(|one| one.id).collect();
        let to_hide = "select c.platform_id from comment c join decision d on d.comment = c.id where d.verdict = 'hide'";
        let to_hide: HashSet<String> = self.sight.db.texts(to_hide).await.into_iter().collect();
        assert_eq!(hidden, to_hide, "seed {seed}");
        assert!(hidden.len() >= comments / 300, "seed {seed}: {}", hidden.len());
    }
}
