//! The transparency report: what came in and about what, what was hidden and shown again, and which promises were kept, from the
//! entries of the audit log alone. It counts and names nobody, so it can be published. Reports for staff are made of it too.
//!
//! Entries are read once, in the order of the log, those from before the period too: whether a comment was hidden when it was
//! judged again is told by them. What is held meanwhile is a line for each comment that is hidden, and the open promises.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::lang::Lang;
use super::report::{Line, Periods, Report, Unreadable};

/// What a figure counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum What {
    /// Comments that came in.
    Received,
    /// Of those, the ones about a topic.
    Topic,
    /// Comments that their authors changed.
    Edited,
    /// Comments about which a person had to decide.
    Reviewed,
    /// Comments that were hidden, by clause and by who decided it.
    Hidden,
    /// Of the comments that were hidden, those shown again, by clause and by who had hidden them.
    Reversed,
    /// Answers that went out.
    Answered,
    /// Promises of an answer that were kept, by clock.
    Kept,
    /// Promises that were not, by clock.
    Missed,
}

/// Who decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Decider {
    /// The policy's words, rules and model.
    Machine,
    /// A member of staff.
    Person,
}

/// A figure of the report.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Figure {
    /// What it counts.
    pub what: What,
    /// Of which topic, clause or clock.
    pub of: Option<String>,
    /// By whom.
    pub by: Option<Decider>,
}

/// The report, being made.
#[derive(Debug)]
pub struct Transparency {
    periods: Periods,
    hidden: HashMap<String, (String, Decider)>,
    counts: BTreeMap<Date, Counts>,
    promises: Report,
}

/// The figures of a period.
pub type Counts = BTreeMap<Figure, u64>;

#[derive(Deserialize)]
struct Entry<'a> {
    #[serde(borrow)]
    act: Cow<'a, str>,
    actor: Actor<'a>,
    at: Timestamp,
    #[serde(borrow)]
    object: Cow<'a, str>,
    fields: Fields<'a>,
}

#[derive(Deserialize)]
struct Actor<'a> {
    #[serde(borrow)]
    kind: Cow<'a, str>,
}

#[derive(Deserialize)]
struct Fields<'a> {
    #[serde(borrow)]
    verdict: Option<Cow<'a, str>>,
    #[serde(borrow)]
    clause: Option<Cow<'a, str>>,
    #[serde(borrow)]
    what: Option<Cow<'a, str>>,
    #[serde(borrow)]
    topics: Option<Cow<'a, str>>,
    #[serde(borrow)]
    written_by: Option<Cow<'a, str>>,
}

impl What {
    /// The act whose entries are counted, as `majlis audit export --act` finds them, and which of them.
    pub fn query(self) -> (&'static str, &'static str) {
        match self {
            What::Received => ("comment.received", "without written_by"),
            What::Topic => ("comment.received", "topics, between commas, has it"),
            What::Edited => ("comment.revised", "without written_by"),
            What::Reviewed => ("comment.judged", "verdict is review"),
            What::Hidden => {
                ("comment.judged", "verdict is hide, and that of the comment's entry before is not")
            }
            What::Reversed => {
                ("comment.judged", "verdict is not hide, and that of the comment's entry before is")
            }
            What::Answered => ("action.confirmed", "what is reply"),
            What::Kept | What::Missed => ("clock", "as `majlis deadline report` counts them"),
        }
    }
}

impl What {
    /// What it counts, in words.
    pub fn name(self, lang: Lang) -> &'static str {
        let (ar, en) = match self {
            What::Received => ("تعليقات وردت", "Comments received"),
            What::Topic => ("تعليقات عن موضوع", "Comments about a topic"),
            What::Edited => ("تعليقات عدّلها أصحابها", "Comments that their authors changed"),
            What::Reviewed => ("تعليقات عُرضت على موظف ليقرر", "Comments that a person had to decide about"),
            What::Hidden => ("تعليقات أُخفيت", "Comments hidden"),
            What::Reversed => ("تعليقات أُعيد إظهارها بعد إخفائها", "Hidden comments that were shown again"),
            What::Answered => ("ردود أُرسلت", "Answers sent"),
            What::Kept => ("وعود وُفي بها", "Promises kept"),
            What::Missed => ("وعود لم يُوفَ بها", "Promises not kept"),
        };
        lang.pick(ar, en)
    }
}

impl Decider {
    /// By whom, in words.
    pub fn name(self, lang: Lang) -> &'static str {
        match self {
            Decider::Machine => lang.pick("بقرار آلي", "by machine"),
            Decider::Person => lang.pick("بقرار موظف", "by a person"),
        }
    }
}

impl Transparency {
    /// Begins a report on these periods.
    pub fn of(periods: Periods) -> Self {
        let (hidden, counts) = (HashMap::new(), BTreeMap::new());
        Self { promises: Report::of(periods.clone()), periods, hidden, counts }
    }

    /// Reads the next entry of the log: its exact bytes.
    ///
    /// # Errors
    /// It tells of what is counted here, in a form that this version cannot read.
    pub fn entry(&mut self, bytes: &[u8]) -> Result<(), Unreadable> {
        self.promises.entry(bytes)?;
        let counted = [b"{\"act\":\"comment.".as_slice(), b"{\"act\":\"action.confirmed\""];
        if !counted.iter().any(|start| bytes.starts_with(start)) {
            return Ok(());
        }
        let entry: Entry<'_> =
            serde_json::from_slice(bytes).map_err(|source| Unreadable::new(bytes, source))?;
        let at = entry.at;
        match &*entry.act {
            // A page brought a reply of our own.
            "comment.received" | "comment.revised" if entry.fields.written_by.is_some() => {}
            "comment.received" => {
                self.count(at, What::Received, None, None);
                for topic in entry.fields.topics.iter().flat_map(|topics| topics.split(',')) {
                    self.count(at, What::Topic, Some(topic.to_owned()), None);
                }
            }
            "comment.revised" => self.count(at, What::Edited, None, None),
            "comment.judged" => self.judged(&entry),
            "action.confirmed" if entry.fields.what.as_deref() == Some("reply") => {
                self.count(at, What::Answered, None, None);
            }
            _ => {}
        }
        Ok(())
    }

