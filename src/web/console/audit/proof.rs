//! An entry with the proof that the log holds it, to take away and check elsewhere.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};

use super::super::super::WebState;
use super::super::super::proof::{self, NotProved};
use super::super::failure::{Failure, Why};
use super::super::visit::Visit;
use super::{looked, stop};
use crate::domain::audit::Field;
use crate::domain::staff::Right;
use crate::store::{StoreError, chain};

pub(super) async fn download(
    State(web): State<Arc<WebState>>,
    visit: Visit,
    Path(seq): Path<String>,
) -> Result<Response, Failure> {
    visit.need(Right::ReadAudit)?;
    let missing = Failure::new(visit.lang, Why::NoSuchPage);
    let seq: u64 = seq.parse().map_err(|_| missing)?;
    looked(&web, &visit, format!("entry:{seq}"), [("form", Field::Word("proof".to_owned()))]).await?;
    let proved = async {
        let note = proof::latest(&web.audit_directory)?;
        proof::prove(&web.store, &web.audit_directory, &web.audit_key, &note, seq).await
    };
    match proved.await {
        Ok(text) => {
            let name = format!("attachment; filename=\"{seq}.tlog-proof\"");
            Ok(([(CONTENT_TYPE, "text/plain; charset=utf-8".to_owned()), (CONTENT_DISPOSITION, name)], text)
                .into_response())
        }
        // The page does not offer it.
        Err(NotProved::NoSuchEntry(_) | NotProved::NotSealed { .. } | NotProved::NoCheckpoint) => {
            Err(missing)
        }
        Err(NotProved::Store(StoreError::Altered(altered))) => {
            stop(&web, &visit, &altered).await?;
            Err(Failure::new(visit.lang, Why::Stopped))
        }
        Err(NotProved::Store(error)) => Err(Failure::from_store(visit.lang, error)),
        Err(error) => {
            tracing::error!(error = chain(&error), "an entry could not be proved");
            Err(Failure::new(visit.lang, Why::Broken))
        }
    }
}
