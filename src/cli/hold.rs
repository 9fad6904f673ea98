//! `majlis hold place|lift|list`: what must not be erased, whatever has expired.

use clap::{Args, Subcommand};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::caller::TokenArgs;
use super::comments::number;
use super::{Answer, ConfigArgs, Failure, table};
use crate::clock::{Clock, SystemClock};
use crate::domain::audit::{Actor, AuditEvent};
use crate::domain::comment::{CommentId, SourceId};
use crate::domain::staff::Right;
use crate::store::audit;
use crate::store::holds::{self, HeldThing, Hold, HoldId};
use crate::web::erase;

/// The most holds that a list shows.
const LISTED_MAX: u32 = 1_000;

#[derive(Debug, Subcommand)]
#[command(after_help = "Example:\n  majlis hold list --config /etc/majlis --token-file token")]
pub(super) enum Command {
    /// Keep something from being erased, until the hold is lifted
    #[command(
        after_help = "Example:\n  majlis hold place --comment 7 --reason 'Case 113/2026 of the public prosecution' --token-file token"
    )]
    Place {
        #[command(flatten)]
        on: On,
        /// What orders it, in a sentence
        #[arg(long)]
        reason: String,
        #[command(flatten)]
        calling: Calling,
    },
    /// Lift a hold; what should have been erased meanwhile is, within a day
    #[command(
        after_help = "Example:\n  majlis hold lift 3 --reason 'The case was closed on 1 December 2026' --token-file token"
    )]
    Lift {
        /// The hold's number, which `majlis hold list` shows
        #[arg(value_name = "ID")]
        hold: i64,
        /// Why, in a sentence
        #[arg(long)]
        reason: String,
        #[command(flatten)]
        calling: Calling,
    },
    /// List the holds, those in force first
    #[command(after_help = "Example:\n  majlis hold list --config /etc/majlis --token-file token")]
    List(Calling),
}

/// What a hold is on.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub(super) struct On {
    /// One comment
    #[arg(long, value_name = "ID", value_parser = number)]
    comment: Option<CommentId>,
    /// All that the author of this comment wrote on its platform, and will write
    #[arg(long, value_name = "ID", value_parser = number)]
    author_of: Option<CommentId>,
    /// All of a source
    #[arg(long, value_name = "SOURCE")]
    source: Option<String>,
}

#[derive(Debug, Args)]
pub(super) struct Calling {
    #[command(flatten)]
    config: ConfigArgs,
    #[command(flatten)]
    token: TokenArgs,
}

impl On {
    fn thing(self) -> HeldThing {
        match self {
            On { comment: Some(id), .. } => HeldThing::Comment(id),
            On { author_of: Some(id), .. } => HeldThing::AuthorOf(id),
            On { source, .. } => HeldThing::Source(SourceId(source.expect("clap requires one of the three"))),
        }
    }
}

pub(super) async fn run(command: Command) -> Result<Answer, Failure> {
    match command {
        Command::Place { on, reason, calling: Calling { config, token } } => {
            config
                .with_store(async |_, store| {
                    let staff = token.caller(store, Right::EraseContent).await?;
                    let (on, now) = (on.thing(), SystemClock.now());
                    let HoldId(id) = erase::place_hold(store, &staff.name, &on, &reason, now).await?;
                    let text = format!("Hold {id} is in force: nothing of it is erased until it is lifted.");
                    Ok(Answer::done(text, json!({ "hold": id })))
                })
                .await
        }
        Command::Lift { hold, reason, calling: Calling { config, token } } => {
            config
                .with_store(async |_, store| {
                    let staff = token.caller(store, Right::EraseContent).await?;
                    erase::lift_hold(store, &staff.name, HoldId(hold), &reason, SystemClock.now()).await?;
                    let text = format!(
                        "Hold {hold} is lifted. What should have been erased is, by the next daily look."
                    );
                    Ok(Answer::done(text, json!({ "hold": hold, "lifted": true })))
                })
                .await
        }
        Command::List(Calling { config, token }) => {
            config
                .with_store(async |_, store| {
                    let staff = token.caller(store, Right::ReadAudit).await?;
                    let holds = holds::list(store, LISTED_MAX).await?;
                    // The reasons name cases: who read them is on record, as it is of the log.
                    let rows = i64::try_from(holds.len()).unwrap_or(i64::MAX);
                    let listed =
                        AuditEvent::new(SystemClock.now(), Actor::Staff(staff.name), "hold.listed", "holds");
                    audit::record_look(store, listed.int("rows", rows)).await?;
                    let rows: Vec<Vec<String>> = holds.iter().map(row).collect();
                    let text = table(&["id", "on", "placed", "by", "lifted", "reason"], &rows);
                    let holds: Vec<Value> = holds.iter().map(object).collect();
                    Ok(Answer::done(text, json!({ "holds": holds })))
                })
                .await
        }
    }
}

fn row(hold: &Hold) -> Vec<String> {
    let on = match &hold.on {
        HeldThing::Comment(id) => format!("comment {id}"),
        HeldThing::AuthorOf(id) => format!("author of comment {id}"),
        HeldThing::Source(id) => format!("source {id}"),
    };
    let second = |at: Timestamp| at.strftime("%Y-%m-%d %H:%M").to_string();
    vec![
        hold.id.0.to_string(),
        on,
        second(hold.placed_at),
        hold.placed_by.clone(),
        hold.lifted.as_ref().map_or("-".to_owned(), |(by, at)| format!("{} by {by}", second(*at))),
        hold.reason.clone().unwrap_or_else(|| "(erased)".to_owned()),
    ]
}

fn object(hold: &Hold) -> Value {
    let (comment, source) = match &hold.on {
        HeldThing::Comment(id) | HeldThing::AuthorOf(id) => (Some(id), None),
        HeldThing::Source(id) => (None, Some(id)),
    };
    let (lifted_by, lifted_at) = hold.lifted.as_ref().map(|(by, at)| (by, at)).unzip();
    json!({
        "id": hold.id.0, "on": hold.on.word(), "comment": comment, "source": source, "reason": hold.reason,
        "placed_by": hold.placed_by, "placed_at": hold.placed_at, "lifted_by": lifted_by, "lifted_at": lifted_at,
        "lift_reason": hold.lift_reason,
    })
}
