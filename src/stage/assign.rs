//! Whose a comment is first: the team's of the route that fits, and nobody's where none does.

use std::collections::HashSet;

use jiff::Timestamp;

use crate::domain::audit::{Actor, AuditEvent};
use crate::domain::comment::CommentId;
use crate::domain::holder::Holder;
use crate::domain::routing::Routing;
use crate::store::holding::{self, First};
use crate::store::replies::promise::Owing;
use crate::store::{StoreError, Tx};

/// Gives comments that are owed an answer to the teams that their routes lead to, and returns the audit entries. A comment
/// that somebody has stays with them; what no route fits stays nobody's, and nothing is written of it.
pub(crate) async fn first(
    tx: &mut Tx,
    routing: &Routing,
    owing: &[Owing<'_>],
    by: &'static str,
    now: Timestamp,
) -> Result<Vec<AuditEvent>, StoreError> {
    let first: Vec<First> = owing.iter().filter_map(|owing| routed(routing, owing, now)).collect();
    let begun: HashSet<CommentId> = holding::begin(tx, &first).await?.into_iter().collect();
    let taken = first.iter().filter(|first| begun.contains(&first.comment));
    Ok(taken.map(|first| entry(first.comment, &first.holder, by, now)).collect())
}

/// Whose a comment is first, if a route fits it. A team has the words that it was chosen for from their receipt on.
fn routed(routing: &Routing, Owing { comment, kind, .. }: &Owing<'_>, now: Timestamp) -> Option<First> {
    let holder = routing.holder(comment.platform, *kind, comment.text.as_deref().unwrap_or_default());
    let from = if comment.revision == 1 { comment.first_seen_at } else { now };
    (holder != Holder::Unassigned).then_some(First { comment: comment.id, from, holder })
}

fn entry(comment: CommentId, holder: &Holder, by: &'static str, now: Timestamp) -> AuditEvent {
    AuditEvent::new(now, Actor::Machine(by), "comment.assigned", format!("comment:{comment}"))
        .word("from", Holder::Unassigned.to_string())
        .word("to", holder.to_string())
}
