//! Narrowing a list: by its state, its words, and what is known of a comment. All of it are links and forms that need no script.

use maud::{Markup, html};

use crate::domain::comment::{Platform, SourceId};
use crate::domain::holder::Holder;
use crate::domain::judge::Kind;
use crate::domain::lang::hands;
use crate::domain::policy::ClauseId;
use crate::domain::reply::Language;
use crate::domain::staff::Right;
use crate::store::comments::{ListState, OpenCounts};
use crate::store::staff::Staff;

use super::super::phrase::Phrase;
use super::super::visit::Visit;
use super::super::words;
use super::PATH;
use super::chosen::{Chosen, DueBy};

/// What can be chosen from, besides what is known anyway.
pub(super) struct Offers {
    pub sources: Vec<SourceId>,
    pub staff: Vec<Staff>,
}

/// The states, each with how much is in it; the counts follow the platform that is chosen.
pub(super) fn states(visit: &Visit, chosen: &Chosen, counts: &[OpenCounts]) -> Markup {
    let lang = visit.lang;
    let counted = |state| {
        let of = |found: &OpenCounts| match state {
            ListState::Waiting => Some(found.waiting),
            ListState::Review => Some(found.review),
            ListState::AwaitingReply => Some(found.awaiting_reply),
            ListState::Overdue => Some(found.overdue),
            ListState::AwaitingApproval => Some(found.awaiting_approval),
            ListState::Paused | ListState::Hidden | ListState::All => None,
        };
        let here =
            counts.iter().filter(|found| chosen.platform.is_none_or(|platform| platform == found.platform));
        here.map(of).sum::<Option<i64>>()
    };
    html! {
        nav.choices.tabs aria-label=(Phrase::States.say(lang)) {
            @for state in ListState::ALL {
                @let count = counted(state);
                a href=(chosen.in_state(state).address(None)) aria-current=[(state == chosen.state).then_some("true")] {
                    (words::list_state(lang, state))
                    @if let Some(count) = count {
                        " " span.count.urgent[state == ListState::Overdue && count > 0] { (count) }
                    }
                }
            }
        }
    }
}

/// Looking for words.
pub(super) fn search(visit: &Visit, chosen: &Chosen) -> Markup {
    let lang = visit.lang;
    html! {
        form.line.search role="search" method="get" action=(PATH) {
            @for (name, value) in chosen.pairs() {
                @if name != "q" { input type="hidden" name=(name) value=(value); }
            }
            label.unseen for="q" { (Phrase::SearchFor.say(lang)) }
            input #q type="search" name="q" dir="auto" value=[chosen.words.as_ref()] maxlength="200" autocomplete="off"
                placeholder=(Phrase::SearchFor.say(lang)) aria-describedby="q-hint" data-key="/";
            button.second { (Phrase::Search.say(lang)) }
            @if chosen.words.is_some() {
                a href=(Chosen { words: None, after: None, ..chosen.clone() }.address(None)) { (Phrase::EndSearch.say(lang)) }
            }
            p.hint #q-hint { (Phrase::SearchHint.say(lang)) }
        }
    }
}

/// The filters, open where one is chosen.
pub(super) fn filters(visit: &Visit, chosen: &Chosen, offers: &Offers) -> Markup {
    let lang = visit.lang;
    let platforms = Platform::ALL.map(|one| (one.as_str().to_owned(), words::platform(lang, one).to_owned()));
    let kinds = Kind::ALL.map(|one| (one.as_str().to_owned(), words::kind(lang, one).to_owned()));
    let clauses = ClauseId::ALL.map(|one| (one.as_str().to_owned(), visit.clause_title(one)));
    let languages = Language::ALL.map(|one| (one.as_str().to_owned(), words::language(lang, one).to_owned()));
    let due = DueBy::ALL.map(|one| (one.as_str().to_owned(), words::due_by(lang, one).to_owned()));
    let sources = offers.sources.iter().map(|one| (one.0.clone(), one.0.clone())).collect::<Vec<_>>();
    let chosen_holder = chosen.holder.as_ref().map(ToString::to_string);
    html! {
        details.filters open[chosen.has_filters()] {
            summary { (Phrase::Filters.say(lang)) }
            form.fields method="get" action=(PATH) {
                input type="hidden" name="state" value=(chosen.state.as_str());
                @if let Some(words) = &chosen.words { input type="hidden" name="q" value=(words); }
                (select(visit, "platform", Phrase::Platform, &platforms, chosen.platform.map(Platform::as_str)))
                (select(visit, "source", Phrase::Source, &sources, chosen.source.as_ref().map(|source| &*source.0)))
                (select(visit, "kind", Phrase::Kind, &kinds, chosen.kind.map(Kind::as_str)))
                (select(visit, "clause", Phrase::Clause, &clauses, chosen.clause.map(ClauseId::as_str)))
                (select(visit, "language", Phrase::Language, &languages, chosen.language.map(Language::as_str)))
                (select(visit, "holder", Phrase::WhoHasIt, &holders(visit, offers), chosen_holder.as_deref()))
                (select(visit, "due", Phrase::DueBy, &due, chosen.due.map(DueBy::as_str)))
                p.buttons {
                    button.second { (Phrase::Apply.say(lang)) }
                    @if chosen.has_filters() {
                        @let bare = Chosen { state: chosen.state, words: chosen.words.clone(), ..Chosen::default() };
                        " " a href=(bare.address(None)) { (Phrase::ClearFilters.say(lang)) }
                    }
                }
            }
        }
    }
}

fn select(
    visit: &Visit,
    name: &str,
    label: Phrase,
    offered: &[(String, String)],
    chosen: Option<&str>,
) -> Markup {
    html! {
        div.field {
            label for={ "filter-" (name) } { (label.say(visit.lang)) }
            select id={ "filter-" (name) } name=(name) {
                option value="" { (Phrase::Any.say(visit.lang)) }
                @for (value, text) in offered {
                    option value=(value) selected[chosen == Some(value)] { (text) }
                }
            }
        }
    }
}

/// Whose comments can be asked for: mine, a team's, somebody's, nobody's.
fn holders(visit: &Visit, offers: &Offers) -> Vec<(String, String)> {
    let lang = visit.lang;
    let mut holders = Vec::new();
    let mine = Holder::Person(visit.staff.name.clone());
    if visit.may(Right::ActOnComments) {
        holders.push((mine.to_string(), Phrase::MyComments.say(lang).to_owned()));
    }
    let teams = visit.routing.teams.iter().map(|team| Holder::Team(team.id.clone()));
    let answers = |one: &&Staff| one.disabled_at.is_none() && one.role.may(Right::ActOnComments);
    let people = offers.staff.iter().filter(answers).map(|one| Holder::Person(one.name.clone()));
    let others = [Holder::AwaitingApproval, Holder::AwaitingOtherBody, Holder::Unassigned];
    for holder in teams.chain(people).chain(others).filter(|holder| *holder != mine) {
        holders.push((holder.to_string(), hands::holder(lang, &visit.routing, &holder)));
    }
    holders
}
