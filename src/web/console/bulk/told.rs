//! What came of an act on many comments, and the button by which all of it is undone.

use maud::{Markup, html};

use crate::domain::lang::hands;
use crate::domain::staff::Right;
use crate::store::bulks::{Bulk, ItemOutcome};

use super::super::super::bulk::What;
use super::super::counted::{Thing, counted};
use super::super::lang::Lang;
use super::super::phrase::Phrase;
use super::super::visit::Visit;
use super::super::{inbox, page as frame, when, words};
use super::{PATH, address, proof_first, undoing_hides};

pub(super) fn page(visit: &Visit, bulk: &Bulk) -> Markup {
    let (lang, title) = (visit.lang, Phrase::ManyAtOnce.say(visit.lang));
    let done = bulk.items.iter().any(|item| item.outcome == ItemOutcome::Done);
    let here = format!("{PATH}/{}", bulk.id);
    html! {
        (frame::of(visit, title, &here, html! {
            p.pages { a href=(inbox::PATH) data-key="i" { (Phrase::BackToList.say(lang)) } }
            h1 { (title) " " (bulk.id) }
            section.panel {
                p {
                    strong { (what(visit, &bulk.what)) } " – " bdi { (words::decided_by(lang, &bulk.asked_by)) } ", "
                    (when::moment(lang, &visit.zone(), bulk.asked_at))
                }
                @if let Some(undoes) = bulk.undoes {
                    p { (Phrase::UndoesAnother.say(lang)) " " a href={ (PATH) "/" (undoes) } { (undoes) } }
                }
                @if let Some(by) = bulk.undone_by {
                    p { (Phrase::UndoneByAnother.say(lang)) " " a href={ (PATH) "/" (by) } { (by) } }
                } @else if done && bulk.undoes.is_none() && visit.may(Right::ActOnComments) {
                    @if undoing_hides(bulk) && !visit.is_proven() { (proof_first(lang, &here)) } @else {
                        form method="post" action={ (here) "/undo" } {
                            (visit.sealed())
                            button.second data-key="z" { (Phrase::UndoAll.say(lang)) }
                        }
                    }
                }
            }
            @for outcome in ItemOutcome::ALL {
                @let of_it: Vec<_> = bulk.items.iter().filter(|item| item.outcome == outcome).collect();
                @if !of_it.is_empty() {
                    section.panel {
                        h2 { (came_to(lang, outcome)) ": " (counted(lang, of_it.len() as u64, Thing::Comment)) }
                        @if outcome == ItemOutcome::NotReached {
                            p { (Phrase::NotReachedAbout.say(lang)) }
                            p { a href=(address(of_it.iter().map(|item| item.comment))) { (Phrase::ChooseTheseAgain.say(lang)) } }
                        }
                        p.chips { @for item in of_it { a href={ "/comments/" (item.comment) } { "#" (item.comment) } } }
                    }
                }
            }
        }))
    }
}

fn what(visit: &Visit, word: &str) -> String {
    let lang = visit.lang;
    match word.parse() {
        Ok(What::Hide(clause)) => format!("{}: {}", Phrase::Hide.say(lang), visit.clause_title(clause)),
        Ok(What::Unhide) => Phrase::Unhide.say(lang).to_owned(),
        Ok(What::LeaveVisible) => Phrase::LeaveVisible.say(lang).to_owned(),
        Ok(What::Assign(to)) => {
            format!("{} {}", Phrase::GiveItTo.say(lang), hands::holder(lang, &visit.routing, &to))
        }
        Ok(What::Kind(kind)) => format!("{}: {}", Phrase::Kind.say(lang), words::kind(lang, kind)),
        Err(_) => word.to_owned(),
    }
}

fn came_to(lang: Lang, outcome: ItemOutcome) -> &'static str {
    let (ar, en) = match outcome {
        ItemOutcome::Done => ("نُفّذ", "Done"),
        ItemOutcome::NotReached => ("لم يُنفَّذ بعد", "Not reached"),
        ItemOutcome::Already => ("كان كذلك من قبل", "So already"),
        ItemOutcome::Overtaken => ("سبقك إليه زميل فلم يُمس", "A colleague was first, and nothing was done"),
        ItemOutcome::WrongState => {
            ("حالته لا تسمح بذلك فلم يُمس", "Its state does not allow it, and nothing was done")
        }
        ItemOutcome::Refused => ("تعذّر ذلك", "Could not be done"),
    };
    lang.pick(ar, en)
}
