//! `majlis calendar diff FILE`: what a calendar says otherwise than the one in force, and what its adoption would do to
//! the open deadlines. Nothing is written.

use std::path::{Path, PathBuf};

use clap::Args;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::{Value, json};

use super::super::{Answer, ConfigArgs, Failure, differences, table};
use crate::config;
use crate::domain::calendar::{Calendar, Pauses, WorkingSeconds};
use crate::domain::document;
use crate::domain::reply::{Change, Lands, Moves, Recount};
use crate::store::Store;
use crate::store::documents::{self, DocumentKind};
use crate::store::replies::{self, Clock, ClockId, Paused};

/// Clocks that are read at a time.
const PAGE: u32 = 1_000;

#[derive(Debug, Args)]
pub(in super::super) struct DiffArgs {
    /// The calendar file
    file: PathBuf,
    /// How many of the deadlines that would move to list, those due first
    #[arg(long, value_name = "NUMBER", default_value_t = 20)]
    list: usize,
    #[command(flatten)]
    config: ConfigArgs,
}

pub(super) async fn run(args: DiffArgs, now: Timestamp) -> Result<Answer, Failure> {
    let DiffArgs { file, list, config } = args;
    let text = config::calendar_file(&file).map_err(Failure::Refused)?.text;
    let calendar = Calendar::parse(&file.display().to_string(), &text).map_err(Failure::Refused)?;
    config.with_store(async |_, store| diff(store, &file, &calendar, &text, list, now).await).await
}

async fn diff(
    store: &Store,
    file: &Path,
    calendar: &Calendar,
    text: &str,
    list: usize,
    now: Timestamp,
) -> Result<Answer, Failure> {
    let Some(adopted) = documents::adopted(store, DocumentKind::Calendar).await? else {
        return Err(Failure::told(
            "no calendar is in force yet, so nothing is counted by one; the first `majlis run` adopts the file beside the configuration",
        ));
    };
    let rules = document::differences(&adopted.text, text);
    let mut preview = Preview::new(list);
    let mut after = ClockId(0);
    loop {
        let page = replies::open_after(store, after, PAGE).await?;
        let Some(last) = page.last() else { break };
        after = last.clock.id;
        page.into_iter().for_each(|open| preview.add(calendar, open, now));
    }
    preview.shorten();
    let next = match rules.is_empty() {
        true => String::new(),
        false => format!(
            "\nNothing was changed. One member of staff proposes it (`majlis calendar propose {}`), and another adopts it.\n",
            file.display()
        ),
    };
    let told = format!(
        "Against the calendar in force, {:.12}, since {}:\n\n{}\n{}{next}",
        adopted.hash,
        wall(adopted.at, calendar.time_zone()),
        differences::told(&rules),
        preview.told(calendar)
    );
    let mut answer = preview.json(calendar.grace());
    answer["in_force"] = json!(adopted.hash);
    answer["file"] = json!(calendar.version());
    answer["rules"] = differences::json(&rules);
    Ok(Answer::done(told, answer))
}

/// What the adoption would do to the open clocks.
#[derive(Debug, Default)]
struct Preview {
    unmoved: u64,
    later: u64,
    earlier: u64,
    into_the_past: u64,
    breaches_withdrawn: u64,
    not_owed: u64,
    not_counted: u64,
    /// Of those that would move, those due first.
    listed: Vec<Moved>,
    list_max: usize,
}

/// A deadline that would move.
#[derive(Debug)]
struct Moved {
    clock: Clock,
    recount: Recount,
}

impl Preview {
    fn new(list_max: usize) -> Self {
        Preview { list_max, ..Preview::default() }
    }

    fn add(&mut self, calendar: &Calendar, Paused { clock, pauses }: Paused, now: Timestamp) {
        let pauses = Pauses::of(pauses);
        let Some(open) = clock.open(calendar, &pauses) else { return self.not_owed += 1 };
        let Ok(recount) = open.recount(calendar, now) else { return self.not_counted += 1 };
        match recount.change {
            Change::Shortened => self.into_the_past += 1,
            Change::BreachWithdrawn => self.breaches_withdrawn += 1,
            Change::AsCounted | Change::StillShortened | Change::StillOverdue => {}
        }
        match recount.moves(clock.timing.due) {
            Moves::Not => return self.unmoved += 1,
            Moves::Later => self.later += 1,
            Moves::Earlier => self.earlier += 1,
        }
        self.listed.push(Moved { clock, recount });
        if self.listed.len() >= 2 * self.list_max.max(PAGE as usize) {
            self.shorten();
        }
    }

