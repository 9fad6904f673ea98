//! Staff told of replies that are owed: at each point once, when they are at work, and whatever becomes of the mail server.

use jiff::Timestamp;
use majlis::config::Recipient;
use majlis::notify::Notifier;

use super::recounting::SHIPPED;
use super::*;
use crate::notify::{Mail, Mood, PostOffice, Receiver, by_mail, by_webhook, config, smtp};
use crate::store::contract;

/// A journey on X whose staff are told.
pub(super) async fn told(db: Db, recipients: Vec<Recipient>, office: &PostOffice) -> Journey {
    let mut journey = Journey::in_database(db, &[Platform::X], |_| {}).await;
    journey.ctx.notifier = Notifier::new(&config(Some(smtp(office)), recipients)).unwrap();
    stage::enrol(&journey.ctx).await.unwrap();
    journey
}

impl Journey {
    /// Time passes until then, looked at every ten minutes and at last every minute, as a daemon would.
    pub(super) async fn watch_until(&self, then: Timestamp) {
        while self.clock.now() < then {
            let is_near = then.duration_since(self.clock.now()) <= SignedDuration::from_mins(20);
            let next = self.clock.now() + SignedDuration::from_mins(if is_near { 1 } else { 10 });
            self.clock.advance_to(next.min(then));
            self.quiet().await;
        }
    }

    pub(super) async fn alerts(&self) -> Vec<(String, String)> {
        let rows = "select point, outcome from clock_alert order by at, clock, point desc";
        sqlx::query_as(rows).fetch_all(&self.db.pool).await.unwrap()
    }
}

pub(super) fn alert(point: &str, outcome: &str) -> (String, String) {
    (point.to_owned(), outcome.to_owned())
}

fn subjects_of(mails: &[Mail]) -> Vec<&str> {
    mails.iter().filter_map(|mail| mail.text.lines().next()).collect()
}

