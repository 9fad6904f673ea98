//! Training: labelled comments in, the judge's model and its card out. Only in builds with the feature `train`.
//!
//! 1. [`data`] reads the sources and our own comments, and says what each may be used for.
//! 2. The judge itself reads every text, so the model learns from exactly what it will be shown.
//! 3. [`fit`] fits the weights; [`settle`] calibrates them and chooses the bounds on rows that were not learned from.
//! 4. [`report`] measures the finished judge, and [`card`] writes down where the model is from and what it can do.
//!
//! The same files, seed and program give the same bytes.

mod card;
mod data;
mod disguise;
mod figures;
mod fit;
mod report;
mod settle;

use std::borrow::Cow;
use std::path::PathBuf;

use sha2::{Digest, Sha256};

use crate::domain::judge::train::{Bounds, HEADS, Head, Model};
use crate::domain::judge::{Judge, Kind, Subject};
use crate::domain::policy::{Bundle, ClauseId, Policy};

pub use data::DataError;
use data::{PERMISSIVE, Row, named_by};
use fit::{Example, Plan, fit};
use settle::{Line, best_bound, hide_bound, probability, quantise};

/// What to learn from, and how.
#[derive(Debug)]
pub struct Order {
    /// The directory of labelled sources.
    pub data: PathBuf,
    /// The directory of our own comments: `train*.jsonl` teach, and what lies in `never` below it measures.
    pub own: PathBuf,
    /// Whether sources whose licence is not stated are left out.
    pub permissive: bool,
    /// Where the shuffling begins.
    pub seed: u64,
}

/// A trained model.
#[derive(Debug)]
pub struct Trained {
    /// Its file.
    pub model: Vec<u8>,
    /// Its card, in Markdown.
    pub card: String,
}

/// Sources that are left out of a training to see how the judge does out of its domain: Levantine posts, comments under
/// Moroccan videos, and reviews of restaurants.
const LEFT_OUT: [&str; 3] = ["lhsab", "omcd_moroccan", "reviews_restaurant"];

/// Learns a model. `told` hears how far it is.
///
/// # Errors
/// The comments cannot be read.
pub fn train(order: &Order, mut told: impl FnMut(String)) -> Result<Trained, DataError> {
    let rows = rows(order)?;
    let policy = Policy::parse(&Bundle::shipped()).expect("the shipped policy is sound");
    told(format!("{} comments", rows.len()));
    let examples = examples(&rows, &policy);
    told("read by the judge".to_owned());
    let labelled: Vec<Labelled<'_>> = rows.iter().zip(&examples).collect();
    let model = learn(&labelled, &policy, order.seed, &mut told);
    let mut report = report::report(&judge(&policy, &model), &rows, &order.own.join(data::NEVER))?;
    report.push_str(&out_of_domain(&labelled, &policy, order.seed, &mut told));
    let card = card::card(&rows, order, &policy, &hex::encode(Sha256::digest(&model)), &report);
    Ok(Trained { model, card })
}

/// A row and what the fitting sees of it.
type Labelled<'a> = (&'a Row, &'a Example);

/// Measures the model that this program ships, on the development rows and the cases that are never learned from.
///
/// # Errors
/// The comments cannot be read.
pub fn measure(order: &Order) -> Result<String, DataError> {
    let rows = rows(order)?;
    let policy = Policy::parse(&Bundle::shipped()).expect("the shipped policy is sound");
    report::report(&Judge::new(&policy), &rows, &order.own.join(data::NEVER))
}

fn rows(order: &Order) -> Result<Vec<Row>, DataError> {
    let mut rows = data::read(&order.data, &order.own)?;
    if order.permissive {
        rows.retain(|row| PERMISSIVE.iter().any(|(source, _)| *source == row.source));
    }
    Ok(rows)
}

fn judge(policy: &Policy, model: &[u8]) -> Judge {
    let model = Model::read(Cow::Owned(model.to_vec())).expect("what was written can be read");
    Judge::with_model(policy, Ok(model))
}

/// How much a comment counts: our own are few and are what the judge will meet, the noisy are often wrong.
fn weight(row: &Row) -> f32 {
    match row {
        row if row.is_own() => 4.0,
        row if row.is_noisy() => 0.5,
        _ => 1.0,
    }
}

const EPOCHS: u32 = 5;

fn examples(rows: &[Row], policy: &Policy) -> Vec<Example> {
    let judge = Judge::with_model(policy, Err("it is being learned".to_owned()));
    let named = named_by(rows);
    let example = |row: &Row| Example {
        features: judge.features(&row.text),
        targets: targets(row, &named[row.source.as_str()]),
        weight: weight(row),
    };
    let part = rows.len().div_ceil(std::thread::available_parallelism().map_or(1, usize::from));
    std::thread::scope(|scope| {
        let parts: Vec<_> = rows
            .chunks(part)
            .map(|rows| scope.spawn(move || rows.iter().map(example).collect::<Vec<_>>()))
            .collect();
        parts.into_iter().flat_map(|part| part.join().expect("reading does not panic")).collect()
    })
}

