//! Signs that rules and guards speak of: every one can occur, and no word is listed in vain.

use std::collections::BTreeSet;

use super::form::PolicyForm;
use super::lexicon::{Entry, Meaning};
use super::{Pattern, Rule, Sign};
use crate::domain::document::{Document, Problem};

/// Groups that the program itself looks for, to tell what kind of comment one is (`domain::judge::kind`).
const KIND_GROUPS: [&str; 8] =
    ["question", "complaint", "grievance", "suggestion", "wish", "praise", "opinion", "greeting"];

/// The judge holds a set of signs in 128 bits, one for each group and pattern.
const MOST_GROUPS: usize = 128 - Pattern::ALL.len();

/// What is wrong between the rules and guards of `form` and the word lists, once both are read.
pub(super) fn sign_problems(form: &Document<PolicyForm>, entries: &[Entry]) -> Vec<Problem> {
    let groups: BTreeSet<&str> = entries
        .iter()
        .filter_map(|entry| match &entry.meaning {
            Meaning::Belongs(group) => Some(group.as_str()),
            Meaning::Breaks(..) => None,
        })
        .collect();
    let spoken_of = spoken_of(form);
    let mut problems: Vec<Problem> =
        form.value.rule.iter().enumerate().filter_map(|(at, rule)| empty(form, at, rule)).collect();
    problems.extend(spoken_of.iter().filter_map(|(path, sign)| match sign {
        Sign::Group(name) if !groups.contains(name.as_str()) => {
            let known: Vec<&str> = groups.iter().copied().collect();
            let message = format!("no word list has a group `{name}`; the groups are: {}", known.join(", "));
            Some(form.problem(path, message))
        }
        _ => None,
    }));
    for kind in KIND_GROUPS.into_iter().filter(|kind| !groups.contains(kind)) {
        let message = format!(
            "no word list has the group `{kind}`, by which kinds of comments are told; add its words"
        );
        problems.push(form.problem("lexicon.files", message));
    }
    let used = spoken_of.iter().filter_map(|(_, sign)| match sign {
        Sign::Group(name) => Some(name.as_str()),
        Sign::Pattern(_) => None,
    });
    let used: BTreeSet<&str> = used.chain(KIND_GROUPS).collect();
    for idle in groups.difference(&used) {
        let message =
            format!("no rule or guard speaks of the group `{idle}`; name it in one or take its words out");
        problems.push(form.problem("rule", message));
    }
    if groups.len() > MOST_GROUPS {
        let message =
            format!("the word lists have {} groups; {MOST_GROUPS} are allowed; merge some", groups.len());
        problems.push(form.problem("lexicon.files", message));
    }
    problems
}

/// Every sign that a rule or guard names, with the path of its key.
fn spoken_of(form: &Document<PolicyForm>) -> Vec<(String, &Sign)> {
    let mut signs = Vec::new();
    for (at, rule) in form.value.rule.iter().enumerate() {
        for (part, all) in rule.all.iter().enumerate() {
            signs.extend(all.iter().map(|sign| (format!("rule[{at}].all[{part}]"), sign)));
        }
        signs.extend(rule.unless.iter().map(|sign| (format!("rule[{at}].unless"), sign)));
    }
    for (at, guard) in form.value.guard.iter().enumerate() {
        signs.extend(guard.signs.iter().map(|sign| (format!("guard[{at}].signs"), sign)));
        signs.extend(guard.unless.iter().map(|sign| (format!("guard[{at}].unless"), sign)));
    }
    signs
}

/// A rule that asks for nothing would apply to everything, and one that asks for one of none to nothing.
fn empty(form: &Document<PolicyForm>, at: usize, rule: &Rule) -> Option<Problem> {
    (rule.all.is_empty() || rule.all.iter().any(BTreeSet::is_empty)).then(|| {
        let message = "a rule needs at least one list of signs, and no list may be empty; \
                       for example [[\"selling\"], [\"phone\"]]";
        form.problem(&format!("rule[{at}].all"), message)
    })
}
