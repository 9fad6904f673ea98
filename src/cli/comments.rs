//! `majlis comments list|show|hide|unhide|approve|reply|pause|resume|priority|target|kind|no-reply|note|solve|reopen|assign|erase|export`.
//!
//! What is done here goes the way of the console: the same checks, the same transaction, the same outbox.

mod export;
mod harmless;
mod list;
mod show;

use clap::{Args, Subcommand};
use jiff::tz::TimeZone;
use serde_json::json;

use export::{ExportArgs, export};
use list::{ListArgs, list};

use super::caller::TokenArgs;
use super::{Answer, ConfigArgs, Failure};
use crate::clock::{Clock, SystemClock};
use crate::domain::calendar::{NoTarget, Target};
use crate::domain::comment::{CommentId, UnknownWord};
use crate::domain::holder::Holder;
use crate::domain::judge::Kind;
use crate::domain::policy::ClauseId;
use crate::domain::reply::{ClockKind, PauseReason, Priority};
use crate::domain::staff::Right;
use crate::stage::Rules;
use crate::store::Store;
use crate::store::acts::{By, Promises, Seen};
use crate::store::comments;
use crate::web::act::{self, Outcome};
use crate::web::erase;
use crate::web::{CountedBy, StoryView};

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
    /// Give one comment a target of its own in the promised one's stead, or hold it to what is promised again
    #[command(
        after_help = "Example:\n  majlis comments target 7 4h --token-file token\n\nA target is working time or working days by closing: 90m, 4h, 2d; or as_promised, to take it back. Its deadline is\ncounted anew from the same start, and is never late after the fact."
    )]
    Target {
        #[command(flatten)]
        acting: Acting,
        /// Such as 90m, 4h or 2d; or as_promised
        #[arg(value_parser = own_target)]
        target: OwnTarget,
        /// Which answer: first_reply, next_reply or solve
        #[arg(long, default_value = "first_reply", value_parser = word::<ClockKind>)]
        clock: ClockKind,
    },
    /// Call a comment of another kind; its deadline is counted by that kind from then on
    #[command(after_help = "Example:\n  majlis comments kind 7 complaint --token-file token")]
    Kind {
        #[command(flatten)]
        acting: Acting,
        /// question, complaint, suggestion, opinion, praise or other
        #[arg(value_parser = word::<Kind>)]
        kind: Kind,
    },
    /// Say that a comment needs no reply; its clocks stop
    #[command(
        after_help = "Example:\n  majlis comments no-reply 7 --reason 'They thanked us and asked nothing' --token-file token"
    )]
    NoReply {
        #[command(flatten)]
        acting: Acting,
        /// Why, in a sentence
        #[arg(long)]
        reason: String,
    },
    /// Write a note about a comment, for colleagues
    #[command(
        after_help = "Example:\n  majlis comments note 7 --text 'Admissions answers on Sunday' --token-file token"
    )]
    Note {
        #[command(flatten)]
        acting: Acting,
        /// The note
        #[arg(long)]
        text: String,
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
    /// Erase what a comment says, by law: its texts, author, our replies and the reasons given; its record stays
    #[command(
        after_help = "Example:\n  majlis comments erase 7 --reason 'Request 41/2026 of the author' --token-file token\n\nIt cannot be taken back. The audit log still verifies; a legal hold forbids it (`majlis hold list`). What stands\non the platform is not touched."
    )]
    Erase {
        #[command(flatten)]
        which: Which,
        #[command(flatten)]
        config: ConfigArgs,
        #[command(flatten)]
        token: TokenArgs,
        /// What orders it, in a sentence
        #[arg(long)]
        reason: String,
    },
    /// Write every comment as JSON, one line each, by number
    #[command(after_help = "Example:\n  majlis comments export --out comments.jsonl --config /etc/majlis")]
    Export(ExportArgs),
}

