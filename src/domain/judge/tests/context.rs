//! What stands around a comment: it may spare a comment, and never hides one.

use proptest::prelude::*;

use super::model::of;
use super::*;
use crate::domain::judge::model::Head;

fn answering<'a>(text: &'a str, parent: &'a str) -> Subject<'a> {
    Subject { parent_text: Some(parent), ..Subject::of(text) }
}

fn under<'a>(text: &'a str, post: &'a str) -> Subject<'a> {
    Subject { post_text: Some(post), ..Subject::of(text) }
}

fn told<'a>(text: &'a str, lang: &'a str) -> Subject<'a> {
    Subject { lang: Some(lang), ..Subject::of(text) }
}

/// What is done alone, and with what stands around.
fn alone_and(judge: &Judge, subject: Subject<'_>) -> [&'static str; 2] {
    [Subject::of(subject.text), subject].map(|subject| judge.judge(&subject).verdict.word())
}

/// A judge whose model is sure of every text.
fn sure() -> Judge {
    of(5.0, |head| if head == Head::Clause(ClauseId::Indecent) { 5.0 } else { -5.0 })
}

#[test]
fn who_repeats_what_was_said_to_report_it_goes_to_a_person() {
    for (text, parent) in [
        ("@ministry look: I will kill your manager", "I will kill your manager!!"),
        ("\"سأقتل المدير\" هذا على صفحتكم منذ أمس", "والله سأقتل المدير"),
    ] {
        assert_eq!(alone_and(&JUDGE, answering(text, parent)), ["hide", "review"], "{text}");
        let said = JUDGE.explain(&answering(text, parent));
        assert!(said.quotes && said.spans.iter().any(|span| span.why.ends_with(" (quoted)")), "{said:?}");
        assert!(said.clauses.iter().all(|(_, score)| *score < 0.999) && said.hide_score < 0.999);
    }
}

#[test]
fn the_same_insult_in_answer_goes_to_a_person_however_it_is_written_there() {
    let insult = "you are all sons of bitches";
    for parent in [insult, "No, YOU are all s0ns of b!tches..."] {
        assert_eq!(alone_and(&JUDGE, answering(insult, parent)), ["hide", "review"], "{parent}");
    }
    assert_eq!(
        alone_and(&JUDGE, answering("you motherfuckers", "you motherfuckers")),
        ["hide", "review"],
        "an ending"
    );
}

#[test]
fn whoever_reviews_is_told_of_a_quotation_even_where_what_is_quoted_was_doubtful() {
    let insult = "يا حمار يا ابن الكلب";
    let text = format!("كتب فوق «{insult}» وهذا عيب، أزيلوا تعليقه");
    let said = JUDGE.explain(&answering(&text, insult));
    assert_eq!((said.judgement.verdict.word(), said.quotes), ("review", true));
    assert!(!JUDGE.explain(&answering(&text, "شكرا لكم")).quotes);
}

#[test]
fn who_adds_a_breach_to_what_is_quoted_is_hidden_for_their_own() {
    let text = "you are all sons of bitches and I will kill your manager";
    let verdict = JUDGE.judge(&answering(text, "you are all sons of bitches")).verdict;
    assert_eq!((verdict.word(), verdict.clause()), ("hide", Some(ClauseId::SecurityThreat)));
}

#[test]
fn words_that_stand_apart_there_or_within_others_are_not_quoted() {
    let threat = "I will kill your manager";
    for parent in ["", "!!", "will your manager kill time again? I hope not", "a different matter altogether"]
    {
        assert_eq!(alone_and(&JUDGE, answering(threat, parent)), ["hide", "hide"], "{parent}");
    }
}

#[test]
fn the_posts_own_words_are_nobodys_breach_and_an_advert_under_it_is() {
    let post = "لا لبيع الحشيش! معا نكافح المخدرات، بلغوا عن كل من يعرض حشيش للبيع";
    assert_eq!(alone_and(&JUDGE, under("حشيش للبيع", post))[1], "review");
    assert_eq!(alone_and(&JUDGE, under("حشيش للبيع واتساب 0501234567", post)), ["hide", "hide"]);
}

