//! The policy's rules and guards over the signs of a text.

use std::ops::BitOrAssign;

use super::Signal;
use super::reading::{Occurrence, Place, Reading};
use crate::domain::policy::{ClauseId, Guard, Policy, Rule, Sign};

/// A set of signs, one bit each.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct SignSet(u128);

impl SignSet {
    #[inline]
    pub(super) fn meets(self, other: SignSet) -> bool {
        self.0 & other.0 != 0
    }
}

impl BitOrAssign for SignSet {
    fn bitor_assign(&mut self, other: SignSet) {
        self.0 |= other.0;
    }
}

/// The number of each sign that the policy knows.
#[derive(Debug)]
pub(super) struct Signs(Vec<Sign>);

impl Signs {
    pub(super) fn of(policy: &Policy) -> Self {
        Signs(policy.signs().into_iter().collect())
    }

    /// The sign as a set of one; the empty set for a sign that the policy does not know, which never occurs.
    pub(super) fn set(&self, sign: &Sign) -> SignSet {
        SignSet(self.0.iter().position(|known| known == sign).map_or(0, |number| 1 << number))
    }

    fn sets<'a>(&self, signs: impl IntoIterator<Item = &'a Sign>) -> SignSet {
        SignSet(signs.into_iter().fold(0, |set, sign| set | self.set(sign).0))
    }

    pub(super) fn group(&self, name: &str) -> SignSet {
        self.set(&Sign::Group(name.to_owned()))
    }
}

/// Rules and guards, compiled.
#[derive(Debug)]
pub(super) struct Rules {
    rules: Vec<CompiledRule>,
    /// The first part of each rule: without one of these signs there is no need to look at the rule.
    firsts: Vec<SignSet>,
    guards: Vec<CompiledGuard>,
    kinds: super::kind::KindSigns,
}

#[derive(Debug)]
struct CompiledRule {
    rule: Rule,
    all: Vec<SignSet>,
    unless: SignSet,
}

#[derive(Debug)]
struct CompiledGuard {
    guard: Guard,
    signs: SignSet,
    unless: SignSet,
}

impl Rules {
    pub(super) fn new(policy: &Policy, signs: &Signs) -> Self {
        let rule = |rule: &Rule| CompiledRule {
            rule: rule.clone(),
            all: rule.all.iter().map(|part| signs.sets(part)).collect(),
            unless: signs.sets(&rule.unless),
        };
        let guard = |guard: &Guard| CompiledGuard {
            guard: guard.clone(),
            signs: signs.sets(&guard.signs),
            unless: signs.sets(&guard.unless),
        };
        let rules: Vec<CompiledRule> = policy.rules().iter().map(rule).collect();
        Rules {
            firsts: rules.iter().map(|rule| rule.all.first().copied().unwrap_or_default()).collect(),
            rules,
            guards: policy.guards().iter().map(guard).collect(),
            kinds: super::kind::KindSigns::new(signs),
        }
    }

    pub(super) fn kinds(&self) -> &super::kind::KindSigns {
        &self.kinds
    }

    /// What the rules find, each at the first place where its signs meet.
    pub(super) fn signals(&self, reading: &Reading<'_>) -> Vec<Signal> {
        let mut signals = Vec::new();
        for (rule, first) in self.rules.iter().zip(&self.firsts) {
            // Here nearly every rule ends, for every comment.
            if first.meets(reading.present)
                && rule.is_possible(reading.present)
                && let Some(place) = rule.place(&reading.occurrences)
            {
                let Rule { clause, strength, ref name, .. } = rule.rule;
                signals.push(Signal { clause, strength, rule: format!("rule:{name}"), place: Some(place) });
            }
        }
        signals
    }

    /// Whether words near a finding leave it doubtful.
    pub(super) fn is_guarded(&self, clause: ClauseId, place: &Place, reading: &Reading<'_>) -> bool {
        self.guards.iter().any(|guard| guard.guards(clause, place, reading))
    }
}

impl CompiledRule {
    /// Whether the signs that occur allow it.
    #[inline]
    fn is_possible(&self, present: SignSet) -> bool {
        self.all.iter().all(|part| part.meets(present)) && !self.unless.meets(present)
    }

    fn place(&self, occurrences: &[Occurrence]) -> Option<Place> {
        if self.rule.in_order { self.in_order(occurrences) } else { self.in_any_order(occurrences) }
    }

    /// For each part the latest occurrence; where all have one, they are as close together as they can be.
    fn in_any_order(&self, occurrences: &[Occurrence]) -> Option<Place> {
        let mut latest: Vec<Option<&Place>> = vec![None; self.all.len()];
        occurrences.iter().find_map(|occurrence| {
            for (part, latest) in self.all.iter().zip(&mut latest) {
                if part.meets(occurrence.sign) {
                    *latest = Some(&occurrence.place);
                }
            }
            let met: Vec<&Place> = latest.iter().copied().collect::<Option<_>>()?;
            self.close_enough(met.into_iter().cloned().reduce(Place::with)?)
        })
    }

    /// For each part the chain up to it that starts latest.
    fn in_order(&self, occurrences: &[Occurrence]) -> Option<Place> {
        let mut chains: Vec<Option<Place>> = vec![None; self.all.len()];
        occurrences.iter().find_map(|occurrence| {
            for part in (0..self.all.len()).rev().filter(|part| self.all[*part].meets(occurrence.sign)) {
                let place = occurrence.place.clone();
                let chain = match part.checked_sub(1) {
                    None => Some(place),
                    Some(before) => chains[before]
                        .clone()
                        .filter(|chain| chain.words.end <= place.words.start)
                        .map(|chain| chain.with(place)),
                };
                chains[part] = chain.or(chains[part].take());
            }
            self.close_enough(chains.last()?.clone()?)
        })
    }

    fn close_enough(&self, place: Place) -> Option<Place> {
        match self.rule.within_words {
            Some(most) if place.words.len() > most.get() as usize => None,
            _ => Some(place),
        }
    }
}

impl CompiledGuard {
    fn guards(&self, clause: ClauseId, place: &Place, reading: &Reading<'_>) -> bool {
        if !self.guard.clauses.contains(&clause) || !self.signs.meets(reading.present) {
            return false;
        }
        let (before, after) = (self.guard.words_before as usize, self.guard.words_after as usize);
        let near = |signs: SignSet, before: usize, after: usize| {
            let from = place.words.start.saturating_sub(before + LONGEST_SIGN);
            let first = reading.occurrences.partition_point(|occurrence| occurrence.place.words.start < from);
            reading.occurrences[first..]
                .iter()
                .take_while(|occurrence| occurrence.place.words.start <= place.words.end + after)
                .any(|occurrence| {
                    signs.meets(occurrence.sign) && occurrence.place.words.end + before >= place.words.start
                })
        };
        near(self.signs, before, after) && !near(self.unless, 0, 0)
    }
}

/// No phrase of a guard has more words; a longer one guards from nearer by.
const LONGEST_SIGN: usize = 8;

impl Place {
    fn with(self, other: Place) -> Place {
        let words = self.words.start.min(other.words.start)..self.words.end.max(other.words.end);
        let bytes = self.bytes.start.min(other.bytes.start)..self.bytes.end.max(other.bytes.end);
        Place { words, bytes }
    }
}
