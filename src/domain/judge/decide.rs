//! From signals to one verdict: what is certain, what a guard leaves doubtful, and which clause is gravest.

use super::model::Model;
use super::reading::Reading;
use super::tongue::Foreign;
use super::{Finding, Judge, Look, ReviewReason, Signal, Verdict};
use crate::domain::policy::{ClauseId, Strength};

/// Among several clauses broken the verdict names the gravest: danger to people first, then contempt for what they
/// are and believe, then coarse words, then trade and tricks, then the rest.
const GRAVEST_FIRST: [ClauseId; 13] = [
    ClauseId::SecurityThreat,
    ClauseId::IllegalActivity,
    ClauseId::LawOrRightsViolation,
    ClauseId::ReligiousOffence,
    ClauseId::Discrimination,
    ClauseId::PublicMorals,
    ClauseId::Indecent,
    ClauseId::IpInfringement,
    ClauseId::Spam,
    ClauseId::PrivatePromotion,
    ClauseId::PersonalContent,
    ClauseId::Defamatory,
    ClauseId::OffTopic,
];

/// The verdict. What may be hidden goes before what needs a person, what the policy's words say before what the model
/// believes, and a doubt about words before a check that could not run.
pub(super) fn decide(judge: &Judge, look: &Look<'_>) -> Verdict {
    let weighed = look.signals.iter().map(|signal| (look.weight(judge, signal), signal));
    // Of equals the first stays: `max_by_key` would keep the last.
    let gravest = weighed.reduce(|best, next| if next.0 > best.0 { next } else { best });
    if let Some((Weight { hides: true, .. }, signal)) = gravest {
        return Verdict::Hide(finding(signal));
    }
    let believed = believed(judge, look);
    if let Some((clause, Band::Hide)) = believed {
        return Verdict::Hide(judge.believed(clause, look));
    }
    match (gravest, believed, look.failures.first()) {
        (Some((_, signal)), ..) => Verdict::Review(ReviewReason::Doubtful(finding(signal))),
        (None, Some((clause, _)), _) => Verdict::Review(ReviewReason::Doubtful(judge.believed(clause, look))),
        (None, None, Some(failure)) => Verdict::Review(ReviewReason::CheckFailed(failure.clone())),
        (None, None, None) => watched(judge, look).unwrap_or(Verdict::Allow),
    }
}

/// What an author wrote who was hidden often, where the model finds it suspect: a person decides. It never hides more.
fn watched(judge: &Judge, look: &Look<'_>) -> Option<Verdict> {
    let strikes = judge.strikes.filter(|strikes| look.strikes >= strikes.count.get())?;
    look.any.filter(|any| *any >= strikes.review_at)?;
    let clause = judge.heads(look)?.likeliest(|_| true)?;
    let finding = Finding { rule: "strikes".to_owned(), ..judge.believed(clause, look) };
    Some(Verdict::Review(ReviewReason::Doubtful(finding)))
}

impl Look<'_> {
    /// How much a signal weighs beside what the model believes of the words: a listed word that people also say of a service,
    /// or tell and do not mean, hides only where the second look agrees. Of other clauses the model has seen too little.
    pub(super) fn weight(&self, judge: &Judge, signal: &Signal) -> Weight {
        let mut weight = Weight::of(judge, &self.reading, signal);
        if weight.certain && self.doubts(signal).is_some() {
            (weight.hides, weight.certain) = (false, false);
        }
        if weight.hides && signal.place.is_some() && is_often_harmless(signal.clause, &signal.rule) {
            let agrees = |model: &Model| model.sure(&self.rows, self.net) >= model.bounds().agreed_at;
            weight.hides = judge.model.as_ref().is_ok_and(agrees);
        }
        weight
    }
}

/// Whether what was found often stands where nobody breaks the clause: coarse words and contempt, and of adverts and morals a listed
/// word, of which the model has seen enough to tell. Their rules put several signs together, and need no second look.
pub(crate) fn is_often_harmless(clause: ClauseId, rule: &str) -> bool {
    match clause {
        ClauseId::Discrimination | ClauseId::Indecent => true,
        ClauseId::PrivatePromotion | ClauseId::PublicMorals | ClauseId::Spam => rule.starts_with("phrase:"),
        _ => false,
    }
}

