//! Connecting an account: a person lets us in, in their browser, and the code that comes back is traded for the token that a
//! source begins with (RFC 6749, 4.1, with PKCE, RFC 7636).
//!
//! A page of Facebook is asked for by its id, never looked for in a list of all pages, which can be empty although the page was
//! granted. Instagram's and Facebook's first tokens live for an hour; they are traded for long ones at once.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use reqwest::{Method, RequestBuilder};
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::http::{Http, Purpose};
use super::{PlatformError, graph, json, oauth, x, youtube};
use crate::config::Connecting;
use crate::domain::comment::Platform;
use crate::domain::credentials::Secret;

/// A person's way to let us in, begun.
#[derive(Debug)]
pub struct Begun {
    /// The address that they open.
    pub url: String,
    /// What must come back with the code.
    pub state: String,
    verifier: Secret,
    redirect: String,
}

/// An account that is connected.
#[derive(Debug)]
pub struct Connected {
    /// What the source's secret file is to hold.
    pub secret: Secret,
    /// Who we are there, for a person to see.
    pub account: String,
}

/// Begins it for a source, whose browser comes back to `redirect`. `random` must have been drawn by lot.
pub fn begin(source: &Connecting, redirect: &str, random: [u8; 64]) -> Begun {
    let (state, verifier) = random.split_at(32);
    let [state, verifier] = [state, verifier].map(|bytes| URL_SAFE_NO_PAD.encode(bytes));
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(&verifier));
    let (authorise, scope) = match source.platform {
        Platform::Facebook => (
            "https://www.facebook.com/v26.0/dialog/oauth",
            "pages_show_list,pages_read_engagement,pages_read_user_content,pages_manage_engagement,pages_manage_metadata"
                .to_owned(),
        ),
        Platform::Instagram => (
            "https://www.instagram.com/oauth/authorize",
            "instagram_business_basic,instagram_business_manage_comments".to_owned(),
        ),
        Platform::X => (
            "https://x.com/i/oauth2/authorize",
            format!("{} offline.access", x::RIGHTS.join(" ")),
        ),
        Platform::Youtube => (
            "https://accounts.google.com/o/oauth2/v2/auth",
            youtube::RIGHTS.join(" "),
        ),
    };
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.extend_pairs([
        ("response_type", "code"),
        ("client_id", &source.client_id),
        ("redirect_uri", redirect),
        ("scope", &scope),
        ("state", &state),
        ("code_challenge", &challenge),
        ("code_challenge_method", "S256"),
    ]);
    if source.platform == Platform::Youtube {
        // Without consent being asked for anew, Google gives a refresh token the first time alone.
        query.extend_pairs([("access_type", "offline"), ("prompt", "consent")]);
    }
    let authorise = source.authorise.as_deref().unwrap_or(authorise);
    let url = format!("{authorise}?{}", query.finish());
    Begun { url, state, verifier: Secret::new(verifier), redirect: redirect.to_owned() }
}

/// Trades the code that came back.
///
/// # Errors
/// The platform would not, or the account is not the one that the source names.
pub async fn finish(
    source: &Connecting,
    begun: &Begun,
    code: &str,
    now: Timestamp,
) -> Result<Connected, PlatformError> {
    let trade = Trade { http: Http::new(source.timeout)?, source, begun, code: Secret::new(code), now };
    match source.platform {
        Platform::Facebook => trade.facebook().await,
        Platform::Instagram => trade.instagram().await,
        Platform::X | Platform::Youtube => trade.refreshable().await,
    }
}

struct Trade<'a> {
    http: Http,
    source: &'a Connecting,
    begun: &'a Begun,
    code: Secret,
    now: Timestamp,
}

