//! The console: pages in both languages, sessions, and forms that work without a script.

use std::sync::Arc;

use axum::body::Body;
use axum::http::header::{CONTENT_TYPE, COOKIE, LOCATION, SET_COOKIE};
use axum::http::{Request, StatusCode};
use jiff::SignedDuration;
use majlis::domain::action::Act;
use majlis::domain::comment::Visibility;
use majlis::domain::staff::Role;
use majlis::store::{Step, comments, staff};
use majlis::web::Reached;

use super::{DOUBTFUL, HIDDEN, House, QUESTION, QUESTION_TEXT, admissions, opening, token};

#[tokio::test]
async fn who_is_not_signed_in_is_asked_to_and_comes_back_to_the_page() {
    let house = House::open().await;
    let answer = house.get("/comments/1?done=hide").await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    assert_eq!(answer.header(LOCATION.as_str()), "/sign-in?next=%2Fcomments%2F1%3Fdone%3Dhide");
    let fields = [("token", &*token(Role::Staff)), ("next", "/comments/1?done=hide")];
    let answer = house.post_form("/sign-in", "", &fields).await;
    assert_eq!(answer.header(LOCATION.as_str()), "/comments/1?done=hide");
}

#[tokio::test]
async fn signing_in_leads_to_no_other_site() {
    let house = House::open().await;
    let fields = [("token", &*token(Role::Staff)), ("next", "//evil.example/")];
    let answer = house.post_form("/sign-in", "", &fields).await;
    assert_eq!(answer.header(LOCATION.as_str()), "/inbox");
}

#[tokio::test]
async fn a_session_is_kept_in_a_cookie_that_scripts_and_other_sites_cannot_use() {
    let house = House::open().await;
    let answer = house.post_form("/sign-in", "", &[("token", &token(Role::Staff))]).await;
    let cookie = answer.header(SET_COOKIE.as_str());
    assert!(cookie.starts_with("__Host-majlis_session="), "{cookie}");
    for flag in ["; Path=/", "; HttpOnly", "; SameSite=Strict", "; Secure"] {
        assert!(cookie.contains(flag), "{flag} is not in {cookie}");
    }
    assert!(!cookie.contains(&token(Role::Staff)) && !cookie.contains("Domain"));
    let loopback = House::with(|web| web.reached = Reached::Loopback).await;
    let answer = loopback.post_form("/sign-in", "", &[("token", &token(Role::Staff))]).await;
    assert!(!answer.header(SET_COOKIE.as_str()).contains("Secure"));
    assert_eq!(answer.header("strict-transport-security"), "");
}

