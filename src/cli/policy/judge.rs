//! Comments judged line by line as they come, in the form that others build on.

use clap::Args;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::value::RawValue;

use super::super::{Answer, Failure, lines};
use crate::domain::judge::{Explanation, Judge, Kind, Subject};
use crate::domain::policy::ClauseId;

pub(super) fn run(judge: &Judge) -> Result<Answer, Failure> {
    lines::run(|line| answer(judge, line))
}

/// A line that was read; see [`Around`] for what else is needed of it. Author and platform are not.
#[derive(Debug, Deserialize)]
struct Comment<'a> {
    /// As it was written: a number may be longer than any of ours.
    #[serde(borrow)]
    id: &'a RawValue,
    text: String,
}

/// What stands around a comment, as far as it is told.
#[derive(Debug, Default, Deserialize, Args)]
pub(in super::super) struct Around {
    /// The text of the comment that it answers, where somebody else wrote that
    #[arg(long, value_name = "TEXT")]
    #[serde(default, deserialize_with = "text_or_nothing")]
    parent_text: Option<String>,
    /// The text of the post that it stands under
    #[arg(long, value_name = "TEXT")]
    #[serde(default, deserialize_with = "text_or_nothing")]
    post_text: Option<String>,
    /// The language that it is said to be in, such as fa or ur-PK
    #[arg(long, value_name = "CODE")]
    #[serde(default, deserialize_with = "text_or_nothing")]
    lang: Option<String>,
}

impl Around {
    /// What the judge is told of a comment of this text.
    pub(super) fn subject<'a>(&'a self, text: &'a str) -> Subject<'a> {
        let Around { parent_text, post_text, lang } = self;
        let [parent_text, post_text, lang] = [parent_text, post_text, lang].map(|told| told.as_deref());
        Subject { parent_text, post_text, lang, ..Subject::of(text) }
    }
}

/// What else a line holds does not keep its text from being judged, whatever it is.
fn text_or_nothing<'de, D: Deserializer<'de>>(told: D) -> Result<Option<String>, D::Error> {
    let told = <&RawValue>::deserialize(told)?;
    Ok(serde_json::from_str(told.get()).ok())
}

/// What is told of a line that is no comment.
#[derive(Debug, Default, Deserialize)]
struct Named<'a> {
    #[serde(borrow)]
    id: Option<&'a RawValue>,
}

/// What is answered to it.
#[derive(Debug, Serialize)]
pub(super) struct Verdict<'a> {
    id: &'a RawValue,
    outcome: &'static str,
    hide_score: f64,
    clauses: Vec<Clause>,
    kind: Kind,
    spans: Vec<Span<'a>>,
    policy: &'a str,
    model: Option<&'a str>,
}

/// What is answered to a line that is no comment.
#[derive(Debug, Serialize)]
struct Bad<'a> {
    id: Option<&'a RawValue>,
    error: String,
}

#[derive(Debug, Serialize)]
struct Clause {
    id: ClauseId,
    score: f64,
}

#[derive(Debug, Serialize)]
struct Span<'a> {
    start: usize,
    end: usize,
    clause: ClauseId,
    why: &'a str,
}

impl<'a> Verdict<'a> {
    pub(super) fn of(id: &'a RawValue, explanation: &'a Explanation) -> Self {
        let Explanation { judgement, hide_score, clauses, spans, policy, model, .. } = explanation;
        let clauses = clauses.iter().map(|(id, score)| Clause { id: *id, score: rounded(*score) });
        let spans = spans.iter().map(|span| Span {
            start: span.start,
            end: span.end,
            clause: span.clause,
            why: &span.why,
        });
        Verdict {
            id,
            outcome: judgement.verdict.word(),
            hide_score: rounded(*hide_score),
            clauses: clauses.collect(),
            kind: judgement.kind,
            spans: spans.collect(),
            policy: &policy.0,
            model: model.as_deref(),
        }
    }
}

/// Six digits tell scores apart; the rest of a float is noise to a reader.
fn rounded(score: f32) -> f64 {
    (f64::from(score) * 1e6).round() / 1e6
}

fn answer(judge: &Judge, line: &[u8]) -> String {
    // Some editors begin a file with a mark of its byte order.
    let line = line.strip_prefix("\u{FEFF}".as_bytes()).unwrap_or(line);
    match object::<Comment<'_>>(line) {
        Ok(comment) => {
            let around = object::<Around>(line).unwrap_or_default();
            let explanation = judge.explain(&around.subject(&comment.text));
            serde_json::to_string(&Verdict::of(comment.id, &explanation)).expect("words and numbers are JSON")
        }
        Err(error) => {
            // The id is told where there is one, so that the asker knows which line it was.
            let id = object::<Named<'_>>(line).unwrap_or_default().id;
            let error = format!("no comment, write {{\"id\":\"c1\",\"text\":\"…\"}}: {error}");
            serde_json::to_string(&Bad { id, error }).expect("words are JSON")
        }
    }
}

