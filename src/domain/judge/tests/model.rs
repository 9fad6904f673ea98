//! What the model may do, whatever it believes.

use std::borrow::Cow;

use super::*;
use crate::domain::judge::model::tests::{Says, flat, saying};
use crate::domain::judge::model::{Head, Model, logistic};
use crate::domain::policy::POLICY_FILE;

/// A judge whose model believes in these clauses alone, of every text.
fn believing(clauses: &[ClauseId]) -> Judge {
    let any = if clauses.is_empty() { 0.0 } else { 5.0 };
    of(any, |head| if matches!(head, Head::Clause(clause) if clauses.contains(&clause)) { 5.0 } else { -5.0 })
}

/// A judge whose model scores every text so.
pub(super) fn of(any: f32, heads: impl Fn(Head) -> f32) -> Judge {
    with(flat(any, heads))
}

fn with(model: Vec<u8>) -> Judge {
    let policy = Policy::parse(&Bundle::shipped()).unwrap();
    Judge::with_model(&policy, Ok(Model::read(Cow::Owned(model)).unwrap()))
}

/// A judge whose model is sure that something is wrong, and at the second look as sure as nobody may be who hides; it believes in
/// these clauses with these log-odds.
fn doubting(clauses: &'static [(ClauseId, f32)]) -> Judge {
    let believed = |head| clauses.iter().find(|(clause, _)| head == Head::Clause(*clause));
    with(saying(Says { any: 5.0, sure: 0.0, nets: 0.0 }, |head| {
        believed(head).map_or(-5.0, |(_, odds)| *odds)
    }))
}

fn verdict(judge: &Judge, text: &str) -> Verdict {
    judge.judge(&Subject::of(text)).verdict
}

#[test]
fn what_the_model_is_sure_of_is_hidden_under_the_clause_it_believes() {
    let verdict = verdict(&believing(&[ClauseId::Indecent]), "some words");
    assert!(
        matches!(&verdict, Verdict::Hide(finding) if finding.clause == ClauseId::Indecent && finding.rule == "model"),
        "{verdict:?}"
    );
}

#[test]
fn the_model_hides_for_no_clause_that_needs_a_person() {
    for clause in ClauseId::ALL.into_iter().filter(|clause| !clause.may_hide_by_machine()) {
        let verdict = verdict(&believing(&[clause]), "some words");
        assert_eq!((verdict.word(), verdict.clause()), ("review", Some(clause)));
    }
}

#[test]
fn whoever_was_hidden_often_is_read_more_closely_and_never_hidden_for_it() {
    let verdict = |any, strikes| {
        let judge = of(any, |head| if head == Head::Clause(ClauseId::Spam) { 0.0 } else { -5.0 });
        judge.judge(&Subject { strikes, ..Subject::of("some words") }).verdict
    };
    // A probability of 0.38: too little for a person's look at others.
    assert_eq!([0, 2].map(|strikes| verdict(-0.5, strikes)), [Verdict::Allow, Verdict::Allow]);
    for strikes in [3, 100] {
        let closely = verdict(-0.5, strikes);
        assert!(
            matches!(&closely, Verdict::Review(ReviewReason::Doubtful(Finding { clause: ClauseId::Spam, rule, .. })) if rule == "strikes"),
            "{closely:?}"
        );
    }
    assert_eq!(verdict(-2.0, 100), Verdict::Allow, "the model finds nothing in it");
}

#[test]
fn the_model_alone_hides_no_text_of_very_few_letters() {
    let judge = believing(&[ClauseId::Indecent]);
    for text in ["जय हो", "hi all", "7 8 9 10 11 12", "نعم لا"] {
        let verdict = verdict(&judge, text);
        assert_eq!((verdict.word(), verdict.clause()), ("review", Some(ClauseId::Indecent)), "{text}");
    }
}

#[test]
fn an_advert_beyond_doubt_is_hidden_whatever_the_second_look_says() {
    use ClauseId::{Indecent, PrivatePromotion, Spam};
    for (clauses, outcome, clause) in [
        (&[(Spam, 5.0)][..], "hide", Spam),
        (&[(PrivatePromotion, 5.0)], "hide", PrivatePromotion),
        (&[(Spam, 1.0)], "review", Spam),
        (&[(Indecent, 5.0)], "review", Indecent),
        // An advert that is less likely than something else is no pretext to hide that.
        (&[(Spam, 4.0), (Indecent, 5.0)], "review", Indecent),
    ] {
        let verdict = verdict(&doubting(clauses), "some words");
        assert_eq!((verdict.word(), verdict.clause()), (outcome, Some(clause)), "{clauses:?}");
    }
}

#[test]
fn what_the_policy_leaves_to_a_person_is_not_hidden_under_the_next_clause() {
    let mut files = Bundle::shipped().files().clone();
    let policy = files.get_mut(POLICY_FILE).unwrap();
    *policy = policy.replacen("id = \"indecent\"\nact = \"hide\"", "id = \"indecent\"\nact = \"review\"", 1);
    let policy = Policy::parse(&Bundle::new(files)).unwrap();
    let believed = |head| match head {
        Head::Clause(ClauseId::Indecent) => 5.0,
        Head::Clause(ClauseId::PublicMorals) => 4.0,
        _ => -5.0,
    };
    let judge = Judge::with_model(&policy, Ok(Model::read(Cow::Owned(flat(5.0, believed))).unwrap()));
    assert_eq!(verdict(&judge, "some words").word(), "review");
    assert_eq!(verdict(&of(5.0, believed), "some words").word(), "hide");
}

