//! The language of recent search: terms side by side, `OR`, parentheses, `-`.

use super::post::Post;
use super::problem::{Outcome, Problem};

/// The longest query of a self-serve account, in characters.
const QUERY_MAX: usize = 512;

/// A query that has been read.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Query {
    All(Vec<Query>),
    Any(Vec<Query>),
    Not(Box<Query>),
    Test(Test),
}

/// One operator.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Test {
    To(String),
    From(String),
    Conversation(String),
    InReplyTo(String),
    /// `@handle`, `#tag` or a word: it stands in the text.
    Text(String),
    Lang(String),
    IsReply,
    /// `is:retweet`, `is:quote`, `has:media` and the like: nothing here is or has one.
    Nothing,
    HasMentions,
    HasLinks,
}

impl Query {
    /// Reads a query.
    pub(super) fn parse(text: &str) -> Outcome<Self> {
        let refuse = |message: &str| Err(Problem::invalid("query", text, message));
        if text.trim().is_empty() || text.chars().count() > QUERY_MAX {
            return refuse("The query must be between 1 and 512 characters long");
        }
        let mut words = words(text).into_iter().peekable();
        let query = match any(&mut words) {
            Ok(query) if words.peek().is_none() => query,
            Ok(_) => return refuse("There were errors processing your request: unexpected `)`"),
            Err(message) => return refuse(&message),
        };
        match query.stands_alone() {
            true => Ok(query),
            false => refuse(
                "There were errors processing your request: is:, has:, lang: and negated operators \
                 must be used with at least one standalone operator",
            ),
        }
    }

    /// Whether it finds a post.
    pub(super) fn finds(&self, post: &Post<'_>) -> bool {
        match self {
            Query::All(parts) => parts.iter().all(|part| part.finds(post)),
            Query::Any(parts) => parts.iter().any(|part| part.finds(post)),
            Query::Not(part) => !part.finds(post),
            Query::Test(test) => test.finds(post),
        }
    }

    /// The one conversation that it looks in, if it does.
    pub(super) fn conversation(&self) -> Option<&str> {
        match self {
            Query::All(parts) => parts.iter().find_map(Query::conversation),
            Query::Test(Test::Conversation(id)) => Some(id),
            _ => None,
        }
    }

    fn stands_alone(&self) -> bool {
        match self {
            Query::All(parts) | Query::Any(parts) => parts.iter().any(Query::stands_alone),
            Query::Not(_) => false,
            Query::Test(test) => !matches!(
                test,
                Test::Lang(_) | Test::IsReply | Test::Nothing | Test::HasMentions | Test::HasLinks
            ),
        }
    }
}

impl Test {
    fn finds(&self, post: &Post<'_>) -> bool {
        let is = |who: &str, id: &str, handle: &str| who == id || who.eq_ignore_ascii_case(handle);
        match self {
            Test::From(who) => is(who, &post.author.id, &post.author.handle),
            Test::To(who) => post.answers.as_ref().is_some_and(|to| is(who, &to.user.id, &to.user.handle)),
            Test::Conversation(id) => post.conversation_id == id,
            Test::InReplyTo(id) => post.answers.as_ref().is_some_and(|to| to.id == id),
            Test::Text(word) => post.text.to_lowercase().contains(word),
            Test::Lang(lang) => post.lang() == lang,
            Test::IsReply => post.answers.is_some(),
            Test::Nothing => false,
            Test::HasMentions => post.text.contains('@'),
            Test::HasLinks => post.text.contains("://"),
        }
    }