/// A line as an object: a list of the same values would be taken for one otherwise.
fn object<'a, T: Deserialize<'a>>(line: &'a [u8]) -> serde_json::Result<T> {
    match line.trim_ascii_start().first() {
        Some(b'[') => Err(serde_json::Error::custom("a list")),
        _ => serde_json::from_slice(line),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::domain::policy::{Bundle, Policy};

    fn answered(line: &str) -> Value {
        let judge = Judge::new(&Policy::parse(&Bundle::shipped()).unwrap());
        serde_json::from_str(&answer(&judge, line.as_bytes())).unwrap()
    }

    #[test]
    fn a_verdict_has_exactly_the_fields_others_build_on() {
        let text = "I will kill your manager";
        let verdict = answered(&json!({ "id": 7, "text": text, "lang": "en", "author": "x" }).to_string());
        let keys: Vec<&String> = verdict.as_object().unwrap().keys().collect();
        assert_eq!(keys, ["clauses", "hide_score", "id", "kind", "model", "outcome", "policy", "spans"]);
        assert_eq!((&verdict["id"], &verdict["outcome"]), (&json!(7), &json!("hide")));
        assert_eq!(verdict["clauses"][0]["id"], "security_threat");
        assert_eq!(verdict["model"].as_str().map(str::len), Some(64));
        let spans = verdict["spans"].as_array().unwrap();
        assert!(spans.iter().any(|span| span["why"].as_str().unwrap().starts_with("phrase:")
            || span["why"].as_str().unwrap().starts_with("rule:")));
        for span in spans {
            let at = |key: &str| span[key].as_u64().unwrap() as usize;
            assert!(text.get(at("start")..at("end")).is_some_and(|words| !words.is_empty()), "{span}");
        }
    }

    #[test]
    fn an_id_comes_back_as_it_was_written_a_list_is_no_comment_and_a_byte_order_mark_is_none_of_the_line() {
        let judge = Judge::new(&Policy::parse(&Bundle::shipped()).unwrap());
        let told = |line: &str| answer(&judge, line.as_bytes());
        assert!(
            told(r#"{"id":12345678901234567890123,"text":"شكرا"}"#)
                .contains(r#""id":12345678901234567890123,"#)
        );
        assert!(told(r#"{"id":12345678901234567890123}"#).contains(r#""id":12345678901234567890123"#));
        assert!(told(r#"["5","hello"]"#).contains("error"));
        assert_eq!(answered("\u{FEFF}{\"id\":1,\"text\":\"شكرا\"}")["outcome"], "allow");
    }

    #[test]
    fn what_a_line_tells_of_the_texts_around_and_of_the_language_counts_where_it_can_be_read() {
        let threat = "I will kill your manager";
        let outcome = |around: Value| {
            let mut line = json!({ "id": 1, "text": threat });
            line.as_object_mut().unwrap().extend(around.as_object().unwrap().clone());
            answered(&line.to_string())
        };
        for around in
            [json!({ "parent_text": "@x I will KILL your manager!" }), json!({ "post_text": threat })]
        {
            let verdict = outcome(around);
            assert_eq!(
                (&verdict["outcome"], verdict["clauses"][0]["id"].as_str()),
                (&json!("review"), Some("security_threat"))
            );
            let spans = verdict["spans"].as_array().unwrap();
            assert!(
                spans.iter().any(|span| span["why"].as_str().unwrap().ends_with(" (quoted)")),
                "{verdict}"
            );
        }
        for nothing in [
            json!({ "parent_text": null, "post_text": "", "lang": "xx-unknown" }),
            json!({ "parent_text": 7, "post_text": [threat], "lang": { "code": "fa" } }),
            json!({ "parent_text": "another text", "author": "a", "platform": "x" }),
        ] {
            assert_eq!(outcome(nothing.clone())["outcome"], "hide", "{nothing}");
        }
    }

    #[test]
    fn a_lawful_comment_is_answered_without_clauses() {
        let verdict = answered(r#"{"id":"a","text":"متى يبدأ التسجيل؟"}"#);
        assert_eq!((&verdict["outcome"], &verdict["kind"]), (&json!("allow"), &json!("question")));
        assert_eq!((&verdict["clauses"], &verdict["spans"]), (&json!([]), &json!([])));
    }

    #[test]
    fn a_bad_line_is_answered_with_its_id_where_it_has_one() {
        assert_eq!(answered("nonsense")["id"], Value::Null);
        assert_eq!(answered("")["id"], Value::Null);
        let answer = answered(r#"{"id":"b"}"#);
        assert_eq!(answer["id"], "b");
        assert!(answer["error"].as_str().unwrap().contains("text"), "{answer}");
    }
}
