//! The lexicon, looked for in folded text.

use std::ops::Range;

use super::Signal;
use super::boundary::{behind_particles, is_whole};
use super::chat::SpokenWords;
use super::common::CommonWords;
use super::openings::Openings;
use super::reading::{Place, Reading};
use super::rules::{SignSet, Signs};
use super::tongue::Foreign;
use super::unmask::Vocabulary;
use crate::domain::policy::{ClauseId, Entry, Language, Meaning, Sign, Strength};
use crate::domain::text::{Disguised, View, fold};

/// Every phrase, compiled.
#[derive(Debug)]
pub(super) struct PhraseBook {
    openings: Openings,
    /// What each phrase can say, by its number among them.
    senses: Vec<Vec<Sense>>,
    vocabulary: Vocabulary,
    spoken: SpokenWords,
}

/// One thing that a phrase says.
#[derive(Debug, Clone)]
struct Sense {
    language: Language,
    takes_endings: bool,
    /// The spaces were left out of the phrase: it counts only where its letters were held apart, as in `b a d d a y`.
    spelled_out: bool,
    says: Says,
}

#[derive(Debug, Clone, Copy)]
enum Says {
    Breaks(ClauseId, Strength),
    Belongs(SignSet),
}

impl PhraseBook {
    pub(super) fn new(entries: &[Entry], signs: &Signs) -> Self {
        let run_together: Vec<(String, &Entry)> = entries.iter().filter_map(run_together).collect();
        let as_listed = entries.iter().map(|entry| (entry.phrase.as_str(), entry, false));
        let listed: Vec<(&str, &Entry, bool)> = as_listed
            .chain(run_together.iter().map(|(phrase, entry)| (phrase.as_str(), *entry, true)))
            .collect();
        let mut phrases: Vec<&str> = listed.iter().map(|(phrase, ..)| *phrase).collect();
        phrases.sort_unstable();
        phrases.dedup();
        let mut senses = vec![Vec::new(); phrases.len()];
        for (phrase, entry, spelled_out) in listed {
            let says = match &entry.meaning {
                Meaning::Breaks(clause, strength) => Says::Breaks(*clause, *strength),
                Meaning::Belongs(group) => Says::Belongs(signs.set(&Sign::Group(group.clone()))),
            };
            let number = phrases.partition_point(|known| *known < phrase);
            let Entry { language, takes_endings, .. } = *entry;
            senses[number].push(Sense { language, takes_endings, spelled_out, says });
        }
        PhraseBook {
            openings: Openings::of(&phrases),
            senses,
            vocabulary: Vocabulary::new(entries),
            spoken: SpokenWords::new(entries),
        }
    }

    /// Adds to `reading` what its words say; `unstretched` is the second view of the same words, where there is one.
    pub(super) fn read(&self, unstretched: Option<View>, common: &CommonWords, reading: &mut Reading<'_>) {
        let foreign = reading.foreign != Foreign::No;
        let folded = std::mem::take(&mut reading.folded);
        self.read_view(&folded, foreign, reading);
        for view in [unstretched, self.vocabulary.unmask(&folded, common)].into_iter().flatten() {
            self.read_view(&view, foreign, reading);
            reading.plainer = Some(view);
        }
        // Phrases were found among letters that stood apart already; the model knows words alone.
        if let Some(parted) = common.part(reading.plainer.as_ref().unwrap_or(&folded), reading.original) {
            reading.plainer = Some(parted);
        }
        if let Some((view, written_back)) = self.spoken.write_back(&folded, reading.original) {
            let before = reading.breaks.len();
            self.read_view(&view, false, reading);
            // A guess may be wrong, so no phrase that it made hides a comment by itself.
            reading.breaks[before..].iter_mut().for_each(|signal| signal.strength = Strength::Doubtful);
            // Its digits are letters there and no disguise.
            reading.spoken = Some(view);
            let number = |word: &Disguised| word.word;
            reading.undone.retain(|known| written_back.binary_search_by_key(&known.word, number).is_err());
            reading.undone.extend(written_back);
            reading.undone.sort_by_key(number);
        }
        reading.folded = folded;
    }

    /// Reads on from every place where a whole phrase may begin: a word, what follows its particles, and, in letters that
    /// were joined, any of them.
    fn read_view(&self, view: &View, foreign: bool, reading: &mut Reading<'_>) {
        for (number, range) in view.words().enumerate() {
            let (start, word) = (range.start, &view.text()[range]);
            self.read_from(start, number, view, foreign, reading);
            if view.has_seams() && (1..word.len()).any(|at| view.is_seam(start + at)) {
                let letters = word.char_indices().skip(1).map(|(at, _)| start + at);
                letters.for_each(|at| self.read_from(at, number, view, foreign, reading));
            } else if !foreign {
                let may_begin = |at: usize| self.openings.may_begin(&view.text().as_bytes()[start + at..]);
                behind_particles(word, may_begin)
                    .for_each(|at| self.read_from(start + at, number, view, foreign, reading));
            }
        }
    }

    /// Notes every phrase that begins at byte `start`, in word `number`.
    fn read_from(&self, start: usize, number: usize, view: &View, foreign: bool, reading: &mut Reading<'_>) {
        self.openings.begun(&view.text().as_bytes()[start..], |phrase, len| {
            self.note(&self.senses[phrase], start..start + len, number, view, foreign, reading);
        });
    }

    fn note(
        &self,
        senses: &[Sense],
        range: Range<usize>,
        number: usize,
        view: &View,
        foreign: bool,
        reading: &mut Reading<'_>,
    ) {
        for sense in senses {
            if !looked_for(sense.language, foreign)
                || !is_whole(view, range.clone(), sense.language, sense.takes_endings)
                || (sense.spelled_out && !is_spelled_out(view, range.clone()))
                || (matches!(sense.says, Says::Belongs(_)) && is_within_letters(view, range.clone()))
            {
                continue;
            }
            let spaces = view.text()[range.clone()].bytes().filter(|byte| *byte == b' ').count();
            let place = Place { words: number..number + spaces + 1, bytes: view.original(range.clone()) };
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

/// The words of a certain phrase without the spaces between them: letters that all stand alone leave no trace of where
/// one word ends and the next begins.
fn run_together(entry: &Entry) -> Option<(String, &Entry)> {
    let certain = matches!(entry.meaning, Meaning::Breaks(_, Strength::Certain));
    (certain && entry.phrase.contains(' '))
        .then(|| (fold(&entry.phrase.replace(' ', "")).view.text().to_owned(), entry))
}

/// Whether every letter of a range was held apart from the next.
fn is_spelled_out(view: &View, range: Range<usize>) -> bool {
    let letters = view.text()[range.clone()].char_indices().skip(1);
    letters.into_iter().all(|(at, _)| view.is_seam(range.start + at))
}

/// Whether a range is part of a row of letters that stood alone. What breaks a clause is found there too; a sign is not,
/// for among so many borders some harmless word always fits.
fn is_within_letters(view: &View, range: Range<usize>) -> bool {
    view.is_seam(range.start) && !view.text()[..range.start].ends_with(' ')
        || view.is_seam(range.end) && !view.text()[range.end..].starts_with(' ')
}

/// Words of one language mean other things in another that shares its letters.
fn looked_for(language: Language, foreign: bool) -> bool {
    match language {
        Language::Arabic => !foreign,
        Language::PersianOrUrdu => foreign,
        Language::Latin(_) | Language::Hindi | Language::Any => true,
    }
}
