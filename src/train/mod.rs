//! Training: labelled comments in, the judge's model and its card out. Only in builds with the feature `train`, and in tests.
//!
//! 1. [`data`] reads the sources and our own comments, and says what each may be used for.
//! 2. The judge itself reads every text, so the model learns from exactly what it will be shown.
//! 3. [`learn`] fits the weights, calibrates them and chooses the bounds on rows that were not learned from.
//! 4. [`report`] measures the finished judge, and [`card`] writes down where the model is from and what it can do.
//!
//! The same files, seed and program give the same bytes.

mod card;
mod common;
mod data;
mod disguise;
mod figures;
mod fit;
mod latin;
mod learn;
mod net;
mod pull;
mod random;
mod report;
mod settle;
mod templates;

use std::borrow::Cow;
use std::path::PathBuf;

use sha2::{Digest, Sha256};

use crate::domain::judge::Judge;
use crate::domain::judge::train::{CommonWords, Model, Seeing, Tongue};
use crate::domain::policy::{Bundle, Policy};

use common::common_words;
pub use data::DataError;
use data::{OWN, PERMISSIVE, Row};
use disguise::{DISGUISES, LASTING};
use latin::latin;
use learn::learn;
use random::Random;

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

/// Sources that are left out of a second training to see how the judge does out of its domain: Levantine posts, comments
/// under Moroccan videos, English posts, and reviews.
const LEFT_OUT: [&str; 6] =
    ["lhsab", "olid", "omcd_moroccan", "reviews_attraction", "reviews_product", "reviews_restaurant"];

/// Learns a model. `told` hears how far it is.
///
/// # Errors
/// The comments cannot be read.
pub fn train(order: &Order, mut told: impl FnMut(String)) -> Result<Trained, DataError> {
    let rows = rows(order)?;
    let policy = shipped();
    told(format!("{} comments", rows.len()));
    let words = common_words(rows.iter());
    let samples = samples(&rows, &policy, &words, order.seed);
    told(format!(
        "read by the judge, with {} copies in disguise and {} common words",
        samples.len() - rows.len(),
        words.lines().count()
    ));
    let model = learn(&samples.iter().collect::<Vec<_>>(), &policy, &words, order.seed, &mut told);
    let mut report = report::report(&judge(&policy, &model), &rows, &order.own.join(data::NEVER))?;
    report.push_str(&out_of_domain(&rows, &policy, order.seed, &mut told));
    let card = card::card(&rows, order, &policy, &hex::encode(Sha256::digest(&model)), &report);
    Ok(Trained { model, card })
}

/// Measures the model that this program ships, on the development rows and the cases that are never learned from.
///
/// # Errors
/// The comments cannot be read.
pub fn measure(order: &Order) -> Result<String, DataError> {
    let rows = rows(order)?;
    report::report(&Judge::new(&shipped()), &rows, &order.own.join(data::NEVER))
}

fn rows(order: &Order) -> Result<Vec<Row>, DataError> {
    let mut rows = data::read(&order.data, &order.own)?;
    if order.permissive {
        rows.retain(|row| PERMISSIVE.iter().any(|(source, _)| *source == row.source));
    }
    Ok(rows)
}

fn shipped() -> Policy {
    Policy::parse(&Bundle::shipped()).expect("the shipped policy is sound")
}

fn judge(policy: &Policy, model: &[u8]) -> Judge {
    let model = Model::read(Cow::Owned(model.to_vec())).expect("what was written can be read");
    Judge::with_model(policy, Ok(model))
}

/// A row, or a copy of it in disguise, and what the fitting sees of it.
#[derive(Debug)]
struct Sample<'a> {
    row: &'a Row,
    seen: Seeing,
    tongue: Tongue,
    /// What it counts beside the plain comment: less where it is a copy.
    share: f32,
}

/// How much a copy in disguise counts beside the plain comment.
const COPY: f32 = 0.7;

fn samples<'a>(rows: &'a [Row], policy: &Policy, words: &str, seed: u64) -> Vec<Sample<'a>> {
    let judge = Judge::that_reads(policy, CommonWords::new(words));
    let plain = rows.iter().map(|row| (row, Cow::Borrowed(row.text.as_str()), 1.0));
    let copied = copies(rows, seed).into_iter().map(|(row, text)| (row, Cow::Owned(text), COPY));
    let texts: Vec<(&Row, Cow<'_, str>, f32)> = plain.chain(copied).collect();
    let sample = |(row, text, share): &(&'a Row, Cow<'_, str>, f32)| Sample {
        row,
        seen: judge.seen(text),
        tongue: Tongue::of(text),
        share: *share,
    };
    let part = texts.len().div_ceil(std::thread::available_parallelism().map_or(1, usize::from)).max(1);
    std::thread::scope(|scope| {
        let parts: Vec<_> = texts
            .chunks(part)
            .map(|texts| scope.spawn(move || texts.iter().map(sample).collect::<Vec<_>>()))
            .collect();
        parts.into_iter().flat_map(|part| part.join().expect("reading does not panic")).collect()
    })
}

/// Of a hundred comments so many are also learned from in Latin letters, in another disguise, and in one that reading cannot
/// undo; of our own, four times as many. Lawful ones too: a disguise alone must not be what is learned.
const LATIN: usize = 20;
const DISGUISED: usize = 3;
const LASTINGLY: usize = 10;

fn copies(rows: &[Row], seed: u64) -> Vec<(&Row, String)> {
    let mut random = Random(seed);
    let mut copies = Vec::new();
    for row in rows.iter().filter(|row| !row.dev && matches!(row.lang.as_str(), "ar" | "en")) {
        let often = if row.source == OWN { 4 } else { 1 };
        if row.lang == "ar" && random.below(100) < often * LATIN {
            copies.push((row, latin(&row.text, &mut random)));
        }
        if random.below(100) < often * DISGUISED {
            let (_, disguise) = random.pick(&DISGUISES);
            copies.push((row, disguise(&row.text)));
        }
        if random.below(100) < often * LASTINGLY {
            copies.push((row, random.pick(&LASTING)(&row.text)));
        }
    }
    copies
}

/// How well a model ranks sources of which it has seen nothing.
fn out_of_domain(rows: &[Row], policy: &Policy, seed: u64, told: &mut impl FnMut(String)) -> String {
    let is_left = |row: &Row| LEFT_OUT.contains(&row.source.as_str());
    let left = || rows.iter().filter(|row| is_left(row));
    if left().next().is_none() {
        return String::new();
    }
    told(format!("once more without {}", LEFT_OUT.join(", ")));
    let words = common_words(rows.iter().filter(|row| !is_left(row)));
    let mut kept = samples(rows, policy, &words, seed);
    kept.retain(|sample| !is_left(sample.row));
    let judge = judge(policy, &learn(&kept.iter().collect::<Vec<_>>(), policy, &words, seed, told));
    report::unseen(&left().map(|row| report::Told::of(&judge, row)).collect::<Vec<_>>())
}
