//! Working through what the machine left to people, and at many comments at once.

use std::future::ready;
use std::mem;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::http::header::{CONTENT_TYPE, COOKIE, LOCATION, SET_COOKIE};
use axum::http::{Method, Request, StatusCode};
use futures_util::{FutureExt, StreamExt};
use jiff::SignedDuration;
use majlis::domain::action::{ActionState, Withdrawal};
use majlis::domain::comment::{CommentId, SourceId, Visibility};
use majlis::domain::holder::Holder;
use majlis::domain::opinion::Opinion;
use majlis::domain::poll_plan::Post;
use majlis::domain::staff::Role;
use majlis::store::Step;
use majlis::store::bulks::{self, ItemOutcome};
use majlis::store::comments::{self, Story, set_visibility};
use majlis::store::jobs::{self, Lane};
use majlis::store::opinions::{self, Asked};
use majlis::store::posts::{self, SeenPost};
use tokio::sync::Notify;
use tower::ServiceExt;

use super::document::must_describe;
use super::{DOUBTFUL, DOUBTFUL_TEXT, HIDDEN, House, QUESTION, opening};

async fn story(house: &House, id: CommentId) -> Story {
    comments::story(&house.store, id).await.unwrap().unwrap()
}

/// The value of a hidden field of a page's form.
fn hidden<'a>(page: &'a str, name: &str) -> &'a str {
    page.split(&format!(r#"name="{name}" value=""#)).nth(1).expect(name).split('"').next().unwrap()
}

#[tokio::test]
async fn the_review_queue_is_answered_one_by_one_and_each_answer_is_a_label() {
    let house = House::with(|web| web.undo = SignedDuration::from_secs(10)).await;
    let cookie = format!("{}; majlis_lang=en", house.sign_in(Role::Staff).await);
    let page = house.get_page("/review", &cookie).await.body;
    assert!(page.contains("1 comment waiting for a decision."), "{page}");
    assert!(page.contains("Indecent language") && page.contains("<mark>غبي</mark>"), "{page}");
    assert!(page.contains("Maybe violent or sexual"), "the text waits to be asked for: {page}");
    let later = page.split(r#"href="/review?after="#).nth(1).unwrap().split('"').next().unwrap();
    let skipped = house.get_page(&format!("/review?after={later}"), &cookie).await.body;
    assert!(skipped.contains("No comment waits for a decision here"), "{skipped}");

    let seen = hidden(&page, "seen").to_owned();
    let then = format!("review.{later}");
    let other = [("clause", "spam"), ("reason", "an advert"), ("seen", &*seen), ("then", &*then)];
    let answer = house.post_form("/comments/2/hide", &cookie, &other).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    let on = answer.header(LOCATION.as_str());
    assert!(on.starts_with("/review?done=hide&undo=2."), "{on}");
    assert!(on.ends_with(&format!("&after={later}")), "{on}");
    let done = house.get_page(on, &cookie).await.body;
    assert!(done.contains("Take it back") || done.contains("take-back"), "{done}");

    let labels = house.call(Method::GET, "/labels", Role::Auditor, None).await;
    must_describe(&house, &Method::GET, "/labels", &labels).await;
    let label = &labels.json()["labels"][0];
    assert_eq!((label["answer"].as_str(), label["labels"][0].as_str()), (Some("wrong_clause"), Some("spam")));
    assert_eq!(label["machine_clause"], "indecent");
    let exported = house.log().await.pop().unwrap();
    for said in
        [r#""act":"comments.exported""#, r#""name":"auditor""#, r#""object":"labels""#, r#""after":0"#]
    {
        assert!(exported.contains(said), "{said}: {exported}");
    }
}

#[tokio::test]
async fn a_second_opinion_stands_beside_the_comment_and_leaves_the_decision_to_a_person() {
    let house = House::open().await;
    let cookie = format!("{}; majlis_lang=en", house.sign_in(Role::Staff).await);
    let none = house.call(Method::GET, "/comments/2", Role::Staff, None).await;
    assert!(none.json()["second_opinion"].is_null());
    let answer = r#"{"probability": 0.83, "clause": "defamatory", "note": "<b>names</b> a man"}"#;
    let asked = Asked {
        opinion: Opinion::read(answer.as_bytes()),
        host: "o.example".to_owned(),
        at: "2026-11-24T04:00:00Z".parse().unwrap(),
    };
    let mut tx = house.store.begin(Step::Settle).await.unwrap();
    opinions::keep(&mut tx, DOUBTFUL, 1, &asked).await.unwrap();
    tx.commit().await.unwrap();

    for page in ["/review", "/comments/2"] {
        let page = house.get_page(page, &cookie).await.body;
        assert!(
            page.contains(r#"probability of a breach <data value="0.83">83%</data> (Defamation)"#),
            "{page}"
        );
        assert!(page.contains("&lt;b&gt;names&lt;/b&gt; a man"), "{page}");
    }
    let told = house.call(Method::GET, "/comments/2", Role::Staff, None).await;
    must_describe(&house, &Method::GET, "/comments/2", &told).await;
    let told = told.json();
    assert_eq!(told["second_opinion"]["probability"], 0.83);
    assert_eq!(told["second_opinion"]["clause"], "defamatory");
    assert_eq!(
        (told["comment"]["verdict"].as_str(), told["comment"]["clause"].as_str()),
        (Some("review"), Some("indecent"))
    );
}

#[tokio::test]
async fn whoever_reviews_is_told_that_a_comment_repeats_what_was_written_around_it() {
    let house = House::open().await;
    let session = house.sign_in(Role::Staff).await;
    let page = async |lang| house.get_page("/review", &format!("{session}; majlis_lang={lang}")).await.body;
    let told = [
        ("en", "It repeats what was written around it, in the comment that it answers or in the post."),
        ("ar", "يكرر ما كُتب حوله، في التعليق الذي يرد عليه أو في المنشور."),
    ];
    let source = SourceId("page".into());
    let seen = SeenPost { id: "p1".to_owned(), post: Post::new(opening()), said: None, said_when_read: None };
    let mut tx = house.store.begin(Step::Read).await.unwrap();
    posts::keep(&mut tx, &source, &[seen]).await.unwrap();
    tx.commit().await.unwrap();
    house.tamper("update comment set post_id = 'p1' where id = 2").await;
    for (post, quotes) in [("مواعيد التسجيل", false), (DOUBTFUL_TEXT, true)] {
        let mut tx = house.store.begin(Step::Read).await.unwrap();
        posts::say(&mut tx, &source, &[("p1".to_owned(), Some(post.to_owned()))], None).await.unwrap();
        tx.commit().await.unwrap();
        for (lang, words) in told {
            let page = page(lang).await;
            assert_eq!(page.contains(words), quotes, "{post}: {page}");
        }
    }
}

#[tokio::test]
async fn who_may_not_act_reads_the_review_queue_without_buttons() {
    let house = House::open().await;
    let cookie = house.sign_in(Role::Auditor).await;
    let page = house.get_page("/review", &cookie).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(!page.body.contains("/approve") && !page.body.contains("data-key=\"h\""), "{}", page.body);
    assert_eq!(house.get_page("/bulk?of=list", &cookie).await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn many_are_hidden_at_once_after_proof_and_all_of_it_is_undone_by_one_button() {
    let house = House::with(|web| web.undo = SignedDuration::from_secs(10)).await;
    let cookie = format!("{}; majlis_lang=en", house.sign_in(Role::Staff).await);
    let page = house.get_page("/bulk?of=chosen&id=1&id=2&id=3&id=99&state=waiting", &cookie).await.body;
    assert!(page.contains("Chosen: 3 comments") && page.contains("requests to the platform: 3"), "{page}");
    let (items, entry) = (hidden(&page, "items").to_owned(), hidden(&page, "entry").to_owned());
    assert_eq!(items, "1.1,2.1,3.1");
    let hide = [
        ("what", "hide"),
        ("clause", "spam"),
        ("reason", "one advert"),
        ("items", &*items),
        ("entry", &*entry),
    ];

    house.wall.advance(SignedDuration::from_mins(16));
    let stale = house.get_page("/bulk?id=1", &cookie).await.body;
    assert!(stale.contains("Hiding many comments needs proof"), "{stale}");
    let sent_on = house.post_form("/bulk", &cookie, &hide).await;
    assert_eq!(sent_on.status, StatusCode::SEE_OTHER);
    let to = sent_on.header(LOCATION.as_str());
    assert_eq!(to, "/sign-in?again=1&next=%2Fbulk%3Fthese%3DAQEB");
    let back = house.get_page("/bulk?these=AQEB", &cookie).await.body;
    assert_eq!(hidden(&back, "items"), "1.1,2.1,3.1");
    let blank = [("what", "approve"), ("reason", ""), ("items", &*items), ("entry", &*entry)];
    let refused = house.post_form("/bulk", &cookie, &blank).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let way = "/sign-in?again=1&amp;next=%2Fbulk%3Fthese%3DAQEB";
    assert!(refused.body.contains(way), "{}", refused.body);
    assert!(story(&house, QUESTION).await.actions.is_empty(), "an open desk hides nothing");

    let cookie = format!("{}; majlis_lang=en", house.sign_in(Role::Staff).await);
    let done = house.post_form("/bulk", &cookie, &hide).await;
    assert_eq!((done.status, done.header(LOCATION.as_str())), (StatusCode::SEE_OTHER, "/bulk/1"));
    let told = house.get_page("/bulk/1", &cookie).await.body;
    assert!(told.contains("Done: 2 comments") && told.contains("Its state does not allow it"), "{told}");
    for id in [QUESTION, DOUBTFUL] {
        assert_eq!(story(&house, id).await.decisions.last().unwrap().verdict, "hide");
    }
    let log = house.log().await;
    assert_eq!(
        log.iter()
            .filter(|entry| entry.contains(r#""act":"comment.judged""#) && entry.contains(r#""bulk":1"#))
            .count(),
        2
    );

    let undone = house.post_form("/bulk/1/undo", &cookie, &[]).await;
    assert_eq!(undone.header(LOCATION.as_str()), "/bulk/2", "{}", undone.body);
    for (id, verdict) in [(QUESTION, "allow"), (DOUBTFUL, "review")] {
        let story = story(&house, id).await;
        assert_eq!(story.decisions.last().unwrap().verdict, verdict);
        assert!(matches!(story.actions[0].action.state, ActionState::Withdrawn { .. }));
    }
    assert!(
        story(&house, QUESTION).await.clocks.iter().any(|clock| clock.state.is_open()),
        "it is owed its reply again"
    );
    let again = house.post_form("/bulk/1/undo", &cookie, &[]).await;
    assert_eq!(again.status, StatusCode::CONFLICT);
    assert!(again.body.contains("It was undone by number"), "{}", again.body);
}

#[tokio::test]
async fn what_hides_many_asks_for_proof_where_it_undoes_too_and_an_undoing_is_not_undone() {
    let house = House::with(|web| web.undo = SignedDuration::from_secs(10)).await;
    let cookie = format!("{}; majlis_lang=en", house.sign_in(Role::Staff).await);
    let unhide = [("what", "unhide"), ("reason", "by mistake"), ("items", "3.1"), ("entry", "999")];
    let shown = house.post_form("/bulk", &cookie, &unhide).await;
    assert_eq!(shown.header(LOCATION.as_str()), "/bulk/1", "{}", shown.body);

    house.wall.advance(SignedDuration::from_mins(16));
    let told = house.get_page("/bulk/1", &cookie).await.body;
    let way = "/sign-in?again=1&amp;next=%2Fbulk%2F1";
    assert!(
        told.contains("Done: 1 comment") && told.contains(way) && !told.contains("/bulk/1/undo"),
        "{told}"
    );
    let sent_on = house.post_form("/bulk/1/undo", &cookie, &[]).await;
    assert_eq!(sent_on.header(LOCATION.as_str()), "/sign-in?again=1&next=%2Fbulk%2F1");
    assert_eq!(story(&house, HIDDEN).await.decisions.last().unwrap().verdict, "allow", "nothing was hidden");

    let cookie = format!("{}; majlis_lang=en", house.sign_in(Role::Staff).await);
    let undone = house.post_form("/bulk/1/undo", &cookie, &[]).await;
    assert_eq!(undone.header(LOCATION.as_str()), "/bulk/2", "{}", undone.body);
    assert_eq!(story(&house, HIDDEN).await.decisions.last().unwrap().verdict, "hide");

    let again = house.post_form("/bulk/2/undo", &cookie, &[]).await;
    assert_eq!(again.status, StatusCode::CONFLICT);
    let why = Some(r#"{"reason":"once more"}"#);
    let again = house.call(Method::POST, "/bulk/2/undo", Role::Staff, why).await;
    must_describe(&house, &Method::POST, "/bulk/2/undo", &again).await;
    assert_eq!(again.status, StatusCode::CONFLICT, "{}", again.body);
    assert_eq!(house.get_page("/bulk/3", &cookie).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn an_act_on_many_goes_on_where_whoever_asked_for_it_hangs_up() {
    let [begun, go_on, done] = [(); 3].map(|()| Arc::new(Notify::new()));
    let (says_begun, waits, says_done) = (begun.clone(), go_on.clone(), done.clone());
    let house = House::with(|web| {
        let usual = mem::replace(&mut web.in_force, Box::new(|| ready(None).boxed()));
        web.in_force = Box::new(move || {
            says_begun.notify_one();
            let (rules, waits) = (usual(), waits.clone());
            async move {
                waits.notified().await;
                rules.await
            }
            .boxed()
        });
        web.stir = Box::new(move || says_done.notify_one());
    })
    .await;
    let body = Some(r#"{"what":"hide:spam","reason":"one advert","comments":[{"comment":1},{"comment":2}]}"#);
    tokio::select! {
        answer = house.call(Method::POST, "/bulk", Role::Staff, body) => panic!("{}", answer.body),
        () = begun.notified() => {}
    }
    go_on.notify_one();
    tokio::time::timeout(Duration::from_secs(20), done.notified()).await.expect("it goes on");
    for id in [QUESTION, DOUBTFUL] {
        assert_eq!(story(&house, id).await.decisions.last().unwrap().verdict, "hide");
    }
}

#[tokio::test]
async fn an_act_on_many_that_was_cut_short_says_what_it_did_not_reach_and_what_to_do() {
    let house = House::open().await;
    let mut tx = house.store.begin(Step::Act).await.unwrap();
    let asked = [QUESTION, DOUBTFUL, HIDDEN];
    let bulk = bulks::begin(&mut tx, ("hide:spam", None), &asked, "staff", opening()).await.unwrap();
    bulks::note(&mut tx, bulk, QUESTION, ItemOutcome::Done, None).await.unwrap();
    tx.commit().await.unwrap();
    let cookie = format!("{}; majlis_lang=en", house.sign_in(Role::Staff).await);
    let told = house.get_page("/bulk/1", &cookie).await.body;
    assert!(told.contains("Done: 1 comment") && told.contains("Not reached: 2 comments"), "{told}");
    assert!(told.contains(r#"href="/bulk?these=AgE""#), "{told}");
    let told = house.call(Method::GET, "/bulk/1", Role::Staff, None).await;
    must_describe(&house, &Method::GET, "/bulk/1", &told).await;
    let json = told.json();
    let outcomes = json["items"].as_array().unwrap().iter().map(|item| item["outcome"].as_str().unwrap());
    assert_eq!(outcomes.collect::<Vec<_>>(), ["done", "not_reached", "not_reached"]);
}

#[tokio::test]
async fn what_has_left_is_undone_by_its_opposite_and_what_a_colleague_did_since_stays() {
    let house = House::open().await;
    let body = r#"{"what":"assign:staff:staff","comments":[{"comment":1},{"comment":2}]}"#;
    let given = house.call(Method::POST, "/bulk", Role::Staff, Some(body)).await;
    must_describe(&house, &Method::POST, "/bulk", &given).await;
    assert_eq!(given.json()["items"][1]["outcome"], "done", "{}", given.body);
    house.clock.advance(SignedDuration::from_secs(1));
    let kind = r#"{"what":"kind:praise","comments":[{"comment":1},{"comment":2}]}"#;
    assert_eq!(house.call(Method::POST, "/bulk", Role::Staff, Some(kind)).await.status, StatusCode::CREATED);
    let left = r#"{"what":"approve","reason":"criticism","comments":[{"comment":2}]}"#;
    house.clock.advance(SignedDuration::from_secs(1));
    assert_eq!(house.call(Method::POST, "/bulk", Role::Staff, Some(left)).await.json()["id"], 3);

    // A colleague takes one of them.
    let take = r#"{"to":"staff:approver"}"#;
    house.call(Method::POST, "/comments/2/assign", Role::Approver, Some(take)).await;
    let why = Some(r#"{"reason":"by mistake"}"#);
    let undone = house.call(Method::POST, "/bulk/1/undo", Role::Staff, why).await;
    must_describe(&house, &Method::POST, "/bulk/1/undo", &undone).await;
    let outcomes: Vec<_> =
        undone.json()["items"].as_array().unwrap().iter().map(|item| item["outcome"].clone()).collect();
    assert_eq!(outcomes, ["done", "overtaken"]);
    assert_eq!(*story(&house, QUESTION).await.holder(), Holder::Unassigned);
    assert_eq!(story(&house, DOUBTFUL).await.holder().to_string(), "staff:approver");

    let refused = house.call(Method::POST, "/bulk/9/undo", Role::Staff, why).await;
    assert_eq!(refused.status, StatusCode::NOT_FOUND);
    let unknown = r#"{"what":"approve","reason":"x","comments":[{"comment":99}]}"#;
    assert_eq!(
        house.call(Method::POST, "/bulk", Role::Staff, Some(unknown)).await.status,
        StatusCode::NOT_FOUND
    );
    assert_eq!(story(&house, HIDDEN).await.comment.visibility, Visibility::Hidden);
}

#[tokio::test]
async fn a_reply_leaves_when_somebody_else_approves_it_and_the_words_that_changed_are_kept() {
    let house = House::with(|web| web.approving = vec![SourceId("page".into())]).await;
    let writer = format!("{}; majlis_lang=en", house.sign_in(Role::Staff).await);
    let approver = format!("{}; majlis_lang=en", house.sign_in(Role::Approver).await);
    let page = house.get_page("/comments/1", &writer).await.body;
    assert!(page.contains("Replies of this account leave once somebody else approves them."), "{page}");
    let fields = [("text", "It opens on Sunday."), ("seen", "1.999")];
    let sent = house.post_form("/comments/1/reply", &writer, &fields).await;
    assert_eq!(sent.header(LOCATION.as_str()), "/comments/1?done=proposed", "{}", sent.body);
    assert_eq!(story(&house, QUESTION).await.actions[0].action.state, ActionState::AwaitingApproval);
    assert_eq!(story(&house, QUESTION).await.holder(), &Holder::AwaitingApproval);
    assert_eq!(jobs::next_due(&house.store, &Lane::Dispatch(SourceId("page".into()))).await.unwrap(), None);
    let again = house.post_form("/comments/1/reply", &writer, &fields).await;
    assert_eq!(again.header(LOCATION.as_str()), "/comments/1?done=already");

    // It is in its list; whoever wrote it can take it back and not approve it.
    let list = house.get_page("/inbox?state=awaiting_approval", &approver).await.body;
    assert!(list.contains("#1") && list.contains("Reply awaiting approval"), "{list}");
    let counts = house.call(Method::GET, "/counts", Role::Staff, None).await;
    must_describe(&house, &Method::GET, "/counts", &counts).await;
    assert_eq!(counts.json()["platforms"][0]["awaiting_approval"], 1);
    let own = house.get_page("/comments/1", &writer).await.body;
    assert!(own.contains("You wrote this reply") && own.contains("take-back"), "{own}");
    let approve = [("action", "1"), ("text", "It opens on Monday."), ("seen", "1.999")];
    let refused = house.post_form("/comments/1/approve-reply", &writer, &approve).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN, "staff approve nothing");

    let shown = house.get_page("/comments/1", &approver).await.body;
    assert!(shown.contains("Approve and send") && shown.contains("It opens on Sunday."), "{shown}");
    let approved = house.post_form("/comments/1/approve-reply", &approver, &approve).await;
    assert_eq!(approved.header(LOCATION.as_str()), "/comments/1?done=reply", "{}", approved.body);
    let found = story(&house, QUESTION).await;
    let reply = &found.actions[0];
    assert_eq!(
        (&reply.action.state, reply.action.act.text()),
        (&ActionState::Queued, Some("It opens on Monday."))
    );
    let approval = reply.approval.as_ref().unwrap();
    assert_eq!(approval.draft.as_deref(), Some("It opens on Sunday."));
    assert_eq!(approval.by.to_string(), "staff:approver");
    assert_eq!(
        found.holder().to_string(),
        "staff:staff",
        "it is back in the hands of whoever wrote the reply"
    );
    assert!(jobs::next_due(&house.store, &Lane::Dispatch(SourceId("page".into()))).await.unwrap().is_some());
    let told = house.get_page("/comments/1", &writer).await.body;
    assert!(told.contains("<del>Sunday.</del><ins>Monday.</ins>"), "{told}");
    let api = house.call(Method::GET, "/comments/1", Role::Auditor, None).await;
    must_describe(&house, &Method::GET, "/comments/1", &api).await;
    assert_eq!(api.json()["actions"][0]["draft"], "It opens on Sunday.");
    let twice = house.post_form("/comments/1/approve-reply", &approver, &approve).await;
    assert_eq!(twice.status, StatusCode::CONFLICT);
}

#[tokio::test]
async fn an_approver_approves_no_reply_of_their_own_and_one_that_is_given_back_does_not_leave() {
    let house = House::open().await;
    let propose = Some(r#"{"text":"Tomorrow."}"#);
    let path = "/comments/1/propose";
    let proposed = house.call(Method::POST, path, Role::Approver, propose).await;
    must_describe(&house, &Method::POST, path, &proposed).await;
    let approve = Some(r#"{"action":1,"text":"Tomorrow."}"#);
    let own = house.call(Method::POST, "/comments/1/approve-reply", Role::Approver, approve).await;
    must_describe(&house, &Method::POST, "/comments/1/approve-reply", &own).await;
    assert_eq!(own.status, StatusCode::CONFLICT, "{}", own.body);
    let give_back = Some(r#"{"action":1,"reason":"it opens on Sunday"}"#);
    let refused = house.call(Method::POST, "/comments/1/return-reply", Role::Staff, give_back).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    let returned = house.call(Method::POST, "/comments/1/return-reply", Role::Approver, give_back).await;
    must_describe(&house, &Method::POST, "/comments/1/return-reply", &returned).await;
    assert_eq!(returned.status, StatusCode::NO_CONTENT, "{}", returned.body);
    let found = story(&house, QUESTION).await;
    let why = Withdrawal::GivenBack;
    assert_eq!(found.actions[0].action.state, ActionState::Withdrawn { at: opening(), why });
    let told = house.call(Method::GET, "/comments/1", Role::Staff, None).await;
    must_describe(&house, &Method::GET, "/comments/1", &told).await;
    assert_eq!(told.json()["actions"][0]["withdrawal"], "given_back");
    let cookie = format!("{}; majlis_lang=en", house.sign_in(Role::Staff).await);
    let page = house.get_page("/comments/1", &cookie).await.body;
    assert!(page.contains("given back to whoever wrote it") && !page.contains("overtaken"), "{page}");
    assert_eq!(found.notes[0].text.as_deref(), Some("it opens on Sunday"));
    let log = house.log().await;
    let acts: Vec<_> = ["reply.proposed", "reply.returned", "reply.approved"]
        .map(|act| log.iter().filter(|entry| entry.contains(&format!(r#""act":"{act}""#))).count())
        .into();
    assert_eq!(acts, [1, 1, 0]);
    assert!(
        log.iter().all(|entry| !entry.contains("Tomorrow") && !entry.contains("Sunday")),
        "words are committed to"
    );
}

#[tokio::test]
async fn what_was_written_for_one_reply_that_waits_stands_in_no_other() {
    let house = House::open().await;
    for text in [r#"{"text":"It opens on Sunday."}"#, r#"{"text":"Please call us."}"#] {
        let proposed = house.call(Method::POST, "/comments/1/propose", Role::Staff, Some(text)).await;
        assert!(proposed.status.is_success(), "{}", proposed.body);
    }
    let cookie = format!("{}; majlis_lang=en", house.sign_in(Role::Approver).await);
    let approve = [("action", "1"), ("text", "It opens on {day}."), ("seen", "1.999")];
    let again = house.post_form("/comments/1/approve-reply", &cookie, &approve).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
    let in_field = |page: &str, id: &str| {
        let from = page.split(&format!(r#"id="approve-{id}" "#)).nth(1).expect(id);
        from.split_once('>').unwrap().1.split("</textarea>").next().unwrap().trim().to_owned()
    };
    assert_eq!(in_field(&again.body, "1"), "It opens on {day}.");
    assert_eq!(in_field(&again.body, "2"), "Please call us.");
    assert_eq!(again.body.matches("has a blank that was not filled").count(), 1, "{}", again.body);

    let reason = "x".repeat(1_001);
    let give_back =
        [("action", "2"), ("text", "Please call us."), ("reason", reason.as_str()), ("seen", "1.999")];
    let again = house.post_form("/comments/1/approve-reply", &cookie, &give_back).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(in_field(&again.body, "1"), "It opens on Sunday.");
    assert_eq!(again.body.matches(&reason).count(), 1, "it is the reason of that form alone");
    assert_eq!(again.body.matches("Shorten the reason").count(), 1);
}

#[tokio::test]
async fn who_is_refused_is_told_so_where_the_form_is_no_longer_offered() {
    let house = House::with(|web| web.undo = SignedDuration::from_secs(10)).await;
    let staff = format!("{}; majlis_lang=en", house.sign_in(Role::Staff).await);
    let approver = format!("{}; majlis_lang=en", house.sign_in(Role::Approver).await);
    let page = house.get_page("/comments/2", &staff).await.body;
    let seen = hidden(&page, "seen").to_owned();
    let hide = [("clause", "spam"), ("reason", "an advert"), ("seen", &*seen)];
    assert_eq!(house.post_form("/comments/2/hide", &approver, &hide).await.status, StatusCode::SEE_OTHER);
    let late = house.post_form("/comments/2/hide", &staff, &hide).await;
    assert_eq!(late.status, StatusCode::CONFLICT);
    assert!(late.body.contains("approver dealt with this comment before you"), "{}", late.body);
    assert!(!late.body.contains(r#"value="an advert""#), "a reason to hide is none to show it again");
}

#[tokio::test]
async fn a_button_that_goes_on_says_what_it_does_first_and_a_hint_how_the_comment_stays() {
    let house = House::open().await;
    let cookie = format!("{}; majlis_lang=en", house.sign_in(Role::Staff).await);
    let buttons = |page: &str| -> Vec<String> {
        let named = page.split(r#"name="then" value="next">"#).skip(1);
        named.map(|rest| rest.split('<').next().unwrap().to_owned()).collect()
    };
    let page = house.get_page("/comments/1", &cookie).await.body;
    let then = ", then on to the next";
    let acts = ["Send the reply", "No reply needed", "Hide"];
    assert_eq!(buttons(&page), acts.map(|act| format!("{act}{then}")));
    assert!(page.contains("and it stays visible"), "{page}");
    let mut tx = house.store.begin(Step::Keep).await.unwrap();
    set_visibility(&mut tx, QUESTION, Visibility::Hidden, opening()).await.unwrap();
    tx.commit().await.unwrap();
    let page = house.get_page("/comments/1", &cookie).await.body;
    assert!(page.contains("and it stays hidden") && !page.contains("it stays visible"), "{page}");
}

#[tokio::test]
async fn the_board_counts_deadlines_by_when_they_are_due_and_leads_to_their_comments() {
    let house = House::open().await;
    let cookie = format!("{}; majlis_lang=en", house.sign_in(Role::Auditor).await);
    let page = house.get_page("/deadlines", &cookie).await.body;
    assert!(
        page.contains("Deadlines") && page.contains("#1") && page.contains("of working time left"),
        "{page}"
    );
    assert!(page.contains(r#"href="/deadlines?due=later&amp;platform=facebook""#), "{page}");
    house.clock.advance(SignedDuration::from_hours(24 * 40));
    let late = house.get_page("/deadlines?due=overdue&platform=facebook", &cookie).await.body;
    assert!(late.contains("Overdue since") && late.contains(r#"class="urgent""#), "{late}");
    let counts = house.call(Method::GET, "/deadlines", Role::Staff, None).await;
    must_describe(&house, &Method::GET, "/deadlines", &counts).await;
    assert_eq!(counts.json()["platforms"][0]["before"], serde_json::json!([1, 1]));
    let refused = house.call(Method::GET, "/deadlines?before=soon", Role::Staff, None).await;
    assert_eq!(refused.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn who_acts_on_what_a_colleague_works_on_is_told_first_and_has_it_then() {
    let house = House::open().await;
    let staff = format!("{}; majlis_lang=en", house.sign_in(Role::Staff).await);
    let approver = format!("{}; majlis_lang=en", house.sign_in(Role::Approver).await);
    let work = house.post_form("/comments/2/work", &staff, &[]).await;
    assert_eq!(work.header(LOCATION.as_str()), "/comments/2");
    assert!(house.get_page("/comments/2", &staff).await.body.contains("You work on this comment until"));
    let theirs = house.get_page("/comments/2", &approver).await.body;
    assert!(theirs.contains("works on this comment until") && theirs.contains("Take over"), "{theirs}");
    assert!(house.get_page("/review", &approver).await.body.contains("No comment waits for a decision here"));
    let on = house.get_page("/next?not=1", &approver).await;
    assert_eq!(on.header(LOCATION.as_str()), "/inbox", "the other one is worked on");

    let here = house.call(Method::GET, "/working", Role::Auditor, None).await;
    must_describe(&house, &Method::GET, "/working", &here).await;
    assert_eq!(
        (here.json()["here"][0]["staff"].as_str(), here.json()["here"][0]["comment"].as_i64()),
        (Some("staff"), Some(2))
    );
    let take =
        house.call(Method::POST, "/comments/2/work", Role::Approver, Some(r#"{"lease":"take"}"#)).await;
    assert_eq!(take.status, StatusCode::CONFLICT, "{}", take.body);

    let reply = [("text", "Please mind your words."), ("seen", "1.999")];
    let told = house.post_form("/comments/2/reply", &approver, &reply).await;
    assert_eq!(told.status, StatusCode::CONFLICT);
    assert!(
        told.body.contains("staff was working on this comment")
            && told.body.contains("Please mind your words."),
        "{}",
        told.body
    );
    let sent = house.post_form("/comments/2/reply", &approver, &reply).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.body);
    assert!(
        !house.get_page("/comments/2", &staff).await.body.contains("works on this comment until"),
        "what is done is nobody's work"
    );
}

#[tokio::test]
async fn who_looks_on_is_told_what_a_colleague_does_and_not_what_they_do_themselves() {
    let house = House::open().await;
    let staff = house.sign_in(Role::Staff).await;
    let approver = house.sign_in(Role::Approver).await;
    let request = Request::get("/live").header(COOKIE, &staff).body(Body::empty()).unwrap();
    let response = house.router.clone().oneshot(request).await.unwrap();
    assert_eq!(response.headers()["content-type"], "text/event-stream");
    assert!(response.headers().get(SET_COOKIE).is_none());
    let mut events = response.into_body().into_data_stream();
    let mut heard = async |wanted: &str| {
        let look = async {
            loop {
                let bytes = events.next().await.expect("it goes on").unwrap();
                let event = String::from_utf8(bytes.to_vec()).unwrap();
                assert!(!event.contains(r#""by":"staff""#), "one's own acts are no news: {event}");
                if event.contains(wanted) {
                    return;
                }
            }
        };
        tokio::time::timeout(Duration::from_secs(20), look)
            .await
            .unwrap_or_else(|_| panic!("never heard {wanted}"));
    };
    heard(r#""here":[]"#).await;
    house.post_form("/here", &approver, &[("comment", "1"), ("works", "1")]).await;
    heard(r#"{"comment":1,"staff":"approver","works":true}"#).await;
    house.post_form("/comments/1/note", &staff, &[("text", "mine"), ("seen", "1.999")]).await;
    house.post_form("/comments/1/note", &approver, &[("text", "theirs"), ("seen", "1.999")]).await;
    heard(r#"{"by":"approver","comment":1}"#).await;
}

#[tokio::test]
async fn a_page_that_asks_by_itself_keeps_no_session_alive() {
    let house = House::open().await;
    let (asking, working) = (house.sign_in(Role::Staff).await, house.sign_in(Role::Staff).await);
    let seal = house.seal(&asking).await.unwrap();
    house.wall.advance(SignedDuration::from_mins(50));
    let here = Request::post("/here")
        .header(COOKIE, &asking)
        .header("host", "majlis.example")
        .header("origin", "https://majlis.example")
        .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Body::from(format!("comment=1&seal={seal}")));
    assert_eq!(house.send(here.unwrap()).await.status, StatusCode::NO_CONTENT);
    assert_eq!(house.get_page("/inbox", &working).await.status, StatusCode::OK);
    house.wall.advance(SignedDuration::from_mins(20));
    assert_eq!(house.get_page("/inbox", &asking).await.status, StatusCode::SEE_OTHER, "to the sign-in");
    assert_eq!(house.get_page("/inbox", &working).await.status, StatusCode::OK, "a person's page does");
}
