//! Arabizi written back: a third view, in which the words of Arabic in Latin letters stand in Arabic.
//!
//! The guess is the word of the lexicon that sounds like it, one of a certain phrase before one of a doubtful phrase and
//! that before one of a group. A word that sounds like none is spelled letter by letter.

use std::collections::HashMap;
use std::ops::Range;

use crate::domain::policy::{Entry, Language, Meaning, Strength};
use crate::domain::text::{Chat, Disguised, View, arabizi, skeleton, small_arabic, transliterated};

/// The Arabic words of the lexicon by their skeletons, in the order in which they are tried.
#[derive(Debug)]
pub(super) struct SpokenWords {
    by_skeleton: HashMap<String, Vec<(u8, String)>>,
    fronts: Vec<(&'static str, &'static str)>,
    ends: Vec<(&'static str, &'static str)>,
}

/// A word with fewer letters sounds like too many others.
const MIN_LETTERS: usize = 3;

/// A word that stands only in longer phrases says little alone, and comes after all that are listed by themselves.
const WITHIN: u8 = 3;

/// So many sounds may be read otherwise than is likeliest.
const FARTHEST: u32 = 1;

/// What is written apart in Latin letters and onto its word in Arabic.
const ARTICLES: &[&str] = &["ال", "لل", "بال", "عال"];

/// What is written onto the front and the end of a word, with its Arabic.
const FRONTS: &str = "= el=ال al=ال il=ال l=ال w=و wel=وال bel=بال bil=بال lel=لل b=ب ya=يا hal=هال";
const ENDS: &str =
    "= ak=ك ek=ك ik=ك k=ك kom=كم kum=كم ko=كو ku=كو ha=ها hom=هم hum=هم na=نا een=ين in=ين at=ات i=ي y=ي";

impl SpokenWords {
    pub(super) fn new(entries: &[Entry]) -> Self {
        let mut words: Vec<(u8, &str)> = entries
            .iter()
            .filter(|entry| entry.language == Language::Arabic)
            .flat_map(|entry| {
                let rank = match entry.meaning {
                    Meaning::Breaks(_, Strength::Certain) => 0,
                    Meaning::Breaks(..) => 1,
                    Meaning::Belongs(_) => 2,
                };
                let rank = if entry.phrase.contains(' ') { rank + WITHIN } else { rank };
                entry.phrase.split(' ').map(move |word| (rank, word))
            })
            .filter(|(_, word)| word.chars().count() >= MIN_LETTERS)
            .collect();
        words.sort_unstable_by_key(|(rank, word)| (*word, *rank));
        words.dedup_by_key(|(_, word)| *word);
        let mut by_skeleton: HashMap<String, Vec<(u8, String)>> = HashMap::new();
        for (rank, word) in words {
            by_skeleton.entry(skeleton(word)).or_default().push((rank, word.to_owned()));
        }
        let pairs = |list: &'static str| list.split(' ').filter_map(|pair| pair.split_once('=')).collect();
        SpokenWords { by_skeleton, fronts: pairs(FRONTS), ends: pairs(ENDS) }
    }

    /// The same words with those of Arabizi written back, and which they were; `None` where there are none. What the words
    /// looked like stands in `original`, for a folded word has its digits read as Latin letters.
    pub(super) fn write_back(&self, view: &View, original: &str) -> Option<(View, Vec<Disguised>)> {
        if !view.text().bytes().any(|byte| byte.is_ascii_lowercase()) {
            return None;
        }
        let words = view.words().filter(|range| !range.is_empty());
        let chats = arabizi(words.clone().map(|range| &original[view.original(range)]));
        if chats.is_empty() {
            return None;
        }
        let ranges: Vec<Range<usize>> = words.collect();
        let mut chats = chats.into_iter().peekable();
        let mut written = View::with_capacity(2 * view.text().len());
        let mut disguised = Vec::new();
        let mut article = false;
        for (number, range) in ranges.iter().enumerate() {
            if number > 0 && !article {
                written.push(' ', view.span(range.start - 1..range.start));
            }
            match chats.next_if(|(at, _)| *at == number) {
                Some((_, word)) => {
                    let whole = view.span(range.clone());
                    let arabic = self.arabic(word);
                    // Arabic writes an article onto its word, and so what lies between them belongs to it.
                    let next = ranges
                        .get(number + 1)
                        .filter(|_| chats.peek().is_some_and(|(at, _)| *at == number + 1));
                    article = next.is_some() && ARTICLES.contains(&arabic.as_str());
                    let place = match next {
                        Some(next) if article => whole.to(view.span(next.clone()).before()),
                        _ => whole,
                    };
                    arabic.chars().for_each(|c| written.push(c, place));
                    disguised.push(transliterated(number, whole));
                }
                None => {
                    article = false;
                    view.text()[range.clone()].char_indices().for_each(|(i, c)| {
                        let start = range.start + i;
                        written.push(c, view.span(start..start + c.len_utf8()));
                    });
                }
            }
        }
        Some((written, disguised))
    }

    fn arabic(&self, written: &str) -> String {
        if let Some(small) = small_arabic(written) {
            return small.to_owned();
        }
        let chat = Chat::new(written);
        if let Some(word) = self.nearest(&chat) {
            return word.to_owned();
        }
        let mut within = self.fronts.iter().flat_map(|(front, ar_front)| {
            let rest = written.strip_prefix(front);
            self.ends.iter().filter_map(move |(end, ar_end)| {
                let word = self.nearest(&Chat::new(rest?.strip_suffix(end)?))?;
                Some(format!("{ar_front}{word}{ar_end}"))
            })
        });
        within.next().unwrap_or_else(|| chat.spelled())
    }

    /// The word that sounds most like it.
    fn nearest(&self, chat: &Chat<'_>) -> Option<&str> {
        let alike = chat.skeletons().filter_map(|bones| self.by_skeleton.get(&bones)).flatten();
        let fitting = alike.filter_map(|(rank, word)| {
            let cost = chat.fits(word).filter(|cost| *cost <= FARTHEST)?;
            Some(((cost, *rank, word.len()), word.as_str()))
        });
        fitting.min().map(|(_, word)| word)
    }
}
