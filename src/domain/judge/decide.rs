//! From signals to one verdict: what is certain, what a guard leaves doubtful, and which clause is gravest.

use super::model::{Bounds, Heads, Model};
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
        let mut weight = self.weight_of_words(judge, signal);
        if weight.hides && is_often_harmless(signal) {
            weight.hides =
                judge.model.as_ref().is_ok_and(|model| self.sure(model) >= model.bounds().agreed_at);
        }
        weight
    }

    /// The same by its words alone.
    fn weight_of_words(&self, judge: &Judge, signal: &Signal) -> Weight {
        let mut weight = Weight::of(judge, &self.reading, signal);
        if weight.certain && self.doubts(signal).is_some() {
            (weight.hides, weight.certain) = (false, false);
        }
        weight
    }

    fn sure(&self, model: &Model) -> f32 {
        model.sure(&self.rows, self.nets)
    }
}

/// Whether what was found often stands where nobody breaks the clause: coarse words and contempt, and of adverts and morals a listed
/// word, of which the model has seen enough to tell. Their rules put several signs together, and need no second look.
fn is_often_harmless(Signal { clause, rule, place, .. }: &Signal) -> bool {
    let says_so = match clause {
        ClauseId::Discrimination | ClauseId::Indecent => true,
        ClauseId::PrivatePromotion | ClauseId::PublicMorals | ClauseId::Spam => rule.starts_with("phrase:"),
        _ => false,
    };
    says_so && place.is_some()
}

/// Whether who breaks the clause has something to sell or to spread.
fn is_advert(clause: ClauseId) -> bool {
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
    let Bounds { review_at, hide_at, advert_at, .. } = model.bounds();
    if any < review_at {
        return None;
    }
    let heads = judge.heads(look)?;
    let is_sure = |clause: &ClauseId| {
        look.sure(model) >= hide_at || is_advert(*clause) && heads.clause(*clause) >= advert_at
    };
    let hidden = may_be_hidden(judge, look, model, heads).filter(is_sure).map(|clause| (clause, Band::Hide));
    hidden.or_else(|| Some((heads.likeliest(|_| true)?, Band::Review)))
}

/// For which clause the model hides, if it is sure enough.
fn may_be_hidden(judge: &Judge, look: &Look<'_>, model: &Model, heads: &Heads) -> Option<ClauseId> {
    // An accusation may be true, and who gives a number away may have meant it for us alone: neither is silenced by a
    // guess about their words. Whose a work is, a person says, even where its copies are spread as spam is.
    let spared = |Signal { clause, .. }: &Signal| {
        !clause.may_hide_by_machine() || *clause == ClauseId::PersonalContent
    };
    let is_named = |clause| heads.clause(clause) >= model.named_at(clause);
    let may = look.reading.has_letters(ENOUGH_LETTERS)
        // What it learned of Persian is next to nothing, and of Urdu from noisy labels; their words look like Arabic ones that are coarse.
        && look.reading.foreign == Foreign::No
        && !is_named(ClauseId::IpInfringement)
        && !look.signals.iter().any(spared)
        && !look.is_quotation(judge);
    let may_ever = |clause: ClauseId| clause.may_hide_by_machine() && is_named(clause);
    // Where the likeliest is guarded, or the policy leaves it to a person, the next would be a pretext.
    let is_spared = |clause: ClauseId| {
        !judge.hides(clause) || judge.rules.is_guarded(clause, &look.reading.whole(), &look.reading)
    };
    may.then(|| heads.likeliest(may_ever)).flatten().filter(|clause| !is_spared(*clause))
}

/// By what a text would be hidden, whatever the bounds are from which on the second look agrees and is sure.
#[cfg(any(test, feature = "train"))]
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Hiding {
    /// By words or rules that hide whatever the model says.
    pub(crate) anyhow: bool,
    /// By words, where the second look agrees.
    pub(crate) by_words: bool,
    /// By the model, where the second look is sure, or where this probability of an advert suffices.
    pub(crate) by_model: Option<f32>,
    /// What the second look says.
    pub(crate) sure: f32,
}

#[cfg(any(test, feature = "train"))]
impl Judge {
    /// By what a text would be hidden.
    pub(super) fn hiding(&self, look: &Look<'_>) -> Hiding {
        let hides = |signal: &&Signal| look.weight_of_words(self, signal).hides;
        let model = self.model.as_ref().ok().filter(|model| look.any >= Some(model.bounds().review_at));
        let by_model = model.zip(self.heads(look)).and_then(|(model, heads)| {
            let clause = may_be_hidden(self, look, model, heads)?;
            Some(if is_advert(clause) { heads.clause(clause) } else { 0.0 })
        });
        Hiding {
            anyhow: look.signals.iter().filter(hides).any(|signal| !is_often_harmless(signal)),
            by_words: look.signals.iter().filter(hides).any(is_often_harmless),
            by_model,
            sure: self.model.as_ref().map_or(0.0, |model| look.sure(model)),
        }
    }
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
