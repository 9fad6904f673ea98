//! One reading of a text: every phrase of the lexicon and every pattern in it, with its place.

use std::ops::Range;

use super::Signal;
use super::common::CommonWords;
use super::pattern::Patterns;
use super::phrases::PhraseBook;
use super::rules::SignSet;
use super::tongue::Foreign;
use crate::domain::policy::Pattern;
use crate::domain::text::{Disguised, View, fold, light};

/// What was found in a text.
#[derive(Debug)]
pub(super) struct Reading<'a> {
    /// The text itself.
    pub(super) original: &'a str,
    /// Whether it is Persian or Urdu.
    pub(super) foreign: Foreign,
    /// Its folded view.
    pub(super) folded: View,
    /// The same with stretched words unstretched, masked ones guessed and those of letters that stood apart told from each other,
    /// where there are any.
    pub(super) plainer: Option<View>,
    /// The same with Arabizi written back, where there is any.
    pub(super) spoken: Option<View>,
    /// What was undone to read it.
    pub(super) undone: Vec<Disguised>,
    /// Phrases that break a clause by themselves.
    pub(super) breaks: Vec<Signal>,
    /// Phrases of groups, and patterns, in the order of their first words.
    pub(super) occurrences: Vec<Occurrence>,
    /// Every sign that occurs.
    pub(super) present: SignSet,
}

/// A sign and where it occurs.
#[derive(Debug, Clone)]
pub(super) struct Occurrence {
    /// The one sign.
    pub(super) sign: SignSet,
    pub(super) place: Place,
}

/// Words of the folded view, counted from 0, and the bytes of the original that they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) words: Range<usize>,
    pub(super) bytes: Range<usize>,
}

impl<'a> Reading<'a> {
    pub(super) fn new(
        original: &'a str,
        lang: Option<&str>,
        phrases: &PhraseBook,
        patterns: &Patterns,
        common: &CommonWords,
    ) -> Self {
        let folded = fold(original);
        let mut reading = Reading {
            original,
            foreign: Foreign::of(original, lang),
            folded: folded.view,
            plainer: None,
            spoken: None,
            undone: folded.undone,
            breaks: Vec::new(),
            occurrences: Vec::with_capacity(8),
            present: SignSet::default(),
        };
        phrases.read(folded.unstretched, common, &mut reading);
        if let Some(light) = light(original) {
            patterns.read(&light, &mut reading);
        }
        reading.add_disguises(patterns.sign(Pattern::Disguised));
        reading
            .occurrences
            .sort_by_key(|occurrence| (occurrence.place.words.start, occurrence.place.bytes.start));
        reading
    }

    /// The place that is all of it.
    pub(super) fn whole(&self) -> Place {
        let spaces = self.folded.text().bytes().filter(|byte| *byte == b' ').count();
        Place { words: 0..spaces + 1, bytes: 0..self.original.len() }
    }

    /// Whether there are at least so many letters.
    pub(super) fn has_letters(&self, count: usize) -> bool {
        self.folded.text().chars().filter(|c| c.is_alphabetic()).take(count).count() == count
    }

    fn add_disguises(&mut self, sign: SignSet) {
        let hidden = self.undone.iter().filter(|word| word.by.hide_letters());
        for Disguised { word, bytes, .. } in hidden {
            let place = Place { words: *word..word + 1, bytes: bytes.clone() };
            self.occurrences.push(Occurrence { sign, place });
            self.present |= sign;
        }
    }

    pub(super) fn add_sign(&mut self, sign: SignSet, place: Place) {
        self.present |= sign;
        self.occurrences.push(Occurrence { sign, place });
    }
}
