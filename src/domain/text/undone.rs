//! What folding undid: the disguises of a text, kept as evidence of how it was written.

use std::ops::{BitOr, BitOrAssign, Range};

use super::view::Span;

/// One way of writing a word otherwise than plainly.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Undone {
    /// Letters held apart by signs, spaces or emoji were joined: `k.i.l.l`, `k i l l`.
    Joined,
    /// Letters written three times or more, or drawn out by tatweel, were squeezed.
    Stretched,
    /// Digits and signs drawn for Latin letters were read as those: `sh1t`.
    Drawn,
    /// Letters of another alphabet that look like Latin ones were read as those.
    LookAlike,
    /// `*` stands for letters that the author hid.
    Masked,
    /// Marks above and below letters were dropped; many Arabic texts carry some in all innocence.
    Marks,
    /// Characters that nobody sees were dropped from within a word.
    Invisible,
    /// Letters in another shape were made plain: full-width, mathematical, boxed, Arabic presentation forms.
    Dressed,
    /// Arabic written in Latin letters and digits was written back.
    Transliterated,
}

impl Undone {
    /// Every disguise.
    pub const ALL: [Undone; 9] = [
        Undone::Joined,
        Undone::Stretched,
        Undone::Drawn,
        Undone::LookAlike,
        Undone::Masked,
        Undone::Marks,
        Undone::Invisible,
        Undone::Dressed,
        Undone::Transliterated,
    ];

    /// The word for it in explanations and exports.
    pub fn as_str(self) -> &'static str {
        match self {
            Undone::Joined => "joined",
            Undone::Stretched => "stretched",
            Undone::Drawn => "drawn",
            Undone::LookAlike => "look_alike",
            Undone::Masked => "masked",
            Undone::Marks => "marks",
            Undone::Invisible => "invisible",
            Undone::Dressed => "dressed",
            Undone::Transliterated => "transliterated",
        }
    }
}

/// A word that was written otherwise than plainly.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Disguised {
    /// Its number among the words of the folded view, counted from 0.
    pub(crate) word: usize,
    /// The bytes of the original text that it is.
    pub bytes: Range<usize>,
    /// What was undone to read it.
    pub by: Disguises,
}

/// A word that was written back from Latin letters.
pub(crate) fn transliterated(word: usize, span: Span) -> Disguised {
    Disguised { word, bytes: span.bytes(), by: Undone::Transliterated.into() }
}

/// Several of them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Disguises(u16);

impl Disguises {
    pub(super) const NONE: Disguises = Disguises(0);

    /// Whether nothing was undone.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Whether this was undone.
    pub fn has(self, undone: Undone) -> bool {
        self.0 & Disguises::from(undone).0 != 0
    }

    pub(super) fn without(self, undone: Undone) -> Disguises {
        Disguises(self.0 & !Disguises::from(undone).0)
    }

    /// Whether the writing hides letters from a reader or a machine. Stretched letters shout, and marks tell how to read.
    pub fn hide_letters(self) -> bool {
        self.iter()
            .any(|undone| !matches!(undone, Undone::Stretched | Undone::Marks | Undone::Transliterated))
    }

    /// Each one, in the order of [`Undone::ALL`].
    pub fn iter(self) -> impl Iterator<Item = Undone> {
        Undone::ALL.into_iter().filter(move |undone| self.has(*undone))
    }
}

impl From<Undone> for Disguises {
    fn from(undone: Undone) -> Self {
        Disguises(1 << undone as u16)
    }
}

impl BitOr for Disguises {
    type Output = Disguises;

    fn bitor(self, other: Disguises) -> Disguises {
        Disguises(self.0 | other.0)
    }
}

impl<T: Into<Disguises>> BitOrAssign<T> for Disguises {
    fn bitor_assign(&mut self, other: T) {
        self.0 |= other.into().0;
    }
}
