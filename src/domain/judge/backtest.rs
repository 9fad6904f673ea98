//! What another policy would change: the same comments judged by the one in force and by the other, each comment alone, so that
//! repeated posting is not seen.

use std::collections::BTreeMap;

use super::{Judge, Outcome, Subject};
use crate::domain::comment::{CommentId, Mark};
use crate::domain::policy::ClauseId;

/// A comment of the past, with the words that it has now.
#[derive(Debug, Clone)]
pub struct Past {
    /// Our number for it.
    pub id: CommentId,
    /// Its text.
    pub text: String,
    /// What was odd about it as it arrived.
    pub marks: Vec<Mark>,
    /// See [`Subject::parent_text`].
    pub parent_text: Option<String>,
    /// See [`Subject::post_text`].
    pub post_text: Option<String>,
    /// `allow` or `hide`, where a member of staff decided about these words.
    pub staff: Option<&'static str>,
}

/// What is done about a comment, and for which clause.
pub type Ruled = (Outcome, Option<ClauseId>);

/// Comments about which the two policies differ in the same way.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Moved {
    /// How many.
    pub count: u64,
    /// Of how many of them staff decided the opposite of what would be done: left visible what would be hidden, or the other way.
    pub against_staff: u64,
    /// The first of them.
    pub examples: Vec<CommentId>,
}

/// What two policies do about the same comments.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Backtest {
    /// How many comments were judged.
    pub judged: u64,
    /// Those about which they differ, by what the policy in force does and what the other would.
    pub moved: BTreeMap<(Ruled, Ruled), Moved>,
}

impl Backtest {
    /// Judges `comments` by both; keeps up to `examples` of each difference.
    pub fn of(in_force: &Judge, other: &Judge, comments: &[Past], examples: usize) -> Self {
        let mut found = Backtest::default();
        for past in comments {
            let (parent_text, post_text) = (past.parent_text.as_deref(), past.post_text.as_deref());
            let subject = Subject { marks: &past.marks, parent_text, post_text, ..Subject::of(&past.text) };
            let [was, is] = [in_force, other].map(|judge| {
                let verdict = judge.judge(&subject).verdict;
                (verdict.outcome(), verdict.clause())
            });
            found.judged += 1;
            if was != is {
                let against = matches!(
                    (past.staff, is.0),
                    (Some("allow"), Outcome::Hide) | (Some("hide"), Outcome::Allow)
                );
                let one = Moved { count: 1, against_staff: u64::from(against), examples: vec![past.id] };
                found.moved.entry((was, is)).or_default().add(one, examples);
            }
        }
        found
    }

    /// Takes in what was found about comments after these.
    pub fn add(&mut self, later: Backtest, examples: usize) {
        self.judged += later.judged;
        for (way, moved) in later.moved {
            self.moved.entry(way).or_default().add(moved, examples);
        }
    }

    /// How many comments would come from one outcome to another.
    pub fn count(&self, was: Outcome, is: Outcome) -> u64 {
        let ways = self.moved.iter().filter(|((from, to), _)| (from.0, to.0) == (was, is));
        ways.map(|(_, moved)| moved.count).sum()
    }
}

impl Moved {
    fn add(&mut self, later: Moved, examples: usize) {
        self.count += later.count;
        self.against_staff += later.against_staff;
        let room = examples.saturating_sub(self.examples.len());
        self.examples.extend(later.examples.into_iter().take(room));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::policy::{Bundle, POLICY_FILE, Policy};

    fn past(id: i64, text: &str, staff: Option<&'static str>) -> Past {
        let (id, text) = (CommentId(id), text.to_owned());
        Past { id, text, marks: Vec::new(), parent_text: None, post_text: None, staff }
    }

    /// The shipped policy, and one that leaves threats to a person.
    fn judges() -> [Judge; 2] {
        let mut files = Bundle::shipped().files().clone();
        let policy = files.get_mut(POLICY_FILE).unwrap();
        *policy = policy.replacen(
            "id = \"security_threat\"\nact = \"hide\"",
            "id = \"security_threat\"\nact = \"review\"",
            1,
        );
        [Bundle::shipped(), Bundle::new(files)].map(|bundle| Judge::new(&Policy::parse(&bundle).unwrap()))
    }

    #[test]
    fn comments_that_would_be_judged_otherwise_are_counted_with_examples_and_what_staff_said() {
        let [in_force, other] = judges();
        let threat = "I will kill your manager";
        let comments =
            [past(1, "متى يبدأ التسجيل؟", None), past(2, threat, None), past(3, threat, Some("allow"))];
        let way = |outcome| (outcome, Some(ClauseId::SecurityThreat));
        let found = Backtest::of(&in_force, &other, &comments, 1);
        let milder = Moved { count: 2, against_staff: 0, examples: vec![CommentId(2)] };
        let expected = BTreeMap::from([((way(Outcome::Hide), way(Outcome::Review)), milder)]);
        assert_eq!((found.judged, &found.moved), (3, &expected));
        let back = Backtest::of(&other, &in_force, &comments, 5);
        let [(_, harder)] = Vec::from_iter(&back.moved)[..] else { panic!("{back:?}") };
        assert_eq!((harder.against_staff, &harder.examples[..]), (1, &[CommentId(2), CommentId(3)][..]));
    }

    #[test]
    fn what_is_found_in_parts_is_what_is_found_at_once() {
        let [in_force, other] = judges();
        let comments: Vec<Past> =
            (0..7).map(|id| past(id, ["hello", "I will kill your manager"][id as usize % 2], None)).collect();
        let whole = Backtest::of(&in_force, &other, &comments, 2);
        let mut parts = Backtest::default();
        for part in comments.chunks(3) {
            parts.add(Backtest::of(&in_force, &other, part, 2), 2);
        }
        assert_eq!(parts, whole);
        assert_eq!((whole.judged, whole.count(Outcome::Hide, Outcome::Review)), (7, 3));
    }

    #[test]
    fn a_policy_does_not_differ_from_itself() {
        let [in_force, _] = judges();
        let found = Backtest::of(&in_force, &in_force, &[past(1, "I will kill your manager", None)], 5);
        assert_eq!((found.judged, found.moved.len()), (1, 0));
    }
}