impl Trade<'_> {
    /// X and YouTube: a refresh token.
    async fn refreshable(&self) -> Result<Connected, PlatformError> {
        let source = self.source;
        let mut form = vec![
            ("grant_type", "authorization_code"),
            ("code", self.code.expose()),
            ("redirect_uri", &self.begun.redirect),
            ("code_verifier", self.begun.verifier.expose()),
        ];
        let mut request = self.http.request(Method::POST, source.token_endpoint.clone());
        match (&source.client_secret, source.platform) {
            (Some(secret), Platform::X) => {
                request = request.basic_auth(&source.client_id, Some(secret.expose()));
            }
            (secret, _) => {
                form.push(("client_id", &source.client_id));
                form.extend(secret.as_ref().map(|secret| ("client_secret", secret.expose())));
            }
        }
        let answer = self.http.send(request.form(&form), Purpose::Read, &self.sent(), self.now).await?;
        let life = jiff::SignedDuration::from_hours(1);
        let tokens = oauth::granted(&answer, None, life, self.now)?;
        let (Some(access), Some(refresh)) = (tokens.access, tokens.refresh) else {
            return Err(revoked(
                "no refresh token was granted; take back the app's access at the platform, and connect again",
            ));
        };
        let (rights, path, query, id, name): (&[_], _, &[(&str, &str)], _, _) = match source.platform {
            Platform::X => (&x::RIGHTS, "users/me", &[], "/data/id", "/data/username"),
            _ => (
                &youtube::RIGHTS,
                "channels",
                &[("part", "id,snippet"), ("mine", "true")],
                "/items/0/id",
                "/items/0/snippet/title",
            ),
        };
        let missing = oauth::ungranted(&answer, rights).join(" ");
        if !missing.is_empty() {
            return Err(revoked(&format!(
                "this was left out of what was allowed: {missing}; connect again, with it"
            )));
        }
        let request = self.http.request(Method::GET, format!("{}/{path}", source.api_base));
        let me = self.ask(request.query(query).bearer_auth(access.expose()), &access).await?;
        Ok(Connected { secret: refresh, account: self.same(&me, id, name)? })
    }

    /// A page's token, which is made from a long-lived one of whoever manages it.
    async fn facebook(&self) -> Result<Connected, PlatformError> {
        let source = self.source;
        let secret = source.client_secret.as_ref().map(Secret::expose).unwrap_or_default();
        let endpoint = format!("{}/oauth/access_token", source.api_base);
        let short = [
            ("client_id", source.client_id.as_str()),
            ("client_secret", secret),
            ("redirect_uri", &self.begun.redirect),
            ("code", self.code.expose()),
            ("code_verifier", self.begun.verifier.expose()),
        ];
        let request = self.http.request(Method::GET, endpoint.clone()).query(&short);
        let short = self.token(request, &self.sent()).await?;
        let long = [
            ("grant_type", "fb_exchange_token"),
            ("client_id", &source.client_id),
            ("client_secret", secret),
            ("fb_exchange_token", short.expose()),
        ];
        let request = self.http.request(Method::GET, endpoint).query(&long);
        let long = self.token(request, &[&[&short], &*self.sent()].concat()).await?;
        let page = self.http.request(Method::GET, format!("{}/{}", source.api_base, source.account));
        let page = page.query(&[("fields", "id,name,access_token"), ("access_token", long.expose())]);
        let page = self.ask(page, &long).await?;
        let account = self.same(&page, "/id", "/name")?;
        match json::text(&page, "/access_token") {
            Some(token) => Ok(Connected { secret: Secret::new(token), account }),
            None => Err(revoked("the page gave no token: whoever allowed it may not moderate the page")),
        }
    }

    /// A token of sixty days.
    async fn instagram(&self) -> Result<Connected, PlatformError> {
        let source = self.source;
        let secret = source.client_secret.as_ref().map(Secret::expose).unwrap_or_default();
        let short = [
            ("grant_type", "authorization_code"),
            ("client_id", &source.client_id),
            ("client_secret", secret),
            ("redirect_uri", &self.begun.redirect),
            ("code", self.code.expose()),
            ("code_verifier", self.begun.verifier.expose()),
        ];
        let request = self.http.request(Method::POST, source.token_endpoint.clone()).form(&short);
        let short = self.token(request, &self.sent()).await?;
        let long = [
            ("grant_type", "ig_exchange_token"),
            ("client_secret", secret),
            ("access_token", short.expose()),
        ];
        let base = source.api_base.rsplit_once('/').map_or(source.api_base.as_str(), |(host, _)| host);
        let request = self.http.request(Method::GET, format!("{base}/access_token")).query(&long);
        let long = self.token(request, &[&[&short], &*self.sent()].concat()).await?;
        let me = self.http.request(Method::GET, format!("{}/me", source.api_base));
        let me = me.query(&[("fields", "user_id,username"), ("access_token", long.expose())]);
        // `id` would be the app's own word for the account.
        let account = self.same(&self.ask(me, &long).await?, "/user_id", "/username")?;
        Ok(Connected { secret: long, account })
    }

    /// What every request of the trade carries and no message may repeat.
    fn sent(&self) -> Vec<&Secret> {
        self.source.client_secret.iter().chain([&self.begun.verifier, &self.code]).collect()
    }

    async fn token(&self, request: RequestBuilder, secrets: &[&Secret]) -> Result<Secret, PlatformError> {
        let answer = self.http.send(request, Purpose::Read, secrets, self.now).await?;
        if let Some(error) = answer.json.get("error").filter(|error| error.is_object()) {
            return Err(graph::refused(Some(error), &answer, Purpose::Read, self.now));
        }
        let tokens = oauth::granted(&answer, None, jiff::SignedDuration::from_hours(1), self.now)?;
        tokens.access.ok_or_else(|| revoked("no token was granted"))
    }

    async fn ask(&self, request: RequestBuilder, access: &Secret) -> Result<Value, PlatformError> {
        let answer = self.http.send(request, Purpose::Read, &[access], self.now).await?;
        match answer.status.is_success() {
            true => Ok(answer.json),
            false => Err(revoked(&format!("HTTP {} to the question who we are", answer.status.as_u16()))),
        }
    }

    /// The account's name, if it is the one that the source names.
    fn same(&self, me: &Value, id: &str, name: &str) -> Result<String, PlatformError> {
        let found = json::id(me, id).unwrap_or_default();
        let name = json::name(me, name).unwrap_or_else(|| found.clone());
        if found == self.source.account {
            return Ok(name);
        }
        let ours = &self.source.account;
        Err(revoked(&format!("this connects {name}, whose id is {found}; the source names {ours}")))
    }
}

