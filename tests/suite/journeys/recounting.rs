//! A calendar is adopted while answers are owed: open deadlines move by it, with an entry each, and nothing else does.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use majlis::clock::Clock as _;
use majlis::domain::calendar::{Calendar, WorkingSeconds};
use majlis::domain::comment::{CommentId, Platform};
use majlis::domain::reply::{AnsweredBy, ClockKind, Due, PauseReason, Priority, Standing, standing};
use majlis::stage;
use majlis::store::acts::{self, By};
use majlis::store::documents::{self, DocumentKind};
use majlis::store::jobs::{self, Lane};
use majlis::store::replies::{self, Clock as ReplyClock, ClockState};
use majlis::store::{Step, StoreError, Tx};
use serde_json::Value;

use super::reporting::reported;
use super::{ANSWER, Journey, QUESTION, StaffAct, at, on_day, says, shipped_policy};
use crate::store::contract;

pub(super) const SHIPPED: &str = include_str!("../../../config/calendar.toml");

/// The shipped calendar with a day off on this date of November 2026, or with hours of another week from it on.
fn with(more: &str) -> String {
    format!("{SHIPPED}\n{more}")
}

pub(super) fn day_off(day: u8) -> String {
    with(&format!(
        "[[holiday]]\nname = \"Mourning\"\nbasis = \"circular 9 of 2026\"\nstatus = \"announced\"\ndate = \"2026-11-{day}\"\n"
    ))
}

/// Ramadan's hours from this date on.
pub(super) fn ramadan(day: u8) -> String {
    let hours = ["mon", "tue", "wed", "thu"]
        .map(|day| format!("{{ day = \"{day}\", from = \"09:00\", to = \"14:30\" }}"));
    with(&format!(
        "[[season]]\nname = \"Ramadan\"\nbasis = \"sighted this evening\"\nstatus = \"announced\"\nfrom = \"2026-11-{day}\"\nto = \"2026-12-24\"\nhours = [{}]\n",
        hours.join(", ")
    ))
}

fn version(text: &str) -> String {
    Calendar::parse("calendar.toml", text).unwrap().version().to_string()
}

impl Journey {
    /// Huda proposes a calendar and Omar adopts it; nothing is counted before the next [`Journey::quiet`].
    pub(super) async fn adopt_calendar(&self, text: &str) {
        let (hash, now) = (version(text), self.clock.now());
        let mut tx = self.db.store.begin(Step::Act).await.unwrap();
        documents::propose(&mut tx, DocumentKind::Calendar, &hash, text, "huda", now).await.unwrap();
        documents::adopt(&mut tx, DocumentKind::Calendar, &hash, "omar", now).await.unwrap();
        tx.commit().await.unwrap();
    }

    async fn due_at(&self, id: &str) -> Timestamp {
        self.clock_of(id).await.unwrap().timing.due.at().unwrap()
    }

    /// What the log says of clocks counted anew, oldest first.
    async fn recounts(&self) -> Vec<Value> {
        self.log_of("clock.recounted").await
    }

    /// The entries of the log that tell of this act, oldest first.
    async fn log_of(&self, act: &str) -> Vec<Value> {
        let entries = self.db.entries().await.into_iter().map(|entry| serde_json::from_str(&entry).unwrap());
        entries.filter(|entry: &Value| entry["act"] == act).collect()
    }

