//! The judge: a comment's text in, a verdict by the written policy and a kind out.
//!
//! Pure and deterministic, in time linear in the text. A [`Judge`] is compiled once from a policy; everything that it
//! looks for stands in that policy, and this module knows only how to look:
//!
//! 1. [`reading`] reads the text: its folded words against the lexicon, its numbers and addresses by their shape.
//! 2. The [`CHECKS`] say what they found.
//! 3. The [`model`] scores letters, words and findings together: how likely it is that a clause applies.
//! 4. [`decide`] weighs findings and scores into one verdict, and [`kind`] tells what is owed to the author. What a comment repeats of
//!    the texts around it is doubtful ([`quote`]).

mod answer;
mod backtest;
mod boundary;
mod chat;
mod common;
mod decide;
mod explain;
mod kind;
mod link;
mod model;
mod number;
mod openings;
mod pattern;
mod phrases;
mod quote;
mod reading;
mod repeat;
mod rules;
mod shadow;
mod tongue;
#[cfg(any(test, feature = "train"))]
pub(crate) mod train;
mod unmask;
mod verdict;

use std::cell::OnceCell;

use crate::domain::comment::{Mark, TEXT_MAX_CHARS};
use crate::domain::policy::{Act, ClauseId, Policy, PolicyVersion, Repetition, Strength, Strikes};

use common::CommonWords;
use decide::{Weight, decide};
use kind::kind;
use model::features::named;
use model::{Heads, Model, Sight};
use pattern::Patterns;
use phrases::PhraseBook;
use quote::Around;
use reading::{Place, Reading};
use rules::{Rules, SignSet};

pub use answer::Answer;
pub use backtest::{Backtest, Moved, Past, Ruled};
pub(in crate::domain) use boundary::is_whole_word;
pub use explain::{Explanation, Span};
pub use repeat::fold_key;
pub use shadow::{Alike, Beside, RuledWord};
pub(in crate::domain) use tongue::is_persian_or_urdu;
pub use verdict::{Finding, Judgement, Kind, Outcome, Repeats, ReviewReason, Subject, Verdict};

/// A policy made ready to judge by.
#[derive(Debug)]
pub struct Judge {
    policy: PolicyVersion,
    phrases: PhraseBook,
    patterns: Patterns,
    /// What the model learned of them; none where there is no model.
    common: CommonWords,
    rules: Rules,
    repetition: Repetition,
    strikes: Option<Strikes>,
    acts: Vec<(ClauseId, Act)>,
    /// Or what to say where there is none.
    model: Result<Model, String>,
    /// The model's name for each sign.
    sign_names: Vec<(SignSet, u64)>,
}

/// All that one look at a text brought to light.
struct Look<'a> {
    reading: Reading<'a>,
    signals: Vec<Signal>,
    failures: Vec<String>,
    /// How many of the author's comments were hidden.
    strikes: u32,
    /// What it may quote.
    around: Around<'a>,
    /// The model's names for what was found; nothing where there is none to ask.
    found: Vec<u64>,
    /// What the model looks up; nothing where there is none to ask.
    rows: Vec<u32>,
    /// How likely it is that any clause applies; `None` where no model could be asked.
    any: Option<f32>,
    /// What the model's nets said; `None` where they were not asked.
    nets: Option<f32>,
    /// The answers of the model's heads, once somebody has asked.
    heads: OnceCell<Option<Heads>>,
}

impl Judge {
    /// Compiles a policy, with the model that Majlis ships. Takes milliseconds; do it once.
    pub fn new(policy: &Policy) -> Self {
        Judge::with_model(policy, Model::shipped().map_err(|error| error.to_string()))
    }

    /// A judge of words and rules alone, to see what they cost without a model. What they do not settle it leaves to a person.
    pub fn of_words(policy: &Policy) -> Self {
        Judge::with_model(policy, Err("it is left out".to_owned()))
    }

