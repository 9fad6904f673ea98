//! `majlis comments list`: a page of comments as a table.

use clap::Args;
use jiff::tz::TimeZone;
use serde_json::json;

use super::harmless::in_a_line;
use super::{official_zone, word};
use crate::cli::{Answer, ConfigArgs, Failure, table};
use crate::clock::{Clock, SystemClock};
use crate::domain::comment::{Platform, SourceId};
use crate::domain::holder::Holder;
use crate::domain::judge::Kind;
use crate::domain::policy::ClauseId;
use crate::domain::reply::Language;
use crate::store::comments::{self, ListFilter, ListKey, ListRow, ListState};
use crate::web::CommentView;

#[derive(Debug, Args)]
pub(in crate::cli) struct ListArgs {
    #[command(flatten)]
    config: ConfigArgs,
    /// waiting, review, awaiting_reply, overdue, hidden or all
    #[arg(long, default_value = "waiting", value_parser = word::<ListState>)]
    state: ListState,
    /// Only of this platform
    #[arg(long, value_parser = word::<Platform>)]
    platform: Option<Platform>,
    /// Only of this source
    #[arg(long, value_name = "ID")]
    source: Option<String>,
    /// Only of this kind
    #[arg(long, value_parser = word::<Kind>)]
    kind: Option<Kind>,
    /// Only with this clause
    #[arg(long, value_parser = word::<ClauseId>)]
    clause: Option<ClauseId>,
    /// Only what is in these hands now: staff:NAME, team:ID or nobody
    #[arg(long)]
    holder: Option<Holder>,
    /// Only in this language: arabic, english or other
    #[arg(long, value_parser = word::<Language>)]
    language: Option<Language>,
    /// Only what has all of these words, however they are spelled; `*` behind a word finds what begins so
    #[arg(long, value_name = "WORDS")]
    words: Option<String>,
    /// At most so many
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=1000))]
    limit: u32,
    /// Where the list before ended
    #[arg(long, value_name = "PLACE", value_parser = place)]
    after: Option<ListKey>,
}

pub(super) async fn list(args: ListArgs) -> Result<Answer, Failure> {
    let ListArgs { config, state, platform, source, kind, clause, holder, language, words, limit, after } =
        args;
    // One more than is shown tells whether there is another page.
    let asked = ListFilter {
        state,
        platform,
        source: source.map(SourceId),
        kind,
        clause,
        holder,
        language,
        words,
        due_before: None,
        due_from: None,
        limit: limit + 1,
        after,
    };
    config
        .with_store(async |_, store| {
            let mut rows = comments::list(store, &asked, SystemClock.now()).await?;
            let more = rows.len() > limit as usize;
            rows.truncate(limit as usize);
            let next = rows.last().filter(|_| more).map(|row| row.key.to_string());
            let zone = official_zone(store).await;
            let cells: Vec<Vec<String>> = rows.iter().map(|row| cells(row, &zone)).collect();
            let headings = ["id", "source", "verdict", "clause", "kind", "reply due", "pending", "text"];
            let mut text = table(&headings, &cells);
            if let Some(next) = &next {
                text.push_str(&format!("\nThere are more: --after {next}"));
            }
            let views: Vec<CommentView> = rows.into_iter().map(CommentView::of_row).collect();
            Ok(Answer::done(text, json!({ "comments": views, "next": next })))
        })
        .await
}

fn cells(row: &ListRow, zone: &TimeZone) -> Vec<String> {
    let last = row.last.as_ref();
    let or_dash = |word: Option<String>| word.unwrap_or_else(|| "-".to_owned());
    vec![
        row.comment.id.to_string(),
        row.comment.source.to_string(),
        or_dash(last.map(|last| last.verdict.to_owned())),
        or_dash(last.and_then(|last| last.clause).map(|clause| clause.to_string())),
        or_dash(last.map(|last| last.kind.to_string())),
        or_dash(row.due_at().map(|due| zone.to_datetime(due).strftime("%F %H:%M").to_string())),
        or_dash(row.pending.map(str::to_owned)),
        in_a_line(row.comment.text.as_deref().unwrap_or("(erased)")),
    ]
}

fn place(text: &str) -> Result<ListKey, String> {
    text.parse()
        .map_err(|_| format!("`{text}` is not where a list ended; copy it from the last line of that list"))
}
