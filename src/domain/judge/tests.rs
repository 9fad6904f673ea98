//! What the shipped policy says about a few comments of each sort.

use super::*;
use crate::domain::policy::{Bundle, ClauseId, Policy};

fn judged(text: &str, earlier_same: u32) -> Judgement {
    let policy = Policy::parse(&Bundle::shipped()).expect("the shipped policy is sound");
    Judge::new(&policy).judge(&Subject { text, marks: &[], earlier_same })
}

#[test]
fn harsh_but_lawful_criticism_is_not_hidden() {
    for text in [
        "This policy is a failure and whoever wrote it should resign.",
        "You are killing our businesses with these fines.",
        "Garbage app. It logs me out every two minutes and loses the form.",
        "We must fight racism in hiring, and the ministry does too little about it.",
        "The assessment process is assinine bureaucracy, cut it.",
        "خدمتكم زبالة بصراحة، كل مرة تطلبون ورقة يديدة",
        "الرسوم دي سرقة عيني عينك",
        "المسؤول عن الملف ده لازم يستقيل، فشل بكل المقاييس",
        "أنا ضد العنصرية بكل أشكالها، وإعلانات التوظيف عندكم لا تخلو منها",
        "هل كل الأنشطة تحتاج موافقة البلدية؟",
        "كيف أفتح كشك في كلية التقنية؟",
    ] {
        assert!(!matches!(judged(text, 0).verdict, Verdict::Hide(_)), "hidden: {text}");
    }
}

#[test]
fn what_breaks_a_clause_beyond_doubt_is_hidden_for_it() {
    for (clause, text) in [
        (ClauseId::SecurityThreat, "I will bomb your office tomorrow"),
        (ClauseId::PrivatePromotion, "Cheap iPhones for sale, WhatsApp +971 52 123 4567"),
        (ClauseId::IllegalActivity, "Fake passports and forged degrees for sale, no exam needed"),
        (ClauseId::PersonalContent, "Her Emirates ID is 784-1990-7654321-2, share it everywhere"),
        (ClauseId::Spam, "Earn $5000 a week from home!!! Click here http://tinyurl.com/abc1"),
        (ClauseId::ReligiousOffence, "يلعن دينك"),
    ] {
        let verdict = judged(text, 0).verdict;
        assert!(
            matches!(&verdict, Verdict::Hide(finding) if finding.clause == clause),
            "{verdict:?}: {text}"
        );
    }
}

#[test]
fn an_accusation_goes_to_a_person() {
    let verdict = judged("Mr Ahmed Hassan in your licensing office takes bribes", 0).verdict;
    assert!(matches!(verdict, Verdict::Review(_)), "{verdict:?}");
}

#[test]
fn the_same_words_again_and_again_are_spam() {
    let words = "شاهدوا قناتي الجديدة وادعموني بالاشتراك يا جماعة الخير";
    assert!(matches!(judged(words, 0).verdict, Verdict::Allow));
    assert!(matches!(judged(words, 9).verdict, Verdict::Hide(finding) if finding.clause == ClauseId::Spam));
}

#[test]
fn kinds_follow_from_the_words() {
    assert_eq!(judged("متى يفتح التسجيل في المبادرة؟", 0).kind, Kind::Question);
    assert_eq!(judged("You should add a dark mode to the app.", 0).kind, Kind::Suggestion);
    assert_eq!(judged("The refund you promised in October never came.", 0).kind, Kind::Complaint);
    assert_eq!(judged("❤️❤️❤️", 0).kind, Kind::Other);
}

proptest::proptest! {
    #[test]
    fn no_text_makes_the_judge_fail_and_excerpts_stand_on_borders(text in "\\PC{0,80}") {
        if let Some(finding) = judged(&text, 0).verdict.finding() {
            proptest::prop_assert!(text.get(finding.excerpt.clone()).is_some());
        }
    }
}
