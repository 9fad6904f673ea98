//! The folded view: the words of a text with every disguise undone that we know of.
//!
//! Letters, digits and single spaces remain. Four steps, each of which changes nothing when it is done again:
//!
//! 1. Characters are made plain ([`super::glyphs`], [`super::letters`]).
//! 2. Words are found, signs between the letters of a word left out, and spelled plainly ([`super::words`]): digits and
//!    signs drawn for Latin letters become those letters, and repeated letters are squeezed, Arabic to one, others to
//!    two (`ass` must not become `as`).
//! 3. Letters that stand alone, three or more in a row, are joined again ([`super::join`]): `k.i.l.l`, `k i l l`, `k🔥i🔥l🔥l`.
//! 4. What remains is written down, with what was undone to each word.
//!
//! A word in which letters were masked keeps a `*` for one hidden letter and two for more.

use super::glyphs::glyphs;
use super::join::{join_short_fragments, join_single_letters};
use super::letters::Script;
use super::undone::{Disguised, Undone};
use super::view::{Span, View};
use super::words::{Letter, words};

/// The folded view of a text, a second one where letters were stretched, and what was undone.
#[derive(Debug, Clone)]
pub(crate) struct Folded {
    pub(crate) view: View,
    /// The same with every Latin letter written three times or more read as one; `None` where there is none.
    pub(crate) unstretched: Option<View>,
    /// The words that were written otherwise than plainly, in their order.
    pub(crate) undone: Vec<Disguised>,
}

/// Folds a text.
pub(crate) fn fold(text: &str) -> Folded {
    let glyphs = glyphs(text);
    let mut words = words(&glyphs);
    join_short_fragments(&mut words.list, &glyphs);
    join_single_letters(&mut words.list, &glyphs);

    let mut undone = Vec::new();
    let mut stretched = false;
    let mut number = 0;
    let view = words.written(text.len(), |word, letters, view| {
        write(view, letters.iter().map(|letter| (letter.c, letter.span)));
        let mut disguises = word.undone;
        if letters.iter().any(|letter| letter.is_stretched(word.script)) {
            disguises |= Undone::Stretched;
            stretched |= word.script == Some(Script::Latin);
        }
        if !disguises.is_empty() {
            undone.push(Disguised { word: number, bytes: whole(letters).bytes(), by: disguises });
        }
        number += 1;
    });
    let unstretched = stretched.then(|| {
        words.written(text.len(), |word, letters, view| match word.script {
            Some(Script::Latin) => write(view, once_each(letters)),
            _ => write(view, letters.iter().map(|letter| (letter.c, letter.span))),
        })
    });
    Folded { view, unstretched, undone }
}

/// The span of a word.
fn whole(letters: &[Letter]) -> Span {
    letters[0].span.to(letters[letters.len() - 1].span)
}

/// The letters of a word, the stretched ones once.
fn once_each(letters: &[Letter]) -> impl Iterator<Item = (char, Span)> {
    let mut letters = letters.iter().peekable();
    std::iter::from_fn(move || {
        let letter = letters.next()?;
        let again = letters.next_if(|next| next.times > 1 && next.c == letter.c && next.c != '*');
        Some((letter.c, again.map_or(letter.span, |again| letter.span.to(again.span))))
    })
}

