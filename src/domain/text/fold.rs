//! The folded view: the words of a text with every disguise undone that we know of.
//!
//! Letters, digits and single spaces remain. Three steps, each of which changes nothing when it is done again:
//!
//! 1. Characters are made plain ([`super::letters`]).
//! 2. Words are found. Signs between the letters of a word are left out, and letters that stand alone,
//!    three or more in a row, are joined again: `k.i.l.l`, `k i l l`, `k🔥i🔥l🔥l`.
//! 3. Each word is spelled plainly: digits and signs drawn for Latin letters become those letters, and
//!    repeated letters are squeezed, Arabic to one, others to two (`ass` must not become `as`).
//!
//! A word in which letters were masked keeps a `*` for one hidden letter and two for more.

use super::letters::{Class, Script, class, drawn_letter, latin_look_alike, plain};
use super::view::{Span, View};

/// The folded view of a text, and a second one where letters were stretched.
#[derive(Debug, Clone)]
pub(crate) struct Folded {
    pub(crate) view: View,
    /// The same with every Latin letter written three times or more read as one; `None` where there is none.
    pub(crate) unstretched: Option<View>,
}

/// Folds a text.
pub(crate) fn fold(text: &str) -> Folded {
    let glyphs = glyphs(text);
    let mut words = words(&glyphs);
    join_short_fragments(&mut words, &glyphs);
    join_single_letters(&mut words, &glyphs);

    let mut view = View::with_capacity(text.len());
    let mut unstretched = View::with_capacity(0);
    let stretched = words.iter().any(|word| word.letters.iter().any(|letter| letter.stretched));
    for word in &words {
        write(&mut view, word, false);
        if stretched {
            write(&mut unstretched, word, true);
        }
    }
    Folded { view, unstretched: stretched.then_some(unstretched) }
}

/// A plain character and where it stood.
#[derive(Debug, Clone, Copy)]
struct Glyph {
    c: char,
    class: Class,
    span: Span,
}

fn glyphs(text: &str) -> Vec<Glyph> {
    let mut glyphs: Vec<Glyph> = Vec::with_capacity(text.len());
    let mut characters = text.char_indices().peekable();
    while let Some((start, c)) = characters.next() {
        let span = Span { start, end: start + c.len_utf8() };
        let before = glyphs.len();
        let in_latin = matches!(glyphs.last(), Some(Glyph { class: Class::Letter(Script::Latin), .. }))
            && characters.peek().is_some_and(|(_, next)| next.is_ascii_alphabetic());
        // Half of our public writes "dont" and "im": an apostrophe within a word says nothing.
        if !(in_latin && matches!(c, '\'' | '’' | '`')) {
            plain(c, |c| glyphs.push(Glyph { c, class: class(c), span }));
        }
        if glyphs.len() == before
            && let Some(last) = glyphs.last_mut()
            && matches!(last.class, Class::Letter(_) | Class::Digit)
        {
            // A mark belongs to the letter that carries it.
            last.span.end = span.end;
        }
    }
    glyphs
}

/// A word on its way to the view.
#[derive(Debug)]
struct Word {
    letters: Vec<Letter>,
    script: Option<Script>,
    /// The glyphs it was read from, as indices.
    from: usize,
    to: usize,
}

#[derive(Debug, Clone, Copy)]
struct Letter {
    c: char,
    span: Span,
    /// Stands for three or more of the same in the original.
    stretched: bool,
}

/// Finds the words and spells each plainly.
fn words(glyphs: &[Glyph]) -> Vec<Word> {
    let mut words = Vec::new();
    let mut at = 0;
    while at < glyphs.len() {
        let len = word_len(&glyphs[at..], at.checked_sub(1).map(|before| glyphs[before].class));
        if len == 0 {
            at += 1;
            continue;
        }
        words.push(spell(glyphs, at, at + len));
        at += len;
    }
    words
}

