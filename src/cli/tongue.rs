//! The language of what a command tells, where it can tell it in both.

use clap::{Args, ValueEnum};

use crate::domain::lang::Lang;

#[derive(Debug, Args)]
pub(super) struct Tongue {
    /// In which language
    #[arg(long, value_enum, default_value = "ar")]
    lang: Name,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Name {
    /// Arabic
    Ar,
    /// English
    En,
}

impl Tongue {
    pub(super) fn lang(&self) -> Lang {
        match self.lang {
            Name::Ar => Lang::Ar,
            Name::En => Lang::En,
        }
    }
}
