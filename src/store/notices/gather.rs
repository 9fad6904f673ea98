//! Beginning notices, and joining those that have not set out.

use jiff::{SignedDuration, Timestamp};

use crate::domain::escalation::Point;
use crate::domain::notice::{NoticeId, RecipientName};

use super::super::error::Doing;
use super::super::jobs::{self, Lane};
use super::super::replies::ClockId;
use super::super::rows::{Rows, Type};
use super::super::sql::{self, Columns, micros};
use super::super::{StoreError, Tx};
use super::{Subject, Urgency};

/// How long a notice waits for company, so that what is told at one opening is one mail.
const GATHER: SignedDuration = SignedDuration::from_secs(10);

/// A clock that somebody is told about, and the point that it passed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Told {
    /// The clock.
    pub clock: ClockId,
    /// The point.
    pub point: Point,
}

/// Has `told` sent to a recipient from `from` on, together with what they are told then anyway. A clock that is in their
/// notice already is told with its latest point.
///
/// # Errors
/// The database failed.
pub async fn gather(
    tx: &mut Tx,
    to: &RecipientName,
    urgency: Urgency,
    told: &[Told],
    from: Timestamp,
    now: Timestamp,
) -> Result<NoticeId, StoreError> {
    let due_at = from + GATHER;
    let id = match joined(tx, to, urgency, from, due_at).await? {
        Some(id) => id,
        None => begin(tx, to, Subject::Owed, urgency, due_at, now).await?,
    };
    let mut rows = Rows::new(&[("clock", Type::Int), ("point", Type::Text)]);
    for told in told {
        rows.push([told.clock.0.into(), told.point.to_string().into()]);
    }
    for part in rows.parts(tx.dialect()) {
        let told = part.table("told", 2);
        let query = sql::query(format!(
            "with {told} insert into notice_item (notice, clock, point) select $1, clock, point from told where true
             on conflict (notice, clock) do update set point = excluded.point"
        ));
        part.bind(query.bind(id.0)).execute(tx.conn()).await.doing("add to a notice")?;
    }
    Ok(id)
}

/// Begins a notice of what a recipient's day begins with, to be sent at once.
///
/// # Errors
/// The database failed.
pub async fn begin_day(tx: &mut Tx, to: &RecipientName, now: Timestamp) -> Result<NoticeId, StoreError> {
    begin(tx, to, Subject::Day, Urgency::Ordinary, now, now).await
}

/// A notice that sets out within that time and has not yet. Held until the transaction ends, so that it does not meanwhile.
async fn joined(
    tx: &mut Tx,
    to: &RecipientName,
    urgency: Urgency,
    from: Timestamp,
    until: Timestamp,
) -> Result<Option<NoticeId>, StoreError> {
    let query = sqlx::query(
        "update notice set due_at = due_at
         where state = 'queued' and attempt = 0 and id = (
             select min(id) from notice where recipient = $1 and state = 'queued' and attempt = 0 and about = 'owed'
                 and urgency = $2 and due_at between $3 and $4)
         returning id",
    );
    let query =
        query.bind(to.as_str().to_owned()).bind(urgency.as_str()).bind(micros(from)).bind(micros(until));
    let row = query.fetch_optional(tx.conn()).await.doing("look for a notice to join")?;
    row.map(|row| Ok(NoticeId(Columns::of("notice", &row).get("id")?))).transpose()
}

async fn begin(
    tx: &mut Tx,
    to: &RecipientName,
    subject: Subject,
    urgency: Urgency,
    due_at: Timestamp,
    now: Timestamp,
) -> Result<NoticeId, StoreError> {
    let query = sqlx::query(
        "insert into notice (recipient, about, urgency, created_at, due_at, state) values ($1, $2, $3, $4, $5, 'queued')
         returning id",
    );
    let query = query.bind(to.as_str().to_owned()).bind(subject.as_str()).bind(urgency.as_str());
    let query = query.bind(micros(now)).bind(micros(due_at));
    let row = query.fetch_one(tx.conn()).await.doing("begin a notice")?;
    let id = NoticeId(Columns::of("notice", &row).get("id")?);
    jobs::add(tx, &Lane::Notify(to.clone()), &[id.to_string()], due_at).await?;
    Ok(id)
}
