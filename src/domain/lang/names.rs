//! Names that the public and staff read everywhere.

use super::Lang;
use crate::domain::comment::Platform;
use crate::domain::judge::Kind;

/// A platform's name.
pub fn platform(lang: Lang, platform: Platform) -> &'static str {
    let (ar, en) = match platform {
        Platform::Facebook => ("فيسبوك", "Facebook"),
        Platform::Instagram => ("إنستغرام", "Instagram"),
        Platform::X => ("إكس", "X"),
        Platform::Youtube => ("يوتيوب", "YouTube"),
    };
    lang.pick(ar, en)
}

/// What a kind of comment is called.
pub fn kind(lang: Lang, kind: Kind) -> &'static str {
    let (ar, en) = match kind {
        Kind::Question => ("سؤال", "Question"),
        Kind::Complaint => ("شكوى", "Complaint"),
        Kind::Suggestion => ("اقتراح", "Suggestion"),
        Kind::Opinion => ("رأي", "Opinion"),
        Kind::Praise => ("ثناء", "Praise"),
        Kind::Other => ("غير ذلك", "Other"),
    };
    lang.pick(ar, en)
}
