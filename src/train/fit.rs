//! Fitting: logistic regression with small weights, by dual coordinate descent to its optimum (Yu, Huang and Lin, 2011), one
//! question after the other.
//!
//! One thread and one seed, so the same lessons give the same weights to the bit.

use super::pull::pulls;
use super::random::Random;
use crate::domain::judge::train::{Tongue, norm};

/// A comment as the fitting sees it, for `H` questions.
#[derive(Debug)]
pub(super) struct Lesson<'a, const H: usize> {
    /// What was read in it.
    pub(super) features: &'a [u32],
    /// Per question: 1 yes, 0 no, `NAN` where its label does not say.
    pub(super) targets: [f32; H],
    /// How much it counts.
    pub(super) weight: f32,
    /// Where it is from.
    pub(super) source: &'a str,
    /// In what it is written.
    pub(super) tongue: Tongue,
}

/// How it is fitted.
#[derive(Debug, Clone, Copy)]
pub(super) struct Plan {
    /// How much a lesson that is answered wrongly costs beside great weights.
    pub(super) cost: f32,
    /// How often every lesson is seen at most.
    pub(super) passes: u32,
    /// Where the shuffling begins.
    pub(super) seed: u64,
}

/// What was fitted: a table in which each feature finds its row.
#[derive(Debug)]
pub(super) struct Fitted<const H: usize> {
    row: fn(u32) -> u32,
    pub(super) weights: Vec<[f32; H]>,
    pub(super) bias: [f32; H],
}

/// Fits a table of so many rows.
pub(super) fn fit<const H: usize>(
    lessons: &[Lesson<'_, H>],
    rows: usize,
    row: fn(u32) -> u32,
    plan: Plan,
) -> Fitted<H> {
    let mut fitted = Fitted { row, weights: vec![[0.0; H]; rows], bias: [0.0; H] };
    for at in 0..H {
        let asked: Vec<Asked<'_>> = lessons
            .iter()
            .filter(|lesson| !lesson.targets[at].is_nan())
            .map(|lesson| Asked {
                features: lesson.features,
                yes: lesson.targets[at] > 0.5,
                weight: lesson.weight,
                source: lesson.source,
                tongue: lesson.tongue,
            })
            .collect();
        let (weights, bias) = solve(&asked, rows, row, plan);
        fitted.bias[at] = bias;
        fitted.weights.iter_mut().zip(weights).for_each(|(row, weight)| row[at] = weight);
    }
    fitted
}

/// A lesson and what it says to one question.
#[derive(Debug)]
pub(super) struct Asked<'a> {
    pub(super) features: &'a [u32],
    pub(super) yes: bool,
    pub(super) weight: f32,
    pub(super) source: &'a str,
    pub(super) tongue: Tongue,
}

/// Minimises `|w|²/2 + Σ costᵢ·ln(1 + exp(-yᵢ·sᵢ))`. Each lesson's share `a` of its cost is moved in turn to where the dual
/// is least, all others held; the weights follow.
fn solve(asked: &[Asked<'_>], rows: usize, row: fn(u32) -> u32, plan: Plan) -> (Vec<f32>, f32) {
    let (mut weights, mut bias) = (vec![0.0_f32; rows], 0.0_f32);
    // A feature of pull p is seen p times as large. Its weight is told for the feature as it is, so it moves by p².
    let mut reach = pulls(asked, rows, row);
    reach.iter_mut().for_each(|pull| *pull *= *pull);
    let length = |lesson: &Asked<'_>| norm(lesson.features.len() as u32);
    // The bias is the weight of a feature that all have.
    let square = |lesson: &Asked<'_>| {
        let sum: f32 = lesson.features.iter().map(|feature| reach[row(*feature) as usize]).sum();
        1.0 + sum * length(lesson) * length(lesson)
    };
    let squares: Vec<f32> = asked.iter().map(square).collect();
    let mut shares = vec![0.0_f32; asked.len()];
    let mut order: Vec<u32> = (0..asked.len() as u32).collect();
    let mut random = Random(plan.seed);
    for _ in 0..plan.passes {
        random.shuffle(&mut order);
        let mut farthest = 0.0_f32;
        for number in &order {
            let at = *number as usize;
            let lesson = &asked[at];
            let (length, sign) = (length(lesson), if lesson.yes { 1.0 } else { -1.0 });
            let sum: f32 = lesson.features.iter().map(|feature| weights[row(*feature) as usize]).sum();
            let cost = plan.cost * lesson.weight;
            let share = least(shares[at], cost, squares[at], sign * (bias + length * sum));
            let step = share - shares[at];
            shares[at] = share;
            farthest = farthest.max(step.abs() / cost);
            bias += sign * step;
            let step = sign * step * length;
            for feature in lesson.features {
                let row = row(*feature) as usize;
                weights[row] += step * reach[row];
            }
        }
        if farthest < CLOSE {
            break;
        }
    }
    (weights, bias)
}

