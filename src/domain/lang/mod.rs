//! The two languages in which people are spoken to, Arabic first, and what both need: dates, counted things and names.
//!
//! Which of them somebody asks for is left to the console; the words themselves stand where they are said.

pub mod counted;
pub mod hands;
pub mod names;
pub mod when;

use serde::{Deserialize, Serialize};

/// A language of the console, of mail to staff and of what we tell the public.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lang {
    /// Arabic.
    Ar,
    /// English.
    En,
}

impl Lang {
    /// The tag for `lang` attributes.
    pub fn tag(self) -> &'static str {
        match self {
            Lang::Ar => "ar",
            Lang::En => "en",
        }
    }

    /// The direction in which it is written.
    pub fn dir(self) -> &'static str {
        match self {
            Lang::Ar => "rtl",
            Lang::En => "ltr",
        }
    }

    /// The one of two texts that is in this language.
    pub fn pick<T>(self, ar: T, en: T) -> T {
        match self {
            Lang::Ar => ar,
            Lang::En => en,
        }
    }
}

/// The same words in both languages.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bilingual {
    /// Arabic.
    pub ar: String,
    /// English.
    pub en: String,
}

impl Bilingual {
    /// The words in this language.
    pub fn say(&self, lang: Lang) -> &str {
        lang.pick(&self.ar, &self.en)
    }
}
