//! `majlis staff add|list|disable|token|invite|identify|sign-out`: who works here. Whoever may run this on the machine looks after staff.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use clap::{Args, Subcommand};
use serde_json::json;

use super::{Answer, ConfigArgs, Failure, table};
use crate::clock::{Clock, SystemClock};
use crate::config::Config;
use crate::domain::comment::UnknownWord;
use crate::domain::session::INVITED_FOR;
use crate::domain::staff::Role;
use crate::store::staff::{self, Identity, Staff};
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
    /// Let a member of staff choose a password, by a code shown once and good for a day; the password before stops working
    #[command(after_help = "Example:\n  majlis staff invite amna --config /etc/majlis")]
    Invite(Who),
    /// Say how the ministry's own sign-in knows a member of staff: by a verified mail address, or by their subject there
    #[command(
        after_help = "Example:\n  majlis staff identify amna --email amna@ministry.example --config /etc/majlis"
    )]
    Identify {
        #[command(flatten)]
        who: Who,
        /// A mail address that the ministry's sign-in has verified; their first sign-in by it binds them to their subject
        #[arg(long, value_parser = email, required_unless_present = "subject", conflicts_with = "subject")]
        email: Option<String>,
        /// Their `sub` at the issuer of the configuration
        #[arg(long)]
        subject: Option<String>,
    },
    /// End the sessions of a member of staff, or everybody's
    #[command(after_help = "Example:\n  majlis staff sign-out amna --config /etc/majlis")]
    SignOut {
        /// Their name; without it --everybody
        #[arg(value_parser = name, required_unless_present = "everybody", conflicts_with = "everybody")]
        name: Option<String>,
        /// Whoever they are
        #[arg(long)]
        everybody: bool,
        #[command(flatten)]
        config: ConfigArgs,
    },
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
        Command::Invite(Who { name, config }) => {
            config.with_store(async |config, store| invite(config, store, &name).await).await
        }
        Command::Identify { who: Who { name, config }, email, subject } => {
            config
                .with_store(async |config, store| {
                    let identity = match (&email, &subject, &config.sign_in) {
                        (Some(email), ..) => Identity::Email(email),
                        (None, Some(subject), Some(named)) => {
                            Identity::Subject { issuer: &named.issuer, subject }
                        }
                        _ => {
                            return Err(Failure::told(
                                "majlis.toml names no [sign_in] whose subject this could be; add it first",
                            ));
                        }
                    };
                    identify(store, &name, identity).await
                })
                .await
        }
        Command::SignOut { name, config, .. } => {
            config.with_store(async |_, store| sign_out(store, name.as_deref()).await).await
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
    let token = secret();
    let mut tx = store.begin(Step::Act).await?;
    staff::set_token(&mut tx, name, &token_hash(&token), SystemClock.now()).await?;
    tx.commit().await?;
    let text = format!("{token}\n\nThis is {name}'s token. It is shown this once: hand it over safely.");
    Ok(Answer::done(text, json!({ "name": name, "token": token })))
}

async fn invite(config: &Config, store: &Store, name: &str) -> Result<Answer, Failure> {
    let (code, now) = (secret(), SystemClock.now());
    let mut tx = store.begin(Step::Act).await?;
    staff::invite(&mut tx, name, &token_hash(&code), now + INVITED_FOR, now).await?;
    tx.commit().await?;
    let console = config.public_url.clone().unwrap_or_else(|| format!("http://{}", config.listen));
    let text = format!(
        "{code}\n\nThis is {name}'s invitation. It is shown this once, and good once within {} hours: hand it over safely. With it they \
         choose a password at {console}/invitation.",
        INVITED_FOR.as_hours()
    );
    Ok(Answer::done(text, json!({ "name": name, "invitation": code, "until": now + INVITED_FOR })))
}

async fn identify(store: &Store, name: &str, identity: Identity<'_>) -> Result<Answer, Failure> {
    let mut tx = store.begin(Step::Act).await?;
    staff::identify(&mut tx, name, identity, SystemClock.now()).await?;
    tx.commit().await?;
    let text = format!("{name} can come in by the ministry's own sign-in.");
    Ok(Answer::done(text, json!({ "name": name, "identified": true })))
}

async fn sign_out(store: &Store, name: Option<&str>) -> Result<Answer, Failure> {
    let mut tx = store.begin(Step::Act).await?;
    staff::sign_out(&mut tx, name, SystemClock.now()).await?;
    tx.commit().await?;
    let text = format!("All sessions of {} have ended.", name.unwrap_or("everybody"));
    Ok(Answer::done(text, json!({ "name": name, "signed_out": true })))
}

/// 256 bits from the system's generator; only the hash is kept.
fn secret() -> String {
    format!("majlis_{}", BASE64_URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>()))
}

fn role(word: &str) -> Result<Role, UnknownWord> {
    word.parse()
}

fn email(word: &str) -> Result<String, String> {
    let plain = word.split_once('@').is_some_and(|(before, host)| !before.is_empty() && host.contains('.'));
    if plain && !word.contains(char::is_whitespace) {
        Ok(word.to_lowercase())
    } else {
        Err("write one mail address, such as amna@ministry.example".to_owned())
    }
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