    fn parse(word: &str) -> Result<Self, String> {
        let unquoted = word.trim_matches('"');
        let Some((name, value)) = word.split_once(':').filter(|_| !word.starts_with('"')) else {
            return Ok(Test::Text(unquoted.to_lowercase()));
        };
        let value = value.trim_matches('"');
        if value.is_empty() {
            return Err(format!("no value for the operator `{name}`"));
        }
        let handle = value.trim_start_matches('@').to_owned();
        Ok(match (name, value) {
            ("to", _) => Test::To(handle),
            ("from", _) => Test::From(handle),
            ("conversation_id", _) => Test::Conversation(value.to_owned()),
            ("in_reply_to_tweet_id" | "in_reply_to_post_id", _) => Test::InReplyTo(value.to_owned()),
            ("lang", _) => Test::Lang(value.to_owned()),
            ("is", "reply") => Test::IsReply,
            ("is", "retweet" | "quote" | "verified" | "nullcast") => Test::Nothing,
            ("has", "mentions") => Test::HasMentions,
            ("has", "links") => Test::HasLinks,
            ("has", "media" | "images" | "videos" | "hashtags" | "cashtags" | "geo") => Test::Nothing,
            _ => return Err(format!("Reference to invalid operator '{name}:{value}'")),
        })
    }
}

type Words<'a> = std::iter::Peekable<std::vec::IntoIter<&'a str>>;

fn any(words: &mut Words<'_>) -> Result<Query, String> {
    let mut parts = vec![all(words)?];
    while words.next_if_eq(&"OR").is_some() {
        parts.push(all(words)?);
    }
    Ok(one_of(parts, Query::Any))
}

fn all(words: &mut Words<'_>) -> Result<Query, String> {
    let mut parts = Vec::new();
    while let Some(word) = words.next_if(|word| !matches!(*word, "OR" | ")")) {
        parts.push(match word {
            "-(" => return Err("a group cannot be negated".into()),
            "(" => {
                let group = any(words)?;
                words.next_if_eq(&")").ok_or("missing `)`")?;
                group
            }
            _ => match word.strip_prefix('-').filter(|rest| !rest.is_empty()) {
                Some(negated) => Query::Not(Box::new(Query::Test(Test::parse(negated)?))),
                None => Query::Test(Test::parse(word)?),
            },
        });
    }
    if parts.is_empty() {
        return Err("an operand is missing".into());
    }
    Ok(one_of(parts, Query::All))
}

fn one_of(mut parts: Vec<Query>, many: fn(Vec<Query>) -> Query) -> Query {
    match parts.len() {
        1 => parts.remove(0),
        _ => many(parts),
    }
}

/// Splits at white space and parentheses; what stands in quotes stays together.
fn words(text: &str) -> Vec<&str> {
    let mut words = Vec::new();
    let (mut begin, mut quoted) = (0, false);
    for (at, c) in text.char_indices() {
        match c {
            '"' => quoted = !quoted,
            '(' if !quoted && &text[begin..at] == "-" => {
                words.push(&text[begin..=at]);
                begin = at + 1;
            }
            c if !quoted && (c.is_whitespace() || c == '(' || c == ')') => {
                words.push(&text[begin..at]);
                if !c.is_whitespace() {
                    words.push(&text[at..=at]);
                }
                begin = at + c.len_utf8();
            }
            _ => {}
        }
    }
    words.push(&text[begin..]);
    words.retain(|word| !word.is_empty());
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terms_bind_tighter_than_or() {
        let query = Query::parse("(to:moe OR conversation_id:12) -is:retweet -from:moe").unwrap();
        let Query::All(parts) = &query else { panic!("{query:?}") };
        assert_eq!(parts.len(), 3);
        assert_eq!(parts[1], Query::Not(Box::new(Query::Test(Test::Nothing))));
        assert_eq!(query.conversation(), None);
    }

    #[test]
    fn operators_that_cannot_stand_alone_are_refused_alone() {
        for bad in [
            "-is:retweet",
            "is:reply lang:ar",
            "-(to:a OR to:b) to:c",
            "to:a )",
            "(to:a",
            "foo:bar",
            "to:",
            "",
        ] {
            assert!(Query::parse(bad).is_err(), "{bad}");
        }
        assert!(Query::parse("@moe -is:retweet").is_ok());
    }
}
