//! The address on this machine that a browser comes back to with the code.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

/// The desk at which the browser is awaited.
#[derive(Debug)]
pub(super) struct Desk {
    listener: TcpListener,
    address: SocketAddr,
}

/// What is done with whoever comes: the first with the right state ends the wait.
struct Waiting {
    state: String,
    tell: Mutex<Option<oneshot::Sender<Result<String, String>>>>,
}

impl Desk {
    /// Begins to listen.
    pub(super) async fn open(listen: SocketAddr) -> std::io::Result<Desk> {
        let listener = TcpListener::bind(listen).await?;
        let address = listener.local_addr()?;
        Ok(Desk { listener, address })
    }

    /// What the platform is told to send the browser back to.
    pub(super) fn address(&self) -> String {
        format!("http://{}/callback", self.address)
    }

    /// The code that comes back with `state`. Whoever comes with another is turned away, and the wait goes on.
    ///
    /// # Errors
    /// The platform sent the browser back without a code, and why.
    pub(super) async fn code(self, state: &str) -> Result<String, String> {
        let (tell, told) = oneshot::channel();
        let waiting = Arc::new(Waiting { state: state.to_owned(), tell: Mutex::new(Some(tell)) });
        let router = Router::new().route("/callback", get(came)).with_state(waiting);
        let (done, is_done) = oneshot::channel::<()>();
        let serve = axum::serve(self.listener, router).with_graceful_shutdown(async move {
            let _ = is_done.await;
        });
        let served = tokio::spawn(async move { serve.await });
        let code = told.await.unwrap_or_else(|_| Err("nobody came".to_owned()));
        let _ = done.send(());
        let _ = served.await;
        code
    }
}

async fn came(State(waiting): State<Arc<Waiting>>, RawQuery(query): RawQuery) -> Response {
    let query = query.unwrap_or_default();
    let get = |name: &str| {
        form_urlencoded::parse(query.as_bytes())
            .find(|(found, _)| found == name)
            .map(|(_, value)| value.into_owned())
    };
    if get("state").as_deref() != Some(&waiting.state) {
        return (StatusCode::FORBIDDEN, "This is not the answer to what was asked.\n").into_response();
    }
    let outcome = get("code").ok_or_else(|| {
        let why = get("error_description").or_else(|| get("error")).unwrap_or_default();
        format!(
            "the platform sent the browser back without a code: {}",
            why.chars().take(200).collect::<String>()
        )
    });
    let (status, words) = match outcome {
        Ok(_) => (
            StatusCode::OK,
            "Majlis has what it needs. You can close this window.\nلدى مجلس ما يحتاجه. يمكنك إغلاق هذه النافذة.\n",
        ),
        Err(_) => (
            StatusCode::OK,
            "Nothing was connected. The terminal says why.\nلم يتم الربط. السبب مذكور في الطرفية.\n",
        ),
    };
    if let Some(tell) = waiting.tell.lock().unwrap_or_else(PoisonError::into_inner).take() {
        let _ = tell.send(outcome);
    }
    (status, words).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn only_the_answer_with_our_state_ends_the_wait() {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let desk = Desk::open(([127, 0, 0, 1], 0).into()).await.unwrap();
        let address = desk.address();
        let code = tokio::spawn(desk.code("ours"));
        let wrong = reqwest::get(format!("{address}?state=theirs&code=1")).await.unwrap();
        assert_eq!(wrong.status(), 403);
        let right = reqwest::get(format!("{address}?state=ours&code=a%2Fb")).await.unwrap();
        assert_eq!(right.status(), 200);
        assert_eq!(code.await.unwrap(), Ok("a/b".to_owned()));
    }

    #[tokio::test]
    async fn a_refusal_is_told_in_the_platforms_words() {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let desk = Desk::open(([127, 0, 0, 1], 0).into()).await.unwrap();
        let address = desk.address();
        let code = tokio::spawn(desk.code("ours"));
        reqwest::get(format!("{address}?state=ours&error=access_denied")).await.unwrap();
        assert!(code.await.unwrap().unwrap_err().ends_with("access_denied"));
    }
}
