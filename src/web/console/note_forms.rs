//! What a member of staff says of a comment without acting on a platform: a note for colleagues, and which kind it is.

use maud::{Markup, html};

use crate::domain::judge::Kind;
use crate::store::comments::Story;

use super::super::act::NOTE_MAX_CHARS;
use super::forms::{Draft, Form, complaint, seen};
use super::phrase::Phrase;
use super::visit::Visit;
use super::words;

/// A note, and the kind.
pub(super) fn forms(visit: &Visit, story: &Story, draft: &Draft) -> Markup {
    let lang = visit.lang;
    let judged = story.decisions.last().filter(|last| last.revision == story.comment.revision);
    html! {
        section.panel.acts {
            h2 { (Phrase::AmongUs.say(lang)) }
            form.stack method="post" action={ "/comments/" (story.comment.id) "/note" } {
                (seen(visit, story))
                (complaint(draft, Form::Note))
                label for="note" { (Phrase::WriteNote.say(lang)) }
                textarea #note name="text" dir="auto" rows="2" required maxlength=(NOTE_MAX_CHARS) data-key="m" { "\n" (draft.note) }
                button.second { (Phrase::KeepNote.say(lang)) }
            }
            @if let Some(judged) = judged { (kind(visit, story, draft, judged.kind)) }
        }
    }
}

fn kind(visit: &Visit, story: &Story, draft: &Draft, now: Kind) -> Markup {
    let lang = visit.lang;
    html! {
        form.line method="post" action={ "/comments/" (story.comment.id) "/kind" } {
            (seen(visit, story))
            (complaint(draft, Form::Kind))
            label for="kind" { (Phrase::Kind.say(lang)) }
            select #kind name="kind" required {
                @for kind in Kind::ALL { option value=(kind.as_str()) selected[kind == now] { (words::kind(lang, kind)) } }
            }
            button.second { (Phrase::Change.say(lang)) }
            p.hint { (Phrase::KindAbout.say(lang)) }
        }
    }
}