#[test]
fn the_model_hides_nothing_of_which_most_is_quoted() {
    let judge = sure();
    let post = "Every drop counts: together we save water for the children of tomorrow";
    for (text, outcome) in [
        ("together we save water for the children", "review"),
        ("Together we save WATER, my friends", "review"),
        ("you save water and we drink dirt for the children", "hide"),
        ("we want water tomorrow", "hide"),
        ("something else altogether", "hide"),
        ("tomorrow counts", "hide"),
    ] {
        assert_eq!(alone_and(&judge, under(text, post)), ["hide", outcome], "{text}");
    }
    assert!(judge.explain(&under("together we save water for the children", post)).quotes);
    assert_eq!(alone_and(&judge, answering("tomorrow counts", "Tomorrow counts.")), ["hide", "review"]);
    assert_eq!(alone_and(&judge, answering("something else", "")), ["hide", "hide"]);
}

#[test]
fn what_is_quoted_is_not_hidden_on_the_models_word_either() {
    let text = "I will kill your manager, nobody in this town cares about water and children any more";
    assert_eq!(alone_and(&sure(), answering(text, "I will kill your manager")), ["hide", "review"]);
}

#[test]
fn repeated_posting_is_no_quotation() {
    let words = "شاهدوا الفيديو الجديد عن الطريق وادعموه بالنشر يا جماعة الخير";
    let repeats = Repeats { here: 5, elsewhere: 0 };
    assert_eq!(JUDGE.judge(&Subject { repeats, ..answering(words, words) }).verdict.word(), "hide");
    assert_eq!(JUDGE.judge(&Subject { repeats, ..told(words, "fa") }).verdict.word(), "hide");
}

#[test]
fn what_is_said_to_be_persian_or_urdu_is_not_read_by_arabic_lists_and_hidden_by_none() {
    let insult = "يا ابن الكلب";
    assert_eq!(alone_and(&JUDGE, told(insult, "ar")), ["hide", "hide"]);
    assert_eq!(alone_and(&JUDGE, told(insult, "tlh")), ["hide", "hide"]);
    for lang in ["fa", "ur-PK", "ckb"] {
        assert_eq!(alone_and(&JUDGE, told(insult, lang)), ["hide", "allow"], "{lang}");
        assert_eq!(alone_and(&sure(), told(insult, lang)), ["hide", "review"], "{lang}");
    }
    let threat = "I will kill your manager";
    assert_eq!(alone_and(&JUDGE, told(threat, "fa")), ["hide", "hide"], "nothing of it is in Arabic letters");
}

#[test]
fn a_text_that_looks_persian_is_no_less_so_where_it_is_said_to_be_arabic() {
    let text = "این را هر کس می داند و هیچ کس شک ندارد";
    assert_eq!(alone_and(&JUDGE, told(text, "ar")), ["allow", "allow"]);
    assert_eq!(alone_and(&sure(), told(text, "ar")), ["review", "review"]);
}

proptest! {
    /// The same pieces in comment, parent and post, so that much is quoted.
    #[test]
    fn what_stands_around_never_hides_more(
        text in pieces(), parent in pieces(), post in pieces(), lang in prop_oneof!["fa", "ur", "ar", "en", "x"],
    ) {
        for judge in [&*JUDGE, &SHIPPED] {
            let around = Subject {
                parent_text: Some(&parent), post_text: Some(&post), lang: Some(&lang), ..Subject::of(&text)
            };
            let [alone, with] = [Subject::of(&text), around].map(|subject| judge.judge(&subject).verdict.word());
            prop_assert!(with != "hide" || alone == "hide", "{alone} alone, {with} with: {text}");
        }
    }
}

proptest! {
    #[test]
    fn what_repeats_the_whole_of_what_it_answers_is_never_hidden(
        text in prop_oneof![pieces(), "\\PC{0,40}", "[a-d@$!*#._ اأبكلهوة ـ٠٥🔥🖕\u{200B}а'.-]{0,30}"],
    ) {
        for judge in [&*JUDGE, &SHIPPED] {
            prop_assert_ne!(judge.judge(&answering(&text, &text)).verdict.word(), "hide", "{}", text);
        }
    }
}

static SHIPPED: LazyLock<Judge> = LazyLock::new(|| Judge::new(&Policy::parse(&Bundle::shipped()).unwrap()));

fn pieces() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "I will kill your manager",
        "you are all sons of bitches",
        "يا ابن الكلب",
        "حشيش للبيع",
        "motherfuckers",
        "f u c k i n g b i t c h e s",
        "sons of b*tches",
        "والكلب",
        "واتساب 0501234567",
        "کس",
        "خیلی",
        "این",
        "لا",
        "ضد",
        "قال",
        "report",
        "he wrote",
        "شكرا",
        "سأقتل المدير",
        "http://bit.ly/x",
    ]);
    prop::collection::vec(piece, 0..6).prop_map(|pieces| pieces.join(" "))
}