#[test]
fn who_calls_a_service_names_is_hidden_neither_for_that_nor_for_an_advert() {
    use ClauseId::{Indecent, Spam};
    let judges = [doubting(&[(Spam, 4.0), (Indecent, 5.0)]), believing(&[Spam, Indecent])];
    for judge in judges {
        assert_eq!(verdict(&judge, "the service counter is a piece of shit").word(), "review");
    }
}

#[test]
fn what_the_sum_settles_no_net_reads_and_where_it_does_its_answer_counts_in_both_looks() {
    let judge = |any, nets| {
        let says = Says { any, sure: -1.0, nets };
        with(saying(says, |head| if head == Head::Clause(ClauseId::Indecent) { 1.0 } else { -5.0 }))
    };
    let said = |any, nets| judge(any, nets).explain(&Subject::of("some words"));
    let settled = said(-2.0, 9.0);
    assert_eq!((settled.nets, settled.judgement.verdict.word()), (None, "allow"));
    let read = said(0.0, 3.0);
    assert_eq!((read.nets, read.judgement.verdict.word()), (Some(3.0), "hide"));
    assert_eq!((read.hide_score, read.sure), (logistic(3.0), logistic(-1.0 + 2.0 * 3.0)));
    assert_eq!(said(0.0, -3.0).judgement.verdict.word(), "allow");
}

#[test]
fn what_is_said_of_hiding_holds_whatever_the_bounds() {
    let [sure, doubting] = [believing(&[ClauseId::Spam]), doubting(&[(ClauseId::Indecent, 5.0)])];
    let hiding = |judge: &Judge, text| judge.would_hide(text);
    assert!(hiding(&doubting, "I will kill your manager").anyhow);
    let insult = hiding(&doubting, "you are all sons of bitches");
    assert_eq!((insult.anyhow, insult.by_words, insult.by_model, insult.sure), (false, true, Some(0.0), 0.5));
    let advert = hiding(&sure, "some words");
    assert_eq!((advert.anyhow, advert.by_words, advert.by_model), (false, false, Some(logistic(5.0))));
    assert_eq!(hiding(&of(-0.5, |_| -5.0), "some words").by_model, None);
}

#[test]
fn whoever_accuses_somebody_is_not_hidden_on_the_models_word() {
    let text = "The director of this office is a thief and stole public money";
    let verdict = verdict(&believing(&[ClauseId::Indecent]), text);
    assert_eq!((verdict.word(), verdict.clause()), ("review", Some(ClauseId::Defamatory)));
}

#[test]
fn what_the_policys_words_say_beyond_doubt_goes_before_what_the_model_believes() {
    let verdict = verdict(&believing(&[ClauseId::Spam]), "I will kill your manager");
    assert_eq!((verdict.word(), verdict.clause()), ("hide", Some(ClauseId::SecurityThreat)));
    assert_ne!(verdict.finding().unwrap().rule, "model");
}

#[test]
fn a_model_that_merely_doubts_leaves_the_policys_words_to_decide() {
    let judge = of(-0.5, |_| -5.0);
    assert_eq!(verdict(&judge, "I will kill your manager").word(), "hide");
    assert_eq!(verdict(&judge, "some words"), Verdict::Allow);
}

#[test]
fn a_coarse_word_goes_to_a_person_where_the_model_finds_nothing_wrong_at_all() {
    let judge = of(-5.0, |_| -5.0);
    let insult = verdict(&judge, "you are all sons of bitches");
    assert_eq!((insult.word(), insult.clause()), ("review", Some(ClauseId::Indecent)));
    assert_eq!(
        verdict(&judge, "I will kill your manager").word(),
        "hide",
        "of threats the model has seen too few"
    );
}

#[test]
fn a_model_that_cannot_be_asked_sends_every_comment_to_a_person() {
    let policy = Policy::parse(&Bundle::shipped()).unwrap();
    let judge = Judge::with_model(&policy, Err("it is damaged".to_owned()));
    let doubted = verdict(&judge, "some words");
    assert!(
        matches!(&doubted, Verdict::Review(ReviewReason::CheckFailed(why)) if why.contains("damaged")),
        "{doubted:?}"
    );
    assert_eq!(verdict(&judge, "I will kill your manager").word(), "hide", "what is certain needs no model");
}

#[test]
fn a_flagged_comment_names_its_clauses_the_likeliest_first_and_an_allowed_one_none() {
    let subject = |text| Subject::of(text);
    let said = believing(&[ClauseId::Spam, ClauseId::Indecent]).explain(&subject("some words"));
    assert_eq!(said.clauses.len(), 2);
    assert!(said.clauses[0].1 >= said.clauses[1].1 && said.hide_score > 0.99);
    assert!(of(-5.0, |_| -5.0).explain(&subject("some words")).clauses.is_empty());
}
