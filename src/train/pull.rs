//! How readily each feature is believed, before any weight is fitted.
//!
//! A feature that is about as frequent among breaches as among the lawful tells nothing, however well chance lets it fit, so
//! it is made small and its weight dear (naive Bayes in a linear model: Wang and Manning, 2012). A feature that is everywhere
//! is made smaller still, by the logarithm of how rare it is.
//!
//! What is compared is not the bare count. A source in which nearly all are breaches would lend that to every word of its
//! style, and a language of such sources to all its words; so the breaches that a feature meets are set against those that
//! its sources and their languages let expect.

use std::collections::HashMap;

use super::fit::Asked;
use crate::domain::judge::train::Tongue;

/// How far what is expected goes by the source, and how far by all of its language together.
const BY_SOURCE: f32 = 0.3;

/// What a feature that tells nothing keeps, and what no log-ratio goes beyond.
const LEAST: f32 = 0.1;
const MOST: f32 = 4.0;

/// The pull of each row, about 1 for a rare feature that tells much.
pub(super) fn pulls(asked: &[Asked<'_>], rows: usize, row: fn(u32) -> u32) -> Vec<f32> {
    let yes = |is: bool| if is { 1.0_f32 } else { 0.0 };
    let mut sources: HashMap<&str, (f32, f32)> = HashMap::new();
    let mut tongues: HashMap<Tongue, (f32, f32)> = HashMap::new();
    for lesson in asked {
        for (met, of) in
            [sources.entry(lesson.source).or_default(), tongues.entry(lesson.tongue).or_default()]
        {
            *met += yes(lesson.yes);
            *of += 1.0;
        }
    }
    let all = asked.len().max(1) as f32;
    let share = |(met, of): (f32, f32)| (met / of).clamp(0.02, 0.98);
    let expected = |lesson: &Asked<'_>| {
        BY_SOURCE * share(sources[lesson.source]) + (1.0 - BY_SOURCE) * share(tongues[&lesson.tongue])
    };
    // Of each row: how many breaches and lawful comments it met, and how many it should have.
    let mut counts = vec![[0.0_f32; 4]; rows];
    for lesson in asked {
        let (met, share) = (yes(lesson.yes), expected(lesson));
        for feature in lesson.features {
            let count = &mut counts[row(*feature) as usize];
            count.iter_mut().zip([met, 1.0 - met, share, 1.0 - share]).for_each(|(sum, more)| *sum += more);
        }
    }
    let pull = |[yes, no, should_yes, should_no]: [f32; 4]| {
        let ratio = ((yes + 1.0) / (should_yes + 1.0)).ln() - ((no + 1.0) / (should_no + 1.0)).ln();
        (ratio.abs().min(MOST) + LEAST) * (all / (1.0 + yes + no)).ln().max(0.0) / RARE
    };
    counts.into_iter().map(pull).collect()
}

/// The logarithm of how rare a rare feature is, roughly.
const RARE: f32 = 6.0;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_tells_breaches_pulls_more_than_what_is_everywhere_or_marks_a_source_of_them() {
        // Feature 1 is everywhere; 2 marks twenty breaches among lawful comments, 3 a source of twenty breaches.
        let lesson = |n: u32| match n {
            0..20 => (vec![1, 2], true, "mixed"),
            20..40 => (vec![1, 3], true, "breaches"),
            _ => (vec![1], n.is_multiple_of(5), "mixed"),
        };
        let lessons: Vec<_> = (0..600).map(lesson).collect();
        let asked: Vec<Asked<'_>> = lessons
            .iter()
            .map(|(features, yes, source)| Asked {
                features,
                yes: *yes,
                weight: 1.0,
                source,
                tongue: Tongue::Latin,
            })
            .collect();
        let pulls = pulls(&asked, 8, |row| row);
        assert!(pulls[1] < 0.01 && pulls[3] > 0.1, "{pulls:?}");
        assert!(pulls[2] > 1.1 * pulls[3], "{pulls:?}");
    }
}
