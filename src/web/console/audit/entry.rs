//! One entry for people: when, who, what, to what, and the rest.

use maud::{Markup, html};

use super::super::lang::Lang;
use super::super::link::link;
use super::super::visit::Visit;
use super::super::{when, words};
use super::search;
use super::words::{Say, act};
use crate::domain::audit::{EntryView, Field};
use crate::domain::staff::Role;

/// How many signs of a hash are shown.
const SHORT: usize = 12;

/// Who did it. A person is a link to what else they did.
pub(super) fn who(lang: Lang, entry: &EntryView) -> Markup {
    let role = entry.acted_as.as_ref().and_then(|role| role.parse::<Role>().ok());
    html! {
        @if entry.kind == "staff" {
            a href=(link(search::PATH, &[("person", &entry.name)])) { bdi { (entry.name) } }
            @if let Some(role) = role { " (" (words::role(lang, role)) ")" }
        } @else { bdi { (entry.name) } }
    }
}

/// What was done, in words and in the log's own.
pub(super) fn what(lang: Lang, entry: &EntryView) -> Markup {
    html! {
        strong { (act(lang, &entry.act)) } " "
        code.quiet dir="ltr" { (entry.act) }
    }
}

/// To what. A comment is a link to its story.
pub(super) fn object(entry: &EntryView) -> Markup {
    let comment = entry.object.strip_prefix("comment:");
    html! {
        @match comment {
            Some(id) => a href={ "/audit/comments/" (id) } { code dir="ltr" { (entry.object) } },
            None => code dir="ltr" { (entry.object) },
        }
    }
}

/// The fields that hold something, by their names in the log.
pub(super) fn facts(visit: &Visit, entry: &EntryView) -> Markup {
    let held = || entry.fields.iter().filter(|(_, field)| *field != Field::Null);
    html! {
        @if held().next().is_some() {
            dl.facts {
                @for (name, field) in held() {
                    dt { code dir="ltr" { (name) } }
                    dd { (value(visit, field)) }
                }
            }
        }
    }
}

fn value(visit: &Visit, field: &Field) -> Markup {
    html! {
        @match field {
            Field::Int(number) => (number),
            Field::Word(word) => (told(visit, word)),
            Field::Commitment(hash) => {
                span.quiet { (Say::Commitment.say(visit.lang)) " " }
                code dir="ltr" title=(hash) { (hash.get(..SHORT).unwrap_or(hash)) "…" }
            },
            Field::Null => {},
        }
    }
}

/// A word, and an instant in the official time besides.
fn told(visit: &Visit, word: &str) -> Markup {
    let at: Option<jiff::Timestamp> = word.parse().ok();
    html! {
        @match at {
            Some(at) => time datetime=(word) { (when::moment(visit.lang, &visit.zone(), at)) },
            None => bdi dir="auto" { (word) },
        }
    }
}

/// The link to its proof; where it is not sealed yet, that.
pub(super) fn proof(lang: Lang, entry: &EntryView, sealed: u64) -> Markup {
    html! {
        @if entry.seq < sealed {
            a href={ "/audit/entries/" (entry.seq) "/proof" } download { (Say::Download.say(lang)) }
        } @else { span.quiet { (Say::NotSealed.say(lang)) } }
    }
}
