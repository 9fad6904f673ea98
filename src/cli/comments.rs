//! `majlis comments list|show|hide|unhide|approve|reply|pause|resume|priority|solve|reopen|assign|export`.
//!
//! What is done here goes the way of the console: the same checks, the same transaction, the same outbox.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::PathBuf;

use clap::{Args, Subcommand};
use jiff::tz::TimeZone;
use serde_json::{Value, json};

use super::caller::TokenArgs;
use super::{Answer, ConfigArgs, Failure, table};
use crate::clock::{Clock, SystemClock};
use crate::domain::comment::{CommentId, Platform, SourceId, UnknownWord};
use crate::domain::holder::Holder;
use crate::domain::judge::Kind;
use crate::domain::policy::ClauseId;
use crate::domain::reply::{PauseReason, Priority};
use crate::domain::staff::Right;
use crate::stage::Rules;
use crate::store::Store;
use crate::store::acts::By;
use crate::store::comments::{self, ListFilter, ListKey, ListRow, ListState};
use crate::web::act::{self, Outcome};
use crate::web::{CommentView, CountedBy, StoryView};

#[derive(Debug, Subcommand)]
#[command(after_help = "Example:\n  majlis comments list --state review --config /etc/majlis")]
pub(super) enum Command {
    /// List comments, by default what waits for a person
    #[command(
        after_help = "Example:\n  majlis comments list --state overdue --platform x --config /etc/majlis"
    )]
    List(ListArgs),
    /// Show all that happened to one comment
    #[command(after_help = "Example:\n  majlis comments show 7 --config /etc/majlis")]
    Show {
        #[command(flatten)]
        which: Which,
        #[command(flatten)]
        config: ConfigArgs,
    },
    /// Hide a comment for a clause of the policy
    #[command(
        after_help = "Example:\n  majlis comments hide 7 --clause spam --reason 'The same advert for the tenth time' --token-file token"
    )]
    Hide {
        #[command(flatten)]
        acting: Acting,
        /// The clause that it breaks, such as spam
        #[arg(long, value_parser = word::<ClauseId>)]
        clause: ClauseId,
        /// Why, in a sentence
        #[arg(long)]
        reason: String,
    },
    /// Show a hidden comment to the public again
    #[command(
        after_help = "Example:\n  majlis comments unhide 7 --reason 'It quotes the insult to complain about it' --token-file token"
    )]
    Unhide {
        #[command(flatten)]
        acting: Acting,
        /// Why, in a sentence
        #[arg(long)]
        reason: String,
    },
    /// Leave a comment visible that waits for a review
    #[command(after_help = "Example:\n  majlis comments approve 7 --token-file token")]
    Approve {
        #[command(flatten)]
        acting: Acting,
        /// Why, in a sentence
        #[arg(long)]
        reason: Option<String>,
    },
    /// Answer a comment in public
    #[command(
        after_help = "Example:\n  majlis comments reply 7 --text 'Registration ends on Thursday at noon.' --token-file token"
    )]
    Reply {
        #[command(flatten)]
        acting: Acting,
        /// The answer, as the public will read it
        #[arg(long)]
        text: String,
    },
    /// Let the clocks of a comment stand still, for a reason that allows it
    #[command(
        after_help = "Example:\n  majlis comments pause 7 --reason waiting_for_asker --token-file token\n\nReasons: merged, spam_under_review and platform_outage for every clock; waiting_for_asker and\nawaiting_other_body for all but a first reply, which runs on."
    )]
    Pause {
        #[command(flatten)]
        acting: Acting,
        /// Why the clocks stand still, such as waiting_for_asker
        #[arg(long, value_parser = word::<PauseReason>)]
        reason: PauseReason,
    },
    /// Let the clocks of a comment go on that stand still
    #[command(after_help = "Example:\n  majlis comments resume 7 --token-file token")]
    Resume {
        #[command(flatten)]
        acting: Acting,
    },
    /// Call a comment more or less urgent; its deadlines are counted anew from the same start
    #[command(after_help = "Example:\n  majlis comments priority 7 urgent --token-file token")]
    Priority {
        #[command(flatten)]
        acting: Acting,
        /// normal, high or urgent
        #[arg(value_parser = word::<Priority>)]
        priority: Priority,
    },
    /// Say that the matter of a comment is at its end
    #[command(after_help = "Example:\n  majlis comments solve 7 --token-file token")]
    Solve {
        #[command(flatten)]
        acting: Acting,
    },
    /// Give a comment to a person, a team or nobody
    #[command(
        after_help = "Example:\n  majlis comments assign 7 --to team:admissions --token-file token\n\nWhat becomes of its deadlines is counted to whoever has it. Besides staff:NAME, team:ID and nobody, it can be\nawaiting_approval or awaiting_other_body."
    )]
    Assign {
        #[command(flatten)]
        acting: Acting,
        /// staff:NAME, team:ID or nobody
        #[arg(long)]
        to: Holder,
    },
    /// Open a matter again that was solved; another clock runs from now on
    #[command(after_help = "Example:\n  majlis comments reopen 7 --token-file token")]
    Reopen {
        #[command(flatten)]
        acting: Acting,
    },
    /// Write every comment as JSON, one line each, by number
    #[command(after_help = "Example:\n  majlis comments export --out comments.jsonl --config /etc/majlis")]
    Export(ExportArgs),
}

