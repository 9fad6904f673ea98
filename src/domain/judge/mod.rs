//! The judge: a comment's text in, a verdict by the written policy and a kind out.
//!
//! Pure and deterministic, in time linear in the text. A [`Judge`] is compiled once from a policy; everything that it
//! looks for stands in that policy, and this module knows only how to look:
//!
//! 1. [`reading`] reads the text: its folded words against the lexicon, its numbers and addresses by their shape.
//! 2. The [`CHECKS`] say what they found.
//! 3. [`decide`] weighs the findings into one verdict, and [`kind`] tells what is owed to the author.

mod boundary;
mod chat;
mod decide;
mod kind;
mod link;
mod number;
mod openings;
mod pattern;
mod phrases;
mod reading;
mod repeat;
mod rules;
mod tongue;
mod unmask;
mod verdict;

use crate::domain::comment::{Mark, TEXT_MAX_CHARS};
use crate::domain::policy::{Act, ClauseId, Policy, Repetition, Strength};

use decide::decide;
use kind::kind;
use pattern::Patterns;
use phrases::PhraseBook;
use reading::{Place, Reading};
use rules::Rules;

pub(in crate::domain) use boundary::is_whole_word;
pub use repeat::fold_key;
pub(in crate::domain) use tongue::is_persian_or_urdu;
pub use verdict::{Finding, Judgement, Kind, ReviewReason, Subject, Verdict};

/// A policy made ready to judge by.
#[derive(Debug)]
pub struct Judge {
    phrases: PhraseBook,
    patterns: Patterns,
    rules: Rules,
    repetition: Repetition,
    acts: Vec<(ClauseId, Act)>,
}

impl Judge {
    /// Compiles a policy. Takes milliseconds; do it once.
    pub fn new(policy: &Policy) -> Self {
        let signs = rules::Signs::of(policy);
        Judge {
            phrases: PhraseBook::new(policy.entries(), &signs),
            patterns: Patterns::new(policy, &signs),
            rules: Rules::new(policy, &signs),
            repetition: policy.repetition(),
            acts: ClauseId::ALL.map(|id| (id, policy.clause(id).act)).to_vec(),
        }
    }

    /// Judges one comment.
    pub fn judge(&self, subject: &Subject<'_>) -> Judgement {
        let reading = Reading::new(subject.text, &self.phrases, &self.patterns);
        let mut signals = Vec::new();
        let mut failures = Vec::new();
        for check in CHECKS {
            match check(self, subject, &reading) {
                Ok(found) => signals.extend(found),
                Err(failure) => failures.push(failure),
            }
        }
        Judgement {
            verdict: decide(self, &reading, signals, failures),
            kind: kind(&reading, &self.rules),
            undone: reading.undone,
        }
    }

    fn hides(&self, clause: ClauseId) -> bool {
        clause.may_hide_by_machine() && self.acts.contains(&(clause, Act::Hide))
    }
}

/// One thing to look at. `Err` says, without the comment's words, why it could not be looked at.
type Check = fn(&Judge, &Subject<'_>, &Reading<'_>) -> Result<Vec<Signal>, String>;

/// Every check, and each one runs on every comment: [`decide`] then takes the gravest clause, so a threat in an advert
/// is a threat. Among findings of one clause and strength the earlier check gives its name to the decision.
const CHECKS: &[Check] = &[
    // First of all whether the text can be judged: what was cut off is not known to be harmless.
    whole_text_is_there,
    // Phrases name their clause and are what a reader would point at.
    listed_phrases,
    // Rules put several signs together, numbers and links among them.
    rules_of_the_policy,
    // Last, because it says nothing about the words.
    repeated_posting,
];

/// A sign that a clause is broken, before it is weighed.
#[derive(Debug, Clone)]
struct Signal {
    clause: ClauseId,
    strength: Strength,
    rule: String,
    /// `None` where it is not about words.
    place: Option<Place>,
}

fn whole_text_is_there(_: &Judge, subject: &Subject<'_>, _: &Reading<'_>) -> Result<Vec<Signal>, String> {
    if subject.marks.contains(&Mark::Cut) {
        return Err(format!(
            "only the first {TEXT_MAX_CHARS} characters were kept, so the rest could not be judged"
        ));
    }
    Ok(Vec::new())
}

fn listed_phrases(_: &Judge, _: &Subject<'_>, reading: &Reading<'_>) -> Result<Vec<Signal>, String> {
    Ok(reading.breaks.clone())
}

fn rules_of_the_policy(judge: &Judge, _: &Subject<'_>, reading: &Reading<'_>) -> Result<Vec<Signal>, String> {
    Ok(judge.rules.signals(reading))
}

fn repeated_posting(
    judge: &Judge,
    subject: &Subject<'_>,
    reading: &Reading<'_>,
) -> Result<Vec<Signal>, String> {
    Ok(repeat::signal(judge.repetition, subject.earlier_same, reading).into_iter().collect())
}

#[cfg(test)]
mod tests;