    /// Every figure that is not nothing, of each period, as things are at `now`, when the log was read so far.
    pub fn figures(&self, now: Timestamp) -> BTreeMap<Date, Counts> {
        let mut counts = self.counts.clone();
        for (period, lines) in self.promises(now) {
            let counts = counts.entry(period).or_default();
            for line in lines.into_iter().filter(|line| line.subject.platform.is_none()) {
                let clock = line.subject.clock.to_string();
                for (what, count) in [(What::Kept, line.met), (What::Missed, line.missed)] {
                    counts.insert(Figure { what, of: Some(clock.clone()), by: None }, count);
                }
            }
            counts.retain(|_, count| *count > 0);
        }
        counts
    }

    /// What became of promises, of each period, as things are at `now`.
    pub fn promises(&self, now: Timestamp) -> BTreeMap<Date, Vec<Line>> {
        self.promises.lines(now)
    }

    fn judged(&mut self, entry: &Entry<'_>) {
        let decider = if entry.actor.kind == "staff" { Decider::Person } else { Decider::Machine };
        let (object, clause) = (entry.object.to_string(), entry.fields.clause.as_deref().unwrap_or("none"));
        match entry.fields.verdict.as_deref() {
            Some("hide") => {
                if self.hidden.insert(object, (clause.to_owned(), decider)).is_none() {
                    self.count(entry.at, What::Hidden, Some(clause.to_owned()), Some(decider));
                }
            }
            verdict => {
                if let Some((clause, decider)) = self.hidden.remove(&object) {
                    self.count(entry.at, What::Reversed, Some(clause), Some(decider));
                }
                if verdict == Some("review") {
                    self.count(entry.at, What::Reviewed, None, None);
                }
            }
        }
    }

    fn count(&mut self, at: Timestamp, what: What, of: Option<String>, by: Option<Decider>) {
        if let Some(period) = self.periods.of(at) {
            *self.counts.entry(period).or_default().entry(Figure { what, of, by }).or_default() += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(day: u8, act: &str, staff: bool, object: &str, fields: &str) -> String {
        let kind = if staff { "staff" } else { "machine" };
        format!(
            "{{\"act\":\"{act}\",\"actor\":{{\"kind\":\"{kind}\",\"name\":\"n\"}},\"at\":\"2026-10-{day:02}T08:00:00.000000Z\",\
             \"fields\":{{{fields}}},\"object\":\"{object}\",\"seq\":0,\"v\":1}}"
        )
    }

    fn figures(entries: &[String]) -> Vec<(What, Option<String>, Option<Decider>, u64)> {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let (from, to) = (at("2026-10-10T00:00:00Z"), at("2026-10-20T00:00:00Z"));
        let mut report = Transparency::of(Periods::One { from, to });
        entries.iter().for_each(|entry| report.entry(entry.as_bytes()).unwrap());
        let figures = report.figures(at("2026-11-01T00:00:00Z"));
        figures
            .into_values()
            .flatten()
            .map(|(figure, count)| (figure.what, figure.of, figure.by, count))
            .collect()
    }

    const SPAM: &str = "\"clause\":\"spam\",\"verdict\":\"hide\"";
    const ALLOW: &str = "\"clause\":null,\"verdict\":\"allow\"";

    #[test]
    fn what_was_hidden_before_the_period_and_shown_again_in_it_is_a_reversal_of_it() {
        let log = [
            entry(9, "comment.received", false, "comment:1", ""),
            entry(9, "comment.judged", false, "comment:1", SPAM),
            entry(10, "comment.judged", true, "comment:1", ALLOW),
            entry(20, "comment.received", false, "comment:2", ""),
        ];
        assert_eq!(figures(&log), [(What::Reversed, Some("spam".into()), Some(Decider::Machine), 1)]);
    }

    #[test]
    fn hides_are_counted_by_clause_and_decider_and_a_second_verdict_on_what_is_hidden_is_none() {
        let log = [
            entry(11, "comment.received", false, "comment:1", "\"topics\":\"fees,licences\""),
            entry(11, "comment.judged", false, "comment:1", SPAM),
            entry(12, "comment.revised", false, "comment:1", ""),
            entry(12, "comment.judged", false, "comment:1", SPAM),
            entry(13, "comment.judged", false, "comment:2", "\"verdict\":\"review\""),
            entry(14, "comment.judged", true, "comment:2", "\"clause\":\"threat\",\"verdict\":\"hide\""),
            entry(15, "comment.received", false, "comment:3", "\"written_by\":\"us\""),
            entry(15, "action.confirmed", false, "action:1", "\"what\":\"reply\""),
            entry(15, "action.confirmed", false, "action:2", "\"what\":\"hide\""),
        ];
        assert_eq!(
            figures(&log),
            [
                (What::Received, None, None, 1),
                (What::Topic, Some("fees".into()), None, 1),
                (What::Topic, Some("licences".into()), None, 1),
                (What::Edited, None, None, 1),
                (What::Reviewed, None, None, 1),
                (What::Hidden, Some("spam".into()), Some(Decider::Machine), 1),
                (What::Hidden, Some("threat".into()), Some(Decider::Person), 1),
                (What::Answered, None, None, 1),
            ]
        );
    }
}
