//! One notice sent once: what arrives, and what a failure proves.

use std::time::Duration;

use jiff::Timestamp;
use majlis::config::{NotifyConfig, SmtpConfig, SmtpTls};
use majlis::domain::credentials::Secret;
use majlis::notify::{Notifier, NotifyError};

use super::post_office::{AUTHORITY, Wire};
use super::*;

fn now() -> Timestamp {
    "2026-11-24T09:30:10Z".parse().unwrap()
}

async fn mail(office: &PostOffice, smtp: SmtpConfig) -> Result<(), NotifyError> {
    let notifier = Notifier::new(&config(Some(smtp), vec![by_mail(office)])).unwrap();
    notifier.send(&name("team"), &letter(), now()).await
}

async fn call(receiver: &Receiver) -> Result<(), NotifyError> {
    let notifier = Notifier::new(&config(None, vec![by_webhook(receiver)])).unwrap();
    notifier.send(&name("duty"), &letter(), now()).await
}

#[tokio::test]
async fn a_mail_arrives_with_an_id_that_stays_the_same_over_attempts() {
    let office = PostOffice::open().await;
    mail(&office, smtp(&office)).await.unwrap();
    mail(&office, smtp(&office)).await.unwrap();
    let [first, second] = office.taken().try_into().unwrap();
    assert_eq!(first.from, "majlis@ministry.example");
    assert_eq!(first.to, "team@ministry.example");
    assert_eq!(first.header("Message-ID"), Some("<majlis-3-1795512600000000@ministry.example>"));
    assert_eq!(first.header("Auto-Submitted"), Some("auto-generated"));
    assert_eq!(first.header("Date"), Some("Tue, 24 Nov 2026 09:30:10 +0000"));
    assert!(first.text.starts_with("ردود مستحقة: 1") && first.text.contains("Replies owed: 1"), "{first:?}");
    assert!(first.text.contains("https://majlis.ministry.example/comments/7"));
    assert_eq!(second, first);
}

#[tokio::test]
async fn a_server_is_greeted_by_name_and_given_the_password() {
    let office = PostOffice::open().await;
    let login = Some(("majlis".to_owned(), Secret::new("s3cr3t")));
    mail(&office, SmtpConfig { login, ..smtp(&office) }).await.unwrap();
    let heard = office.heard();
    assert_eq!(heard[0], "EHLO ministry.example");
    // RFC 4616: the name and the password, each after a zero byte.
    assert_eq!(heard[1], "AUTH PLAIN AG1hamxpcwBzM2NyM3Q=");
}

#[tokio::test]
async fn a_server_without_encryption_is_told_nothing_where_it_is_asked_for() {
    let office = PostOffice::open().await;
    let login = Some(("majlis".to_owned(), Secret::new("s3cr3t")));
    let error =
        mail(&office, SmtpConfig { tls: SmtpTls::Starttls, login, ..smtp(&office) }).await.unwrap_err();
    assert!(matches!(error, NotifyError::Refused { .. }), "{error}");
    assert_eq!(office.heard(), ["EHLO ministry.example"]);
    assert_eq!(office.taken(), []);
}

#[tokio::test]
async fn a_mail_is_encrypted_to_a_server_that_a_private_authority_vouches_for() {
    for (wire, tls, heard) in [
        (Wire::Implicit, SmtpTls::Implicit, &["EHLO", "AUTH", "MAIL", "RCPT", "DATA"][..]),
        (Wire::Starttls, SmtpTls::Starttls, &["EHLO", "STARTTLS", "EHLO", "AUTH", "MAIL", "RCPT", "DATA"]),
    ] {
        let office = PostOffice::open_by(wire).await;
        let login = Some(("majlis".to_owned(), Secret::new("s3cr3t")));
        let ca = Some(AUTHORITY.to_owned());
        mail(&office, SmtpConfig { tls, ca, login, ..smtp(&office) }).await.unwrap();
        assert_eq!(office.taken().len(), 1);
        let words: Vec<String> = office
            .heard()
            .iter()
            .map(|line| line[..line.find(' ').unwrap_or(line.len())].to_owned())
            .collect();
        assert_eq!(words[..heard.len()], *heard, "{tls:?}");
    }
}

#[tokio::test]
async fn a_server_for_which_nobody_vouches_is_told_nothing_and_must_be_mended() {
    for (wire, tls) in [(Wire::Implicit, SmtpTls::Implicit), (Wire::Starttls, SmtpTls::Starttls)] {
        let office = PostOffice::open_by(wire).await;
        let login = Some(("majlis".to_owned(), Secret::new("s3cr3t")));
        let error = mail(&office, SmtpConfig { tls, login, ..smtp(&office) }).await.unwrap_err();
        assert!(matches!(error, NotifyError::Refused { .. }), "{error}");
        assert!(!office.heard().iter().any(|line| line.starts_with("AUTH")));
        assert_eq!(office.taken(), []);
    }
}

