//! The console: pages in both languages, sessions, and forms that work without a script.

use std::sync::Arc;

use axum::body::Body;
use axum::http::header::{CONTENT_TYPE, COOKIE, LOCATION, SET_COOKIE};
use axum::http::{Request, StatusCode};
use futures_util::FutureExt;
use jiff::SignedDuration;
use majlis::domain::action::Act;
use majlis::domain::comment::{Incoming, SourceId, Visibility};
use majlis::domain::judge::Kind;
use majlis::domain::staff::Role;
use majlis::store::comments::{NewRevision, receive};
use majlis::store::jobs::{self, Lane};
use majlis::store::{Step, comments, staff};
use majlis::web::Reached;

use super::{DOUBTFUL, HIDDEN, House, QUESTION, QUESTION_TEXT, admissions, incoming, opening, token};

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
    // At another door it is another; within a minute of one that was told it is counted, and told with the next.
    let guess = Request::get("/api/v1/comments").header("authorization", "Bearer guess-1235");
    house.send(guess.body(Body::empty()).unwrap()).await;
    house.post_form("/sign-in", "", &[("token", "guess-1235")]).await;
    house.clock.advance(SignedDuration::from_mins(1));
    house.post_form("/sign-in", "", &[("token", "guess-1236")]).await;
    let log = house.log().await.split_off(before);
    let refused = concat!(
        r#"{"act":"sign_in.refused","actor":{"as":""#,
        env!("CARGO_PKG_VERSION"),
        r#"","kind":"machine","name":"web"}"#
    );
    let starts = [
        r#"{"act":"staff.signed_in","actor":{"as":"auditor","kind":"staff","name":"auditor"}"#,
        r#"{"act":"staff.signed_out","actor":{"as":"auditor","kind":"staff","name":"auditor"}"#,
        refused,
        refused,
        refused,
    ];
    assert_eq!(log.len(), starts.len(), "{log:?}");
    for (entry, start) in log.iter().zip(starts) {
        assert!(entry.starts_with(start), "{entry}");
        assert!(!entry.contains("guess"), "{entry}");
    }
    assert!(log[2].contains(r#""fields":{"count":1},"object":"console""#), "{}", log[2]);
    assert!(log[3].contains(r#""fields":{"count":1},"object":"api""#), "{}", log[3]);
    assert!(log[4].contains(r#""fields":{"count":2},"object":"console""#), "{}", log[4]);
}

#[tokio::test]
async fn a_wrong_token_opens_nothing_and_is_not_shown_again() {
    let house = House::open().await;
    let answer = house.post_form("/sign-in?lang=en", "", &[("token", "guess-1234")]).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    assert!(answer.body.contains("This token opens no account") && !answer.body.contains("guess-1234"));
}

#[tokio::test]
async fn a_session_ends_by_signing_out_and_when_its_owner_is_disabled() {
    let house = House::open().await;
    let cookie = house.sign_in(Role::Staff).await;
    assert_eq!(house.get_page("/inbox", &cookie).await.status, StatusCode::OK);
    let out = house.post_form("/sign-out", &cookie, &[]).await;
    assert!(out.header(SET_COOKIE.as_str()).contains("Max-Age=0"));
    assert_eq!(
        house.get_page("/inbox", &cookie).await.status,
        StatusCode::SEE_OTHER,
        "whoever kept the cookie"
    );

    let cookie = house.sign_in(Role::Staff).await;
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
}

#[tokio::test]
async fn signing_out_everywhere_ends_every_session_and_a_form_of_another_session_is_refused() {
    let house = House::open().await;
    let (one, other) = (house.sign_in(Role::Staff).await, house.sign_in(Role::Staff).await);
    let before = house.log().await;
    let seal = house.seal(&one).await.unwrap();
    for form in [format!("reason=x&revision=1&seal={seal}"), "reason=x&revision=1".to_owned()] {
        let request = Request::post("/comments/2/approve")
            .header(COOKIE, &other)
            .header("host", "majlis.example")
            .header("origin", "https://majlis.example")
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        let answer = house.send(request.body(Body::from(form)).unwrap()).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN);
        assert!(answer.body.contains("النموذج من جلسة سابقة"), "{}", answer.body);
    }
    assert_eq!(house.log().await, before);

    let out = house.post_form("/sign-out/everywhere", &one, &[]).await;
    assert!(out.header(SET_COOKIE.as_str()).contains("Max-Age=0"), "{}", out.body);
    for cookie in [&one, &other] {
        assert_eq!(house.get_page("/inbox", cookie).await.status, StatusCode::SEE_OTHER);
    }
    assert!(house.log().await.last().unwrap().contains("staff.signed_out_everywhere"));
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
        let chosen = english.header(SET_COOKIE.as_str());
        assert!(
            chosen.starts_with("__Host-majlis_lang=en;") && chosen.ends_with("; Secure"),
            "{path}: {chosen}"
        );
        let kept = house.get_page(path, &format!("{cookie}; __Host-majlis_lang=en")).await;
        assert!(kept.body.contains(r#"<html lang="en" dir="ltr">"#), "{path}");
    }
}

#[tokio::test]
async fn no_page_holds_a_script_or_a_style_inline_and_nothing_of_another_site_is_loaded() {
    let house = House::open().await;
    let cookie = house.sign_in(Role::Approver).await;
    for path in ["/inbox", "/comments/1", "/comments/2", "/service", "/sign-in"] {
        let page = house.get_page(path, &cookie).await.body;
        for forbidden in [" style=", " onclick", "http://", "https://"] {
            assert!(!page.contains(forbidden), "{path} holds {forbidden}");
        }
        let scripts = page.matches("<script").count();
        let ours = page.matches("<script src=\"/assets/").count();
        assert!(scripts > 0 && ours == scripts, "{path}");
        assert_eq!(page.matches("defer></script>").count(), scripts, "{path}");
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
    assert!(page.contains(r#"قائمة الكلمات <code dir="ltr">ar</code>"#), "{page}");
}

#[tokio::test]
async fn an_act_goes_to_the_outbox_and_the_page_says_what_happens_next() {
    let house = House::open().await;
    let cookie = house.sign_in(Role::Staff).await;
    let fields = [("clause", "indecent"), ("reason", "an insult"), ("seen", "1.999")];
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
        let answer = house.post_form(path, &cookie, &[fields, ("seen", "1.999")]).await;
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
    assert!(page.contains(r#"<input type="hidden" name="seen" value="1."#), "{page}");
    // The author has written others since.
    let stale = [("reason", "harmless"), ("seen", "0.999")];
    let answer = house.post_form("/comments/2/approve", &cookie, &stale).await;
    assert_eq!(answer.status, StatusCode::CONFLICT);
    assert!(answer.body.contains("The comment has changed meanwhile.") && answer.body.contains("harmless"));
    let story = comments::story(&house.store, DOUBTFUL).await.unwrap().unwrap();
    assert_eq!(story.decisions.last().unwrap().verdict, "review");
}

#[tokio::test]
async fn of_two_who_act_on_one_comment_the_second_is_told_and_nothing_is_done_twice() {
    let house = House::open().await;
    let staff = format!("{}; majlis_lang=en", house.sign_in(Role::Staff).await);
    let approver = format!("{}; majlis_lang=en", house.sign_in(Role::Approver).await);
    let shown = async |cookie: &str| {
        let page = house.get_page("/comments/1", cookie).await.body;
        page.split(r#"name="seen" value=""#).nth(1).unwrap().split('"').next().unwrap().to_owned()
    };
    let (first, second) = (shown(&staff).await, shown(&approver).await);
    let reply = async |cookie: &str, text: &str, seen: &str| {
        house.post_form("/comments/1/reply", cookie, &[("text", text), ("seen", seen)]).await
    };
    assert_eq!(reply(&staff, "On Sunday.", &first).await.status, StatusCode::SEE_OTHER);
    let told = reply(&approver, "Next week.", &second).await;
    assert_eq!(told.status, StatusCode::CONFLICT);
    assert!(told.body.contains("staff dealt with this comment before you"), "{}", told.body);
    assert!(
        told.body.contains("Next week.") && told.body.contains("On Sunday."),
        "both are there to compare"
    );
    let story = comments::story(&house.store, QUESTION).await.unwrap().unwrap();
    assert_eq!(story.actions.len(), 1);
    // Whoever goes on was told; whoever acts again on a page of their own is not told of themselves.
    assert_eq!(reply(&approver, "Next week.", &shown(&approver).await).await.status, StatusCode::SEE_OTHER);
    let seen = shown(&approver).await;
    for (path, field) in
        [("/comments/1/note", ("text", "for colleagues")), ("/comments/1/kind", ("kind", "complaint"))]
    {
        let answer = house.post_form(path, &approver, &[field, ("seen", &seen)]).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{path}: {}", answer.body);
    }
}

#[tokio::test]
async fn a_reply_can_be_taken_back_until_it_leaves_and_its_words_are_written_on() {
    let house = House::with(|web| web.undo = SignedDuration::from_secs(10)).await;
    let cookie = format!("{}; majlis_lang=en", house.sign_in(Role::Staff).await);
    let fields = [("text", "On Sunday."), ("seen", "1.999")];
    let sent = house.post_form("/comments/1/reply", &cookie, &fields).await;
    let next = sent.header(LOCATION.as_str()).to_owned();
    assert_eq!(next, "/comments/1?done=reply&undo=1.1");
    let lane = Lane::Dispatch(SourceId("page".into()));
    let leaves = opening() + SignedDuration::from_secs(10);
    assert_eq!(jobs::next_due(&house.store, &lane).await.unwrap(), Some(leaves));
    let page = house.get_page(&next, &cookie).await.body;
    assert_eq!(
        page.matches("action=\"/comments/1/take-back\"").count(),
        2,
        "above, and in the line of time: {page}"
    );

    let back = house.post_form("/comments/1/take-back", &cookie, &[("action", "1")]).await;
    assert_eq!(back.header(LOCATION.as_str()), "/comments/1?done=taken_back&again=1", "{}", back.body);
    let page = house.get_page("/comments/1?done=taken_back&again=1", &cookie).await.body;
    assert!(page.contains("You took it back before it left") && !page.contains("take-back"), "{page}");
    let editor = &page[page.find("<textarea id=\"reply\"").unwrap()..];
    assert!(editor[..editor.find("</textarea>").unwrap()].ends_with("On Sunday."), "{editor}");
    let again = house.post_form("/comments/1/take-back", &cookie, &[("action", "1")]).await;
    assert_eq!(again.status, StatusCode::CONFLICT);
    assert!(again.body.contains("It is too late to take it back"), "{}", again.body);

    // The same words can be sent after all; when they have left, nothing offers to take them back.
    assert_eq!(house.post_form("/comments/1/reply", &cookie, &fields).await.status, StatusCode::SEE_OTHER);
    house.clock.advance(SignedDuration::from_secs(10));
    assert!(!house.get_page("/comments/1", &cookie).await.body.contains("take-back"));
}

#[tokio::test]
async fn a_review_can_be_settled_without_a_reason() {
    let house = House::open().await;
    let cookie = house.sign_in(Role::Approver).await;
    let answer = house.post_form("/comments/2/approve", &cookie, &[("reason", ""), ("seen", "1.999")]).await;
    assert_eq!(answer.header(LOCATION.as_str()), "/comments/2?done=visible", "{}", answer.body);
    let again =
        house.post_form("/comments/2/approve?lang=en", &cookie, &[("reason", ""), ("seen", "1.999")]).await;
    assert_eq!(again.status, StatusCode::CONFLICT);
}

#[tokio::test]
async fn a_form_with_a_mistake_comes_back_with_what_was_written_and_what_to_mend() {
    let house = House::open().await;
    let cookie = format!("{}; majlis_lang=en", house.sign_in(Role::Staff).await);
    let before = house.log().await;
    let fields = [("clause", ""), ("reason", "he said \"x\""), ("seen", "1.999")];
    let answer = house.post_form("/comments/1/hide", &cookie, &fields).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.body.contains("Choose the clause that the comment breaks."));
    assert!(answer.body.contains("he said &quot;x&quot;"));
    let long = "س".repeat(8_001);
    let answer = house.post_form("/comments/1/reply", &cookie, &[("text", &long), ("seen", "1.999")]).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        answer.body.contains("Facebook counts 8001, and takes 8000 characters")
            && answer.body.contains(&long)
    );
    let answer = house.post_form("/comments/1/reply", &cookie, &[("txt", "x"), ("seen", "1.999")]).await;
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
    let seal = house.seal(&cookie).await.unwrap();
    let sent = |name: &'static str, value: &'static str| {
        let request = Request::post("/comments/1/hide")
            .header(COOKIE, &cookie)
            .header("host", "majlis.example")
            .header(name, value)
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        let form = format!("clause=spam&reason=x&seen=1.999&seal={seal}");
        house.send(request.body(Body::from(form)).unwrap())
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
    let english = Request::post("/comments/1/hide")
        .header("accept-language", "en")
        .header("host", "majlis.example")
        .header("origin", "https://evil.example");
    let answer = house.send(english.body(Body::empty()).unwrap()).await;
    assert!(answer.body.contains("The request came from another site"), "{}", answer.body);
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

    let fields = [("to", "team:admissions"), ("seen", "1.999")];
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
        house.post_form("/comments/1/assign", &cookie, &[("to", "team:gone"), ("seen", "1.999")]).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.body.contains("اختر فريقًا من القائمة") || answer.body.contains("choose one of the list"));
    let auditor = house.sign_in(Role::Auditor).await;
    assert!(!house.get_page("/comments/1?lang=en", &auditor).await.body.contains("I take it"));
}

#[tokio::test]
async fn the_list_is_searched_narrowed_and_kept_by_name_without_a_script() {
    let house = House::open().await;
    let cookie = format!("{}; majlis_lang=en", house.sign_in(Role::Staff).await);
    let page = house.get_page("/inbox", &cookie).await.body;
    assert!(page.contains("All that waits <span class=\"count\">2</span>"), "{page}");
    assert!(page.contains("To review <span class=\"count\">1</span>"), "{page}");
    let found = house.get_page("/inbox?state=all&q=%D8%AA%D8%B3%D8%AC%D9%8A%D9%84", &cookie).await.body;
    assert!(found.contains(QUESTION_TEXT) && !found.contains("/comments/3\""), "{found}");
    let none = house.get_page("/inbox?q=%D8%BA%D8%A7%D8%A6%D8%A8&language=english", &cookie).await.body;
    assert!(none.contains("No comments match this choice."), "{none}");
    assert!(none.contains("<details class=\"filters\" open>"), "{none}");
    let jump = house.get_page("/inbox?q=%232", &cookie).await;
    assert_eq!(jump.header(LOCATION.as_str()), "/comments/2");

    let fields = [("name", "Mine today"), ("query", "state=overdue&due=today")];
    let kept = house.post_form("/views", &cookie, &fields).await;
    assert_eq!(kept.header(LOCATION.as_str()), "/inbox?state=overdue&due=today");
    let page = house.get_page("/inbox?state=overdue&due=today", &cookie).await.body;
    assert!(
        page.contains("href=\"/inbox?state=overdue&amp;due=today\" aria-current=\"true\"><bdi>Mine today"),
        "{page}"
    );
    let other = house.sign_in(Role::Approver).await;
    assert!(!house.get_page("/inbox", &other).await.body.contains("Mine today"), "it is theirs alone");
    let bad = house.post_form("/views", &cookie, &[("name", " "), ("query", "state=all")]).await;
    assert_eq!(bad.status, StatusCode::BAD_REQUEST);
    house.post_form("/views/forget", &cookie, &[("name", "Mine today")]).await;
    assert!(!house.get_page("/inbox", &cookie).await.body.contains("Mine today"));
}

#[tokio::test]
async fn a_comment_is_called_another_kind_left_without_a_reply_and_noted_and_the_page_tells_it() {
    let house = House::open().await;
    let cookie = format!("{}; majlis_lang=en", house.sign_in(Role::Staff).await);
    let page = house.get_page("/comments/1", &cookie).await.body;
    assert!(page.contains("No reply needed") && page.contains("A note about this comment"), "{page}");
    let done = async |path: &str, fields: &[(&str, &str)]| {
        let answer = house.post_form(path, &cookie, fields).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{path}: {}", answer.body);
        answer.header(LOCATION.as_str()).to_owned()
    };
    let clocks = async || comments::story(&house.store, QUESTION).await.unwrap().unwrap().clocks;

    let before = clocks().await[0].clone();
    assert_eq!(
        done("/comments/1/kind", &[("kind", "complaint"), ("seen", "1.999")]).await,
        "/comments/1?done=kind"
    );
    let after = clocks().await[0].clone();
    assert_eq!(
        (after.kind, after.started_at, after.state.is_open()),
        (Kind::Complaint, before.started_at, true)
    );
    assert_eq!(
        done("/comments/1/kind", &[("kind", "praise"), ("seen", "1.999")]).await,
        "/comments/1?done=kind"
    );
    assert!(clocks().await.iter().all(|clock| !clock.state.is_open()), "praise is owed nothing");
    done("/comments/1/kind", &[("kind", "question"), ("seen", "1.999")]).await;
    let open = clocks().await.into_iter().filter(|clock| clock.state.is_open()).collect::<Vec<_>>();
    assert_eq!((open.len(), open[0].kind, open[0].started_at), (1, Kind::Question, before.started_at));
    let again =
        house.post_form("/comments/1/kind", &cookie, &[("kind", "question"), ("seen", "1.999")]).await;
    assert_eq!(again.status, StatusCode::CONFLICT, "it is of that kind already");

    let note = [("text", "ask admissions <first>"), ("seen", "1.999")];
    assert_eq!(done("/comments/1/note", &note).await, "/comments/1?done=note");
    let reason = [("reason", "answered on the phone"), ("seen", "1.999"), ("then", "next")];
    assert_eq!(done("/comments/1/no-reply", &reason).await, "/next?done=no_reply&not=1");
    assert!(clocks().await.iter().all(|clock| !clock.state.is_open()));
    assert_eq!(
        house.get_page("/next?not=1&done=no_reply", &cookie).await.header("location"),
        "/comments/2?done=no_reply"
    );
    assert_eq!(house.get_page("/next?not=2", &cookie).await.header("location"), "/inbox");
    let page = house.get_page("/comments/1", &cookie).await.body;
    for words in ["ask admissions &lt;first&gt;", "answered on the phone", "Stopped: no reply is needed"] {
        assert!(page.contains(words), "{words} in {page}");
    }
    let log = house.log().await.join("\n");
    for act in ["clock.reclassified", "comment.noted", "comment.no_reply_needed", r#""was_kind":"question""#]
    {
        assert!(log.contains(act), "{act} in {log}");
    }
    assert!(!log.contains("phone") && !log.contains("admissions"), "the log has commitments alone");
}

#[tokio::test]
async fn a_reply_is_shown_before_it_is_sent_and_a_blank_that_is_left_is_refused() {
    let house = House::open().await;
    let cookie = format!("{}; majlis_lang=en", house.sign_in(Role::Staff).await);
    let fields = [("text", "Dear {name}, <b>soon</b>"), ("preview", "1"), ("seen", "1.999")];
    let answer = house.post_form("/comments/1/reply", &cookie, &fields).await;
    assert_eq!(answer.status, StatusCode::OK);
    for words in [
        "This is what the public will read",
        "Dear {name}, &lt;b&gt;soon",
        "Facebook counts 24, and takes 8000",
    ] {
        assert!(answer.body.contains(words), "{words} in {}", answer.body);
    }
    let refused =
        house.post_form("/comments/1/reply", &cookie, &[("text", "Dear {name}"), ("seen", "1.999")]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.body.contains("a blank that was not filled"), "{}", refused.body);
    assert!(comments::story(&house.store, QUESTION).await.unwrap().unwrap().actions.is_empty());
}

#[tokio::test]
async fn a_comment_is_shown_in_its_thread_with_what_its_author_wrote_before() {
    let house = House::open().await;
    let source = SourceId("page".into());
    let below = [
        Incoming {
            parent_id: Some("a".into()), post_id: Some("77_1".into()), ..incoming("d", "وأنا أيضًا؟")
        },
        Incoming { parent_id: Some("a".into()), ours: true, ..incoming("e", "حتى الخميس") },
    ];
    let batch = below.each_ref().map(|incoming| NewRevision { incoming, fold_key: Some(7), salt: [7; 16] });
    let mut tx = house.store.begin(Step::Read).await.unwrap();
    receive(&mut tx, &source, &batch, opening()).await.unwrap();
    tx.commit().await.unwrap();
    let cookie = format!("{}; majlis_lang=en", house.sign_in(Role::Staff).await);
    let page = house.get_page("/comments/1", &cookie).await.body;
    assert!(
        page.contains("Answers to it") && page.contains("وأنا أيضًا؟") && page.contains("Our reply"),
        "{page}"
    );
    let page = house.get_page("/comments/4", &cookie).await.body;
    assert!(page.contains(QUESTION_TEXT) && page.contains("https://www.facebook.com/77_1"), "{page}");
    assert!(page.contains("rel=\"noreferrer noopener\""), "{page}");
}

#[tokio::test]
async fn the_public_reads_the_policy_its_hours_and_its_date_in_both_calendars_without_signing_in() {
    let house = House::open().await;
    let page = house.get("/participation?lang=en").await;
    assert_eq!(page.status, StatusCode::OK);
    for words in [
        "Digital participation policy",
        "Comments are the views of those who write them",
        "Content against public morals",
        "Tuesday 24 November 2026 (14 Jumada II 1448)",
        "Closed",
    ] {
        assert!(page.body.contains(words), "{words} in {}", page.body);
    }
    assert!(
        !page.body.contains("<form") && !page.body.contains("/account"),
        "there is nothing to do, and nobody"
    );
    let page = house.get("/participation").await.body;
    assert!(page.contains("14 جمادى الآخرة 1448 هـ") && page.contains("dir=\"rtl\""), "{page}");
    let none = House::with(|web| web.in_force = Box::new(|| std::future::ready(None).boxed())).await;
    assert_eq!(none.get("/participation").await.status, StatusCode::SERVICE_UNAVAILABLE);
}
