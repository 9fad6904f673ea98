//! Taking in: what a page, a look or a delivery carries of comments, into the store, with the jobs that judge it. One way for
//! all three, so that it makes no difference by which of them a comment comes first.

use std::collections::{BTreeSet, HashMap};

use jiff::{SignedDuration, Timestamp};

use super::source::Source;
use super::{Context, StageError, visibility};
use crate::domain::audit::{Actor, AuditEvent, Field, commitment, salt_of};
use crate::domain::comment::{CommentId, Incoming, Visibility};
use crate::domain::judge::fold_key;
use crate::domain::topics::TopicId;
use crate::platform;
use crate::store::actions::UnderWay;
use crate::store::comments::{self, Known, NewRevision, Stored};
use crate::store::jobs::{self, Lane};
use crate::store::replies::promise;
use crate::store::replies::{self, SeenReply};
use crate::store::{Step, StoreError, Tx, actions, audit, posts};

/// How long after our own act a platform may still show what was before it.
const SETTLED: SignedDuration = SignedDuration::from_mins(10);

/// What came, held against what was known.
#[derive(Debug)]
pub(super) struct News<'a> {
    /// What was known of it, by the platform's id.
    pub(super) known: HashMap<String, Known>,
    incoming: Vec<&'a Incoming>,
    revisions: Vec<NewRevision<'a>>,
    /// Those that were not seen for so long that it is worth noting, by the platform's id.
    stale: Vec<String>,
}

/// A comment that is new, or has new words.
#[derive(Debug, Clone, Copy)]
pub(super) struct Fresh<'n, 'a> {
    revision: &'n NewRevision<'a>,
    stored: Stored,
}

impl Fresh<'_, '_> {
    /// What came.
    pub(super) fn incoming(&self) -> &Incoming {
        self.revision.incoming
    }

    /// Our number for it.
    pub(super) fn id(&self) -> CommentId {
        self.stored.id
    }

    /// Whether the comment itself is new.
    pub(super) fn is_new(&self) -> bool {
        self.stored.new
    }

    /// Whether it is new, and hidden already.
    fn came_hidden(&self) -> bool {
        self.is_new() && !self.incoming().ours && self.incoming().hidden == Some(true)
    }
}

impl<'a> News<'a> {
    /// Looks up what is known. Most of what is read was read before: only the rest is worth a place in the one transaction
    /// that writes.
    pub(super) async fn of(
        ctx: &Context,
        source: &Source,
        incoming: impl IntoIterator<Item = &'a Incoming>,
    ) -> Result<Self, StoreError> {
        let incoming: Vec<&Incoming> = incoming.into_iter().collect();
        let answered = incoming.iter().filter(|one| one.ours).filter_map(|one| one.parent_id.clone());
        let ids: Vec<String> = incoming.iter().map(|one| one.platform_id.clone()).chain(answered).collect();
        let known = comments::known(&ctx.store, &source.config.id, &ids).await?;
        let is_news = |one: &&Incoming| known.get(&one.platform_id).is_none_or(|known| known.differs(one));
        let revisions = incoming
            .iter()
            .copied()
            .filter(is_news)
            .map(|incoming| NewRevision {
                incoming,
                fold_key: fold_key(&incoming.text),
                salt: rand::random(),
            })
            .collect();
        let now = ctx.clock.now();
        let has_term = ctx.retention.kept.fresh_since(source.config.platform(), now).is_some();
        let is_stale = |id: &&String| has_term && known.get(*id).is_some_and(|known| known.is_stale(now));
        let seen = incoming.iter().map(|one| &one.platform_id);
        let stale = seen.filter(is_stale).cloned().collect();
        Ok(Self { known, incoming, revisions, stale })
    }

    /// Whether anything is to be written.
    fn is_any(&self) -> bool {
        !self.revisions.is_empty() || !self.stale.is_empty()
    }

    /// Holds at once, in the order in which everybody does, what [`News::keep`] changes of what is known.
    async fn hold(&self, tx: &mut Tx) -> Result<(), StoreError> {
        let changed = self.revisions.iter().map(|revision| &revision.incoming.platform_id);
        let new_of_ours = self.revisions.iter().map(|revision| revision.incoming).filter(|one| one.ours);
        let answered = new_of_ours.filter_map(|one| one.parent_id.as_ref());
        let touched = changed.chain(answered).chain(&self.stale);
        let ids: Vec<CommentId> = touched.filter_map(|id| Some(self.known.get(id)?.id)).collect();
        if ids.is_empty() { Ok(()) } else { replies::hold(tx, &ids).await }
    }

