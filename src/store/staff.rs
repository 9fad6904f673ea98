//! Members of staff, their roles, and the hashes of their tokens and passwords.
//!
//! Each change is an act, and writes its audit entry. One that takes a way in from somebody ends their sessions.

use jiff::Timestamp;
use sqlx::any::AnyRow;

use crate::domain::audit::{Actor, AuditEvent};
pub use crate::domain::staff::Role;

use super::error::Doing;
use super::sql::{self, Columns, micros};
use super::{Store, StoreError, Tx, audit, sessions};

/// A member of staff.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Staff {
    /// Their number.
    pub id: i64,
    /// The name under which they act.
    pub name: String,
    /// What they may do.
    pub role: Role,
    /// Since when they may do nothing.
    pub disabled_at: Option<Timestamp>,
}

/// Why a change to staff was not made.
#[derive(Debug, thiserror::Error)]
pub enum StaffError {
    /// The name is taken, by somebody disabled too: names in the log must stay unambiguous.
    #[error("there is a member of staff called `{0}` already; choose another name")]
    NameTaken(String),
    /// Nobody who is not disabled has this name.
    #[error("there is no active member of staff called `{0}`; `majlis staff list` names them all")]
    Unknown(String),
    /// Somebody else is known so, or was.
    #[error("the ministry's sign-in knows somebody else so; `majlis staff list` names them all")]
    KnownAlready,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Adds a member of staff.
///
/// # Errors
/// The name is taken.
pub async fn add(tx: &mut Tx, name: &str, role: Role, now: Timestamp) -> Result<(), StaffError> {
    let query = sqlx::query(
        "insert into staff (name, role, added_at) values ($1, $2, $3) on conflict (name) do nothing",
    );
    let query = query.bind(name.to_owned()).bind(role.as_str()).bind(micros(now));
    if query.execute(tx.conn()).await.doing("add a member of staff")?.rows_affected() != 1 {
        return Err(StaffError::NameTaken(name.to_owned()));
    }
    let entry = entry(name, "staff.added", now).word("role", role.as_str());
    Ok(audit::append(tx, &[entry]).await?)
}

/// Takes a member of staff's rights away, and their token. The name stays in the records.
///
/// # Errors
/// Nobody active has this name.
pub async fn disable(tx: &mut Tx, name: &str, now: Timestamp) -> Result<(), StaffError> {
    let query = sqlx::query(
        "update staff set disabled_at = $2, token_hash = null, token_set_at = null, password = null,
             password_set_at = null, invitation_hash = null, invited_until = null, email = null, issuer = null, subject = null
         where name = $1 and disabled_at is null",
    );
    let query = query.bind(name.to_owned()).bind(micros(now));
    change(tx, query, name, "disable a member of staff").await?;
    end_sessions(tx, name).await?;
    Ok(audit::append(tx, &[entry(name, "staff.disabled", now)]).await?)
}

/// Gives a member of staff a token, by its SHA-256 in hexadecimal, in place of the one before.
///
/// # Errors
/// Nobody active has this name.
pub async fn set_token(tx: &mut Tx, name: &str, token_hash: &str, now: Timestamp) -> Result<(), StaffError> {
    let query = sqlx::query(
        "update staff set token_hash = $2, token_set_at = $3 where name = $1 and disabled_at is null",
    );
    let query = query.bind(name.to_owned()).bind(token_hash.to_owned()).bind(micros(now));
    change(tx, query, name, "give a member of staff a token").await?;
    end_sessions(tx, name).await?;
    Ok(audit::append(tx, &[entry(name, "staff.token_given", now)]).await?)
}

/// Gives a member of staff a code, by its SHA-256 in hexadecimal, with which they choose a password until then. The password
/// before opens nothing from now on.
///
/// # Errors
/// Nobody active has this name.
pub async fn invite(
    tx: &mut Tx,
    name: &str,
    code_hash: &str,
    until: Timestamp,
    now: Timestamp,
) -> Result<(), StaffError> {
    let query = sqlx::query(
        "update staff set invitation_hash = $2, invited_until = $3, password = null, password_set_at = null
         where name = $1 and disabled_at is null",
    );
    let query = query.bind(name.to_owned()).bind(code_hash.to_owned()).bind(micros(until));
    change(tx, query, name, "invite a member of staff").await?;
    end_sessions(tx, name).await?;
    Ok(audit::append(tx, &[entry(name, "staff.invited", now)]).await?)
}

/// How the ministry's own sign-in knows somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Identity<'a> {
    /// By a verified mail address in small letters, until they first come in: from then on by their name there.
    Email(&'a str),
    /// By their name there.
    Subject {
        /// The provider.
        issuer: &'a str,
        /// Their name.
        subject: &'a str,
    },
}

/// Says how the ministry's own sign-in knows a member of staff, in place of what was said before.
///
/// # Errors
/// Nobody active has this name, or somebody else is known so.
pub async fn identify(
    tx: &mut Tx,
    name: &str,
    identity: Identity<'_>,
    now: Timestamp,
) -> Result<(), StaffError> {
    let (email, issuer, subject) = match identity {
        Identity::Email(email) => (Some(email), None, None),
        Identity::Subject { issuer, subject } => (None, Some(issuer), Some(subject)),
    };
    let taken = sqlx::query(
        "select 1 from staff where (email = $1 or (issuer = $2 and subject = $3)) and name <> $4",
    )
    .bind(email.map(str::to_owned))
    .bind(issuer.map(str::to_owned))
    .bind(subject.map(str::to_owned))
    .bind(name.to_owned());
    if taken.fetch_optional(tx.conn()).await.doing("look who is known so")?.is_some() {
        return Err(StaffError::KnownAlready);
    }
    let query = sqlx::query(
        "update staff set email = $2, issuer = $3, subject = $4 where name = $1 and disabled_at is null",
    );
    let query = query.bind(name.to_owned()).bind(email.map(str::to_owned));
    let query = query.bind(issuer.map(str::to_owned)).bind(subject.map(str::to_owned));
    change(tx, query, name, "say how a member of staff is known").await?;
    end_sessions(tx, name).await?;
    Ok(audit::append(tx, &[entry(name, "staff.identified", now)]).await?)
}

/// The active member of staff whom this provider knows by this name.
///
/// # Errors
/// The database failed.
pub async fn by_subject(store: &Store, issuer: &str, subject: &str) -> Result<Option<Staff>, StoreError> {
    let row = sqlx::query(
        "select id, name, role, disabled_at from staff where issuer = $1 and subject = $2 and disabled_at is null",
    )
    .bind(issuer.to_owned())
    .bind(subject.to_owned())
    .fetch_optional(&store.readers)
    .await
    .doing("look up whom the provider knows")?;
    row.as_ref().map(member).transpose()
}

/// Binds the active member of staff of this verified address to their name at the provider, by which alone they come in from now
/// on: an address may be given to somebody else one day.
///
/// # Errors
/// The database failed.
pub async fn bind(
    tx: &mut Tx,
    email: &str,
    (issuer, subject): (&str, &str),
    now: Timestamp,
) -> Result<Option<Staff>, StoreError> {
    let row = sqlx::query(
        "update staff set issuer = $2, subject = $3 where email = $1 and issuer is null and disabled_at is null
         returning id, name, role, disabled_at",
    )
    .bind(email.to_owned())
    .bind(issuer.to_owned())
    .bind(subject.to_owned())
    .fetch_optional(tx.conn())
    .await
    .doing("bind a member of staff to their name at the provider")?;
    let Some(staff) = row.as_ref().map(member).transpose()? else { return Ok(None) };
    let (actor, object) = (Actor::Machine("web"), format!("staff:{}", staff.name));
    audit::append(tx, &[AuditEvent::new(now, actor, "staff.identified", object)]).await?;
    Ok(Some(staff))
}

/// Ends all sessions of a member of staff, or of everybody.
///
/// # Errors
/// Nobody active has this name.
pub async fn sign_out(tx: &mut Tx, name: Option<&str>, now: Timestamp) -> Result<(), StaffError> {
    let Some(name) = name else {
        let query = sqlx::query("delete from session");
        query.execute(tx.conn()).await.doing("end all sessions")?;
        let event = AuditEvent::new(now, Actor::Machine("command"), "staff.signed_out_everywhere", "staff");
        return Ok(audit::append(tx, &[event]).await?);
    };
    let query =
        sqlx::query("select 1 from staff where name = $1 and disabled_at is null").bind(name.to_owned());
    if query.fetch_optional(tx.conn()).await.doing("find a member of staff")?.is_none() {
        return Err(StaffError::Unknown(name.to_owned()));
    }
    end_sessions(tx, name).await?;
    Ok(audit::append(tx, &[entry(name, "staff.signed_out_everywhere", now)]).await?)
}

/// How a password comes to be chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Chosen<'a> {
    /// By a code, by its SHA-256 in hexadecimal, which is used up by it; the wall clock's time tells whether it is still good.
    ByCode(&'a str, Timestamp),
    /// In place of the one whose hash this is.
    InPlaceOf(&'a str),
}

/// Keeps the password that a member of staff chose, by its hash, and ends all their sessions. False where the code was used
/// or the password changed meanwhile.
///
/// # Errors
/// The database failed.
pub async fn choose_password(
    tx: &mut Tx,
    staff: &Staff,
    hash: &str,
    chosen: Chosen<'_>,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let query = match chosen {
        Chosen::ByCode(code, wall) => sqlx::query(
            "update staff set password = $2, password_set_at = $3, invitation_hash = null, invited_until = null
             where id = $1 and disabled_at is null and invitation_hash = $4 and invited_until > $5",
        )
        .bind(staff.id)
        .bind(hash.to_owned())
        .bind(micros(now))
        .bind(code.to_owned())
        .bind(micros(wall)),
        Chosen::InPlaceOf(former) => sqlx::query(
            "update staff set password = $2, password_set_at = $3
             where id = $1 and disabled_at is null and password = $4",
        )
        .bind(staff.id)
        .bind(hash.to_owned())
        .bind(micros(now))
        .bind(former.to_owned()),
    };
    if query.execute(tx.conn()).await.doing("keep a password")?.rows_affected() != 1 {
        return Ok(false);
    }
    sessions::end_all(tx, staff.id).await?;
    let (actor, object) = (Actor::Staff(staff.name.clone()), format!("staff:{}", staff.name));
    audit::append(tx, &[AuditEvent::new(now, actor, "staff.password_chosen", object)]).await?;
    Ok(true)
}

/// The active member of staff of this name, and the hash of their password if they have one.
///
/// # Errors
/// The database failed.
pub async fn by_name(store: &Store, name: &str) -> Result<Option<(Staff, Option<String>)>, StoreError> {
    let row = sqlx::query(
        "select id, name, role, disabled_at, password from staff where name = $1 and disabled_at is null",
    )
    .bind(name.to_owned())
    .fetch_optional(&store.readers)
    .await
    .doing("look up a member of staff")?;
    row.as_ref().map(|row| Ok((member(row)?, Columns::of("staff", row).get("password")?))).transpose()
}

/// The active member of staff who was given a code of this hash that is still good.
///
/// # Errors
/// The database failed.
pub async fn by_invitation(
    store: &Store,
    code_hash: &str,
    wall: Timestamp,
) -> Result<Option<Staff>, StoreError> {
    let row = sqlx::query(
        "select id, name, role, disabled_at from staff
         where invitation_hash = $1 and invited_until > $2 and disabled_at is null",
    )
    .bind(code_hash.to_owned())
    .bind(micros(wall))
    .fetch_optional(&store.readers)
    .await
    .doing("look up an invitation")?;
    row.as_ref().map(member).transpose()
}

async fn end_sessions(tx: &mut Tx, name: &str) -> Result<(), StoreError> {
    let query = sqlx::query("delete from session where staff = (select id from staff where name = $1)");
    query.bind(name.to_owned()).execute(tx.conn()).await.doing("end somebody's sessions")?;
    Ok(())
}

async fn change(tx: &mut Tx, query: sql::Query, name: &str, doing: &'static str) -> Result<(), StaffError> {
    match query.execute(tx.conn()).await.doing(doing)?.rows_affected() {
        1 => Ok(()),
        _ => Err(StaffError::Unknown(name.to_owned())),
    }
}

/// Staff are looked after from the machine itself, by whoever may run the command there.
fn entry(name: &str, act: &'static str, now: Timestamp) -> AuditEvent {
    AuditEvent::new(now, Actor::Machine("command"), act, format!("staff:{name}"))
}

/// The active member of staff whose token has this hash.
///
/// # Errors
/// The database failed.
pub async fn by_token(store: &Store, token_hash: &str) -> Result<Option<Staff>, StoreError> {
    let row = sqlx::query(
        "select id, name, role, disabled_at from staff where token_hash = $1 and disabled_at is null",
    )
    .bind(token_hash.to_owned())
    .fetch_optional(&store.readers)
    .await
    .doing("look up a token")?;
    row.as_ref().map(member).transpose()
}

/// By which doors a member of staff can come in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Doors {
    /// By an access token.
    pub token: bool,
    /// By a password.
    pub password: bool,
    /// By the ministry's own sign-in.
    pub provider: bool,
}

