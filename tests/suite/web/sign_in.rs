//! Local accounts: names and passwords, invitations, sessions, and what is asked of whoever has been signed in for long.

use axum::body::Body;
use axum::http::header::{CONTENT_TYPE, COOKIE, LOCATION, SET_COOKIE};
use axum::http::{Method, Request, StatusCode};
use jiff::SignedDuration;
use majlis::domain::session::{IDLE, INVITED_FOR, LIFETIME, PROVED_WITHIN, TRIES_FOR};
use majlis::domain::staff::Role;
use majlis::store::{Step, staff};
use majlis::web::Refusals;
use sha2::{Digest, Sha256};

use super::document::must_describe;
use super::{Answer, House, opening};

/// What [`with_password`] has somebody choose.
pub(super) const PASSWORD: &str = "lantern camel harbour seven";
const CODE: &str = "majlis_code";

/// An account of this role's name, which is invited.
async fn invite(house: &House, role: Role) {
    let mut tx = house.store.begin(Step::Act).await.unwrap();
    let hash = hex::encode(Sha256::digest(CODE));
    staff::invite(&mut tx, role.as_str(), &hash, opening() + INVITED_FOR, opening()).await.unwrap();
    tx.commit().await.unwrap();
}

/// Has this role's member of staff choose a password; the cookie of their session.
pub(super) async fn with_password(house: &House, role: Role) -> String {
    invite(house, role).await;
    cookie(&choose(house, PASSWORD, PASSWORD).await)
}

async fn choose(house: &House, new: &str, again: &str) -> Answer {
    house.post_form("/invitation?lang=en", "", &[("code", CODE), ("new", new), ("again", again)]).await
}

async fn try_in(house: &House, name: &str, password: &str) -> Answer {
    house.post_form("/sign-in?lang=en", "", &[("name", name), ("password", password)]).await
}

/// The same through a proxy that saw this address.
async fn try_from(house: &House, address: &str, name: &str, password: &str) -> StatusCode {
    let form = form_urlencoded::Serializer::new(String::new())
        .extend_pairs([("name", name), ("password", password)])
        .finish();
    let request = Request::post("/sign-in")
        .header("host", "majlis.example")
        .header("origin", "https://majlis.example")
        .header("x-forwarded-for", address)
        .header(CONTENT_TYPE, "application/x-www-form-urlencoded");
    house.send(request.body(Body::from(form)).unwrap()).await.status
}

/// The session of a cookie that an answer sets.
fn cookie(answer: &Answer) -> String {
    let all = answer.headers.get_all(SET_COOKIE);
    let session =
        all.iter().map(|cookie| cookie.to_str().unwrap()).find(|cookie| cookie.contains("_session="));
    session.unwrap_or_else(|| panic!("no session: {}", answer.body)).split(';').next().unwrap().to_owned()
}

async fn is_in(house: &House, cookie: &str) -> bool {
    house.get_page("/account", cookie).await.status == StatusCode::OK
}

