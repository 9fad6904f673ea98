//! Why a comment was judged as it was: scores, clauses, and the words that speak for and against each.

use std::ops::Range;

use super::model::{Bounds, Weighed};
use super::{Judge, Judgement, Look, Outcome, Signal, Subject};
use crate::domain::policy::{ClauseId, PolicyVersion};

/// A judgement with its reasons.
#[derive(Debug, Clone, PartialEq)]
pub struct Explanation {
    /// The judgement itself.
    pub judgement: Judgement,
    /// How likely it is that any clause applies, from 0 to 1.
    pub hide_score: f32,
    /// How sure the machine is at a second look, from 0 to 1; 0 where there is no model.
    pub sure: f32,
    /// What the model's nets add to the log-odds of a breach; `None` where the sum of its words alone settled it as lawful, and they
    /// were not asked.
    pub nets: Option<f32>,
    /// From which score on a person looks, from which second look on the machine hides, and from which probability of an advert
    /// on it hides one whatever the second look says; `None` where there is no model.
    pub bounds: Option<[f32; 3]>,
    /// The clauses in doubt or beyond it, the likeliest first; not empty unless the comment is allowed or could not be
    /// judged.
    pub clauses: Vec<(ClauseId, f32)>,
    /// The words that count, in the order of the text.
    pub spans: Vec<Span>,
    /// Whether it is left to a person and repeats what others wrote around it.
    pub quotes: bool,
    /// The policy that it was judged by.
    pub policy: PolicyVersion,
    /// The model that was asked, where there is one.
    pub model: Option<String>,
}

/// Words that speak for or against a clause.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span {
    /// The first byte of the original text.
    pub start: usize,
    /// The byte after the last.
    pub end: usize,
    /// The clause.
    pub clause: ClauseId,
    /// The rule that found them, and in brackets why they are doubted for all that; or `model:` and what they add to the log-odds of
    /// a breach.
    pub why: String,
}

/// A score that says "beyond doubt".
const CERTAIN: f32 = 0.999;

/// No lower is the score of what the policy's words hide, and of what they doubt. (Measured: from the model's own bounds on,
/// ranking was worse in every language.)
const HIDDEN_FROM: f32 = 0.7;
const DOUBTED_FROM: f32 = 0.2;

/// A word that adds or takes less than so much is not shown.
const SHOWN_FROM: f32 = 0.25;

/// So many words of the model are shown at most: those that count most.
const SHOWN: usize = 8;

impl Judge {
    /// Judges one comment and says why.
    pub fn explain(&self, subject: &Subject<'_>) -> Explanation {
        let look = self.look(subject);
        let judgement = self.conclude(&look);
        let clauses = self.clauses(&look, &judgement);
        let mut spans: Vec<Span> = look
            .signals
            .iter()
            .filter_map(|signal| {
                let Range { start, end } = signal.place.as_ref()?.bytes.clone();
                let doubted = look.doubts(signal).map(|doubt| format!(" ({doubt})")).unwrap_or_default();
                Some(Span { start, end, clause: signal.clause, why: format!("{}{doubted}", signal.rule) })
            })
            .collect();
        if let Some((clause, _)) = clauses.first() {
            let mut words = self.weighed(&look);
            words.retain(|word| word.weight.abs() >= SHOWN_FROM);
            words.sort_by(|one, other| other.weight.abs().total_cmp(&one.weight.abs()));
            spans.extend(words.into_iter().take(SHOWN).map(|Weighed { bytes, weight }| Span {
                start: bytes.start,
                end: bytes.end,
                clause: *clause,
                why: format!("model:{weight:+.2}"),
            }));
        }
        spans.sort();
        spans.dedup();
        Explanation {
            hide_score: self.hide_score(&look),
            sure: self.model.as_ref().map_or(0.0, |model| model.sure(&look.rows, look.nets)),
            nets: self.model.as_ref().ok().zip(look.nets).map(|(model, said)| model.nets_add(said)),
            bounds: self.model.as_ref().ok().map(|model| {
                let Bounds { review_at, hide_at, advert_at, .. } = model.bounds();
                [review_at, hide_at, advert_at]
            }),
            clauses,
            spans,
            quotes: judgement.verdict.outcome() == Outcome::Review && look.quotes(),
            policy: self.policy.clone(),
            model: self.model().map(str::to_owned),
            judgement,
        }
    }

    /// What ranking goes by: the model's belief, and where the policy's words say more, no less than they say.
    fn hide_score(&self, look: &Look<'_>) -> f32 {
        let Some(believed) = look.any else {
            return if look.signals.is_empty() { 0.0 } else { CERTAIN };
        };
        let hides = |signal: &Signal| look.weight(self, signal).hides;
        let (from, to) = match &look.signals[..] {
            [] => return believed,
            signals if signals.iter().any(hides) => (HIDDEN_FROM, 1.0),
            _ => (DOUBTED_FROM, HIDDEN_FROM),
        };
        believed.max(from + (to - from) * believed)
    }

    fn clauses(&self, look: &Look<'_>, judgement: &Judgement) -> Vec<(ClauseId, f32)> {
        let verdict = &judgement.verdict;
        if verdict.word() == "allow" {
            return Vec::new();
        }
        let heads = self.heads(look);
        let scored = |clause| {
            let certain = |signal: &Signal| signal.clause == clause && look.weight(self, signal).certain;
            let believed = heads.map_or(0.0, |heads| heads.clause(clause));
            if look.signals.iter().any(certain) { believed.max(CERTAIN) } else { believed }
        };
        let named = |clause: &ClauseId| {
            let at = self.model.as_ref().map_or(1.0, |model| model.named_at(*clause));
            verdict.clause() == Some(*clause)
                || look.signals.iter().any(|signal| signal.clause == *clause)
                || scored(*clause) >= at
        };
        let mut clauses: Vec<(ClauseId, f32)> =
            ClauseId::ALL.into_iter().filter(named).map(|clause| (clause, scored(clause))).collect();
        clauses.sort_by(|one, other| other.1.total_cmp(&one.1));
        clauses
    }

    /// What each word adds to the score that any clause applies; nothing where there is no model.
    pub(super) fn weighed(&self, look: &Look<'_>) -> Vec<Weighed> {
        self.model
            .as_ref()
            .map_or_else(|_| Vec::new(), |model| model.weigh(&look.sight(), look.nets.is_some()))
    }
}
