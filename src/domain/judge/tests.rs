//! The judge under the shipped policy: what it protects, what it hides, and the laws it keeps.
//!
//! What the policy's words do is tried beside a model that merely doubts, so that a model learned anew breaks no such test.

use std::sync::LazyLock;

use super::*;
use crate::domain::policy::{Bundle, ClauseId, Policy};
use crate::domain::text::Undone;

mod breaches;
mod context;
mod corpus;
mod criticism;
mod kinds;
mod laws;
mod model;

static JUDGE: LazyLock<Judge> = LazyLock::new(|| model::of(-0.5, |_| -5.0));

fn judged(text: &str) -> Judgement {
    JUDGE.judge(&Subject::of(text))
}

fn repeated(text: &str, here: u32) -> Verdict {
    repeated_too(text, Repeats { here, elsewhere: 0 })
}

fn repeated_too(text: &str, repeats: Repeats) -> Verdict {
    JUDGE.judge(&Subject { repeats, ..Subject::of(text) }).verdict
}

#[test]
fn an_accusation_of_a_person_goes_to_a_person() {
    for text in [
        "Mr Ahmed Hassan in your licensing office takes bribes",
        "مدير الفرع في المنطقة الثالثة مرتشي والكل يعرف",
        "The director of this office is a thief and stole public money",
        "المهندس سالم ياخذ رشاوي من المقاولين",
    ] {
        let verdict = judged(text).verdict;
        assert!(matches!(verdict, Verdict::Review(_)), "{verdict:?}: {text}");
        assert_eq!(verdict.clause(), Some(ClauseId::Defamatory), "{text}");
    }
}

#[test]
fn what_a_machine_may_not_hide_for_goes_to_a_person_however_certain() {
    let verdict = judged("IPTV subscription, all channels unlocked, WhatsApp 050 123 4567").verdict;
    assert!(
        matches!(&verdict, Verdict::Review(ReviewReason::Doubtful(finding)) if finding.clause == ClauseId::IpInfringement),
        "{verdict:?}"
    );
}

#[test]
fn who_publishes_their_own_number_by_mistake_stays_owed_an_answer() {
    for text in [
        "My application is stuck since May, my Emirates ID is 784-1990-1234567-1",
        "معاملتي متأخرة من شهرين رقم هويتي ٧٨٤-١٩٩٠-١٢٣٤٥٦٧-١ وشكرا",
        "please call me on 050 123 4567 about my complaint",
        "لم يصلني المبلغ على حسابي AE070331234567890123456",
    ] {
        let judgement = judged(text);
        assert!(matches!(judgement.verdict, Verdict::Review(_)), "{:?}: {text}", judgement.verdict);
        assert!(judgement.kind.is_owed_a_reply(), "{:?}: {text}", judgement.kind);
    }
}

#[test]
fn a_telephone_alone_goes_to_a_person_and_a_public_line_does_not() {
    assert_eq!(judged("0501234567").verdict.word(), "review");
    assert_eq!(judged("call 800 6634 for this").verdict, Verdict::Allow);
}

#[test]
fn a_link_to_the_government_means_nothing_and_one_elsewhere_is_looked_at() {
    assert_eq!(judged("The form is at https://www.moei.gov.ae/ar/services").verdict, Verdict::Allow);
    assert_eq!(judged("look at this http://example.org/page").verdict.word(), "review");
    assert_eq!(judged("nice photo https://t.co/AbCdEf").verdict, Verdict::Allow);
}

#[test]
fn the_same_words_again_and_again_are_spam() {
    let words = "شاهدوا الفيديو الجديد عن الطريق وادعموه بالنشر يا جماعة الخير";
    assert_eq!(repeated(words, 0), Verdict::Allow);
    assert_eq!(repeated(words, 1), Verdict::Allow);
    assert_eq!(repeated(words, 2).word(), "review");
    assert!(
        matches!(repeated(words, 5), Verdict::Hide(finding) if finding.clause == ClauseId::Spam && finding.excerpt.is_empty())
    );
}

