//! From fitted weights to a model: calibration, the bounds, and weights in a byte each.

use std::collections::BTreeSet;

use super::data::Row;
use super::figures::{macro_f1, upper_bound};
use super::fit::Fitted;
use crate::domain::judge::train::{Form, Hiding, Mix};

/// At most so many of the lawful may be hidden, with 95 % certainty: of all, and of criticism alone.
pub(super) const FALSE_HIDES: f64 = 0.005;

/// Of the lawful comments to a ministry, so many may go to a person for the model's sake.
const TROUBLED: f64 = 0.05;

/// What calibration does to a score: `slope · score + offset` is the log-odds.
#[derive(Debug, Clone, Copy)]
pub(super) struct Line {
    slope: f64,
    offset: f64,
}

/// With fewer yeses a head is left as it was fitted.
const ENOUGH: usize = 25;

impl Line {
    /// The log-odds that a score stands for.
    pub(super) fn odds(self, score: f32) -> f32 {
        (self.slope * f64::from(score) + self.offset) as f32
    }

    /// The logistic regression of what is on what was scored (Platt, 1999), by Newton's method.
    pub(super) fn through(scored: &[(f32, bool)]) -> Self {
        let mut line = Line { slope: 1.0, offset: 0.0 };
        if scored.iter().filter(|(_, is)| *is).count() < ENOUGH {
            return line;
        }
        for _ in 0..50 {
            // The gradient, and the Hessian with a little added so that it can be inverted.
            let (mut g, mut h) = ([0.0; 2], [1e-3, 0.0, 1e-3]);
            for (score, is) in scored {
                let x = f64::from(*score);
                let p = 1.0 / (1.0 + (-(line.slope * x + line.offset)).exp());
                let (miss, spread) = (p - f64::from(u8::from(*is)), p * (1.0 - p));
                g = [g[0] + miss * x, g[1] + miss];
                h = [h[0] + spread * x * x, h[1] + spread * x, h[2] + spread];
            }
            let determinant = h[0] * h[2] - h[1] * h[1];
            // Far from the solution a full step would go too far.
            line.slope -= ((h[2] * g[0] - h[1] * g[1]) / determinant).clamp(-0.5, 0.5);
            line.offset -= ((h[0] * g[1] - h[1] * g[0]) / determinant).clamp(-0.5, 0.5);
        }
        line
    }
}

/// Weights in a byte each, and the forms that bring their sums back to calibrated scores.
pub(super) fn quantise<const H: usize>(fitted: &Fitted<H>, lines: &[Line; H]) -> ([Form; H], Vec<i8>) {
    let mut all = vec![0_i8; H * fitted.weights.len()];
    let forms = std::array::from_fn(|at| {
        let weights: Vec<f32> = fitted.weights.iter().map(|row| row[at]).collect();
        let (unit, bytes) = bytes(&weights);
        all.iter_mut().skip(at).step_by(H).zip(bytes).for_each(|(place, byte)| *place = byte);
        let Line { slope, offset } = lines[at];
        Form {
            scale: (slope * f64::from(unit)) as f32,
            bias: (slope * f64::from(fitted.bias[at]) + offset) as f32,
        }
    });
    (forms, all)
}

/// Numbers in a byte each, and what one of these is worth. The few greatest are cut off: all others would have to be coarser for
/// them.
pub(super) fn bytes(numbers: &[f32]) -> (f32, impl Iterator<Item = i8>) {
    let mut sizes: Vec<f32> = numbers.iter().map(|number| number.abs()).collect();
    let cut = sizes.len() - 1 - sizes.len() / 10_000;
    let (_, greatest, _) = sizes.select_nth_unstable_by(cut, f32::total_cmp);
    let unit = (*greatest / 127.0).max(f32::MIN_POSITIVE);
    (unit, numbers.iter().map(move |number| (number / unit).round().clamp(-127.0, 127.0) as i8))
}

/// Where the lawful and the others are told apart best: the bound with the greatest macro-F1.
pub(super) fn best_bound(scored: &[(f32, bool)]) -> f32 {
    let bounds = (4..=80).map(|percent| percent as f32 / 100.0);
    let best = bounds.map(|bound| (macro_f1(scored, bound), bound));
    best.reduce(|best, next| if next.0 > best.0 { next } else { best }).expect("there are bounds").1
}