#[tokio::test]
async fn who_comes_in_and_goes_out_is_in_the_log_and_so_is_who_was_not_let_in() {
    let house = House::open().await;
    let before = house.log().await.len();
    let cookie = house.sign_in(Role::Auditor).await;
    house.post_form("/sign-out", &cookie, &[]).await;
    house.post_form("/sign-in", "", &[("token", "guess-1234")]).await;
    // Within a minute of one that was told: counted, and told with the next.
    let guess = Request::get("/api/v1/comments").header("authorization", "Bearer guess-1235");
    house.send(guess.body(Body::empty()).unwrap()).await;
    house.clock.advance(SignedDuration::from_mins(1));
    house.post_form("/sign-in", "", &[("token", "guess-1236")]).await;
    let log = house.log().await.split_off(before);
    let starts = [
        r#"{"act":"staff.signed_in","actor":{"as":"auditor","kind":"staff","name":"auditor"}"#,
        r#"{"act":"staff.signed_out","actor":{"as":"auditor","kind":"staff","name":"auditor"}"#,
        concat!(
            r#"{"act":"sign_in.refused","actor":{"as":""#,
            env!("CARGO_PKG_VERSION"),
            r#"","kind":"machine","name":"web"}"#
        ),
        concat!(
            r#"{"act":"sign_in.refused","actor":{"as":""#,
            env!("CARGO_PKG_VERSION"),
            r#"","kind":"machine","name":"web"}"#
        ),
    ];
    assert_eq!(log.len(), starts.len(), "{log:?}");
    for (entry, start) in log.iter().zip(starts) {
        assert!(entry.starts_with(start), "{entry}");
        assert!(!entry.contains("guess"), "{entry}");
    }
    assert!(log[2].contains(r#""fields":{"count":1},"object":"console""#), "{}", log[2]);
    assert!(log[3].contains(r#""fields":{"count":2},"object":"console""#), "{}", log[3]);
}

#[tokio::test]
async fn a_wrong_token_opens_nothing_and_is_not_shown_again() {
    let house = House::open().await;
    let answer = house.post_form("/sign-in?lang=en", "", &[("token", "guess-1234")]).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    assert!(answer.body.contains("This token opens no account") && !answer.body.contains("guess-1234"));
}

#[tokio::test]
async fn a_session_ends_by_signing_out_by_time_and_when_its_owner_is_disabled() {
    let house = House::open().await;
    let cookie = house.sign_in(Role::Staff).await;
    assert_eq!(house.get_page("/inbox", &cookie).await.status, StatusCode::OK);
    let out = house.post_form("/sign-out", &cookie, &[]).await;
    assert!(out.header(SET_COOKIE.as_str()).contains("Max-Age=0"));

    let mut tx = house.store.begin(Step::Keep).await.unwrap();
    staff::disable(&mut tx, "staff", opening()).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(house.get_page("/inbox", &cookie).await.status, StatusCode::SEE_OTHER);

    let cookie = house.sign_in(Role::Auditor).await;
    house.clock.advance(SignedDuration::from_hours(100));
    assert_eq!(
        house.get_page("/inbox", &cookie).await.status,
        StatusCode::OK,
        "the ministry's clock is not the wall's"
    );
    house.wall.advance(SignedDuration::from_hours(10));
    assert_eq!(house.get_page("/inbox", &cookie).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn pages_are_arabic_from_right_to_left_and_english_when_asked() {
    let house = House::open().await;
    let cookie = house.sign_in(Role::Approver).await;
    for path in ["/inbox", "/comments/1", "/comments/2", "/comments/3", "/service", "/comments/99", "/none"] {
        let arabic = house.get_page(path, &cookie).await;
        assert!(arabic.body.contains(r#"<html lang="ar" dir="rtl">"#), "{path}");
        let english = house.get_page(&format!("{path}?lang=en"), &cookie).await;
        assert!(english.body.contains(r#"<html lang="en" dir="ltr">"#), "{path}");
        assert!(english.header(SET_COOKIE.as_str()).starts_with("majlis_lang=en;"), "{path}");
        let kept = house.get_page(path, &format!("{cookie}; majlis_lang=en")).await;
        assert!(kept.body.contains(r#"<html lang="en" dir="ltr">"#), "{path}");
    }
}

#[tokio::test]
async fn no_page_runs_a_script_or_styles_an_element_inline() {
    let house = House::open().await;
    let cookie = house.sign_in(Role::Approver).await;
    for path in ["/inbox", "/comments/1", "/comments/2", "/service", "/sign-in"] {
        let page = house.get_page(path, &cookie).await.body;
        for forbidden in ["<script", " style=", " onclick", "http://", "https://"] {
            assert!(!page.contains(forbidden), "{path} holds {forbidden}");
        }
        let at = page.find("/assets/style-").expect("a stylesheet");
        let style = page[at..].split('"').next().unwrap();
        let style = house.get(style).await;
        assert_eq!(style.header(CONTENT_TYPE.as_str()), "text/css; charset=utf-8");
        assert!(style.header("cache-control").contains("immutable"));
    }
}

#[tokio::test]
async fn the_list_shows_the_most_urgent_first_with_the_working_time_left() {
    let house = House::open().await;
    let cookie = house.sign_in(Role::Staff).await;
    house.clock.advance(SignedDuration::from_hours(7));
    let page = house.get_page("/inbox?lang=en", &cookie).await.body;
    assert!(page.contains("Due soon: Tuesday 24 November, 15:30 · 1 hour of working time left"), "{page}");
    assert!(page.find("/comments/1").unwrap() < page.find("/comments/2").unwrap());
    assert!(!page.contains("\"/comments/3\""), "what is hidden waits for nobody");
    house.clock.advance(SignedDuration::from_hours(18));
    let page = house.get_page("/inbox?lang=ar", &cookie).await.body;
    assert!(
        page.contains("فات الموعد: الثلاثاء 24 نوفمبر، 15:30 · التأخر من وقت العمل: ساعة واحدة"),
        "{page}"
    );
}

#[tokio::test]
async fn a_hidden_comment_that_waits_for_a_person_is_shown_so_and_can_be_kept_hidden() {
    let house = House::open().await;
    let mut tx = house.store.begin(Step::Settle).await.unwrap();
    comments::set_visibility(&mut tx, DOUBTFUL, Visibility::Hidden, opening()).await.unwrap();
    tx.commit().await.unwrap();
    let cookie = house.sign_in(Role::Staff).await;
    let page = house.get_page("/inbox?lang=en", &cookie).await.body;
    let row = &page[page.find("/comments/2").expect("it waits")..];
    assert!(row.contains("chip gold") && row.contains(">Hidden<"), "{row}");
    let page = house.get_page("/comments/2?lang=en", &cookie).await.body;
    assert!(page.contains("Keep hidden") && page.contains("Unhide"), "{page}");
}

#[tokio::test]
async fn what_the_public_wrote_is_isolated_marked_and_never_markup() {
    let house = House::open().await;
    let cookie = house.sign_in(Role::Staff).await;
    for path in ["/inbox?state=all", "/comments/2"] {
        let page = house.get_page(path, &cookie).await.body;
        assert!(!page.contains("<b>") && !page.contains("<i>"), "{path}");
        assert!(page.contains(r#"<bdi class="words" dir="auto">"#), "{path}");
    }
    let page = house.get_page("/comments/2", &cookie).await.body;
    assert!(page.contains("&lt;b&gt;أنت <mark>غبي</mark>&lt;/b&gt; &amp; co"), "{page}");
    assert!(page.contains("phrase:ar"));
}

#[tokio::test]
async fn an_act_goes_to_the_outbox_and_the_page_says_what_happens_next() {
    let house = House::open().await;
    let cookie = house.sign_in(Role::Staff).await;
    let fields = [("clause", "indecent"), ("reason", "an insult"), ("revision", "1")];
    let answer = house.post_form("/comments/2/hide", &cookie, &fields).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    let next = answer.header(LOCATION.as_str());
    assert_eq!(next, "/comments/2?done=hide");
    let page = house.get_page(&format!("{next}&lang=en"), &cookie).await.body;
    assert!(page.contains("The comment will be hidden") && page.contains("In the outbox"), "{page}");
    let story = comments::story(&house.store, DOUBTFUL).await.unwrap().unwrap();
    assert_eq!(story.actions.len(), 1);
    assert_eq!(story.actions[0].action.act, Act::Hide);

    for (path, fields, done) in [
        ("/comments/1/reply", ("text", "line\r\nline"), "/comments/1?done=reply"),
        ("/comments/3/unhide", ("reason", "a mistake"), "/comments/3?done=unhide"),
    ] {
        let answer = house.post_form(path, &cookie, &[fields, ("revision", "1")]).await;
        assert_eq!(answer.header(LOCATION.as_str()), done, "{}", answer.body);
    }
    let story = comments::story(&house.store, QUESTION).await.unwrap().unwrap();
    assert_eq!(story.actions[0].action.act, Act::Reply { text: "line\nline".into() });
    let story = comments::story(&house.store, HIDDEN).await.unwrap().unwrap();
    assert_eq!(story.actions[0].action.act, Act::Unhide);
}

#[tokio::test]
async fn a_form_of_a_page_that_showed_other_words_is_refused_and_shown_again_with_the_new_ones() {
    let house = House::open().await;
    let cookie = format!("{}; majlis_lang=en", house.sign_in(Role::Staff).await);
    let page = house.get_page("/comments/2", &cookie).await.body;
    assert!(page.contains(r#"<input type="hidden" name="revision" value="1">"#), "{page}");
    // The author has written others since.
    let stale = [("reason", "harmless"), ("revision", "0")];
    let answer = house.post_form("/comments/2/approve", &cookie, &stale).await;
    assert_eq!(answer.status, StatusCode::CONFLICT);
    assert!(answer.body.contains("The comment has changed meanwhile.") && answer.body.contains("harmless"));
    let story = comments::story(&house.store, DOUBTFUL).await.unwrap().unwrap();
    assert_eq!(story.decisions.last().unwrap().verdict, "review");
}

#[tokio::test]
async fn a_review_can_be_settled_without_a_reason() {
    let house = House::open().await;
    let cookie = house.sign_in(Role::Approver).await;
    let answer = house.post_form("/comments/2/approve", &cookie, &[("reason", ""), ("revision", "1")]).await;
    assert_eq!(answer.header(LOCATION.as_str()), "/comments/2?done=visible", "{}", answer.body);
    let again =
        house.post_form("/comments/2/approve?lang=en", &cookie, &[("reason", ""), ("revision", "1")]).await;
    assert_eq!(again.status, StatusCode::CONFLICT);
}

#[tokio::test]
async fn a_form_with_a_mistake_comes_back_with_what_was_written_and_what_to_mend() {
    let house = House::open().await;
    let cookie = format!("{}; majlis_lang=en", house.sign_in(Role::Staff).await);
    let before = house.log().await;
    let fields = [("clause", ""), ("reason", "he said \"x\""), ("revision", "1")];
    let answer = house.post_form("/comments/1/hide", &cookie, &fields).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.body.contains("Choose the clause that the comment breaks."));
    assert!(answer.body.contains("he said &quot;x&quot;"));
    let long = "س".repeat(8_001);
    let answer = house.post_form("/comments/1/reply", &cookie, &[("text", &long), ("revision", "1")]).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        answer.body.contains("Facebook counts 8001, and takes 8000 characters")
            && answer.body.contains(&long)
    );
    let answer = house.post_form("/comments/1/reply", &cookie, &[("txt", "x"), ("revision", "1")]).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    assert_eq!(house.log().await, before);
}

#[tokio::test]
async fn a_saved_reply_is_put_into_the_form() {
    let house = House::open().await;
    let cookie = house.sign_in(Role::Staff).await;
    let page = house.get_page("/comments/1?saved=thanks.en", &cookie).await.body;
    assert!(page.contains("\nThank you.</textarea>"), "{page}");
    assert!(page.contains(QUESTION_TEXT));
}

#[tokio::test]
async fn a_form_sent_from_another_site_is_refused() {
    let house = House::open().await;
    let cookie = house.sign_in(Role::Staff).await;
    let before = house.log().await;
    let sent = |name: &'static str, value: &'static str| {
        let request = Request::post("/comments/1/hide")
            .header(COOKIE, &cookie)
            .header("host", "majlis.example")
            .header(name, value)
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        house.send(request.body(Body::from("clause=spam&reason=x&revision=1")).unwrap())
    };
    for (name, value) in [
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
        ("origin", "https://evil.example"),
    ] {
        let answer = sent(name, value).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{name}: {value}");
        assert!(answer.body.contains("رُفض الطلب"));
    }
    assert_eq!(house.log().await, before);
    assert_eq!(sent("sec-fetch-site", "same-origin").await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn who_may_not_act_sees_no_forms_and_cannot_send_them() {
    let house = House::open().await;
    let auditor = house.sign_in(Role::Auditor).await;
    let page = house.get_page("/comments/1", &auditor).await.body;
    assert!(page.contains(QUESTION_TEXT) && !page.contains("<textarea"));
    let answer = house.post_form("/comments/1/reply", &auditor, &[("text", "x")]).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);

    let answer = house.post_form("/sign-in", "", &[("token", &token(Role::Operator))]).await;
    assert_eq!(answer.header(LOCATION.as_str()), "/service", "an operator's day begins with the service");
    let operator = house.sign_in(Role::Operator).await;
    assert_eq!(house.get_page("/service", &operator).await.status, StatusCode::OK);
    // Where the name at the top and the page of a refusal lead.
    assert_eq!(house.get_page("/", &operator).await.header(LOCATION.as_str()), "/service");
    assert_eq!(house.get_page("/", &auditor).await.header(LOCATION.as_str()), "/inbox");
    for path in ["/inbox", "/comments/1"] {
        let answer = house.get_page(path, &operator).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN);
        assert!(!answer.body.contains(QUESTION_TEXT));
    }
}

#[tokio::test]
async fn a_comment_is_taken_and_passed_on_and_the_page_says_whose_it_was() {
    let house = House::with(|web| web.routing = Arc::new(admissions())).await;
    let cookie = house.sign_in(Role::Staff).await;
    let page = house.get_page("/comments/1?lang=en", &cookie).await.body;
    assert!(page.contains("Assigned to nobody") && page.contains("I take it"), "{page}");
    for (value, name) in [("team:admissions", "Admissions"), ("staff:approver", "approver")] {
        assert!(page.contains(&format!("<option value=\"{value}\">{name}</option>")), "{value} in {page}");
    }
    assert!(!page.contains("staff:auditor"), "who may not answer is not offered");

    let fields = [("to", "team:admissions"), ("revision", "1")];
    let answer = house.post_form("/comments/1/assign", &cookie, &fields).await;
    assert_eq!(answer.header(LOCATION.as_str()), "/comments/1?done=assigned");
    house.clock.advance(SignedDuration::from_mins(30));
    let page = house.get_page("/comments/1?lang=ar&done=assigned", &cookie).await.body;
    for words in ["انتقل التعليق", "من تولى التعليق", "القبول – 0:30:00 (1800 ثانية)"]
    {
        assert!(page.contains(words), "{words} in {page}");
    }
    let list = async |holder: &str| {
        let path = format!("/inbox?lang=en&state=all&holder={holder}");
        house.get_page(&path, &cookie).await.body
    };
    assert!(list("team%3Aadmissions").await.contains("href=\"/comments/1\""));
    assert!(!list("staff%3Astaff").await.contains("href=\"/comments/1\""), "it is not with me");
    assert!(list("staff%3Astaff").await.contains("With me"));
    let answer =
        house.post_form("/comments/1/assign", &cookie, &[("to", "team:gone"), ("revision", "1")]).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.body.contains("اختر فريقًا من القائمة") || answer.body.contains("choose one of the list"));
    let auditor = house.sign_in(Role::Auditor).await;
    assert!(!house.get_page("/comments/1?lang=en", &auditor).await.body.contains("I take it"));
}
