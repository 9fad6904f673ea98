use proptest::prelude::*;

use sha2::Digest;

use super::*;
use crate::domain::text::fold;

const WORDS: &str = "the\nخدمه\n";

/// A net that is always asked and never says anything.
const NET: NetForm = {
    let mix = Mix { linear: 1.0, net: 1.0, bias: 0.0 };
    NetForm { units: [0.01; NETS], asked_at: 0.0, any: mix, sure: mix }
};

const BOUNDS: Bounds = Bounds { review_at: 0.5, agreed_at: 0.25, hide_at: 0.9, advert_at: 0.9 };

/// A model without weights: `any` and each head score their bias.
pub(in crate::domain::judge) fn flat(any: f32, bias: impl Fn(Head) -> f32) -> Vec<u8> {
    file(Form { scale: 0.01, bias: any }, bias, BOUNDS)
}

fn file(any: Form, bias: impl Fn(Head) -> f32, bounds: Bounds) -> Vec<u8> {
    let form = |head: Head| HeadForm {
        name: head.name().into(),
        form: Form { scale: 0.01, bias: bias(head) },
        named_at: 0.5,
    };
    let heads: Vec<HeadForm> = Head::all().map(form).collect();
    Model::write(&Parts {
        forms: [any; 2],
        heads: &heads,
        net: NET,
        bounds,
        weights: &vec![0; PIECES.end],
        dense: [&Dense::new(std::iter::repeat_n(0.0, DENSE)); NETS],
        words: WORDS,
    })
}

fn read(bytes: &[u8]) -> Result<Model, BadModel> {
    Model::read(Cow::Owned(bytes.to_vec()))
}

/// The scores of a text: that any clause applies, and of each head.
fn scores(model: &Model, text: &str) -> (f32, Heads) {
    let words = fold(text).view;
    let sight = Sight { written: text, words: &words, spoken: None, found: &[] };
    (model.any(&sight.rows(), &sight).0, model.heads(&sight.rows()))
}

#[test]
fn a_clause_stands_at_its_place_among_the_heads() {
    for (place, head) in Head::all().take(ClauseId::ALL.len()).enumerate() {
        assert!(matches!(head, Head::Clause(clause) if clause as usize == place));
    }
}

#[test]
fn a_model_survives_its_file() {
    let file = flat(0.0, |head| if head == Head::Clause(ClauseId::Spam) { 1.0 } else { 0.0 });
    let model = read(&file).unwrap();
    assert_eq!(model.hash(), hex::encode(sha2::Sha256::digest(&file)));
    let (any, heads) = scores(&model, "any text");
    assert_eq!((any, heads.clause(ClauseId::Spam)), (0.5, logistic(1.0)));
    assert_eq!((model.bounds(), model.words()), (BOUNDS, WORDS));
}

#[test]
fn a_file_that_is_no_model_is_refused_and_says_why() {
    let sound = flat(0.0, |_| 0.0);
    let mut damaged = sound.clone();
    *damaged.last_mut().unwrap() ^= 1;
    assert!(matches!(read(&damaged), Err(BadModel::Damaged)));
    assert!(matches!(read(&sound[..sound.len() - 1]), Err(BadModel::Length { .. })));
    assert!(matches!(read(b""), Err(BadModel::OtherFormat)));
    let text = String::from_utf8_lossy(&sound[..200]).into_owned();
    assert!(matches!(read(text.as_bytes()), Err(BadModel::Header(_))));
    let at = sound.windows(6).position(|bytes| bytes == b"\"spam\"").unwrap();
    let other = [&sound[..at], b"\"spat\"", &sound[at + 6..]].concat();
    let error = read(&other).unwrap_err();
    assert!(error.to_string().contains("not the clauses and kinds"), "{error}");
}

#[test]
fn bounds_that_would_trouble_or_hide_everybody_are_refused() {
    for [review_at, agreed_at, hide_at, advert_at] in
        [[0.5, 0.25, 0.4, 0.9], [0.0, 0.25, 0.9, 0.9], [0.5, 0.95, 0.9, 0.9], [0.5, 0.25, 0.9, 0.4]]
    {
        let bounds = Bounds { review_at, agreed_at, hide_at, advert_at };
        let file = file(Form { scale: 1.0, bias: 0.0 }, |_| 0.0, bounds);
        assert!(matches!(read(&file), Err(BadModel::Unsound(_))));
    }
}

#[test]
fn every_text_scores_the_same_on_any_number_of_threads() {
    let model = Model::shipped().unwrap();
    let texts: Vec<String> = (0..2_000).map(|n| format!("تعليق {n} sample {} خدمة", n * n)).collect();
    let alone: Vec<(f32, Heads)> = texts.iter().map(|text| scores(&model, text)).collect();
    let shared: Vec<(f32, Heads)> = std::thread::scope(|scope| {
        let parts: Vec<_> = texts
            .chunks(300)
            .map(|texts| scope.spawn(|| texts.iter().map(|text| scores(&model, text)).collect::<Vec<_>>()))
            .collect();
        parts.into_iter().flat_map(|part| part.join().unwrap()).collect()
    });
    assert_eq!(alone, shared);
}

proptest! {
    #[test]
    fn words_weigh_on_character_borders_whatever_the_text(text in "\\PC{0,80}") {
        let model = Model::shipped().unwrap();
        let words = fold(&text).view;
        let sight = Sight { written: &text, words: &words, spoken: Some(&words), found: &[1, 2] };
        for word in model.weigh(&sight) {
            prop_assert!(text.get(word.bytes.clone()).is_some_and(|word| !word.is_empty()), "{:?}", word);
            prop_assert!(word.weight.is_finite());
        }
    }
}
