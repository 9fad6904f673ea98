//! In whose name a command acts: a member of staff, known by a token.

use std::path::PathBuf;

use clap::Args;

use super::Failure;
use super::logged::event;
use crate::clock::{Clock, SystemClock};
use crate::domain::audit::{Actor, AuditEvent};
use crate::domain::staff::Right;
use crate::store::staff::{self, Staff};
use crate::store::{Store, audit};
use crate::web::token_hash;

const VARIABLE: &str = "MAJLIS_TOKEN";

/// Whose token.
#[derive(Debug, Args)]
pub(super) struct TokenArgs {
    /// The file that holds your token; without it the environment's MAJLIS_TOKEN counts
    #[arg(long, value_name = "FILE")]
    token_file: Option<PathBuf>,
}

impl TokenArgs {
    /// The member of staff whose token this is, if they have `right`.
    pub(super) async fn caller(&self, store: &Store, right: Right) -> Result<Staff, Failure> {
        let token = self.token()?;
        let Some(staff) = staff::by_token(store, &token_hash(token.trim())).await? else {
            audit::record_look(store, event("sign_in.refused", "command").int("count", 1)).await?;
            return Err(Failure::told(
                "no active member of staff has this token; ask an operator for a new one (`majlis staff token NAME`)",
            ));
        };
        if staff.role.may(right) {
            Ok(staff)
        } else {
            let (actor, object) = (Actor::Staff(staff.name.clone()), format!("right:{}", right.as_str()));
            let refused = AuditEvent::new(SystemClock.now(), actor, "right.refused", object);
            audit::record_look(store, refused.int("count", 1)).await?;
            let message = format!("{} has the role {}, which may not do this", staff.name, staff.role);
            Err(Failure::told(message))
        }
    }

    fn token(&self) -> Result<String, Failure> {
        match &self.token_file {
            Some(path) => std::fs::read_to_string(path)
                .map_err(|error| Failure::Usage(format!("cannot read the token file {}: {error}", path.display()))),
            None => std::env::var(VARIABLE).map_err(|_| {
                Failure::Usage(format!(
                    "this command acts in your name: name the file that holds your token by --token-file, or set {VARIABLE}"
                ))
            }),
        }
    }
}
