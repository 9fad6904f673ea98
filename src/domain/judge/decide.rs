//! From signals to one verdict: what is certain, what a guard leaves doubtful, and which clause is gravest.

use super::reading::Reading;
use super::{Finding, Judge, ReviewReason, Signal, Verdict};
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

/// The verdict. What may be hidden goes before what is certain but needs a person, that before a doubt, and a doubt
/// about words before a check that could not run.
pub(super) fn decide(
    judge: &Judge,
    reading: &Reading<'_>,
    signals: Vec<Signal>,
    failures: Vec<String>,
) -> Verdict {
    let weighed = signals.into_iter().map(|signal| (Weight::of(judge, reading, &signal), signal));
    // Of equals the first stays: `max_by_key` would keep the last.
    let gravest = weighed.reduce(|best, next| if next.0 > best.0 { next } else { best });
    match (gravest, failures.into_iter().next()) {
        (Some((Weight { hides: true, .. }, signal)), _) => Verdict::Hide(finding(signal)),
        (Some((_, signal)), _) => Verdict::Review(ReviewReason::Doubtful(finding(signal))),
        (None, Some(failure)) => Verdict::Review(ReviewReason::CheckFailed(failure)),
        (None, None) => Verdict::Allow,
    }
}

/// How much a signal weighs; fields in the order of their importance.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Weight {
    hides: bool,
    certain: bool,
    gravity: usize,
    /// A longer excerpt shows more of what is meant.
    length: usize,
}

impl Weight {
    fn of(judge: &Judge, reading: &Reading<'_>, signal: &Signal) -> Self {
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

fn finding(signal: Signal) -> Finding {
    let excerpt = signal.place.map_or(0..0, |place| place.bytes);
    Finding { clause: signal.clause, rule: signal.rule, excerpt }
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