contract! {
    async fn each_point_is_told_once_and_the_deadline_at_closing_when_staff_are_back(db: Db) {
        let office = PostOffice::open().await;
        let receiver = Receiver::open().await;
        let journey = told(db, vec![by_mail(&office), by_webhook(&receiver)], &office).await;
        let id = journey.read_one(QUESTION).await;
        journey.watch_until(at("13:31")).await;
        let mails = office.taken();
        assert_eq!(subjects_of(&mails), ["ردود مستحقة: 1"]);
        let number = journey.story(&id).await.comment.id;
        assert!(mails[0].text.contains(&format!("https://majlis.ministry.example/comments/{number}")));
        assert!(!mails[0].text.contains(QUESTION), "a notice holds the comment's text");
        // Due at 15:30, which is closing: nobody is told before the morning.
        journey.watch_until(at("18:00")).await;
        assert_eq!((office.taken().len(), receiver.calls().len()), (1, 0));
        assert_eq!(journey.alerts().await, [alert("75%", "sent"), alert("+0", "held")]);
        journey.watch_until(on_day(25, "07:31")).await;
        let mails = office.taken();
        assert_eq!(mails.len(), 2);
        assert!(mails[1].text.contains("overdue since Tuesday 24 November 2026, 15:30"), "{}", mails[1].text);
        assert_eq!(receiver.calls().len(), 1);
        assert_eq!(receiver.calls()[0].body["data"]["items"][0]["point"], "+0");
        // Four working hours later it is for those on duty alone.
        journey.watch_until(on_day(25, "12:00")).await;
        assert_eq!((office.taken().len(), receiver.calls().len()), (2, 2));
        journey.watch_until(on_day(25, "23:00")).await;
        assert_eq!((office.taken().len(), receiver.calls().len()), (2, 2));
        assert_eq!(journey.logged("notice.sent").await, 4);
        assert_eq!(journey.logged("clock.escalated").await, 1);
    }

    async fn after_three_missed_points_the_highest_is_told_and_the_others_are_logged_as_skipped(db: Db) {
        let office = PostOffice::open().await;
        let receiver = Receiver::open().await;
        let mut journey = told(db, vec![by_mail(&office), by_webhook(&receiver)], &office).await;
        journey.read_one(QUESTION).await;
        // The daemon is down until the next day at noon.
        journey.clock.advance_to(on_day(25, "12:00"));
        let notifier = std::mem::take(&mut journey.ctx.notifier);
        journey.ctx = Context { notifier, ..journey.another_process().await };
        journey.quiet().await;
        let alerts = [alert("75%", "skipped"), alert("+240", "sent"), alert("+0", "skipped")];
        assert_eq!(journey.alerts().await, alerts);
        assert_eq!((journey.logged("clock.due_soon").await, journey.logged("clock.overdue").await), (0, 1));
        let log = journey.db.entries().await.concat();
        assert!(log.contains("\"skipped\":\"75% +0\""));
        journey.watch_until(on_day(25, "12:05")).await;
        assert_eq!((office.taken().len(), receiver.calls().len()), (0, 1));
        assert_eq!(receiver.calls()[0].body["data"]["items"][0]["point"], "+240");
    }

    async fn a_machine_that_slept_tells_on_waking_what_came_due_and_a_clock_set_back_tells_nothing_twice(db: Db) {
        let office = PostOffice::open().await;
        let journey = told(db, vec![by_mail(&office)], &office).await;
        journey.read_one(QUESTION).await;
        journey.clock.advance_to(at("13:40"));
        journey.quiet().await;
        journey.watch_until(at("13:41")).await;
        assert_eq!((office.taken().len(), journey.alerts().await), (1, vec![alert("75%", "sent")]));
        journey.clock.advance(-SignedDuration::from_hours(1));
        journey.quiet().await;
        journey.watch_until(at("14:00")).await;
        assert_eq!((office.taken().len(), journey.alerts().await), (1, vec![alert("75%", "sent")]));
        assert_eq!(journey.logged("clock.due_soon").await, 1);
    }

    async fn what_was_answered_while_the_notice_was_held_is_told_to_nobody(db: Db) {
        let office = PostOffice::open().await;
        let journey = told(db, vec![by_mail(&office)], &office).await;
        let id = journey.read_one(QUESTION).await;
        journey.clock.advance_to(at("15:31"));
        journey.quiet().await;
        journey.staff(&id, StaffAct::Reply(ANSWER)).await;
        journey.watch_until(on_day(25, "07:35")).await;
        assert_eq!(office.taken(), []);
        assert_eq!(journey.logged("notice.withdrawn").await, 1);
    }

    async fn a_mail_server_that_is_down_for_a_day_loses_nothing(db: Db) {
        let mut office = PostOffice::open().await;
        let journey = told(db, vec![by_mail(&office)], &office).await;
        journey.read_one(QUESTION).await;
        office.close().await;
        journey.watch_until(at("14:00")).await;
        assert_eq!(journey.logged("notice.sent").await, 0);
        office.reopen().await;
        office.feels(Mood::Refuses("550 5.7.1 relaying denied"));
        journey.watch_until(at("15:29")).await;
        assert_eq!(office.taken(), []);
        office.feels(Mood::Takes);
        journey.watch_until(on_day(25, "09:00")).await;
        let mails = office.taken();
        assert_eq!(mails.len(), 2, "the first was held over the night, with the deadline's");
        assert_ne!(mails[0].header("Message-ID"), mails[1].header("Message-ID"));
        assert_eq!(journey.logged("notice.sent").await, 2);
        assert_eq!(journey.logged("notice.given_up").await, 0);
    }

    async fn a_notice_whose_answer_was_lost_is_sent_again_under_the_same_id(db: Db) {
        let office = PostOffice::open().await;
        let journey = told(db, vec![by_mail(&office)], &office).await;
        journey.read_one(QUESTION).await;
        office.feels(Mood::LosesTheAnswer);
        journey.watch_until(at("13:31")).await;
        office.feels(Mood::Takes);
        journey.watch_until(at("13:40")).await;
        let mails = office.taken();
        assert!(mails.len() >= 2, "{mails:?}");
        assert!(mails.iter().all(|mail| mail.header("Message-ID") == mails[0].header("Message-ID")));
        assert_eq!(journey.logged("notice.sent").await, 1);
    }

    async fn a_notice_is_given_up_after_days_and_said_so(db: Db) {
        let mut office = PostOffice::open().await;
        let journey = told(db, vec![by_mail(&office)], &office).await;
        journey.read_one(QUESTION).await;
        office.close().await;
        for day in [24, 25, 26, 27, 30] {
            journey.clock.advance_to(on_day(day, "13:32"));
            journey.quiet().await;
            journey.pass(SignedDuration::from_mins(61)).await;
        }
        assert_eq!(journey.logged("notice.given_up").await, 1, "the deadline's own notice is younger");
        assert_eq!(
            journey.db.number("select count(*) from job where lane = 'notify/team' and key = '1'").await,
            0
        );
    }

    async fn the_day_begins_with_what_is_owed(db: Db) {
        let office = PostOffice::open().await;
        let journey = told(db, vec![Recipient { digest: true, ..by_mail(&office) }], &office).await;
        journey.read_one(QUESTION).await;
        journey.watch_until(at("08:00")).await;
        assert_eq!(office.taken(), [], "this day had begun before");
        journey.clock.advance_to(on_day(25, "07:29"));
        journey.quiet().await;
        assert_eq!(office.taken(), []);
        journey.watch_until(on_day(25, "07:30")).await;
        let mails = office.taken();
        let day = mails.iter().find(|mail| mail.text.contains("What waits today")).unwrap();
        for line in [
            "What waits today, Wednesday 25 November",
            "Overdue: 1",
            "Due today: 0",
            "Awaiting a reply in all: 1",
        ] {
            assert!(day.text.contains(line), "{line}: {}", day.text);
        }
        journey.watch_until(on_day(25, "23:00")).await;
        let days = async || journey.db.number("select count(*) from notice where about = 'day'").await;
        assert_eq!(days().await, 1);
        // The weekend has no day; after it one begins, however late the daemon is.
        journey.clock.advance_to(on_day(30, "11:00"));
        journey.quiet().await;
        assert_eq!(days().await, 2);
    }

    async fn a_point_of_an_urgent_step_is_told_at_once(db: Db) {
        let office = PostOffice::open().await;
        let journey = told(db, vec![by_mail(&office)], &office).await;
        let urgent = SHIPPED.replace("to = [\"team\", \"duty\"]", "to = [\"team\", \"duty\"]\nurgent = true");
        assert_ne!(urgent, SHIPPED);
        journey.adopt_calendar(&urgent).await;
        journey.read_one(QUESTION).await;
        journey.watch_until(at("15:35")).await;
        let mails = office.taken();
        assert_eq!(mails.len(), 2, "{mails:?}");
        assert!(mails[1].text.contains("overdue since"));
    }

    async fn what_is_promised_as_urgent_is_told_at_once(db: Db) {
        let office = PostOffice::open().await;
        let journey = told(db, vec![by_mail(&office)], &office).await;
        journey.adopt_calendar(&SHIPPED.replace("working_hours = 8", "working_hours = 8\nurgent = true")).await;
        journey.read_one(QUESTION).await;
        journey.watch_until(at("15:35")).await;
        assert_eq!(journey.alerts().await, [alert("75%", "sent"), alert("+0", "sent")]);
        assert_eq!(office.taken().len(), 2);
    }

    async fn each_recipient_is_told_in_hours_of_their_own(db: Db) {
        let office = PostOffice::open().await;
        let receiver = Receiver::open().await;
        let on_call = Recipient { calendar: Some("always".to_owned()), ..by_webhook(&receiver) };
        let journey = told(db, vec![by_mail(&office), on_call], &office).await;
        let days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
            .map(|day| format!("{{ day = \"{day}\", from = \"00:00\", to = \"24:00\" }}"));
        let always = format!(
            "{SHIPPED}\n[calendar.always]\ntz = \"Asia/Dubai\"\n[[calendar.always.weekly]]\nname = \"On call\"\nbasis = \"a test\"\n\
             from = \"2022-01-01\"\nhours = [{}]\n",
            days.join(", ")
        );
        journey.adopt_calendar(&always).await;
        journey.read_one(QUESTION).await;
        journey.watch_until(at("15:35")).await;
        assert_eq!(journey.alerts().await, [alert("75%", "sent"), alert("+0", "sent")]);
        assert_eq!((office.taken().len(), receiver.calls().len()), (1, 1), "the team is not at work");
        journey.watch_until(on_day(25, "07:31")).await;
        assert_eq!((office.taken().len(), receiver.calls().len()), (2, 1));
    }

    async fn ten_thousand_that_fall_due_together_are_one_notice(db: Db) {
        let office = PostOffice::open().await;
        let journey = told(db, vec![by_mail(&office)], &office).await;
        journey.read_one(QUESTION).await;
        let more = "with recursive n(i) as (select 2 union all select i + 1 from n where i < 10000) ";
        let copies = [
            format!("insert into comment (id, source, platform, platform_id, written_by, created_at, first_seen_at, starts_at, revision)
                 {more} select 1000 + i, source, platform, 'copy' || i, 'public', created_at, first_seen_at, starts_at, 1 from comment, n where id = 1"),
            format!("insert into reply_clock (comment, thread, clock, kind, priority, language, opened_at, received_at, started_at,
                     due_soon_at, due_at, calendar, basis, state)
                 {more} select 1000 + i, 1000 + i, clock, kind, priority, language, opened_at, received_at, started_at,
                     due_soon_at, due_at, calendar, basis, state from reply_clock, n where reply_clock.comment = 1"),
            "insert into clock_point (clock, due_at, at) select id, due_at, 0 from reply_clock where comment > 1000".to_owned(),
        ];
        for copy in copies {
            journey.db.try_run(&copy).await.unwrap();
        }
        journey.watch_until(at("07:32")).await;
        journey.clock.advance_to(at("13:30"));
        journey.quiet().await;
        assert_eq!(journey.db.number("select count(*) from clock_alert where outcome = 'sent'").await, 10_000);
        journey.watch_until(at("13:32")).await;
        let mails = office.taken();
        assert_eq!(subjects_of(&mails), ["ردود مستحقة: 10000"]);
        assert!(mails[0].text.contains("and 9950 more"));
        assert_eq!(journey.logged("clock.due_soon").await, 10_000);
    }
}
