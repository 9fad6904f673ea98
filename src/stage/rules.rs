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
    pub judge: Arc<Judge>,
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
    #[error("the {what} does not load, so nothing is done by it: {}", first(.problems))]
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

/// A policy that does not rule, compiled.
#[derive(Debug)]
pub struct Other {
    /// The policy.
    pub policy: Policy,
    /// Its judge.
    pub judge: Judge,
}

/// Looks up what rules, and keeps it compiled.
#[derive(Debug, Default)]
pub struct Rules {
    kept: Mutex<Option<Kept>>,
    other: Mutex<Option<(String, Arc<Other>)>>,
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

    /// The policy with this hash, kept until another is asked for.
    ///
    /// # Errors
    /// It does not load, or the store failed.
    pub async fn by_hash(&self, store: &Store, hash: &str) -> Result<Arc<Other>, RulesError> {
        let kept = || self.other.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((known, other)) = &*kept()
            && known == hash
        {
            return Ok(other.clone());
        }
        let text = documents::text(store, DocumentKind::Policy, hash).await?;
        let text = text.ok_or(RulesError::NothingAdopted("policy"))?;
        let (policy, judge) = judge("policy in shadow", &text)?;
        let other = Arc::new(Other { policy, judge });
        *kept() = Some((hash.to_owned(), other.clone()));
        Ok(other)
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
    let (policy, judge) = judge("adopted policy", &policy.text)?;
    let calendar = Calendar::parse("calendar.toml", &calendar.text);
    let calendar =
        calendar.map_err(|problems| RulesError::DoesNotLoad { what: "adopted calendar", problems })?;
    Ok(Ruling { judge: Arc::new(judge), policy: Arc::new(policy), calendar: Arc::new(calendar) })
}

fn judge(what: &'static str, text: &str) -> Result<(Policy, Judge), RulesError> {
    let bundle = Bundle::from_text(text).map_err(RulesError::NotABundle)?;
    let policy = Policy::parse(&bundle).map_err(|problems| RulesError::DoesNotLoad { what, problems })?;
    let judge = Judge::new(&policy);
    Ok((policy, judge))
}
