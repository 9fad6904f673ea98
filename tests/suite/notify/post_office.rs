//! A mail server of the tests' own (RFC 5321, as much of it as a client needs): it takes mail, or does not.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;

/// How the server answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mood {
    /// It takes the mail.
    Takes,
    /// It answers `RCPT` with this line.
    Refuses(&'static str),
    /// It never answers `RCPT`.
    Hangs,
    /// It takes the mail, and the connection breaks before it can say so.
    LosesTheAnswer,
    /// It takes the mail and never answers again.
    HangsAfterwards,
}

/// A mail as it arrived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Mail {
    pub(crate) from: String,
    pub(crate) to: String,
    pub(crate) head: Vec<String>,
    pub(crate) text: String,
}

impl Mail {
    /// The value of a header.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.head.iter().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
    }
}

/// How the server's connections are encrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wire {
    Plain,
    /// From the first byte.
    Implicit,
    /// Once it is asked to.
    Starttls,
}

/// Who vouches for the server at 127.0.0.1, from 2020 to 2120.
pub(crate) const AUTHORITY: &str = include_str!("../../fixtures/mail/authority.pem");
/// The server's certificate and key.
const SERVER: &[u8] = include_bytes!("../../fixtures/mail/server.pem");

/// What the server saw and how it feels.
#[derive(Debug)]
struct State {
    mood: Mood,
    taken: Vec<Mail>,
    /// Every line that a client said outside of mail.
    heard: Vec<String>,
}

/// A running server. It closes with the last of it.
#[derive(Debug)]
pub(crate) struct PostOffice {
    address: SocketAddr,
    wire: Wire,
    state: Arc<Mutex<State>>,
    serving: Option<JoinHandle<()>>,
}

impl PostOffice {
    pub(crate) async fn open() -> Self {
        Self::open_by(Wire::Plain).await
    }

    pub(crate) async fn open_by(wire: Wire) -> Self {
        let state = State { mood: Mood::Takes, taken: Vec::new(), heard: Vec::new() };
        let nowhere = SocketAddr::from(([127, 0, 0, 1], 0));
        let mut office = Self { address: nowhere, wire, state: Arc::new(Mutex::new(state)), serving: None };
        office.reopen().await;
        office
    }

    /// Nobody answers at its address any more.
    pub(crate) async fn close(&mut self) {
        if let Some(serving) = self.serving.take() {
            serving.abort();
            let _ = serving.await;
        }
    }

    /// It answers again, at the same address.
    pub(crate) async fn reopen(&mut self) {
        self.close().await;
        let listener = TcpListener::bind(self.address).await.unwrap();
        self.address = listener.local_addr().unwrap();
        let (wire, state) = (self.wire, self.state.clone());
        self.serving = Some(tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                // A client that goes away in the middle is none of our business.
                drop(tokio::spawn(attend(stream, wire, state.clone())));
            }
        }));
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    pub(crate) fn domain(&self) -> &'static str {
        "ministry.example"
    }

    pub(crate) fn feels(&self, mood: Mood) {
        self.state.lock().unwrap().mood = mood;
    }

    pub(crate) fn taken(&self) -> Vec<Mail> {
        self.state.lock().unwrap().taken.clone()
    }

    pub(crate) fn heard(&self) -> Vec<String> {
        self.state.lock().unwrap().heard.clone()
    }
}

impl Drop for PostOffice {
    fn drop(&mut self) {
        if let Some(serving) = &self.serving {
            serving.abort();
        }
    }
}

async fn attend(stream: TcpStream, wire: Wire, state: Arc<Mutex<State>>) -> std::io::Result<()> {
    const WELCOME: &[u8] = b"220 post.ministry.example ESMTP\r\n";
    if wire == Wire::Implicit {
        let mut stream = BufReader::new(encrypted().accept(stream).await?);
        stream.write_all(WELCOME).await?;
        return converse(&mut stream, &state, false).await.map(drop);
    }
    let mut stream = BufReader::new(stream);
    stream.write_all(WELCOME).await?;
    if let Ended::Encrypting = converse(&mut stream, &state, wire == Wire::Starttls).await? {
        let mut stream = BufReader::new(encrypted().accept(stream.into_inner()).await?);
        converse(&mut stream, &state, false).await?;
    }
    Ok(())
}

fn encrypted() -> TlsAcceptor {
    let certificate = CertificateDer::from_pem_slice(SERVER).unwrap();
    let key = PrivateKeyDer::from_pem_slice(SERVER).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key)
        .unwrap();
    TlsAcceptor::from(Arc::new(config))
}

