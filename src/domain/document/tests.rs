use std::num::NonZeroU32;

use proptest::prelude::*;
use proptest::sample::Index;
use serde::Deserialize;

use super::*;
use crate::domain::calendar::Calendar;
use crate::domain::policy::{Bundle, Policy};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Book {
    title: String,
    pages: NonZeroU32,
    #[serde(default)]
    clause: Vec<Clause>,
    #[serde(default)]
    open: Option<bool>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Clause {
    id: String,
    act: Act,
    #[serde(default)]
    words: Vec<String>,
}

#[derive(Debug, Deserialize, PartialEq)]
#[serde(rename_all = "lowercase")]
enum Act {
    Hide,
    Review,
}

const MODEL: &str = "title = \"Policy\"\npages = 9\n[[clause]]\nid = \"spam\"\nact = \"hide\"\n";

fn told(text: &str) -> Vec<String> {
    tell(Document::<Book>::parse("book.toml", text))
}

fn told_like(text: &str) -> Vec<String> {
    tell(Document::<Book>::parse_like("book.toml", text, MODEL))
}

fn tell(read: Result<Document<Book>, Vec<Problem>>) -> Vec<String> {
    read.unwrap_err().iter().map(Problem::to_string).collect()
}

#[test]
fn a_sound_document_becomes_its_type() {
    let book = Document::<Book>::parse("book.toml", MODEL).unwrap().value;
    assert_eq!((book.title.as_str(), book.pages.get(), book.open), ("Policy", 9, None));
    assert_eq!((book.clause[0].id.as_str(), &book.clause[0].act), ("spam", &Act::Hide));
    assert!(book.clause[0].words.is_empty());
}

#[test]
fn every_error_of_grammar_is_told_by_place() {
    assert_eq!(
        told("title = سلام\npages = 1\npages = 2\n"),
        [
            "book.toml:1:9: this is not TOML: string values must be quoted, expected literal string",
            "book.toml:3:1: this is not TOML: duplicate key",
        ]
    );
}

#[test]
fn every_wrong_value_is_told_with_what_is_allowed_and_what_works() {
    let text = "title = 3\npages = 0\nopen = \"yes\"\n\n[[clause]]\nid = \"a\"\nact = \"hidden\"\n\n\
                [[clause]]\nid = \"b\"\nact = \"hide\"\nwords = \"x\"\n\n[[clause]]\nid = \"c\"\nactt = \"hide\"\n";
    assert_eq!(
        told(text),
        [
            "book.toml:1:9: title: found 3; allowed: text in quotes; for example \"text\"",
            "book.toml:2:9: pages: found 0; allowed: a whole number from 1 to 4294967295; for example 1",
            "book.toml:3:8: open: found \"yes\"; allowed: true or false; for example true",
            "book.toml:7:7: clause[0].act: found \"hidden\"; allowed: \"hide\", \"review\"; for example \"hide\"",
            "book.toml:12:9: clause[1].words: found \"x\"; allowed: a list in brackets; for example []",
            "book.toml:14:1: clause[2].act: the key `act` is missing; add `act = …`",
            "book.toml:16:1: clause[2].actt: found the unknown key `actt`; allowed: id, act, words; perhaps `act`",
        ]
    );
}

#[test]
fn a_model_gives_examples_and_lets_reading_go_on_past_a_missing_key() {
    assert_eq!(
        told_like("[[clause]]\nact = 3\n\n[[clause]]\nid = \"x\"\nact = \"x\"\n"),
        [
            "book.toml:1:1: clause[0].id: the key `id` is missing; add it, for example `id = \"spam\"`",
            "book.toml:1:1: pages: the key `pages` is missing; add it, for example `pages = 9`",
            "book.toml:1:1: title: the key `title` is missing; add it, for example `title = \"Policy\"`",
            "book.toml:2:7: clause[0].act: found 3; allowed: a word in quotes; for example \"hide\"",
            "book.toml:6:7: clause[1].act: found \"x\"; allowed: \"hide\", \"review\"; for example \"hide\"",
        ]
    );
}

#[test]
fn what_was_left_out_is_not_told_as_missing() {
    assert_eq!(
        told("title = 1\npages = 2\n"),
        ["book.toml:1:9: title: found 1; allowed: text in quotes; for example \"text\""]
    );
}

#[test]
fn a_table_where_none_belongs_is_not_repeated_for_a_secret_may_stand_in_it() {
    for mistake in ["{ token = \"s3cr3t\" }", "[{ token = \"s3cr3t\" }]", "[[\"s3cr3t\"]]"] {
        let told = told_like(&format!("title = {mistake}\npages = 2\n")).join("\n");
        assert!(told.contains("found a "), "{told}");
        assert!(!told.contains("s3cr3t"), "{told}");
    }
}

#[test]
fn a_rule_across_keys_is_placed_at_its_value_or_at_the_table_above() {
    let book = Document::<Book>::parse("book.toml", MODEL).unwrap();
    let twice = book.problem("clause[0].id", "found \"spam\" twice; give each clause its own id");
    assert_eq!(
        twice.to_string(),
        "book.toml:4:6: clause[0].id: found \"spam\" twice; give each clause its own id"
    );
    let absent = book.problem("clause[0].until", "say until when");
    assert_eq!(absent.to_string(), "book.toml:3:1: clause[0].until: say until when");
}

#[test]
fn a_column_counts_characters() {
    let problems = told("title = \"ا\" \npages = 1\nclause = [{ id = \"سلام\", act = 1 }]\n");
    assert_eq!(problems, ["book.toml:3:32: clause[0].act: found 1; allowed: a word in quotes"]);
}

proptest! {
    #[test]
    fn no_text_makes_reading_panic_or_go_on_forever(text in "[a-z=\\[\\]\"0-3 \n.]{0,80}") {
        let _ = Document::<Book>::parse_like("book.toml", &text, MODEL);
    }

    #[test]
    fn a_document_with_a_problem_is_never_accepted(pages in -3i64..3, act in "hide|review|x") {
        let text = format!("title = 'a'\npages = {pages}\n[[clause]]\nid = 'a'\nact = '{act}'\n");
        let wrong = usize::from(pages < 1) + usize::from(act == "x");
        let told = Document::<Book>::parse("book.toml", &text).map_or_else(|problems| problems.len(), |_| 0);
        prop_assert_eq!(told, wrong);
    }
}

/// One of our own files with anything in place of any part of it.
fn disturbed(text: &'static str) -> impl Strategy<Value = String> {
    let anything = prop_oneof![any::<String>(), "[\\[\\]{}=\"',.#\n 0-9a-z:-]{0,8}", Just(String::new())];
    (any::<Index>(), any::<Index>(), anything).prop_map(move |(from, len, put)| {
        let border =
            |at: usize| (at..=text.len()).find(|at| text.is_char_boundary(*at)).unwrap_or(text.len());
        let from = border(from.index(text.len()));
        let to = border((from + len.index(40)).min(text.len()));
        format!("{}{put}{}", &text[..from], &text[to..])
    })
}

proptest! {
    #[test]
    fn whatever_stands_in_our_files_is_read_or_refused_with_its_place(
        policy in disturbed(include_str!("../../../config/policy.toml")),
        list in disturbed(include_str!("../../../config/lexicon/piracy.tsv")),
        calendar in disturbed(include_str!("../../../config/calendar.toml")),
    ) {
        let bundle = Bundle::gather(policy, |_| Ok(list.clone()));
        let policy = bundle.and_then(|bundle| Policy::parse(&bundle).map(drop));
        for refused in [policy, Calendar::parse("calendar.toml", &calendar).map(drop)].into_iter().filter_map(Result::err) {
            prop_assert!(refused.iter().all(|problem| !problem.message.is_empty()));
            prop_assert!(!refused.is_empty());
        }
    }
}
