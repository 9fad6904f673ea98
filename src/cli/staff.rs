//! `majlis staff add|list|disable|token`: who works here. Whoever may run this on the machine looks after staff.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use clap::{Args, Subcommand};
use serde_json::json;

use super::{Answer, ConfigArgs, Failure, table};
use crate::clock::{Clock, SystemClock};
use crate::domain::comment::UnknownWord;
use crate::domain::staff::Role;
use crate::store::staff::{self, Staff};
use crate::store::{Step, Store};
use crate::web::token_hash;

/// The most characters of a name.
const NAME_MAX_CHARS: usize = 64;

#[derive(Debug, Subcommand)]
#[command(after_help = "Example:\n  majlis staff add amna --role approver --config /etc/majlis")]
pub(super) enum Command {
    /// Add a member of staff
    #[command(after_help = "Example:\n  majlis staff add amna --role approver --config /etc/majlis")]
    Add {
        #[command(flatten)]
        who: Who,
        /// staff, approver, auditor or operator
        #[arg(long, value_parser = role)]
        role: Role,
    },
    /// List the members of staff
    #[command(after_help = "Example:\n  majlis staff list --config /etc/majlis")]
    List(ConfigArgs),
    /// Take a member of staff's rights and token away; the name stays in the records
    #[command(after_help = "Example:\n  majlis staff disable amna --config /etc/majlis")]
    Disable(Who),
    /// Give a member of staff a new token, shown once; the one before stops working
    #[command(after_help = "Example:\n  majlis staff token amna --config /etc/majlis")]
    Token(Who),
}

#[derive(Debug, Args)]
pub(super) struct Who {
    /// The name, as it will stand in every record of what they do
    #[arg(value_parser = name)]
    name: String,
    #[command(flatten)]
    config: ConfigArgs,
}

pub(super) async fn run(command: Command) -> Result<Answer, Failure> {
    match command {
        Command::Add { who: Who { name, config }, role } => {
            config.with_store(async |_, store| add(store, &name, role).await).await
        }
        Command::List(config) => config.with_store(async |_, store| list(store).await).await,
        Command::Disable(Who { name, config }) => {
            config.with_store(async |_, store| disable(store, &name).await).await
        }
        Command::Token(Who { name, config }) => {
            config.with_store(async |_, store| token(store, &name).await).await
        }
    }
}

async fn add(store: &Store, name: &str, role: Role) -> Result<Answer, Failure> {
    let mut tx = store.begin(Step::Act).await?;
    staff::add(&mut tx, name, role, SystemClock.now()).await?;
    tx.commit().await?;
    let text = format!("{name} was added as {role}. Give a token by `majlis staff token {name}`.");
    Ok(Answer::done(text, json!({ "name": name, "role": role.as_str() })))
}

async fn list(store: &Store) -> Result<Answer, Failure> {
    let state = |staff: &Staff| if staff.disabled_at.is_some() { "disabled" } else { "active" };
    let staff = staff::list(store).await?;
    let row = |staff: &Staff| vec![staff.name.clone(), staff.role.to_string(), state(staff).to_owned()];
    let rows: Vec<Vec<String>> = staff.iter().map(row).collect();
    let objects: Vec<_> = staff
        .iter()
        .map(|staff| json!({ "name": staff.name, "role": staff.role.as_str(), "disabled_at": staff.disabled_at }))
        .collect();
    Ok(Answer::done(table(&["name", "role", "state"], &rows), json!({ "staff": objects })))
}

async fn disable(store: &Store, name: &str) -> Result<Answer, Failure> {
    let mut tx = store.begin(Step::Act).await?;
    staff::disable(&mut tx, name, SystemClock.now()).await?;
    tx.commit().await?;
    Ok(Answer::done(
        format!("{name} was disabled; the token works no more."),
        json!({ "name": name, "disabled": true }),
    ))
}

async fn token(store: &Store, name: &str) -> Result<Answer, Failure> {
    // 256 bits from the system's generator; only the hash is kept.
    let token = format!("majlis_{}", BASE64_URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>()));
    let mut tx = store.begin(Step::Act).await?;
    staff::set_token(&mut tx, name, &token_hash(&token), SystemClock.now()).await?;
    tx.commit().await?;
    let text = format!("{token}\n\nThis is {name}'s token. It is shown this once: hand it over safely.");
    Ok(Answer::done(text, json!({ "name": name, "token": token })))
}

fn role(word: &str) -> Result<Role, UnknownWord> {
    word.parse()
}

fn name(word: &str) -> Result<String, String> {
    let plain = !word.is_empty()
        && word.trim() == word
        && !word.contains(|c: char| c.is_control() || matches!(c, ',' | '=' | ':'));
    if plain && word.chars().count() <= NAME_MAX_CHARS {
        Ok(word.to_owned())
    } else {
        Err(format!(
            "write 1 to {NAME_MAX_CHARS} characters without space around them, and none of `,`, `=` and `:`, such as amna"
        ))
    }
}
