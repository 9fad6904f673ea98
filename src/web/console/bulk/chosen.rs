//! The page of what is chosen: exactly how many, a sample, what an act on them costs, and a form for each act.

use maud::{Markup, html};

use crate::domain::comment::{CommentId, Platform};
use crate::domain::judge::Kind;
use crate::domain::policy::ClauseId;
use crate::store::bulks::{self, Chosen};
use crate::store::comments::{self, ListRow};
use crate::store::{StoreError, audit, staff};

use super::super::super::WebState;
use super::super::super::act::REASON_MAX_CHARS;
use super::super::super::bulk::MAX;
use super::super::counted::{Thing, counted};
use super::super::failure::Failure;
use super::super::inbox::chosen::Chosen as List;
use super::super::lang::Lang;
use super::super::phrase::{Phrase, warning};
use super::super::visit::Visit;
use super::super::{hand_form, inbox, marked, page as frame, words};
use super::{PATH, address, proof_first};

/// How many of them are shown.
const SAMPLE: usize = 8;

/// The comments that something is to be done to.
pub(super) struct Selection {
    chosen: Vec<Chosen>,
    /// Whether more fit the list than can be taken at once.
    more: bool,
    /// The log up to this entry is known.
    entry: i64,
}

impl Selection {
    /// All of a list, in its order.
    pub(super) async fn of_list(web: &WebState, visit: &Visit, list: &List) -> Result<Selection, StoreError> {
        let filter = list.filter(visit, MAX as u32 + 1);
        let mut numbers = comments::numbers(&web.store, &filter, visit.now).await?;
        let more = numbers.len() > MAX;
        numbers.truncate(MAX);
        Ok(Selection { more, ..Selection::of(web, numbers).await? })
    }

    /// These comments.
    pub(super) async fn of(web: &WebState, ids: Vec<CommentId>) -> Result<Selection, StoreError> {
        // First, so that whatever happens from here on is told to whoever acts.
        let entry = audit::head(&web.store).await?.size().cast_signed() - 1;
        Ok(Selection { chosen: bulks::chosen(&web.store, &ids).await?, more: false, entry })
    }

    /// The comments with their revisions, as a form carries them.
    fn items(&self) -> String {
        let items = self.chosen.iter().map(|one| format!("{}.{}", one.comment, one.revision));
        items.collect::<Vec<_>>().join(",")
    }

    /// The page of these comments, also where they were sent by a form.
    fn address(&self) -> String {
        address(self.chosen.iter().map(|one| one.comment))
    }
}

pub(super) async fn page(
    web: &WebState,
    visit: &Visit,
    selection: &Selection,
    wrong: Option<&str>,
) -> Result<Markup, Failure> {
    let failed = |error| Failure::from_store(visit.lang, error);
    let sample: Vec<_> = selection.chosen.iter().take(SAMPLE).map(|one| one.comment).collect();
    let sample = comments::these(&web.store, &sample).await.map_err(failed)?;
    let staff = staff::list(&web.store).await.map_err(failed)?;
    let (lang, title) = (visit.lang, Phrase::ManyAtOnce.say(visit.lang));
    let count = selection.chosen.len();
    Ok(frame::of(
        visit,
        title,
        &selection.address(),
        html! {
            p.pages { a href=(inbox::PATH) data-key="i" { (Phrase::BackToList.say(lang)) } }
            h1 { (title) }
            @if let Some(wrong) = wrong { (warning(wrong)) }
            @if count == 0 { p.empty { (Phrase::NothingChosen.say(lang)) } } @else {
                div.columns {
                    div {
                        section.panel {
                            h2 { (lang.pick("المختار:", "Chosen:")) " " (counted(lang, count as u64, Thing::Comment)) }
                            @if selection.more { p { (Phrase::MoreThanAtOnce.say(lang)) } }
                            (cost(visit, &selection.chosen))
                        }
                        section.panel {
                            h2 { (Phrase::Sample.say(lang)) " (" (sample.len()) ")" }
                            ol.story { @for row in &sample { li { (shown(visit, row)) } } }
                        }
                    }
                    div { (forms(visit, selection, &staff)) }
                }
            }
        },
    ))
}

