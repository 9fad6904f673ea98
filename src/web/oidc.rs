//! The ministry's own sign-in: OpenID Connect's code flow with PKCE, state and nonce. This file speaks with the provider; who
//! of our staff somebody is, and that they may come in, is the console's to say (`console/provider.rs`).
//!
//! The provider is asked for its addresses and keys at each sign-in: a few times a day, and never with old keys.

use std::collections::HashSet;
use std::time::Duration;

use axum::http;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use jiff::Timestamp;
use openidconnect::core::{
    CoreAuthPrompt, CoreAuthenticationFlow, CoreClient, CoreJwsSigningAlgorithm, CoreProviderMetadata,
    CoreUserInfoClaims,
};
use openidconnect::{
    AuthorizationCode, ClientId, ClientSecret, CsrfToken, EndpointMaybeSet, EndpointNotSet, EndpointSet,
    HttpRequest, HttpResponse, IssuerUrl, Nonce, OAuth2TokenResponse, PkceCodeChallenge, PkceCodeVerifier,
    RedirectUrl, Scope, TokenResponse,
};

use crate::config::SignInConfig;

/// How long the provider may take for one answer.
const TIMEOUT: Duration = Duration::from_secs(10);
/// The most bytes of an answer: some thousand keys.
const ANSWER_MAX_BYTES: usize = 1 << 20;
/// Where the provider sends people back to.
pub(super) const BACK: &str = "/sign-in/provider/back";

/// The provider, as the configuration names it.
#[derive(Debug)]
pub struct Provider {
    issuer: IssuerUrl,
    client: ClientId,
    secret: ClientSecret,
    back: RedirectUrl,
    http: reqwest::Client,
}

/// Why somebody could not be signed in by the provider.
#[derive(Debug, thiserror::Error)]
pub enum ProviderError {
    /// The configuration cannot be used.
    #[error("could not prepare the ministry's sign-in: {0}")]
    Unfit(String),
    /// It did not answer, or not as a provider does.
    #[error("the ministry's sign-in did not answer as it should: {0}")]
    Silent(String),
    /// What it said of somebody does not hold.
    #[error("what the ministry's sign-in said does not hold: {0}")]
    Refused(String),
}

/// A sign-in that has begun: where the browser goes, and what it must bring back.
pub(super) struct Begun {
    pub address: String,
    pub state: String,
    pub nonce: String,
    pub verifier: String,
}

/// Somebody, as the provider knows them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Known {
    /// Who says so.
    pub issuer: String,
    /// Their name there, which is never given to another.
    pub subject: String,
    /// Their address in small letters, where the provider has verified it.
    pub email: Option<String>,
    /// When they last showed the provider who they are.
    pub proved_at: Option<Timestamp>,
}

type Client = CoreClient<
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

impl Provider {
    /// Nothing is asked of the provider yet. `console` is the address at which people reach us.
    ///
    /// # Errors
    /// No HTTP client can be built, or an address is none.
    pub fn new(config: &SignInConfig, console: &str) -> Result<Self, ProviderError> {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let http = reqwest::Client::builder()
            .user_agent(concat!("majlis/", env!("CARGO_PKG_VERSION")))
            .redirect(reqwest::redirect::Policy::none())
            .timeout(TIMEOUT)
            .build()
            .map_err(|error| ProviderError::Unfit(error.without_url().to_string()))?;
        let unfit = |error: openidconnect::url::ParseError| ProviderError::Unfit(error.to_string());
        Ok(Self {
            issuer: IssuerUrl::new(config.issuer.clone()).map_err(unfit)?,
            client: ClientId::new(config.client_id.clone()),
            secret: ClientSecret::new(config.client_secret.expose().to_owned()),
            back: RedirectUrl::new(format!("{console}{BACK}")).map_err(unfit)?,
            http,
        })
    }

    /// Who vouches for people.
    pub fn issuer(&self) -> &str {
        self.issuer.as_str()
    }

    /// Begins a sign-in; `anew` where somebody must show who they are even if the provider knows it.
    pub(super) async fn begin(&self, anew: bool) -> Result<Begun, ProviderError> {
        let client = self.discover().await?;
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let flow = CoreAuthenticationFlow::AuthorizationCode;
        let mut request = client
            .authorize_url(flow, CsrfToken::new_random, Nonce::new_random)
            .add_scope(Scope::new("email".to_owned()))
            .set_pkce_challenge(challenge);
        if anew {
            request = request.add_prompt(CoreAuthPrompt::Login).set_max_age(Duration::ZERO);
        }
        let (address, state, nonce) = request.url();
        Ok(Begun {
            address: address.into(),
            state: state.secret().clone(),
            nonce: nonce.secret().clone(),
            verifier: verifier.secret().clone(),
        })
    }

