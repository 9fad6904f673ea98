//! `majlis deadline explain|report`: how a deadline came about, so that a person can check it by hand; and what became of all
//! of them.

mod report;

use clap::Subcommand;
use serde_json::json;

use super::tongue::Tongue;
use super::{Answer, ConfigArgs, Failure, table};
use crate::clock::{Clock, SystemClock};
use crate::domain::comment::CommentId;
use crate::domain::lang::Lang;
use crate::store::comments;
use crate::web::{Beside, Explanation, StoryView};

#[derive(Debug, Subcommand)]
#[command(after_help = "Example:\n  majlis deadline explain 7 --config /etc/majlis")]
pub(super) enum Command {
    /// Show what was promised to a comment, and every hour, pause and rule that its deadlines were counted by
    #[command(after_help = "Example:\n  majlis deadline explain 7 --lang en --config /etc/majlis")]
    Explain {
        /// The comment's number
        #[arg(value_name = "ID", value_parser = super::comments::number)]
        comment: CommentId,
        #[command(flatten)]
        config: ConfigArgs,
        #[command(flatten)]
        tongue: Tongue,
    },
    /// Promises kept and missed in a period, and how long answers took, from the audit log alone
    #[command(after_help = report::HELP)]
    Report(report::ReportArgs),
}

pub(super) async fn run(command: Command, json: bool) -> Result<Answer, Failure> {
    match command {
        Command::Explain { comment, config, tongue } => explain(comment, config, tongue.lang()).await,
        Command::Report(args) => report::run(args, json).await,
    }
}

async fn explain(id: CommentId, config: ConfigArgs, lang: Lang) -> Result<Answer, Failure> {
    config
        .with_store(async |config, store| {
            let story = comments::story(store, id)
                .await?
                .ok_or_else(|| Failure::told(format!("there is no comment {id}")))?;
            let counted_by = super::comments::counted_by(store, &story).await?;
            let zone = super::comments::official_zone(store).await;
            let now = SystemClock.now();
            let explained: Vec<String> = story
                .clocks
                .iter()
                .map(|clock| {
                    let hands = counted_by.attributed(&story, clock, now);
                    let hands = hands.as_ref().map(|found| (found, &config.routing));
                    let calendar = counted_by.calendar(clock);
                    told(lang, Explanation::of(lang, &zone, calendar, clock, Beside::of(&story), hands, now))
                })
                .collect();
            let text = if explained.is_empty() {
                lang.pick(
                    format!("لا يستحق التعليق {id} ردًّا، فلا موعد له."),
                    format!("Comment {id} is owed nothing, so it has no deadline."),
                )
            } else {
                explained.join("\n\n")
            };
            let clocks = serde_json::to_value(StoryView::of(story, &counted_by, now))?["clocks"].take();
            Ok(Answer::done(text, json!({ "comment": id, "clocks": clocks })))
        })
        .await
}

/// An explanation as lines of text.
fn told(lang: Lang, Explanation { title, facts, lines, notes }: Explanation) -> String {
    let mut text = format!("{title}\n");
    for (name, fact) in facts {
        text.push_str(&format!("  {name}: {fact}\n"));
    }
    if !lines.is_empty() {
        let cells: Vec<Vec<String>> = lines.into_iter().map(|line| line.to_vec()).collect();
        text.push('\n');
        text.push_str(&table(&Explanation::headings(lang), &cells));
    }
    for note in notes {
        text.push_str(&format!("\n{note}"));
    }
    text
}
