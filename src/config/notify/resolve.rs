//! What the two sections come to, or what is wrong with them.

use std::collections::HashSet;
use std::time::Duration;

use super::super::layers::Layers;
use super::super::notes::Notes;
use super::super::secrets::Secrets;
use super::super::{documents, from};
use super::form::{NotifyFile, RecipientFile};
use super::{Channel, NotifyConfig, Recipient, SmtpConfig, SmtpTls};
use crate::domain::credentials::Secret;

pub(in super::super) fn resolve(
    file: &NotifyFile,
    recipients: &[RecipientFile],
    console: Option<&String>,
    layers: &Layers,
    secrets: &Secrets,
    notes: &mut Notes,
) -> NotifyConfig {
    let mut reading = Reading { layers, secrets, notes };
    let mut names = HashSet::new();
    let mut resolved = Vec::new();
    for (index, recipient) in recipients.iter().enumerate() {
        if !names.insert(&recipient.name) {
            let message =
                format!("found \"{}\" a second time; give each recipient its own name", recipient.name);
            reading.refuse(&format!("recipient[{index}].name"), message);
        }
        if recipient.enabled {
            resolved.extend(reading.recipient(index, recipient));
        }
    }
    let by_mail = resolved.iter().any(|recipient| matches!(recipient.channel, Channel::Mail(_)));
    NotifyConfig {
        smtp: reading.smtp(file, by_mail),
        timeout: Duration::from_secs(file.timeout_seconds.get().into()),
        console: console.cloned(),
        recipients: resolved,
    }
}

/// The two sections being read.
struct Reading<'a> {
    layers: &'a Layers,
    secrets: &'a Secrets,
    notes: &'a mut Notes,
}

