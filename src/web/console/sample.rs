//! The weekly sample: comments drawn by lot, judged without knowing what the machine said of them, nor whether they are hidden.
//! After an answer the page tells both, and leads to the comment; nothing else follows from it.

use std::sync::Arc;

use axum::extract::rejection::FormRejection;
use axum::extract::{Form, Query, State};
use axum::response::Redirect;
use maud::{Markup, html};
use serde::Deserialize;

use crate::domain::policy::ClauseId;
use crate::domain::staff::Right;
use crate::store::comments::{self, Around};
use crate::store::samples::{self, Answered, ItemId, Question};

use super::super::WebState;
use super::super::act::NotDone;
use super::super::sample::answer as keep;
use super::counted::{Thing, counted};
use super::failure::{Failure, Why};
use super::lang::Lang;
use super::link::link;
use super::phrase::{Phrase, warning};
use super::visit::Visit;
use super::{marked, page, settings, thread, words};

pub(super) const PATH: &str = "/sample";

/// Where somebody is, and what they just answered.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Come {
    after: Option<ItemId>,
    done: Option<ItemId>,
    /// Present where an answer came too late.
    late: Option<String>,
}

/// What the pages are called.
pub(super) fn title(lang: Lang) -> &'static str {
    lang.pick("عيّنة الأسبوع", "The week's sample")
}

/// A way to the page, with how many questions wait there for whoever visits; nothing where none does.
///
/// # Errors
/// The database failed.
pub(super) async fn way(web: &WebState, visit: &Visit) -> Result<Markup, Failure> {
    if !visit.may(Right::ActOnComments) {
        return Ok(html! {});
    }
    let found = samples::next(&web.store, &visit.staff.name, 0).await;
    let (_, left) = found.map_err(|error| Failure::from_store(visit.lang, error))?;
    Ok(html! { @if left > 0 {
        p.pages { a href=(PATH) { (title(visit.lang)) ": " (counted(visit.lang, left, Thing::Comment)) } }
    } })
}

pub(super) async fn show(
    State(web): State<Arc<WebState>>,
    visit: Visit,
    Query(come): Query<Come>,
) -> Result<Markup, Failure> {
    visit.need(Right::ActOnComments)?;
    let (lang, staff) = (visit.lang, &visit.staff.name);
    let failed = |error| Failure::from_store(lang, error);
    let (question, left) =
        samples::next(&web.store, staff, come.after.unwrap_or_default()).await.map_err(failed)?;
    let done = match come.done {
        Some(item) => samples::answered_by(&web.store, item, staff).await.map_err(failed)?,
        None => None,
    };
    let around = match &question {
        Some(question) => comments::around(&web.store, &question.comment).await.map_err(failed)?,
        None => Around::default(),
    };
    let content = html! {
        h1 { (title(lang)) }
        p.quiet { (lang.pick(
            "تعليقات اختيرت بالقرعة مما أخفاه النظام ومما أبقاه ظاهرًا. احكم عليها بالسياسة وحدها؛ لا يظهر هنا ما قرره النظام، وقد تكون فيها عبارات مسيئة. إجابتك لا تغيّر شيئًا يراه الجمهور.",
            "Comments drawn by lot, some that the machine hid and some that it left visible. Judge them by the policy alone: what the machine decided is not shown, and some may offend. Your answer changes nothing that the public sees.",
        )) }
        p.quiet.today { (counted(lang, left, Thing::Comment)) " " (lang.pick("بانتظار حكمك.", "waiting for your judgement.")) }
        @if let Some(done) = &done { (told(&visit, done)) }
        @if come.late.is_some() { (warning(lang.pick(
            "لم تُحفظ إجابتك: أجاب زميل قبلك، أو انتهى أسبوع العيّنة. هذا هو التالي.",
            "Your answer was not kept: a colleague answered first, or the sample's week is over. Here is the next one.",
        ))) }
        @match &question {
            Some(question) => (asked(&visit, question, &around, come.after)),
            None => p.empty { (lang.pick("لا تعليق ينتظر حكمك هنا.", "No comment waits for your judgement here.")) },
        }
        @if come.after.is_some() { p.pages { a href=(PATH) { (Phrase::FromTheTop.say(lang)) } } }
    };
    Ok(page::of(&visit, title(lang), &visit.here, content))
}