/// Whether who breaks the clause has something to sell or to spread.
pub(crate) fn is_advert(clause: ClauseId) -> bool {
    matches!(clause, ClauseId::PrivatePromotion | ClauseId::Spam)
}

/// With fewer letters a comment meets so few features that a single one can make the model sure, so a person looks. The
/// shortest insults are in the word lists and need no model.
const ENOUGH_LETTERS: usize = 8;

/// What is done about a clause that the model believes broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Band {
    Review,
    Hide,
}

/// The likeliest clause of the highest band that the scores reach; `None` where they reach none.
fn believed(judge: &Judge, look: &Look<'_>) -> Option<(ClauseId, Band)> {
    let (any, model) = (look.any?, judge.model.as_ref().ok()?);
    if any < model.bounds().review_at {
        return None;
    }
    let heads = judge.heads(look)?;
    // An accusation may be true, and who gives a number away may have meant it for us alone: neither is silenced by a
    // guess about their words. Whose a work is, a person says, even where its copies are spread as spam is.
    let spared = |Signal { clause, .. }: &Signal| {
        !clause.may_hide_by_machine() || *clause == ClauseId::PersonalContent
    };
    let copied = heads.clause(ClauseId::IpInfringement) >= model.named_at(ClauseId::IpInfringement);
    let is_sure = model.sure(&look.rows, look.net) >= model.bounds().hide_at;
    let named = |clause| {
        let likely = heads.clause(clause);
        judge.hides(clause)
            && likely >= model.named_at(clause)
            && (is_sure || is_advert(clause) && likely >= model.bounds().advert_at)
    };
    // Where the likeliest is guarded, the next would be a pretext.
    let guarded = |clause: &ClauseId| judge.rules.is_guarded(*clause, &look.reading.whole(), &look.reading);
    let says_enough = look.reading.has_letters(ENOUGH_LETTERS);
    // What it learned of Persian is next to nothing, and of Urdu from noisy labels; their words look like Arabic ones that are coarse.
    let is_foreign = look.reading.foreign != Foreign::No;
    let may_hide = says_enough
        && !is_foreign
        && !copied
        && !look.signals.iter().any(spared)
        && !look.is_quotation(judge);
    let hidden = may_hide.then(|| heads.likeliest(named)).flatten().filter(|clause| !guarded(clause));
    let hidden = hidden.map(|clause| (clause, Band::Hide));
    hidden.or_else(|| Some((heads.likeliest(|_| true)?, Band::Review)))
}

impl Judge {
    /// The finding of a clause that the model believes broken, with the word that speaks most for a breach.
    fn believed(&self, clause: ClauseId, look: &Look<'_>) -> Finding {
        let words = self.weighed(look).into_iter();
        let heaviest = words.reduce(|best, next| if next.weight > best.weight { next } else { best });
        Finding { clause, rule: "model".to_owned(), excerpt: heaviest.map_or(0..0, |word| word.bytes) }
    }
}

/// How much a signal weighs; fields in the order of their importance.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Weight {
    pub(super) hides: bool,
    pub(super) certain: bool,
    gravity: usize,
    /// A longer excerpt shows more of what is meant.
    length: usize,
}

impl Weight {
    pub(super) fn of(judge: &Judge, reading: &Reading<'_>, signal: &Signal) -> Self {
        let guarded = || {
            signal.place.as_ref().is_some_and(|place| judge.rules.is_guarded(signal.clause, place, reading))
        };
        let certain = signal.strength == Strength::Certain && !guarded();
        let rank =
            GRAVEST_FIRST.iter().position(|clause| *clause == signal.clause).unwrap_or(GRAVEST_FIRST.len());
        Weight {
            hides: certain && judge.hides(signal.clause),
            certain,
            gravity: GRAVEST_FIRST.len() - rank,
            length: signal.place.as_ref().map_or(0, |place| place.bytes.len()),
        }
    }
}

fn finding(signal: &Signal) -> Finding {
    let excerpt = signal.place.as_ref().map_or(0..0, |place| place.bytes.clone());
    Finding { clause: signal.clause, rule: signal.rule.clone(), excerpt }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_clause_has_its_gravity() {
        for clause in ClauseId::ALL {
            assert_eq!(GRAVEST_FIRST.iter().filter(|known| **known == clause).count(), 1, "{clause}");
        }
    }
}
