use proptest::prelude::*;

use sha2::Digest;

use super::*;
use crate::domain::text::fold;

const WORDS: &str = "the\nخدمه\n";

const NETS_FORM: NetsForm = {
    let any = Mix { linear: 1.0, net: 1.0, bias: 0.0 };
    NetsForm { units: [0.01; NETS], asked_at: 0.3, any, sure: Mix { net: 2.0, ..any } }
};

const BOUNDS: Bounds = Bounds { review_at: 0.5, agreed_at: 0.25, hide_at: 0.9, advert_at: 0.9 };

/// What a model without weights says of every text, in log-odds.
#[derive(Debug, Clone, Copy)]
pub(in crate::domain::judge) struct Says {
    /// That any clause applies.
    pub(in crate::domain::judge) any: f32,
    /// The same at the second look.
    pub(in crate::domain::judge) sure: f32,
    /// What its nets say where they are asked, from a probability of 0.3 on. It counts twice at the second look.
    pub(in crate::domain::judge) nets: f32,
}

/// A model without weights whose looks both say `any` and whose nets say nothing; each head scores its bias.
pub(in crate::domain::judge) fn flat(any: f32, bias: impl Fn(Head) -> f32) -> Vec<u8> {
    saying(Says { any, sure: any, nets: 0.0 }, bias)
}

/// A model without weights.
pub(in crate::domain::judge) fn saying(says: Says, bias: impl Fn(Head) -> f32) -> Vec<u8> {
    file(says, bias, BOUNDS)
}

fn file(says: Says, bias: impl Fn(Head) -> f32, bounds: Bounds) -> Vec<u8> {
    let form = |bias: f32| Form { scale: 0.01, bias };
    let head = |head: Head| HeadForm { name: head.name().into(), form: form(bias(head)), named_at: 0.5 };
    let heads: Vec<HeadForm> = Head::all().map(head).collect();
    // All is zero but the last of a net's weights, which it adds to every score.
    let dense = Dense::new(std::iter::repeat_n(0.0, DENSE - 1).chain([says.nets]));
    Model::write(&Parts {
        forms: [says.any, says.sure].map(form),
        heads: &heads,
        nets: NETS_FORM,
        bounds,
        weights: &vec![0; PIECES.end],
        dense: [&dense; NETS],
        words: WORDS,
    })
}

fn read(bytes: &[u8]) -> Result<Model, BadModel> {
    Model::read(Cow::Owned(bytes.to_vec()))
}

/// The scores of a text: that any clause applies, of each head, and what the nets said.
fn scores(model: &Model, text: &str) -> (f32, Heads, Option<f32>) {
    let words = fold(text).view;
    let sight = Sight { written: text, words: &words, spoken: None, found: &[] };
    let (any, nets) = model.any(&sight.rows(), &sight);
    (any, model.heads(&sight.rows()), nets)
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
    let (any, heads, _) = scores(&model, "any text");
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
        let file = file(Says { any: 0.0, sure: 0.0, nets: 0.0 }, |_| 0.0, bounds);
        assert!(matches!(read(&file), Err(BadModel::Unsound(_))));
    }
}

#[test]
fn every_text_scores_the_same_on_any_number_of_threads() {
    let model = Model::shipped().unwrap();
    // Some of them the nets read as well.
    let texts: Vec<String> = (0..2_000).map(|n| format!("تعليق {n} sample {} يا كلب", n * n)).collect();
    assert!(texts.iter().any(|text| scores(&model, text).2.is_some()));
    let alone: Vec<_> = texts.iter().map(|text| scores(&model, text)).collect();
    let shared: Vec<_> = std::thread::scope(|scope| {
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
        for word in model.weigh(&sight, true) {
            prop_assert!(text.get(word.bytes.clone()).is_some_and(|word| !word.is_empty()), "{:?}", word);
            prop_assert!(word.weight.is_finite());
        }
    }
}