    /// Changes the code that the browser brought back for what the provider says of its owner, and checks all of it.
    pub(super) async fn finish(
        &self,
        code: String,
        nonce: String,
        verifier: String,
    ) -> Result<Known, ProviderError> {
        let client = self.discover().await?;
        let ask = self.asking();
        let request = client
            .exchange_code(AuthorizationCode::new(code))
            .map_err(|error| ProviderError::Silent(error.to_string()))?
            .set_pkce_verifier(PkceCodeVerifier::new(verifier));
        let answer = request.request_async(&ask).await;
        let answer = answer.map_err(|error| ProviderError::Refused(error.to_string()))?;
        let token = answer.id_token().ok_or_else(|| ProviderError::Refused("no ID token came".to_owned()))?;
        // None is unsigned, or signed by what we know ourselves.
        let signed: HashSet<_> = [
            CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
            CoreJwsSigningAlgorithm::RsaSsaPssSha256,
            CoreJwsSigningAlgorithm::EcdsaP256Sha256,
            CoreJwsSigningAlgorithm::EcdsaP384Sha384,
        ]
        .into();
        let proof = client.id_token_verifier().set_allowed_algs(signed);
        let claims = token.claims(&proof, &Nonce::new(nonce));
        let claims = claims.map_err(|error| ProviderError::Refused(error.to_string()))?;
        let (mut email, mut verified) = (claims.email().cloned(), claims.email_verified());
        // With the code flow a provider may say it of itself only when asked (OpenID Connect Core, 5.4).
        if email.is_none()
            && let Ok(request) =
                client.user_info(answer.access_token().clone(), Some(claims.subject().clone()))
        {
            let told: CoreUserInfoClaims = request
                .request_async(&ask)
                .await
                .map_err(|error| ProviderError::Refused(error.to_string()))?;
            (email, verified) = (told.email().cloned(), told.email_verified());
        }
        let email = email.filter(|_| verified == Some(true));
        let proved_at = claims.auth_time().and_then(|at| Timestamp::from_second(at.timestamp()).ok());
        Ok(Known {
            issuer: claims.issuer().to_string(),
            subject: claims.subject().to_string(),
            email: email.map(|email| email.as_str().to_lowercase()),
            proved_at,
        })
    }

    async fn discover(&self) -> Result<Client, ProviderError> {
        let ask = self.asking();
        let told = CoreProviderMetadata::discover_async(self.issuer.clone(), &ask).await;
        let told = told.map_err(|error| ProviderError::Silent(error.to_string()))?;
        let client = CoreClient::from_provider_metadata(told, self.client.clone(), Some(self.secret.clone()));
        Ok(client.set_redirect_uri(self.back.clone()))
    }

    /// How the library asks. With a client of its own: what borrows one is not `Send` for every lifetime.
    fn asking(&self) -> impl Fn(HttpRequest) -> BoxFuture<'static, Result<HttpResponse, Unanswered>> + use<> {
        let http = self.http.clone();
        move |request| ask(http.clone(), request).boxed()
    }
}

async fn ask(http: reqwest::Client, request: HttpRequest) -> Result<HttpResponse, Unanswered> {
    let mut answer = http.execute(reqwest::Request::try_from(request)?).await?;
    let mut body = Vec::new();
    while let Some(part) = answer.chunk().await? {
        body.extend_from_slice(&part);
        if body.len() > ANSWER_MAX_BYTES {
            return Err(Unanswered::Endless);
        }
    }
    let mut kept = http::Response::new(body);
    *kept.status_mut() = answer.status();
    *kept.headers_mut() = answer.headers().clone();
    Ok(kept)
}

/// Why one request brought nothing.
#[derive(Debug, thiserror::Error)]
enum Unanswered {
    #[error("it could not be reached: {0}")]
    Unreachable(String),
    #[error("its answer has no end")]
    Endless,
}

impl From<reqwest::Error> for Unanswered {
    fn from(error: reqwest::Error) -> Self {
        // The address may hold the code.
        Unanswered::Unreachable(error.without_url().to_string())
    }
}