/// What an act that a platform is asked for costs, platform by platform.
fn cost(visit: &Visit, chosen: &[Chosen]) -> Markup {
    let lang = visit.lang;
    html! {
        p.quiet { (Phrase::CostOfSending.say(lang)) }
        ul.quiet {
            @for platform in Platform::ALL {
                @let many = chosen.iter().filter(|one| one.platform == platform).count() as u64;
                @if many > 0 {
                    li { (words::platform(lang, platform)) ": " (counted(lang, many, Thing::Comment)) " – " (words::cost_of(lang, platform, many)) }
                }
            }
        }
    }
}

fn shown(visit: &Visit, row: &ListRow) -> Markup {
    let (lang, comment) = (visit.lang, &row.comment);
    let clause = row.last.as_ref().and_then(|last| last.clause);
    html! {
        p.meta {
            a href={ "/comments/" (comment.id) } { "#" (comment.id) }
            span { (words::platform(lang, comment.platform)) }
            span { (words::visibility(lang, comment.visibility)) }
            (marked::author(lang, comment))
        }
        (marked::veiled(lang, clause, marked::beginning(lang, comment)))
    }
}

fn forms(visit: &Visit, selection: &Selection, staff: &[staff::Staff]) -> Markup {
    let lang = visit.lang;
    let count = counted(lang, selection.chosen.len() as u64, Thing::Comment);
    let kinds = Kind::ALL.map(|kind| (kind.as_str(), words::kind(lang, kind).to_owned()));
    let clauses = ClauseId::ALL.map(|clause| (clause.as_str(), visit.clause_title(clause)));
    let asks = html! {
        (visit.sealed())
        input type="hidden" name="entry" value=(selection.entry);
        input type="hidden" name="items" value=(selection.items());
    };
    html! {
        section.panel.acts {
            h2 { (Phrase::DoToAll.say(lang)) }
            (form(lang, &asks, "hide", Phrase::Hide, html! {
                (select("clause", Phrase::Clause.say(lang), Phrase::ChooseClause.say(lang), &clauses))
                (reason(visit, "hide"))
                @if visit.is_proven() {
                    button.danger { (Phrase::Hide.say(lang)) ": " (count) }
                } @else {
                    (proof_first(lang, &selection.address()))
                }
            }))
            (form(lang, &asks, "approve", Phrase::LeaveVisible, html! {
                (reason(visit, "approve"))
                button { (Phrase::LeaveVisible.say(lang)) ": " (count) }
            }))
            (form(lang, &asks, "unhide", Phrase::Unhide, html! {
                (reason(visit, "unhide"))
                button { (Phrase::Unhide.say(lang)) ": " (count) }
            }))
            (form(lang, &asks, "assign", Phrase::Give, html! {
                label for="to" { (Phrase::GiveItTo.say(lang)) }
                select #to name="to" required {
                    option value="" { (Phrase::ChooseHolder.say(lang)) }
                    (hand_form::options(visit, None, staff.iter()))
                }
                button { (Phrase::Give.say(lang)) ": " (count) }
            }))
            (form(lang, &asks, "kind", Phrase::Kind, html! {
                (select("kind", Phrase::Kind.say(lang), "…", &kinds))
                button { (Phrase::Change.say(lang)) ": " (count) }
            }))
        }
    }
}

/// The form of one act; `asks` is what the forms of all of them send.
fn form(lang: Lang, asks: &Markup, what: &str, title: Phrase, fields: Markup) -> Markup {
    html! {
        details data-key=[(what == "hide").then_some("h")] {
            summary { (title.say(lang)) }
            form.stack method="post" action=(PATH) {
                (asks)
                input type="hidden" name="what" value=(what);
                (fields)
            }
        }
    }
}

fn select(name: &str, label: &str, choose: &str, options: &[(&str, String)]) -> Markup {
    html! {
        label for=(name) { (label) }
        select id=(name) name=(name) required {
            option value="" { (choose) }
            @for (value, title) in options { option value=(value) { (title) } }
        }
    }
}

fn reason(visit: &Visit, what: &str) -> Markup {
    html! {
        label for={ (what) "-reason" } { (Phrase::Reason.say(visit.lang)) }
        input id={ (what) "-reason" } name="reason" dir="auto" maxlength=(REASON_MAX_CHARS) required autocomplete="off";
    }
}
