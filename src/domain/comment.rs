//! What a member of the public wrote, as the rest of the program sees it.
//!
//! A platform's JSON becomes an [`Incoming`] at the edge; the store gives it a [`CommentId`]
//! and keeps every change of its text as a revision.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// The most characters of one comment that are kept; a longer text is cut here and marked.
///
/// No platform lets the public write this much: the longest known bound is Facebook's, reported as 8,000.
pub const TEXT_MAX_CHARS: usize = 100_000;

/// A social network that Majlis reads and acts on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Platform {
    /// A Facebook Page.
    Facebook,
    /// An Instagram professional account.
    Instagram,
    /// An account on X (Twitter).
    X,
    /// A YouTube channel.
    Youtube,
}

impl Platform {
    /// Every platform, in the order in which reports list them.
    pub const ALL: [Platform; 4] = [Platform::Facebook, Platform::Instagram, Platform::X, Platform::Youtube];

    /// The word for it in configuration, columns, logs and exports.
    pub fn as_str(self) -> &'static str {
        match self {
            Platform::Facebook => "facebook",
            Platform::Instagram => "instagram",
            Platform::X => "x",
            Platform::Youtube => "youtube",
        }
    }
}

impl fmt::Display for Platform {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A word that names none of the values it was read for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{found}` is not a {what}; write one of: {allowed}")]
pub struct UnknownWord {
    /// What the word was read for, such as `platform`.
    pub what: &'static str,
    /// The word as found.
    pub found: String,
    /// The allowed words, separated by commas.
    pub allowed: String,
}

impl UnknownWord {
    /// The error for a word that is none of `allowed`.
    pub fn new(what: &'static str, found: &str, allowed: impl IntoIterator<Item = &'static str>) -> Self {
        let allowed = allowed.into_iter().collect::<Vec<_>>().join(", ");
        Self { what, found: found.to_owned(), allowed }
    }
}

impl FromStr for Platform {
    type Err = UnknownWord;

    fn from_str(word: &str) -> Result<Self, UnknownWord> {
        Platform::ALL
            .into_iter()
            .find(|platform| platform.as_str() == word)
            .ok_or_else(|| UnknownWord::new("platform", word, Platform::ALL.map(Platform::as_str)))
    }
}

/// The configured name of one account, page or channel of ours: the `id` of a `[[source]]` section.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SourceId(pub String);

impl fmt::Display for SourceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The number of a comment in every command, URL, log line and export.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CommentId(pub i64);

impl fmt::Display for CommentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

/// Who wrote a comment, as far as the platform tells. Personal data: never in a log line.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Author {
    /// The platform's id of the person; may be missing on Instagram and Facebook.
    pub id: Option<String>,
    /// The name shown beside the comment.
    pub name: Option<String>,
}

impl Author {
    /// By what the author is known again on their platform: their id, or failing that their name.
    pub fn key(&self) -> Option<String> {
        let id = self.id.as_ref().map(|id| format!("id:{id}"));
        id.or_else(|| self.name.as_ref().map(|name| format!("name:{name}")))
    }
}

/// What was odd about a comment as it arrived. It is stored all the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mark {
    /// The platform named no author.
    NoAuthor,
    /// There is no text, or only white space.
    NoText,
    /// The text was longer than [`TEXT_MAX_CHARS`] and was cut there.
    Cut,
    /// NUL characters were taken out; no database stores them as text.
    NulRemoved,
    /// Bytes that are no UTF-8 were replaced by U+FFFD.
    InvalidUtf8,
    /// The platform's time lies after our receipt.
    FutureTime,
    /// The platform gave no time, or one that cannot be read.
    NoTime,
}

/// One comment as a platform page carried it, made safe to store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Incoming {
    /// The platform's id of the comment, unique within its source.
    pub platform_id: String,
    /// The platform's id of the comment that this one answers; `None` directly under a post.
    pub parent_id: Option<String>,
    /// The platform's id of the post it stands under, where the platform tells.
    pub post_id: Option<String>,
    /// Who wrote it, where the platform tells.
    pub author: Option<Author>,
    /// The text, at most [`TEXT_MAX_CHARS`] characters and free of NUL.
    pub text: String,
    /// When the platform says that it was written.
    pub created_at: Option<Timestamp>,
    /// Whether our own account wrote it.
    pub ours: bool,
    /// Whether it is hidden, where the platform tells.
    pub hidden: Option<bool>,
    /// What was odd about it, sorted and without repeats.
    pub marks: Vec<Mark>,
}

impl Incoming {
    /// Makes what a page carried safe to store, and marks what was odd about it.
    ///
    /// `received_at` is our clock when the page arrived: a later `created_at` is kept and marked.
    pub fn new(platform_id: String, text: &str, received_at: Timestamp, written: Written) -> Self {
        let mut marks = Vec::new();
        let mut mark = |found: bool, mark: Mark| {
            if found {
                marks.push(mark);
            }
        };
        let cut = text.char_indices().nth(TEXT_MAX_CHARS).map(|(at, _)| at);
        let kept: String = text[..cut.unwrap_or(text.len())].chars().filter(|c| *c != '\0').collect();
        let author = written.author.filter(|author| author.id.is_some() || author.name.is_some());
        // No platform is that old: such a time was garbled on its way, and no promise can run from it.
        let created_at = written.created_at.filter(|at| *at >= Timestamp::UNIX_EPOCH);
        mark(author.is_none(), Mark::NoAuthor);
        mark(kept.trim().is_empty(), Mark::NoText);
        mark(cut.is_some(), Mark::Cut);
        mark(text.contains('\0'), Mark::NulRemoved);
        mark(text.contains('\u{FFFD}'), Mark::InvalidUtf8);
        mark(created_at.is_some_and(|at| at > received_at), Mark::FutureTime);
        mark(created_at.is_none(), Mark::NoTime);
        Incoming {
            platform_id,
            parent_id: written.parent_id,
            post_id: written.post_id,
            author,
            text: kept,
            created_at,
            ours: written.ours,
            hidden: written.hidden,
            marks,
        }
    }
}

/// What a page says around a comment's text.
#[derive(Debug, Clone, Default)]
pub struct Written {
    /// See [`Incoming::parent_id`].
    pub parent_id: Option<String>,
    /// See [`Incoming::post_id`].
    pub post_id: Option<String>,
    /// See [`Incoming::author`].
    pub author: Option<Author>,
    /// See [`Incoming::created_at`].
    pub created_at: Option<Timestamp>,
    /// See [`Incoming::ours`].
    pub ours: bool,
    /// See [`Incoming::hidden`].
    pub hidden: Option<bool>,
}

/// Whether the public can see a stored comment, as far as we know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Visibility {
    /// On the page for all to read.
    Visible,
    /// Hidden, as the platform confirmed to us or shows.
    Hidden,
    /// Gone from the platform.
    Deleted,
    /// Its personal content was erased from our store.
    Erased,
}

impl Visibility {
    /// The word for it in columns and exports.
    pub fn as_str(self) -> &'static str {
        match self {
            Visibility::Visible => "visible",
            Visibility::Hidden => "hidden",
            Visibility::Deleted => "deleted",
            Visibility::Erased => "erased",
        }
    }
}

impl FromStr for Visibility {
    type Err = UnknownWord;

    fn from_str(word: &str) -> Result<Self, UnknownWord> {
        let all = [Visibility::Visible, Visibility::Hidden, Visibility::Deleted, Visibility::Erased];
        all.into_iter()
            .find(|visibility| visibility.as_str() == word)
            .ok_or_else(|| UnknownWord::new("visibility", word, all.map(Visibility::as_str)))
    }
}

/// A comment as stored, with its latest text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comment {
    /// Our number for it.
    pub id: CommentId,
    /// The source it was read from.
    pub source: SourceId,
    /// The platform of that source.
    pub platform: Platform,
    /// See [`Incoming::platform_id`].
    pub platform_id: String,
    /// See [`Incoming::parent_id`].
    pub parent_id: Option<String>,
    /// See [`Incoming::post_id`].
    pub post_id: Option<String>,
    /// See [`Incoming::author`]; `None` also after erasure.
    pub author: Option<Author>,
    /// The text of the latest revision; `None` after erasure.
    pub text: Option<String>,
    /// See [`Incoming::created_at`].
    pub created_at: Option<Timestamp>,
    /// When a page of ours first carried it.
    pub first_seen_at: Timestamp,
    /// The number of the latest revision, from 1.
    pub revision: i64,
    /// Whether the public can see it.
    pub visibility: Visibility,
    /// Whether our own account wrote it: never judged, never owed a reply.
    pub ours: bool,
    /// What was odd about it.
    pub marks: Vec<Mark>,
}

impl Comment {
    /// When a promise made for it starts to run: the earlier of the platform's time and our receipt.
    pub fn starts_at(&self) -> Timestamp {
        self.created_at.map_or(self.first_seen_at, |written| written.min(self.first_seen_at))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn a_name_that_reads_like_the_id_of_another_is_somebody_else() {
        let known = Author { id: Some("salem".to_owned()), name: Some("Salem".to_owned()) };
        let named = Author { id: None, name: Some("salem".to_owned()) };
        assert_eq!(known.key().as_deref(), Some("id:salem"));
        assert_ne!(known.key(), named.key());
        assert_eq!(Author { id: None, name: None }.key(), None);
    }

    #[test]
    fn a_comment_with_nothing_in_it_is_kept_and_marked() {
        let odd = Incoming::new("1".into(), " \n", at(10), Written::default());
        assert_eq!(odd.marks, [Mark::NoAuthor, Mark::NoText, Mark::NoTime]);
    }

    #[test]
    fn a_time_before_any_platform_is_no_time() {
        let written = Written { created_at: Some(at(-1)), ..Written::default() };
        let odd = Incoming::new("1".into(), "text", at(10), written);
        assert_eq!((odd.created_at, odd.marks.contains(&Mark::NoTime)), (None, true));
    }

    #[test]
    fn nul_and_overlong_text_are_made_storable() {
        let long = format!("\0{}", "ا".repeat(TEXT_MAX_CHARS));
        let written = Written {
            author: Some(Author { id: Some("7".into()), name: None }),
            created_at: Some(at(11)),
            ..Written::default()
        };
        let kept = Incoming::new("1".into(), &long, at(10), written);
        assert_eq!(kept.text.chars().count(), TEXT_MAX_CHARS - 1);
        assert_eq!(kept.marks, [Mark::Cut, Mark::NulRemoved, Mark::FutureTime]);
    }
}
