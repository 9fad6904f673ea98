//! `majlis policy shadow`: a policy that judges what is judged beside the one in force, and does nothing; and what it would have done.

use clap::Args;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::super::caller::TokenArgs;
use super::super::{Answer, ConfigArgs, Failure, table};
use super::named;
use crate::domain::comment::CommentId;
use crate::domain::judge::{Beside, RuledWord};
use crate::domain::staff::Right;
use crate::store::shadows::{self, NotBegun, Shadow};
use crate::store::{Step, Store};

#[derive(Debug, Args)]
pub(in super::super) struct ShadowArgs {
    /// The policy that begins: a file, or the first eight digits or more of a hash. Without it, what the present one would have done
    #[arg(value_name = "POLICY")]
    policy: Option<String>,
    /// End it; what it would have done stays
    #[arg(long, conflicts_with = "policy")]
    end: bool,
    #[command(flatten)]
    config: ConfigArgs,
    #[command(flatten)]
    token: TokenArgs,
}

pub(super) async fn run(args: ShadowArgs, now: Timestamp) -> Result<Answer, Failure> {
    let ShadowArgs { policy, end: ends, config, token } = args;
    config
        .with_store(async |_, store| match &policy {
            Some(policy) => begin(store, policy, &token, now).await,
            None if ends => end(store, &token, now).await,
            None => match shadows::latest(store).await? {
                None => Ok(Answer::done("No policy was in shadow yet.", Value::Null)),
                Some(shadow) => status(store, &shadow).await,
            },
        })
        .await
}

async fn begin(store: &Store, policy: &str, token: &TokenArgs, now: Timestamp) -> Result<Answer, Failure> {
    let staff = token.caller(store, Right::ProposeDocuments).await?;
    let named = named::read(policy, store).await?;
    named.policy()?;
    if named::in_force(store).await?.hash == named.hash {
        return Err(Failure::told("this policy is in force; a shadow of it would say the same"));
    }
    let mut tx = store.begin(Step::Act).await?;
    let text = named.bundle.to_text();
    match shadows::begin(&mut tx, (&named.hash, &text), &staff.name, now).await {
        Ok(()) => tx.commit().await?,
        Err(NotBegun::Store(error)) => return Err(error.into()),
        Err(another @ NotBegun::Another(_)) => return Err(Failure::told(another.to_string())),
    }
    let told = format!(
        "The policy {} judges in shadow from now on; nothing follows from it.\n`majlis policy shadow` shows what it would have done.",
        named.hash
    );
    Ok(Answer::done(told, json!({ "hash": named.hash, "begun_by": staff.name })))
}

async fn end(store: &Store, token: &TokenArgs, now: Timestamp) -> Result<Answer, Failure> {
    let staff = token.caller(store, Right::ProposeDocuments).await?;
    let mut tx = store.begin(Step::Act).await?;
    let ended = shadows::end(&mut tx, None, &staff.name, now).await?;
    tx.commit().await?;
    match ended {
        Some(shadow) => status(store, &Shadow { ended_at: Some(now), ..shadow }).await,
        None => Err(Failure::told("no policy is in shadow")),
    }
}

async fn status(store: &Store, shadow: &Shadow) -> Result<Answer, Failure> {
    let beside = shadows::beside(store, shadow.id).await?;
    let zone = super::super::comments::official_zone(store).await;
    let local = |at: Timestamp| zone.to_datetime(at).strftime("%F %H:%M").to_string();
    let until = shadow.ended_at.map_or("it goes on".to_owned(), |at| format!("ended {}", local(at)));
    let mut told = format!(
        "The policy {:.12} in shadow: begun {} by {}, {until}.\n{} verdicts were judged by both policies, {} were edited or erased before.\n",
        shadow.hash,
        local(shadow.begun_at),
        shadow.begun_by,
        beside.judged(),
        shadow.unread,
    );
    let word = |ruled| RuledWord(ruled).to_string();
    let sums = beside
        .sums()
        .into_iter()
        .map(|(ruled, (was, would))| vec![word(ruled), was.to_string(), would.to_string()]);
    told.push_str(&format!("\n{}\n", table(&["verdict", "was", "would be"], &sums.collect::<Vec<_>>())));
    let differences = beside.differences();
    if !differences.is_empty() {
        let rows = differences.iter().map(|((was, would), alike)| {
            let examples: Vec<String> = alike.examples.iter().map(CommentId::to_string).collect();
            vec![word(*was), word(*would), alike.count.to_string(), examples.join(" ")]
        });
        told.push_str(&table(&["was", "would be", "comments", "such as"], &rows.collect::<Vec<_>>()));
    }
    Ok(Answer::done(told, object(shadow, &beside)))
}

fn object(shadow: &Shadow, beside: &Beside) -> Value {
    let counts = beside.0.iter().map(|((was, would), alike)| {
        json!({
            "was": RuledWord(*was).to_string(), "would": RuledWord(*would).to_string(), "comments": alike.count,
            "examples": alike.examples,
        })
    });
    json!({
        "hash": shadow.hash, "begun_by": shadow.begun_by, "begun_at": shadow.begun_at, "ended_at": shadow.ended_at,
        "judged": beside.judged(), "unread": shadow.unread, "counts": counts.collect::<Vec<_>>(),
    })
}
