//! What rules: the policy and the calendar that the database holds as adopted.
//!
//! The adopted text is compiled once and kept until another is adopted, here or on another node.
//! A text that does not load acts for nobody: judging and promising wait, reading goes on.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::domain::calendar::Calendar;
use crate::domain::document::Problem;
use crate::domain::judge::Judge;
use crate::domain::policy::{Bundle, NotABundle, Policy};
use crate::store::documents::{self, Adopted, DocumentKind};
use crate::store::{Store, StoreError};

/// The adopted policy and calendar, compiled.
#[derive(Debug)]
pub struct Ruling {
    /// The adopted policy.
    pub policy: Arc<Policy>,
    /// Its judge.
    pub judge: Judge,
    /// The adopted calendar.
    pub calendar: Arc<Calendar>,
}

/// Why nothing can be judged or promised.
#[derive(Debug, thiserror::Error)]
pub enum RulesError {
    /// Nothing was ever adopted.
    #[error("no {0} was adopted yet; `majlis run` adopts the shipped one at its first start")]
    NothingAdopted(&'static str),
    /// The adopted text is refused by this version.
    #[error("the adopted {what} does not load, so nothing is done by it: {}", first(.problems))]
    DoesNotLoad {
        /// Which document.
        what: &'static str,
        /// What is wrong with it.
        problems: Vec<Problem>,
    },
    /// The adopted policy is not a policy's text at all.
    #[error("the adopted policy does not load, so nothing is done by it")]
    NotABundle(#[source] NotABundle),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

fn first(problems: &[Problem]) -> String {
    problems.first().map(ToString::to_string).unwrap_or_default()
}

/// Looks up what rules, and keeps it compiled.
#[derive(Debug, Default)]
pub struct Rules {
    kept: Mutex<Option<Kept>>,
}

#[derive(Debug, Clone)]
struct Kept {
    policy: String,
    calendar: String,
    ruling: Result<Arc<Ruling>, Arc<RulesError>>,
}

impl Rules {
    /// What rules at this moment.
    ///
    /// # Errors
    /// Nothing is adopted, what is adopted does not load, or the store failed.
    pub async fn current(&self, store: &Store) -> Result<Arc<Ruling>, Arc<RulesError>> {
        // The texts are long, and every page and every batch asks.
        let hashes = documents::adopted_hashes(store).await.map_err(|error| Arc::new(error.into()))?;
        if let [Some(policy), Some(calendar)] = &hashes
            && let Some(known) = self.kept().as_ref().filter(|known| known.is_of(policy, calendar))
        {
            return known.ruling.clone();
        }
        let policy = adopted(store, DocumentKind::Policy).await?;
        let calendar = adopted(store, DocumentKind::Calendar).await?;
        let mut kept = self.kept();
        match &*kept {
            Some(known) if known.is_of(&policy.hash, &calendar.hash) => known.ruling.clone(),
            _ => {
                let ruling = compile(&policy, &calendar).map(Arc::new).map_err(Arc::new);
                *kept = Some(Kept { policy: policy.hash, calendar: calendar.hash, ruling: ruling.clone() });
                ruling
            }
        }
    }

    fn kept(&self) -> MutexGuard<'_, Option<Kept>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Kept {
    fn is_of(&self, policy: &str, calendar: &str) -> bool {
        self.policy == policy && self.calendar == calendar
    }
}

async fn adopted(store: &Store, kind: DocumentKind) -> Result<Adopted, Arc<RulesError>> {
    match documents::adopted(store, kind).await {
        Ok(Some(adopted)) => Ok(adopted),
        Ok(None) => Err(Arc::new(RulesError::NothingAdopted(kind.as_str()))),
        Err(error) => Err(Arc::new(RulesError::Store(error))),
    }
}

fn compile(policy: &Adopted, calendar: &Adopted) -> Result<Ruling, RulesError> {
    let bundle = Bundle::from_text(&policy.text).map_err(RulesError::NotABundle)?;
    let refused = |what: &'static str| move |problems| RulesError::DoesNotLoad { what, problems };
    let policy = Policy::parse(&bundle).map_err(refused("policy"))?;
    let calendar = Calendar::parse("calendar.toml", &calendar.text).map_err(refused("calendar"))?;
    Ok(Ruling { judge: Judge::new(&policy), policy: Arc::new(policy), calendar: Arc::new(calendar) })
}
