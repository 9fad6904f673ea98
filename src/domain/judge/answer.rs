//! What a person answered to what the machine had said about a comment: the label by which the judge is measured, and which its
//! next training learns from.

use serde::Serialize;

use super::Outcome;
use crate::domain::policy::ClauseId;

/// A person's answer, as against the machine's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// The machine doubted, and the comment stays.
    Approved,
    /// The machine doubted, and the comment breaks the clause it had in mind, or it had none.
    Hidden,
    /// It breaks another clause than the machine said.
    WrongClause,
    /// The machine hid it, and it should have stayed.
    FalseHide,
    /// The machine let it stay, and it breaks a clause.
    Missed,
    /// Both say the same.
    Same,
}

impl Answer {
    /// The answer of a person who said the second to the machine's first; `None` where they left the question open.
    pub fn of(machine: (Outcome, Option<ClauseId>), person: (Outcome, Option<ClauseId>)) -> Option<Answer> {
        let ((said, of), (answered, clause)) = (machine, person);
        Some(match (said, answered) {
            (_, Outcome::Review) => return None,
            (Outcome::Review, Outcome::Allow) => Answer::Approved,
            (Outcome::Hide, Outcome::Allow) => Answer::FalseHide,
            (Outcome::Allow, Outcome::Allow) => Answer::Same,
            (Outcome::Allow, Outcome::Hide) => Answer::Missed,
            (Outcome::Review | Outcome::Hide, Outcome::Hide) if of.is_some() && of != clause => {
                Answer::WrongClause
            }
            (Outcome::Review, Outcome::Hide) => Answer::Hidden,
            (Outcome::Hide, Outcome::Hide) => Answer::Same,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_tells_how_a_person_differs_from_the_machine() {
        use Outcome::{Allow, Hide, Review};
        let (spam, insult) = (Some(ClauseId::Spam), Some(ClauseId::Indecent));
        for (machine, person, answer) in [
            ((Review, spam), (Allow, None), Some(Answer::Approved)),
            ((Review, spam), (Hide, spam), Some(Answer::Hidden)),
            ((Review, None), (Hide, spam), Some(Answer::Hidden)),
            ((Review, spam), (Hide, insult), Some(Answer::WrongClause)),
            ((Review, spam), (Review, spam), None),
            ((Hide, spam), (Hide, insult), Some(Answer::WrongClause)),
            ((Hide, spam), (Hide, spam), Some(Answer::Same)),
            ((Hide, spam), (Allow, None), Some(Answer::FalseHide)),
            ((Allow, None), (Hide, insult), Some(Answer::Missed)),
            ((Allow, None), (Allow, None), Some(Answer::Same)),
        ] {
            assert_eq!(Answer::of(machine, person), answer, "{machine:?} {person:?}");
        }
    }
}