/// What was answered, and what the machine had said.
fn told(visit: &Visit, done: &Answered) -> Markup {
    let lang = visit.lang;
    let clause = |clause: Option<ClauseId>| clause.map(|clause| visit.clause_title(clause));
    html! {
        div.notice.good role="status" {
            p { (lang.pick("حُفظت إجابتك: ", "Your answer is kept: "))
                (clause(done.clause).unwrap_or_else(|| lang.pick("لا مخالفة", "no breach").to_owned())) }
            p { (lang.pick("قرار النظام: ", "The machine had said: ")) (words::verdict(lang, done.machine))
                @if let Some(clause) = clause(done.machine_clause) { ", " (clause) } }
            p { a href={ "/comments/" (done.comment) } { (Phrase::Comment.say(lang)) " " (done.comment) }
                " – " (lang.pick("إن رأيت تغيير حاله فافعل ذلك في صفحته.", "if something should be done about it, do it there.")) }
        }
    }
}

/// The comment as the machine saw it, and the two answers.
fn asked(visit: &Visit, question: &Question, around: &Around, after: Option<ItemId>) -> Markup {
    let (lang, comment) = (visit.lang, &question.comment);
    let carried = html! {
        (visit.sealed())
        input type="hidden" name="item" value=(question.item);
        @if let Some(after) = after { input type="hidden" name="after" value=(after); }
    };
    let later = question.item.to_string();
    html! {
        p.pages { a href=(link(PATH, &[("after", &later)])) data-key="j" { (Phrase::LeaveForLater.say(lang)) } }
        div.columns {
            div {
                (thread::above(visit, comment, around))
                article.panel.subject {
                    p.meta { span.chip.plain { (words::platform(lang, comment.platform)) } }
                    @match comment.text.as_deref() {
                        Some(text) if !text.trim().is_empty() => p.large { (marked::text(text, None)) },
                        _ => p.quiet { (Phrase::NoText.say(lang)) },
                    }
                }
            }
            div {
                section.panel.acts {
                    h2 { (Phrase::DoesItBreak.say(lang)) }
                    form.stack method="post" action=(PATH) {
                        (carried)
                        input type="hidden" name="clause" value="";
                        button data-key="v" { (lang.pick("لا يخالف أي بند", "It breaks no clause")) }
                    }
                    details data-key="w" {
                        summary { (lang.pick("يخالف بندًا", "It breaks a clause")) }
                        form.stack method="post" action=(PATH) {
                            (carried)
                            label for="clause" { (Phrase::Clause.say(lang)) }
                            select #clause name="clause" required {
                                option value="" { (Phrase::ChooseClause.say(lang)) }
                                @for clause in ClauseId::ALL { option value=(clause) { (visit.clause_title(clause)) } }
                            }
                            button.danger { (lang.pick("يخالفه", "It breaks it")) }
                        }
                    }
                }
                @if let Some(rules) = &visit.in_force {
                    details.panel { summary { (Phrase::Clauses.say(lang)) } (settings::clause_list(lang, &rules.policy)) }
                }
            }
        }
    }
}

#[derive(Debug, Deserialize)]
pub(super) struct Sent {
    item: ItemId,
    /// Empty where it breaks none.
    clause: String,
    after: Option<ItemId>,
}

pub(super) async fn answer(
    State(web): State<Arc<WebState>>,
    visit: Visit,
    sent: Result<Form<Sent>, FormRejection>,
) -> Result<Redirect, Failure> {
    visit.need(Right::ActOnComments)?;
    let bad = || Failure::new(visit.lang, Why::BadForm);
    let Form(Sent { item, clause, after }) = sent.map_err(|_| bad())?;
    let clause = match clause.as_str() {
        "" => None,
        clause => Some(clause.parse().map_err(|_| bad())?),
    };
    // Where no policy is in force the page says so, and asks nobody to judge by it.
    let Some(rules) = &visit.in_force else { return Ok(Redirect::to(PATH)) };
    let (item_word, after) = (item.to_string(), after.map(|after| after.to_string()));
    let came = match keep(&web, &visit.staff.name, rules.policy.version(), item, clause, None).await {
        Ok(_) => ("done", item_word.as_str()),
        Err(NotDone::Store(error)) => return Err(Failure::from_store(visit.lang, error)),
        Err(_) => ("late", "1"),
    };
    let query: Vec<_> = [came].into_iter().chain(after.as_deref().map(|after| ("after", after))).collect();
    Ok(Redirect::to(&link(PATH, &query)))
}
