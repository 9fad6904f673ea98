//! `majlis policy diff [OLD] NEW`: what a policy says otherwise than another, or than the one in force.

use clap::Args;
use serde_json::json;

use super::super::{Answer, ConfigArgs, Failure, differences};
use super::named::{self, Named};
use crate::store::Store;

#[derive(Debug, Args)]
pub(in super::super) struct DiffArgs {
    /// Two policies, the older first, or one, which is held against the one in force. Each is a file, or the first eight digits
    /// or more of a hash
    #[arg(value_name = "POLICY", num_args = 1..=2, required = true)]
    policies: Vec<String>,
    #[command(flatten)]
    config: ConfigArgs,
}

pub(super) async fn run(args: DiffArgs) -> Result<Answer, Failure> {
    let DiffArgs { policies, config } = args;
    // Two files need no database.
    if let [old, new] = &policies[..]
        && ![old, new].into_iter().any(|name| named::is_hash(name))
    {
        return Ok(told(&named::in_file(old.as_ref())?, &named::in_file(new.as_ref())?));
    }
    config
        .with_store(async |_, store| {
            let (old, new) = both(&policies, store).await?;
            Ok(told(&old, &new))
        })
        .await
}

async fn both(policies: &[String], store: &Store) -> Result<(Named, Named), Failure> {
    match policies {
        [old, new] => Ok((named::read(old, store).await?, named::read(new, store).await?)),
        one => Ok((named::in_force(store).await?, named::read(&one[0], store).await?)),
    }
}

fn told(old: &Named, new: &Named) -> Answer {
    let rules = old.bundle.differences(&new.bundle);
    let text = format!("From {:.12} to {:.12}:\n\n{}", old.hash, new.hash, differences::told(&rules));
    Answer::done(text, json!({ "old": old.hash, "new": new.hash, "rules": differences::json(&rules) }))
}