/// Adds a word to a view, after a space where it is not the first.
fn write(view: &mut View, mut letters: impl Iterator<Item = (char, Span)>) {
    let Some((c, span)) = letters.next() else { return };
    if !view.text().is_empty() {
        view.push(' ', span.before());
    }
    view.push(c, span);
    letters.for_each(|(c, span)| view.push(c, span));
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn folded(text: &str) -> String {
        fold(text).view.text().to_owned()
    }

    #[test]
    fn words_keep_letters_digits_and_single_spaces() {
        assert_eq!(folded("  Hello,   WORLD!\n(2026) "), "hello world 2026");
        assert_eq!(folded("السَّلامُ عليكم، رقم ٧٥!"), "السلام عليكم رقم 75");
        assert_eq!(folded("😀 🎉"), "");
    }

    #[test]
    fn letters_held_apart_are_joined_again() {
        assert_eq!(folded("g.a.r.b.a.g.e"), "garbage");
        assert_eq!(folded("g a r b a g e collection"), "garbage collection");
        assert_eq!(folded("g🔥a🔥r🔥b"), "garb");
        assert_eq!(folded("م ر ح ب ا بكم"), "مرحبا بكم");
        assert_eq!(folded("مـرحـ\u{200C}ـبا"), "مرحبا");
        assert_eq!(folded("gar-ba gar_ba"), "garba gar ba");
        assert_eq!(folded("b.a.d d.a.y"), "bad day");
        assert_eq!(folded("ي.و.م س.ي.ئ ك.ل ي.و.م"), "يوم سي كل يوم");
        assert_eq!(folded("b. a.d at 9 a.m. i.n m.a.y"), "bad at 9 a m in may");
    }

    #[test]
    fn whole_words_are_not_joined() {
        assert_eq!(folded("أحمد و محمد"), "احمد و محمد");
        assert_eq!(folded("شكرا❤️لكم جميعا"), "شكرا لكم جميعا");
        assert_eq!(folded("Don't say 'it’s mine'"), "dont say its mine");
        assert_eq!(folded("#ضد_العنصرية"), "ضد العنصريه");
    }

    #[test]
    fn drawn_letters_are_read_in_latin_words_only() {
        assert_eq!(folded("g4rb4ge g@rbage $illy"), "garbage garbage silly");
        assert_eq!(folded("covid19 3rd $500 100$ 2026"), "covid19 erd 500 100 2026");
        assert_eq!(folded("pаypаl сat"), "paypal cat"); // The vowels and the c are Cyrillic.
        assert_eq!(folded("واتساب٠٥٠١٢٣٤٥٦٧"), "واتساب 0501234567");
    }

    #[test]
    fn repeats_are_squeezed_and_double_letters_stay() {
        assert_eq!(folded("cooooool pass glasssss"), "cool pass glass");
        assert_eq!(folded("مرحبااااا كللللب"), "مرحبا كلب");
        assert_eq!(folded("لللبيع للبيع البيع"), "للبيع للبيع البيع");
        assert_eq!(fold("heeello").unstretched.unwrap().text(), "helo".replace('l', "ll"));
        assert!(fold("pass").unstretched.is_none());
    }

    #[test]
    fn a_mask_within_a_word_is_kept_and_one_at_its_end_is_not() {
        assert_eq!(folded("g*rbage g***age g*** *bold* 5*3"), "g*rbage g**age g bold 5 3");
    }

    #[test]
    fn a_folded_range_leads_back_to_the_original_bytes() {
        let text = "أقول: كـ🔥ـلـ🔥ـب!";
        let view = fold(text).view;
        let at = view.text().find("كلب").unwrap();
        let original = view.original(at..view.text().len());
        assert_eq!(&text[original], "كـ🔥ـلـ🔥ـب");
    }

    #[test]
    fn what_was_undone_is_kept_with_its_place() {
        for (text, word, undone) in [
            ("so k.i.l.l it", "k.i.l.l", Undone::Joined),
            ("so cooool it", "cooool", Undone::Stretched),
            ("هذا جمييييل جدا", "جمييييل", Undone::Stretched),
            ("هذا جمـــيل جدا", "جمـــيل", Undone::Stretched),
            ("so g4rbage it", "g4rbage", Undone::Drawn),
            ("so pаypal it", "pаypal", Undone::LookAlike),
            ("so g*rbage it", "g*rbage", Undone::Masked),
            ("هذا جَمِيل جدا", "جَمِيل", Undone::Marks),
            ("so café it", "café", Undone::Marks),
            ("so ga\u{200B}rbage it", "ga\u{200B}rbage", Undone::Invisible),
            ("so 𝓯𝓻𝓮𝓮 it", "𝓯𝓻𝓮𝓮", Undone::Dressed),
            ("هذا ﻣﺮﺣﺒﺎ جدا", "ﻣﺮﺣﺒﺎ", Undone::Dressed),
        ] {
            let found = fold(text).undone;
            assert_eq!(found.len(), 1, "{text}: {found:?}");
            assert_eq!(&text[found[0].bytes.clone()], word);
            assert_eq!((found[0].word, found[0].by.iter().collect::<Vec<_>>()), (1, vec![undone]), "{text}");
        }
    }

    #[test]
    fn another_spelling_is_no_disguise() {
        for text in [
            "إلى الأسرة، شيء مسؤول",
            "Hello WORLD, it's covid19 in 2026",
            "کیا ہے",
            "الله للبيع",
            "good book",
            "\u{200F}نعم\u{200F}",
        ] {
            assert_eq!(fold(text).undone, [], "{text}");
        }
    }

    proptest! {
        #[test]
        fn folding_twice_is_folding_once(text in any_text()) {
            let once = folded(&text);
            prop_assert_eq!(folded(&once), once);
        }

        #[test]
        fn every_folded_byte_leads_to_character_borders(text in any_text()) {
            let view = fold(&text).view;
            for at in 0..view.text().len() {
                prop_assert!(text.get(view.original(at..at + 1)).is_some());
            }
        }
    }

    /// Arbitrary characters, and the ones our folding cares about, in any order.
    fn any_text() -> impl Strategy<Value = String> {
        let near = "[a-c0-9@$!*#._ اأبكلهوة ـًپچ٠٥🔥🖕\u{200B}аеос'.-]{0,40}";
        prop_oneof![any::<String>(), near.prop_map(String::from), "\\PC{0,60}"]
    }
}
