//! A bundle read into a [`Policy`]: every rule that a single key cannot keep by itself.

use std::collections::BTreeSet;

use super::bundle::{POLICY_FILE, SHIPPED_POLICY};
use super::form::PolicyForm;
use super::lexicon::{Entry, Known, Meaning, read_list};
use super::{Act, Bundle, Clause, ClauseId, Policy, Sign};
use crate::domain::document::{Document, Problem};

/// Groups that the program itself looks for, to tell what kind of comment one is (`domain::judge::kind`).
const KIND_GROUPS: [&str; 7] =
    ["question", "complaint", "suggestion", "wish", "praise", "opinion", "contrast"];

pub(super) fn read(bundle: &Bundle) -> Result<Policy, Vec<Problem>> {
    let form = Document::<PolicyForm>::parse_like(POLICY_FILE, bundle.file(POLICY_FILE)?, SHIPPED_POLICY)?;
    let mut problems = Vec::new();
    problems.extend(clause_problems(&form));
    problems.extend(repetition_problem(&form));
    let entries = read_lists(bundle, &form, &mut problems);
    if problems.is_empty() {
        // Only complete lists can say which groups there are.
        problems.extend(sign_problems(&form, &entries));
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    let version = bundle.version();
    let PolicyForm { preface, clause, repetition, links, numbers, rule, guard, .. } = form.value;
    let mut clauses: Vec<(ClauseId, Clause)> =
        clause.into_iter().map(|form| (form.id, form.into_clause())).collect();
    clauses.sort_by_key(|(id, _)| ClauseId::ALL.iter().position(|known| known == id));
    Ok(Policy {
        version,
        preface,
        clauses: clauses.into_iter().map(|(_, clause)| clause).collect(),
        repetition: repetition.into_repetition(),
        links,
        numbers,
        entries,
        rules: rule,
        guards: guard,
    })
}

/// Every clause stands once, and none that needs a person's judgement is hidden for by machine.
fn clause_problems(form: &Document<PolicyForm>) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut seen = BTreeSet::new();
    for (number, clause) in form.value.clause.iter().enumerate() {
        if !seen.insert(clause.id) {
            let message = format!("the clause `{}` stands twice; take one of them out", clause.id);
            problems.push(form.problem(&format!("clause[{number}].id"), message));
        }
        if clause.act == Act::Hide && !clause.id.may_hide_by_machine() {
            let message = format!(
                "found \"hide\" for `{}`; a machine may not hide for this clause, because it takes a person to judge it; \
                 write \"review\"",
                clause.id
            );
            problems.push(form.problem(&format!("clause[{number}].act"), message));
        }
    }
    for missing in ClauseId::ALL.into_iter().filter(|id| !seen.contains(id)) {
        let message = format!(
            "the clause `{missing}` is missing; all thirteen must stand; add a [[clause]] with id = \"{missing}\""
        );
        problems.push(form.problem("clause", message));
    }
    problems
}

fn repetition_problem(form: &Document<PolicyForm>) -> Option<Problem> {
    let repetition = &form.value.repetition;
    (repetition.hide_at < repetition.review_at).then(|| {
        let message = format!(
            "found {}, below review_at = {}; hiding takes at least as many repeats as review; write {} or more",
            repetition.hide_at, repetition.review_at, repetition.review_at
        );
        form.problem("repetition.hide_at", message)
    })
}

fn read_lists(bundle: &Bundle, form: &Document<PolicyForm>, problems: &mut Vec<Problem>) -> Vec<Entry> {
    let mut entries = Vec::new();
    let mut known = Known::default();
    let mut seen = BTreeSet::new();
    for (number, name) in form.value.lexicon.files.iter().enumerate() {
        if !seen.insert(name) {
            let message = format!("the list `{}` is named twice; take one of them out", name.as_str());
            problems.push(form.problem(&format!("lexicon.files[{number}]"), message));
            continue;
        }
        match bundle.file(name.as_str()).and_then(|text| read_list(name.as_str(), text, &mut known)) {
            Ok(read) => entries.extend(read),
            Err(found) => problems.extend(found),
        }
    }
    for name in bundle.files().keys().filter(|name| *name != POLICY_FILE) {
        if !seen.iter().any(|listed| listed.as_str() == name) {
            let message =
                format!("the bundle holds `{name}`, which is not named here; name it or leave it out");
            problems.push(form.problem("lexicon.files", message));
        }
    }
    entries
}

/// Every sign that a rule or guard speaks of can occur, every group serves one, and the groups of kinds are there.
fn sign_problems(form: &Document<PolicyForm>, entries: &[Entry]) -> Vec<Problem> {
    let groups: BTreeSet<&str> = entries
        .iter()
        .filter_map(|entry| match &entry.meaning {
            Meaning::Belongs(group) => Some(group.as_str()),
            Meaning::Breaks(..) => None,
        })
        .collect();
    let mut problems = Vec::new();
    let mut used: BTreeSet<&str> = KIND_GROUPS.into();
    let mut check = |path: String, sign: &'_ Sign| {
        if let Sign::Group(name) = sign
            && !groups.contains(name.as_str())
        {
            let known: Vec<&str> = groups.iter().copied().collect();
            let message = format!("no word list has a group `{name}`; the groups are: {}", known.join(", "));
            problems.push(form.problem(&path, message));
        }
    };
    for (number, rule) in form.value.rule.iter().enumerate() {
        for (part, signs) in rule.all.iter().enumerate() {
            signs.iter().for_each(|sign| check(format!("rule[{number}].all[{part}]"), sign));
        }
        rule.unless.iter().for_each(|sign| check(format!("rule[{number}].unless"), sign));
    }
    for (number, guard) in form.value.guard.iter().enumerate() {
        guard.signs.iter().for_each(|sign| check(format!("guard[{number}].signs"), sign));
        guard.unless.iter().for_each(|sign| check(format!("guard[{number}].unless"), sign));
    }
    let rules = form.value.rule.iter().flat_map(|rule| rule.all.iter().flatten().chain(&rule.unless));
    let guards = form.value.guard.iter().flat_map(|guard| guard.signs.iter().chain(&guard.unless));
    used.extend(rules.chain(guards).filter_map(|sign| match sign {
        Sign::Group(name) => Some(name.as_str()),
        Sign::Pattern(_) => None,
    }));
    for idle in groups.difference(&used) {
        problems.push(form.problem(
            "rule",
            format!("no rule or guard speaks of the group `{idle}`; name it in one or take its words out"),
        ));
    }
    for (number, rule) in form.value.rule.iter().enumerate() {
        if rule.all.is_empty() || rule.all.iter().any(BTreeSet::is_empty) {
            let message = "a rule needs at least one list of signs, and no list may be empty; for example [[\"selling\"], [\"phone\"]]";
            problems.push(form.problem(&format!("rule[{number}].all"), message));
        }
    }
    problems
}
