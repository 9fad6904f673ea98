//! A member of staff at the JSON API. When the connection breaks they look whether their act is there, and repeat it only
//! where it is not, as a person would.

use std::collections::VecDeque;
use std::future::pending;
use std::net::SocketAddr;

use majlis::domain::comment::CommentId;
use reqwest::{Client, Response, StatusCode};
use serde_json::{Value, json};

/// What is to be done to a comment.
#[derive(Debug, Clone)]
pub(super) struct Task {
    pub(super) comment: CommentId,
    pub(super) act: Act,
}

#[derive(Debug, Clone)]
pub(super) enum Act {
    Reply(String),
    Propose(String),
    Hide,
    Unhide,
    Approve,
    Note(String),
    Take,
    /// As one of many.
    TakeTogether,
    Erase,
}

/// The desk and what lies on it.
#[derive(Debug)]
pub(super) struct Desk {
    http: Client,
    token: String,
    pub(super) tasks: VecDeque<Task>,
    /// How many tasks may be begun before the desk is given more.
    pub(super) handed_out: usize,
    /// Whether the first task may have been done: its connection broke.
    in_doubt: bool,
}

impl Desk {
    pub(super) fn new(token: String) -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        Self { http: Client::new(), token, tasks: VecDeque::new(), handed_out: 0, in_doubt: false }
    }

    /// Works on what was handed out. Returns when that is done; never where the connection breaks.
    pub(super) async fn work(&mut self, address: SocketAddr) {
        if self.work_while_connected(address).await.is_err() {
            pending().await
        }
    }

    async fn work_while_connected(&mut self, address: SocketAddr) -> reqwest::Result<()> {
        while let Some(task) = self.tasks.front().cloned() {
            let url = format!("http://{address}/api/v1/comments/{}", task.comment);
            if self.in_doubt && self.is_done(&task, &url).await? {
                self.in_doubt = false;
                self.tasks.pop_front();
                continue;
            }
            if !self.in_doubt {
                if self.handed_out == 0 {
                    return Ok(());
                }
                self.handed_out -= 1;
            }
            self.in_doubt = true;
            let answer = self.send(&task, &url, address).await?;
            let status = answer.status();
            assert!(
                matches!(status, StatusCode::ACCEPTED | StatusCode::NO_CONTENT | StatusCode::CREATED),
                "{task:?}: {status} {}",
                answer.text().await?
            );
            self.in_doubt = false;
            self.tasks.pop_front();
        }
        Ok(())
    }

    async fn send(&self, task: &Task, url: &str, address: SocketAddr) -> reqwest::Result<Response> {
        let (word, body) = match &task.act {
            Act::Reply(text) => ("reply", json!({"text": text})),
            Act::Propose(text) => ("propose", json!({"text": text})),
            Act::Hide => ("hide", json!({"clause": "off_topic", "reason": "It is about something else."})),
            Act::Unhide => ("unhide", json!({"reason": "It is quoted, not meant."})),
            Act::Approve => ("approve", json!({"reason": "It is an opinion."})),
            Act::Note(text) => ("note", json!({"text": text})),
            Act::Take => ("assign", json!({"to": "staff:maryam"})),
            Act::TakeTogether => {
                let body = json!({"what": "assign:staff:maryam", "comments": [{"comment": task.comment}]});
                let url = format!("http://{address}/api/v1/bulk");
                return self.http.post(url).bearer_auth(&self.token).json(&body).send().await;
            }
            Act::Erase => ("erase", json!({"reason": "Its author asked for it."})),
        };
        self.http.post(format!("{url}/{word}")).bearer_auth(&self.token).json(&body).send().await
    }

    /// Whether the comment's story holds what was asked for.
    async fn is_done(&self, task: &Task, url: &str) -> reqwest::Result<bool> {
        let answer = self.http.get(url).bearer_auth(&self.token).send().await?.error_for_status()?;
        let story: Value = answer.json().await?;
        let of = |list: &str| story[list].as_array().unwrap().clone();
        Ok(match &task.act {
            Act::Reply(text) | Act::Propose(text) => {
                of("actions").iter().any(|action| action["text"] == text.as_str())
            }
            Act::Note(text) => of("notes").iter().any(|note| note["text"] == text.as_str()),
            Act::Take | Act::TakeTogether => {
                of("holders").iter().any(|held| held["holder"] == "staff:maryam")
            }
            Act::Erase => story["comment"]["visibility"] == "erased",
            _ => of("decisions").iter().any(|decision| decision["decided_by"] == "staff:maryam"),
        })
    }
}
