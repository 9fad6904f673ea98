//! What the judge is told about a batch of comments.
//!
//! Repetition is counted in the order of writing, not of reading, so that the verdicts do not depend on the order
//! in which pages came.

use std::collections::{BTreeSet, HashMap};
use std::time::Duration;

use crate::domain::comment::{Comment, CommentId};
use crate::domain::judge::{Repeats, Subject};
use crate::domain::policy::{Repetition, Strikes};

use super::super::decisions::{self, LastDecision};
use super::super::error::Doing;
use super::super::rows::{Rows, Type};
use super::super::sql::{self, Columns};
use super::super::{Store, StoreError, Tx};
use super::row;

/// So many of an author's comments before one are compared with it: no policy needs to tell more repeats apart, and a flood
/// must not make each comment of it dearer to judge.
pub const COMPARED_MAX: u32 = 100;

/// A comment to be judged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubjectRow {
    /// The comment, with its latest text.
    pub comment: Comment,
    /// How many of the author's last [`COMPARED_MAX`] comments before it, within the window, on its platform and as many on
    /// the others, are as good as the same.
    pub repeats: Repeats,
    /// How many of the author's last [`COMPARED_MAX`] comments before it, within the window of strikes and on its platform, stand
    /// hidden.
    pub strikes: u32,
    /// The text of the comment that it answers, where that is there and not known to be its author's own.
    pub parent_text: Option<String>,
    /// The text of the post that it stands under, where that is known.
    pub post_text: Option<String>,
    /// The decision that rules so far.
    pub last: Option<LastDecision>,
    /// Whether a person hid it, whatever its words were then, and none has shown it again since.
    pub hidden_by_person: bool,
    /// Whether it stands hidden and we did it, as far as its platform confirmed what we did to it last.
    pub hidden_by_us: bool,
}

impl SubjectRow {
    /// What the judge is told; `None` where it has no words any more.
    pub fn subject(&self) -> Option<Subject<'_>> {
        Some(Subject {
            text: self.comment.text.as_deref()?,
            marks: &self.comment.marks,
            repeats: self.repeats,
            strikes: self.strikes,
            parent_text: self.parent_text.as_deref(),
            post_text: self.post_text.as_deref(),
            lang: None, // No platform's word for it is kept.
        })
    }
}

/// The comments with these numbers, in the order asked for; numbers of none are left out.
///
/// # Errors
/// The database failed.
pub async fn subjects(
    store: &Store,
    ids: &[CommentId],
    repetition: Repetition,
    strikes: Option<Strikes>,
) -> Result<Vec<SubjectRow>, StoreError> {
    let mut found = HashMap::with_capacity(ids.len());
    for part in numbers(ids).parts(store.dialect()) {
        let (comment, last, latest) = (row::COMMENT, decisions::LAST, decisions::LATEST);
        let (around, around_it) = (row::AROUND, row::AROUND_IT);
        let asked = part.among("c.id", 3);
        let [here, elsewhere] = BY_THE_AUTHOR.map(|who| {
            format!(
                "(select string_agg(cast(e.fold_key as text), ' ') from (
                     select e.fold_key from comment e
                     where {who} and e.fold_key is not null and e.written_by = 'public'
                         and e.starts_at >= c.starts_at - $1
                         and (e.starts_at, e.platform_id) < (c.starts_at, c.platform_id)
                     order by e.starts_at desc, e.platform_id desc limit {COMPARED_MAX}) as e)"
            )
        });
        let by_the_author = BY_THE_AUTHOR[0];
        let query = sql::query(format!(
            "select {comment}, {last}, {around}, c.fold_key, {here} as here, {elsewhere} as elsewhere,
                 (select count(*) from (
                     select e.visibility from comment e
                     where {by_the_author} and e.fold_key is not null and e.written_by = 'public'
                         and e.starts_at >= c.starts_at - $2
                         and (e.starts_at, e.platform_id) < (c.starts_at, c.platform_id)
                     order by e.starts_at desc, e.platform_id desc limit {COMPARED_MAX}) as e
                  where e.visibility = 'hidden') as strikes,
                 (select p.verdict from decision p where p.comment = c.id and p.decided_by <> 'machine'
                  order by p.id desc limit 1) as persons_verdict,
                 case when c.visibility = 'hidden' then
                     (select a.act from action a where a.comment = c.id and a.act in ('hide', 'unhide') and a.state = 'confirmed'
                      order by a.id desc limit 1) end as our_act
             from comment c
                 join revision r on r.comment = c.id and r.number = c.revision
                 left join decision d on d.id = {latest}
                 {around_it}
             where {asked}"
        ));
        let query = part.bind(
            query
                .bind(micros(repetition.window()))
                .bind(strikes.map_or(0, |strikes| micros(strikes.window()))),
        );
        for row in query.fetch_all(&store.readers).await.doing("read the comments to be judged")? {
            let columns = Columns::of("comment", &row);
            let comment = row::comment(&columns)?;
            let subject = SubjectRow {
                repeats: repeats(&columns, repetition)?,
                strikes: u32::try_from(columns.get::<i64>("strikes")?).unwrap_or(u32::MAX),
                parent_text: columns.get("parent_text")?,
                post_text: columns.get("post_text")?,
                last: decisions::last(&columns)?,
                hidden_by_us: columns.get::<Option<&str>>("our_act")? == Some("hide"),
                hidden_by_person: columns.get::<Option<&str>>("persons_verdict")? == Some("hide"),
                comment,
            };
            found.insert(subject.comment.id, subject);
        }
    }
    Ok(ids.iter().filter_map(|id| found.remove(id)).collect())
}

