//! The words that comments are found by, worked out soon after their texts are stored, many comments at a time.
//!
//! They come out of a text in Rust ([`crate::domain::text::found_by`]), are kept as one list a comment in `found_by`, and are
//! told from there, a row each, to `search_word`. The words of earlier texts stay: staff look for what they remember. Erasure
//! takes both along by triggers.

use std::collections::{BTreeMap, BTreeSet};

use super::super::error::Doing;
use super::super::rows::{Rows, Type};
use super::super::sql::{self, Columns};
use super::super::{Dialect, Step, Store, StoreError};
use crate::domain::text::found_by;

/// Works out the words of up to `limit` comments with new texts, and returns of how many: 0 where there were none.
///
/// # Errors
/// The database failed.
pub async fn index_words(store: &Store, limit: u32) -> Result<usize, StoreError> {
    let any = sqlx::query("select comment from search_stale limit 1").fetch_optional(&store.readers).await;
    if any.doing("look for new texts")?.is_none() {
        return Ok(0);
    }
    let mut tx = store.begin(Step::Keep).await?;
    let skip = match tx.dialect() {
        Dialect::Sqlite => "", // one writer at a time: nothing to skip
        Dialect::Postgres => "for update skip locked",
    };
    let query = sql::query(format!("select comment from search_stale order by comment limit $1 {skip}"));
    let rows = query.bind(i64::from(limit)).fetch_all(tx.conn()).await.doing("look for new texts")?;
    let comments: Result<Vec<i64>, _> =
        rows.iter().map(|row| Columns::of("search_stale", row).get("comment")).collect();
    let comments = comments?;
    for part in Rows::of(&[("comment", Type::Int)], comments.iter().copied()).parts(tx.dialect()) {
        // From these comments to their texts: from both tables at once, PostgreSQL looks each comment up among these.
        let these = part.table("these", 1);
        let query = sql::query(format!(
            "with {these} select r.comment, r.text, c.author_name
             from these t join comment c on c.id = t.comment join revision r on r.comment = t.comment
             where r.text is not null and c.written_by = 'public'"
        ));
        let mut words: BTreeMap<i64, BTreeSet<String>> = BTreeMap::new();
        for row in part.bind(query).fetch_all(tx.conn()).await.doing("read new texts")? {
            let row = Columns::of("revision", &row);
            let words = words.entry(row.get("comment")?).or_default();
            words.extend(found_by(row.get("text")?));
            words.extend(row.get::<Option<&str>>("author_name")?.map(found_by).unwrap_or_default());
        }
        let mut lists = Rows::new(&[("comment", Type::Int), ("words", Type::Text)]);
        for (comment, words) in &words {
            let list = serde_json::to_string(words).expect("words are text");
            lists.push([(*comment).into(), list.into()]);
        }
        for part in lists.parts(tx.dialect()) {
            let lists = part.table("lists", 1);
            // `where true`: without it SQLite takes `on conflict` for a join's `on`.
            let query = sql::query(format!(
                "with {lists} insert into found_by (comment, words) select comment, words from lists where true
                 on conflict (comment) do update set words = excluded.words"
            ));
            part.bind(query).execute(tx.conn()).await.doing("keep what comments are found by")?;
        }
        let these = part.among("f.comment", 1);
        let query = sql::query(match tx.dialect() {
            // In the order of the table, so that neighbours are written together.
            Dialect::Sqlite => format!(
                "insert into search_word (word, comment)
                 select j.value, f.comment from found_by f, json_each(f.words) j where {these} order by 1, 2
                 on conflict (word, comment) do nothing"
            ),
            Dialect::Postgres => format!(
                "insert into search_word (word, comment)
                 select j.value, f.comment from found_by f, json_array_elements_text(cast(f.words as json)) as j (value)
                 where {these}
                 on conflict (word, comment) do nothing"
            ),
        });
        part.bind(query).execute(tx.conn()).await.doing("keep what comments are found by")?;
        let query = sql::query(format!("delete from search_stale where {}", part.among("comment", 1)));
        part.bind(query).execute(tx.conn()).await.doing("keep what comments are found by")?;
    }
    tx.commit().await?;
    Ok(comments.len())
}
