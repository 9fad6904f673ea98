//! The words that a list is asked for, and how what has them is found.
//!
//! A row of `search_word` is a word of a comment, in the order of words and then of comments. So what has a word is walked; what has
//! any of the words that begin so is not, for it would have to be gathered and sorted. Where that is little it is; else each comment
//! is asked by `found_by`, which has its words in one row.

use super::super::super::error::Doing;
use super::super::super::sql::{Columns, Conditions};
use super::super::super::{Store, StoreError};
use crate::domain::text::Sought;

/// From so many on, a word counts as common: nobody needs to know by how much.
const COMMON: i64 = 1_000;

/// So many rows are gathered within a few milliseconds. More of them are one comment in a hundred where there are a million: then a
/// page is soon found by asking each.
const GATHERED_MAX: i64 = 10_000;

/// A word that is asked for, and how what has it is found.
pub(super) enum Asked {
    /// By its rows, where it leads, else asked of each comment.
    Word(String),
    /// The beginning of words that few have: gathered as a whole.
    Rare(String),
    /// A beginning that is asked of each comment, and soon found.
    Common(String),
}

/// What has all of these words.
pub(super) fn searched(words: &[Asked], led: bool, row: &str, on: &mut Conditions) {
    for (place, word) in words.iter().enumerate() {
        let condition = match word {
            Asked::Word(word) => {
                let word = on.parameter(word.clone());
                match led && place == 0 {
                    true => format!("s.word = {word} and s.comment = {row}"),
                    false => format!(
                        "exists (select 1 from search_word x where x.comment = {row} and x.word = {word})"
                    ),
                }
            }
            Asked::Rare(beginning) => {
                let [from, to] = range(beginning).map(|word| on.parameter(word));
                format!(
                    "{row} in (select x.comment from search_word x where x.word >= {from} and x.word < {to})"
                )
            }
            // A comment's words are a JSON array of them, and no folded word has a sign that means something here.
            Asked::Common(beginning) => {
                let somewhere = on.parameter(format!("%\"{beginning}%"));
                format!("(select f.words from found_by f where f.comment = {row}) like {somewhere}")
            }
        };
        on.and(condition);
    }
}

/// From where to where the words stand that begin so.
fn range(beginning: &str) -> [String; 2] {
    [beginning.to_owned(), format!("{beginning}{}", char::MAX)]
}

/// The same words, those that the fewest comments have first, and beginnings last.
pub(super) async fn rarest_first(store: &Store, words: Vec<Sought>) -> Result<Vec<Asked>, StoreError> {
    let (mut counted, mut beginnings) = (Vec::with_capacity(words.len()), Vec::new());
    for word in words {
        match word {
            Sought::Beginning(word) => beginnings.push(word),
            Sought::Word(word) => counted.push((rows_of(store, &word).await?, word)),
        }
    }
    counted.sort_by_key(|(how_many, _)| *how_many);
    let mut asked: Vec<Asked> = counted.into_iter().map(|(_, word)| Asked::Word(word)).collect();
    for beginning in beginnings {
        // One is enough to find what has it; the others are asked of that.
        let nothing_leads = matches!(asked.first(), None | Some(Asked::Common(_)));
        match nothing_leads && is_rare(store, &beginning).await? {
            true => asked.insert(0, Asked::Rare(beginning)),
            false => asked.push(Asked::Common(beginning)),
        }
    }
    Ok(asked)
}

/// How many comments have a word, [`COMMON`] at most.
async fn rows_of(store: &Store, word: &str) -> Result<i64, StoreError> {
    let query = sqlx::query(
        "select count(*) as how_many from (select 1 from search_word where word = $1 limit $2) as known",
    );
    let query = query.bind(word.to_owned()).bind(COMMON);
    let row = query.fetch_one(&store.readers).await.doing("count the comments with a word")?;
    Columns::of("search_word", &row).get("how_many")
}

/// Whether so few words begin so that what has them is gathered.
async fn is_rare(store: &Store, beginning: &str) -> Result<bool, StoreError> {
    let query =
        sqlx::query("select 1 as one from search_word where word >= $1 and word < $2 limit 1 offset $3");
    let [from, to] = range(beginning);
    let query = query.bind(from).bind(to).bind(GATHERED_MAX);
    Ok(query.fetch_optional(&store.readers).await.doing("count the words that begin so")?.is_none())
}