/// The smallest bound from which on at most [`TROUBLED`] of the lawful among our own comments go to a person for the model's
/// sake.
pub(super) fn review_bound(mut lawful: Vec<f32>) -> f32 {
    lawful.sort_by(|one, other| other.total_cmp(one));
    let allowed = (lawful.len() as f64 * TROUBLED) as usize;
    lawful.get(allowed).map_or(0.5, |score| score.next_up())
}

/// Below which bound of the second look a comment is hidden, where words are believed from `agreed_at` on and adverts from
/// `advert_at` on.
fn hidden_below(hiding: Hiding, [agreed_at, advert_at]: [f32; 2]) -> f32 {
    let Hiding { anyhow, by_words, by_model, sure } = hiding;
    match by_model {
        _ if anyhow || by_words && sure >= agreed_at => f32::INFINITY,
        Some(advert) if advert >= advert_at => f32::INFINITY,
        Some(_) => sure,
        None => 0.0,
    }
}

/// What may be the bound from which on listed words are believed. (Higher ones leave too much to a person that the lists know
/// beyond doubt.)
const AGREED: [f32; 7] = [0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8];

/// What may be the bound from which on an advert is hidden as one; the last is never reached.
const ADVERTS: [f32; 9] = [0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95, NOTHING];

/// From where on listed words are believed, the model is, never below `least`, and adverts are hidden: of all by which at most
/// [`FALSE_HIDES`] of the lawful are hidden, over all and over criticism alone, and of the criticism of each source no more either,
/// the one that hides most breaches, clean Arabic labels and our own comments counting alike.
pub(super) fn hide_bounds(rows: &[(&Row, Hiding)], least: f32) -> HideBounds {
    let pairs = AGREED.into_iter().flat_map(|agreed_at| ADVERTS.map(|advert_at| [agreed_at, advert_at]));
    let bounds = pairs.map(|[agreed_at, advert_at]| {
        let from = |of: &dyn Fn(&Row) -> bool| -> Vec<f32> {
            let from = |(_, hiding): &(&Row, Hiding)| hidden_below(*hiding, [agreed_at, advert_at]);
            rows.iter().filter(|(row, _)| of(row)).map(from).collect()
        };
        let all = smallest_bound(from(&Row::is_lawful));
        let criticism = smallest_bound(from(&|row| row.criticism));
        let sources: BTreeSet<&str> =
            rows.iter().filter(|(row, _)| row.criticism).map(|(row, _)| &*row.source).collect();
        let of_each =
            sources.into_iter().map(|source| share_bound(from(&|row| row.criticism && row.source == source)));
        let hide_at = of_each.fold(all.max(criticism), f32::max).min(NOTHING).max(least);
        let share = |scores: Vec<f32>| {
            scores.iter().filter(|score| **score >= hide_at).count() as f64 / scores.len().max(1) as f64
        };
        let clean = share(from(&|row| row.is_clean_arabic() && !row.is_lawful()));
        let own = share(from(&|row| row.is_own() && !row.is_lawful()));
        (clean + own, HideBounds { agreed_at, hide_at, advert_at })
    });
    let best = bounds.reduce(|best, next| if next.0 > best.0 { next } else { best });
    best.expect("there are bounds").1
}

/// What [`hide_bounds`] chooses.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct HideBounds {
    pub(super) agreed_at: f32,
    pub(super) hide_at: f32,
    pub(super) advert_at: f32,
}

/// A bound that no probability reaches.
const NOTHING: f32 = 2.0;

/// The smallest bound from which on no more than that share of these themselves is hidden: too few of them to be certain of more.
fn share_bound(mut scores: Vec<f32>) -> f32 {
    scores.sort_by(|one, other| other.total_cmp(one));
    let allowed = (scores.len() as f64 * FALSE_HIDES) as usize;
    scores.get(allowed).map_or(0.0, |score| score.next_up())
}