#[tokio::test]
async fn a_mailbox_that_does_not_exist_is_refused_and_a_busy_one_may_be_tried_again() {
    let office = PostOffice::open().await;
    office.feels(Mood::Refuses("550 5.1.1 no such mailbox"));
    let error = mail(&office, smtp(&office)).await.unwrap_err();
    assert!(matches!(error, NotifyError::Refused { .. }), "{error}");
    assert_eq!(error.to_string(), "the mail server refused it: permanent error (550): 5.1.1 no such mailbox");
    office.feels(Mood::Refuses("451 4.3.0 come back later"));
    let error = mail(&office, smtp(&office)).await.unwrap_err();
    assert!(matches!(error, NotifyError::Unreachable { .. }), "{error}");
    assert_eq!(office.taken(), []);
}

#[tokio::test]
async fn a_server_that_hangs_is_left_in_time() {
    let office = PostOffice::open().await;
    office.feels(Mood::Hangs);
    let patience = NotifyConfig {
        timeout: Duration::from_millis(50),
        ..config(Some(smtp(&office)), vec![by_mail(&office)])
    };
    let error = Notifier::new(&patience).unwrap().send(&name("team"), &letter(), now()).await.unwrap_err();
    assert!(matches!(error, NotifyError::Unreachable { .. }), "{error}");
}

#[tokio::test]
async fn a_mail_that_was_taken_is_sent_whatever_becomes_of_the_farewell() {
    let office = PostOffice::open().await;
    office.feels(Mood::HangsAfterwards);
    mail(&office, smtp(&office)).await.unwrap();
    assert_eq!(office.taken().len(), 1);
}

#[tokio::test]
async fn an_answer_that_was_lost_is_no_delivery() {
    let office = PostOffice::open().await;
    office.feels(Mood::LosesTheAnswer);
    let error = mail(&office, smtp(&office)).await.unwrap_err();
    assert!(matches!(error, NotifyError::Unreachable { .. }), "{error}");
    assert_eq!(office.taken().len(), 1, "it did arrive, which nobody here can know");
}

#[tokio::test]
async fn a_server_that_is_down_is_unreachable() {
    let mut office = PostOffice::open().await;
    office.close().await;
    let error = mail(&office, smtp(&office)).await.unwrap_err();
    assert!(matches!(error, NotifyError::Unreachable { .. }), "{error}");
}

#[tokio::test]
async fn a_webhook_arrives_signed_with_an_id_that_stays_the_same_over_attempts() {
    let receiver = Receiver::open().await;
    call(&receiver).await.unwrap();
    call(&receiver).await.unwrap();
    let [first, second] = receiver.calls().try_into().unwrap();
    assert_eq!(first.id, "majlis-3-1795512600000000");
    assert_eq!(first.sent_at, "1795512610");
    assert_eq!(first.body["type"], "replies.owed");
    assert_eq!(first.body["data"]["items"][0]["comment"], 7);
    assert_eq!(second, first);
}

#[tokio::test]
async fn a_receiver_that_is_busy_may_be_tried_again_and_one_that_refuses_must_be_mended() {
    let receiver = Receiver::open().await;
    for (status, refused) in [(503, false), (429, false), (408, false), (410, true), (401, true), (302, true)]
    {
        receiver.answers(status);
        let error = call(&receiver).await.unwrap_err();
        assert_eq!(matches!(error, NotifyError::Refused { .. }), refused, "{error}");
        assert!(error.to_string().ends_with(&format!("HTTP {status}")), "{error}");
    }
}

#[tokio::test]
async fn nobody_is_told_who_is_not_configured() {
    let notifier = Notifier::new(&config(None, Vec::new())).unwrap();
    let error = notifier.send(&name("duty"), &letter(), now()).await.unwrap_err();
    assert_eq!(error.to_string(), "no recipient is named `duty`; add a [[recipient]] to majlis.toml");
}

#[test]
fn a_key_that_cannot_sign_is_told_by_its_recipient_when_the_notifier_is_built() {
    let channel = Channel::Webhook { url: Secret::new("https://a.example/"), key: Secret::new("s3cr3t") };
    let error = Notifier::new(&config(None, vec![told_in_both(name("duty"), channel)])).unwrap_err();
    assert!(error.to_string().starts_with("recipient duty: its signing key is none"), "{error}");
}
