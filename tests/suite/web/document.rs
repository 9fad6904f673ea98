//! The OpenAPI document against the router: every call that it describes is served, nothing else is, and answers look
//! as it says.

use axum::http::{Method, StatusCode};
use majlis::domain::staff::Role;
use serde_json::Value;

use super::{Answer, House};

/// The document as it is served.
async fn document(house: &House) -> Value {
    let answer = house.get("/api/v1/openapi.json").await;
    assert_eq!(answer.status, StatusCode::OK);
    answer.json()
}

/// Every call of the document: its method, path and description.
fn calls(document: &Value) -> Vec<(Method, String, &Value)> {
    let paths = document["paths"].as_object().unwrap();
    let calls = paths.iter().flat_map(|(path, methods)| {
        let methods = methods.as_object().unwrap().iter();
        methods.map(move |(method, call)| (method.to_uppercase().parse().unwrap(), path.clone(), call))
    });
    calls.collect()
}

/// What the document says of this call.
fn call<'a>(document: &'a Value, method: &Method, path: &str) -> &'a Value {
    let fits = |described: &str| {
        let (described, asked) = (described.split('/'), path.split('?').next().unwrap().split('/'));
        described.clone().count() == asked.clone().count()
            && described.zip(asked).all(|(described, asked)| described == asked || described.starts_with('{'))
    };
    let mut calls = calls(document).into_iter();
    calls.find(|(known, described, _)| known == method && fits(described)).unwrap().2
}

/// Fails unless the document says that this call takes this header.
pub(super) async fn must_take(house: &House, method: &Method, path: &str, header: &str) {
    let document = document(house).await;
    let parameters = call(&document, method, path)["parameters"].as_array().cloned().unwrap_or_default();
    let mut names =
        parameters.iter().map(|parameter| resolve(&document, parameter)["name"].as_str().unwrap());
    assert!(
        names.any(|name| name.eq_ignore_ascii_case(header)),
        "{method} {path}: {header} is not documented"
    );
}

/// Fails unless the document says that this call may be answered so.
pub(super) async fn must_describe(house: &House, method: &Method, path: &str, answer: &Answer) {
    let document = document(house).await;
    let call = call(&document, method, path);
    let status = answer.status.as_u16().to_string();
    let described = resolve(&document, &call["responses"][&status]);
    assert!(
        !described.is_null(),
        "{method} {path} answered {status}, which is not documented: {}",
        answer.body
    );
    match described["content"].as_object() {
        None => assert_eq!(answer.body, ""),
        Some(content) => {
            let (kind, form) = content.iter().next().unwrap();
            assert_eq!(answer.header("content-type"), kind);
            if kind.ends_with("json") {
                fit(&document, &form["schema"], &answer.json(), "$");
            }
        }
    }
}

fn resolve<'a>(document: &'a Value, value: &'a Value) -> &'a Value {
    match value["$ref"].as_str() {
        Some(reference) => document.pointer(reference.strip_prefix('#').unwrap()).expect(reference),
        None => value,
    }
}

/// Fails unless `value` has the form that `schema` describes, as far as our document goes.
fn fit(document: &Value, schema: &Value, value: &Value, place: &str) {
    let schema = resolve(document, schema);
    if let Some(choices) = schema["anyOf"].as_array() {
        let [choice, null] = choices.as_slice() else { panic!("{place}: {choices:?}") };
        assert_eq!(null["type"], "null");
        if !value.is_null() {
            fit(document, choice, value, place);
        }
        return;
    }
    if let Some(words) = schema["enum"].as_array() {
        assert!(words.contains(value), "{place} is {value}, not one of {words:?}");
    }
    let kinds = schema["type"].as_array().cloned().unwrap_or_else(|| vec![schema["type"].clone()]);
    let found = match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_i64() => "integer",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    assert!(kinds.iter().any(|kind| kind == found), "{place} is {value}, not {kinds:?}");
    match value {
        Value::Array(items) => {
            items.iter().for_each(|item| fit(document, &schema["items"], item, &format!("{place}[]")));
        }
        Value::Object(fields) if !schema["properties"].is_null() => {
            for name in schema["required"].as_array().unwrap() {
                assert!(fields.contains_key(name.as_str().unwrap()), "{place} lacks {name}");
            }
            for (name, field) in fields {
                let described = &schema["properties"][name];
                assert!(!described.is_null(), "{place}.{name} is not documented");
                fit(document, described, field, &format!("{place}.{name}"));
            }
        }
        _ => {}
    }
}

#[tokio::test]
async fn every_documented_call_is_served() {
    let house = House::open().await;
    let document = document(&house).await;
    assert_eq!(document["openapi"], "3.1.0");
    for (method, path, _) in calls(&document) {
        let path = path.replace("{id}", "1").replace("{month}", "2026-11");
        let answer = house.call(method.clone(), &path, Role::Approver, Some("{}")).await;
        let kind = answer.json_or_null()["type"].clone();
        assert_ne!(kind, "urn:majlis:problem:no-such-route", "{method} {path}");
        assert_ne!(kind, "urn:majlis:problem:no-such-method", "{method} {path}");
        must_describe(&house, &method, &path, &answer).await;
    }
}

#[tokio::test]
async fn a_documented_path_takes_no_method_but_the_documented_ones() {
    let house = House::open().await;
    let document = document(&house).await;
    let calls = calls(&document);
    for (_, path, _) in &calls {
        for method in [Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE] {
            if !calls.iter().any(|(known, described, _)| *known == method && described == path) {
                let answer = house
                    .call(
                        method.clone(),
                        &path.replace("{id}", "1").replace("{month}", "2026-11"),
                        Role::Approver,
                        None,
                    )
                    .await;
                assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED, "{method} {path}");
            }
        }
    }
}

/// The router cannot be asked for its routes, so they are read from its source.
#[tokio::test]
async fn every_route_of_the_router_is_documented() {
    let house = House::open().await;
    let document = document(&house).await;
    let source = include_str!("../../../src/web/api/mod.rs");
    let routes = regex::Regex::new(r#"\.route\("([^"]+)", (get|post)\("#).unwrap();
    let routes: Vec<(&str, &str)> =
        routes.captures_iter(source).map(|found| found.extract().1.into()).collect();
    assert_eq!(
        routes.len(),
        source.matches(".route(").count(),
        "a route is written in a way this test cannot read"
    );
    for (path, method) in &routes {
        assert!(!document["paths"][path][method].is_null(), "{method} {path} is not documented");
    }
    assert_eq!(routes.len(), calls(&document).len());
}

#[tokio::test]
async fn every_call_but_the_document_itself_needs_a_token() {
    let house = House::open().await;
    let document = document(&house).await;
    for (method, path, call) in calls(&document) {
        if call["security"].is_null() {
            let path = format!("/api/v1{}", path.replace("{id}", "1").replace("{month}", "2026-11"));
            let request = axum::http::Request::builder().method(method.clone()).uri(&path);
            let answer = house.send(request.body(axum::body::Body::empty()).unwrap()).await;
            assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{method} {path}");
            assert!(answer.header("www-authenticate").starts_with("Bearer"));
        }
    }
}

impl Answer {
    /// The body as JSON; null where there is none.
    fn json_or_null(&self) -> Value {
        if self.body.is_empty() { Value::Null } else { self.json() }
    }
}
