//! What truly happened on the stand-ins, to compare with what a client believes.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Serialize;

use super::world::{Comment, Standing, World};
use crate::domain::comment::{Platform, SourceId};

/// Everything that was written, and how it was called for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Ledger {
    /// The sandbox's clock when it was drawn up.
    pub at: Timestamp,
    /// Every comment of the public, also one that will appear later than `at`.
    pub comments: Vec<LedgerComment>,
    /// Everything that our accounts wrote through the APIs.
    pub replies: Vec<LedgerReply>,
    /// How often each kind of call came, by platform and kind.
    pub calls: BTreeMap<Platform, BTreeMap<&'static str, u64>>,
    /// How many calls came after their limit was used up, by platform; armed faults not counted.
    pub over_limit: BTreeMap<Platform, u64>,
    /// How many calls armed faults still wait for.
    pub faults_waiting: u32,
}

/// One comment of the public.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LedgerComment {
    /// Its platform.
    pub platform: Platform,
    /// Its source.
    pub source: SourceId,
    /// The platform's id of it.
    pub id: String,
    /// The platform's id of the comment that it answers.
    pub parent_id: Option<String>,
    /// The name of who wrote it; Instagram and YouTube serve the handle alone.
    pub author: String,
    /// Its words as the platform serves them now; on X with the leading mention.
    pub text: String,
    /// When it appears, or appeared.
    pub created_at: Timestamp,
    /// Whether it is hidden by us (on YouTube: rejected).
    pub hidden: bool,
    /// Whether the platform holds it for review (YouTube).
    pub held: bool,
    /// Whether it is gone.
    pub deleted: bool,
}

/// One comment of ours.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LedgerReply {
    /// Its platform.
    pub platform: Platform,
    /// Its source.
    pub source: SourceId,
    /// The platform's id of it.
    pub id: String,
    /// The platform's id of the comment that it answers; `None` directly under a post.
    pub parent_id: Option<String>,
    /// Its words.
    pub text: String,
    /// When it was written.
    pub at: Timestamp,
    /// Whether it is gone.
    pub deleted: bool,
}

/// Draws up the ledger.
pub(super) fn of(world: &World, now: Timestamp) -> Ledger {
    let (ours, public): (Vec<&Comment>, Vec<&Comment>) =
        world.comments().iter().partition(|comment| comment.ours);
    let source = |comment: &Comment| SourceId(comment.platform.as_str().to_owned());
    let parent_id = |comment: &Comment| comment.parent.map(|parent| world[parent].id.clone());
    let comment = |comment: &Comment| LedgerComment {
        platform: comment.platform,
        source: source(comment),
        id: comment.id.clone(),
        parent_id: parent_id(comment),
        author: comment.author.name.clone(),
        text: comment.text.clone(),
        created_at: comment.written_at,
        hidden: comment.standing == Standing::Hidden,
        held: comment.standing == Standing::Held,
        deleted: comment.deleted_at.is_some(),
    };
    let reply = |comment: &Comment| LedgerReply {
        platform: comment.platform,
        source: source(comment),
        id: comment.id.clone(),
        parent_id: parent_id(comment),
        text: comment.text.clone(),
        at: comment.written_at,
        deleted: comment.deleted_at.is_some(),
    };
    Ledger {
        at: now,
        comments: public.into_iter().map(comment).collect(),
        replies: ours.into_iter().map(reply).collect(),
        calls: world.calls.clone(),
        over_limit: world.limits.exceeded.clone(),
        faults_waiting: world.faults.waiting(),
    }
}
