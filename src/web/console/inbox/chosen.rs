//! Which list of comments an address asks for, and the address of a list.

use std::str::FromStr;

use jiff::{Timestamp, ToSpan};
use serde::Deserialize;

use crate::domain::comment::{Platform, SourceId};
use crate::domain::holder::Holder;
use crate::domain::judge::Kind;
use crate::domain::policy::ClauseId;
use crate::domain::reply::Language;
use crate::store::comments::{ListFilter, ListKey, ListState};

use super::super::link::link;
use super::super::visit::Visit;
use super::PATH;

/// An address's query. A word that names nothing asks for nothing: an old link still opens a list.
#[derive(Debug, Default, Deserialize)]
pub(in super::super) struct Asked {
    state: Option<String>,
    platform: Option<String>,
    source: Option<String>,
    kind: Option<String>,
    clause: Option<String>,
    language: Option<String>,
    holder: Option<String>,
    due: Option<String>,
    q: Option<String>,
    after: Option<String>,
}

/// Which list.
#[derive(Debug, Clone, Default, PartialEq)]
pub(in super::super) struct Chosen {
    pub state: ListState,
    pub platform: Option<Platform>,
    pub source: Option<SourceId>,
    pub kind: Option<Kind>,
    pub clause: Option<ClauseId>,
    pub language: Option<Language>,
    pub holder: Option<Holder>,
    pub due: Option<DueBy>,
    pub words: Option<String>,
    pub after: Option<ListKey>,
}

/// By when an answer is due, told by the calendar's wall clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum DueBy {
    Now,
    Today,
    Tomorrow,
    Week,
}

impl DueBy {
    pub(in super::super) const ALL: [DueBy; 4] = [DueBy::Now, DueBy::Today, DueBy::Tomorrow, DueBy::Week];

    pub(in super::super) fn as_str(self) -> &'static str {
        match self {
            DueBy::Now => "now",
            DueBy::Today => "today",
            DueBy::Tomorrow => "tomorrow",
            DueBy::Week => "week",
        }
    }

    /// The instant before which it is due.
    fn before(self, visit: &Visit) -> Timestamp {
        let days = match self {
            DueBy::Now => return visit.now,
            DueBy::Today => 1,
            DueBy::Tomorrow => 2,
            DueBy::Week => 7,
        };
        let today = visit.now.to_zoned_datetime(visit.zone()).start_of_day();
        let end = today.and_then(|today| today.checked_add(days.days()));
        end.map_or(visit.now, |end| end.timestamp())
    }
}

impl From<Asked> for Chosen {
    fn from(asked: Asked) -> Self {
        fn read<T: FromStr>(word: Option<&String>) -> Option<T> {
            word?.parse().ok()
        }
        let named = |word: Option<String>| word.filter(|word| !word.trim().is_empty());
        let due = |word: &String| DueBy::ALL.into_iter().find(|due| due.as_str() == word);
        Chosen {
            state: read(asked.state.as_ref()).unwrap_or_default(),
            platform: read(asked.platform.as_ref()),
            source: named(asked.source).map(SourceId),
            kind: read(asked.kind.as_ref()),
            clause: read(asked.clause.as_ref()),
            language: read(asked.language.as_ref()),
            holder: read(asked.holder.as_ref()),
            due: asked.due.as_ref().and_then(due),
            words: named(asked.q),
            after: read(asked.after.as_ref()),
        }
    }
}

impl Chosen {
    /// What the store is asked for, so many rows at most.
    pub(in super::super) fn filter(&self, visit: &Visit, limit: u32) -> ListFilter {
        ListFilter {
            state: self.state,
            platform: self.platform,
            source: self.source.clone(),
            kind: self.kind,
            clause: self.clause,
            holder: self.holder.clone(),
            language: self.language,
            due_before: self.due.map(|due| due.before(visit)),
            due_from: None,
            words: self.words.clone(),
            limit,
            after: self.after,
        }
    }

    /// Whether anything but the state narrows the list.
    pub(in super::super) fn is_narrowed(&self) -> bool {
        *self != Chosen { state: self.state, after: self.after, ..Chosen::default() }
    }

    /// Whether something is chosen that stands among the filters.
    pub(in super::super) fn has_filters(&self) -> bool {
        *self
            != Chosen { state: self.state, words: self.words.clone(), after: self.after, ..Chosen::default() }
    }

    /// The same list, its state apart, from its top.
    pub(in super::super) fn in_state(&self, state: ListState) -> Chosen {
        Chosen { state, after: None, ..self.clone() }
    }

    /// Each thing that is asked for, by the name that it has in an address; `after` is left to [`Chosen::address`].
    pub(in super::super) fn pairs(&self) -> Vec<(&'static str, String)> {
        let mut pairs = vec![("state", self.state.as_str().to_owned())];
        pairs.extend(self.platform.map(|platform| ("platform", platform.as_str().to_owned())));
        pairs.extend(self.source.as_ref().map(|source| ("source", source.0.clone())));
        pairs.extend(self.kind.map(|kind| ("kind", kind.as_str().to_owned())));
        pairs.extend(self.clause.map(|clause| ("clause", clause.as_str().to_owned())));
        pairs.extend(self.language.map(|language| ("language", language.as_str().to_owned())));
        pairs.extend(self.holder.as_ref().map(|holder| ("holder", holder.to_string())));
        pairs.extend(self.due.map(|due| ("due", due.as_str().to_owned())));
        pairs.extend(self.words.as_ref().map(|words| ("q", words.clone())));
        pairs
    }

    /// The address of this list, going on after `after`.
    pub(in super::super) fn address(&self, after: Option<ListKey>) -> String {
        let mut pairs = self.pairs();
        pairs.extend(after.map(|after| ("after", after.to_string())));
        let pairs: Vec<(&str, &str)> = pairs.iter().map(|(name, value)| (*name, value.as_str())).collect();
        link(PATH, &pairs)
    }
}
