//! Words among glyphs, each spelled plainly.

use super::glyphs::Glyph;
use super::letters::{Class, Script, class, drawn_letter, latin_look_alike};
use super::undone::{Disguises, Undone};
use super::view::{Span, View};

/// The words of a text; their letters lie in one row, each word's after those of the word before.
#[derive(Debug)]
pub(super) struct Words {
    pub(super) list: Vec<Word>,
    pub(super) letters: Vec<Letter>,
}

/// A word: where its letters and its glyphs lie.
#[derive(Debug, Clone, Copy)]
pub(super) struct Word {
    /// Of [`Words::letters`].
    pub(super) letters: (usize, usize),
    /// Of the glyphs.
    pub(super) glyphs: (usize, usize),
    pub(super) script: Option<Script>,
    /// The letter of which it consists, where it is a single one.
    pub(super) lone: Option<char>,
    /// Whether it has no digit and no mask.
    pub(super) only_letters: bool,
    pub(super) undone: Disguises,
}

/// A letter of a word as it is to be read.
#[derive(Debug, Clone, Copy)]
pub(super) struct Letter {
    pub(super) c: char,
    /// How many of the same in the original it stands for; at most 255.
    pub(super) times: u8,
    pub(super) span: Span,
}

impl Letter {
    /// Whether the letter was written three times or more. Of those that are squeezed to two it is the second.
    #[inline]
    pub(super) fn is_stretched(&self, script: Option<Script>) -> bool {
        let arabic = script == Some(Script::Arabic);
        self.times > if arabic { 2 } else { 1 } && self.c != '*'
    }
}

impl Words {
    /// A view to which `write` adds each word in turn.
    pub(super) fn written(&self, bytes: usize, mut write: impl FnMut(&Word, &[Letter], &mut View)) -> View {
        let mut view = View::with_capacity(bytes);
        let mut joined = Vec::new();
        for word in &self.list {
            let letters = &self.letters[word.letters.0..word.letters.1];
            if word.undone.has(Undone::Joined) {
                // Where words met, a letter may now stand more often than its script allows.
                joined.clear();
                letters.iter().for_each(|letter| push_squeezed(&mut joined, 0, *letter, word.script));
                write(word, &joined, &mut view);
            } else {
                write(word, letters, &mut view);
            }
        }
        view
    }
}

impl Word {
    /// How many letters it has.
    #[inline]
    pub(super) fn len(&self) -> usize {
        if self.lone.is_some() { 1 } else { self.letters.1 - self.letters.0 }
    }

    /// This word and the next as one.
    pub(super) fn with(self, next: &Word) -> Word {
        let mut undone = self.undone | next.undone;
        undone |= Undone::Joined;
        // The same Arabic letter twice is squeezed to one, save the `لل` of "for the".
        let one = self.script == Some(Script::Arabic) && self.lone == next.lone && self.lone != Some('ل');
        Word {
            letters: (self.letters.0, next.letters.1),
            glyphs: (self.glyphs.0, next.glyphs.1),
            lone: self.lone.filter(|_| one),
            undone,
            ..self
        }
    }
}

/// Finds the words and spells each plainly.
pub(super) fn words(glyphs: &[Glyph]) -> Words {
    let mut words =
        Words { list: Vec::with_capacity(glyphs.len() / 5 + 4), letters: Vec::with_capacity(glyphs.len()) };
    let mut at = 0;
    while at < glyphs.len() {
        if let Some(word) = plain_word(glyphs, at, &mut words.letters) {
            at = word.glyphs.1;
            words.list.push(word);
            continue;
        }
        let before = at.checked_sub(1).map(|before| glyphs[before].class);
        let len = word_len(&glyphs[at..], before);
        if len == 0 {
            at += 1;
            continue;
        }
        let word = spell(glyphs, (at, at + len), &mut words.letters);
        words.list.push(word);
        at += len;
    }
    words
}

