//! A comment in a list.

use maud::{Markup, html};

use crate::domain::comment::Visibility;
use crate::domain::holder::Holder;
use crate::domain::lang::hands;
use crate::store::comments::ListRow;

use super::phrase::Phrase;
use super::visit::Visit;
use super::{deadline, marked, words};

/// The row; where it can be chosen with others, with a box to tick.
pub(super) fn row(visit: &Visit, row: &ListRow, can_choose: bool) -> Markup {
    let (lang, comment) = (visit.lang, &row.comment);
    html! {
        li.card {
            p.meta {
                @if can_choose {
                    input.choose type="checkbox" form="bulk" name="id" value=(comment.id) aria-label={ (Phrase::ChooseForBulk.say(lang)) " " (comment.id) };
                }
                a.open href={ "/comments/" (comment.id) } { "#" (comment.id) }
                span { (words::platform(lang, comment.platform)) }
                @if let Some(last) = &row.last { span { (words::kind(lang, last.kind)) } }
                span { (marked::author(lang, comment)) }
            }
            (marked::veiled(lang, row.last.as_ref().and_then(|last| last.clause), html! { p { (marked::beginning(lang, comment)) } }))
            p.chips { (chips(visit, row)) }
        }
    }
}

fn chips(visit: &Visit, row: &ListRow) -> Markup {
    let lang = visit.lang;
    let last = row.last.as_ref();
    let visible = row.comment.visibility == Visibility::Visible;
    let there = visible || row.comment.visibility == Visibility::Hidden;
    let waits_for_a_person = there && last.is_some_and(|last| last.verdict == "review");
    html! {
        @if let Some(clock) = row.clock.as_ref().filter(|clock| visible || !clock.state.is_open()) {
            (deadline::chip(visit, clock))
        }
        @if waits_for_a_person {
            span.chip.gold {
                (words::list_state(lang, crate::store::comments::ListState::Review))
                @if let Some(clause) = last.and_then(|last| last.clause) { ": " (visit.clause_title(clause)) }
            }
        }
        @if !visible { span.chip.plain { (words::visibility(lang, row.comment.visibility)) } }
        @if row.holder != Holder::Unassigned {
            span.chip.plain { bdi { (hands::holder(lang, &visit.routing, &row.holder)) } }
        }
        @if let Some(act) = row.pending { span.chip.blue { (words::pending(lang, act)) } }
    }
}
