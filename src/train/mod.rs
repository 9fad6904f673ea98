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
mod latin;
mod random;
mod report;
mod settle;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::PathBuf;

use sha2::{Digest, Sha256};

use crate::domain::judge::train::{BROAD_ROWS, Bounds, HEADS, Head, HeadForm, LONG_ROWS, Model, broad_row};
use crate::domain::judge::{Judge, Kind, Repeats, Subject};
use crate::domain::policy::{Bundle, ClauseId, Policy};

pub use data::DataError;
use data::{PERMISSIVE, Row, named_by};
use disguise::DISGUISES;
use fit::{Lesson, Plan, fit};
use latin::latin;
use random::Random;
use settle::{Line, best_bound, hide_bound, probability, quantise, review_bound};

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
    let samples = samples(&rows, &policy, order.seed);
    told(format!("read by the judge, with {} copies in disguise", samples.len() - rows.len()));
    let model = learn(&samples.iter().collect::<Vec<_>>(), &policy, order.seed, &mut told);
    let mut report = report::report(&judge(&policy, &model), &rows, &order.own.join(data::NEVER))?;
    report.push_str(&out_of_domain(&samples, &policy, order.seed, &mut told));
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
    features: Vec<u32>,
    weight: f32,
}

/// How much a comment counts: our own are few and are what the judge will meet, the noisy are often wrong.
fn weight(row: &Row) -> f32 {
    match row {
        row if row.is_own() => 8.0,
        row if row.is_noisy() => 0.5,
        _ => 1.0,
    }
}

/// How much a copy in disguise counts beside the plain comment.
const COPY: f32 = 0.7;