    /// Huda acts on the clocks of a comment while this calendar is in force.
    pub(super) async fn acts_by(
        &self,
        text: &str,
        id: &str,
        act: impl AsyncFnOnce(&mut Tx, By<'_>, &Calendar, CommentId) -> Result<(), StoreError>,
    ) {
        let comment = self.story(id).await.comment.id;
        let (policy, calendar) = (shipped_policy(), Calendar::parse("calendar.toml", text).unwrap());
        let by = By {
            staff: "huda",
            policy: &policy,
            now: self.clock.now(),
            seen: None,
            leaves: None,
            bulk: None,
        };
        let mut tx = self.db.store.begin(Step::Act).await.unwrap();
        act(&mut tx, by, &calendar, comment).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// A question that has half an hour of grace from ten in the morning of the 25th on; the shipped calendar is in force.
    async fn question_with_grace(&self) -> String {
        let id = self.read_one(QUESTION).await;
        self.adopt_calendar(&day_off(24)).await;
        self.until(on_day(25, "10:00")).await;
        self.adopt_calendar(SHIPPED).await;
        self.quiet().await;
        assert_eq!(self.due_at(&id).await, on_day(25, "10:30"));
        id
    }

    async fn until(&self, instant: Timestamp) {
        self.pass(instant.duration_since(self.clock.now())).await;
    }
}

async fn begin(db: crate::store::Db) -> Journey {
    Journey::in_database(db, &[Platform::X], |_| {}).await
}

contract! {
    async fn a_holiday_moved_after_deadlines_were_set_moves_the_open_ones_alone(db: Db) {
        let journey = begin(db).await;
        let answered = journey.read_one(QUESTION).await;
        journey.staff(&answered, StaffAct::Reply(ANSWER)).await;
        journey.until(at("10:00")).await;
        let open = journey.read_one(QUESTION).await;
        let (stopped, was) = (journey.clock_of(&answered).await.unwrap(), journey.clock_of(&open).await.unwrap());
        assert!(matches!(stopped.state, ClockState::Answered { .. }));
        assert_eq!(was.timing.due.at(), Some(on_day(25, "10:00")));

        let text = day_off(25);
        journey.adopt_calendar(&text).await;
        assert_eq!(journey.due_at(&open).await, on_day(25, "10:00"), "not before the recount");
        journey.quiet().await;
        let is = journey.clock_of(&open).await.unwrap();
        assert_eq!(is.timing.due.at(), Some(on_day(26, "10:00")));
        assert_eq!((is.generation, is.timing.calendar.to_string()), (2, version(&text)));
        assert_eq!((is.started_at, is.shortened_at, is.breached_at), (was.started_at, None, None));
        assert_eq!(is.proof().unwrap().check(), Ok(()));
        assert_eq!(journey.clock_of(&answered).await.unwrap(), stopped, "a promise that was kept is never touched");

        let entries = journey.recounts().await;
        let [entry] = entries.as_slice() else { panic!("{entries:?}") };
        let fields = &entry["fields"];
        assert_eq!(entry["object"], format!("comment:{}", is.comment));
        assert_eq!((&fields["due_was"], &fields["due_at"]), (&on_day(25, "10:00").to_string().into(), &on_day(26, "10:00").to_string().into()));
        assert_eq!((&fields["calendar_was"], &fields["calendar"]), (&version(SHIPPED).into(), &version(&text).into()));
        assert_eq!((&fields["adopted_by"], &fields["why"]), (&"staff:omar".into(), &"calendar_adopted".into()));
        assert_eq!(fields["source"], "holiday Mourning added: circular 9 of 2026");
        assert_eq!((&fields["change"], &fields["generation"]), (&"as_counted".into(), &2.into()));
        assert_eq!((&fields["target_was"], &fields["target"]), (&"8 working hours".into(), &"8 working hours".into()));
        assert_eq!(fields["provisional"], Value::Null);
    }

    async fn an_answer_that_was_late_stays_late_though_the_day_is_declared_free_afterwards(db: Db) {
        let journey = begin(db).await;
        let id = journey.read_one(QUESTION).await;
        journey.until(on_day(25, "08:00")).await;
        journey.staff(&id, StaffAct::Reply(ANSWER)).await;
        journey.quiet().await;
        let late = journey.clock_of(&id).await.unwrap();
        assert_eq!(journey.log_of("clock.answered").await[0]["fields"]["verdict"], "missed");
        journey.adopt_calendar(&day_off(24)).await;
        journey.pass(SignedDuration::from_mins(2)).await;
        assert_eq!(journey.clock_of(&id).await.unwrap(), late, "its calendar, its deadline and its proof");
        assert!(journey.recounts().await.is_empty());
    }

    async fn nothing_is_counted_by_a_new_calendar_before_the_recount(db: Db) {
        let journey = begin(db).await;
        let id = journey.read_one(QUESTION).await;
        journey.until(at("12:45")).await;
        let four = SHIPPED.replace("working_hours = 8", "working_hours = 4");
        journey.adopt_calendar(&four).await; // By it the answer was due an hour ago; the recount gives grace.
        let outage = PauseReason::PlatformOutage;
        journey.acts_by(&four, &id, async |tx, by, calendar, comment| {
            for refused in [
                acts::pause(tx, by, calendar, comment, outage).await.unwrap_err(),
                acts::prioritise(tx, by, calendar, comment, Priority::Urgent).await.unwrap_err(),
            ] {
                assert!(refused.to_string().contains("is being counted anew by another calendar"), "{refused}");
            }
            Ok(())
        }).await;
        journey.quiet().await;
        assert_eq!(journey.due_at(&id).await, at("13:15"));
        journey.acts_by(&four, &id, async |tx, by, calendar, comment| acts::pause(tx, by, calendar, comment, outage).await).await;
    }

    async fn a_paused_clock_that_is_answered_before_the_recount_is_judged_by_its_own_calendar(db: Db) {
        let journey = begin(db).await;
        let id = journey.read_one(QUESTION).await;
        journey.until(at("12:45")).await;
        journey.acts_by(SHIPPED, &id, async |tx, by, calendar, comment| acts::pause(tx, by, calendar, comment, PauseReason::PlatformOutage).await).await;
        let four = SHIPPED.replace("working_hours = 8", "working_hours = 4");
        journey.adopt_calendar(&four).await;
        journey.acts_by(&four, &id, async |tx, by, calendar, comment| {
            let seen = AnsweredBy::SeenOnPlatform("r1".to_owned());
            let stopped = replies::answer(tx, Some(calendar), comment, by.now, &seen).await?;
            assert_eq!(standing(&stopped[0].clock.state, stopped[0].clock.timing.due, by.now), Standing::InTime);
            Ok(())
        }).await;
    }

    async fn ramadan_announced_the_evening_before_moves_what_is_due_the_next_day(db: Db) {
        let journey = begin(db).await;
        journey.until(at("10:00")).await;
        let id = journey.read_one(QUESTION).await;
        journey.until(at("20:00")).await;
        journey.adopt_calendar(&ramadan(25)).await;
        journey.quiet().await;
        assert_eq!(journey.due_at(&id).await, on_day(25, "11:30"), "the office opens at nine");
        assert_eq!(journey.recounts().await[0]["fields"]["source"], "season Ramadan added: sighted this evening");
    }

    async fn what_would_have_passed_is_left_grace_and_nobody_is_late_after_the_fact(db: Db) {
        let journey = begin(db).await;
        let id = journey.read_one(QUESTION).await;
        journey.adopt_calendar(&day_off(24)).await;
        journey.quiet().await;
        assert_eq!(journey.due_at(&id).await, on_day(25, "15:30"), "today is a day off");
        journey.until(on_day(25, "10:00")).await;
        journey.adopt_calendar(SHIPPED).await; // It was not, and the answer was due yesterday.
        journey.quiet().await;
        let clock = journey.clock_of(&id).await.unwrap();
        assert_eq!(clock.timing.due.at(), Some(on_day(25, "10:30")));
        assert_eq!((clock.shortened_at, clock.breached_at), (Some(on_day(25, "10:00")), None));
        assert_eq!(clock.proof().unwrap().grace.unwrap().working_time().0, 1_800);
        let entries = journey.recounts().await;
        assert_eq!((&entries[1]["fields"]["change"], entries.len()), (&"shortened".into(), 2));
        assert_eq!(entries[1]["fields"]["source"], "holiday Mourning removed: circular 9 of 2026");
        journey.staff(&id, StaffAct::Reply(ANSWER)).await;
        journey.until(on_day(25, "10:20")).await;
        assert_eq!(journey.log_of("clock.answered").await[0]["fields"]["verdict"], "met");
    }

    async fn a_breach_is_withdrawn_and_both_stay_on_record(db: Db) {
        let journey = begin(db).await;
        let id = journey.read_one(QUESTION).await;
        journey.until(at("16:00")).await;
        journey.adopt_calendar(&day_off(24)).await;
        journey.quiet().await;
        let clock = journey.clock_of(&id).await.unwrap();
        assert_eq!(clock.timing.due.at(), Some(on_day(25, "15:30")));
        assert_eq!((clock.breached_at, clock.breach_withdrawn_at), (Some(at("15:30")), Some(at("16:00"))));
        let entry = journey.recounts().await.remove(0);
        assert_eq!((&entry["fields"]["change"], &entry["fields"]["breached_at"]), (&"breach_withdrawn".into(), &at("15:30").to_string().into()));
        let report = reported(&journey, 24, 25).await;
        assert_eq!((report[0].missed, report[0].withdrawn), (0, 1), "by the log alone");
    }

    async fn a_breach_by_both_calendars_stands_at_its_instant(db: Db) {
        let journey = begin(db).await;
        let id = journey.read_one(QUESTION).await;
        journey.until(at("16:00")).await;
        journey.adopt_calendar(&SHIPPED.replace("working_hours = 8", "working_hours = 4")).await;
        journey.quiet().await;
        let clock = journey.clock_of(&id).await.unwrap();
        assert_eq!((clock.timing.due.at(), clock.breach_withdrawn_at), (Some(at("15:30")), None), "never late by more");
        let fields = &journey.recounts().await[0]["fields"];
        assert_eq!((&fields["change"], &fields["generation"]), (&"still_overdue".into(), &1.into()));
    }

    async fn a_clock_that_missed_its_grace_stays_marked_and_late_by_the_same_instant(db: Db) {
        let journey = begin(db).await;
        let id = journey.question_with_grace().await;
        journey.until(on_day(25, "11:00")).await;
        journey.adopt_calendar(&SHIPPED.replace("working_hours = 8", "working_hours = 4")).await;
        journey.quiet().await;
        let clock = journey.clock_of(&id).await.unwrap();
        assert_eq!(journey.recounts().await[2]["fields"]["change"], "still_overdue");
        assert_eq!(clock.timing.due.at(), Some(on_day(25, "10:30")));
        assert_eq!(clock.shortened_at, Some(on_day(25, "10:00")), "what was late had no more than grace");
    }

    async fn grace_stays_through_a_pause_a_further_calendar_and_another_priority(db: Db) {
        let journey = begin(db).await;
        let id = journey.question_with_grace().await;
        journey.until(on_day(25, "10:10")).await;
        let outage = PauseReason::PlatformOutage;
        journey.acts_by(SHIPPED, &id, async |tx, by, calendar, comment| acts::pause(tx, by, calendar, comment, outage).await).await;
        let left = Due::Left { remaining: WorkingSeconds(1_200) };
        assert_eq!(journey.clock_of(&id).await.unwrap().timing.due, left);

        let shorter = SHIPPED.replace("working_hours = 8", "working_hours = 4");
        journey.until(on_day(25, "11:00")).await;
        journey.adopt_calendar(&shorter).await;
        journey.quiet().await;
        let clock = journey.clock_of(&id).await.unwrap();
        assert_eq!((clock.timing.due, clock.timing.calendar.to_string()), (left, version(&shorter)));

        journey.until(on_day(25, "12:00")).await;
        journey.acts_by(&shorter, &id, async |tx, by, calendar, comment| acts::resume(tx, by, calendar, comment).await).await;
        let clock = journey.clock_of(&id).await.unwrap();
        assert_eq!(clock.timing.due.at(), Some(on_day(25, "12:20")), "twenty minutes were left");
        let urgent = Priority::Urgent;
        journey.acts_by(&shorter, &id, async |tx, by, calendar, comment| acts::prioritise(tx, by, calendar, comment, urgent).await).await;
        let clock = journey.clock_of(&id).await.unwrap();
        assert_eq!((clock.timing.due.at(), clock.shortened_at), (Some(on_day(25, "12:20")), Some(on_day(25, "10:00"))));
        assert_eq!(clock.proof().unwrap().check(), Ok(()));
        journey.staff(&id, StaffAct::Reply(ANSWER)).await;
        journey.until(on_day(25, "12:15")).await;
        assert_eq!(journey.log_of("clock.answered").await[0]["fields"]["verdict"], "met");
    }

    async fn what_was_used_of_a_promise_carries_over_to_one_that_says_so_and_stays_with_it(db: Db) {
        let journey = begin(db).await;
        let carries = SHIPPED.replacen(
            "[[promise]]\nkinds = [\"question\"]",
            "[[promise]]\npriorities = [\"urgent\"]\nworking_hours = 4\ncarry = true\n\n[[promise]]\nkinds = [\"question\"]",
            1,
        );
        journey.adopt_calendar(&carries).await;
        let id = journey.read_one(QUESTION).await;
        journey.until(at("09:30")).await;
        let (urgent, normal) = (Priority::Urgent, Priority::Normal);
        journey.acts_by(&carries, &id, async |tx, by, calendar, comment| acts::prioritise(tx, by, calendar, comment, urgent).await).await;
        let clock = journey.clock_of(&id).await.unwrap();
        assert_eq!(clock.timing.due.at(), Some(at("12:30")), "a quarter was used of eight hours, three are left of four");
        assert_eq!((clock.proof().unwrap().check(), clock.target()), (Ok(()), Some(WorkingSeconds(4 * 3_600))));
        let logged = journey.log_of("clock.prioritised").await.remove(0);
        assert_eq!(logged["fields"]["carried"], "7200 of 28800 s in official");

        let shorter = format!(
            "{carries}\n[[break]]\nname = \"Drill\"\nbasis = \"a test\"\ndate = \"2026-11-24\"\nfrom = \"11:00\"\nto = \"12:00\"\n"
        );
        journey.adopt_calendar(&shorter).await;
        journey.quiet().await;
        assert_eq!(journey.due_at(&id).await, at("13:30"), "counted anew, and carried as before");
        journey.until(at("13:00")).await;
        let outage = PauseReason::PlatformOutage;
        journey.acts_by(&shorter, &id, async |tx, by, calendar, comment| acts::pause(tx, by, calendar, comment, outage).await).await;
        journey.until(at("13:20")).await;
        journey.acts_by(&shorter, &id, async |tx, by, calendar, comment| acts::resume(tx, by, calendar, comment).await).await;
        assert_eq!(journey.due_at(&id).await, at("13:50"));
        journey.acts_by(&shorter, &id, async |tx, by, calendar, comment| acts::prioritise(tx, by, calendar, comment, normal).await).await;
        let clock = journey.clock_of(&id).await.unwrap();
        assert_eq!((clock.timing.due.at(), clock.carried()), (Some(on_day(25, "08:50")), None), "from its start");
    }

    async fn a_comment_may_have_a_target_of_its_own_which_outlives_a_change_of_the_calendar_and_can_be_taken_back(db: Db) {
        let journey = begin(db).await;
        let id = journey.read_one(QUESTION).await;
        journey.until(at("09:30")).await;
        let four = "4h".parse().ok();
        let first = ClockKind::FirstReply;
        journey.acts_by(SHIPPED, &id, async |tx, by, calendar, comment| acts::retarget(tx, by, calendar, comment, first, four).await).await;
        let clock = journey.clock_of(&id).await.unwrap();
        assert_eq!((clock.timing.due.at(), clock.own_target, clock.generation), (Some(at("11:30")), four, 2), "from its start");
        assert_eq!((clock.proof().unwrap().check(), clock.target()), (Ok(()), Some(WorkingSeconds(4 * 3_600))));
        let logged = journey.log_of("clock.retargeted").await.remove(0);
        let told = |field: &str| logged["fields"][field].clone();
        assert_eq!((told("own_target"), told("was_own_target")), ("4 working hours".into(), serde_json::Value::Null));
        assert_eq!(told("was_due_at"), at("15:30").to_string());

        let longer = SHIPPED.replace("working_hours = 8", "working_hours = 6");
        journey.adopt_calendar(&longer).await;
        journey.quiet().await;
        assert_eq!(journey.due_at(&id).await, at("11:30"), "held to its own target still");
        journey.until(at("11:00")).await;
        journey.acts_by(&longer, &id, async |tx, by, calendar, comment| acts::retarget(tx, by, calendar, comment, first, None).await).await;
        let clock = journey.clock_of(&id).await.unwrap();
        assert_eq!((clock.timing.due.at(), clock.own_target), (Some(at("13:30")), None), "what is promised now");
    }

    async fn a_priority_that_promises_more_time_than_the_grace_takes_its_place(db: Db) {
        let journey = begin(db).await;
        let slower = SHIPPED.replacen(
            "[[promise]]\nkinds = [\"question\"]",
            "[[promise]]\npriorities = [\"high\"]\nworking_days = 3\n\n[[promise]]\nkinds = [\"question\"]",
            1,
        );
        let id = journey.question_with_grace().await;
        journey.adopt_calendar(&slower).await;
        journey.quiet().await;
        assert_eq!(journey.due_at(&id).await, on_day(25, "10:30"));
        let high = Priority::High;
        journey.acts_by(&slower, &id, async |tx, by, calendar, comment| acts::prioritise(tx, by, calendar, comment, high).await).await;
        let clock = journey.clock_of(&id).await.unwrap();
        assert_eq!((clock.timing.due.at(), clock.shortened_at), (Some(on_day(27, "12:00")), None));
        assert_eq!(clock.proof().unwrap().grace, None);
    }

    async fn another_target_counts_from_the_same_start_and_both_are_logged(db: Db) {
        let journey = begin(db).await;
        let id = journey.read_one(QUESTION).await;
        journey.adopt_calendar(&SHIPPED.replace("working_hours = 8", "working_hours = 4")).await;
        journey.quiet().await;
        assert_eq!(journey.due_at(&id).await, at("11:30"));
        let fields = &journey.recounts().await[0]["fields"];
        assert_eq!((&fields["target_was"], &fields["target"]), (&"8 working hours".into(), &"4 working hours".into()));
        assert_eq!(fields["source"], "promise 1 changed");
    }

    async fn a_deadline_that_leans_on_a_date_nobody_announced_is_logged_as_provisional(db: Db) {
        let journey = begin(db).await;
        journey.until(at("12:00")).await;
        journey.read_one(QUESTION).await;
        journey.adopt_calendar(&day_off(25).replace("\"announced\"\ndate = \"2026-11-25\"", "\"expected\"\ndate = \"2026-11-25\"")).await;
        journey.quiet().await;
        assert_eq!(journey.recounts().await[0]["fields"]["provisional"], "Mourning");
    }

    async fn a_promise_that_is_made_no_longer_ends_its_open_clocks_alone(db: Db) {
        let journey = begin(db).await;
        let solve = "\n[[promise]]\nclock = \"solve\"\nworking_days = 10\n";
        journey.adopt_calendar(&format!("{SHIPPED}{solve}")).await;
        journey.quiet().await;
        let id = journey.read_one(QUESTION).await;
        assert_eq!(journey.story(&id).await.clocks.len(), 2);
        journey.adopt_calendar(SHIPPED).await;
        journey.quiet().await;
        for clock in journey.story(&id).await.clocks {
            match clock.clock {
                ClockKind::Solve => assert!(matches!(clock.state, ClockState::Cancelled { .. })),
                _ => assert_eq!(clock.state, ClockState::Running),
            }
        }
        assert_eq!(journey.log_of("clock.cancelled").await[0]["fields"]["reason"], "not_owed");
    }

    async fn a_clock_that_opens_after_the_adoption_is_counted_by_it_from_the_start(db: Db) {
        let journey = begin(db).await;
        journey.until(at("10:00")).await;
        let old = journey.read_one(QUESTION).await;
        journey.adopt_calendar(&day_off(25)).await;
        let new = journey.read_one(QUESTION).await; // Judged in the same quiet that counts the other one anew.
        assert_eq!((journey.clock_of(&old).await.unwrap().generation, journey.clock_of(&new).await.unwrap().generation), (2, 1));
        assert_eq!(journey.due_at(&new).await, on_day(26, "10:05"));
        assert_eq!(journey.recounts().await.len(), 1);
    }

    async fn a_clock_that_the_former_calendar_counted_after_all_is_found_within_a_minute(db: Db) {
        let journey = begin(db).await;
        journey.until(at("10:00")).await;
        let id = journey.read_one(QUESTION).await;
        let former = journey.clock_of(&id).await.unwrap();
        journey.adopt_calendar(&day_off(25)).await;
        journey.quiet().await;
        // A node that had read the former calendar commits now.
        let (due_at, calendar) = (former.timing.due.at().unwrap().as_microsecond(), &former.timing.calendar);
        let late = format!("update reply_clock set due_at = {due_at}, due_soon_at = {due_at}, calendar = '{calendar}' where id = {}", former.id.0);
        journey.db.try_run(&late).await.unwrap();
        journey.pass(SignedDuration::from_secs(60)).await;
        assert_eq!(journey.due_at(&id).await, on_day(26, "10:00"));
    }

    async fn a_recount_that_died_is_taken_up_where_it_stopped(db: Db) {
        let mut journey = begin(db).await;
        journey.ctx.settings.batch = 1;
        journey.until(at("10:00")).await;
        let ids = journey.read(&[says(Platform::X, QUESTION), says(Platform::X, QUESTION), says(Platform::X, QUESTION)]).await;
        journey.adopt_calendar(&day_off(25)).await;
        // A worker claims the recount and is heard of no more.
        let now = journey.clock.now();
        let mut tx = journey.db.store.begin(Step::Keep).await.unwrap();
        assert_eq!(jobs::claim(&mut tx, &Lane::Recount, 1, now, now + SignedDuration::from_mins(2)).await.unwrap().len(), 1);
        tx.commit().await.unwrap();
        // One of the three was counted before it died.
        let first = journey.clock_of(&ids[0]).await.unwrap();
        let counted = format!("update reply_clock set calendar = '{}' where id = {}", version(&day_off(25)), first.id.0);
        journey.db.try_run(&counted).await.unwrap();
        journey.quiet().await;
        assert!(journey.recounts().await.is_empty(), "its lease still runs");
        journey.pass(SignedDuration::from_mins(3)).await;
        assert_eq!(journey.recounts().await.len(), 2);
        for id in &ids[1..] {
            assert_eq!(journey.due_at(id).await, on_day(26, "10:00"));
        }
    }

    async fn two_processes_count_each_clock_once(db: Db) {
        let mut journey = begin(db).await;
        journey.ctx.settings.batch = 1;
        journey.until(at("10:00")).await;
        let comments = vec![says(Platform::X, QUESTION); 6];
        let ids = journey.read(&comments).await;
        let mut other = journey.another_process().await;
        other.settings.batch = 1;
        let other = Arc::new(other);
        journey.adopt_calendar(&day_off(25)).await;
        let beside = tokio::spawn({
            let other = other.clone();
            async move { stage::run_until_quiet(&other).await }
        });
        journey.quiet().await;
        beside.await.unwrap().unwrap();
        journey.pass(SignedDuration::from_mins(3)).await;
        assert_eq!(journey.recounts().await.len(), ids.len());
        for id in &ids {
            let ReplyClock { timing, generation, .. } = journey.clock_of(id).await.unwrap();
            assert!(matches!(timing.due, Due::At { due_at, .. } if due_at == on_day(26, "10:00")));
            assert_eq!(generation, 2);
        }
    }
}