#[tokio::test]
async fn somebody_who_was_invited_chooses_a_password_once_and_comes_in_by_it() {
    let house = House::open().await;
    invite(&house, Role::Staff).await;
    let page = house.get("/invitation?lang=en").await;
    assert!(page.body.contains(r#"autocomplete="new-password""#) && page.body.contains(r#"type="password""#));
    let answer = choose(&house, PASSWORD, PASSWORD).await;
    assert_eq!(
        (answer.status, answer.header(LOCATION.as_str())),
        (StatusCode::SEE_OTHER, "/inbox"),
        "{}",
        answer.body
    );
    assert!(is_in(&house, &cookie(&answer)).await);

    let answer = choose(&house, PASSWORD, PASSWORD).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.body.contains("unknown, was used, or its day is over"), "{}", answer.body);
    let answer = try_in(&house, "staff", PASSWORD).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    let log = house.log().await.concat();
    assert!(
        log.contains(r#""act":"staff.password_chosen","actor":{"as":"staff","kind":"staff","name":"staff"}"#)
    );
    assert!(log.contains(r#""fields":{"by":"password","role":"staff"}"#), "{log}");
    assert!(!log.contains("lantern") && !log.contains(CODE));
}

#[tokio::test]
async fn an_invitation_is_good_for_a_day() {
    let house = House::open().await;
    invite(&house, Role::Staff).await;
    house.wall.advance(INVITED_FOR);
    assert_eq!(choose(&house, PASSWORD, PASSWORD).await.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn a_weak_password_is_refused_with_words_that_say_what_to_do_and_is_not_shown_again() {
    let house = House::open().await;
    invite(&house, Role::Staff).await;
    for (new, again, told) in [
        ("tinytiny", "tinytiny", "write at least 12 characters"),
        ("Password123!", "Password123!", "many people use it"),
        ("staffstaffstaff", "staffstaffstaff", "It is easy to guess"),
        (PASSWORD, "lantern camel harbour eight", "The two new passwords differ"),
    ] {
        let answer = choose(&house, new, again).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{new}");
        assert!(answer.body.contains(told) && !answer.body.contains(new), "{new}: {}", answer.body);
        assert!(answer.body.contains(CODE), "the code need not be pasted again");
    }
    let arabic =
        house.post_form("/invitation", "", &[("code", CODE), ("new", "قصيرة"), ("again", "قصيرة")]).await;
    assert!(arabic.body.contains("كلمة المرور قصيرة"), "{}", arabic.body);
}

#[tokio::test]
async fn who_has_no_account_no_password_or_the_wrong_one_is_told_the_same() {
    let house = House::open().await;
    with_password(&house, Role::Staff).await;
    let mut tx = house.store.begin(Step::Act).await.unwrap();
    staff::disable(&mut tx, "operator", opening()).await.unwrap();
    tx.commit().await.unwrap();
    let pages = ["staff", "auditor", "operator", "nobody", "\0"].map(async |name| {
        let answer = try_in(&house, name, "a wrong guess").await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{name:?}");
        assert!(!answer.body.contains("a wrong guess"));
        answer.body.replace(&format!("value=\"{name}\""), "value=\"\"")
    });
    let pages = futures_util::future::join_all(pages).await;
    for page in &pages {
        assert!(page.contains("The user name or the password is not right"), "{page}");
        assert_eq!(*page, pages[0]);
    }
}

#[tokio::test]
async fn guessing_is_stopped_for_known_and_unknown_accounts_alike_and_nobody_is_shut_out_from_elsewhere() {
    let house = House::open().await;
    with_password(&house, Role::Staff).await;
    for name in ["staff", "nobody"] {
        for _ in 0..5 {
            assert_eq!(try_from(&house, "192.0.2.7", name, "a wrong guess").await, StatusCode::UNAUTHORIZED);
        }
        assert_eq!(
            try_from(&house, "192.0.2.7", name, PASSWORD).await,
            StatusCode::TOO_MANY_REQUESTS,
            "{name}"
        );
    }
    assert_eq!(try_from(&house, "192.0.2.8", "staff", PASSWORD).await, StatusCode::SEE_OTHER);
    // Whoever writes the header themselves stands before what the proxy adds.
    let forged = try_from(&house, "192.0.2.9, 192.0.2.7", "staff", PASSWORD).await;
    assert_eq!(forged, StatusCode::TOO_MANY_REQUESTS);
    house.wall.advance(TRIES_FOR);
    assert_eq!(try_from(&house, "192.0.2.7", "staff", PASSWORD).await, StatusCode::SEE_OTHER);

    for _ in 0..5 {
        try_in(&house, "staff", "a wrong guess").await;
    }
    let answer = try_in(&house, "staff", PASSWORD).await;
    assert_eq!((answer.status, answer.header("retry-after")), (StatusCode::TOO_MANY_REQUESTS, "900"));
    assert!(answer.body.contains("Try again in 15 minutes"), "{}", answer.body);
    assert!(house.log().await.concat().contains("sign_in.refused"));
}

#[tokio::test]
async fn changing_the_password_takes_the_current_one_and_ends_every_other_session() {
    let house = House::open().await;
    let here = with_password(&house, Role::Staff).await;
    let elsewhere = cookie(&try_in(&house, "staff", PASSWORD).await);
    let new = "copper dune falcon eleven";
    let change = async |cookie: &str, current: &str, new: &str, again: &str| {
        let fields = [("current", current), ("new", new), ("again", again)];
        house.post_form("/account/password?lang=en", cookie, &fields).await
    };
    for (current, new, again, told) in [
        ("not it", new, new, "The current password is not right"),
        (PASSWORD, new, "another", "The two new passwords differ"),
        (PASSWORD, "Password123!", "Password123!", "many people use it"),
    ] {
        let answer = change(&here, current, new, again).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(answer.body.contains(told), "{}", answer.body);
    }
    assert!(is_in(&house, &elsewhere).await);
    let answer = change(&here, PASSWORD, new, new).await;
    assert_eq!(answer.header(LOCATION.as_str()), "/account?done=password", "{}", answer.body);
    let renewed = cookie(&answer);
    assert!(!is_in(&house, &here).await && !is_in(&house, &elsewhere).await && is_in(&house, &renewed).await);
    assert_eq!(try_in(&house, "staff", PASSWORD).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(try_in(&house, "staff", new).await.status, StatusCode::SEE_OTHER);
    let page = house.get_page("/account?done=password&lang=en", &renewed).await.body;
    assert!(page.contains("The password is changed"), "{page}");
}

#[tokio::test]
async fn guessing_the_current_password_from_an_open_desk_is_stopped_too_and_every_guess_is_in_the_log() {
    let refusals = Refusals::default();
    let house = House::with(|web| web.refusals = refusals.clone()).await;
    let here = with_password(&house, Role::Staff).await;
    let new = "copper dune falcon eleven";
    let mut told = Vec::new();
    for _ in 0..6 {
        let fields = [("current", "a wrong guess"), ("new", new), ("again", new)];
        told.push(house.post_form("/account/password", &here, &fields).await.status.as_u16());
    }
    assert_eq!(told, [422, 422, 422, 422, 422, 429]);

    let logged = async || {
        let log = house.log().await;
        let refused = log.iter().filter(|entry| entry.contains("sign_in.refused"));
        let of_it = refused.filter(|entry| entry.contains(r#""object":"staff:staff""#));
        let count = |entry: &String| entry.split("\"count\":").nth(1)?.split('}').next()?.parse().ok();
        of_it.filter_map(count).collect::<Vec<u32>>()
    };
    assert_eq!(logged().await, [1], "the first at once");
    let in_seconds = |seconds| opening() + SignedDuration::from_secs(seconds);
    refusals.tell_rest(&house.store, in_seconds(59)).await.unwrap();
    assert_eq!(logged().await, [1]);
    refusals.tell_rest(&house.store, in_seconds(60)).await.unwrap();
    refusals.tell_rest(&house.store, in_seconds(120)).await.unwrap();
    assert_eq!(logged().await, [1, 5], "the rest within a minute, though nobody guesses any more");
    let fields = [("current", "a wrong guess"), ("new", new), ("again", new)];
    for _ in 0..2 {
        house.post_form("/account/password", &here, &fields).await;
    }
    refusals.tell_last(&house.store, in_seconds(1)).await.unwrap();
    assert_eq!(logged().await, [1, 5, 1, 1], "and where the process ends, at once");
}

#[tokio::test]
async fn who_signs_in_again_has_another_session_and_the_one_before_is_over() {
    let house = House::open().await;
    let before = house.sign_in(Role::Staff).await;
    let seal = house.seal(&before).await.unwrap();
    let answer = house.post_form("/sign-in", &before, &[("token", "staff-token")]).await;
    let after = cookie(&answer);
    assert_ne!(before, after);
    assert!(!is_in(&house, &before).await && is_in(&house, &after).await);
    assert_eq!(house.seal(&after).await.unwrap(), seal, "what they are writing elsewhere can still be sent");
    // Somebody else at the same browser does not go on with it.
    let other = cookie(&house.post_form("/sign-in", &after, &[("token", "approver-token")]).await);
    assert!(!is_in(&house, &after).await);
    assert_ne!(house.seal(&other).await.unwrap(), seal);
}

#[tokio::test]
async fn somebodys_sessions_are_listed_and_ended_by_whoever_signed_in_a_short_while_ago() {
    let house = House::open().await;
    let (here, there) = (house.sign_in(Role::Staff).await, house.sign_in(Role::Staff).await);
    let stranger = house.sign_in(Role::Auditor).await;
    let page = house.get_page("/account?lang=en", &here).await.body;
    assert_eq!((page.matches("This one").count(), page.matches("/sign-out/one").count()), (1, 1), "{page}");
    let id = page.split(r#"name="session" value=""#).nth(1).unwrap().split('"').next().unwrap().to_owned();

    house.post_form("/sign-out/one", &stranger, &[("session", &id)]).await;
    assert!(is_in(&house, &there).await, "only by its owner");
    house.wall.advance(PROVED_WITHIN);
    for path in ["/sign-out/one", "/sign-out/everywhere"] {
        let answer = house.post_form(path, &here, &[("session", &id)]).await;
        assert_eq!(answer.header(LOCATION.as_str()), "/sign-in?again=1&next=%2Faccount");
        assert!(is_in(&house, &there).await, "{path}");
    }
    let again = house.get_page("/sign-in?again=1&next=%2Faccount&lang=en", &here).await.body;
    assert!(again.contains("sign in once more to go on") && again.contains(r#"value="staff""#), "{again}");
    let fields = [("token", "staff-token"), ("next", "/account")];
    let answer = house.post_form("/sign-in", &here, &fields).await;
    assert_eq!(answer.header(LOCATION.as_str()), "/account");
    let here = cookie(&answer);
    let answer = house.post_form("/sign-out/one", &here, &[("session", &id)]).await;
    assert_eq!(answer.header(LOCATION.as_str()), "/account?done=session");
    assert!(!is_in(&house, &there).await && is_in(&house, &here).await);
    assert!(house.log().await.last().unwrap().contains("staff.signed_out_elsewhere"));
}

#[tokio::test]
async fn a_program_lists_the_sessions_of_whose_token_it_has_and_ends_one() {
    let house = House::open().await;
    let (here, there) = (house.sign_in(Role::Staff).await, house.sign_in(Role::Staff).await);
    let theirs = house.sign_in(Role::Approver).await;
    let call = async |method: Method, path: &str, role| {
        let answer = house.call(method.clone(), path, role, None).await;
        must_describe(&house, &method, path, &answer).await;
        answer
    };
    let list = async |role| call(Method::GET, "/sessions", role).await.json()["sessions"].clone();
    let mine = list(Role::Staff).await;
    assert_eq!((mine.as_array().unwrap().len(), &mine[0]["way"]), (2, &"token".into()));
    let end = |session: &serde_json::Value| format!("/sessions/{}/end", session["id"].as_str().unwrap());
    for none in [end(&list(Role::Approver).await[0]), "/sessions/x%00/end".to_owned()] {
        assert_eq!(call(Method::POST, &none, Role::Staff).await.status, StatusCode::NO_CONTENT, "{none}");
    }
    assert!(is_in(&house, &theirs).await && is_in(&house, &here).await && is_in(&house, &there).await);
    assert_eq!(call(Method::POST, &end(&mine[0]), Role::Staff).await.status, StatusCode::NO_CONTENT);
    assert_eq!(list(Role::Staff).await, serde_json::json!([mine[1]]));
    assert!(is_in(&house, &here).await != is_in(&house, &there).await);
    assert!(house.log().await.last().unwrap().contains("staff.signed_out_elsewhere"));
}

#[tokio::test]
async fn a_session_is_over_after_an_hour_without_use_and_after_a_working_day() {
    let house = House::open().await;
    let mut cookie = house.sign_in(Role::Staff).await;
    house.wall.advance(IDLE);
    assert!(!is_in(&house, &cookie).await);
    cookie = house.sign_in(Role::Staff).await;
    let mut hours = SignedDuration::ZERO;
    while is_in(&house, &cookie).await {
        hours += IDLE - SignedDuration::from_mins(1);
        house.wall.advance(IDLE - SignedDuration::from_mins(1));
    }
    assert!(hours >= LIFETIME && hours < LIFETIME + IDLE, "{hours:?}");
}

#[tokio::test]
async fn a_cookie_that_we_did_not_give_opens_nothing_and_the_database_holds_none() {
    let house = House::open().await;
    let cookie = house.sign_in(Role::Staff).await;
    let token = cookie.split_once('=').unwrap().1;
    assert!(token.len() >= 43, "256 bits in base64");
    for forged in ["", "x", &token[1..], &token.to_lowercase(), &hex::encode(Sha256::digest(token))] {
        assert!(!is_in(&house, &format!("__Host-majlis_session={forged}")).await, "{forged}");
    }
    assert!(
        !is_in(&house, &cookie.replace("__Host-", "")).await,
        "without its prefix any site of the domain could set it"
    );
    let page = house.get_page("/account", &cookie).await.body;
    assert!(!page.contains(token));
}

#[tokio::test]
async fn who_must_look_into_a_log_that_does_not_hold_can_come_in_and_go() {
    let house = House::open().await;
    with_password(&house, Role::Auditor).await;
    house.store.stop_writing();
    let cookie = cookie(&try_in(&house, "auditor", PASSWORD).await);
    assert!(is_in(&house, &cookie).await);
    let request = Request::get("/inbox").header(COOKIE, cookie.replace('=', "=x")).body(Body::empty());
    assert_eq!(house.send(request.unwrap()).await.status, StatusCode::SEE_OTHER);
    house.post_form("/sign-out", &cookie, &[]).await;
    assert!(!is_in(&house, &cookie).await);
    let told: Vec<u16> =
        futures_util::future::join_all((0..12).map(|_| try_in(&house, "auditor", "a wrong guess")))
            .await
            .iter()
            .map(|answer| answer.status.as_u16())
            .collect();
    assert!(told.contains(&429), "guessing is stopped all the same: {told:?}");
}
