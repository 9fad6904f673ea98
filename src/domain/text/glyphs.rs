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

/// What a character of Latin, Cyrillic, Hebrew or Arabic is read as.
#[derive(Debug, Clone, Copy)]
enum Plain {
    Silent(Disguises),
    One(char, Class, Disguises),
    /// Read by the long way.
    Many,
}

/// The characters below are looked up. Nearly every character of nearly every comment is one of them.
const LOOKED_UP: u32 = 0x700;

static PLAIN: LazyLock<Vec<Plain>> = LazyLock::new(|| {
    let read = |c: char| {
        let mut parts = Vec::new();
        plain(c, |part| parts.push(part));
        match parts[..] {
            [] => Plain::Silent(silence(c)),
            [one] => Plain::One(one, class(one), undress(c, one)),
            _ => Plain::Many,
        }
    };
    (0..LOOKED_UP).map(|code| char::from_u32(code).map_or(Plain::Many, read)).collect()
});

/// Hands the plain characters of `c` to `emit`, none for a mark or an invisible character.
pub(super) fn read(c: char, mut emit: impl FnMut(char, Class)) {
    match PLAIN.get(c as usize) {
        Some(Plain::One(plain, class, _)) => emit(*plain, *class),
        Some(Plain::Silent(_)) => {}
        Some(Plain::Many) | None => plain(c, |part| emit(part, class(part))),
    }
}

/// The glyphs of a text.
pub(super) fn glyphs(text: &str) -> Vec<Glyph> {
    let table = &**PLAIN;
    // An Arabic letter has two bytes, a Latin one has one, and there are spaces.
    let mut glyphs: Vec<Glyph> = Vec::with_capacity(text.len() / 2 + 16);
    let mut characters = text.char_indices().peekable();
    while let Some((start, c)) = characters.next() {
        let span = Span::of(start, c);
        let within_latin = matches!(c, '\'' | '’' | '`')
            && matches!(glyphs.last(), Some(Glyph { class: Class::Letter(Script::Latin), .. }))
            && characters.peek().is_some_and(|(_, next)| next.is_ascii_alphabetic());
        if within_latin {
            // Half of our public writes "dont" and "im": an apostrophe within a word says nothing.
            carry(&mut glyphs, span, Disguises::NONE);
            continue;
        }
        match table.get(c as usize) {
            Some(Plain::One(c, class, undone)) => {
                glyphs.push(Glyph { c: *c, class: *class, undone: *undone, span });
            }
            Some(Plain::Silent(undone)) => carry(&mut glyphs, span, *undone),
            Some(Plain::Many) | None => read_long(c, span, &mut glyphs),
        }
    }
    glyphs
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
