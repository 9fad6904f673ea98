//! The demo's scripted staff: they read the waiting list and answer through the JSON API, as people would.
//!
//! They answer in official hours only, three of every four comments, so that the table also shows
//! promises that are broken. What a comment is, they know from the list alone.

use std::collections::BTreeSet;

use serde::Deserialize;

use crate::domain::calendar::Calendar;
use crate::domain::credentials::Secret;
use crate::domain::judge::Kind;

/// One member of staff at a desk.
#[derive(Debug)]
pub(super) struct Desk {
    http: reqwest::Client,
    api: String,
    token: Secret,
    /// Comments that were answered, or passed over for good.
    done: BTreeSet<i64>,
}

#[derive(Debug, Deserialize)]
struct Waiting {
    comments: Vec<Item>,
}

#[derive(Debug, Deserialize)]
struct Item {
    id: i64,
    kind: Kind,
    #[serde(default)]
    text: Option<String>,
}

impl Desk {
    /// A desk at the console that listens on `base`.
    pub(super) fn new(base: &str, token: Secret) -> Self {
        Self { http: reqwest::Client::new(), api: format!("{base}/api/v1"), token, done: BTreeSet::new() }
    }

    /// Looks at the list once and answers what is to be answered; returns how many answers were accepted.
    ///
    /// # Errors
    /// The API refused or did not answer.
    pub(super) async fn look(
        &mut self,
        calendar: &Calendar,
        now: jiff::Timestamp,
    ) -> Result<u32, reqwest::Error> {
        if !calendar.official().is_open(now).unwrap_or(false) {
            return Ok(0);
        }
        let list = self.http.get(format!("{}/comments?state=awaiting_reply&limit=100", self.api));
        let waiting: Waiting =
            list.bearer_auth(self.token.expose()).send().await?.error_for_status()?.json().await?;
        let mut answered = 0;
        for item in waiting.comments {
            if !self.done.insert(item.id) || item.id % 4 == 3 {
                continue;
            }
            let reply = self.http.post(format!("{}/comments/{}/reply", self.api, item.id));
            let body = serde_json::json!({ "text": answer(&item) });
            reply.bearer_auth(self.token.expose()).json(&body).send().await?.error_for_status()?;
            answered += 1;
        }
        Ok(answered)
    }
}

/// An answer in the asker's script. The number makes each one different: X refuses a text it has seen.
fn answer(item: &Item) -> String {
    let arabic =
        item.text.as_deref().unwrap_or_default().chars().any(|c| ('\u{0600}'..='\u{06FF}').contains(&c));
    let words = match (item.kind, arabic) {
        (Kind::Question, true) => "شكراً لسؤالك. أرسلنا إليك التفاصيل، ويسعدنا الرد على أي استفسار آخر.",
        (Kind::Question, false) => "Thank you for your question. We have sent you the details.",
        (Kind::Complaint, true) => "نعتذر عمّا واجهته. أحلنا شكواك إلى الفريق المختص وسنتابعها معك.",
        (Kind::Complaint, false) => "We are sorry about this. Your complaint is with the team in charge.",
        (_, true) => "شكراً لاقتراحك. سجّلناه وسندرسه، وننشر ما يتقرر.",
        (_, false) => "Thank you for your suggestion. We will study it and publish what is decided.",
    };
    let reference = if arabic { "رقم المتابعة" } else { "Reference" };
    format!("{words} {reference}: {}", item.id)
}
