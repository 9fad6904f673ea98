//! Laws that hold for every text.

use proptest::prelude::*;

use super::*;

/// The judge as it is shipped.
static SHIPPED: LazyLock<Judge> = LazyLock::new(|| Judge::new(&Policy::parse(&Bundle::shipped()).unwrap()));

/// Texts near what the judge looks for: pieces of its own phrases, numbers and disguises, in any order.
fn any_text() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "you",
        "kill",
        "الموظف",
        "يا",
        "كلب",
        "للبيع",
        "050 123 4567",
        "784-1990-1234567-1",
        "wa.me/9715",
        "f*ck",
        "f u c k",
        "ك.ل.ب",
        "\u{200B}",
        "ـ",
        "٥",
        "@",
        "http://",
        "AE07",
        "4111 1111 1111 1111",
        "🔥",
        "are",
        "dirty",
        "?",
        "🖕🏿",
        "\n",
    ]);
    prop_oneof![
        any::<String>(),
        prop::collection::vec((piece, " ?"), 0..20)
            .prop_map(|pieces| pieces.into_iter().map(|(a, b)| a.to_owned() + &b).collect()),
    ]
}

proptest! {
    #[test]
    fn no_text_makes_the_judge_fail_and_excerpts_stand_on_borders(text in any_text()) {
        if let Some(finding) = judged(&text).verdict.finding() {
            prop_assert!(text.get(finding.excerpt.clone()).is_some());
            prop_assert!(!finding.excerpt.is_empty());
        }
    }

    #[test]
    fn the_same_text_is_judged_the_same_by_any_judge(text in any_text()) {
        static PAIR: LazyLock<[Judge; 2]> =
            LazyLock::new(|| [(); 2].map(|()| Judge::new(&Policy::parse(&Bundle::shipped()).unwrap())));
        let [one, other] = PAIR.each_ref().map(|judge| judge.explain(&Subject::of(&text)));
        prop_assert!(one.spans.is_sorted() && one.spans.iter().all(|span| text.get(span.start..span.end).is_some()));
        prop_assert_eq!(one, other);
    }

    #[test]
    fn what_stands_around_a_plain_threat_does_not_let_it_pass(before in "[a-z ]{0,30}", after in "[a-z ]{0,30}") {
        let text = format!("{before}. I will kill you all. {after}");
        prop_assert_ne!(judged(&text).verdict, Verdict::Allow);
    }
}

/// `MAJLIS_REPLAYED_TEXTS` replays more of them.
#[test]
fn a_replay_says_the_same_on_one_thread_and_on_many() {
    const WORDS: &[&str] = &[
        "you are",
        "الموظف",
        "kill",
        "يا كلب",
        "للبيع",
        "050 123 4567",
        "wa.me/9715",
        "f*ck",
        "k i l l",
        "7mar",
        "enta",
        "شكرا",
        "dirty",
        "indians",
        "متى",
        "?",
        "ك.ل.ب",
        "الخدمة",
        "service",
        "🖕",
        "very",
        "جداااا",
        "AED 300",
        "و",
    ];
    let texts = std::env::var("MAJLIS_REPLAYED_TEXTS").map_or(3_000, |count| count.parse().unwrap());
    let text = |number: usize| -> String {
        let digits =
            std::iter::successors(Some(number), |rest| Some(rest / WORDS.len()).filter(|rest| *rest > 0));
        digits.map(|rest| WORDS[rest % WORDS.len()]).collect::<Vec<_>>().join(" ")
    };
    let replay = |first: usize, step: usize| -> Vec<Judgement> {
        (first..texts).step_by(step).map(|number| SHIPPED.judge(&Subject::of(&text(31 * number)))).collect()
    };
    let alone = replay(0, 1);
    const THREADS: usize = 4;
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..THREADS).map(|first| scope.spawn(move || replay(first, THREADS))).collect();
        for (first, worker) in workers.into_iter().enumerate() {
            let expected = alone.iter().skip(first).step_by(THREADS);
            assert!(worker.join().unwrap().iter().eq(expected));
        }
    });
    assert!(alone.iter().any(|judgement| judgement.verdict != Verdict::Allow));
    assert!((0..100).any(|number| SHIPPED.explain(&Subject::of(&text(31 * number))).nets.is_some()));
}

#[test]
fn long_texts_are_judged_in_time_that_grows_with_their_length() {
    for piece in [
        "f*ck ",
        "qz*xj ",
        "you are dirty indians ",
        "050 123 4567 ",
        "ك ل ب ",
        "a.b.",
        "0",
        "*",
        "للبيع wa.me/1 ",
    ] {
        // The best of five: other work of the machine only ever adds.
        let time = |repeats: usize| {
            // It answers what holds the same words, each within another.
            let (text, parent) = (piece.repeat(repeats), format!("x{}x ", piece.trim()).repeat(repeats));
            let subject = Subject { parent_text: Some(&parent), ..Subject::of(&text) };
            let once = || {
                let start = std::time::Instant::now();
                JUDGE.judge(&subject);
                start.elapsed()
            };
            (0..5).map(|_| once()).min().unwrap_or_default()
        };
        let (short, long) = (time(1_000 / piece.len() + 1), time(16_000 / piece.len() + 1));
        // Sixteen times the text; quadratic work would take 256 times as long.
        assert!(long < short * 60 + std::time::Duration::from_millis(50), "{piece:?}: {short:?}, {long:?}");
    }
}