/// An author is known again by their key on a platform, and on others by the name that is shown.
const BY_THE_AUTHOR: [&str; 2] = [
    "e.platform = c.platform and e.author_key = c.author_key and e.author_key is not null",
    "e.platform <> c.platform and e.author_name = c.author_name and e.author_name is not null",
];

fn repeats(columns: &Columns<'_>, repetition: Repetition) -> Result<Repeats, StoreError> {
    let Some(key) = columns.get::<Option<i64>>("fold_key")? else { return Ok(Repeats::NONE) };
    let same = |list| {
        let earlier = columns.get::<Option<&str>>(list)?.unwrap_or_default();
        let earlier = earlier.split_ascii_whitespace().filter_map(|earlier| earlier.parse().ok());
        Ok::<u32, StoreError>(earlier.filter(|earlier| repetition.alike(key, *earlier)).count() as u32)
    };
    Ok(Repeats { here: same("here")?, elsewhere: same("elsewhere")? })
}

/// Comments stored earlier that repeat one of `ids` and were written after it within the
/// window: late news changes how many times they repeat, so they are to be judged again.
///
/// # Errors
/// The database failed.
pub async fn twins_after(
    tx: &mut Tx,
    ids: &[CommentId],
    repetition: Repetition,
) -> Result<Vec<CommentId>, StoreError> {
    let [here, elsewhere] = BY_THE_AUTHOR.map(|who| {
        format!(
            "(select string_agg(cast(e.id as text) || ':' || cast(e.fold_key as text), ' ') from (
                 select e.id, e.fold_key from comment e
                 where {who} and e.fold_key is not null and e.written_by = 'public'
                     and e.starts_at <= c.starts_at + $1
                     and (e.starts_at, e.platform_id) > (c.starts_at, c.platform_id)
                 order by e.starts_at, e.platform_id limit {COMPARED_MAX}) as e)"
        )
    });
    let mut twins = BTreeSet::new();
    for part in numbers(ids).parts(tx.dialect()) {
        let news = part.among("c.id", 2);
        let query = sql::query(format!(
            "select * from (select c.fold_key, {here} as here, {elsewhere} as elsewhere
                 from comment c where {news} and c.fold_key is not null) as c
             where here is not null or elsewhere is not null"
        ));
        let query = part.bind(query.bind(micros(repetition.window())));
        for row in query.fetch_all(tx.conn()).await.doing("look for repeated comments")? {
            let columns = Columns::of("comment", &row);
            let key = columns.get("fold_key")?;
            for list in ["here", "elsewhere"] {
                let later = columns.get::<Option<&str>>(list)?.unwrap_or_default();
                let later = later.split_ascii_whitespace().filter_map(|later| later.split_once(':'));
                let later = later.filter_map(|(id, later)| Some((id.parse().ok()?, later.parse().ok()?)));
                twins.extend(
                    later.filter(|(_, later)| repetition.alike(key, *later)).map(|(id, _)| CommentId(id)),
                );
            }
        }
    }
    let news: BTreeSet<CommentId> = ids.iter().copied().collect();
    Ok(twins.difference(&news).copied().collect())
}

fn numbers(ids: &[CommentId]) -> Rows<'static> {
    Rows::of(&[("id", Type::Int)], ids.iter().map(|id| id.0))
}

fn micros(window: Duration) -> i64 {
    // Far beyond any window, and far from overflow when it is added to an instant.
    const AGES: i64 = i64::MAX / 4;
    i64::try_from(window.as_micros()).map_or(AGES, |window| window.min(AGES))
}
