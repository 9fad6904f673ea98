//! What stands around a comment: the post, what it answers, what answers it, and what its author wrote before.

use maud::{Markup, html};

use crate::domain::comment::Comment;
use crate::domain::permalink;
use crate::store::comments::{Around, Near};

use super::phrase::Phrase;
use super::visit::Visit;
use super::{marked, when, words};

/// The post and the comments above.
pub(super) fn above(visit: &Visit, comment: &Comment, around: &Around) -> Markup {
    let lang = visit.lang;
    html! {
        @if comment.post_id.is_some() || !around.above.is_empty() {
            section.panel.thread {
                @if let Some(id) = &comment.post_id {
                    p.meta {
                        span { (Phrase::UnderPost.say(lang)) " " bdi dir="ltr" { (id) } }
                        (there(visit, permalink::post(comment)))
                    }
                }
                @for one in &around.above { (message(visit, one)) }
            }
        }
    }
}

/// The comments below.
pub(super) fn below(visit: &Visit, around: &Around) -> Markup {
    html! {
        @if !around.below.is_empty() {
            section.panel.thread {
                h2 { (Phrase::AnswersBelow.say(visit.lang)) }
                @for one in &around.below { (message(visit, one)) }
            }
        }
    }
}

/// A way to where the public sees it.
pub(super) fn there(visit: &Visit, address: Option<String>) -> Markup {
    html! {
        @if let Some(address) = address {
            a href=(address) rel="noreferrer noopener" target="_blank" { (Phrase::OnThePlatform.say(visit.lang)) }
        }
    }
}

fn message(visit: &Visit, near: &Near) -> Markup {
    let (lang, comment) = (visit.lang, &near.comment);
    html! {
        article.message.ours[comment.ours] {
            p.meta {
                a href={ "/comments/" (comment.id) } { "#" (comment.id) }
                @if comment.ours { strong { (Phrase::OurReply.say(lang)) } } @else { (marked::author(lang, comment)) }
                span { (when::short(lang, &visit.zone(), comment.starts_at())) }
            }
            (marked::veiled(lang, near.clause(), marked::beginning(lang, comment)))
        }
    }
}

/// What the author wrote to us before.
pub(super) fn earlier(visit: &Visit, around: &Around) -> Markup {
    let lang = visit.lang;
    html! {
        @if !around.earlier.is_empty() {
            section.panel {
                details {
                    summary { (Phrase::AuthorsEarlier.say(lang)) " (" (around.earlier.len()) ")" }
                    ol.story {
                        @for found in &around.earlier { li {
                            p.meta {
                                a href={ "/comments/" (found.comment.id) } { "#" (found.comment.id) }
                                span { (when::short(lang, &visit.zone(), found.comment.starts_at())) }
                                @if let Some(last) = &found.last {
                                    span { (words::kind(lang, last.kind)) }
                                    span { (words::verdict(lang, last.verdict)) @if let Some(clause) = last.clause { ": " (visit.clause_title(clause)) } }
                                }
                            }
                            (marked::veiled(lang, found.clause(), marked::beginning(lang, &found.comment)))
                        } }
                    }
                }
            }
        }
    }
}