#[derive(Debug, Args)]
pub(super) struct Which {
    /// The comment's number
    #[arg(value_name = "ID")]
    comment: i64,
}

#[derive(Debug, Args)]
pub(super) struct Acting {
    #[command(flatten)]
    which: Which,
    #[command(flatten)]
    config: ConfigArgs,
    #[command(flatten)]
    token: TokenArgs,
    /// The revision that you read; nothing is done if the author has written another since
    #[arg(long, value_name = "N")]
    revision: Option<i64>,
}

#[derive(Debug, Args)]
pub(super) struct ListArgs {
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
    /// At most so many
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=1000))]
    limit: u32,
    /// Where the list before ended
    #[arg(long, value_name = "PLACE", value_parser = place)]
    after: Option<ListKey>,
}

#[derive(Debug, Args)]
pub(super) struct ExportArgs {
    #[command(flatten)]
    config: ConfigArgs,
    /// The file to write; standard output where none is named
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

pub(super) async fn run(command: Command, json: bool) -> Result<Answer, Failure> {
    match command {
        Command::List(args) => list(args).await,
        Command::Show { which, config } => {
            config.with_store(async |_, store| show(store, CommentId(which.comment)).await).await
        }
        Command::Hide { acting, clause, reason } => act(acting, act::Command::Hide { clause, reason }).await,
        Command::Unhide { acting, reason } => act(acting, act::Command::Unhide { reason }).await,
        Command::Approve { acting, reason } => act(acting, act::Command::LeaveVisible { reason }).await,
        Command::Reply { acting, text } => act(acting, act::Command::Reply { text }).await,
        Command::Pause { acting, reason } => act(acting, act::Command::Pause { reason }).await,
        Command::Resume { acting } => act(acting, act::Command::Resume).await,
        Command::Priority { acting, priority } => act(acting, act::Command::Prioritise { priority }).await,
        Command::Solve { acting } => act(acting, act::Command::Solve).await,
        Command::Reopen { acting } => act(acting, act::Command::Reopen).await,
        Command::Assign { acting, to } => act(acting, act::Command::Assign { to }).await,
        Command::Export(args) => export(args, json).await,
    }
}

async fn list(args: ListArgs) -> Result<Answer, Failure> {
    let ListArgs { config, state, platform, source, kind, clause, holder, limit, after } = args;
    // One more than is shown tells whether there is another page.
    let asked = ListFilter {
        state,
        platform,
        source: source.map(SourceId),
        kind,
        clause,
        holder,
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
        or_dash(row.key.due_at.map(|due| zone.to_datetime(due).strftime("%F %H:%M").to_string())),
        or_dash(row.pending.map(str::to_owned)),
        in_a_line(row.comment.text.as_deref().unwrap_or("(erased)")),
    ]
}

/// The start of a text as a terminal can show it in a table. The public's control characters are not for our screen.
fn in_a_line(text: &str) -> String {
    const SHOWN: usize = 60;
    let harmless = text.chars().map(|c| if c.is_control() || is_direction_mark(c) { ' ' } else { c });
    let mut line: String = harmless.clone().take(SHOWN).collect();
    if harmless.count() > SHOWN {
        line.push('…');
    }
    line
}

/// Marks and overrides of writing direction, which could reorder the rest of a line.
fn is_direction_mark(c: char) -> bool {
    matches!(c, '\u{200E}' | '\u{200F}' | '\u{061C}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

async fn show(store: &Store, id: CommentId) -> Result<Answer, Failure> {
    let story = comments::story(store, id)
        .await?
        .ok_or_else(|| Failure::told(format!("there is no comment {id}")))?;
    let counted_by = counted_by(store, &story).await?;
    let object = serde_json::to_value(StoryView::of(story, &counted_by, SystemClock.now()))?;
    Ok(Answer::done(outline(&object, 0), object))
}

/// By which calendars the clocks of a comment are counted.
pub(super) async fn counted_by(store: &Store, story: &comments::Story) -> Result<CountedBy, Failure> {
    let ruling = Rules::default().current(store).await.ok();
    Ok(CountedBy::of(store, ruling.as_ref().map(|ruling| &ruling.calendar), story).await?)
}

/// An object as indented lines, for reading.
fn outline(value: &Value, depth: usize) -> String {
    let indent = "  ".repeat(depth);
    match value {
        Value::Object(fields) => fields
            .iter()
            .filter(|(_, value)| !value.is_null() && value != &&json!([]))
            .map(|(name, value)| match value {
                Value::Object(_) | Value::Array(_) => {
                    format!("{indent}{name}\n{}", outline(value, depth + 1))
                }
                Value::String(text) => {
                    let lines = text
                        .lines()
                        .map(|line| line.replace(|c: char| c.is_control() || is_direction_mark(c), " "));
                    let joined = lines.collect::<Vec<_>>().join(&format!("\n{indent}    "));
                    format!("{indent}{name}: {joined}\n")
                }
                plain => format!("{indent}{name}: {plain}\n"),
            })
            .collect(),
        Value::Array(items) => items.iter().map(|item| outline(item, depth)).collect::<Vec<_>>().join("\n"),
        Value::String(text) => format!("{indent}{}\n", in_a_line(text)),
        plain => format!("{indent}{plain}\n"),
    }
}

async fn act(
    Acting { which, config, token, revision }: Acting,
    command: act::Command,
) -> Result<Answer, Failure> {
    let comment = CommentId(which.comment);
    config
        .with_store(async |config, store| {
            let staff = token.caller(store, Right::ActOnComments).await?;
            let ruling = Rules::default().current(store).await?;
            let by = By {
                staff: &staff.name,
                policy: ruling.policy.version(),
                now: SystemClock.now(),
                seen: revision,
            };
            let done = command.done();
            let (calendar, routing) = (&ruling.calendar, &config.routing);
            let outcome = act::carry_out_in(store, by, calendar, routing, comment, command).await?;
            let (text, action) = match outcome {
                Outcome::Queued(action) => (
                    format!("Comment {comment}: action {action} waits for the daemon to carry it out."),
                    Some(action),
                ),
                Outcome::UnderWay => (
                    format!("Comment {comment}: the same was asked for already, so nothing was added."),
                    None,
                ),
                Outcome::Settled => (format!("Comment {comment}: {done}."), None),
            };
            Ok(Answer::done(text, json!({ "comment": comment, "action": action })))
        })
        .await
}

async fn export(ExportArgs { config, out }: ExportArgs, json: bool) -> Result<Answer, Failure> {
    if json && out.is_none() {
        return Err(Failure::Usage(
            "with --json, standard output is for the answer: name a file for the comments by --out FILE"
                .into(),
        ));
    }
    config
        .with_store(async |_, store| {
            let written = match &out {
                Some(path) => write_all(store, BufWriter::new(File::create(path)?)).await?,
                None => write_all(store, BufWriter::new(io::stdout())).await?,
            };
            let text = out.as_ref().map(|path| format!("Wrote {written} comments to {}.", path.display()));
            Ok(Answer::done(text.unwrap_or_default(), json!({ "comments": written, "file": out })))
        })
        .await
}

async fn write_all(store: &Store, mut out: impl Write) -> Result<u64, Failure> {
    const PAGE: u32 = 1_000;
    let mut after = CommentId(0);
    let mut written = 0;
    loop {
        let page = comments::export(store, after, PAGE).await?;
        for row in &page {
            serde_json::to_writer(&mut out, row)?;
            out.write_all(b"\n")?;
        }
        written += page.len() as u64;
        match page.last() {
            Some(last) => after = last.id,
            None => break,
        }
    }
    out.flush()?;
    Ok(written)
}

/// The adopted calendar's zone; UTC where none rules.
pub(super) async fn official_zone(store: &Store) -> TimeZone {
    match Rules::default().current(store).await {
        Ok(ruling) => ruling.calendar.time_zone().clone(),
        Err(_) => TimeZone::UTC,
    }
}

fn place(text: &str) -> Result<ListKey, String> {
    text.parse()
        .map_err(|_| format!("`{text}` is not where a list ended; copy it from the last line of that list"))
}

fn word<T: std::str::FromStr<Err = UnknownWord>>(text: &str) -> Result<T, UnknownWord> {
    text.parse()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comment_cannot_steer_the_terminal_of_whoever_lists_it() {
        assert_eq!(in_a_line("a\u{1b}[2J\nb\u{202e}c"), "a [2J b c");
        assert_eq!(in_a_line(&"ا".repeat(61)), format!("{}…", "ا".repeat(60)));
        assert!(!outline(&json!({ "text": "a\u{1b}[2J" }), 0).contains('\u{1b}'));
    }

    #[test]
    fn an_outline_leaves_out_what_is_absent() {
        let story = json!({ "id": 7, "clause": null, "actions": [], "texts": [{ "n": 1 }, { "n": 2 }] });
        assert_eq!(outline(&story, 0), "id: 7\ntexts\n  n: 1\n\n  n: 2\n");
    }
}