    pub(crate) fn with_model(policy: &Policy, model: Result<Model, String>) -> Self {
        let signs = rules::Signs::of(policy);
        let sign_name = |sign| (signs.set(&sign), named("sign", &sign.to_string()));
        Judge {
            policy: policy.version().clone(),
            phrases: PhraseBook::new(policy.entries(), &signs),
            patterns: Patterns::new(policy, &signs),
            common: model
                .as_ref()
                .map_or_else(|_| CommonWords::default(), |model| CommonWords::new(model.words())),
            sign_names: policy.signs().into_iter().map(sign_name).collect(),
            rules: Rules::new(policy, &signs),
            repetition: policy.repetition(),
            strikes: policy.strikes(),
            acts: ClauseId::ALL.map(|id| (id, policy.clause(id).act)).to_vec(),
            model: model.map_err(|why| format!("the model could not be asked: {why}")),
        }
    }

    /// Judges one comment.
    pub fn judge(&self, subject: &Subject<'_>) -> Judgement {
        self.conclude(&self.look(subject))
    }

    /// The SHA-256 of the model's file; `None` where there is no model to ask.
    pub fn model(&self) -> Option<&str> {
        self.model.as_ref().ok().map(Model::hash)
    }

    fn look<'a>(&self, subject: &Subject<'a>) -> Look<'a> {
        let reading = Reading::new(subject.text, subject.lang, &self.phrases, &self.patterns, &self.common);
        let mut signals = Vec::new();
        let mut failures = Vec::new();
        for check in CHECKS {
            match check(self, subject, &reading) {
                Ok(found) => signals.extend(found),
                Err(failure) => failures.push(failure),
            }
        }
        let (found, rows) = (Vec::new(), Vec::new());
        let strikes = subject.strikes;
        let (around, heads) = (Around::of(subject), OnceCell::new());
        let mut look =
            Look { reading, signals, failures, strikes, around, found, rows, any: None, nets: None, heads };
        match &self.model {
            Ok(model) => {
                look.found = self.found(&look.reading, &look.signals);
                look.rows = look.sight().rows();
                let (any, nets) = model.any(&look.rows, &look.sight());
                (look.any, look.nets) = (Some(any), nets);
            }
            Err(why) => look.failures.push(why.clone()),
        }
        look
    }

    fn conclude(&self, look: &Look<'_>) -> Judgement {
        let verdict = decide(self, look);
        let doubted = verdict != Verdict::Allow;
        Judgement {
            kind: kind(&look.reading, &self.rules, doubted, || Some(self.heads(look)?.kind())),
            verdict,
            undone: look.reading.undone.clone(),
        }
    }

    /// The model's names for the signs and findings. Repeated posting is not among them: it is about other comments.
    fn found(&self, reading: &Reading<'_>, signals: &[Signal]) -> Vec<u64> {
        let signs = self.sign_names.iter().filter(|(sign, _)| sign.meets(reading.present));
        let findings = signals.iter().filter(|signal| signal.place.is_some()).map(|signal| {
            let certain = Weight::of(self, reading, signal).certain;
            named(if certain { "certain" } else { "doubtful" }, signal.clause.as_str())
        });
        let mut found: Vec<u64> = signs.map(|(_, name)| *name).chain(findings).collect();
        found.sort_unstable();
        found.dedup();
        found
    }

    fn heads<'l>(&self, look: &'l Look<'_>) -> Option<&'l Heads> {
        let ask = || self.model.as_ref().ok().map(|model| model.heads(&look.rows));
        look.heads.get_or_init(ask).as_ref()
    }

    fn hides(&self, clause: ClauseId) -> bool {
        clause.may_hide_by_machine() && self.acts.contains(&(clause, Act::Hide))
    }
}

impl Look<'_> {
    /// The text as the model sees it.
    fn sight(&self) -> Sight<'_> {
        Sight {
            written: self.reading.original,
            words: self.reading.plainer.as_ref().unwrap_or(&self.reading.folded),
            spoken: self.reading.spoken.as_ref(),
            found: &self.found,
        }
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
    Ok(repeat::signal(judge.repetition, subject.repeats, reading).into_iter().collect())
}

#[cfg(test)]
mod tests;
