//! A text as plain characters, each with its class, its place, and what was undone to read it.

use std::sync::LazyLock;

use super::letters::{Class, Script, class, is_mark, is_silent, plain};
use super::undone::{Disguises, Undone};
use super::view::Span;

/// A plain character and where it stood.
#[derive(Debug, Clone, Copy)]
pub(super) struct Glyph {
    pub(super) c: char,
    pub(super) class: Class,
    pub(super) undone: Disguises,
    pub(super) span: Span,
}

/// What a character is read as.
#[derive(Debug, Clone, Copy)]
struct Plain {
    read: Read,
    /// Where it is read as one.
    c: char,
    class: Class,
    undone: Disguises,
}

/// As how many characters a character is read.
#[derive(Debug, Clone, Copy)]
enum Read {
    Silent,
    One,
    /// As itself, but for one within a Latin word, of which half of our public writes nothing ("dont", "im").
    Apostrophe,
    /// Read by the long way.
    Many,
}

/// The characters below are looked up: the letters that our public writes, punctuation, and the older emoji. Nearly every character
/// of nearly every comment is one of them.
const LOOKED_UP: u32 = 0x2800;

static PLAIN: LazyLock<Vec<Plain>> = LazyLock::new(|| {
    let plainly = |c: char| {
        let mut parts = Vec::new();
        plain(c, |part| parts.push(part));
        let (read, part, undone) = match parts[..] {
            [] => (Read::Silent, c, silence(c)),
            [part] if is_apostrophe(c) => (Read::Apostrophe, part, Disguises::NONE),
            [part] => (Read::One, part, undress(c, part)),
            _ => (Read::Many, c, Disguises::NONE),
        };
        Plain { read, c: part, class: class(part), undone }
    };
    (0..LOOKED_UP).map(|code| plainly(char::from_u32(code).expect("no surrogate lies so low"))).collect()
});

/// Hands the plain characters of `c` to `emit`, none for a mark or an invisible character.
pub(super) fn read(c: char, mut emit: impl FnMut(char, Class)) {
    match PLAIN.get(c as usize) {
        Some(Plain { read: Read::One | Read::Apostrophe, c, class, .. }) => emit(*c, *class),
        Some(Plain { read: Read::Silent, .. }) => {}
        Some(Plain { read: Read::Many, .. }) | None => plain(c, |part| emit(part, class(part))),
    }
}

/// The glyphs of a text.
pub(super) fn glyphs(text: &str) -> Vec<Glyph> {
    let table = &**PLAIN;
    // An Arabic letter has two bytes, a Latin one has one, and there are spaces.
    let mut glyphs: Vec<Glyph> = Vec::with_capacity(text.len() / 2 + 16);
    for (start, c) in text.char_indices() {
        let span = Span::of(start, c);
        let Some(Plain { read, c: plain, class, undone }) = table.get(c as usize).copied() else {
            read_long(c, span, &mut glyphs);
            continue;
        };
        match read {
            Read::Apostrophe if is_within_latin(&glyphs, &text[span.bytes().end..]) => {
                carry(&mut glyphs, span, Disguises::NONE);
            }
            Read::One | Read::Apostrophe => glyphs.push(Glyph { c: plain, class, undone, span }),
            Read::Silent => carry(&mut glyphs, span, undone),
            Read::Many => read_long(c, span, &mut glyphs),
        }
    }
    glyphs
}

fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '’' | '`')
}

/// Whether what stands between these is within a Latin word.
fn is_within_latin(before: &[Glyph], after: &str) -> bool {
    matches!(before.last(), Some(Glyph { class: Class::Letter(Script::Latin), .. }))
        && after.starts_with(|next: char| next.is_ascii_alphabetic())
}

fn read_long(c: char, span: Span, glyphs: &mut Vec<Glyph>) {
    let before = glyphs.len();
    plain(c, |part| glyphs.push(Glyph { c: part, class: class(part), undone: undress(c, part), span }));
    if glyphs.len() == before {
        carry(glyphs, span, silence(c));
    }
}

/// What is dropped belongs to the letter before it: a mark to the letter that carries it.
fn carry(glyphs: &mut [Glyph], span: Span, undone: Disguises) {
    if let Some(last) = glyphs.last_mut()
        && matches!(last.class, Class::Letter(_) | Class::Digit)
    {
        last.span.end = span.end;
        last.undone |= undone;
    }
}

/// What was undone where `c` is read as `plain`. Letters that are written for one another are another spelling, no disguise.
fn undress(c: char, plain: char) -> Disguises {
    match class(plain) {
        Class::Letter(Script::Latin) if !c.is_ascii() && plain.is_ascii() && c < '\u{250}' => {
            Undone::Marks.into()
        }
        Class::Letter(Script::Latin) if c >= '\u{2000}' => Undone::Dressed.into(),
        Class::Digit if !c.is_ascii() && c >= '\u{2000}' => Undone::Dressed.into(),
        Class::Letter(Script::Arabic) if c >= '\u{FB50}' => Undone::Dressed.into(),
        _ => Disguises::NONE,
    }
}

/// What it means that a character is not read.
fn silence(c: char) -> Disguises {
    match c {
        '\u{640}' => Undone::Stretched.into(),
        // Hamza alone is a letter, and many leave it out.
        '\u{621}' | '\u{674}' => Disguises::NONE,
        _ if is_mark(c) => Undone::Marks.into(),
        _ if is_silent(c) => Undone::Invisible.into(),
        _ => Disguises::NONE,
    }
}