#[derive(Debug, Args)]
pub(super) struct Which {
    /// The comment's number
    #[arg(value_name = "ID", value_parser = number)]
    comment: CommentId,
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

pub(super) async fn run(command: Command, json: bool) -> Result<Answer, Failure> {
    match command {
        Command::List(args) => list(args).await,
        Command::Show { which, config } => {
            config.with_store(async |_, store| show(store, which.comment).await).await
        }
        Command::Hide { acting, clause, reason } => act(acting, act::Command::Hide { clause, reason }).await,
        Command::Unhide { acting, reason } => act(acting, act::Command::Unhide { reason }).await,
        Command::Approve { acting, reason } => act(acting, act::Command::LeaveVisible { reason }).await,
        Command::Reply { acting, text } => act(acting, act::Command::Reply { text }).await,
        Command::Pause { acting, reason } => act(acting, act::Command::Pause { reason }).await,
        Command::Resume { acting } => act(acting, act::Command::Resume).await,
        Command::Priority { acting, priority } => act(acting, act::Command::Prioritise { priority }).await,
        Command::Target { acting, target: OwnTarget(target), clock } => {
            act(acting, act::Command::Retarget { clock, target }).await
        }
        Command::Kind { acting, kind } => act(acting, act::Command::Reclassify { kind }).await,
        Command::NoReply { acting, reason } => act(acting, act::Command::NoReply { reason }).await,
        Command::Note { acting, text } => act(acting, act::Command::Note { text }).await,
        Command::Solve { acting } => act(acting, act::Command::Solve).await,
        Command::Reopen { acting } => act(acting, act::Command::Reopen).await,
        Command::Assign { acting, to } => act(acting, act::Command::Assign { to }).await,
        Command::Erase { which, config, token, reason } => erase(which.comment, config, token, &reason).await,
        Command::Export(args) => export(args, json).await,
    }
}

/// A target of a comment's own; none for what is promised.
#[derive(Debug, Clone, Copy)]
pub(super) struct OwnTarget(Option<Target>);

fn own_target(word: &str) -> Result<OwnTarget, NoTarget> {
    if word == "as_promised" {
        Ok(OwnTarget(None))
    } else {
        word.parse().map(|target| OwnTarget(Some(target)))
    }
}

async fn erase(
    comment: CommentId,
    config: ConfigArgs,
    token: TokenArgs,
    reason: &str,
) -> Result<Answer, Failure> {
    config
        .with_store(async |config, store| {
            let staff = token.caller(store, Right::EraseContent).await?;
            let ruling = Rules::default().current(store).await.ok();
            let routing = &config.routing;
            let promises = ruling.as_ref().map(|ruling| Promises { calendar: &ruling.calendar, routing });
            erase::erase(store, &staff.name, promises, comment, reason, SystemClock.now(), None).await?;
            let text = format!(
                "Comment {comment} is erased here. What stands on its platform does, and so do backups and exports: see OPERATIONS.md."
            );
            Ok(Answer::done(text, json!({ "comment": comment, "erased": true })))
        })
        .await
}

async fn show(store: &Store, id: CommentId) -> Result<Answer, Failure> {
    let story = comments::story(store, id)
        .await?
        .ok_or_else(|| Failure::told(format!("there is no comment {id}")))?;
    let text = show::told(&story, &official_zone(store).await);
    let counted_by = counted_by(store, &story).await?;
    Ok(Answer::done(text, serde_json::to_value(StoryView::of(story, &counted_by, SystemClock.now()))?))
}

/// By which calendars the clocks of a comment are counted.
pub(super) async fn counted_by(store: &Store, story: &comments::Story) -> Result<CountedBy, Failure> {
    let ruling = Rules::default().current(store).await.ok();
    Ok(CountedBy::of(store, ruling.as_ref().map(|ruling| &ruling.calendar), story).await?)
}

async fn act(
    Acting { which, config, token, revision }: Acting,
    command: act::Command,
) -> Result<Answer, Failure> {
    let comment = which.comment;
    config
        .with_store(async |config, store| {
            let staff = token.caller(store, Right::ActOnComments).await?;
            let ruling = Rules::default().current(store).await?;
            let by = By {
                staff: &staff.name,
                policy: ruling.policy.version(),
                now: SystemClock.now(),
                seen: revision.map(Seen::Revision),
                leaves: None,
                bulk: None,
            };
            let promises = Promises { calendar: &ruling.calendar, routing: &config.routing };
            let outcome = act::carry_out_in(store, by, promises, &config.approving, comment, command).await?;
            let (text, action) = match outcome {
                Outcome::Queued(action) => (
                    format!("Comment {comment}: action {action} waits for the daemon to carry it out."),
                    Some(action),
                ),
                Outcome::Proposed(action) => (
                    format!("Comment {comment}: the reply waits until somebody else approves it (action {action})."),
                    Some(action),
                ),
                Outcome::UnderWay => (
                    format!("Comment {comment}: the same was asked for already, so nothing was added."),
                    None,
                ),
                Outcome::Settled(what) => (format!("Comment {comment}: {what}."), None),
            };
            Ok(Answer::done(text, json!({ "comment": comment, "action": action })))
        })
        .await
}

/// The adopted calendar's zone; UTC where none rules.
pub(super) async fn official_zone(store: &Store) -> TimeZone {
    match Rules::default().current(store).await {
        Ok(ruling) => ruling.calendar.time_zone().clone(),
        Err(_) => TimeZone::UTC,
    }
}

/// The number of a comment, as lists show it.
pub(super) fn number(text: &str) -> Result<CommentId, String> {
    text.parse()
        .map(CommentId)
        .map_err(|_| "a comment has a whole number, which `majlis comments list` shows".to_owned())
}

fn word<T: std::str::FromStr<Err = UnknownWord>>(text: &str) -> Result<T, UnknownWord> {
    text.parse()
}
