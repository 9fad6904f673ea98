//! What has to go by itself: gone from its platform, past a platform's term, or kept for as long as it may be.
//!
//! When a class has expired is [`Retention`]'s to say. Nothing under a hold is found, nothing to which a reply is on its way,
//! and by age alone nothing that is still owed an answer.

use jiff::Timestamp;

use crate::domain::action::ActionId;
use crate::domain::comment::{CommentId, Platform};
use crate::domain::retention::{Cause, Class, Retention};

use super::super::error::Doing;
use super::super::holds::IS_HELD;
use super::super::sql::{self, Columns, Query, micros};
use super::super::{Store, StoreError};

/// What has expired, up to so many of each sort.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Expired {
    /// Comments, and why. A comment is named once.
    pub comments: Vec<(CommentId, Cause)>,
    /// Replies whose words go before their comment does.
    pub replies: Vec<ActionId>,
    /// Decisions whose reasons go before their comment does.
    pub reasons: Vec<i64>,
}

impl Expired {
    /// Whether nothing has.
    pub fn is_empty(&self) -> bool {
        self.comments.is_empty() && self.replies.is_empty() && self.reasons.is_empty()
    }
}

const NO_REPLY_UNDER_WAY: &str = "not exists (select 1 from action a where a.comment = c.id and a.state = 'started' and a.text is not null)";
const OWED_NOTHING: &str =
    "not exists (select 1 from reply_clock k where k.comment = c.id and k.state in ('running', 'paused'))";

/// What has expired at `now`, at most `limit` of each sort.
///
/// # Errors
/// The database failed.
pub async fn expired(
    store: &Store,
    retention: &Retention,
    now: Timestamp,
    limit: u32,
) -> Result<Expired, StoreError> {
    let mut found = Expired::default();
    for (cause, query) in of_comments(retention, now) {
        let query = query.bind(i64::from(limit));
        for id in ids(store, query).await?.into_iter().map(CommentId) {
            if found.comments.len() < limit as usize && found.comments.iter().all(|(known, _)| *known != id) {
                found.comments.push((id, cause));
            }
        }
    }
    if let Some(since) = retention.kept_since(Class::Replies, now) {
        let query = sql::query(format!(
            "select a.id from action a join comment c on c.id = a.comment
             where a.settled_at < $1 and a.settled_at is not null and a.text is not null and not {IS_HELD}
             order by a.settled_at limit $2"
        ));
        let query = query.bind(micros(since)).bind(i64::from(limit));
        found.replies = ids(store, query).await?.into_iter().map(ActionId).collect();
    }
    if let Some(since) = retention.kept_since(Class::Reasons, now) {
        let query = sql::query(format!(
            "select d.id from decision d join comment c on c.id = d.comment
             where d.decided_at < $1 and d.reason is not null and not {IS_HELD} order by d.decided_at limit $2"
        ));
        found.reasons = ids(store, query.bind(micros(since)).bind(i64::from(limit))).await?;
    }
    Ok(found)
}

/// The questions by which expired comments are found, each lacking its limit.
fn of_comments(retention: &Retention, now: Timestamp) -> Vec<(Cause, Query)> {
    // One that a look is still planned for may come back.
    let gone = sql::query(format!(
        "select c.id from comment c
         where c.visibility = 'deleted' and c.look_at is null and c.visibility_at <= $1
             and not {IS_HELD} and {NO_REPLY_UNDER_WAY} order by c.visibility_at, c.id limit $2"
    ));
    let gone = gone.bind(micros(retention.gone_since(now)));
    // A page may bring a reply of ours after what it answers was erased.
    let late = sql::query(format!(
        "select c.id from comment c
             join comment p on p.source = c.source and p.platform_id = c.parent_id and p.visibility = 'erased'
         where c.written_by = 'us' and c.visibility <> 'erased' and not {IS_HELD} and not exists (
             select 1 from action s join comment sc on sc.id = s.comment
             where s.receipt = c.platform_id and s.act in ('reply', 'acknowledge') and s.state = 'confirmed'
                 and sc.source = c.source and sc.id <> p.id)
         order by c.first_seen_at limit $1"
    ));
    let mut questions = vec![(Cause::Deleted, gone), (Cause::WithComment, late)];
    for platform in Platform::ALL {
        let by_age = |since: Timestamp, and: &str| {
            let query = sql::query(format!(
                "select c.id from comment c
                 where c.platform = $1 and c.first_seen_at < $2 and c.visibility <> 'erased' and c.written_by = 'public'
                     and not {IS_HELD} and {NO_REPLY_UNDER_WAY} and {and}
                 order by c.first_seen_at limit $3"
            ));
            query.bind(platform.as_str()).bind(micros(since))
        };
        if let Some(since) = retention.fresh_since(platform, now) {
            questions.push((
                Cause::PlatformTerm,
                by_age(since, "(c.refreshed_at is null or c.refreshed_at < $2)"),
            ));
        }
        if let Some(since) = retention.kept_since(Class::Comments, now) {
            questions.push((Cause::Retention, by_age(since, OWED_NOTHING)));
        }
    }
    if let Some(since) = retention.kept_since(Class::Replies, now) {
        let ours = sql::query(format!(
            "select o.id from comment o left join comment c on c.source = o.source and c.platform_id = o.parent_id
             where o.first_seen_at < $1 and o.visibility <> 'erased' and o.written_by = 'us'
                 and (c.id is null or not {IS_HELD})
                 and not exists (select 1 from legal_hold h where h.lifted_at is null
                     and (h.source = o.source or h.comment in (
                         select a.comment from action a where a.receipt = o.platform_id
                             and a.act in ('reply', 'acknowledge') and a.state = 'confirmed')))
             order by o.first_seen_at limit $2"
        ));
        questions.push((Cause::Retention, ours.bind(micros(since))));
    }
    questions
}

async fn ids(store: &Store, query: Query) -> Result<Vec<i64>, StoreError> {
    let rows = query.fetch_all(&store.readers).await.doing("look for what has expired")?;
    rows.iter().map(|row| Columns::of("comment", row).get("id")).collect()
}
