//! `majlis policy backtest NEW`: what a policy would change about the stored comments. Nothing is done about any of them.

use std::num::NonZeroUsize;
use std::sync::Arc;

use clap::Args;
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};
use serde_json::{Value, json};

use super::super::logged::event;
use super::super::{Answer, ConfigArgs, Failure, table};
use super::named::{self, Named};
use crate::domain::comment::CommentId;
use crate::domain::judge::{Backtest, Judge, Moved, Outcome, Past, Ruled};
use crate::store::{Store, audit, comments};

/// Comments that are read at a time.
const PAGE: u32 = 8_192;
const OUTCOMES: [Outcome; 3] = [Outcome::Allow, Outcome::Review, Outcome::Hide];

#[derive(Debug, Args)]
pub(in super::super) struct BacktestArgs {
    /// The policy: a file, or the first eight digits or more of a hash
    #[arg(value_name = "NEW")]
    new: String,
    /// How far back comments are judged, such as 90d, 12w or 36h
    #[arg(long, value_name = "SPAN", default_value = "90d", value_parser = span)]
    since: Span,
    /// How many comments to name of each difference
    #[arg(long, value_name = "NUMBER", default_value_t = 5)]
    examples: usize,
    #[command(flatten)]
    config: ConfigArgs,
}

fn span(text: &str) -> Result<Span, String> {
    let span: Span = text.parse().map_err(|_| "write a number and d, w or h, such as 90d".to_owned())?;
    if span.is_positive() {
        Ok(span)
    } else {
        Err("write a span that is longer than nothing, such as 90d".into())
    }
}

pub(super) async fn run(args: BacktestArgs, now: Timestamp) -> Result<Answer, Failure> {
    let BacktestArgs { new, since, examples, config } = args;
    let since = now.to_zoned_datetime(TimeZone::UTC).checked_sub(since)?.timestamp();
    config
        .with_store(async |_, store| {
            let (old, new) = (named::in_force(store).await?, named::read(&new, store).await?);
            let judges = [&old, &new].map(|named| Ok::<_, Failure>(Arc::new(Judge::new(&named.policy()?))));
            let [in_force, other] = judges;
            let found = judged(store, &in_force?, &other?, since, examples).await?;
            let logged = event("policy.backtested", format!("policy:{}", new.hash));
            let rows = i64::try_from(found.judged).unwrap_or(i64::MAX);
            audit::record(store, logged.word("against", &old.hash).int("rows", rows)).await?;
            Ok(Answer::done(told(&found, &old, &new), object(&found, &old, &new)))
        })
        .await
}

/// Judges page by page, each shared among the cores.
async fn judged(
    store: &Store,
    in_force: &Arc<Judge>,
    other: &Arc<Judge>,
    since: Timestamp,
    examples: usize,
) -> Result<Backtest, Failure> {
    let cores = std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
    let (mut found, mut after) = (Backtest::default(), CommentId(0));
    loop {
        let mut page: Vec<Past> = comments::past(store, since, after, PAGE).await?;
        let Some(last) = page.last() else { return Ok(found) };
        after = last.id;
        let share = page.len().div_ceil(cores);
        let mut parts = Vec::with_capacity(cores);
        while !page.is_empty() {
            let part: Vec<Past> = page.drain(..share.min(page.len())).collect();
            let (in_force, other) = (in_force.clone(), other.clone());
            parts.push(tokio::task::spawn_blocking(move || Backtest::of(&in_force, &other, &part, examples)));
        }
        for part in parts {
            found.add(part.await?, examples);
        }
    }
}

fn told(found: &Backtest, old: &Named, new: &Named) -> String {
    let moved: u64 = found.moved.values().map(|moved| moved.count).sum();
    let mut told = format!(
        "{} comments were judged by the policy in force, {:.12}, and by {:.12}. About {moved} they differ.\n",
        found.judged, old.hash, new.hash
    );
    if moved == 0 {
        return told;
    }
    let ways = OUTCOMES.into_iter().flat_map(|was| OUTCOMES.map(|is| (was, is)));
    let counts = ways.map(|(was, is)| (was, is, found.count(was, is))).filter(|(.., count)| *count > 0);
    let rows =
        counts.map(|(was, is, count)| [was.as_str(), is.as_str(), &count.to_string()].map(str::to_owned));
    let rows: Vec<Vec<String>> = rows.map(Vec::from).collect();
    told.push_str(&format!("\n{}\n", table(&["now", "then", "comments"], &rows)));
    let rows: Vec<Vec<String>> = found.moved.iter().map(row).collect();
    told.push_str(&table(&["now", "then", "comments", "against staff", "such as"], &rows));
    told.push_str(
        "\nagainst staff: a person left visible what would be hidden, or hid what would be left.\n\
         `majlis comments show ID` shows a comment. Nothing was changed.\n",
    );
    told
}

fn row((way, moved): (&(Ruled, Ruled), &Moved)) -> Vec<String> {
    let ruled = |(outcome, clause): Ruled| match clause {
        Some(clause) => format!("{} {clause}", outcome.as_str()),
        None => outcome.as_str().to_owned(),
    };
    let examples: Vec<String> = moved.examples.iter().map(CommentId::to_string).collect();
    let counts = [moved.count, moved.against_staff].map(|count| count.to_string());
    [vec![ruled(way.0), ruled(way.1)], counts.to_vec(), vec![examples.join(" ")]].concat()
}

fn object(found: &Backtest, old: &Named, new: &Named) -> Value {
    let ruled = |(outcome, clause): Ruled| json!({ "outcome": outcome.as_str(), "clause": clause });
    let moved = found.moved.iter().map(|((was, is), Moved { count, against_staff, examples })| {
        json!({
            "now": ruled(*was), "then": ruled(*is), "comments": count, "against_staff": against_staff,
            "examples": examples,
        })
    });
    json!({ "judged": found.judged, "in_force": old.hash, "new": new.hash, "moved": moved.collect::<Vec<_>>() })
}