    /// Stores what is new, and says what the log is to hold of it.
    pub(super) async fn keep(
        &self,
        ctx: &Context,
        tx: &mut Tx,
        source: &Source,
        now: Timestamp,
    ) -> Result<(Vec<Fresh<'_, 'a>>, Vec<AuditEvent>), StageError> {
        self.hold(tx).await?;
        let stored = comments::receive(tx, &source.config.id, &self.revisions, now).await?;
        let fresh = self.revisions.iter().zip(stored);
        let fresh: Vec<Fresh<'_, 'a>> =
            fresh.filter_map(|(revision, stored)| Some(Fresh { revision, stored: stored? })).collect();
        for fresh in fresh.iter().filter(|fresh| fresh.came_hidden()) {
            visibility::came_hidden(tx, fresh.id(), source.config.platform(), now).await?;
        }
        queue_judging(ctx, tx, &fresh, now).await?;
        let mut events = stop_answered(ctx, tx, source, &fresh, now).await?;
        comments::refreshed(tx, &source.config.id, &self.stale, now).await?;
        let posts = posts_of(ctx, tx, source, &fresh).await?;
        for fresh in &fresh {
            let before = before(tx, fresh).await?;
            let Incoming { text, post_id, ours, .. } = fresh.incoming();
            let post_text = post_id.as_ref().and_then(|id| posts.get(id)).map(String::as_str);
            let topics = if *ours { Vec::new() } else { ctx.topics.of_comment(text, post_text) };
            events.push(received(source, fresh, before, &topics, now));
        }
        Ok((fresh, events))
    }

    /// Takes note of comments that were hidden, shown or brought back without us, as the platform showed them when it was
    /// asked at `asked_at`. It is recorded and not fought over. After the transaction of [`News::keep`], and one each: it is
    /// rare, and who acts in a conversation holds it first.
    pub(super) async fn notice(&self, ctx: &Context, asked_at: Timestamp) -> Result<(), StageError> {
        for incoming in &self.incoming {
            let Some(known) = self.known.get(&incoming.platform_id).filter(|_| !incoming.ours) else {
                continue;
            };
            let settled = known.visibility_at.is_none_or(|at| asked_at.duration_since(at) >= SETTLED);
            let now_is = match (known.visibility, incoming.hidden) {
                (Visibility::Deleted, hidden) => visible_unless(hidden == Some(true)),
                (Visibility::Visible, Some(true)) => Visibility::Hidden,
                (Visibility::Hidden, Some(false)) => Visibility::Visible,
                _ => continue,
            };
            if settled {
                visibility::found(ctx, known.id, known.visibility, now_is, ctx.clock.now()).await?;
            }
        }
        Ok(())
    }
}

fn visible_unless(hidden: bool) -> Visibility {
    if hidden { Visibility::Hidden } else { Visibility::Visible }
}

/// What is new of `incoming`, in a transaction of its own.
pub(super) async fn take_in(
    ctx: &Context,
    source: &Source,
    incoming: &[Incoming],
    asked_at: Timestamp,
) -> Result<(), StageError> {
    let news = News::of(ctx, source, incoming).await?;
    if news.is_any() {
        let now = ctx.clock.now();
        let mut tx = ctx.store.begin(Step::Read).await?;
        let (_, events) = news.keep(ctx, &mut tx, source, now).await?;
        audit::append(&mut tx, &events).await?;
        tx.commit().await?;
    }
    news.notice(ctx, asked_at).await
}

/// Jobs for what the public wrote, and for those whose twin turned out to be older: repetition counts
/// from the oldest, in whatever order pages bring them. Whoever is at work on earlier words is fenced out.
async fn queue_judging(
    ctx: &Context,
    tx: &mut Tx,
    fresh: &[Fresh<'_, '_>],
    now: Timestamp,
) -> Result<(), StageError> {
    let public = fresh.iter().filter(|fresh| !fresh.incoming().ours);
    let ids: Vec<CommentId> = public.map(|fresh| fresh.stored.id).collect();
    if ids.is_empty() {
        return Ok(());
    }
    let twins = match ctx.rules.current(&ctx.store).await {
        Ok(ruling) => comments::twins_after(tx, &ids, ruling.policy.repetition()).await?,
        Err(_) => Vec::new(), // Without a policy nothing was judged yet, so nothing needs another look.
    };
    let keys: Vec<String> = ids.iter().chain(&twins).map(ToString::to_string).collect();
    jobs::renew(tx, &Lane::Moderate, &keys, now).await?;
    Ok(())
}