impl Reading<'_> {
    fn refuse(&mut self, key: &str, message: impl Into<String>) {
        self.notes.problems.push(self.layers.problem(key, message));
    }

    fn recipient(&mut self, index: usize, file: &RecipientFile) -> Option<Recipient> {
        let key = |name: &str| format!("recipient[{index}].{name}");
        let channel = match (&file.mail, &file.webhook) {
            (Some(mail), None) => {
                self.address(&key("mail"), mail, "\"duty@ministry.example\"")?;
                Channel::Mail(mail.clone())
            }
            (None, Some(url)) => self.webhook(&key("webhook"), &key("webhook_key_file"), url, file)?,
            _ => {
                self.refuse(
                    &format!("recipient[{index}]"),
                    "is told in one way; add either `mail = \"duty@ministry.example\"` or `webhook = \"https://…\"`",
                );
                return None;
            }
        };
        Some(Recipient {
            name: file.name.clone(),
            channel,
            languages: file.language.list(),
            calendar: file.calendar.clone(),
            digest: file.digest,
        })
    }

    fn webhook(&mut self, at: &str, key_at: &str, url: &str, file: &RecipientFile) -> Option<Channel> {
        if !is_address(url) {
            self.refuse(
                at,
                "allowed: an https address; for example \"https://alerts.ministry.example/majlis\"",
            );
            return None;
        }
        let (owner, before) = (file.name.as_str(), self.notes.problems.len());
        let path = file.webhook_key_file.as_deref();
        let found = self.notes.secret(owner, "webhook_key", path, key_at, self.layers, self.secrets);
        if found.is_none() && self.notes.problems.len() == before {
            let remedy = self.secrets.how_to_give(owner, "webhook_key");
            self.refuse(key_at, format!("no webhook_key was found to sign with; {remedy}"));
        }
        Some(Channel::Webhook { url: Secret::new(url), key: found? })
    }

    fn smtp(&mut self, file: &NotifyFile, by_mail: bool) -> Option<SmtpConfig> {
        let Some(host) = file.smtp_host.as_ref().filter(|host| !host.is_empty()) else {
            if by_mail {
                let message = "is needed to tell recipients by mail; add it, for example `smtp_host = \"mail.ministry.example\"`";
                self.refuse("notify.smtp_host", message);
            }
            return None;
        };
        let Some(from) = &file.from else {
            let message = "is needed to send mail; add it, for example `from = \"majlis@ministry.example\"`";
            self.refuse("notify.from", message);
            return None;
        };
        self.address("notify.from", from, "\"majlis@ministry.example\"")?;
        let port = file.smtp_port.unwrap_or(match file.smtp_tls {
            SmtpTls::Implicit => 465,
            SmtpTls::Starttls => 587,
            SmtpTls::None => 25,
        });
        Some(SmtpConfig {
            host: host.clone(),
            port,
            tls: file.smtp_tls,
            ca: self.ca(file)?,
            login: self.login(file, host)?,
            from: from.clone(),
        })
    }

    /// The certificates of a private authority; `None` where there is a problem with them.
    fn ca(&mut self, file: &NotifyFile) -> Option<Option<String>> {
        let Some(path) = &file.smtp_ca_file else { return Some(None) };
        let text = self.notes.of(documents::read(&from(&self.secrets.directory, path)))?;
        if !text.contains("-----BEGIN CERTIFICATE-----") {
            let message = "found no certificate in the file; name one in PEM, which begins with -----BEGIN CERTIFICATE-----";
            self.refuse("notify.smtp_ca_file", message);
            return None;
        }
        Some(Some(text))
    }

    /// Name and password of the mail server, or neither; `None` where there is a problem with them.
    fn login(&mut self, file: &NotifyFile, host: &str) -> Option<Option<(String, Secret)>> {
        const KEY: &str = "notify.smtp_password_file";
        let before = self.notes.problems.len();
        let path = file.smtp_password_file.as_deref();
        let password = self.notes.secret("notify", "smtp_password", path, KEY, self.layers, self.secrets);
        match (&file.smtp_user, password) {
            (Some(_), Some(_)) if file.smtp_tls == SmtpTls::None && !is_loopback(host) => {
                let message =
                    "the password would travel unencrypted; set `smtp_tls = \"starttls\"` or `\"implicit\"`";
                self.refuse("notify.smtp_tls", message);
            }
            (Some(user), Some(password)) => return Some(Some((user.clone(), password))),
            (None, None) if self.notes.problems.len() == before => return Some(None),
            (None, None) => {}
            (None, Some(_)) => {
                self.refuse(
                    "notify.smtp_user",
                    "is needed with a password; add it, for example `smtp_user = \"majlis\"`",
                );
            }
            (Some(_), None) if self.notes.problems.len() == before => {
                let remedy = self.secrets.how_to_give("notify", "smtp_password");
                self.refuse(KEY, format!("no smtp_password was found; {remedy}"));
            }
            (Some(_), None) => {}
        }
        None
    }

    /// Refuses what is plainly no address; what a mail server thinks of it is heard when it is used.
    fn address(&mut self, key: &str, written: &str, example: &str) -> Option<()> {
        let plain = |text: &str| {
            !text.is_empty()
                && text.bytes().all(|byte| byte.is_ascii_graphic() && !b"<>,;\"@".contains(&byte))
        };
        let right = written.split_once('@').is_some_and(|(name, domain)| plain(name) && plain(domain));
        if !right {
            self.refuse(
                key,
                format!("found \"{written}\"; allowed: one mail address; for example {example}"),
            );
        }
        right.then_some(())
    }
}

/// Whether this is an address by HTTPS, or one on this machine.
pub(in super::super) fn is_address(url: &str) -> bool {
    let plain = url.strip_prefix("http://").is_some_and(is_loopback);
    let host = url.strip_prefix("https://").unwrap_or_default();
    plain || !(host.is_empty() || url.chars().any(|letter| letter.is_whitespace() || letter.is_control()))
}

/// Whether a host, with or without what follows it in an address, is this machine.
fn is_loopback(host: &str) -> bool {
    ["localhost", "127.", "[::1]"].iter().any(|start| {
        host.strip_prefix(start)
            .is_some_and(|rest| *start == "127." || rest.is_empty() || rest.starts_with([':', '/']))
    })
}
