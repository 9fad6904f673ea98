//! The words that are common in Arabic and English comments, for the judge to guess by.

use std::collections::{HashMap, HashSet};

use super::data::Row;
use crate::domain::judge::train::LONGEST;
use crate::domain::text::fold;

/// A word that fewer comments hold tells more of who wrote them than of the language.
const FEWEST: usize = 3;

/// No more words are kept.
const MOST: usize = 60_000;

/// The words that were learned from, a line each, the commonest first.
pub(super) fn common_words<'a>(rows: impl Iterator<Item = &'a Row>) -> String {
    let mut counts: HashMap<String, usize> = HashMap::new();
    for row in rows.filter(|row| !row.dev && matches!(row.lang.as_str(), "ar" | "en")) {
        let folded = fold(&row.text).view;
        let words: HashSet<&str> = folded.text().split(' ').filter(|word| is_counted(word)).collect();
        for word in words {
            match counts.get_mut(word) {
                Some(count) => *count += 1,
                None => _ = counts.insert(word.to_owned(), 1),
            }
        }
    }
    let mut words: Vec<(usize, String)> =
        counts.into_iter().map(|(word, count)| (count, word)).filter(|(count, _)| *count >= FEWEST).collect();
    words.sort_unstable_by(|one, other| other.0.cmp(&one.0).then_with(|| one.1.cmp(&other.1)));
    words.into_iter().take(MOST).map(|(_, word)| word + "\n").collect()
}

/// A single letter is a word too seldom, and among letters that stood apart it always fits.
fn is_counted(word: &str) -> bool {
    (2..=LONGEST).contains(&word.chars().count()) && word.chars().all(char::is_alphabetic)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::train::data::OWN;

    #[test]
    fn the_commonest_words_come_first_and_rare_ones_not_at_all() {
        let row = |text: &str, dev| Row {
            text: text.to_owned(),
            lang: "ar".to_owned(),
            source: OWN.to_owned(),
            clauses: Vec::new(),
            kind: None,
            criticism: false,
            hard: false,
            dev,
            marked_dev: false,
        };
        let mut rows =
            vec![row("الخدمة ممتازة 24", false), row("الخِدمة و ممتازة", false), row("ممتازة الخدمة", false)];
        rows.extend([row("الخدمة الخدمة", false), row("نادر نادر نادر نادر", false)]);
        rows.extend((0..9).map(|_| row("محجوز", true)));
        assert_eq!(common_words(rows.iter()), "الخدمه\nمتازه\n");
    }
}