/// The smallest bound from which on at most [`FALSE_HIDES`] of these are hidden.
fn smallest_bound(mut scores: Vec<f32>) -> f32 {
    scores.sort_by(|one, other| other.total_cmp(one));
    let allowed = (0..scores.len()).take_while(|hits| upper_bound(*hits, scores.len()) <= FALSE_HIDES).last();
    match allowed {
        // The first that may no longer be hidden: the bound lies just above its score.
        Some(hits) => scores[hits].next_up(),
        None => f32::INFINITY,
    }
}

/// What a linear score and the net's say together, where the net's counts `share` as much: calibrated on those of whom both were
/// asked.
pub(super) fn mix(asked: &[(f32, f32, bool)], share: f32) -> Mix {
    let together: Vec<(f32, bool)> =
        asked.iter().map(|(linear, net, is)| (linear + share * net, *is)).collect();
    let Line { slope, offset } = Line::through(&together);
    Mix { linear: slope as f32, net: slope as f32 * share, bias: offset as f32 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::judge::train::logistic;
    use crate::domain::policy::ClauseId;
    use crate::train::data::OWN;

    #[test]
    fn calibration_brings_scores_back_to_how_often_they_are_right() {
        // Of a hundred with each score, `score` times ten are breaches.
        let scored: Vec<(f32, bool)> =
            (1..=9).flat_map(|tens| (0..100).map(move |n| (tens as f32, n < tens * 10))).collect();
        let line = Line::through(&scored);
        for tens in [2, 5, 8] {
            let p = logistic(line.odds(tens as f32));
            assert!((p - tens as f32 / 10.0).abs() < 0.05, "{tens}: {p}");
        }
    }

    #[test]
    fn the_hide_bound_lets_through_as_few_as_can_be_proved() {
        let rows = |of: u32| (0..of).map(|n| n as f32 / of as f32).collect::<Vec<_>>();
        assert_eq!(smallest_bound(rows(500)), f32::INFINITY, "so few prove nothing");
        let bound = smallest_bound(rows(1_700));
        let above = rows(1_700).iter().filter(|score| **score >= bound).count();
        assert_eq!(above, 3);
    }

    #[test]
    fn words_are_believed_from_where_most_breaches_are_hidden() {
        let row = |clauses: &[ClauseId]| Row {
            text: String::new(),
            lang: "ar".to_owned(),
            source: OWN.to_owned(),
            clauses: clauses.to_vec(),
            kind: None,
            criticism: clauses.is_empty(),
            hard: false,
            dev: true,
            marked_dev: false,
        };
        let (lawful, breach) = (row(&[]), row(&[ClauseId::Indecent]));
        // Three may be hidden of so many. Words find three that the model doubts, and it is less sure of them than of what it
        // finds itself.
        let never = Hiding { anyhow: false, by_words: false, by_model: None, sure: 0.0 };
        let by_words = |sure| Hiding { by_words: true, sure, ..never };
        let by_model = |sure, advert| Hiding { by_model: Some(advert), sure, ..never };
        let mut rows = vec![(&lawful, never); 1_700];
        (0..3).for_each(|at| rows[at].1 = by_words(0.3));
        (3..6).for_each(|at| rows[at].1 = by_model(0.9, 0.0));
        rows.extend([(&breach, by_model(0.85, 0.0)); 3]);
        rows.push((&breach, by_words(0.35)));
        let chosen = |rows: &[(&Row, Hiding)]| {
            let HideBounds { agreed_at, hide_at, advert_at } = hide_bounds(rows, 0.5);
            [agreed_at, hide_at, advert_at]
        };
        assert_eq!(chosen(&rows)[..2], [0.4, 0.5]);
        // Where words find nothing lawful they are believed as soon as may be.
        (0..3).for_each(|at| rows[at].1 = never);
        assert_eq!(chosen(&rows)[..2], [0.2, 0.5]);
        // What is likelier an advert than all that is lawful is hidden as one, even where the second look is not sure.
        (6..9).for_each(|at| rows[at].1 = by_model(0.55, 0.65));
        rows.push((&breach, by_model(0.5, 0.75)));
        assert_eq!(chosen(&rows)[2], 0.7);
    }
}
