//! The judge under the shipped policy against the labels of the built-in corpus.
//!
//! The labels are what people found; no part of the daemon reads them. Comments that are spam only for being posted
//! again and again are left to the journeys, for here each is judged alone.

use std::sync::LazyLock;

use majlis::domain::judge::{Judge, Judgement, Subject, Verdict};
use majlis::domain::policy::{Bundle, Policy};
use majlis::sandbox::{CorpusComment, corpus};

static JUDGED: LazyLock<Vec<(CorpusComment, Judgement)>> = LazyLock::new(|| {
    let judge = Judge::new(&Policy::parse(&Bundle::shipped()).unwrap());
    let corpus = corpus();
    let repeated = |text: &str| corpus.iter().filter(|other| other.text == text).count() > 1;
    corpus
        .iter()
        .filter(|comment| !repeated(&comment.text))
        .map(|comment| {
            let subject = Subject::of(&comment.text);
            (comment.clone(), judge.judge(&subject))
        })
        .collect()
});

fn is_allowed(comment: &CorpusComment) -> bool {
    comment.labels.iter().any(|label| label == "allow")
}

/// Fails with every comment of `which` that was not judged as `expected` says.
fn all_are(which: impl Fn(&CorpusComment) -> bool, expected: impl Fn(&CorpusComment, &Judgement) -> bool) {
    let of_interest: Vec<_> = JUDGED.iter().filter(|(comment, _)| which(comment)).collect();
    assert!(!of_interest.is_empty(), "the corpus has no such comment");
    let wrong: Vec<String> = of_interest
        .iter()
        .filter(|(comment, judgement)| !expected(comment, judgement))
        .map(|(comment, judgement)| format!("{:?} {:?}: {}", comment.labels, judgement.verdict, comment.text))
        .collect();
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), of_interest.len(), wrong.join("\n"));
}

#[test]
fn every_certain_breach_is_hidden_under_the_clause_people_named() {
    all_are(
        |comment| comment.certain,
        |comment, judgement| match &judgement.verdict {
            Verdict::Hide(finding) => comment.labels.iter().any(|label| label == finding.clause.as_str()),
            Verdict::Allow | Verdict::Review(_) => false,
        },
    );
}

#[test]
fn no_lawful_comment_is_hidden_and_least_of_all_criticism() {
    all_are(
        |comment| is_allowed(comment) || comment.criticism,
        |_, judgement| !matches!(judgement.verdict, Verdict::Hide(_)),
    );
}

#[test]
fn a_breach_that_is_not_certain_goes_to_a_person() {
    all_are(
        |comment| !is_allowed(comment) && !comment.certain,
        |_, judgement| matches!(judgement.verdict, Verdict::Review(_)),
    );
}

#[test]
fn lawful_comments_seldom_trouble_a_person() {
    let lawful: Vec<_> = JUDGED.iter().filter(|(comment, _)| is_allowed(comment)).collect();
    let troubled = lawful.iter().filter(|(_, judgement)| judgement.verdict != Verdict::Allow).count();
    assert!(troubled * 20 <= lawful.len(), "{troubled} of {} went to review", lawful.len());
}

#[test]
fn nine_kinds_in_ten_are_right() {
    let told: Vec<_> = JUDGED
        .iter()
        .filter_map(|(comment, judgement)| Some((comment.kind.as_deref()?, judgement.kind)))
        .collect();
    let right = told.iter().filter(|(kind, judged)| *kind == judged.as_str()).count();
    assert!(right * 10 >= told.len() * 9, "{right} of {} kinds are right", told.len());
}
