//! The lexicon as one automaton over folded text.

use aho_corasick::AhoCorasick;

use super::Signal;
use super::boundary::is_whole;
use super::reading::{Place, Reading, WordStarts};
use super::rules::{SignSet, Signs};
use super::tongue::is_persian_or_urdu;
use super::unmask::Vocabulary;
use crate::domain::policy::{ClauseId, Entry, Language, Meaning, Sign, Strength};
use crate::domain::text::View;

/// Every phrase, compiled.
#[derive(Debug)]
pub(super) struct PhraseBook {
    automaton: AhoCorasick,
    /// What each phrase of the automaton can say, by its number there.
    senses: Vec<Vec<Sense>>,
    vocabulary: Vocabulary,
}

/// One thing that a phrase says.
#[derive(Debug, Clone)]
struct Sense {
    language: Language,
    takes_endings: bool,
    says: Says,
}

#[derive(Debug, Clone, Copy)]
enum Says {
    Breaks(ClauseId, Strength),
    Belongs(SignSet),
}

impl PhraseBook {
    pub(super) fn new(entries: &[Entry], signs: &Signs) -> Self {
        let mut phrases: Vec<&str> = entries.iter().map(|entry| entry.phrase.as_str()).collect();
        phrases.sort_unstable();
        phrases.dedup();
        let mut senses = vec![Vec::new(); phrases.len()];
        for entry in entries {
            let says = match &entry.meaning {
                Meaning::Breaks(clause, strength) => Says::Breaks(*clause, *strength),
                Meaning::Belongs(group) => Says::Belongs(signs.set(&Sign::Group(group.clone()))),
            };
            let number = phrases.partition_point(|phrase| *phrase < entry.phrase.as_str());
            senses[number].push(Sense { language: entry.language, takes_endings: entry.takes_endings, says });
        }
        let automaton = AhoCorasick::new(&phrases).expect("word lists fit an automaton of 2^31 states");
        PhraseBook { automaton, senses, vocabulary: Vocabulary::new(entries) }
    }

    /// Adds to `reading` what its words say; `unstretched` is the second view of the same words, where there is one.
    pub(super) fn read(&self, unstretched: Option<&View>, reading: &mut Reading<'_>) {
        let foreign = is_persian_or_urdu(reading.original);
        let folded = std::mem::take(&mut reading.folded);
        self.read_view(&folded, foreign, reading);
        if let Some(view) = unstretched {
            self.read_view(view, foreign, reading);
        }
        if let Some(view) = self.vocabulary.unmask(&folded) {
            self.read_view(&view, foreign, reading);
        }
        reading.folded = folded;
    }

    fn read_view(&self, view: &View, foreign: bool, reading: &mut Reading<'_>) {
        let starts = WordStarts::of(view);
        for found in self.automaton.find_overlapping_iter(view.text()) {
            for sense in &self.senses[found.pattern().as_usize()] {
                if !looked_for(sense.language, foreign)
                    || !is_whole(view, found.range(), sense.language, sense.takes_endings)
                {
                    continue;
                }
                let place = Place { words: starts.words(found.range()), bytes: view.original(found.range()) };
                match sense.says {
                    Says::Belongs(sign) => reading.add_sign(sign, place),
                    Says::Breaks(clause, strength) => reading.breaks.push(Signal {
                        clause,
                        strength,
                        rule: format!("phrase:{}", sense.language.as_str()),
                        place: Some(place),
                    }),
                }
            }
        }
    }
}

/// Words of one language mean other things in another that shares its letters.
fn looked_for(language: Language, foreign: bool) -> bool {
    match language {
        Language::Arabic => !foreign,
        Language::PersianOrUrdu => foreign,
        Language::Latin(_) | Language::Hindi | Language::Any => true,
    }
}