/// All members of staff by name, with the doors that stand open to each.
///
/// # Errors
/// The database failed.
pub async fn doors(store: &Store) -> Result<Vec<(Staff, Doors)>, StoreError> {
    let rows = sqlx::query(
        "select id, name, role, disabled_at, token_set_at, password_set_at, coalesce(email, subject) as known_by
         from staff order by name",
    )
    .fetch_all(&store.readers)
    .await
    .doing("list how the members of staff come in")?;
    let found = |row| {
        let columns = Columns::of("staff", row);
        let doors = Doors {
            token: columns.instant_or_null("token_set_at")?.is_some(),
            password: columns.instant_or_null("password_set_at")?.is_some(),
            provider: columns.get::<Option<&str>>("known_by")?.is_some(),
        };
        Ok((member(row)?, doors))
    };
    rows.iter().map(found).collect()
}

/// All members of staff by name, those disabled included.
///
/// # Errors
/// The database failed.
pub async fn list(store: &Store) -> Result<Vec<Staff>, StoreError> {
    let rows = sqlx::query("select id, name, role, disabled_at from staff order by name")
        .fetch_all(&store.readers)
        .await
        .doing("list the members of staff")?;
    rows.iter().map(member).collect()
}

pub(super) fn member(row: &AnyRow) -> Result<Staff, StoreError> {
    let staff = Columns::of("staff", row);
    Ok(Staff {
        id: staff.get("id")?,
        name: staff.get("name")?,
        role: staff.word("role")?,
        disabled_at: staff.instant_or_null("disabled_at")?,
    })
}
