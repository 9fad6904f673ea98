//! Fitting: logistic regression of every head at once, by AdaGrad over shuffled examples.
//!
//! One thread and one seed, so the same rows give the same weights to the bit.

use crate::domain::judge::train::{HEADS, ROWS, norm};

/// A comment as the fitting sees it.
#[derive(Debug)]
pub(super) struct Example {
    /// The rows of its features, as often as they occur.
    pub(super) features: Vec<u32>,
    /// Per head: 1 yes, 0 no, `NAN` where its label does not say.
    pub(super) targets: [f32; HEADS],
    /// How much it counts.
    pub(super) weight: f32,
}

/// How it is fitted.
#[derive(Debug, Clone, Copy)]
pub(super) struct Plan {
    /// How often every example is seen.
    pub(super) epochs: u32,
    /// How far a first step goes.
    pub(super) rate: f32,
    /// How much weights shrink where they are touched.
    pub(super) decay: f32,
    /// Where the shuffling begins.
    pub(super) seed: u64,
}

/// What was fitted.
#[derive(Debug)]
pub(super) struct Fitted {
    /// Row after row, a weight for each head.
    pub(super) weights: Vec<[f32; HEADS]>,
    pub(super) bias: [f32; HEADS],
}

/// Fits; `told` hears after each epoch which it was and the mean loss in it.
pub(super) fn fit(examples: &[&Example], plan: Plan, mut told: impl FnMut(u32, f64)) -> Fitted {
    let mut fitted = Fitted { weights: vec![[0.0; HEADS]; ROWS], bias: [0.0; HEADS] };
    // The squares of a row's gradients, over its heads: how far it was moved already.
    let mut moved = vec![1e-2_f32; ROWS];
    let mut order: Vec<u32> = (0..examples.len() as u32).collect();
    let mut random = Random(plan.seed);
    for epoch in 1..=plan.epochs {
        random.shuffle(&mut order);
        // Steps shorten towards the end, so that the last examples seen do not rule.
        let mut loss = 0.0;
        for (done, number) in order.iter().enumerate() {
            let part = (f64::from(epoch - 1) + done as f64 / order.len() as f64) / f64::from(plan.epochs);
            let rate = plan.rate * (1.0 - 0.9 * part as f32);
            loss += f64::from(step(&mut fitted, &mut moved, examples[*number as usize], rate, plan.decay));
        }
        told(epoch, loss / order.len() as f64);
    }
    fitted
}

/// Moves the weights by one example; its loss on the first head.
fn step(fitted: &mut Fitted, moved: &mut [f32], example: &Example, rate: f32, decay: f32) -> f32 {
    let length = norm(example.features.len() as u32);
    let scores = fitted.scores(&example.features);
    let mut gradient = [0.0_f32; HEADS];
    for ((gradient, score), target) in gradient.iter_mut().zip(scores).zip(example.targets) {
        if !target.is_nan() {
            *gradient = example.weight * (1.0 / (1.0 + (-score).exp()) - target);
        }
    }
    for (bias, gradient) in fitted.bias.iter_mut().zip(gradient) {
        *bias -= rate * 0.01 * gradient;
    }
    let size: f32 = gradient.iter().map(|g| g * g).sum::<f32>() * length * length;
    for row in &example.features {
        let row = *row as usize;
        moved[row] += size;
        let rate = rate / moved[row].sqrt();
        for (weight, gradient) in fitted.weights[row].iter_mut().zip(gradient) {
            *weight -= rate * (gradient * length + decay * *weight);
        }
    }
    let p = 1.0 / (1.0 + (-scores[0]).exp());
    if example.targets[0] > 0.5 { -p.max(1e-6).ln() } else { -(1.0 - p).max(1e-6).ln() }
}

impl Fitted {
    /// The score of each head.
    pub(super) fn scores(&self, features: &[u32]) -> [f32; HEADS] {
        let mut sums = [0.0_f32; HEADS];
        for row in features {
            for (sum, weight) in sums.iter_mut().zip(&self.weights[*row as usize]) {
                *sum += weight;
            }
        }
        let length = norm(features.len() as u32);
        std::array::from_fn(|head| self.bias[head] + length * sums[head])
    }
}

/// SplitMix64 (Steele, Lea and Flood, 2014).
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// Fisher and Yates.
    fn shuffle(&mut self, order: &mut [u32]) {
        for last in (1..order.len()).rev() {
            order.swap(last, (self.next() % (last as u64 + 1)) as usize);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn example(features: &[u32], is: f32) -> Example {
        let mut targets = [f32::NAN; HEADS];
        targets[0] = is;
        Example { features: features.to_vec(), targets, weight: 1.0 }
    }

    #[test]
    fn what_tells_the_examples_apart_is_learned_the_same_way_every_time() {
        let examples: Vec<Example> =
            (0..200).map(|n| example(&[1, 2 + n % 2, 10 + n], if n % 2 == 0 { 1.0 } else { 0.0 })).collect();
        let examples: Vec<&Example> = examples.iter().collect();
        let plan = Plan { epochs: 4, rate: 0.5, decay: 0.0, seed: 3 };
        let fitted = fit(&examples, plan, |_, _| {});
        assert!(fitted.scores(&[1, 2])[0] > 0.5 && fitted.scores(&[1, 3])[0] < -0.5);
        assert_eq!(fitted.scores(&[1, 2])[1], 0.0, "a head that no label speaks of stays as it was");
        assert_eq!(fitted.weights, fit(&examples, plan, |_, _| {}).weights);
    }
}
