//! How the service is: the sources and what is left of their platforms' allowances, the documents in force, the audit log's latest checkpoint.

use std::sync::Arc;

use axum::extract::State;
use maud::{Markup, html};

use crate::domain::staff::Right;
use crate::store::audit::{self, Checkpoint};
use crate::store::documents::{self, Adopted, DocumentKind};
use crate::store::sources::{self, Health, SourceHealth};
use crate::store::{Store, StoreError};

use super::super::WebState;
use super::failure::Failure;
use super::phrase::Phrase;
use super::visit::Visit;
use super::{page, quota, settings, when, words};

pub(super) const PATH: &str = "/service";

pub(super) async fn show(State(web): State<Arc<WebState>>, visit: Visit) -> Result<Markup, Failure> {
    visit.need(Right::ReadService)?;
    let failed = |error| Failure::from_store(visit.lang, error);
    let found = Found::load(&web.store).await.map_err(failed)?;
    let purses = quota::load(&web).await.map_err(failed)?;
    let title = Phrase::Service.say(visit.lang);
    Ok(page::of(
        &visit,
        title,
        &visit.here,
        html! {
            h1 { (title) }
            (settings::others(visit.lang, PATH))
            (sources_table(&visit, &found.sources))
            (quota::table(&visit, &web.allowances, &purses))
            (documents_table(&visit, &found.documents))
            @if visit.may(Right::ReadAudit) { (checkpoint(&visit, found.checkpoint.as_ref())) }
        },
    ))
}

struct Found {
    sources: Vec<SourceHealth>,
    documents: Vec<(DocumentKind, Adopted)>,
    checkpoint: Option<Checkpoint>,
}

impl Found {
    async fn load(store: &Store) -> Result<Found, StoreError> {
        let mut documents = Vec::new();
        for kind in [DocumentKind::Policy, DocumentKind::Calendar] {
            documents.extend(documents::adopted(store, kind).await?.map(|adopted| (kind, adopted)));
        }
        let (sources, checkpoint) = (sources::all_health(store).await?, audit::last_checkpoint(store).await?);
        Ok(Found { sources, documents, checkpoint })
    }
}

fn sources_table(visit: &Visit, sources: &[SourceHealth]) -> Markup {
    let (lang, zone) = (visit.lang, visit.zone());
    html! {
        section.panel {
            h2 { (Phrase::Sources.say(lang)) }
            @if sources.is_empty() { p.quiet { (Phrase::NoSources.say(lang)) } } @else {
                div.wide tabindex="0" { table {
                    thead { tr {
                        @for head in [Phrase::Source, Phrase::Platform, Phrase::State, Phrase::Since, Phrase::LastRead, Phrase::Detail] {
                            th scope="col" { (head.say(lang)) }
                        }
                    } }
                    tbody { @for found in sources { tr {
                        th scope="row" { bdi { (found.source) } }
                        td { (words::platform(lang, found.platform)) }
                        td { span class={ "chip " (mood(found.state)) } { (words::health(lang, found.state)) } }
                        td { (when::short(lang, &zone, found.since)) }
                        td { @match found.last_read_at {
                            Some(at) => (when::short(lang, &zone, at)),
                            None => (Phrase::Never.say(lang)),
                        } }
                        td {
                            @if let Some(detail) = &found.detail { bdi dir="auto" { (detail) } }
                            @if found.suspected_gaps > 0 { p.quiet { (words::gaps(lang, found.suspected_gaps)) } }
                        }
                    } } }
                } }
            }
        }
    }
}

fn mood(health: Health) -> &'static str {
    match health {
        Health::Ok => "good",
        Health::Ill => "warn",
        Health::Paused => "bad",
    }
}

fn documents_table(visit: &Visit, documents: &[(DocumentKind, Adopted)]) -> Markup {
    let (lang, zone) = (visit.lang, visit.zone());
    html! {
        section.panel {
            h2 { (Phrase::InForce.say(lang)) }
            @if documents.is_empty() { p.quiet { (Phrase::NothingAdopted.say(lang)) } } @else { div.wide tabindex="0" { table {
                thead { tr {
                    @for head in [Phrase::Document, Phrase::Version, Phrase::Since, Phrase::AdoptedBy] {
                        th scope="col" { (head.say(lang)) }
                    }
                } }
                tbody { @for (kind, adopted) in documents { tr {
                    th scope="row" { (words::document(lang, *kind)) }
                    td { code dir="ltr" { (words::short_hash(&adopted.hash)) } }
                    td { (when::moment(lang, &zone, adopted.at)) }
                    td { @match &adopted.by {
                        Some(name) => bdi { (name) },
                        None => (Phrase::Shipped.say(lang)),
                    } }
                } } }
            } } }
        }
    }
}

fn checkpoint(visit: &Visit, checkpoint: Option<&Checkpoint>) -> Markup {
    let lang = visit.lang;
    html! {
        section.panel {
            h2 { (Phrase::Checkpoint.say(lang)) }
            @match checkpoint {
                Some(found) => {
                    p.quiet { (when::moment(lang, &visit.zone(), found.at)) }
                    pre dir="ltr" { (found.note) }
                }
                None => p.quiet { (Phrase::NoCheckpoint.say(lang)) },
            }
        }
    }
}