fn samples<'a>(rows: &'a [Row], policy: &Policy, seed: u64) -> Vec<Sample<'a>> {
    let judge = Judge::with_model(policy, Err("it is being learned".to_owned()));
    let plain = rows.iter().map(|row| (row, Cow::Borrowed(row.text.as_str()), 1.0));
    let copied = copies(rows, seed).into_iter().map(|(row, text)| (row, Cow::Owned(text), COPY));
    let texts: Vec<(&Row, Cow<'_, str>, f32)> = plain.chain(copied).collect();
    let sample = |(row, text, share): &(&'a Row, Cow<'_, str>, f32)| Sample {
        row,
        features: judge.rows(text),
        weight: weight(row) * share,
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

/// Of a hundred comments so many are also learned from in Latin letters, and in another disguise; of our own, four times
/// as many. Lawful ones too: a disguise alone must not be what is learned.
const LATIN: usize = 20;
const DISGUISED: usize = 10;

fn copies(rows: &[Row], seed: u64) -> Vec<(&Row, String)> {
    let mut random = Random(seed);
    let mut copies = Vec::new();
    for row in rows.iter().filter(|row| !row.dev && matches!(row.lang.as_str(), "ar" | "en")) {
        let often = if row.is_own() { 4 } else { 1 };
        if row.lang == "ar" && random.below(100) < often * LATIN {
            copies.push((row, latin(&row.text, &mut random)));
        }
        if random.below(100) < often * DISGUISED {
            let (_, disguise) = random.pick(&DISGUISES);
            copies.push((row, disguise(&row.text)));
        }
    }
    copies
}

/// What a row says about each head; `NAN` where it says nothing.
fn targets(row: &Row, named: &[ClauseId]) -> [f32; HEADS] {
    let yes = |is: bool| if is { 1.0 } else { 0.0 };
    let mut targets = [f32::NAN; HEADS];
    for (target, head) in targets.iter_mut().zip(Head::all()) {
        *target = match head {
            Head::Clause(ClauseId::Indecent) if row.is_untyped_insult() => 1.0,
            Head::Clause(clause) if row.is_lawful() || named.contains(&clause) => {
                yes(row.clauses.contains(&clause))
            }
            // A source that tells abuse tells no trade, and the other way about.
            Head::Clause(clause)
                if row.clauses.iter().all(|broken| is_trade(*broken) != is_trade(clause)) =>
            {
                0.0
            }
            Head::Kind(kind) => row.kind.map_or(f32::NAN, |is: Kind| yes(is == kind)),
            Head::Clause(_) => f32::NAN,
        };
    }
    targets
}

fn is_trade(clause: ClauseId) -> bool {
    use ClauseId::{IllegalActivity, IpInfringement, OffTopic, PersonalContent, PrivatePromotion, Spam};
    matches!(clause, IllegalActivity | IpInfringement | OffTopic | PersonalContent | PrivatePromotion | Spam)
}

/// How a source's share of breaches is counted as known: 0 learns a source's style for a breach, 1 learns nothing from
/// sources that hold breaches alone. (Measured on sources left out: 0.3 ranks best.)
const KNOWN: f32 = 0.3;

/// What is known of a comment from its source alone, in log-odds.
fn known(samples: &[&Sample<'_>]) -> BTreeMap<String, f32> {
    let mut counts: BTreeMap<String, (f32, f32)> = BTreeMap::new();
    for sample in samples.iter().filter(|sample| !sample.row.is_own()) {
        let (lawful, broken) = counts.entry(sample.row.source.clone()).or_insert((1.0, 1.0));
        *(if sample.row.is_lawful() { lawful } else { broken }) += 1.0;
    }
    let odds = |(lawful, broken): (f32, f32)| KNOWN * (broken / lawful).clamp(1.0 / 19.0, 19.0).ln();
    counts.into_iter().map(|(source, counts)| (source, odds(counts))).collect()
}

/// Fits, calibrates and bounds: a model's file.
fn learn(samples: &[&Sample<'_>], policy: &Policy, seed: u64, told: &mut impl FnMut(String)) -> Vec<u8> {
    let (dev, learned): (Vec<&Sample<'_>>, Vec<&Sample<'_>>) =
        samples.iter().copied().partition(|sample| sample.row.dev);
    let known = known(&learned);
    let named = named_by(learned.iter().map(|sample| sample.row));
    let breach = |sample: &Sample<'_>| if sample.row.is_lawful() { 0.0 } else { 1.0 };
    let all =
        |sample: &Sample<'_>| targets(sample.row, named.get(&sample.row.source).map_or(&[], |named| named));
    let plan = Plan { epochs: 5, rate: 0.5, decay: 5e-4, seed };
    let (long, broad) = std::thread::scope(|scope| {
        let long = scope.spawn(|| {
            let lessons = learned.iter().map(|sample| Lesson {
                features: &sample.features,
                targets: [breach(sample)],
                known: known.get(&sample.row.source).copied().unwrap_or(0.0),
                weight: sample.weight,
            });
            fit(&lessons.collect::<Vec<_>>(), LONG_ROWS, |row| row, plan)
        });
        let lessons = learned.iter().map(|sample| Lesson {
            features: &sample.features,
            targets: all(sample),
            known: 0.0,
            weight: sample.weight,
        });
        let broad = fit(&lessons.collect::<Vec<_>>(), BROAD_ROWS, broad_row, plan);
        (long.join().expect("fitting does not panic"), broad)
    });
    told("fitted".to_owned());

    let scored: Vec<(f32, bool)> =
        dev.iter().map(|sample| (long.scores(&sample.features)[0], !sample.row.is_lawful())).collect();
    let line = Line::through(&scored);
    let scored: Vec<(f32, bool)> =
        scored.into_iter().map(|(score, is)| (probability(score, line), is)).collect();
    let heads: Vec<([f32; HEADS], [f32; HEADS])> =
        dev.iter().map(|sample| (broad.scores(&sample.features), all(sample))).collect();
    let of_head = |at: usize| {
        let said = heads.iter().filter(move |(_, targets)| !targets[at].is_nan());
        said.map(move |(scores, targets)| (scores[at], targets[at] > 0.5)).collect::<Vec<_>>()
    };
    let lines: [Line; HEADS] = std::array::from_fn(|at| Line::through(&of_head(at)));
    let ([any], mut weights) = quantise(&long, &[line]);
    let (forms, broad_weights) = quantise(&broad, &lines);
    weights.extend(broad_weights);
    let head = |(at, head): (usize, Head)| {
        let calibrated: Vec<_> =
            of_head(at).into_iter().map(|(score, is)| (probability(score, lines[at]), is)).collect();
        HeadForm { name: head.name().into(), form: forms[at], named_at: best_bound(&calibrated) }
    };
    let heads: Vec<HeadForm> = Head::all().enumerate().map(head).collect();

    let own = dev
        .iter()
        .zip(&scored)
        .filter(|(Sample { row, .. }, (_, breach))| row.is_own() && !row.hard && !breach);
    let (best, quiet) = (best_bound(&scored), review_bound(own.map(|(_, (score, _))| *score).collect()));
    told(format!("a person is best asked from {best:.3} on, and seldom for nothing from {quiet:.3} on"));
    let review_at = best.max(quiet);
    // Hiding is bounded by what the whole judge does, phrases, rules and guards included.
    let eager = judge(policy, &Model::write(any, &heads, Bounds { review_at, hide_at: review_at }, &weights));
    let lawful = dev.iter().map(|sample| sample.row).filter(|row| row.is_lawful() && !row.is_noisy());
    let hidden: Vec<(&Row, f32)> = lawful.map(|row| (row, hidden_from(&eager, &row.text))).collect();
    let hide_at = hide_bound(&hidden).max(review_at);
    told(format!("a person looks from {review_at:.3} on, the machine hides from {hide_at:.3} on"));
    Model::write(any, &heads, Bounds { review_at, hide_at }, &weights)
}

/// Below which bound a judge that hides as soon as it doubts would hide a text: infinity where the policy's words hide
/// it, and 0 where nothing does.
fn hidden_from(eager: &Judge, text: &str) -> f32 {
    let said = eager.explain(&Subject { text, marks: &[], repeats: Repeats::NONE });
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
    samples: &[Sample<'_>],
    policy: &Policy,
    seed: u64,
    told: &mut impl FnMut(String),
) -> String {
    let (left, kept): (Vec<&Sample<'_>>, Vec<&Sample<'_>>) =
        samples.iter().partition(|sample| LEFT_OUT.contains(&sample.row.source.as_str()));
    if left.is_empty() {
        return String::new();
    }
    told(format!("once more without {}", LEFT_OUT.join(", ")));
    let judge = judge(policy, &learn(&kept, policy, seed, told));
    let plain = left.iter().filter(|sample| sample.weight == weight(sample.row));
    let told: Vec<report::Told<'_>> = plain.map(|sample| report::Told::of(&judge, sample.row)).collect();
    report::unseen(&told)
}
