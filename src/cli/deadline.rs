//! `majlis deadline explain|report`: how a deadline came about, so that a person can check it by hand; and what became of all
//! of them.

mod report;

use clap::{Subcommand, ValueEnum};
use serde_json::json;

use super::{Answer, ConfigArgs, Failure, table};
use crate::clock::{Clock, SystemClock};
use crate::domain::comment::CommentId;
use crate::domain::lang::Lang;
use crate::stage::Rules;
use crate::store::comments;
use crate::web::{Explanation, StoryView};

#[derive(Debug, Subcommand)]
#[command(after_help = "Example:\n  majlis deadline explain 7 --config /etc/majlis")]
pub(super) enum Command {
    /// Show what was promised to a comment, and every hour, pause and rule that its deadlines were counted by
    #[command(after_help = "Example:\n  majlis deadline explain 7 --lang en --config /etc/majlis")]
    Explain {
        /// The comment's number
        #[arg(value_name = "ID")]
        comment: i64,
        #[command(flatten)]
        config: ConfigArgs,
        /// In which language
        #[arg(long, value_enum, default_value = "ar")]
        lang: Tongue,
    },
    /// Promises kept and missed in a period, and how long answers took, from the audit log alone
    #[command(after_help = report::HELP)]
    Report(report::ReportArgs),
}

/// A language as the command line names it.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(super) enum Tongue {
    /// Arabic
    Ar,
    /// English
    En,
}

pub(super) async fn run(command: Command, json: bool) -> Result<Answer, Failure> {
    match command {
        Command::Explain { comment, config, lang } => explain(comment, config, lang).await,
        Command::Report(args) => report::run(args, json).await,
    }
}

async fn explain(comment: i64, config: ConfigArgs, lang: Tongue) -> Result<Answer, Failure> {
    let lang = match lang {
        Tongue::Ar => Lang::Ar,
        Tongue::En => Lang::En,
    };
    config
        .with_store(async |config, store| {
            let id = CommentId(comment);
            let story = comments::story(store, id)
                .await?
                .ok_or_else(|| Failure::told(format!("there is no comment {id}")))?;
            // The proof is kept with the clock; the calendar in force only says how late an answer is by now.
            let ruling = Rules::default().current(store).await.ok();
            let calendar = ruling.as_ref().map(|ruling| &*ruling.calendar);
            let zone = super::comments::official_zone(store).await;
            let now = SystemClock.now();
            let explained: Vec<String> = story
                .clocks
                .iter()
                .map(|clock| {
                    let explained = Explanation::of(lang, &zone, calendar, clock, &story.pauses, now);
                    let found = calendar.and_then(|calendar| {
                        clock.attributed(calendar, clock.pauses(&story.pauses), &story.held, now)
                    });
                    let explained = match found {
                        Some(found) => explained.attributed(lang, &config.routing, &found),
                        None => explained,
                    };
                    told(lang, explained)
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
            let clocks = serde_json::to_value(StoryView::of(story))?["clocks"].take();
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
