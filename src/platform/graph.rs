//! What Facebook and Instagram truly share: the Graph API's tokens, errors, usage headers and paging.

mod posts;
mod token;
mod usage;
mod webhook;

use std::sync::Mutex;

use hmac::{Hmac, KeyInit, Mac};
use jiff::{SignedDuration, Timestamp};
use reqwest::{Method, RequestBuilder};
use serde_json::Value;
use sha2::Sha256;

use super::http::{Answer, Http, Purpose, detail};
use super::{Call, PlatformError, http, json};
use crate::domain::action::{Act, Receipt, Refusal};
use crate::domain::comment::Comment;
use crate::domain::credentials::Secret;
use crate::domain::quota::{Announced, announced_usage};

pub(super) use posts::{Ahead, Step, listed};
pub(super) use webhook::{Change, changes};

/// The Graph API as one source of ours uses it.
#[derive(Debug)]
pub(super) struct Graph {
    http: Http,
    api_base: String,
    app_secret: Option<Secret>,
    /// What the last usage headers said.
    announced: Mutex<Option<Announced>>,
    /// Until when the last usage headers ask us to be quiet; a process that starts anew learns it again.
    quiet_until: Mutex<Timestamp>,
}

impl Graph {
    /// The API at `api_base`; nothing is called yet.
    pub(super) fn new(http: Http, api_base: &str, app_secret: Option<&Secret>) -> Self {
        let quiet_until = Mutex::new(Timestamp::MIN);
        let (api_base, app_secret) = (api_base.to_owned(), app_secret.cloned());
        Self { http, api_base, app_secret, announced: Mutex::default(), quiet_until }
    }

    /// What the last usage headers said.
    pub(super) fn announced(&self) -> Vec<Announced> {
        self.announced.lock().expect("nothing panics while it is held").iter().copied().collect()
    }

    /// When the last answer was given, by Meta's clock.
    pub(super) fn answered_at(&self) -> Option<Timestamp> {
        self.http.answered_at()
    }

    /// One read. The token goes into the query, the only place that Meta documents for reads.
    pub(super) async fn get(
        &self,
        call: Call<'_>,
        path: &str,
        query: &[(&str, &str)],
    ) -> Result<Value, PlatformError> {
        let request = self.http.request(Method::GET, format!("{}/{path}", self.api_base));
        self.send(call, request.query(query).query(&self.credentials(call.access)), Purpose::Read).await
    }

    /// One page of the list at `edge`, or what else comes as `data`: an answer without it is none.
    pub(super) async fn list(
        &self,
        call: Call<'_>,
        edge: &str,
        query: &[(&str, &str)],
    ) -> Result<Value, PlatformError> {
        http::page(self.get(call, edge, query).await?, &["/data"])
    }

    /// One write, as a form, so that neither the token nor a reply's text stands in an address.
    pub(super) async fn post(
        &self,
        call: Call<'_>,
        path: &str,
        form: &[(&str, &str)],
    ) -> Result<Value, PlatformError> {
        let request = self.http.request(Method::POST, format!("{}/{path}", self.api_base));
        let credentials = self.credentials(call.access);
        let credentials = credentials.iter().map(|(name, value)| (*name, value.as_str()));
        let form: Vec<(&str, &str)> = form.iter().copied().chain(credentials).collect();
        self.send(call, request.form(&form), Purpose::Write).await
    }

    /// What Meta's "gone" means: it looks the same for an object that we may no longer see. Where our own
    /// `account` cannot be read either, that is what is wrong, and no comment is taken for deleted.
    pub(super) async fn gone_or_shut_out(
        &self,
        call: Call<'_>,
        account: &str,
        refusal: PlatformError,
    ) -> PlatformError {
        if !matches!(refusal, PlatformError::Refused { reason: Refusal::Gone, .. }) {
            return refusal;
        }
        match self.get(call, account, &[("fields", "id")]).await {
            Ok(_) => refusal,
            Err(PlatformError::Refused { detail, .. }) => PlatformError::Revoked { detail },
            Err(error) => error,
        }
    }

    fn credentials(&self, access: &Secret) -> Vec<(&'static str, String)> {
        let proof =
            self.app_secret.as_ref().map(|secret| ("appsecret_proof", appsecret_proof(secret, access)));
        [("access_token", access.expose().to_owned())].into_iter().chain(proof).collect()
    }