/// The word that starts at glyph `from`, where it is what nearly every word is: letters of one script, none more often in a row
/// than the script has it, up to a space, a stop or a sign. `None` for any other: [`spell`] reads them all, and these the same.
fn plain_word(glyphs: &[Glyph], from: usize, letters: &mut Vec<Letter>) -> Option<Word> {
    let class = glyphs[from].class;
    let Class::Letter(script @ (Script::Latin | Script::Arabic)) = class else { return None };
    let source = glyphs[from..].split(|glyph| glyph.class != class).next()?;
    let to = from + source.len();
    let ends =
        glyphs.get(to).is_none_or(|next| matches!(next.class, Class::Space | Class::Stop | Class::Sign));
    let repeats = match script {
        Script::Latin => source.windows(3).any(|row| row[0].c == row[1].c && row[1].c == row[2].c),
        _ => source.windows(2).any(|row| row[0].c == row[1].c),
    };
    if !ends || repeats {
        return None;
    }
    let mut undone = Disguises::NONE;
    source.iter().for_each(|glyph| undone |= glyph.undone);
    if undone.has(Undone::Invisible) {
        return None;
    }
    let first = letters.len();
    letters.extend(source.iter().map(|glyph| Letter { c: glyph.c, times: 1, span: glyph.span }));
    let lone = (source.len() == 1).then(|| source[0].c);
    let letters = (first, letters.len());
    Some(Word { letters, glyphs: (from, to), script: Some(script), lone, only_letters: true, undone })
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

/// Spells the word of the glyphs `from..to` after the `letters` of the words before it.
fn spell(glyphs: &[Glyph], (from, to): (usize, usize), letters: &mut Vec<Letter>) -> Word {
    let source = &glyphs[from..to];
    let script = script_of(source);
    let drawn = script == Some(Script::Latin) && digits_are_drawn(source);
    let first = letters.len();
    let mut undone = Disguises::NONE;
    let mut only_letters = true;
    for (at, glyph) in source.iter().enumerate() {
        let c = match glyph.class {
            Class::Letter(Script::Other) if script == Some(Script::Latin) => {
                undone |= Undone::LookAlike;
                latin_look_alike(glyph.c).unwrap_or(glyph.c)
            }
            Class::Letter(_) => glyph.c,
            Class::Digit if drawn => read_drawn(glyph.c, &mut undone),
            Class::Drawn => read_drawn(glyph.c, &mut undone),
            Class::Mask => {
                undone |= Undone::Masked;
                glyph.c
            }
            _ => glyph.c,
        };
        only_letters &= matches!(glyph.class, Class::Letter(_)) || c != glyph.c;
        // What nobody sees after a word only turns the direction of reading.
        undone |= if at + 1 == source.len() { glyph.undone.without(Undone::Invisible) } else { glyph.undone };
        push_squeezed(letters, first, Letter { c, times: 1, span: glyph.span }, script);
    }
    let lone = (letters.len() == first + 1).then(|| letters[first].c);
    Word { letters: (first, letters.len()), glyphs: (from, to), script, lone, only_letters, undone }
}

/// Latin before Arabic before others: a look-alike within a Latin word is no reason to read it otherwise.
fn script_of(source: &[Glyph]) -> Option<Script> {
    let mut script = None;
    for glyph in source {
        match glyph.class {
            Class::Letter(Script::Latin) => return Some(Script::Latin),
            Class::Letter(Script::Arabic) => script = Some(Script::Arabic),
            Class::Letter(Script::Other) => script = script.or(Some(Script::Other)),
            _ => {}
        }
    }
    script
}

fn read_drawn(c: char, undone: &mut Disguises) -> char {
    let Some(letter) = drawn_letter(c) else { return c };
    *undone |= Undone::Drawn;
    letter
}

/// Whether the digits in a Latin word stand for letters: `sh1t`, but neither `covid19` nor `3g`.
fn digits_are_drawn(source: &[Glyph]) -> bool {
    let Some(first_digit) = source.iter().position(|g| g.class == Class::Digit) else { return false };
    let digits = source.iter().filter(|g| g.class == Class::Digit).count();
    let only_a_suffix = first_digit + digits == source.len();
    !only_a_suffix && source.len() >= 2 * digits
}

/// Appends a letter to the word that begins at `first`, unless it repeats more often than its script allows.
fn push_squeezed(letters: &mut Vec<Letter>, first: usize, letter: Letter, script: Option<Script>) {
    let word = &mut letters[first..];
    let len = word.len();
    let repeats = match word {
        [.., before, last] if last.c == letter.c => 1 + usize::from(before.c == letter.c),
        [last] if last.c == letter.c => 1,
        _ => 0,
    };
    if repeats == 0 {
        return letters.push(letter);
    }
    let most = match class(letter.c) {
        Class::Digit => usize::MAX,
        // As many as were hidden, up to two, tell more than one.
        Class::Mask => 2,
        // `لل` at the front of a word is "for the", and `ل` alone is "for".
        _ if letter.c == 'ل' && len == repeats => 2,
        _ if script == Some(Script::Arabic) => 1,
        _ => 2,
    };
    match word.last_mut() {
        Some(last) if repeats >= most => {
            last.span = last.span.to(letter.span);
            last.times = last.times.saturating_add(letter.times);
        }
        _ => letters.push(letter),
    }
}
