//! Second opinions over real HTTP: an answer, silence, garbage, a flood, a refusal; and that nobody else notices.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, Uri};
use axum::response::{IntoResponse, Response};
use jiff::SignedDuration;
use majlis::config::{OpinionForm, SecondOpinionConfig};
use majlis::domain::comment::Platform;
use majlis::domain::credentials::Secret;
use majlis::notify::Adviser;
use majlis::store::opinions::Asked;
use serde_json::{Value, json};

use super::{CRITICISM, DOUBTFUL_QUESTION, Journey, StaffAct};
use crate::notify::{KEY, is_signed};
use crate::store::{Db, contract};

/// What whoever is asked does next.
#[derive(Debug, Clone)]
enum Mood {
    Says(String),
    Hangs,
    Floods,
    Fails,
}

#[derive(Debug)]
struct Seen {
    mood: Mood,
    asked: Vec<(Uri, HeaderMap, String)>,
}

/// Somebody outside who is asked.
struct Outsider {
    url: String,
    seen: Arc<Mutex<Seen>>,
}

impl Outsider {
    async fn open() -> Self {
        let seen = Arc::new(Mutex::new(Seen { mood: Mood::Fails, asked: Vec::new() }));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/v1", listener.local_addr().unwrap());
        let router = Router::new().fallback(answer).with_state(seen.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { url, seen }
    }

    fn feels(&self, mood: Mood) {
        self.seen.lock().unwrap().mood = mood;
    }

    fn asked(&self) -> Vec<(Uri, HeaderMap, String)> {
        self.seen.lock().unwrap().asked.clone()
    }

    fn adviser(&self, form: OpinionForm) -> Adviser {
        let url = Secret::new(self.url.clone());
        Adviser::new(&SecondOpinionConfig { form, url, timeout: Duration::from_secs(2) }).unwrap()
    }

    fn by_hook(&self) -> Adviser {
        self.adviser(OpinionForm::Hook { key: Secret::new(KEY) })
    }
}

async fn answer(
    State(seen): State<Arc<Mutex<Seen>>>,
    uri: Uri,
    headers: HeaderMap,
    body: String,
) -> Response {
    let mood = {
        let mut seen = seen.lock().unwrap();
        seen.asked.push((uri, headers, body));
        seen.mood.clone()
    };
    match mood {
        Mood::Says(words) => words.into_response(),
        Mood::Hangs => std::future::pending().await,
        Mood::Floods => Body::from(vec![b' '; 50 << 20]).into_response(),
        Mood::Fails => axum::http::StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

impl Journey {
    /// What the log tells of asking: each time its outcome and what was answered.
    async fn opined(&self) -> Vec<(String, Value)> {
        let entries =
            self.db.entries().await.into_iter().map(|entry| serde_json::from_str::<Value>(&entry).unwrap());
        let asked =
            entries.filter(|entry| entry["act"] == "comment.opined").map(|mut entry| entry["fields"].take());
        asked.map(|fields| (fields["outcome"].as_str().unwrap().to_owned(), fields)).collect()
    }

    async fn outcomes(&self) -> Vec<String> {
        self.opined().await.into_iter().map(|(outcome, _)| outcome).collect()
    }
}

async fn journey(db: Db, adviser: Adviser) -> Journey {
    let mut journey = Journey::in_database(db, &[Platform::Facebook], |_| {}).await;
    journey.ctx.adviser = Some(adviser);
    journey
}

contract! {
    async fn whoever_is_asked_is_told_the_comment_and_not_its_author_and_their_opinion_is_kept_beside_the_verdict(db: Db) {
        let outsider = Outsider::open().await;
        outsider.feels(Mood::Says(r#"{"probability": 0.8311, "clause": "indecent", "note": "names a man"}"#.to_owned()));
        let journey = journey(db, outsider.by_hook()).await;
        let allowed = journey.read_one(CRITICISM).await;
        assert_eq!(journey.verdict(&allowed).await.0, "allow");
        assert_eq!(outsider.asked().len(), 0, "nobody is asked about what does not await review");
        let id = journey.read_one(DOUBTFUL_QUESTION).await;

        let asked = outsider.asked();
        let [(_, headers, body)] = &asked[..] else { panic!("{asked:?}") };
        assert!(is_signed(headers, body));
        let question: Value = serde_json::from_str(body).unwrap();
        let story = journey.story(&id).await;
        let last = story.decisions.last().unwrap();
        assert_eq!(question["text"], DOUBTFUL_QUESTION);
        assert_eq!((&question["comment"], &question["revision"]), (&json!(story.comment.id.0), &json!(1)));
        assert_eq!((&question["clause"], &question["rule"]), (&json!(last.clause.unwrap().as_str()), &json!(last.rule)));
        assert_eq!((&question["platform"], &question["language"]), (&json!("facebook"), &json!("arabic")));
        let author = story.comment.author.clone().unwrap();
        for known in [&author.id.unwrap(), &author.name.unwrap(), &id] {
            assert!(!body.contains(known), "{body}");
        }

        assert_eq!(story.decisions.len(), 1, "a person still decides");
        assert_eq!((last.verdict, journey.is_hidden(&id)), ("review", false));
        let Some(Asked { opinion: Some(opinion), host, .. }) = &story.second_opinion else { panic!("{story:?}") };
        assert_eq!((opinion.probability.permille(), host.as_str()), (831, "127.0.0.1"));
        let told = journey.opined().await;
        assert_eq!(told.len(), 1);
        assert_eq!(told[0].1, json!({"clause": "indecent", "host": "127.0.0.1", "outcome": "given", "permille": 831, "revision": 1}));

        journey.quiet().await;
        majlis::stage::enrol(&journey.ctx).await.unwrap();
        journey.quiet().await;
        assert_eq!(outsider.asked().len(), 1, "nobody is asked twice, not by a restart either");
        journey.edit(&id, "متى تحاسبون المدير سالم الكتبي؟ حرامي ويسرق أموال الناس").await;
        journey.ticks(3).await;
        assert_eq!(outsider.asked().len(), 2, "they are asked about the new words");
    }

    async fn no_answer_is_asked_for_again_ever_more_rarely_and_not_for_ever(db: Db) {
        let outsider = Outsider::open().await;
        let journey = journey(db, outsider.by_hook()).await;
        let id = journey.read_one(DOUBTFUL_QUESTION).await;
        for mood in [Mood::Says("I would rather not.".to_owned()), Mood::Hangs, Mood::Floods] {
            outsider.feels(mood);
            journey.pass(SignedDuration::from_mins(5)).await;
        }
        assert_eq!(journey.outcomes().await, ["refused", "unreadable", "timed_out", "too_large"]);
        assert_eq!(journey.story(&id).await.second_opinion, None);
        outsider.feels(Mood::Fails);
        for _ in 0..6 {
            journey.pass(SignedDuration::from_mins(60)).await;
        }
        let outcomes = journey.outcomes().await;
        assert_eq!((outcomes.len(), outsider.asked().len()), (8, 8), "{outcomes:?}");
        let told = journey.story(&id).await;
        assert!(told.second_opinion.is_some_and(|asked| asked.opinion.is_none()));
        assert_eq!(told.decisions.len(), 1);
        majlis::stage::enrol(&journey.ctx).await.unwrap();
        journey.quiet().await;
        assert_eq!(outsider.asked().len(), 8, "nor after a restart");
    }
}

#[tokio::test]
async fn a_model_is_asked_as_a_chat_with_its_token() {
    let outsider = Outsider::open().await;
    let content = "```json\n{\"probability\": 0.2}\n```";
    let answer = json!({"choices": [{"index": 0, "message": {"role": "assistant", "content": content}}]});
    outsider.feels(Mood::Says(answer.to_string()));
    let form = OpinionForm::Chat { model: "judge-8b".to_owned(), token: Some(Secret::new("t0ken")) };
    let journey = journey(Db::sqlite().await, outsider.adviser(form)).await;
    let id = journey.read_one(DOUBTFUL_QUESTION).await;
    let (uri, headers, body) = outsider.asked().remove(0);
    assert_eq!(
        (uri.path(), headers["authorization"].to_str().unwrap()),
        ("/v1/chat/completions", "Bearer t0ken")
    );
    assert_eq!(serde_json::from_str::<Value>(&body).unwrap()["model"], "judge-8b");
    let asked = journey.story(&id).await.second_opinion.unwrap();
    assert_eq!(asked.opinion.unwrap().probability.permille(), 200);
}

#[tokio::test]
async fn what_awaits_review_already_is_asked_about_when_somebody_is_named() {
    let outsider = Outsider::open().await;
    outsider.feels(Mood::Says(r#"{"probability": 1}"#.to_owned()));
    let mut journey = Journey::on(Platform::Facebook).await;
    let id = journey.read_one(DOUBTFUL_QUESTION).await;
    assert_eq!(journey.db.number("select count(*) from job where lane = 'opine'").await, 0, "off");
    journey.ctx.adviser = Some(outsider.by_hook());
    majlis::stage::enrol(&journey.ctx).await.unwrap();
    journey.quiet().await;
    assert!(journey.story(&id).await.second_opinion.is_some());
}

#[tokio::test]
async fn what_a_person_decided_before_they_were_asked_is_asked_no_more() {
    let outsider = Outsider::open().await;
    let journey = journey(Db::sqlite().await, outsider.by_hook()).await;
    let id = journey.read_one(DOUBTFUL_QUESTION).await;
    journey.staff(&id, StaffAct::Hide).await;
    journey.pass(SignedDuration::from_mins(60)).await;
    assert_eq!(outsider.asked().len(), 1, "while it awaited review");
    assert_eq!(journey.db.number("select count(*) from job where lane = 'opine'").await, 0);
}
