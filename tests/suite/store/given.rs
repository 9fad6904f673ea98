//! What a test finds in its database before it begins.

use std::sync::LazyLock;

use jiff::{SignedDuration, Timestamp};
use majlis::domain::action::{Act, ActionId};
use majlis::domain::calendar::{Calendar, CalendarVersion, Owed, Pauses};
use majlis::domain::comment::{Author, CommentId, Incoming, Platform, SourceId, Written};
use majlis::domain::judge::{Finding, Kind, ReviewReason, Verdict, fold_key};
use majlis::domain::policy::{ClauseId, PolicyVersion};
use majlis::domain::reply::{ClockKind, Language, Priority};
use majlis::domain::routing::Routing;
use majlis::store::actions::{self, NewAction};
use majlis::store::acts::Promises;
use majlis::store::comments::{self, NewRevision, Stored};
use majlis::store::decisions::{self, DecidedBy, NewDecision};
use majlis::store::replies::{self, NewClock};
use majlis::store::{Step, Store, sources};

use super::at;

pub(crate) const SALT: [u8; 16] = [7; 16];

pub(crate) fn page() -> SourceId {
    SourceId("page".to_owned())
}

pub(crate) fn policy() -> PolicyVersion {
    PolicyVersion("p1".to_owned())
}

/// The sources `page` and `page2` on Facebook and `channel` on YouTube.
pub(crate) async fn some_sources(store: &Store) {
    let mut tx = store.begin(Step::Keep).await.unwrap();
    for (id, platform) in
        [("page", Platform::Facebook), ("page2", Platform::Facebook), ("channel", Platform::Youtube)]
    {
        sources::register(&mut tx, &SourceId(id.to_owned()), platform, at(0)).await.unwrap();
    }
    tx.commit().await.unwrap();
}

/// A comment by `author` as a page would carry it.
pub(crate) fn comment_by(author: &str, platform_id: &str, text: &str, created_at: Timestamp) -> Incoming {
    let written = Written {
        author: Some(Author { id: Some(author.to_owned()), name: Some(format!("Name of {author}")) }),
        created_at: Some(created_at),
        ..Written::default()
    };
    Incoming::new(platform_id.to_owned(), text, at(1_000_000), written)
}

pub(crate) fn comment(platform_id: &str, text: &str) -> Incoming {
    comment_by("amal", platform_id, text, at(-60))
}

/// A reply of our own account under the comment with that platform id.
pub(crate) fn reply_of_ours(platform_id: &str, parent_id: &str, created_at: Timestamp) -> Incoming {
    Incoming {
        ours: true,
        parent_id: Some(parent_id.to_owned()),
        ..comment_by("ministry", platform_id, "شكرًا", created_at)
    }
}

pub(crate) async fn receive_from(
    store: &Store,
    source: &str,
    page: &[Incoming],
    now: Timestamp,
) -> Vec<Option<Stored>> {
    let revision = |incoming| NewRevision { incoming, fold_key: fold_key(&incoming.text), salt: SALT };
    let batch: Vec<_> = page.iter().map(revision).collect();
    let mut tx = store.begin(Step::Read).await.unwrap();
    let stored = comments::receive(&mut tx, &SourceId(source.to_owned()), &batch, now).await.unwrap();
    tx.commit().await.unwrap();
    stored
}

pub(crate) async fn receive(store: &Store, page: &[Incoming], now: Timestamp) -> Vec<Option<Stored>> {
    receive_from(store, "page", page, now).await
}

/// A comment in the store, first seen at [`at`]`(0)`.
pub(crate) async fn stored(store: &Store, platform_id: &str, text: &str) -> CommentId {
    receive(store, &[comment(platform_id, text)], at(0)).await[0].unwrap().id
}

pub(crate) fn hide(clause: ClauseId) -> Verdict {
    Verdict::Hide(Finding { clause, rule: "phrase:ar".to_owned(), excerpt: 0..2 })
}

pub(crate) fn doubtful(clause: ClauseId) -> Verdict {
    Verdict::Review(ReviewReason::Doubtful(Finding { clause, rule: "pattern".to_owned(), excerpt: 1..3 }))
}