    /// Drops from the list what would not be shown.
    fn shorten(&mut self) {
        self.listed.sort_by_key(|moved| (moved.recount.lands, moved.clock.id));
        self.listed.truncate(self.list_max);
    }
}

impl Preview {
    fn open(&self) -> u64 {
        self.unmoved + self.later + self.earlier + self.not_owed + self.not_counted
    }

    fn told(&self, calendar: &Calendar) -> String {
        let minutes = calendar.grace().0 / 60;
        let passed =
            format!("would have passed already: each is left {minutes} working minutes from the adoption on");
        let counts = [
            ("would stay as they are", self.unmoved),
            ("would be later", self.later),
            ("would be earlier", self.earlier),
            (&*passed, self.into_the_past),
            ("have passed, and would not have: they no longer count as missed", self.breaches_withdrawn),
            ("would be owed no longer: nothing is promised to their like", self.not_owed),
            ("lead beyond the years of a calendar, and stay as they are", self.not_counted),
        ];
        let mut told = match self.open() {
            0 => "No deadline is open.\n".to_owned(),
            open => format!("If it were adopted now, of the open deadlines ({open}):\n"),
        };
        for (what, count) in counts.iter().filter(|(_, count)| *count > 0) {
            told.push_str(&format!("{count:>7}  {what}\n"));
        }
        if !self.listed.is_empty() {
            let rows: Vec<Vec<String>> =
                self.listed.iter().map(|moved| moved.row(calendar.time_zone())).collect();
            told.push('\n');
            told.push_str(&table(&["comment", "clock", "kind", "due", "would be due", ""], &rows));
        }
        match self.later + self.earlier - self.listed.len() as u64 {
            0 => {}
            more => told.push_str(&format!("and {more} more; `--list NUMBER` lists more of them\n")),
        }
        if !self.listed.is_empty() {
            told.push_str(&format!("Times are those of {}.\n", zone_name(calendar)));
        }
        told
    }

    fn json(&self, grace: WorkingSeconds) -> Value {
        let moved: Vec<Value> = self.listed.iter().map(Moved::json).collect();
        json!({
            "open": self.open(),
            "unmoved": self.unmoved,
            "later": self.later,
            "earlier": self.earlier,
            "into_the_past": self.into_the_past,
            "grace_s": grace,
            "breaches_withdrawn": self.breaches_withdrawn,
            "not_owed": self.not_owed,
            "not_counted": self.not_counted,
            "moved": moved,
        })
    }
}

impl Moved {
    fn row(&self, zone: &TimeZone) -> Vec<String> {
        let Moved { clock, recount } = self;
        let note = match recount.change {
            Change::AsCounted => "",
            Change::Shortened => "passed by then: has grace",
            Change::StillShortened => "keeps its grace",
            Change::BreachWithdrawn => "missed, and then not",
            Change::StillOverdue => "overdue",
        };
        vec![
            clock.comment.to_string(),
            clock.clock.to_string(),
            clock.kind.to_string(),
            lands(clock.timing.due.into(), zone),
            lands(recount.lands, zone),
            note.to_owned(),
        ]
    }

    fn json(&self) -> Value {
        let Moved { clock, recount } = self;
        json!({
            "comment": clock.comment,
            "clock": clock.clock,
            "kind": clock.kind,
            "platform": clock.platform,
            "was": lands_json(clock.timing.due.into()),
            "is": lands_json(recount.lands),
            "counted": recount.counted,
            "change": recount.change.as_str(),
        })
    }
}

fn lands(lands: Lands, zone: &TimeZone) -> String {
    match lands {
        Lands::At(at) => wall(at, zone),
        Lands::Left(WorkingSeconds(seconds)) => format!("paused, {} min left", seconds / 60),
    }
}

fn zone_name(calendar: &Calendar) -> &str {
    calendar.time_zone().iana_name().unwrap_or("the calendar")
}

fn wall(at: Timestamp, zone: &TimeZone) -> String {
    at.to_zoned_datetime(zone.clone()).strftime("%a %Y-%m-%d %H:%M").to_string()
}

fn lands_json(lands: Lands) -> Value {
    match lands {
        Lands::At(at) => json!({ "due_at": at }),
        Lands::Left(remaining) => json!({ "remaining_s": remaining }),
    }
}