/// How many of `glyphs` make up the word that starts with the first of them; 0 where none does.
fn word_len(glyphs: &[Glyph], before: Option<Class>) -> usize {
    let script = match glyphs[0].class {
        Class::Letter(Script::Other) if opens_like_latin(glyphs) => Script::Latin,
        Class::Letter(script) => script,
        Class::Digit => match glyphs.iter().find(|g| g.class != Class::Digit).map(|g| g.class) {
            Some(Class::Letter(Script::Latin)) | Some(Class::Drawn) => Script::Latin,
            _ => return digits(glyphs),
        },
        // `$hit`: a sign opens a word only where none has just ended.
        Class::Drawn if glyphs[0].c == '$' && before.is_none_or(|class| class == Class::Space) => {
            Script::Latin
        }
        _ => return 0,
    };
    let latin = script == Script::Latin;
    let letter_at = |i: usize| glyphs.get(i).is_some_and(|g: &Glyph| g.class == Class::Letter(script));
    let mut letters = 0;
    let mut len = 0;
    while len < glyphs.len() {
        match glyphs[len].class {
            Class::Letter(other) if other == script => letters += 1,
            // A look-alike counts as Latin inside a Latin word.
            Class::Letter(_) if latin && latin_look_alike(glyphs[len].c).is_some() => letters += 1,
            Class::Digit if latin && digits(&glyphs[len..]) < LONG_NUMBER => {}
            Class::Drawn if latin && glyphs[len].c == '$' && (letters > 0 || letter_at(len + 1)) => {}
            Class::Drawn
                if latin && letters > 0 && glyphs[len - 1].class != Class::Digit && letter_at(len + 1) => {}
            Class::Mask if letters > 0 && !matches!(glyphs[len - 1].class, Class::Digit) => {
                let masks = glyphs[len..].iter().take_while(|g| g.class == Class::Mask).count();
                if letter_at(len + masks) {
                    len += masks;
                    continue;
                }
                // A mask at the end of a word, or a bold word's closing `*`, hides nothing that could be guessed.
                return len;
            }
            _ => break,
        }
        len += 1;
    }
    if letters == 0 { digits(glyphs) } else { len }
}

/// Whether letters drawn like Latin ones run into Latin ones.
fn opens_like_latin(glyphs: &[Glyph]) -> bool {
    let next = glyphs.iter().find(|g| latin_look_alike(g.c).is_none());
    next.is_some_and(|g| g.class == Class::Letter(Script::Latin))
}

fn digits(glyphs: &[Glyph]) -> usize {
    glyphs.iter().take_while(|g| g.class == Class::Digit).count()
}

/// So many digits in a row are a number, whatever letters they stick to.
const LONG_NUMBER: usize = 4;

/// Two fragments of at most so many letters each, with only signs between, are parts of one word.
const FRAGMENT: usize = 3;

fn spell(glyphs: &[Glyph], from: usize, to: usize) -> Word {
    let source = &glyphs[from..to];
    let has = |script| source.iter().any(|g| g.class == Class::Letter(script));
    let script = [Script::Latin, Script::Arabic, Script::Other].into_iter().find(|script| has(*script));
    let drawn = script == Some(Script::Latin) && digits_are_drawn(source);
    let mut letters: Vec<Letter> = Vec::with_capacity(source.len());
    for glyph in source {
        let c = match glyph.class {
            Class::Drawn => drawn_letter(glyph.c).unwrap_or(glyph.c),
            Class::Digit if drawn => drawn_letter(glyph.c).unwrap_or(glyph.c),
            Class::Letter(_) if script == Some(Script::Latin) => latin_look_alike(glyph.c).unwrap_or(glyph.c),
            _ => glyph.c,
        };
        push_squeezed(&mut letters, Letter { c, span: glyph.span, stretched: false }, script);
    }
    Word { letters, script, from, to }
}

/// Whether the digits in a Latin word stand for letters: `sh1t`, but neither `covid19` nor `3g`.
fn digits_are_drawn(source: &[Glyph]) -> bool {
    let digits = source.iter().filter(|g| g.class == Class::Digit).count();
    let first_digit = source.iter().position(|g| g.class == Class::Digit);
    let only_a_suffix = first_digit.is_some_and(|at| at + digits == source.len());
    digits > 0 && !only_a_suffix && source.len() >= 2 * digits
}

/// Appends a letter unless it repeats more often than its script allows.
fn push_squeezed(letters: &mut Vec<Letter>, letter: Letter, script: Option<Script>) {
    let repeats = letters.iter().rev().take(2).take_while(|before| before.c == letter.c).count();
    let most = match class(letter.c) {
        Class::Digit => usize::MAX,
        // As many as were hidden, up to two, tell more than one.
        Class::Mask => 2,
        // `لل` at the front of a word is "for the", and `ل` alone is "for".
        _ if letter.c == 'ل' && letters.len() == repeats => 2,
        _ if script == Some(Script::Arabic) => 1,
        _ => 2,
    };
    match letters.last_mut() {
        Some(last) if repeats >= most => {
            last.span.end = letter.span.end;
            last.stretched = script == Some(Script::Latin) && letter.c != '*';
        }
        _ => letters.push(letter),
    }
}