/// A reply that a colleague wrote on the platform itself stops the clock of what it answers. Those that Majlis sent are
/// [`super::dispatch`]'s: in a thread of two levels, what they stand under is not what they answer.
async fn stop_answered(
    ctx: &Context,
    tx: &mut Tx,
    source: &Source,
    fresh: &[Fresh<'_, '_>],
    now: Timestamp,
) -> Result<Vec<AuditEvent>, StageError> {
    let ours = fresh.iter().filter(|fresh| fresh.incoming().ours && fresh.is_new());
    let ours: Vec<&Incoming> = ours.map(Fresh::incoming).collect();
    if ours.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<String> = ours.iter().map(|reply| reply.platform_id.clone()).collect();
    let sent = actions::is_receipt(tx, &source.config.id, &ids).await?;
    let under_way = actions::replies_under_way(tx, &source.config.id).await?;
    let is_sent = |reply: &Incoming| {
        let matches = |one: &UnderWay| {
            one.under.contains(&reply.parent_id) && platform::same_words(&one.text, &reply.text)
        };
        sent.contains(&reply.platform_id) || under_way.iter().any(matches)
    };
    let by_hand = ours.into_iter().filter(|reply| !is_sent(reply));
    let seen: Vec<SeenReply<'_>> = by_hand
        .filter_map(|Incoming { parent_id, platform_id, created_at, .. }| {
            let at = created_at.unwrap_or(now).min(now);
            parent_id.as_deref().map(|parent_id| SeenReply { parent_id, reply_id: platform_id, at })
        })
        .collect();
    let ruling = ctx.rules.current(&ctx.store).await.ok();
    let calendar = ruling.as_ref().map(|ruling| &*ruling.calendar);
    let answered = replies::answer_seen(tx, calendar, &source.config.id, &seen).await?;
    let by = Actor::Platform(source.config.platform().to_string());
    let mut events = promise::entries(&answered, &by, calendar, now);
    if let Some(calendar) = calendar {
        events.extend(promise::go_on(tx, calendar, &ctx.routing, &answered, "poll", now).await?);
    }
    Ok(events)
}

/// What the posts say under which these stand, where there are topics to be found in it.
async fn posts_of(
    ctx: &Context,
    tx: &mut Tx,
    source: &Source,
    fresh: &[Fresh<'_, '_>],
) -> Result<HashMap<String, String>, StoreError> {
    let public = fresh.iter().map(Fresh::incoming).filter(|one| !one.ours && !ctx.topics.0.is_empty());
    let ids: BTreeSet<String> = public.filter_map(|one| one.post_id.clone()).collect();
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    posts::texts(tx, &source.config.id, &Vec::from_iter(ids)).await
}

/// The commitment to the words that an edit took the place of, as the entry has it that told of them.
async fn before(tx: &mut Tx, fresh: &Fresh<'_, '_>) -> Result<Option<Field>, StoreError> {
    if fresh.is_new() {
        return Ok(None);
    }
    let text = comments::salted_text(tx, fresh.id(), fresh.stored.revision - 1).await?;
    Ok(text.map(|(text, salt)| Field::Commitment(commitment(&salt_of("text", &salt), text.as_bytes()))))
}

fn received(
    source: &Source,
    fresh: &Fresh<'_, '_>,
    before: Option<Field>,
    topics: &[&TopicId],
    now: Timestamp,
) -> AuditEvent {
    let (revision, stored) = (fresh.revision, fresh.stored);
    let act = if stored.new { "comment.received" } else { "comment.revised" };
    let incoming = revision.incoming;
    let author = incoming.author.as_ref().and_then(|author| author.id.as_deref().or(author.name.as_deref()));
    let committed = |what, content: &str| {
        Field::Commitment(commitment(&salt_of(what, &revision.salt), content.as_bytes()))
    };
    let author = author.map_or(Field::Null, |author| committed("author", author));
    let entry = AuditEvent::new(now, Actor::Machine("poll"), act, format!("comment:{}", stored.id))
        .word("source", source.config.id.to_string())
        .word("platform_id", &incoming.platform_id)
        .int("revision", stored.revision)
        .with("text", committed("text", &incoming.text))
        .with("author", author)
        .with("created_at", incoming.created_at.map_or(Field::Null, |at| Field::Word(at.to_string())));
    let entry = match before {
        Some(before) => entry.with("before", before),
        None => entry,
    };
    if incoming.ours {
        return entry.word("written_by", "us");
    }
    let entry = if fresh.came_hidden() { entry.word("is", "hidden") } else { entry };
    let topics: Vec<String> = topics.iter().map(ToString::to_string).collect();
    if topics.is_empty() { entry } else { entry.word("topics", topics.join(",")) }
}
