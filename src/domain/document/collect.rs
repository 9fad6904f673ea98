//! Several problems from one document, although a deserializer stops at the first.
//!
//! Each problem is noted and mended: the model's value stands in for what was wrong or missing, or, where it
//! has none, the key or list element is left out. Then the document is read again. What goes wrong in a table
//! that was mended inside may be an echo of the mending, so it is mended in turn and not told.

use std::collections::BTreeMap;

use serde::de::DeserializeOwned;
use serde_path_to_error::Segment;
use toml::{Table, Value};

use super::words::{self, Found};
use super::{Path, Place, Problem, Side, Step};

/// What stands at a path in place of what was found there.
#[derive(Debug, Clone)]
enum Mend {
    StandIn(Value),
    LeftOut,
}

/// Reads `tree` into a type; `place` tells where a path stands.
///
/// # Errors
/// Every problem that can be told apart, in the order of the text.
pub(crate) fn collect<T: DeserializeOwned>(
    tree: &Table,
    model: &Table,
    place: impl Fn(&Path, Side) -> Place,
) -> Result<T, Vec<Problem>> {
    let mut problems = Vec::new();
    let mut mends: BTreeMap<Path, Mend> = BTreeMap::new();
    loop {
        let mended = mend(tree, &mends);
        let error = match serde_path_to_error::deserialize(Value::Table(mended)) {
            Ok(value) if problems.is_empty() => return Ok(value),
            Ok(_) => break,
            Err(error) => error,
        };
        let read = Path(error.path().iter().map_while(step).collect());
        let (path, message) = words::subject(&in_document(read, &mends), error.inner());
        if !mends.keys().any(|mended| path.covers(mended)) {
            let found = Found { value: look(tree, &path), model: example(model, &path) };
            let side = if words::is_about_a_key(&message) { Side::Key } else { Side::Value };
            problems.push(Problem {
                place: place(&path, side),
                key: path.to_string(),
                message: words::remedy(&message, &path, &found),
            });
        }
        if !set_aside(tree, model, &path, &mut mends) {
            break;
        }
    }
    problems.sort_by_key(|problem| match &problem.place {
        Place::Text { line, column, .. } => (*line, *column, problem.key.clone()),
        Place::Whole(_) => (usize::MAX, 0, problem.key.clone()),
    });
    Err(problems)
}

/// The tree with every mend made. Children sort after their parents and later elements after earlier ones,
/// so from the last to the first no mend moves what another one names.
fn mend(tree: &Table, mends: &BTreeMap<Path, Mend>) -> Table {
    let mut root = Value::Table(tree.clone());
    for (path, mend) in mends.iter().rev() {
        let Some((last, above)) = path.0.split_last() else { continue };
        match (above.iter().try_fold(&mut root, look_mut), last, mend) {
            (Some(Value::Table(table)), Step::Key(key), Mend::StandIn(value)) => {
                table.insert(key.clone(), value.clone());
            }
            (Some(Value::Table(table)), Step::Key(key), Mend::LeftOut) => {
                table.remove(key);
            }
            (Some(Value::Array(items)), Step::Index(index), Mend::StandIn(value)) if *index < items.len() => {
                items[*index] = value.clone();
            }
            (Some(Value::Array(items)), Step::Index(index), Mend::LeftOut) if *index < items.len() => {
                items.remove(*index);
            }
            _ => {}
        }
    }
    match root {
        Value::Table(table) => table,
        _ => unreachable!("no mend replaces the root"),
    }
}

/// Mends what is wrong at `path`, or else what holds it; `false` where only the whole document is left.
fn set_aside(tree: &Table, model: &Table, path: &Path, mends: &mut BTreeMap<Path, Mend>) -> bool {
    let Some(above) = path.parent() else { return false };
    let there = look(tree, path).is_some();
    match (mends.get(path), example(model, path)) {
        (None, Some(value)) => {
            mends.insert(path.clone(), Mend::StandIn(value.clone()));
            true
        }
        (None | Some(Mend::StandIn(_)), _) => {
            mends.insert(path.clone(), Mend::LeftOut);
            there || set_aside(tree, model, &above, mends)
        }
        (Some(Mend::LeftOut), _) => set_aside(tree, model, &above, mends),
    }
}

/// The path in the document for one in the mended tree, where elements left out are not counted.
fn in_document(read: Path, mends: &BTreeMap<Path, Mend>) -> Path {
    read.0.into_iter().fold(Path::default(), |above, step| {
        let Step::Index(mut index) = step else { return above.with(step) };
        for (path, mend) in mends {
            let sibling = path.parent().as_ref() == Some(&above);
            if let (true, Mend::LeftOut, Some(Step::Index(gone))) = (sibling, mend, path.0.last()) {
                index += usize::from(*gone <= index);
            }
        }
        above.with(Step::Index(index))
    })
}

fn step(segment: &Segment) -> Option<Step> {
    match segment {
        Segment::Map { key } => Some(Step::Key(key.clone())),
        Segment::Seq { index } => Some(Step::Index(*index)),
        Segment::Enum { .. } | Segment::Unknown => None,
    }
}

fn look<'a>(tree: &'a Table, path: &Path) -> Option<&'a Value> {
    let (Step::Key(first), rest) = path.0.split_first()? else { return None };
    rest.iter().try_fold(tree.get(first)?, |value, step| match step {
        Step::Key(key) => value.get(key),
        Step::Index(index) => value.get(index),
    })
}

fn look_mut<'a>(value: &'a mut Value, step: &Step) -> Option<&'a mut Value> {
    match step {
        Step::Key(key) => value.get_mut(key),
        Step::Index(index) => value.get_mut(index),
    }
}

/// What the model has at `path`, whichever of its list elements has it first.
fn example<'a>(model: &'a Table, path: &Path) -> Option<&'a Value> {
    fn within<'a>(value: &'a Value, steps: &[Step]) -> Option<&'a Value> {
        match (steps.split_first(), value) {
            (None, _) => Some(value),
            (Some((Step::Key(key), rest)), _) => within(value.get(key)?, rest),
            (Some((Step::Index(_), rest)), Value::Array(items)) => {
                items.iter().find_map(|item| within(item, rest))
            }
            (Some((Step::Index(_), _)), _) => None,
        }
    }
    let (Step::Key(first), rest) = path.0.split_first()? else { return None };
    within(model.get(first)?, rest)
}