    async fn send(
        &self,
        call: Call<'_>,
        request: RequestBuilder,
        purpose: Purpose,
    ) -> Result<Value, PlatformError> {
        let until = *self.quiet_until.lock().expect("nothing panics while it is held");
        if call.now < until {
            return Err(PlatformError::RateLimited {
                until: Some(until),
                detail: "our usage stands at its limit".into(),
            });
        }
        let answer = self.http.send(request, purpose, &[call.access], call.now).await?;
        if let Some(percent) = usage::percent(&answer.headers) {
            let told = announced_usage(percent, usage::regained(&answer.headers, call.now), call.now);
            *self.announced.lock().expect("nothing panics while it is held") = Some(told);
        }
        if let Some(until) = usage::quiet_until(&answer.headers, call.now) {
            *self.quiet_until.lock().expect("nothing panics while it is held") = until;
        }
        match answer.json.get("error") {
            None if answer.status.is_success() => Ok(answer.json),
            error => Err(refused(error, &answer, purpose, call.now)),
        }
    }
}

/// Proof that the caller knows the app secret: lowercase hex of HMAC-SHA256(app secret, token), one for each token.
fn appsecret_proof(app_secret: &Secret, access: &Secret) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(app_secret.expose().as_bytes())
        .expect("HMAC takes a key of any length");
    mac.update(access.expose().as_bytes());
    hex::encode(mac.finalize().into_bytes())
}

/// The token of the next page. `paging.next` says that there is one; its own address holds our access
/// token and is never followed. A page as full as `asked` for may have lost that link: its cursor is
/// worth one call, which is answered with nothing where nothing follows.
pub(super) fn next_page(connection: &Value, asked: usize) -> Option<String> {
    let full = json::list(connection, "/data").len() >= asked;
    let linked = connection.pointer("/paging/next").is_some();
    json::text(connection, "/paging/cursors/after").filter(|_| linked || full).map(str::to_owned)
}

/// What proves an act: a reply has an id, a change says that it succeeded.
pub(super) fn receipt(answer: &Value, comment: &Comment, act: &Act) -> Result<Receipt, PlatformError> {
    let reference = match act {
        Act::Reply { .. } | Act::Acknowledge { .. } => json::id(answer, "/id"),
        Act::Hide | Act::Unhide => {
            (answer.get("success") == Some(&Value::Bool(true))).then(|| comment.platform_id.clone())
        }
    };
    let reference = reference.ok_or_else(|| Purpose::Write.lost("an answer that proves nothing"))?;
    Ok(Receipt { reference })
}

/// Meta's error codes, as "Handling Errors" and the rate limit pages list them. The HTTP status says little.
pub(super) fn refused(
    error: Option<&Value>,
    answer: &Answer,
    purpose: Purpose,
    now: Timestamp,
) -> PlatformError {
    let error = error.unwrap_or(&Value::Null);
    let (code, subcode) = (json::whole(error, "/code"), json::whole(error, "/error_subcode"));
    let words = json::text(error, "/message").unwrap_or_default();
    let detail = match code {
        Some(code) => {
            detail(&format!("code {code}{} {words}", subcode.map(|s| format!("/{s}")).unwrap_or_default()))
        }
        None => detail(&format!("HTTP {} {words}", answer.status.as_u16())),
    };
    let transient = error.get("is_transient") == Some(&Value::Bool(true));
    match (code, subcode) {
        (Some(4 | 17 | 32 | 341 | 613 | 80001 | 80002), _) => {
            PlatformError::RateLimited { until: usage::regained(&answer.headers, now), detail }
        }
        // The action was judged abusive; trying again soon makes it worse.
        (Some(368), _) => PlatformError::RateLimited { until: now.checked_add(ABUSE_PAUSE).ok(), detail },
        // Meta carries such a write out and then stumbles over its own answer.
        (Some(20), Some(1_772_107)) => purpose.lost(detail),
        // Error while posting: it may stand there.
        (Some(1_705), _) => purpose.lost(detail),
        (Some(1 | 2), _) => purpose.lost(detail),
        (Some(102 | 104 | 190), _) => PlatformError::Revoked { detail },
        (Some(3 | 10 | 200..=299), _) => PlatformError::Revoked { detail },
        (Some(100), _) if words.contains("appsecret_proof") => PlatformError::Revoked { detail },
        (Some(100), Some(33)) => PlatformError::Refused { reason: Refusal::Gone, detail },
        (Some(100), _) if words.starts_with("Unsupported ") => {
            PlatformError::Refused { reason: Refusal::Gone, detail }
        }
        (Some(803), _) => PlatformError::Refused { reason: Refusal::Gone, detail },
        (Some(9 | 25), _) => PlatformError::Refused { reason: Refusal::NotAllowed, detail },
        _ if transient || answer.status.is_server_error() || code.is_none() => purpose.lost(detail),
        _ => PlatformError::Refused { reason: Refusal::Invalid, detail },
    }
}

