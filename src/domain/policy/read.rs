//! A bundle read into a [`Policy`]: every rule that a single key cannot keep by itself.

use std::collections::BTreeSet;

use super::bundle::{POLICY_FILE, SHIPPED_POLICY};
use super::form::PolicyForm;
use super::lexicon::{Entry, Known, read_list};
use super::signs::sign_problems;
use super::{Act, Bundle, Clause, ClauseId, Policy};
use crate::domain::document::{Document, Problem};

pub(super) fn read(bundle: &Bundle) -> Result<Policy, Vec<Problem>> {
    let form = Document::<PolicyForm>::parse_like(POLICY_FILE, bundle.file(POLICY_FILE)?, SHIPPED_POLICY)?;
    let mut problems = Vec::new();
    problems.extend(clause_problems(&form));
    problems.extend(repetition_problem(&form));
    problems.extend(strikes_problem(&form));
    problems.extend(alike_problem(&form));
    let entries = read_lists(bundle, &form, &mut problems);
    if problems.is_empty() {
        // Only complete lists can say which groups there are.
        problems.extend(sign_problems(&form, &entries));
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    let version = bundle.version();
    let PolicyForm { preface, clause, ceiling, repetition, strikes, links, numbers, rule, guard, .. } =
        form.value;
    let mut clauses: Vec<(ClauseId, Clause)> =
        clause.into_iter().map(|form| (form.id, form.into_clause())).collect();
    clauses.sort_by_key(|(id, _)| ClauseId::ALL.iter().position(|known| known == id));
    Ok(Policy {
        version,
        preface,
        clauses: clauses.into_iter().map(|(_, clause)| clause).collect(),
        repetition: repetition.into_repetition(),
        strikes,
        ceiling: ceiling.map(|form| form.hides_per_hour),
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

fn strikes_problem(form: &Document<PolicyForm>) -> Option<Problem> {
    let review_at = form.value.strikes?.review_at;
    (!(0.0..=1.0).contains(&review_at)).then(|| {
        let message = format!(
            "found {review_at}; allowed: a probability from 0.0 to 1.0; for example `review_at = 0.25`"
        );
        form.problem("strikes.review_at", message)
    })
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

fn alike_problem(form: &Document<PolicyForm>) -> Option<Problem> {
    let percent = form.value.repetition.alike_percent;
    (!(50..=100).contains(&percent)).then(|| {
        let message = format!(
            "found {percent}; allowed: 50 to 100, and below 70 different texts begin to pass for the same; for example 70"
        );
        form.problem("repetition.alike_percent", message)
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
