//! Any text is folded, judged and compared: no panic, excerpts on character borders, and the same again.

#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use majlis::domain::judge::{Judge, Subject, fold_key};
use majlis::domain::policy::{Bundle, Policy};

static JUDGE: LazyLock<Judge> =
    LazyLock::new(|| Judge::new(&Policy::parse(&Bundle::shipped()).expect("the shipped policy is sound")));

fuzz_target!(|bytes: &[u8]| {
    let told = String::from_utf8_lossy(bytes);
    // A first byte for the language that it is told to be in; what it answers stands before a line's end, where there is one.
    let lang = [None, Some("fa"), Some("ar"), Some("?")]
        [usize::from(bytes.first().copied().unwrap_or_default() % 4)];
    let (parent_text, text) =
        told.split_once('\n').map_or((None, &*told), |(parent, text)| (Some(parent), text));
    let judged = || JUDGE.judge(&Subject { parent_text, lang, ..Subject::of(text) });
    let judgement = judged();
    if let Some(finding) = judgement.verdict.finding() {
        assert!(text.get(finding.excerpt.clone()).is_some_and(|excerpt| !excerpt.is_empty()));
    }
    for word in &judgement.undone {
        assert!(text.get(word.bytes.clone()).is_some());
    }
    assert_eq!(judgement, judged());
    fold_key(text);
});
