//! What a policy in shadow would have done, on the page of the policy that acts.

use maud::{Markup, html};

use super::super::WebState;
use super::failure::Failure;
use super::visit::Visit;
use super::{when, words};
use crate::domain::judge::Ruled;
use crate::domain::staff::Right;
use crate::store::shadows;

/// The panel; nothing where no policy was ever in shadow.
pub(super) async fn panel(web: &WebState, visit: &Visit) -> Result<Markup, Failure> {
    let lang = visit.lang;
    let failed = |error| Failure::from_store(lang, error);
    let Some(shadow) = shadows::latest(&web.store).await.map_err(failed)? else { return Ok(html! {}) };
    let beside = shadows::beside(&web.store, shadow.id).await.map_err(failed)?;
    let (differences, moment) = (beside.differences(), |at| when::moment(lang, &visit.zone(), at));
    let (was, would) =
        (lang.pick("ما قُرّر", "Was decided"), lang.pick("ما كانت ستقرره", "It would have decided"));
    let comments = lang.pick("تعليقات", "Comments");
    Ok(html! {
        section.panel #shadow {
            h2 { (lang.pick("سياسة تحكم في الظل", "A policy in shadow")) }
            p { (lang.pick("تحكم على كل ما يُحكم عليه، ولا يُنفَّذ شيء مما تقرره.", "It judges all that is judged, and nothing is done by it.")) }
            dl.facts {
                dt { (lang.pick("الإصدار", "Version")) } dd { code dir="ltr" { (words::short_hash(&shadow.hash)) } }
                dt { (lang.pick("بدأها", "Begun by")) } dd { bdi { (shadow.begun_by) } " · " (moment(shadow.begun_at)) }
                @if let Some(ended) = shadow.ended_at { dt { (lang.pick("انتهت", "Ended")) } dd { (moment(ended)) } }
                dt { (lang.pick("حُكم عليه بالسياستين", "Judged by both")) } dd { (beside.judged()) }
                dt { (lang.pick("عُدّل أو مُحي قبل ذلك", "Edited or erased before")) } dd { (shadow.unread) }
            }
            @if beside.judged() > 0 {
                div.wide tabindex="0" { table {
                    thead { tr { th scope="col" { (lang.pick("القرار", "Verdict")) } th scope="col" { (was) } th scope="col" { (would) } } }
                    tbody { @for (ruled, (before, after)) in beside.sums() { tr {
                        th scope="row" { (told(visit, ruled)) } td { (before) } td { (after) }
                    } } }
                } }
                h3 { (lang.pick("حيث تختلفان", "Where they differ")) }
                @if differences.is_empty() { p.quiet { (lang.pick("لا اختلاف بعد.", "They agree so far.")) } } @else {
                    div.wide tabindex="0" { table {
                        thead { tr { @for head in [was, would, comments, lang.pick("مثل", "Such as")] { th scope="col" { (head) } } } }
                        tbody { @for ((before, after), alike) in differences { tr {
                            td { (told(visit, *before)) } td { (told(visit, *after)) } td { (alike.count) }
                            td { @for id in &alike.examples {
                                @if visit.may(Right::ReadComments) { a href={ "/comments/" (id) } { "#" (id) } } @else { "#" (id) } " "
                            } }
                        } } }
                    } }
                }
            }
        }
    })
}

fn told(visit: &Visit, (outcome, clause): Ruled) -> String {
    let verdict = words::verdict(visit.lang, outcome.as_str());
    clause.map_or(verdict.to_owned(), |clause| format!("{verdict}: {}", visit.clause_title(clause)))
}
