use proptest::prelude::*;

use sha2::Digest;

use super::features::ROW_BITS;
use super::*;
use crate::domain::text::fold;

/// A model without weights, whose heads score `bias` each.
pub(in crate::domain::judge) fn flat(bias: impl Fn(Head) -> f32) -> Vec<u8> {
    let form =
        |head: Head| HeadForm { name: head.name().into(), scale: 0.01, bias: bias(head), named_at: 0.5 };
    let bounds = Bounds { review_at: 0.5, hide_at: 0.9 };
    Model::write(Head::all().map(form).collect(), bounds, &vec![0; HEADS << ROW_BITS])
}

fn read(bytes: &[u8]) -> Result<Model, BadModel> {
    Model::read(Cow::Owned(bytes.to_vec()))
}

fn scores(model: &Model, text: &str) -> Scores {
    model.score(text, &fold(text).view, &[])
}

#[test]
fn a_clause_stands_at_its_place_among_the_heads() {
    for clause in ClauseId::ALL {
        assert_eq!(Head::Clause(clause).place(), 1 + clause as usize);
    }
}

#[test]
fn a_model_survives_its_file() {
    let file = flat(|head| head.place() as f32 / 10.0);
    let model = read(&file).unwrap();
    assert_eq!(model.hash(), hex::encode(sha2::Sha256::digest(&file)));
    assert_eq!(scores(&model, "any text").any(), 0.5);
    assert_eq!(scores(&model, "any text").clause(ClauseId::PublicMorals), logistic(0.1));
    assert_eq!(model.bounds(), Bounds { review_at: 0.5, hide_at: 0.9 });
}

#[test]
fn a_file_that_is_no_model_is_refused_and_says_why() {
    let sound = flat(|_| 0.0);
    let mut damaged = sound.clone();
    *damaged.last_mut().unwrap() ^= 1;
    assert!(matches!(read(&damaged), Err(BadModel::Damaged)));
    assert!(matches!(read(&sound[..sound.len() - 1]), Err(BadModel::Length { .. })));
    assert!(matches!(read(b""), Err(BadModel::OtherFormat)));
    let text = String::from_utf8_lossy(&sound[..200]).into_owned();
    assert!(matches!(read(text.as_bytes()), Err(BadModel::Header(_))));
    let at = sound.windows(5).position(|bytes| bytes == b"\"any\"").unwrap();
    let other = [&sound[..at], b"\"all\"", &sound[at + 5..]].concat();
    let error = read(&other).unwrap_err();
    assert!(error.to_string().contains("not the clauses and kinds"), "{error}");
}

#[test]
fn a_hide_bound_below_review_is_refused() {
    let form = |head: Head| HeadForm { name: head.name().into(), scale: 1.0, bias: 0.0, named_at: 0.5 };
    let bounds = Bounds { review_at: 0.5, hide_at: 0.4 };
    let file = Model::write(Head::all().map(form).collect(), bounds, &vec![0; HEADS << ROW_BITS]);
    assert!(matches!(read(&file), Err(BadModel::Unsound(_))));
}

#[test]
fn every_text_scores_the_same_on_any_number_of_threads() {
    let model = Model::shipped().unwrap();
    let texts: Vec<String> = (0..2_000).map(|n| format!("تعليق {n} sample {} خدمة", n * n)).collect();
    let alone: Vec<Scores> = texts.iter().map(|text| scores(&model, text)).collect();
    let shared: Vec<Scores> = std::thread::scope(|scope| {
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
        for word in model.weigh(Head::Any, &text, &fold(&text).view, 0) {
            prop_assert!(text.get(word.bytes.clone()).is_some_and(|word| !word.is_empty()), "{:?}", word);
            prop_assert!(word.weight.is_finite());
        }
    }
}
