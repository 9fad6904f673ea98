//! What is owed to a comment and how it was counted, and who had it.

use maud::{Markup, html};

use crate::domain::holder::Held;
use crate::domain::lang::hands;
use crate::store::comments::Story;

use super::super::CountedBy;
use super::phrase::Phrase;
use super::visit::Visit;
use super::{deadline, when};

pub(super) fn told(visit: &Visit, story: &Story, counted_by: &CountedBy) -> Markup {
    let lang = visit.lang;
    html! {
        @if !story.clocks.is_empty() {
            section.panel #deadlines {
                h2 { (Phrase::Deadlines.say(lang)) }
                @for clock in story.clocks.iter().rev() { (deadline::counted(visit, story, counted_by, clock)) }
            }
        }
        @if !story.held.is_empty() {
            section.panel {
                details {
                    summary { (Phrase::WhoHadIt.say(lang)) }
                    ol.story { @for held in story.held.iter().rev() { (held_item(visit, held)) } }
                }
            }
        }
    }
}

fn held_item(visit: &Visit, Held { from, holder }: &Held) -> Markup {
    let lang = visit.lang;
    html! {
        li {
            p { strong { bdi { (hands::holder(lang, &visit.routing, holder)) } } }
            p.quiet { (Phrase::Since.say(lang)) " " (when::moment(lang, &visit.zone(), *from)) }
        }
    }
}
