//! Fitting: logistic regression of several questions at once, by AdaGrad over shuffled lessons.
//!
//! One thread and one seed, so the same lessons give the same weights to the bit.

use super::random::Random;
use crate::domain::judge::train::norm;

/// A comment as the fitting sees it, for `H` questions.
#[derive(Debug)]
pub(super) struct Lesson<'a, const H: usize> {
    /// What was read in it.
    pub(super) features: &'a [u32],
    /// Per question: 1 yes, 0 no, `NAN` where its label does not say.
    pub(super) targets: [f32; H],
    /// What is known of it beforehand, in log-odds, and need not be learned.
    pub(super) known: f32,
    /// How much it counts.
    pub(super) weight: f32,
}

/// How it is fitted.
#[derive(Debug, Clone, Copy)]
pub(super) struct Plan {
    /// How often every lesson is seen.
    pub(super) epochs: u32,
    /// How far a first step goes.
    pub(super) rate: f32,
    /// How much weights shrink where they are touched.
    pub(super) decay: f32,
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
    // The squares of a row's gradients, over its questions: how far it was moved already.
    let mut moved = vec![1e-2_f32; rows];
    let mut order: Vec<u32> = (0..lessons.len() as u32).collect();
    let mut random = Random(plan.seed);
    let steps = plan.epochs as f32 * lessons.len() as f32;
    let mut done = 0.0;
    for _ in 0..plan.epochs {
        random.shuffle(&mut order);
        for number in &order {
            // Steps shorten towards the end, so that the last lessons seen do not rule.
            let rate = plan.rate * (1.0 - 0.9 * done / steps);
            fitted.learn(&lessons[*number as usize], &mut moved, rate, plan.decay);
            done += 1.0;
        }
    }
    fitted
}

impl<const H: usize> Fitted<H> {
    /// Moves the weights by one lesson.
    fn learn(&mut self, lesson: &Lesson<'_, H>, moved: &mut [f32], rate: f32, decay: f32) {
        let length = norm(lesson.features.len() as u32);
        let mut gradient = [0.0_f32; H];
        for ((gradient, score), target) in
            gradient.iter_mut().zip(self.scores(lesson.features)).zip(lesson.targets)
        {
            if !target.is_nan() {
                *gradient = lesson.weight * (1.0 / (1.0 + (-score - lesson.known).exp()) - target);
            }
        }
        for (bias, gradient) in self.bias.iter_mut().zip(gradient) {
            *bias -= rate * 0.01 * gradient;
        }
        let size: f32 = gradient.iter().map(|g| g * g).sum::<f32>() * length * length;
        // What is known already moves nothing worth the time.
        if size < 1e-14 {
            return;
        }
        for feature in lesson.features {
            let row = (self.row)(*feature) as usize;
            moved[row] += size;
            let rate = rate / moved[row].sqrt();
            for (weight, gradient) in self.weights[row].iter_mut().zip(gradient) {
                *weight -= rate * (gradient * length + decay * *weight);
            }
        }
    }

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

    #[test]
    fn what_tells_the_lessons_apart_is_learned_the_same_way_every_time() {
        let features: Vec<[u32; 3]> = (0..200).map(|n| [1, 2 + n % 2, 10 + n]).collect();
        let lesson = |(n, features): (usize, &'static [u32])| Lesson {
            features,
            targets: [if n % 2 == 0 { 1.0 } else { 0.0 }, f32::NAN],
            known: 0.0,
            weight: 1.0,
        };
        let features: &'static [[u32; 3]] = features.leak();
        let lessons: Vec<_> = features.iter().map(|row| &row[..]).enumerate().map(lesson).collect();
        let plan = Plan { epochs: 4, rate: 0.5, decay: 0.0, seed: 3 };
        let fitted = fit(&lessons, 256, |feature| feature, plan);
        assert!(fitted.scores(&[1, 2])[0] > 0.5 && fitted.scores(&[1, 3])[0] < -0.5);
        assert_eq!(fitted.scores(&[1, 2])[1], 0.0, "a question that no label speaks of stays as it was");
        assert_eq!(fitted.weights, fit(&lessons, 256, |feature| feature, plan).weights);
    }
}
