//! Posts by their ids, and users.

use serde_json::{Value, json};

use super::post::find;
use super::problem::{self, Outcome, Problem};
use super::vocabulary::{About, Shown};
use super::{Asked, HERE, render};
use crate::sandbox::call::Answer;
use crate::sandbox::world::World;

/// Who the token's user is.
pub(super) fn me(world: &mut World, asked: &Asked<'_>) -> Outcome<Answer> {
    let shown = Shown::asked(&asked.call.query, About::Users, &[])?;
    Ok(Answer::ok(json!({"data": render::user(world.us(HERE), &shown)})))
}

/// A user by handle; only we can be found.
pub(super) fn by_username(world: &mut World, asked: &Asked<'_>) -> Outcome<Answer> {
    let shown = Shown::asked(&asked.call.query, About::Users, &[])?;
    let us = world.us(HERE);
    Ok(Answer::ok(match us.handle.eq_ignore_ascii_case(asked.id) {
        true => json!({"data": render::user(us, &shown)}),
        false => json!({"errors": [problem::missing("user", "username", asked.id)]}),
    }))
}

/// Posts by their ids; what is not there stands in `errors`.
pub(super) fn lookup(world: &mut World, asked: &Asked<'_>) -> Outcome<Answer> {
    let params = &asked.call.query;
    let shown = Shown::asked(params, About::Posts, &["ids"])?;
    let ids = params.list("ids");
    if ids.is_empty() || ids.len() > 100 {
        let message = format!(
            "The number of values in the `ids` query parameter list [{}] is not between 1 and 100",
            ids.len()
        );
        return Err(Problem::invalid("ids", params.get("ids").unwrap_or_default(), message));
    }
    let mut errors = Vec::new();
    let mut items = Vec::new();
    for id in ids {
        check_id("ids", id)?;
        match find(world, id, asked.now) {
            Some(item) => items.push(item),
            None => errors.push(problem::missing("tweet", "ids", id)),
        }
    }
    let mut body = render::posts(world, &items, &shown, asked.now);
    if !errors.is_empty() {
        body.insert("errors".into(), Value::Array(errors));
    }
    Ok(Answer::ok(Value::Object(body)))
}

/// One post by its id.
pub(super) fn one(world: &mut World, asked: &Asked<'_>) -> Outcome<Answer> {
    let shown = Shown::asked(&asked.call.query, About::Posts, &[])?;
    check_id("id", asked.id)?;
    let Some(item) = find(world, asked.id, asked.now) else {
        return Ok(Answer::ok(json!({"errors": [problem::missing("tweet", "id", asked.id)]})));
    };
    let mut body = render::posts(world, &[item], &shown, asked.now);
    if let Some(Value::Array(data)) = body.remove("data") {
        body.extend(data.into_iter().map(|post| ("data".to_owned(), post)));
    }
    Ok(Answer::ok(Value::Object(body)))
}

/// An id as X writes it: 1 to 19 digits.
pub(super) fn check_id(parameter: &str, id: &str) -> Outcome<u64> {
    let fits = (1..=19).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_digit());
    id.parse().ok().filter(|_| fits).ok_or_else(|| {
        let message = format!("The `{parameter}` query parameter value [{id}] is not valid: ^[0-9]{{1,19}}$");
        Problem::invalid(parameter, id, message)
    })
}
