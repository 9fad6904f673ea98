//! What a policy would have done that judges beside the one in force: the same verdicts counted by what was done and what would have
//! been, with examples of those that differ.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use super::Ruled;
use crate::domain::comment::{CommentId, UnknownWord};

/// How many comments are named of each difference.
const EXAMPLES: usize = 5;

/// What is done about a comment and for which clause, as a word: `allow`, `hide:spam`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct RuledWord(pub Ruled);

impl fmt::Display for RuledWord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (outcome, clause) = self.0;
        f.write_str(outcome.as_str())?;
        clause.map_or(Ok(()), |clause| write!(f, ":{clause}"))
    }
}

impl FromStr for RuledWord {
    type Err = UnknownWord;

    fn from_str(word: &str) -> Result<Self, UnknownWord> {
        let (outcome, clause) =
            word.split_once(':').map_or((word, None), |(outcome, clause)| (outcome, Some(clause)));
        let unknown =
            || UnknownWord::new("verdict", word, ["allow", "review", "hide:CLAUSE", "review:CLAUSE"]);
        let outcome = outcome.parse().map_err(|_| unknown())?;
        let clause = clause.map(str::parse).transpose().map_err(|_| unknown())?;
        Ok(RuledWord((outcome, clause)))
    }
}

/// Comments about which the same was done and the same would have been.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Alike {
    /// How many.
    pub count: u64,
    /// The first of them, where the two differ.
    pub examples: Vec<CommentId>,
}

/// Verdicts by what was done and what would have been.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Beside(pub BTreeMap<(Ruled, Ruled), Alike>);

impl Alike {
    /// Takes in comments after these.
    pub fn add(&mut self, later: &Alike) {
        self.count += later.count;
        let room = EXAMPLES.saturating_sub(self.examples.len());
        self.examples.extend(later.examples.iter().take(room));
    }
}

impl Beside {
    /// Counts one comment.
    pub fn count(&mut self, comment: CommentId, was: Ruled, would: Ruled) {
        let alike = self.0.entry((was, would)).or_default();
        alike.count += 1;
        if was != would && alike.examples.len() < EXAMPLES {
            alike.examples.push(comment);
        }
    }

    /// How many were judged by both.
    pub fn judged(&self) -> u64 {
        self.0.values().map(|alike| alike.count).sum()
    }

    /// What was done, and what would have been, by outcome and clause.
    pub fn sums(&self) -> BTreeMap<Ruled, (u64, u64)> {
        let mut sums: BTreeMap<Ruled, (u64, u64)> = BTreeMap::new();
        for ((was, would), alike) in &self.0 {
            sums.entry(*was).or_default().0 += alike.count;
            sums.entry(*would).or_default().1 += alike.count;
        }
        sums
    }

    /// Those about which the two differ, the most frequent first.
    pub fn differences(&self) -> Vec<(&(Ruled, Ruled), &Alike)> {
        let mut differ: Vec<_> = self.0.iter().filter(|((was, would), _)| was != would).collect();
        differ.sort_by_key(|(_, alike)| std::cmp::Reverse(alike.count));
        differ
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::judge::Outcome;
    use crate::domain::policy::ClauseId;

    const ALLOW: Ruled = (Outcome::Allow, None);
    const SPAM: Ruled = (Outcome::Hide, Some(ClauseId::Spam));
    const DOUBT: Ruled = (Outcome::Review, Some(ClauseId::Spam));

    #[test]
    fn verdicts_are_summed_on_both_sides_and_differences_come_with_examples() {
        let mut beside = Beside::default();
        for id in 1..=8 {
            beside.count(CommentId(id), ALLOW, SPAM);
        }
        beside.count(CommentId(9), SPAM, SPAM);
        beside.count(CommentId(10), SPAM, DOUBT);
        assert_eq!(beside.judged(), 10);
        assert_eq!(beside.sums(), BTreeMap::from([(ALLOW, (8, 0)), (DOUBT, (0, 1)), (SPAM, (2, 9))]));
        let differ = beside.differences();
        assert_eq!(
            differ.iter().map(|(way, alike)| (**way, alike.count)).collect::<Vec<_>>(),
            [((ALLOW, SPAM), 8), ((SPAM, DOUBT), 1)]
        );
        assert_eq!(differ[0].1.examples, (1..=5).map(CommentId).collect::<Vec<_>>());
    }

    #[test]
    fn what_is_done_is_read_back_from_its_word() {
        for ruled in [ALLOW, SPAM, DOUBT, (Outcome::Review, None)] {
            assert_eq!(RuledWord(ruled).to_string().parse(), Ok(RuledWord(ruled)));
        }
        assert!("hide:rude".parse::<RuledWord>().is_err() && "gone".parse::<RuledWord>().is_err());
    }
}
