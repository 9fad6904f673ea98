//! The review queue: what the machine left to a person, one after the other, the gravest clause first. Each is answered by one
//! button: it stays, it breaks that clause, or it breaks another. The answer is a decision like any, and so labelled data
//! (`store/labels.rs`).

use std::sync::Arc;

use axum::extract::{Query, State};
use maud::{Markup, html};
use serde::Deserialize;

use crate::domain::comment::CommentId;
use crate::domain::policy::ClauseId;
use crate::domain::staff::Right;
use crate::store::StoreError;
use crate::store::comments::{self, Around, ListFilter, ListKey, ListState, Story, SubjectRow};
use crate::store::working::{self, Here};

use super::super::act::REASON_MAX_CHARS;
use super::super::{InForce, WebState};
use super::counted::{Thing, counted};
use super::failure::Failure;
use super::forms::seen;
use super::link::link;
use super::phrase::{Phrase, warning};
use super::visit::Visit;
use super::{comment, page, sample, thread};

pub(super) const PATH: &str = "/review";

/// How far down the queue is looked; colleagues work on few of its first.
const LOOKED_AT: u32 = 10;

/// Where in the queue somebody is, and what they just did.
#[derive(Debug, Deserialize)]
pub(super) struct Come {
    after: Option<String>,
    done: Option<String>,
    undo: Option<String>,
}

pub(super) async fn show(
    State(web): State<Arc<WebState>>,
    visit: Visit,
    Query(come): Query<Come>,
) -> Result<Markup, Failure> {
    visit.need(Right::ReadComments)?;
    let after: Option<ListKey> = come.after.as_deref().and_then(|word| word.parse().ok());
    let found =
        Found::load(&web, &visit, after).await.map_err(|error| Failure::from_store(visit.lang, error))?;
    let sample = sample::way(&web, &visit).await?;
    let title = Phrase::ReviewQueue.say(visit.lang);
    Ok(page::of(
        &visit,
        title,
        &visit.here,
        html! {
            h1 { (title) }
            p.quiet.today { (counted(visit.lang, found.left, Thing::Comment)) " " (visit.lang.pick("بانتظار قرارك.", "waiting for a decision.")) }
            @if let Some(note) = comment::just_done(&visit, come.done.as_deref(), come.undo.as_deref()) { (note) }
            @match &found.item {
                Some(item) => (item.told(&visit, after)),
                None => p.empty { (Phrase::NothingToReview.say(visit.lang)) },
            }
            (sample)
            @if after.is_some() { p.pages { a href=(PATH) { (Phrase::FromTheTop.say(visit.lang)) } } }
        },
    ))
}

/// What a page of the queue shows.
struct Found {
    left: u64,
    item: Option<Item>,
}

/// The comment that is asked about, and the place of the one after it.
struct Item {
    story: Story,
    around: Around,
    /// Whether it repeats what others wrote around it, by the judge of now and the texts of now: no decision keeps that.
    quotes: bool,
    place: ListKey,
}

impl Found {
    async fn load(web: &WebState, visit: &Visit, after: Option<ListKey>) -> Result<Found, StoreError> {
        let filter =
            ListFilter { state: ListState::Review, limit: LOOKED_AT, after, ..ListFilter::default() };
        let counts = comments::open_counts(&web.store, visit.now).await?;
        let left = counts.iter().map(|count| count.review).sum::<i64>().try_into().unwrap_or(0);
        let here = working::here(&web.store, web.wall.now()).await?;
        let theirs = |id: CommentId| {
            let at_work = |one: &Here| one.works_until.is_some() && one.staff != visit.staff.name;
            here.iter().any(|one| one.comment == id.0 && at_work(one))
        };
        let rows = comments::list(&web.store, &filter, visit.now).await?;
        let Some(row) = rows.iter().find(|row| !theirs(row.comment.id)) else {
            return Ok(Found { left, item: None });
        };
        let Some(story) = comments::story(&web.store, row.comment.id).await? else {
            return Ok(Found { left, item: None });
        };
        let around = comments::around(&web.store, &story.comment).await?;
        let quotes = quotes(web, visit, row.comment.id).await?;
        Ok(Found { left, item: Some(Item { story, around, quotes, place: row.key }) })
    }
}