/// The machine's decision on the first revision.
pub(crate) async fn decided(store: &Store, comment: CommentId, verdict: &Verdict, kind: Kind) {
    decided_by(store, comment, 1, verdict, kind, &DecidedBy::Machine, None).await;
}

pub(crate) async fn decided_by(
    store: &Store,
    comment: CommentId,
    revision: i64,
    verdict: &Verdict,
    kind: Kind,
    by: &DecidedBy,
    reason: Option<&str>,
) {
    let policy = policy();
    let reason = reason.map(|reason| (reason, SALT));
    let decision = NewDecision { comment, revision, verdict, kind, policy: &policy, decided_by: by, reason };
    let mut tx = store.begin(Step::Judge).await.unwrap();
    decisions::record(&mut tx, &[decision], at(1)).await.unwrap();
    tx.commit().await.unwrap();
}

pub(crate) fn action(comment: CommentId, act: Act) -> NewAction {
    NewAction { comment, act, requested_by: DecidedBy::Machine, decision: None, salt: SALT }
}

pub(crate) async fn queued(store: &Store, comment: CommentId, act: Act, now: Timestamp) -> Vec<ActionId> {
    let mut tx = store.begin(Step::Judge).await.unwrap();
    let ids = actions::queue(&mut tx, &[action(comment, act)], now).await.unwrap();
    tx.commit().await.unwrap();
    ids
}

pub(crate) fn calendar() -> CalendarVersion {
    CalendarVersion::of("calendar")
}

/// A clock for a first reply to a question, due as it starts.
pub(crate) fn new_clock(
    comment: CommentId,
    calendar: &CalendarVersion,
    started_at: Timestamp,
) -> NewClock<'_> {
    NewClock {
        comment,
        thread: comment,
        platform: Platform::Facebook,
        clock: ClockKind::FirstReply,
        kind: Kind::Question,
        priority: Priority::Normal,
        language: Language::Arabic,
        team: None,
        started_at,
        received_at: started_at,
        due_soon_at: started_at,
        due_at: started_at,
        calendar,
        basis: "{}",
    }
}

/// Opens a clock that starts at `started_at`, is due soon after an hour and due after two.
pub(crate) async fn clock(store: &Store, comment: CommentId, started_at: Timestamp) -> Vec<CommentId> {
    let hours = SignedDuration::from_hours;
    let calendar = calendar();
    let (due_soon_at, due_at) = (started_at + hours(1), started_at + hours(2));
    let clock = NewClock { due_soon_at, due_at, ..new_clock(comment, &calendar, started_at) };
    let mut tx = store.begin(Step::Judge).await.unwrap();
    let opened = replies::open(&mut tx, &[clock], started_at).await.unwrap();
    tx.commit().await.unwrap();
    opened.iter().filter(|one| one.answered.is_none()).map(|one| one.clock.comment).collect()
}

/// Opens a clock that is due by the shipped calendar, for a first reply to a question.
pub(crate) async fn counted_clock(store: &Store, comment: CommentId, started_at: Timestamp) {
    let shipped = Calendar::parse("calendar.toml", include_str!("../../../config/calendar.toml")).unwrap();
    let owed = Owed {
        clock: ClockKind::FirstReply,
        platform: Platform::Facebook,
        kind: Kind::Question,
        priority: Priority::Normal,
        language: Language::Arabic,
        team: None,
    };
    let promise = shipped.promise(&owed).unwrap();
    let deadline = shipped.due(started_at, promise, &Pauses::NONE).unwrap();
    let basis = serde_json::to_string(&deadline.proof).unwrap();
    let new = NewClock {
        due_soon_at: deadline.due_soon_at,
        due_at: deadline.due_at,
        basis: &basis,
        ..new_clock(comment, shipped.version(), started_at)
    };
    let mut tx = store.begin(Step::Judge).await.unwrap();
    replies::open(&mut tx, &[new], started_at).await.unwrap();
    tx.commit().await.unwrap();
}

/// What the shipped calendar promises, to nobody's team.
pub(crate) fn promises() -> Promises<'static> {
    static SHIPPED: LazyLock<(Calendar, Routing)> = LazyLock::new(|| {
        let text = include_str!("../../../config/calendar.toml");
        (Calendar::parse("calendar.toml", text).unwrap(), Routing::default())
    });
    Promises { calendar: &SHIPPED.0, routing: &SHIPPED.1 }
}
