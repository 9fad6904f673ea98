//! Everybody told that something is wrong with the audit log, while nothing may be written.

use majlis::notify::LogTrouble;
use majlis::stage::StageError;
use majlis::store::StoreError;

use super::telling::told;
use super::*;
use crate::notify::{PostOffice, Receiver, by_mail, by_webhook};
use crate::store::contract;

contract! {
    async fn everybody_is_told_of_a_broken_log_although_nothing_is_written(db: Db) {
        let (office, receiver) = (PostOffice::open().await, Receiver::open().await);
        let journey = told(db, vec![by_mail(&office), by_webhook(&receiver)], &office).await;
        let before = journey.db.entries().await;
        journey.ctx.store.stop_writing();
        journey.clock.advance(TICK);
        let stopped = stage::run_until_quiet(&journey.ctx).await;
        assert!(matches!(stopped, Err(StageError::Store(StoreError::Stopped))), "{stopped:?}");
        stage::seal::alarm(&journey.ctx, LogTrouble::Broken).await;
        let mails = office.taken();
        assert_eq!(mails.len(), 1);
        assert!(mails[0].text.starts_with("سجل التدقيق لم يعد كما نُشر"), "{}", mails[0].text);
        assert_eq!(receiver.calls()[0].body["type"], "audit.broken");
        assert_eq!(journey.db.entries().await, before);
    }
}
