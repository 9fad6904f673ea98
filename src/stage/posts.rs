//! What lists tell of posts: what each says, in the light of which the comments under it are judged and told by topic (Facebook,
//! Instagram and X), and which of them a round reads, on platforms where the comments of each are a call of their own.
//!
//! While a day's calls suffice, all of them in every round: only a reading shows what moves no count, such as an edit.
//! Otherwise the list of posts, which is one call, tells where comments wait, and the plan (`domain/poll_plan`) which of
//! those are worth a call now, so that the calls last the day; besides those that were not read for `post_unread_hours`. A
//! sweep reads all, whatever it costs.

use std::collections::{BTreeMap, HashMap, HashSet};

use jiff::{SignedDuration, Timestamp};

use super::source::Source;
use crate::domain::comment::{Incoming, SourceId};
use crate::domain::poll_plan::{Budget, Plan, Post};
use crate::platform::{Listed, Next, Page};
use crate::store::posts::{self, SeenPost};
use crate::store::sources::Reading;
use crate::store::{StoreError, Tx};

/// A budget's day, which begins at midnight UTC.
const DAY: SignedDuration = SignedDuration::from_hours(24);
/// How long a post is taken to get comments that nobody has told of: the plan reads older ones where some are said to wait.
const LIVELY: SignedDuration = SignedDuration::from_hours(90 * 24);

/// Keeps what a page under a post taught, and that it was a call: `new` came to us with it.
pub(super) async fn read(
    tx: &mut Tx,
    source: &Source,
    reading: &mut Reading,
    page: &Page,
    new: &[&Incoming],
    now: Timestamp,
) -> Result<(), StoreError> {
    let Some(post) = &page.post else { return Ok(()) };
    (reading.reads, reading.reads_on) = (reads_today(reading, now) + 1, day_of(now));
    let Some(mut seen) = posts::one(tx, &source.config.id, post).await? else { return Ok(()) };
    for comment in new {
        seen.post.arrived(comment.created_at.unwrap_or(now).min(now));
    }
    seen.post.read(now);
    seen.said_when_read = seen.said;
    posts::keep(tx, &source.config.id, &[seen]).await
}

/// Keeps what a list says of posts. What a post says goes with the last of the comments under it, and these are kept since an instant.
pub(super) async fn list(
    tx: &mut Tx,
    source: &SourceId,
    listed: &[Listed],
    kept_since: Option<Timestamp>,
    now: Timestamp,
) -> Result<(), StoreError> {
    let ids: Vec<String> = listed.iter().map(|one| one.id.clone()).collect();
    let known = posts::among(tx, source, &ids).await?;
    let mut seen: HashMap<String, SeenPost> = known.into_iter().map(|seen| (seen.id.clone(), seen)).collect();
    for Listed { id, published_at, said, .. } in listed {
        let published_at = published_at.unwrap_or(now).min(now);
        let new =
            || SeenPost { id: id.clone(), post: Post::new(published_at), said: None, said_when_read: None };
        let seen = seen.entry(id.clone()).or_insert_with(new);
        seen.said = *said;
        if let Some(said) = said {
            // Fewer than before is also something that a reading may show.
            let moved = said.saturating_sub(seen.said_when_read.unwrap_or(0));
            seen.post.counted(moved.saturating_abs(), now);
        }
    }
    let seen: Vec<SeenPost> = seen.into_values().collect();
    posts::keep(tx, source, &seen).await?;
    let texts: BTreeMap<String, Option<String>> =
        listed.iter().map(|one| (one.id.clone(), one.text.clone())).collect();
    posts::say(tx, source, &Vec::from_iter(texts), kept_since).await
}

/// The way on after a list of posts, past those that are not due. The next round may begin at `next_tick`.
pub(super) async fn choose(
    tx: &mut Tx,
    source: &Source,
    reading: &Reading,
    next: Next,
    [now, next_tick]: [Timestamp; 2],
) -> Result<Next, StoreError> {
    let calls = i64::from(source.config.post_reads_per_day.get()) - reads_today(reading, now);
    let calls = u32::try_from(calls).unwrap_or(0);
    let until = Timestamp::from_second((day_of(now) + 1) * DAY.as_secs()).unwrap_or(Timestamp::MAX);
    let rounds = until.duration_since(now).as_secs() / next_tick.duration_since(now).as_secs().max(1) + 1;
    let mut ahead = Vec::new();
    source.api.narrow(next.clone(), &mut |post| {
        ahead.push(post.to_owned());
        true
    });
    let reads = i64::try_from(ahead.len()).unwrap_or(i64::MAX);
    if rounds.saturating_mul(reads) <= i64::from(calls) {
        return Ok(next);
    }
    let since = now.checked_sub(LIVELY).unwrap_or(Timestamp::MIN);
    let lively = posts::lively(tx, &source.config.id, since).await?;
    let lively: Vec<Post> = lively.iter().map(|seen| seen.post).collect();
    let plan = Plan::new(&lively, Budget { calls, until }, now);
    let is_due = |post: &Post| {
        plan.due_at(post) <= now || now.duration_since(post.read_at) >= source.config.post_unread
    };
    let listed = posts::among(tx, &source.config.id, &ahead).await?;
    let due: HashSet<&str> =
        listed.iter().filter(|seen| is_due(&seen.post)).map(|seen| seen.id.as_str()).collect();
    let mut left = calls;
    Ok(source.api.narrow(next, &mut |post| {
        let chosen = left > 0 && due.contains(post);
        left -= u32::from(chosen);
        chosen
    }))
}

fn reads_today(reading: &Reading, now: Timestamp) -> i64 {
    if reading.reads_on == day_of(now) { reading.reads } else { 0 }
}

/// The number of its day.
fn day_of(now: Timestamp) -> i64 {
    now.as_second().div_euclid(DAY.as_secs())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::comment::Platform;
    use crate::store::{Step, Store, sources};

    #[tokio::test]
    async fn a_caption_that_was_emptied_where_it_stands_is_emptied_here() {
        let directory = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}", directory.path().join("majlis.db").display());
        let store = Store::open(&url).await.unwrap();
        let (source, now) = (SourceId("page".to_owned()), Timestamp::UNIX_EPOCH);
        let listed = |id: &str, text: Option<&str>| {
            let text = text.map(str::to_owned);
            Listed { id: id.to_owned(), published_at: Some(now), said: None, text }
        };
        let mut tx = store.begin(Step::Read).await.unwrap();
        sources::register(&mut tx, &source, Platform::Instagram, now).await.unwrap();
        let both = [listed("a", Some("names Salem")), listed("b", Some("open"))];
        list(&mut tx, &source, &both, None, now).await.unwrap();
        list(&mut tx, &source, &[listed("a", None)], None, now).await.unwrap();
        let texts = posts::texts(&mut tx, &source, &["a", "b"].map(str::to_owned)).await.unwrap();
        assert_eq!(Vec::from_iter(texts), [("b".to_owned(), "open".to_owned())]);
    }
}