/// Joins what only signs hold apart, where one side is too short to be a word: `sh-it`, `نيـ🔥ـك`.
fn join_short_fragments(words: &mut Vec<Word>, glyphs: &[Glyph]) {
    join_where(words, |left, right| {
        let between = &glyphs[left.to..right.from];
        let only_signs = !between.is_empty() && between.iter().all(|g| g.class == Class::Sign);
        let (short, long) =
            (left.letters.len().min(right.letters.len()), left.letters.len().max(right.letters.len()));
        only_signs && left.goes_with(right) && (short == 1 || long <= FRAGMENT)
    });
}

/// Joins letters that stand alone. Those that no space holds apart are a word by themselves, so `b.a.d d.a.y` is
/// two words; what is left over is joined where three or more stand in a row.
fn join_single_letters(words: &mut Vec<Word>, glyphs: &[Glyph]) {
    let no_space = |left: &Word, right: &Word| {
        glyphs[left.to..right.from].iter().all(|between| between.class != Class::Space)
    };
    let tight = runs(std::mem::take(words), no_space);
    let lens: Vec<usize> = tight.iter().map(Vec::len).collect();
    // Two letters are no more than an abbreviation, unless they stand beside a longer row.
    let beside_a_row = |at: usize| lens[at.saturating_sub(1)..].iter().take(3).any(|len| *len >= 3);
    let mut joined = Vec::with_capacity(tight.len());
    for (at, run) in tight.into_iter().enumerate() {
        match run.len() {
            1 => joined.extend(run),
            2 if !beside_a_row(at) => joined.extend(run),
            _ => joined.extend(run.into_iter().reduce(Word::followed_by)),
        }
    }
    for run in runs(joined, |_, _| true) {
        match run.len() {
            3.. => words.extend(run.into_iter().reduce(Word::followed_by)),
            _ => words.extend(run),
        }
    }
}

/// Parts words into runs of letters that stand alone and go on as `on` says; every other word is a run of its own.
fn runs(words: Vec<Word>, on: impl Fn(&Word, &Word) -> bool) -> Vec<Vec<Word>> {
    let mut runs: Vec<Vec<Word>> = Vec::with_capacity(words.len());
    for word in words {
        match runs.last_mut() {
            Some(run)
                if run.last().is_some_and(|last| {
                    last.is_single() && word.is_single() && last.goes_with(&word) && on(last, &word)
                }) =>
            {
                run.push(word);
            }
            _ => runs.push(vec![word]),
        }
    }
    runs
}

fn join_where(words: &mut Vec<Word>, belongs: impl Fn(&Word, &Word) -> bool) {
    let mut joined: Vec<Word> = Vec::with_capacity(words.len());
    for word in std::mem::take(words) {
        match joined.pop() {
            Some(last) if belongs(&last, &word) => joined.push(last.followed_by(word)),
            Some(last) => joined.extend([last, word]),
            None => joined.push(word),
        }
    }
    *words = joined;
}

impl Word {
    /// Whether two words may be parts of one: the same script, and letters alone.
    fn goes_with(&self, other: &Word) -> bool {
        let letters_only = |word: &Word| word.letters.iter().all(|l| matches!(class(l.c), Class::Letter(_)));
        self.script.is_some() && self.script == other.script && letters_only(self) && letters_only(other)
    }

    fn is_single(&self) -> bool {
        self.letters.len() == 1 && self.script.is_some()
    }

    fn followed_by(mut self, next: Word) -> Word {
        for letter in next.letters {
            push_squeezed(&mut self.letters, letter, self.script);
        }
        self.to = next.to;
        self
    }
}

fn write(view: &mut View, word: &Word, unstretched: bool) {
    if let (false, Some(first)) = (view.text().is_empty(), word.letters.first()) {
        view.push(' ', Span { start: first.span.start, end: first.span.start });
    }
    let mut letters = word.letters.iter().peekable();
    while let Some(letter) = letters.next() {
        match letters.next_if(|next| unstretched && next.stretched && next.c == letter.c) {
            Some(again) => view.push(letter.c, Span { start: letter.span.start, end: again.span.end }),
            None => view.push(letter.c, letter.span),
        }
    }
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