#[test]
fn the_same_words_on_other_platforms_under_the_same_name_go_to_a_person_however_often() {
    let words = "شاهدوا الفيديو الجديد عن الطريق وادعموه بالنشر يا جماعة الخير";
    for (here, elsewhere, outcome) in [
        (0, 1, "allow"),
        (0, 2, "review"),
        (1, 1, "review"),
        (4, 100, "review"),
        (5, 0, "hide"),
        (5, 9, "hide"),
    ] {
        let verdict = repeated_too(words, Repeats { here, elsewhere });
        assert_eq!(verdict.word(), outcome, "{here} here, {elsewhere} elsewhere");
    }
}

#[test]
fn thanks_and_prayers_may_repeat() {
    for words in ["شكرا لكم", "الله يعطيكم العافية", "Thank you so much"] {
        assert_eq!(repeated(words, 50), Verdict::Allow, "{words}");
    }
}

#[test]
fn what_was_cut_off_is_not_known_to_be_harmless() {
    let cut = Subject { marks: &[Mark::Cut], ..Subject::of("a fair remark") };
    let verdict = JUDGE.judge(&cut).verdict;
    assert!(
        matches!(&verdict, Verdict::Review(ReviewReason::CheckFailed(why)) if !why.contains("remark")),
        "{verdict:?}"
    );
}

#[test]
fn nothing_and_emoji_break_nothing() {
    for text in ["", " \n", "❤️❤️❤️", "👍", "..."] {
        let repeats = Repeats { here: 9, elsewhere: 9 };
        let judgement = JUDGE.judge(&Subject { marks: &[Mark::NoText], repeats, ..Subject::of(text) });
        assert_eq!((judgement.verdict, judgement.kind), (Verdict::Allow, Kind::Other), "{text:?}");
    }
}

#[test]
fn arabizi_is_judged_as_the_arabic_that_it_is() {
    let offer = judged("7asheesh lel bee3 etasel 0501234567");
    assert!(
        matches!(&offer.verdict, Verdict::Hide(finding) if finding.clause == ClauseId::IllegalActivity),
        "{offer:?}"
    );
    assert!(offer.undone.iter().any(|word| word.by.has(Undone::Transliterated)), "{offer:?}");
    assert_ne!(judged("el modeer 7arami w kol ennas te3raf").verdict, Verdict::Allow);
    assert_eq!(judged("el 5edma 7elwa w sari3a").verdict, Verdict::Allow);
    assert_eq!(judged("wain el markaz").kind, Kind::Question);
    let english = judged("Flat 3bhk near area7, open until 9pm");
    assert!(!english.undone.iter().any(|word| word.by.has(Undone::Transliterated)), "{english:?}");
}

#[test]
fn who_hides_the_letters_of_what_may_be_forbidden_is_looked_at() {
    for (plain, hidden) in [("viagra here", "v!agra here"), ("weed in the park", "w.e.e.d in the park")] {
        assert_eq!(judged(plain).verdict, Verdict::Allow, "{plain}");
        assert_eq!(judged(hidden).verdict.clause(), Some(ClauseId::IllegalActivity), "{hidden}");
    }
}

#[test]
fn the_gravest_clause_names_the_decision() {
    let verdict =
        judged("I will kill your manager, you son of a bitch, cheap watches for sale WhatsApp 0501234567")
            .verdict;
    assert_eq!(verdict.clause(), Some(ClauseId::SecurityThreat));
}

#[test]
fn urdu_words_spelled_like_arabic_ones_are_left_alone() {
    for text in
        ["ہر کس کو معلوم ہے کہ یہ سروس اچھی ہے", "این را هر کس می داند و هیچ کس شک ندارد", "آپ کون ہیں"]
    {
        assert_eq!(judged(text).verdict, Verdict::Allow, "{text}");
    }
}