/// How a conversation ended.
enum Ended {
    Parted,
    /// It goes on over TLS.
    Encrypting,
}

async fn converse<S: AsyncRead + AsyncWrite + Unpin>(
    stream: &mut BufReader<S>,
    state: &Mutex<State>,
    offers_tls: bool,
) -> std::io::Result<Ended> {
    let (mut from, mut to) = (String::new(), String::new());
    while let Some(line) = line(stream).await? {
        let mood = {
            let mut state = state.lock().unwrap();
            state.heard.push(line.clone());
            state.mood
        };
        let word = line.split(' ').next().unwrap_or_default().to_uppercase();
        match (word.as_str(), mood) {
            ("EHLO", _) if offers_tls => {
                stream.write_all(b"250-post.ministry.example\r\n250 STARTTLS\r\n").await?;
            }
            ("STARTTLS", _) if offers_tls => {
                stream.write_all(b"220 2.0.0 go ahead\r\n").await?;
                return Ok(Ended::Encrypting);
            }
            ("EHLO", _) => stream.write_all(b"250-post.ministry.example\r\n250 AUTH PLAIN LOGIN\r\n").await?,
            ("AUTH", _) => stream.write_all(b"235 2.7.0 welcome\r\n").await?,
            ("MAIL", _) => {
                from = within(&line);
                stream.write_all(b"250 2.1.0 ok\r\n").await?;
            }
            ("RCPT", Mood::Refuses(answer)) => stream.write_all(format!("{answer}\r\n").as_bytes()).await?,
            ("RCPT", Mood::Hangs) => std::future::pending().await,
            ("RCPT", _) => {
                to = within(&line);
                stream.write_all(b"250 2.1.5 ok\r\n").await?;
            }
            ("DATA", mood) => {
                stream.write_all(b"354 go on\r\n").await?;
                let mail = mail(stream, from.clone(), to.clone()).await?;
                state.lock().unwrap().taken.push(mail);
                if mood == Mood::LosesTheAnswer {
                    return Ok(Ended::Parted);
                }
                stream.write_all(b"250 2.0.0 taken\r\n").await?;
                if mood == Mood::HangsAfterwards {
                    std::future::pending::<()>().await;
                }
            }
            ("QUIT", _) => {
                stream.write_all(b"221 2.0.0 bye\r\n").await?;
                return Ok(Ended::Parted);
            }
            _ => stream.write_all(b"502 5.5.1 what?\r\n").await?,
        }
    }
    Ok(Ended::Parted)
}

async fn mail<S: AsyncRead + Unpin>(
    stream: &mut BufReader<S>,
    from: String,
    to: String,
) -> std::io::Result<Mail> {
    let (mut head, mut body) = (Vec::<String>::new(), Vec::new());
    let mut in_head = true;
    while let Some(line) = line(stream).await? {
        match line.as_str() {
            "." => break,
            "" if in_head => in_head = false,
            folded if in_head && folded.starts_with(' ') => {
                if let Some(last) = head.last_mut() {
                    last.push_str(folded);
                }
            }
            line if in_head => head.push(line.to_owned()),
            line => body.push(line.strip_prefix('.').unwrap_or(line).to_owned()),
        }
    }
    let encoding = head.iter().find_map(|line| line.strip_prefix("Content-Transfer-Encoding: "));
    let bytes = match encoding {
        Some("base64") => STANDARD.decode(body.concat()).unwrap(),
        Some("quoted-printable") => quoted(&body.join("\n")),
        _ => body.join("\n").into_bytes(),
    };
    let text = String::from_utf8(bytes).unwrap();
    Ok(Mail { from, to, head, text })
}

/// What a quoted-printable text says (RFC 2045, section 6.7).
fn quoted(text: &str) -> Vec<u8> {
    let joined = text.replace("=\n", "");
    let mut parts = joined.split('=');
    let mut bytes = parts.next().unwrap_or_default().as_bytes().to_vec();
    for part in parts {
        bytes.push(u8::from_str_radix(&part[..2], 16).unwrap());
        bytes.extend(&part.as_bytes()[2..]);
    }
    bytes
}

async fn line<S: AsyncRead + Unpin>(stream: &mut BufReader<S>) -> std::io::Result<Option<String>> {
    let mut line = String::new();
    Ok((stream.read_line(&mut line).await? > 0).then(|| line.trim_end_matches(['\r', '\n']).to_owned()))
}

/// The address in `MAIL FROM:<…>`.
fn within(line: &str) -> String {
    let inside = line.split_once('<').and_then(|(_, rest)| rest.split_once('>'));
    inside.map(|(address, _)| address.to_owned()).unwrap_or_default()
}