async fn quotes(web: &WebState, visit: &Visit, id: CommentId) -> Result<bool, StoreError> {
    let Some(InForce { policy, judge, .. }) = &visit.in_force else { return Ok(false) };
    let found = comments::subjects(&web.store, &[id], policy.repetition(), policy.strikes()).await?;
    let subject = found.first().and_then(SubjectRow::subject);
    Ok(subject.is_some_and(|subject| judge.explain(&subject).quotes))
}

impl Item {
    fn told(&self, visit: &Visit, after: Option<ListKey>) -> Markup {
        let (lang, id) = (visit.lang, self.story.comment.id);
        let place = self.place.to_string();
        html! {
            p.pages {
                a href={ "/comments/" (id) } { (Phrase::Comment.say(lang)) " " (id) }
                a href=(link(PATH, &[("after", &place)])) data-key="j" { (Phrase::LeaveForLater.say(lang)) }
            }
            div.columns {
                div {
                    (thread::above(visit, &self.story.comment, &self.around))
                    @if self.quotes { (warning(Phrase::RepeatsAround.say(lang))) }
                    (comment::text(visit, &self.story))
                }
                div { @if visit.may(Right::ActOnComments) { (self.answers(visit, after)) } }
            }
        }
    }

    /// The three answers.
    fn answers(&self, visit: &Visit, after: Option<ListKey>) -> Markup {
        let (lang, id) = (visit.lang, self.story.comment.id);
        let doubt = self.story.decisions.last().and_then(|last| last.clause);
        let then = after.map_or("review".to_owned(), |after| format!("review.{after}"));
        let carried = html! { (seen(visit, &self.story)) input type="hidden" name="then" value=(then); };
        html! {
            section.panel.acts {
                h2 { (Phrase::DoesItBreak.say(lang)) }
                @if let (Some(clause), Some(rules)) = (doubt, &visit.in_force) {
                    @let text = &rules.policy.clause(clause).text;
                    p { strong { (visit.clause_title(clause)) } }
                    p.quiet { (lang.pick(&text.ar, &text.en).as_str()) }
                }
                form.stack method="post" action={ "/comments/" (id) "/approve" } {
                    (carried) input type="hidden" name="reason" value="";
                    button data-key="v" { (Phrase::LeaveVisible.say(lang)) }
                }
                @if let Some(clause) = doubt {
                    form.stack method="post" action={ "/comments/" (id) "/hide" } {
                        (carried) input type="hidden" name="clause" value=(clause);
                        (reason(visit, "hide-reason", &because(visit, clause)))
                        button.danger data-key="h" { (Phrase::HideForThat.say(lang)) }
                    }
                }
                details open[doubt.is_none()] data-key="w" {
                    summary { (if doubt.is_some() { Phrase::AnotherClause } else { Phrase::Hide }.say(lang)) }
                    form.stack method="post" action={ "/comments/" (id) "/hide" } {
                        (carried)
                        label for="other-clause" { (Phrase::Clause.say(lang)) }
                        select #other-clause name="clause" required {
                            option value="" { (Phrase::ChooseClause.say(lang)) }
                            @for clause in ClauseId::ALL.into_iter().filter(|clause| Some(*clause) != doubt) {
                                option value=(clause) { (visit.clause_title(clause)) }
                            }
                        }
                        (reason(visit, "other-reason", ""))
                        button.danger { (Phrase::Hide.say(lang)) }
                    }
                }
            }
        }
    }
}

/// A reason to begin with: that the machine was right.
fn because(visit: &Visit, clause: ClauseId) -> String {
    let title = visit.clause_title(clause);
    visit.lang.pick(format!("يخالف بند «{title}»."), format!("It breaks the clause “{title}”."))
}

fn reason(visit: &Visit, id: &str, begun: &str) -> Markup {
    html! {
        label for=(id) { (Phrase::Reason.say(visit.lang)) }
        input id=(id) name="reason" dir="auto" maxlength=(REASON_MAX_CHARS) value=(begun) required autocomplete="off";
    }
}