/// Where no share moves by so much of its cost in a pass, the optimum is reached for every purpose.
const CLOSE: f32 = 0.01;

/// Where `z·ln z + (cost - z)·ln(cost - z) + square·(z - from)²/2 + margin·(z - from)` is least, by Newton's method; measured
/// from the end that it is nearer to, where floats are finest.
fn least(from: f32, cost: f32, square: f32, margin: f32) -> f32 {
    let near_end = 0.5 * square * (cost - 2.0 * from) + margin < 0.0;
    let (start, margin) = if near_end { (cost - from, -margin) } else { (from, margin) };
    let floor = 1e-7 * cost;
    let mut z = if start > 0.5 * cost { 0.1 * start } else { start }.max(floor);
    for _ in 0..50 {
        let slope = square * (z - start) + margin + (z / (cost - z)).ln();
        if slope.abs() < 1e-3 {
            break;
        }
        let next = z - slope / (square + cost / (cost - z) / z);
        z = if next > 0.0 { next.min(0.999_999 * cost) } else { 0.1 * z };
    }
    if near_end { cost - z } else { z }
}

impl<const H: usize> Fitted<H> {
    /// The score of each question.
    pub(super) fn scores(&self, features: &[u32]) -> [f32; H] {
        let mut sums = [0.0_f32; H];
        for feature in features {
            for (sum, weight) in sums.iter_mut().zip(&self.weights[(self.row)(*feature) as usize]) {
                *sum += weight;
            }
        }
        let length = norm(features.len() as u32);
        std::array::from_fn(|at| self.bias[at] + length * sums[at])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAN: Plan = Plan { cost: 4.0, passes: 50, seed: 3 };

    #[test]
    fn what_tells_the_lessons_apart_is_learned_the_same_way_every_time() {
        let features: Vec<[u32; 3]> = (0..200).map(|n| [1, 2 + n % 2, 10 + n]).collect();
        let lesson = |(n, features): (usize, &'static [u32])| Lesson {
            features,
            targets: [if n % 2 == 0 { 1.0 } else { 0.0 }, f32::NAN],
            weight: 1.0,
            source: "x",
            tongue: Tongue::Latin,
        };
        let features: &'static [[u32; 3]] = features.leak();
        let lessons: Vec<_> = features.iter().map(|row| &row[..]).enumerate().map(lesson).collect();
        let fitted = fit(&lessons, 256, |feature| feature, PLAN);
        assert!(fitted.scores(&[1, 2])[0] > 0.5 && fitted.scores(&[1, 3])[0] < -0.5);
        assert_eq!(fitted.scores(&[1, 2])[1], 0.0, "a question that no label speaks of stays as it was");
        assert_eq!(fitted.weights, fit(&lessons, 256, |feature| feature, PLAN).weights);
    }

    #[test]
    fn the_optimum_is_where_the_gradient_vanishes() {
        let features = [[1_u32, 2], [1, 3], [2, 3], [1, 4]];
        let yes = [true, false, true, false];
        let asked: Vec<Asked<'_>> = features
            .iter()
            .zip(yes)
            .map(|(features, yes)| Asked { features, yes, weight: 1.0, source: "x", tongue: Tongue::Latin })
            .collect();
        let reach: Vec<f32> = pulls(&asked, 8, |row| row).iter().map(|pull| pull * pull).collect();
        let (weights, bias) = solve(&asked, 8, |row| row, Plan { passes: 1_000, ..PLAN });
        for (row, weight) in weights.iter().enumerate() {
            // At the optimum each weight is its reach times what its lessons pull at it.
            let pulled: f32 = asked
                .iter()
                .filter(|lesson| lesson.features.contains(&(row as u32)))
                .map(|lesson| {
                    let sign = if lesson.yes { 1.0 } else { -1.0 };
                    let sum: f32 = lesson.features.iter().map(|row| weights[*row as usize]).sum();
                    let score = bias + norm(2) * sum;
                    PLAN.cost * sign * norm(2) / (1.0 + (sign * score).exp())
                })
                .sum();
            assert!((weight - reach[row] * pulled).abs() < 0.05, "{row}: {weight}, {}", reach[row] * pulled);
        }
    }
}