fn revoked(detail: &str) -> PlatformError {
    PlatformError::Revoked { detail: detail.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(platform: Platform) -> Connecting {
        Connecting {
            platform,
            account: "1".into(),
            api_base: "https://api.example/2".into(),
            authorise: None,
            token_endpoint: "https://api.example/token".into(),
            client_id: "client & co".into(),
            client_secret: Some(Secret::new("secret")),
            timeout: std::time::Duration::from_secs(1),
            file: "secrets/token".into(),
        }
    }

    fn random(lot: u8) -> [u8; 64] {
        std::array::from_fn(|place| lot.wrapping_mul(101).wrapping_add(place as u8))
    }

    #[test]
    fn what_is_opened_carries_a_challenge_and_nothing_secret() {
        for platform in Platform::ALL {
            let begun = begin(&source(platform), "http://127.0.0.1:8765/callback", random(0));
            let query = begun.url.split_once('?').unwrap().1;
            let asked: Vec<(String, String)> =
                form_urlencoded::parse(query.as_bytes()).into_owned().collect();
            let get = |name: &str| asked.iter().find(|(found, _)| found == name).unwrap().1.clone();
            assert_eq!((get("client_id").as_str(), get("state")), ("client & co", begun.state.clone()));
            let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(begun.verifier.expose()));
            assert_eq!((get("code_challenge"), get("code_challenge_method").as_str()), (challenge, "S256"));
            assert!(
                !begun.url.contains("secret=") && !begun.url.contains(begun.verifier.expose()),
                "{platform}"
            );
            assert!((43..=128).contains(&begun.verifier.expose().len()), "RFC 7636, 4.1");
        }
    }

    #[test]
    fn each_connection_has_a_state_and_a_verifier_of_its_own() {
        let [one, other] = [1, 2].map(|lot| begin(&source(Platform::X), "http://127.0.0.1/", random(lot)));
        assert_ne!(one.state, other.state);
        assert_ne!(one.verifier, other.verifier);
        assert_ne!(one.state, one.verifier.expose());
    }
}