/// What a row says about each head; `NAN` where it says nothing.
fn targets(row: &Row, named: &[ClauseId]) -> [f32; HEADS] {
    let yes = |is: bool| if is { 1.0 } else { 0.0 };
    let mut targets = [f32::NAN; HEADS];
    for (target, head) in targets.iter_mut().zip(Head::all()) {
        *target = match head {
            Head::Any => yes(!row.is_lawful()),
            Head::Clause(ClauseId::Indecent) if row.is_untyped_insult() => 1.0,
            Head::Clause(clause) if row.is_lawful() || named.contains(&clause) => {
                yes(row.clauses.contains(&clause))
            }
            Head::Kind(kind) => row.kind.map_or(f32::NAN, |is: Kind| yes(is == kind)),
            Head::Clause(_) => f32::NAN,
        };
    }
    targets
}

/// Fits, calibrates and bounds: a model's file.
fn learn(labelled: &[Labelled<'_>], policy: &Policy, seed: u64, told: &mut impl FnMut(String)) -> Vec<u8> {
    let (dev, learned): (Vec<Labelled<'_>>, Vec<Labelled<'_>>) =
        labelled.iter().partition(|(row, _)| row.dev);
    let learned: Vec<&Example> = learned.into_iter().map(|(_, example)| example).collect();
    let plan = Plan { epochs: EPOCHS, rate: 0.5, decay: 0.0, seed };
    let fitted =
        fit(&learned, plan, |epoch, loss| told(format!("epoch {epoch} of {EPOCHS}, loss {loss:.4}")));
    let scores: Vec<[f32; HEADS]> = dev.iter().map(|(_, example)| fitted.scores(&example.features)).collect();
    let known = |place: usize| {
        let scored = scores
            .iter()
            .zip(&dev)
            .map(move |(scores, (_, example))| (scores[place], example.targets[place]));
        scored
            .filter(|(_, target)| !target.is_nan())
            .map(|(score, target)| (score, target > 0.5))
            .collect::<Vec<_>>()
    };
    let lines: [Line; HEADS] = std::array::from_fn(|place| Line::through(&known(place)));
    let calibrated = |place: usize| -> Vec<(f32, bool)> {
        known(place).into_iter().map(|(score, is)| (probability(score, lines[place]), is)).collect()
    };
    let (mut heads, weights) = quantise(&fitted, &lines);
    for (place, head) in heads.iter_mut().enumerate() {
        head.named_at = best_bound(&calibrated(place));
    }
    let review_at = best_bound(&calibrated(Head::Any.place()));
    // Hiding is bounded by what the whole judge does, phrases, rules and guards included.
    let eager = Model::write(heads.clone(), Bounds { review_at, hide_at: review_at }, &weights);
    let eager = judge(policy, &eager);
    let lawful = dev.iter().filter(|(row, _)| row.is_lawful() && !row.is_noisy());
    let hidden: Vec<(&Row, f32)> = lawful.map(|(row, _)| (*row, hidden_from(&eager, &row.text))).collect();
    let hide_at = hide_bound(&hidden).max(review_at);
    told(format!("a person looks from {review_at:.3} on, the machine hides from {hide_at:.3} on"));
    Model::write(heads, Bounds { review_at, hide_at }, &weights)
}

/// Below which bound a judge that hides as soon as it doubts would hide a text: infinity where the policy's words hide
/// it, and 0 where nothing does.
fn hidden_from(eager: &Judge, text: &str) -> f32 {
    let said = eager.explain(&Subject { text, marks: &[], earlier_same: 0 });
    match said.judgement.verdict.finding() {
        Some(finding) if said.judgement.verdict.word() == "hide" => {
            if finding.rule == "model" {
                said.hide_score
            } else {
                f32::INFINITY
            }
        }
        _ => 0.0,
    }
}

/// How well a model ranks sources of which it has seen nothing.
fn out_of_domain(
    labelled: &[Labelled<'_>],
    policy: &Policy,
    seed: u64,
    told: &mut impl FnMut(String),
) -> String {
    let (left, kept): (Vec<Labelled<'_>>, Vec<Labelled<'_>>) =
        labelled.iter().partition(|(row, _)| LEFT_OUT.contains(&row.source.as_str()));
    if left.is_empty() {
        return String::new();
    }
    told(format!("once more without {}", LEFT_OUT.join(", ")));
    let judge = judge(policy, &learn(&kept, policy, seed, told));
    let said: Vec<(&Row, f32, bool)> = left
        .iter()
        .map(|(row, _)| {
            let said = judge.explain(&Subject { text: &row.text, marks: &[], earlier_same: 0 });
            (*row, said.hide_score, said.judgement.verdict.word() != "allow")
        })
        .collect();
    let mut table = format!("\n### Sources of which a model has seen nothing\n\n{}", report::LANGUAGES);
    table.push_str(&report::languages_row("together", said.iter().copied()).unwrap_or_default());
    for source in LEFT_OUT {
        let of = said.iter().copied().filter(|(row, ..)| row.source == source);
        table.push_str(&report::languages_row(source, of).unwrap_or_default());
    }
    table
}
