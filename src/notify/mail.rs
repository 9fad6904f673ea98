//! One mail to one address, over a connection of its own: there are few, and none is worth a pool.

use std::error::Error;
use std::time::{Duration, SystemTime};
use std::{io, iter};

use jiff::Timestamp;
use lettre::address::{Address, Envelope};
use lettre::message::header::ContentType;
use lettre::message::{Mailbox, Message};
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{AsyncSmtpConnection, Certificate, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use lettre::transport::smtp::{self, response::Response};

use super::letter::Letter;
use super::{NotifyError, detail};
use crate::config::{SmtpConfig, SmtpTls};
use crate::domain::lang::Lang;

/// What stands before the address of our mail.
const FROM_NAME: &str = "Majlis";
/// How long a server may take to answer our farewell.
const FAREWELL: Duration = Duration::from_secs(5);

/// The way to one address.
#[derive(Debug)]
pub(super) struct Mailer {
    server: SmtpConfig,
    /// Who may vouch for it, besides those whom the system trusts.
    ca: Option<Certificate>,
    from: Address,
    to: Address,
}

impl Mailer {
    pub(super) fn new(server: &SmtpConfig, to: &str) -> Result<Self, String> {
        // The process may have installed one already, and any will do.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let address = |written: &str| written.parse().map_err(|_| format!("{written} is no mail address"));
        let ca = server.ca.as_ref().map(|pem| Certificate::from_pem(pem.as_bytes())).transpose();
        let ca = ca.map_err(|_| "notify.smtp_ca_file holds a certificate that cannot be read".to_owned())?;
        Ok(Self { server: server.clone(), ca, from: address(&server.from)?, to: address(to)? })
    }

    pub(super) async fn send(
        &self,
        letter: &Letter,
        languages: &[Lang],
        now: Timestamp,
    ) -> Result<(), NotifyError> {
        let message = self.message(letter, languages, now)?;
        let mut connection = self.connect().await.map_err(told)?;
        let sent = connection.send(message.envelope(), &message.formatted()).await;
        // Taken is taken: whether the farewell is answered tells nothing, so nobody waits for it.
        drop(tokio::spawn(async move { tokio::time::timeout(FAREWELL, connection.quit()).await.is_ok() }));
        sent.map(|_: Response| ()).map_err(told)
    }

    fn message(&self, letter: &Letter, languages: &[Lang], now: Timestamp) -> Result<Message, NotifyError> {
        let domain = self.from.domain();
        let envelope = Envelope::new(Some(self.from.clone()), vec![self.to.clone()]);
        let unsendable = |detail: String| NotifyError::Refused { at: "the mail's form", detail };
        Message::builder()
            .from(Mailbox::new(Some(FROM_NAME.to_owned()), self.from.clone()))
            .to(Mailbox::new(None, self.to.clone()))
            .date(on_the_system_clock(now))
            .message_id(Some(format!("<{}@{domain}>", letter.key())))
            .subject(letter.subject(languages))
            // No vacation notices in return (RFC 3834, 2).
            .raw_header(automatic())
            .envelope(envelope.map_err(|error| unsendable(error.to_string()))?)
            .header(ContentType::TEXT_PLAIN)
            .body(letter.text(languages))
            .map_err(|error| unsendable(error.to_string()))
    }

    async fn connect(&self) -> Result<AsyncSmtpConnection, smtp::Error> {
        let SmtpConfig { host, port, tls, login, .. } = &self.server;
        // A name that the server can look up; our own host's may be known to nobody.
        let hello = ClientId::Domain(self.from.domain().to_owned());
        let parameters = || {
            let system = TlsParameters::builder(host.clone());
            self.ca
                .iter()
                .cloned()
                .fold(system, |trusted, ca| trusted.add_root_certificate(ca))
                .build_rustls()
        };
        let wrapped = if *tls == SmtpTls::Implicit { Some(parameters()?) } else { None };
        let mut connection =
            AsyncSmtpConnection::connect_tokio1((host.as_str(), *port), None, &hello, wrapped, None).await?;
        if *tls == SmtpTls::Starttls {
            connection.starttls(parameters()?, &hello).await?;
        }
        if let Some((user, password)) = login {
            let credentials = Credentials::new(user.clone(), password.expose().to_owned());
            connection.auth(&[Mechanism::Plain, Mechanism::Login], &credentials).await?;
        }
        Ok(connection)
    }
}

fn on_the_system_clock(at: Timestamp) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(at.as_second().try_into().unwrap_or(0))
}

fn automatic() -> lettre::message::header::HeaderValue {
    use lettre::message::header::{HeaderName, HeaderValue};
    HeaderValue::new(HeaderName::new_from_ascii_str("Auto-Submitted"), "auto-generated".to_owned())
}

/// Whether the server's certificate was no good, which the connection's error holds deep inside.
fn is_of_its_certificate(error: &smtp::Error) -> bool {
    let causes = iter::successors(Some(error as &dyn Error), |error| (*error).source());
    causes
        .filter_map(|cause| cause.downcast_ref::<io::Error>()?.get_ref())
        .any(|inside| matches!(inside.downcast_ref(), Some(rustls::Error::InvalidCertificate(_))))
}

/// A server that answers 5xx, or whose certificate or login is wrong, will do so until a person mends something.
fn told(error: smtp::Error) -> NotifyError {
    let (at, detail) = ("the mail server", detail(&error.to_string()));
    let refused =
        error.is_permanent() || error.is_client() || error.is_tls() || is_of_its_certificate(&error);
    if refused { NotifyError::Refused { at, detail } } else { NotifyError::Unreachable { at, detail } }
}
