//! Notices to staff, over real SMTP and HTTP on the loopback.

mod post_office;
mod receiver;
mod sending;

use std::time::Duration;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use majlis::config::{Channel, NotifyConfig, Recipient, SmtpConfig, SmtpTls};
use majlis::domain::comment::{CommentId, Platform};
use majlis::domain::credentials::Secret;
use majlis::domain::escalation::Point;
use majlis::domain::judge::Kind;
use majlis::domain::lang::Lang;
use majlis::domain::notice::{NoticeId, RecipientName};
use majlis::domain::reply::ClockKind;
use majlis::notify::{About, Item, Letter};

pub(crate) use post_office::{Mail, Mood, PostOffice};
pub(crate) use receiver::{Receiver, is_signed};

/// The key that the receiver verifies signatures with.
const CONSOLE: &str = "https://majlis.ministry.example";
pub(crate) const KEY: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

fn name(word: &str) -> RecipientName {
    word.parse().unwrap()
}

fn told_in_both(name: RecipientName, channel: Channel) -> Recipient {
    Recipient { name, channel, languages: vec![Lang::Ar, Lang::En], calendar: None, digest: false }
}

/// `team` by mail.
pub(crate) fn by_mail(office: &PostOffice) -> Recipient {
    told_in_both(name("team"), Channel::Mail(format!("team@{}", office.domain())))
}

/// `duty` by webhook.
pub(crate) fn by_webhook(receiver: &Receiver) -> Recipient {
    let channel = Channel::Webhook { url: Secret::new(receiver.url()), key: Secret::new(KEY) };
    told_in_both(name("duty"), channel)
}

/// The server as configured: in plain text, which the loopback allows.
pub(crate) fn smtp(office: &PostOffice) -> SmtpConfig {
    SmtpConfig {
        host: "127.0.0.1".into(),
        port: office.address().port(),
        tls: SmtpTls::None,
        ca: None,
        login: None,
        from: format!("majlis@{}", office.domain()),
    }
}

pub(crate) fn config(smtp: Option<SmtpConfig>, recipients: Vec<Recipient>) -> NotifyConfig {
    NotifyConfig { smtp, timeout: Duration::from_secs(20), console: Some(CONSOLE.to_owned()), recipients }
}

fn letter() -> Letter {
    let at = |time: &str| time.parse::<Timestamp>().unwrap();
    let item = Item {
        comment: CommentId(7),
        platform: Platform::X,
        kind: Kind::Question,
        clock: ClockKind::FirstReply,
        due_at: at("2026-11-24T11:30:00Z"),
        point: Some(Point::Used(75)),
    };
    Letter {
        id: NoticeId(3),
        created_at: at("2026-11-24T09:30:00Z"),
        told_at: at("2026-11-24T09:30:10Z"),
        zone: TimeZone::get("Asia/Dubai").unwrap(),
        console: Some(CONSOLE.to_owned()),
        about: About::Owed { items: vec![item], more: 0 },
    }
}
