//! The comments that teach and those that measure.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Path, PathBuf};

use crate::domain::text::fold;

/// Texts of which so much is the same are one text (Jaccard of five letters in a row).
const ALIKE: f64 = 0.6;

/// The ids and texts of the corpus files below `directory` whose names begin so.
fn texts(directory: &str, start: &str) -> Vec<(String, String)> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus").join(directory);
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| {
        let name = path.file_name().unwrap().to_string_lossy();
        name.starts_with(start) && name.ends_with(".jsonl")
    });
    files.sort();
    let lines = files.into_iter().flat_map(|path| {
        let text = std::fs::read_to_string(path).unwrap();
        text.lines().map(str::to_owned).collect::<Vec<_>>()
    });
    let text = |line: String| {
        let line: serde_json::Value = serde_json::from_str(&line).unwrap();
        (line["id"].as_str().unwrap().to_owned(), line["text"].as_str().unwrap().to_owned())
    };
    lines.map(text).collect()
}

/// Every five letters in a row of the folded view, spaces among them; all of a shorter text.
fn pieces(text: &str) -> BTreeSet<Vec<char>> {
    let letters: Vec<char> = fold(text).view.text().chars().collect();
    letters.windows(letters.len().clamp(1, 5)).map(<[char]>::to_vec).collect()
}

#[test]
fn what_teaches_is_never_nearly_one_of_the_cases_that_measure() {
    let cases: Vec<(String, BTreeSet<Vec<char>>)> =
        texts("never", "").into_iter().map(|(id, text)| (id, pieces(&text))).collect();
    let mut holding: HashMap<&[char], Vec<usize>> = HashMap::new();
    for (number, (_, pieces)) in cases.iter().enumerate() {
        pieces.iter().for_each(|piece| holding.entry(piece).or_default().push(number));
    }
    let taught = texts("", "train");
    assert!(cases.len() > 2_000 && taught.len() > 8_000, "{} and {}", cases.len(), taught.len());
    for (id, text) in taught {
        let pieces = pieces(&text);
        let mut shared: BTreeMap<usize, usize> = BTreeMap::new();
        for number in pieces.iter().filter_map(|piece| holding.get(piece.as_slice())).flatten() {
            *shared.entry(*number).or_default() += 1;
        }
        for (number, shared) in shared {
            let (case, others) = &cases[number];
            let alike = shared as f64 / (pieces.len() + others.len() - shared) as f64;
            assert!(alike < ALIKE, "{id} is {alike:.2} of {case}");
        }
    }
}