/// How long nothing is written after Meta called an action abusive: "hours".
const ABUSE_PAUSE: SignedDuration = SignedDuration::from_hours(4);

#[cfg(test)]
mod tests {
    use reqwest::StatusCode;
    use reqwest::header::HeaderMap;
    use serde_json::json;

    use super::*;

    fn remedy_of(error: Value, purpose: Purpose) -> PlatformError {
        let answer = Answer { status: StatusCode::BAD_REQUEST, headers: HeaderMap::new(), json: Value::Null };
        refused(Some(&error), &answer, purpose, Timestamp::UNIX_EPOCH)
    }

    #[test]
    fn a_proof_is_the_hmac_of_the_token_under_the_app_secret() {
        // RFC 4231, test case 2.
        let proof = appsecret_proof(&Secret::new("Jefe"), &Secret::new("what do ya want for nothing?"));
        assert_eq!(proof, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    }

    #[test]
    fn each_code_of_meta_has_its_meaning() {
        use PlatformError::{AnswerLost, RateLimited, Refused, Revoked, Unreachable};
        let table = [
            (json!({"code": 190, "error_subcode": 463, "message": "Session has expired"}), "revoked"),
            (json!({"code": 10, "message": "permission"}), "revoked"),
            (json!({"code": 275}), "revoked"),
            (
                json!({"code": 100, "message": "API calls from the server require an appsecret_proof argument"}),
                "revoked",
            ),
            (json!({"code": 100, "error_subcode": 33, "message": "Unsupported get request."}), "gone"),
            (
                json!({"code": 100, "message": "Unsupported post request. Object with ID '7' does not exist"}),
                "gone",
            ),
            (json!({"code": 100, "message": "(#100) Invalid parameter"}), "invalid"),
            (json!({"code": 9, "error_subcode": 2_207_051}), "not allowed"),
            (json!({"code": 4}), "limited"),
            (json!({"code": 80002}), "limited"),
            (json!({"code": 368}), "limited"),
            (json!({"code": 506, "message": "Duplicate status message"}), "invalid"),
            (json!({"code": 2, "is_transient": true}), "lost"),
            (json!({"code": 12_345, "is_transient": true}), "lost"),
            (json!({"code": 20, "error_subcode": 1_772_107}), "lost"),
            (json!({"code": 1_705}), "lost"),
            (json!("nonsense"), "lost"),
        ];
        for (error, expected) in table {
            let found = match remedy_of(error.clone(), Purpose::Write) {
                Revoked { .. } => "revoked",
                Refused { reason: Refusal::Gone, .. } => "gone",
                Refused { reason: Refusal::NotAllowed, .. } => "not allowed",
                Refused { reason: Refusal::Invalid, .. } => "invalid",
                RateLimited { .. } => "limited",
                AnswerLost { .. } => "lost",
                other => panic!("{other}"),
            };
            assert_eq!(found, expected, "{error}");
        }
        assert!(matches!(remedy_of(json!({"code": 2}), Purpose::Read), Unreachable { .. }));
    }

    #[test]
    fn the_last_page_names_no_next_whatever_its_cursors_say() {
        let page = |next: Value, items: usize| {
            let cursors = json!({"before": "a", "after": "b"});
            json!({"data": vec![json!({}); items], "paging": {"cursors": cursors, "next": next}})
        };
        let mut last = page(Value::Null, 1);
        last["paging"].as_object_mut().unwrap().remove("next");
        assert_eq!(next_page(&last, 2), None);
        assert_eq!(
            next_page(&page(json!("https://graph.facebook.com/?access_token=EAAB"), 0), 2).as_deref(),
            Some("b")
        );
        last["data"] = json!([{}, {}]);
        assert_eq!(next_page(&last, 2).as_deref(), Some("b"), "a full page may have lost its link");
    }
}
