//! A comment's text with the words marked that break a clause.
//!
//! What the public wrote is escaped, isolated from the page's direction, and takes its own.

use std::ops::Range;

use maud::{Markup, html};

use crate::domain::comment::Comment;
use crate::domain::policy::ClauseId;

use super::lang::Lang;
use super::phrase::Phrase;

/// The most characters of a text in a list.
const EXCERPT_CHARS: usize = 280;

/// The whole text, the bytes of `excerpt` marked.
pub(super) fn text(text: &str, excerpt: Option<&Range<usize>>) -> Markup {
    let marked = excerpt.filter(|range| !range.is_empty());
    let parts = marked
        .and_then(|range| Some((text.get(..range.start)?, text.get(range.clone())?, text.get(range.end..)?)));
    html! {
        bdi.words dir="auto" {
            @match parts {
                Some((before, words, after)) => { (opening(before)) mark { (words) } (after) }
                None => (opening(text)),
            }
        }
    }
}

/// The names that a reply on X begins with stand apart, for they say nothing of the direction of what follows.
fn opening(text: &str) -> Markup {
    let mut rest = text;
    while let Some(name) = rest.strip_prefix('@') {
        rest = name.trim_start_matches(|letter: char| !letter.is_whitespace()).trim_start();
    }
    let names = text[..text.len() - rest.len()].trim_end();
    html! { @if !names.is_empty() { bdi { (names) } } (text[names.len()..]) }
}

/// A text behind a button where its clause is about violence or sex: nobody has to read such words before they choose to.
pub(super) fn veiled(lang: Lang, clause: Option<ClauseId>, text: Markup) -> Markup {
    let veils =
        [ClauseId::SecurityThreat, ClauseId::IllegalActivity, ClauseId::PublicMorals, ClauseId::Indecent];
    html! {
        @if clause.is_some_and(|clause| veils.contains(&clause)) {
            details.veil { summary { (Phrase::Veiled.say(lang)) } (text) }
        } @else { (text) }
    }
}

/// The beginning of a comment's text, or why there is none.
pub(super) fn beginning(lang: Lang, comment: &Comment) -> Markup {
    html! {
        @match comment.text.as_deref() {
            None => span.quiet { (Phrase::TextErased.say(lang)) },
            Some(text) if text.trim().is_empty() => span.quiet { (Phrase::NoText.say(lang)) },
            Some(text) => bdi.words dir="auto" { (opening(&cut(text))) },
        }
    }
}

fn cut(text: &str) -> String {
    match text.char_indices().nth(EXCERPT_CHARS) {
        Some((at, _)) => format!("{}…", text[..at].trim_end()),
        None => text.to_owned(),
    }
}

/// Who wrote it, as far as the platform tells.
pub(super) fn author(lang: Lang, comment: &Comment) -> Markup {
    let name = comment.author.as_ref().and_then(|author| author.name.as_ref().or(author.id.as_ref()));
    html! {
        @match name {
            Some(name) => bdi { (name) },
            None => span.quiet { (Phrase::NoAuthor.say(lang)) },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_that_break_a_clause_are_marked_where_they_stand() {
        let found = text("أنت غبي جدا", Some(&(7..13))).into_string();
        assert_eq!(found, r#"<bdi class="words" dir="auto">أنت <mark>غبي</mark> جدا</bdi>"#);
    }

    #[test]
    fn a_text_takes_the_direction_of_what_follows_the_names_it_begins_with() {
        let found = text("@moe @x  متى؟ @y", None).into_string();
        assert_eq!(found, r#"<bdi class="words" dir="auto"><bdi>@moe @x</bdi>  متى؟ @y</bdi>"#);
        let found = text("@moe متى", Some(&(5..11))).into_string();
        assert!(found.contains("<bdi>@moe</bdi> <mark>متى</mark>"), "{found}");
        assert!(text("@moe", Some(&(0..4))).into_string().contains("<mark>@moe</mark>"));
    }

    #[test]
    fn markup_in_a_comment_is_shown_and_not_obeyed() {
        let found = text("<script>alert(1)</script>", Some(&(0..8))).into_string();
        assert!(found.contains("<mark>&lt;script&gt;</mark>alert(1)&lt;/script&gt;"), "{found}");
        let found = text("<script>", None).into_string();
        assert!(found.contains(">&lt;script&gt;<"), "{found}");
    }

    #[test]
    fn a_mark_that_does_not_fit_the_text_marks_nothing() {
        for misfit in [0..99, 1..3, 0..0] {
            assert!(!text("سس", Some(&misfit)).into_string().contains("<mark>"), "{misfit:?}");
        }
    }
}
