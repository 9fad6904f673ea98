//! What the policy says about one comment, and what kind of comment it is.

use std::fmt;
use std::ops::Range;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::domain::comment::{Mark, UnknownWord};
use crate::domain::policy::ClauseId;
use crate::domain::text::Disguised;

/// What the judge is told about a comment. Who wrote it does not matter; what they wrote before does.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'a> {
    /// The text of the revision to be judged.
    pub text: &'a str,
    /// What was odd about it as it arrived.
    pub marks: &'a [Mark],
    /// How often it was written before.
    pub repeats: Repeats,
    /// How many of its author's comments were hidden, as the policy counts strikes.
    pub strikes: u32,
    /// The text of the comment that it answers, where that is not known to be its author's own.
    pub parent_text: Option<&'a str>,
    /// The text of the post that it stands under.
    pub post_text: Option<&'a str>,
    /// The code of the language that somebody says it is in, such as `fa` or `ur-PK`.
    pub lang: Option<&'a str>,
}

impl<'a> Subject<'a> {
    /// A text of which nothing else is known.
    pub fn of(text: &'a str) -> Self {
        Subject {
            text,
            marks: &[],
            repeats: Repeats::NONE,
            strikes: 0,
            parent_text: None,
            post_text: None,
            lang: None,
        }
    }
}

/// How many comments that are as good as the same were written before one, within the policy's window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Repeats {
    /// On its platform, by the same author.
    pub here: u32,
    /// On other platforms, under the name that its author shows: that may be somebody else of the same name.
    pub elsewhere: u32,
}

impl Repeats {
    /// It was never written before.
    pub const NONE: Repeats = Repeats { here: 0, elsewhere: 0 };
}

/// What the policy says about one comment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// No clause applies.
    Allow,
    /// A clause applies beyond doubt.
    Hide(Finding),
    /// A person must decide. Every check that could not run ends here.
    Review(ReviewReason),
}

impl Verdict {
    /// What is done, whatever the reason.
    pub fn outcome(&self) -> Outcome {
        match self {
            Verdict::Allow => Outcome::Allow,
            Verdict::Hide(_) => Outcome::Hide,
            Verdict::Review(_) => Outcome::Review,
        }
    }

    /// The word for it in columns, logs and exports.
    pub fn word(&self) -> &'static str {
        self.outcome().as_str()
    }

    /// The clause it rests on, where it rests on one.
    pub fn clause(&self) -> Option<ClauseId> {
        match self {
            Verdict::Allow | Verdict::Review(ReviewReason::CheckFailed(_)) => None,
            Verdict::Hide(finding) | Verdict::Review(ReviewReason::Doubtful(finding)) => Some(finding.clause),
        }
    }

    /// The findings that it rests on.
    pub fn finding(&self) -> Option<&Finding> {
        match self {
            Verdict::Allow | Verdict::Review(ReviewReason::CheckFailed(_)) => None,
            Verdict::Hide(finding) | Verdict::Review(ReviewReason::Doubtful(finding)) => Some(finding),
        }
    }
}

/// What a policy does about a comment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Outcome {
    /// Nothing.
    Allow,
    /// A person decides.
    Review,
    /// It is hidden.
    Hide,
}

impl Outcome {
    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Outcome::Allow => "allow",
            Outcome::Review => "review",
            Outcome::Hide => "hide",
        }
    }
}

impl FromStr for Outcome {
    type Err = UnknownWord;

    fn from_str(word: &str) -> Result<Self, UnknownWord> {
        let all = [Outcome::Allow, Outcome::Review, Outcome::Hide];
        let found = all.into_iter().find(|outcome| outcome.as_str() == word);
        found.ok_or_else(|| UnknownWord::new("outcome", word, all.map(Outcome::as_str)))
    }
}

/// The clause a comment breaks and the words that break it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The clause.
    pub clause: ClauseId,
    /// The rule that found it, such as `phrase:ar` or `repeated`; never a word of the comment.
    pub rule: String,
    /// The bytes of the original text that break it, on character borders; empty where the finding is
    /// not about words (repeated posting).
    pub excerpt: Range<usize>,
}

/// Why a person must decide.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReviewReason {
    /// A clause may apply.
    Doubtful(Finding),
    /// A check could not run; the text says which and why, without the comment's words.
    CheckFailed(String),
}

/// What a comment is, seen from those who owe an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// It asks for something we know.
    Question,
    /// Something went wrong, and it says so to us.
    Complaint,
    /// It proposes something.
    Suggestion,
    /// It says what the author thinks.
    Opinion,
    /// It thanks or praises.
    Praise,
    /// None of these.
    Other,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Kind; 6] =
        [Kind::Question, Kind::Complaint, Kind::Suggestion, Kind::Opinion, Kind::Praise, Kind::Other];

    /// The word for it in configuration, columns, logs and exports.
    pub fn as_str(self) -> &'static str {
        match self {
            Kind::Question => "question",
            Kind::Complaint => "complaint",
            Kind::Suggestion => "suggestion",
            Kind::Opinion => "opinion",
            Kind::Praise => "praise",
            Kind::Other => "other",
        }
    }

    /// Whether the policy promises an answer to it.
    pub fn is_owed_a_reply(self) -> bool {
        matches!(self, Kind::Question | Kind::Complaint | Kind::Suggestion)
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Kind {
    type Err = UnknownWord;

    fn from_str(word: &str) -> Result<Self, UnknownWord> {
        Kind::ALL
            .into_iter()
            .find(|kind| kind.as_str() == word)
            .ok_or_else(|| UnknownWord::new("kind", word, Kind::ALL.map(Kind::as_str)))
    }
}

/// All that the judge concluded about one comment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judgement {
    /// What the policy says.
    pub verdict: Verdict,
    /// What kind of comment it is.
    pub kind: Kind,
    /// The words that were written otherwise than plainly, in their order: evidence of how it was written.
    pub undone: Vec<Disguised>,
}
