//! The settings, to be read, as the console shows them: the policy with the texts of its clauses, the calendar by month, who works
//! here; and what is left of what the platforms let us spend.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;

use crate::domain::calendar::{CalendarVersion, HijriDate, Offered, WorkingSeconds};
use crate::domain::comment::SourceId;
use crate::domain::policy::{Act, ClauseId, Phrase, PolicyVersion};
use crate::domain::quota::{Purse, Spent};
use crate::domain::staff::Right;
use crate::store::{purses, staff};

use super::super::act::NotDone;
use super::super::months::first_day;
use super::super::{InForce, WebState};
use super::caller::Caller;
use super::problem::Problem;

type Web = State<Arc<WebState>>;

#[derive(Serialize)]
pub(super) struct PolicyView {
    version: PolicyVersion,
    title: Phrase,
    introduction: Phrase,
    disclaimer: Phrase,
    clauses: Vec<ClauseView>,
}

#[derive(Serialize)]
struct ClauseView {
    id: ClauseId,
    title: Phrase,
    text: Phrase,
    /// What is done about a breach beyond doubt.
    act: Act,
}

pub(super) async fn policy(State(web): Web, caller: Caller) -> Result<Json<PolicyView>, Problem> {
    caller.need(Right::ReadService)?;
    let InForce { policy, .. } = in_force(&web).await?;
    let clauses = ClauseId::ALL.into_iter().map(|id| {
        let clause = policy.clause(id);
        ClauseView { id, title: clause.title.clone(), text: clause.text.clone(), act: clause.act }
    });
    let preface = policy.preface().clone();
    Ok(Json(PolicyView {
        version: policy.version().clone(),
        title: preface.title,
        introduction: preface.introduction,
        disclaimer: preface.disclaimer,
        clauses: clauses.collect(),
    }))
}

#[derive(Serialize)]
pub(super) struct MonthView {
    version: CalendarVersion,
    /// The zone of its wall clock, by its IANA name.
    zone: Option<String>,
    days: Vec<DayView>,
}

#[derive(Serialize)]
struct DayView {
    date: Date,
    /// Such as `1448-05-20`; null outside of the years that are known.
    hijri: Option<String>,
    /// When it is open by the wall clock, such as `07:30-15:30`; empty where it is closed.
    hours: Vec<String>,
    working_s: WorkingSeconds,
    /// Every rule that has a say in it.
    rules: Vec<RuleView>,
}

#[derive(Serialize)]
struct RuleView {
    name: String,
    basis: String,
    /// Whether its dates may still change.
    provisional: bool,
}

pub(super) async fn calendar(
    State(web): Web,
    caller: Caller,
    Path(month): Path<String>,
) -> Result<Json<MonthView>, Problem> {
    caller.need(Right::ReadService)?;
    let first = first_day(&month).ok_or_else(Problem::no_such_month)?;
    let InForce { calendar, .. } = in_force(&web).await?;
    Ok(Json(MonthView {
        version: calendar.version().clone(),
        zone: calendar.time_zone().iana_name().map(str::to_owned),
        days: calendar.official().month(first).into_iter().map(DayView::of).collect(),
    }))
}

impl DayView {
    fn of(Offered { date, hours, working_time, regimes }: Offered) -> Self {
        let rules = regimes.into_iter().map(|regime| RuleView {
            provisional: regime.status.is_provisional(),
            name: regime.name,
            basis: regime.basis,
        });
        Self {
            date,
            hijri: HijriDate::of(date).map(|hijri| hijri.to_string()),
            hours,
            working_s: working_time,
            rules: rules.collect(),
        }
    }
}

async fn in_force(web: &WebState) -> Result<InForce, Problem> {
    Ok((web.in_force)().await.ok_or(NotDone::NothingInForce)?)
}

#[derive(Serialize)]
pub(super) struct People {
    staff: Vec<PersonView>,
}

#[derive(Serialize)]
struct PersonView {
    name: String,
    role: &'static str,
    /// Null for who may come in.
    disabled_at: Option<Timestamp>,
    /// Whether they have an access token.
    token: bool,
    password: bool,
    /// Whether the ministry's own sign-in knows them.
    provider: bool,
}

pub(super) async fn people(State(web): Web, caller: Caller) -> Result<Json<People>, Problem> {
    caller.need(Right::ReadService)?;
    let all = staff::doors(&web.store).await.map_err(Problem::from_store)?;
    let person = |(one, doors): (staff::Staff, staff::Doors)| PersonView {
        name: one.name,
        role: one.role.as_str(),
        disabled_at: one.disabled_at,
        token: doors.token,
        password: doors.password,
        provider: doors.provider,
    };
    Ok(Json(People { staff: all.into_iter().map(person).collect() }))
}

#[derive(Serialize)]
pub(super) struct Quota {
    purses: Vec<PurseView>,
}

#[derive(Serialize)]
struct PurseView {
    source: SourceId,
    purse: &'static str,
    spent: i64,
    /// What there is of it in all; null where it is only counted.
    of: Option<i64>,
    /// When it is full again.
    until: Timestamp,
}

pub(super) async fn quota(State(web): Web, caller: Caller) -> Result<Json<Quota>, Problem> {
    caller.need(Right::ReadService)?;
    let (all, now) = (purses::all(&web.store).await.map_err(Problem::from_store)?, web.clock.now());
    let purse = |(source, purse, spent): (SourceId, Purse, Spent)| {
        let allowance = web.allowances.iter().find(|(id, _)| *id == source).map(|(_, allowance)| *allowance);
        let spent = spent.at(purse, now);
        let of = allowance.and_then(|allowance| allowance.of(purse));
        PurseView { source, purse: purse.as_str(), spent: spent.all, of, until: spent.until }
    };
    Ok(Json(Quota { purses: all.into_iter().map(purse).collect() }))
}
