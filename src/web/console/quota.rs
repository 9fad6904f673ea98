//! What is left of what each platform lets us spend, on the page about the service.

use maud::{Markup, html};

use crate::domain::comment::SourceId;
use crate::domain::quota::{Allowance, Purse, Spent};
use crate::store::{StoreError, purses};

use super::super::WebState;
use super::door_words::Word;
use super::lang::Lang;
use super::phrase::Phrase;
use super::visit::Visit;
use super::when;

/// Millionths of a dollar in a dollar.
const DOLLAR: i64 = 1_000_000;

/// What was spent of every purse that was ever opened.
///
/// # Errors
/// The database failed.
pub(super) async fn load(web: &WebState) -> Result<Vec<(SourceId, Purse, Spent)>, StoreError> {
    purses::all(&web.store).await
}

/// A table of it. A purse whose time is over is full again, and one without a bound is counted alone.
pub(super) fn table(
    visit: &Visit,
    allowances: &[(SourceId, Allowance)],
    purses: &[(SourceId, Purse, Spent)],
) -> Markup {
    let (lang, zone) = (visit.lang, visit.zone());
    html! {
        section.panel {
            h2 { (Word::QuotaLeft.say(lang)) }
            @if purses.is_empty() { p.quiet { (Word::NothingSpent.say(lang)) } } @else { div.wide tabindex="0" { table {
                thead { tr {
                    @for head in [Phrase::Source.say(lang), Word::Counted.say(lang), Word::Left.say(lang), Word::Until.say(lang)] {
                        th scope="col" { (head) }
                    }
                } }
                tbody { @for (source, purse, spent) in purses {
                    @let spent = spent.at(*purse, visit.now);
                    @let full = allowances.iter().find(|(id, _)| id == source).and_then(|(_, allowance)| allowance.of(*purse));
                    tr {
                        th scope="row" { bdi { (source) } }
                        td { (counted(lang, *purse)) }
                        td { (left(lang, *purse, full, spent.all)) }
                        td { (when::short(lang, &zone, spent.until)) }
                    }
                } }
            } } }
        }
    }
}

/// What is left of the purses that acts on a source's comments are paid from.
///
/// # Errors
/// The database failed.
pub(super) async fn for_acts(web: &WebState, visit: &Visit, source: &SourceId) -> Result<Markup, StoreError> {
    let acts = [Purse::Units, Purse::Replies, Purse::Hides, Purse::Money, Purse::Usage];
    let allowance = web.allowances.iter().find(|(id, _)| id == source).map(|(_, allowance)| *allowance);
    let purses = load(web).await?;
    let theirs = purses.iter().filter(|(id, purse, _)| id == source && acts.contains(purse));
    Ok(html! {
        @for (_, purse, spent) in theirs {
            @let full = allowance.and_then(|allowance| allowance.of(*purse));
            " " (counted(visit.lang, *purse)) ": " (left(visit.lang, *purse, full, spent.at(*purse, visit.now).all)) "."
        }
    })
}

fn left(lang: Lang, purse: Purse, full: Option<i64>, spent: i64) -> Markup {
    let unit = if purse == Purse::Money { DOLLAR } else { 1 };
    let scarce = full.is_some_and(|full| (full - spent) * 10 < full);
    html! {
        @match full {
            Some(full) => span.urgent[scarce] {
                bdi dir="ltr" { ((full - spent).max(0) / unit) " / " (full / unit) }
            },
            None => { (Word::Spent.say(lang)) " " (spent / unit) },
        }
    }
}

fn counted(lang: Lang, purse: Purse) -> &'static str {
    let (ar, en) = match purse {
        Purse::Units => ("وحدات يوتيوب في اليوم", "YouTube units of the day"),
        Purse::Reads => ("صفحات الإشارات", "Pages of mentions"),
        Purse::Finds => ("صفحات البحث", "Pages of searches"),
        Purse::Looks => ("منشورات يُعاد النظر فيها", "Posts looked up"),
        Purse::Hides => ("الإخفاء والإظهار", "Hides and unhides"),
        Purse::Replies => ("الردود", "Replies"),
        Purse::Money => ("دولارات الشهر", "Dollars of the month"),
        Purse::Usage => ("حصة ميتا، بالمئة", "Meta's allowance, in hundredths"),
    };
    lang.pick(ar, en)
}
