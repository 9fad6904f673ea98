//! Judging the week's sample: blind until the answer, once, and to be seen in the reports.

use axum::http::header::LOCATION;
use axum::http::{Method, StatusCode};
use jiff::civil::date;
use majlis::domain::comment::Visibility;
use majlis::domain::sample::Drawn;
use majlis::domain::staff::Role;
use majlis::store::{Step, comments, samples};

use super::document::must_describe;
use super::{HIDDEN, House, opening};

/// The machine's hide and what it left visible are asked about, in this order.
pub(super) async fn sampled() -> House {
    let house = House::open().await;
    let drawn = Drawn { seed: [1; 32], decisions: vec![3, 1], hides: 9, allows: 80 };
    let mut tx = house.store.begin(Step::Keep).await.unwrap();
    samples::keep(&mut tx, date(2026, 11, 16), (0, 3), &drawn, opening()).await.unwrap();
    tx.commit().await.unwrap();
    house
}

async fn english(house: &House, role: Role) -> String {
    format!("{}; majlis_lang=en", house.sign_in(role).await)
}

#[tokio::test]
async fn a_question_tells_nothing_of_the_machine_and_its_answer_does() {
    let house = sampled().await;
    let cookie = english(&house, Role::Staff).await;
    let review = house.get_page("/review", &cookie).await.body;
    assert!(review.contains(r#"<a href="/sample">The week's sample: 2 comments</a>"#), "{review}");
    let page = house.get_page("/sample", &cookie).await.body;
    assert!(page.contains("مخالف") && page.contains("It breaks no clause"), "{page}");
    assert!(page.contains("changes nothing that the public sees"), "{page}");
    for told in ["/comments/3", "<mark>", "class=\"veil\"", "Hidden", "Word list"] {
        assert!(!page.contains(told), "{told}: {page}");
    }

    let answer = [("item", "1"), ("clause", "")];
    let sent = house.post_form("/sample", &cookie, &answer).await;
    assert_eq!((sent.status, sent.header(LOCATION.as_str())), (StatusCode::SEE_OTHER, "/sample?done=1"));
    let done = house.get_page("/sample?done=1", &cookie).await.body;
    assert!(
        done.contains("Your answer is kept: no breach") && done.contains("The machine had said: Hide, "),
        "{done}"
    );
    assert!(done.contains(r#"href="/comments/3""#) && done.contains("متى ينتهي"), "{done}");
    let story = comments::story(&house.store, HIDDEN).await.unwrap().unwrap();
    assert_eq!(
        (story.comment.visibility, story.decisions.len(), story.actions.len()),
        (Visibility::Hidden, 1, 0)
    );

    let colleague = english(&house, Role::Approver).await;
    let late = house.post_form("/sample", &colleague, &answer).await;
    assert_eq!(late.header(LOCATION.as_str()), "/sample?late=1");
    let late = house.get_page("/sample?late=1", &colleague).await.body;
    assert!(late.contains("Your answer was not kept") && late.contains("متى ينتهي"), "{late}");
    let theirs = house.get_page("/sample?done=1", &colleague).await.body;
    assert!(!theirs.contains("The machine had said"), "answers of others stay theirs");
    let unknown = house.post_form("/sample", &colleague, &[("item", "2"), ("clause", "rude")]).await;
    assert_eq!(unknown.status, StatusCode::BAD_REQUEST);
    let log = house.log().await;
    assert_eq!(log.iter().filter(|entry| entry.contains(r#""act":"sample.answered""#)).count(), 1);
}

#[tokio::test]
async fn what_is_left_for_later_is_asked_again_from_the_top() {
    let house = sampled().await;
    let cookie = english(&house, Role::Staff).await;
    let later = house.get_page("/sample?after=1", &cookie).await.body;
    assert!(later.contains("متى ينتهي") && later.contains(r#"name="after" value="1""#), "{later}");
    let breach = [("item", "2"), ("clause", "spam"), ("after", "1")];
    let sent = house.post_form("/sample", &cookie, &breach).await;
    assert_eq!(sent.header(LOCATION.as_str()), "/sample?done=2&after=1");
    let done = house.get_page("/sample?done=2&after=1", &cookie).await.body;
    assert!(
        done.contains("No comment waits for your judgement here") && done.contains(r#"href="/sample""#),
        "{done}"
    );
}

#[tokio::test]
async fn only_who_acts_on_comments_is_asked() {
    let house = sampled().await;
    let auditor = house.sign_in(Role::Auditor).await;
    assert_eq!(house.get_page("/sample", &auditor).await.status, StatusCode::FORBIDDEN);
    assert!(!house.get_page("/review", &auditor).await.body.contains("/sample"));
    let refused = house.post_form("/sample", &auditor, &[("item", "1"), ("clause", "")]).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    for (method, path) in [(Method::GET, "/sample/next"), (Method::POST, "/sample/1")] {
        let refused = house.call(method, path, Role::Auditor, Some(r#"{"clause":null}"#)).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN, "{path}");
    }
}

#[tokio::test]
async fn programs_answer_too_and_everybody_reads_what_came_of_it() {
    let house = sampled().await;
    let ask = async |method: Method, path: &str, body: Option<&str>| {
        let answer = house.call(method.clone(), path, Role::Staff, body).await;
        must_describe(&house, &method, path, &answer).await;
        answer
    };
    let next = ask(Method::GET, "/sample/next", None).await.json();
    assert_eq!((&next["left"], &next["question"]["text"]), (&2.into(), &"مخالف".into()));
    assert!(next["question"]["comment"].is_null(), "{next}");
    let unsaid = ask(Method::POST, "/sample/1", Some("{}")).await;
    assert_eq!(unsaid.status, StatusCode::UNPROCESSABLE_ENTITY);
    let answered = ask(Method::POST, "/sample/1", Some(r#"{"clause":null}"#)).await.json();
    assert_eq!((&answered["comment"], &answered["answer"]), (&3.into(), &"false_hide".into()));
    assert_eq!(ask(Method::POST, "/sample/1", Some(r#"{"clause":null}"#)).await.status, StatusCode::CONFLICT);
    assert_eq!(
        ask(Method::POST, "/sample/99", Some(r#"{"clause":null}"#)).await.status,
        StatusCode::NOT_FOUND
    );
    ask(Method::POST, "/sample/2", Some(r#"{"clause":"spam"}"#)).await;
    assert!(ask(Method::GET, "/sample/next", None).await.json()["question"].is_null());

    let shown = ask(Method::GET, "/sample", None).await.json();
    assert_eq!((&shown["false_hides"]["count"], &shown["missed"]["count"]), (&1.into(), &1.into()));
    assert_eq!(
        (&shown["weeks"][0]["week"], &shown["weeks"][0]["allows"]),
        (&"2026-11-16".into(), &80.into())
    );
    let labels = ask(Method::GET, "/labels", None).await.json();
    assert_eq!(
        (&labels["labels"][1]["sample"], &labels["labels"][1]["answer"]),
        (&true.into(), &"false_hide".into())
    );

    let operator = english(&house, Role::Operator).await;
    let page = house.get_page("/reports", &operator).await.body;
    assert!(
        page.contains("Hides that staff call lawful") && page.contains("1/1 = 100.0% (2.5–100.0%)"),
        "{page}"
    );
    assert!(page.contains("1 / 1 / 9") && page.contains("1 / 1 / 80"), "{page}");
}

#[tokio::test]
async fn before_the_first_sample_the_reports_say_when_it_comes() {
    let house = House::open().await;
    let cookie = english(&house, Role::Staff).await;
    assert!(house.get_page("/reports", &cookie).await.body.contains("No sample was drawn yet"));
    assert!(
        house.get_page("/sample", &cookie).await.body.contains("No comment waits for your judgement here")
    );
}
