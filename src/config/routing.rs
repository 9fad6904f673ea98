//! `[[team]]` and `[[route]]`: the teams, and which of them a comment goes to first.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};

use super::layers::Layers;
use super::notes::Notes;
use crate::domain::comment::Platform;
use crate::domain::holder::TeamId;
use crate::domain::judge::Kind;
use crate::domain::lang::Bilingual;
use crate::domain::routing::{Route, Routing, Team};

/// `[[team]]` as it is written.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TeamFile {
    /// Its name in rules and commands.
    pub id: TeamId,
    /// What people call it.
    pub name: Bilingual,
}

/// `[[route]]` as it is written.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RouteFile {
    /// Only of these kinds.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub kinds: Vec<Kind>,
    /// Only on these platforms.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub platforms: Vec<Platform>,
    /// Only with one of these words or phrases.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub phrases: Vec<String>,
    /// The team that it goes to.
    pub team: TeamId,
}

pub(super) fn resolve(
    teams: &[TeamFile],
    routes: &[RouteFile],
    layers: &Layers,
    notes: &mut Notes,
) -> Routing {
    let mut refuse = |key: String, message: String| notes.problems.push(layers.problem(&key, message));
    let mut known: HashSet<&TeamId> = HashSet::new();
    for (index, team) in teams.iter().enumerate() {
        if !known.insert(&team.id) {
            let message = format!("found \"{}\" a second time; give each team its own id", team.id);
            refuse(format!("team[{index}].id"), message);
        }
        for (language, name) in [("ar", &team.name.ar), ("en", &team.name.en)] {
            if name.trim().is_empty() {
                let message = "found no words; say what people call the team in this language too".to_owned();
                refuse(format!("team[{index}].name.{language}"), message);
            }
        }
    }
    let mut rest_is_reached = true;
    for (index, route) in routes.iter().enumerate() {
        if !known.contains(&route.team) {
            refuse(format!("route[{index}].team"), unknown(&route.team, teams));
        }
        for (at, phrase) in route.phrases.iter().enumerate() {
            if !Route::is_phrase(phrase) {
                let message = format!(
                    "found \"{phrase}\", in which there is no letter to look for; write a word or a phrase"
                );
                refuse(format!("route[{index}].phrases[{at}]"), message);
            }
        }
        for (at, kind) in route.kinds.iter().enumerate().filter(|(_, kind)| !kind.is_owed_a_reply()) {
            let message = format!(
                "found \"{kind}\", which is owed no reply, so it goes to nobody; allowed are question, complaint and suggestion"
            );
            refuse(format!("route[{index}].kinds[{at}]"), message);
        }
        if !rest_is_reached {
            let message =
                "is never reached: a route before it takes every comment; move it up or take it out";
            refuse(format!("route[{index}]"), message.to_owned());
        }
        rest_is_reached &=
            !(route.kinds.is_empty() && route.platforms.is_empty() && route.phrases.is_empty());
    }
    let team =
        |team: &TeamFile| Team { id: team.id.clone(), ar: team.name.ar.clone(), en: team.name.en.clone() };
    let route = |route: &RouteFile| {
        Route::new(route.kinds.clone(), route.platforms.clone(), &route.phrases, route.team.clone())
    };
    Routing { teams: teams.iter().map(team).collect(), routes: routes.iter().map(route).collect() }
}

fn unknown(team: &TeamId, teams: &[TeamFile]) -> String {
    let known: Vec<&str> = teams.iter().map(|team| team.id.as_str()).collect();
    match known[..] {
        [] => format!(
            "found \"{team}\", and there is no team; add a [[team]] with id = \"{team}\" and its name"
        ),
        _ => format!(
            "found \"{team}\"; there are: {}; correct it, or add a [[team]] with id = \"{team}\"",
            known.join(", ")
        ),
    }
}
