//! Passing a comment on: whose it is now, and who can have it instead.

use maud::{Markup, html};

use crate::domain::comment::Visibility;
use crate::domain::holder::Holder;
use crate::domain::lang::hands;
use crate::domain::staff::Right;
use crate::store::comments::Story;
use crate::store::staff::Staff;

use super::forms::{Draft, Form, complaint, seen};
use super::phrase::Phrase;
use super::visit::Visit;

/// Whether it can be passed on: it is the public's, and there.
pub(super) fn is_offered(story: &Story) -> bool {
    let there = matches!(story.comment.visibility, Visibility::Visible | Visibility::Hidden);
    there && !story.comment.ours
}

/// Offers to take it oneself, or to give it to any of `staff` who may answer, to a team, or to nobody.
pub(super) fn form(visit: &Visit, story: &Story, staff: &[Staff], draft: &Draft) -> Markup {
    let now = story.holder();
    let me = Holder::Person(visit.staff.name.clone());
    html! {
        section.panel.acts {
            h2 { (Phrase::InTheHandsOf.say(visit.lang)) " " bdi { (hands::holder(visit.lang, &visit.routing, now)) } }
            (complaint(draft, Form::Assign))
            @if *now != me {
                form.line method="post" action={ "/comments/" (story.comment.id) "/assign" } {
                    (seen(visit, story))
                    input type="hidden" name="to" value=(me);
                    button.second data-key="a" { (Phrase::TakeIt.say(visit.lang)) }
                }
            }
            form.line method="post" action={ "/comments/" (story.comment.id) "/assign" } {
                (seen(visit, story))
                label for="assign" { (Phrase::GiveItTo.say(visit.lang)) }
                select #assign name="to" required {
                    option value="" { (Phrase::ChooseHolder.say(visit.lang)) }
                    (options(visit, Some(now), staff.iter()))
                }
                button.second { (Phrase::Give.say(visit.lang)) }
            }
        }
    }
}

/// Everybody but whoever has it, under the sort that they are of.
pub(super) fn options<'a>(
    visit: &Visit,
    now: Option<&Holder>,
    staff: impl Iterator<Item = &'a Staff>,
) -> Markup {
    let teams = visit.routing.teams.iter().map(|team| Holder::Team(team.id.clone()));
    let answers = |one: &&Staff| one.disabled_at.is_none() && one.role.may(Right::ActOnComments);
    let people = staff.filter(answers).map(|one| Holder::Person(one.name.clone()));
    let others = [Holder::AwaitingApproval, Holder::AwaitingOtherBody, Holder::Unassigned];
    let sorts: [(Phrase, Vec<Holder>); 3] = [
        (Phrase::Teams, teams.collect()),
        (Phrase::People, people.collect()),
        (Phrase::NobodyHere, others.into()),
    ];
    html! {
        @for (sort, mut holders) in sorts {
            @let () = holders.retain(|holder| Some(holder) != now);
            @if !holders.is_empty() {
                optgroup label=(sort.say(visit.lang)) {
                    @for holder in &holders {
                        option value=(holder) { (hands::holder(visit.lang, &visit.routing, holder)) }
                    }
                }
            }
        }
    }
}
