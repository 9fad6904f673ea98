//! Routing: which team a comment goes to when a promise to it begins. The first rule that fits wins.

use super::comment::Platform;
use super::holder::{Holder, TeamId};
use super::judge::{Kind, is_whole_word};
use super::lang::Lang;
use super::policy::Language;
use super::text::fold;

/// A team that comments can be given to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Team {
    /// Its name in configuration, columns and logs.
    pub id: TeamId,
    /// What people call it, in Arabic.
    pub ar: String,
    /// What people call it, in English.
    pub en: String,
}

/// A rule. What it does not name fits.
#[derive(Debug, Clone)]
pub struct Route {
    kinds: Vec<Kind>,
    platforms: Vec<Platform>,
    /// Folded, with the language whose particles and endings may stand at its words.
    phrases: Vec<(String, Language)>,
    team: TeamId,
}

/// The teams, and the rules by which they are given comments.
#[derive(Debug, Clone, Default)]
pub struct Routing {
    /// In the order of the file.
    pub teams: Vec<Team>,
    /// In the order of the file.
    pub routes: Vec<Route>,
}

impl Team {
    /// What people call it.
    pub fn name(&self, lang: Lang) -> &str {
        lang.pick(&self.ar, &self.en)
    }
}

impl Route {
    /// A rule for these kinds, platforms and phrases; none of a sort stands for all. Phrases are whole words, however they
    /// are disguised, behind Arabic particles and before endings.
    pub fn new(kinds: Vec<Kind>, platforms: Vec<Platform>, phrases: &[String], team: TeamId) -> Self {
        let phrases = phrases.iter().map(|phrase| (fold(phrase).view.text().to_owned(), language(phrase)));
        Self { kinds, platforms, phrases: phrases.collect(), team }
    }

    /// Whether a phrase has letters that could be found in a text.
    pub fn is_phrase(phrase: &str) -> bool {
        !fold(phrase).view.text().trim().is_empty()
    }
}

impl Routing {
    /// Whose a comment is first: the team of the first rule that fits, or nobody's.
    pub fn holder(&self, platform: Platform, kind: Kind, text: &str) -> Holder {
        let of_this_sort = |route: &&Route| {
            (route.kinds.is_empty() || route.kinds.contains(&kind))
                && (route.platforms.is_empty() || route.platforms.contains(&platform))
        };
        let view = self.routes.iter().any(|route| !route.phrases.is_empty()).then(|| fold(text).view);
        let says = |(phrase, language): &(String, Language)| {
            view.as_ref().is_some_and(|view| {
                let mut found = view.text().match_indices(phrase.as_str());
                found.any(|(at, _)| is_whole_word(view, at..at + phrase.len(), *language))
            })
        };
        let mut fitting = self.routes.iter().filter(of_this_sort);
        let first = fitting.find(|route| route.phrases.is_empty() || route.phrases.iter().any(says));
        first.map_or(Holder::Unassigned, |route| Holder::Team(route.team.clone()))
    }

    /// The team of that name.
    pub fn team(&self, id: &TeamId) -> Option<&Team> {
        self.teams.iter().find(|team| team.id == *id)
    }
}

/// Whose particles and endings a phrase takes, by its letters.
fn language(phrase: &str) -> Language {
    let arabic = phrase.chars().any(|letter| ('\u{600}'..='\u{6FF}').contains(&letter));
    if arabic { Language::Arabic } else { Language::Latin("en") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn team(id: &str) -> Holder {
        Holder::Team(id.parse().unwrap())
    }

    fn route(kinds: &[Kind], platforms: &[Platform], phrases: &[&str], team: &str) -> Route {
        let phrases: Vec<String> = phrases.iter().map(ToString::to_string).collect();
        Route::new(kinds.to_vec(), platforms.to_vec(), &phrases, team.parse().unwrap())
    }

    fn holder(routes: Vec<Route>, kind: Kind, text: &str) -> Holder {
        Routing { teams: Vec::new(), routes }.holder(Platform::X, kind, text)
    }

    #[test]
    fn the_first_rule_that_fits_wins() {
        let routes = || {
            vec![
                route(&[Kind::Complaint], &[], &[], "complaints"),
                route(&[], &[Platform::Facebook], &[], "pages"),
                route(&[], &[], &["رسوم", "fee"], "fees"),
                route(&[Kind::Question], &[], &[], "questions"),
            ]
        };
        assert_eq!(holder(routes(), Kind::Complaint, "كم الرسوم؟"), team("complaints"));
        assert_eq!(holder(routes(), Kind::Question, "كم الرسوم؟"), team("fees"));
        assert_eq!(holder(routes(), Kind::Question, "متى تفتحون؟"), team("questions"));
        assert_eq!(holder(routes(), Kind::Suggestion, "افتحوا مبكرا"), Holder::Unassigned);
    }

    #[test]
    fn a_phrase_is_whole_words_however_they_are_written() {
        let fees = |text: &str| holder(vec![route(&[], &[], &["رسوم", "fee"], "fees")], Kind::Question, text);
        for text in ["كم رسُـوم النقل", "والرسوم؟", "Which FEES apply?", "the fee"] {
            assert_eq!(fees(text), team("fees"), "{text}");
        }
        for text in ["المرسومة", "coffee please", "free of charge"] {
            assert_eq!(fees(text), Holder::Unassigned, "{text}");
        }
    }
}
