//! What became of promises, and in whose hands: by the entries of the audit log alone, as the database holds it.

use jiff::{SignedDuration, Timestamp};
use majlis::clock::Clock;
use majlis::domain::calendar::{Calendar, Pauses, WorkingSeconds};
use majlis::domain::comment::Platform;
use majlis::domain::holder::{Holder, TeamId};
use majlis::domain::reply::ClockState;
use majlis::domain::report::{Line, Periods, Report};
use majlis::domain::routing::{Route, Routing, Team};
use majlis::domain::staff::Role;
use majlis::store::acts::{self, By};
use majlis::store::{Step, staff};
use serde_json::{Value, json};

use super::recounting::SHIPPED;
use super::{ANSWER, Journey, StaffAct, TICK, on_day, says, shipped_policy};
use crate::store::contract;

const QUESTIONS: [&str; 4] = [
    "كم رسوم تغيير اسم الشركة؟",
    "متى يبدأ التسجيل في المدارس؟",
    "كيف أجدد رخصة الحضانة؟",
    "أين أجد نموذج طلب النقل؟",
];

/// What the log says of what was decided in these days of November.
pub(super) async fn reported(journey: &Journey, from: u8, to: u8) -> Vec<Line> {
    let mut report = Report::of(Periods::One { from: on_day(from, "00:00"), to: on_day(to, "00:00") });
    for entry in journey.db.entries().await {
        report.entry(entry.as_bytes()).unwrap();
    }
    report.lines(journey.clock.now()).into_values().flatten().collect()
}

/// Met, late, unanswered, and the working seconds of each answer, by the rows of the database.
async fn held(journey: &Journey, ids: &[String]) -> (u64, u64, u64, Vec<u64>) {
    let calendar = Calendar::parse("calendar.toml", include_str!("../../../config/calendar.toml")).unwrap();
    let (mut met, mut late, mut unanswered, mut used) = (0, 0, 0, Vec::new());
    for id in ids {
        let clock = journey.clock_of(id).await.unwrap();
        let due: Timestamp = clock.timing.due.at().unwrap();
        match clock.state {
            ClockState::Answered { at, .. } => {
                *(if at <= due { &mut met } else { &mut late }) += 1;
                let took = calendar.official().elapsed(clock.started_at, at, &Pauses::NONE).unwrap();
                used.push(took.0);
            }
            ClockState::Running if due < journey.clock.now() => unanswered += 1,
            _ => {}
        }
    }
    used.sort_unstable();
    (met, late, unanswered, used)
}

/// Whoever asks about registration is the admissions team's.
fn to_admissions() -> Routing {
    let id: TeamId = "admissions".parse().unwrap();
    let route = Route::new(Vec::new(), Vec::new(), &["تسجيل".to_owned()], id.clone());
    let team = Team { id, ar: "القبول".to_owned(), en: "Admissions".to_owned() };
    Routing { teams: vec![team], routes: vec![route] }
}

async fn assign_to_huda(journey: &Journey, id: &str) {
    let comment = journey.story(id).await.comment.id;
    let (policy, now) = (shipped_policy(), journey.clock.now());
    let mut tx = journey.db.store.begin(Step::Act).await.unwrap();
    staff::add(&mut tx, "huda", Role::Staff, now).await.unwrap();
    let by = By { staff: "huda", policy: &policy, now, seen: None, leaves: None, bulk: None };
    assert!(acts::assign(&mut tx, by, comment, &Holder::Person("huda".to_owned())).await.unwrap());
    tx.commit().await.unwrap();
}

contract! {
    async fn a_report_from_the_log_alone_says_what_the_database_holds(db: Db) {
        let journey = Journey::in_database(db, &Platform::ALL, |_| {}).await;
        let ids: Vec<Vec<String>> = Platform::ALL
            .iter()
            .map(|platform| journey.publish(&QUESTIONS.map(|question| says(*platform, question))))
            .collect();
        journey.pass(TICK).await;
        for asked in &ids {
            journey.staff(&asked[0], StaffAct::Reply(ANSWER)).await;
            journey.staff(&asked[1], StaffAct::Hide).await;
        }
        journey.pass(TICK).await;
        journey.pass(SignedDuration::from_hours(30)).await;
        for asked in &ids {
            journey.staff(&asked[2], StaffAct::Reply(ANSWER)).await;
        }
        journey.pass(TICK).await;

        let lines = reported(&journey, 24, 27).await;
        for (platform, asked) in Platform::ALL.iter().zip(&ids) {
            let (met, late, unanswered, used) = held(&journey, asked).await;
            assert_eq!((met, late, unanswered), (1, 1, 1), "{platform}: each fate is there");
            let of_it = |line: &&Line| line.subject.platform == Some(*platform);
            let line = lines.iter().find(of_it).unwrap();
            assert_eq!((line.met, line.missed, line.unanswered), (met, late + unanswered, unanswered));
            let (shorter, longer) = (line.median_s.unwrap(), line.p90_s.unwrap());
            assert_eq!([u64::from(shorter), u64::from(longer)][..], used[..]);
        }
        let all = lines.iter().find(|line| line.subject.platform.is_none()).unwrap();
        assert_eq!((all.met, all.missed, all.unanswered), (4, 8, 4));
        assert!(reported(&journey, 26, 27).await.is_empty(), "each was decided in the two days before");
    }

    async fn a_comment_goes_to_its_team_and_its_time_is_counted_to_whoever_had_it(db: Db) {
        let mut journey = Journey::in_database(db, &[Platform::Facebook], |_| {}).await;
        journey.ctx.routing = to_admissions();
        let [registration] = journey.publish(&[says(Platform::Facebook, QUESTIONS[1])]).try_into().unwrap();
        journey.pass(SignedDuration::from_hours(2)).await;
        journey.pass(SignedDuration::from_mins(30)).await;
        assign_to_huda(&journey, &registration).await;
        journey.pass(SignedDuration::from_hours(8)).await;
        journey.pass(SignedDuration::from_hours(15)).await;
        journey.staff(&registration, StaffAct::Reply(ANSWER)).await;
        journey.quiet().await;

        let log = journey.db.entries().await;
        let told = |act: &str| -> Vec<Value> {
            let entries = log.iter().map(|entry| serde_json::from_str::<Value>(entry).unwrap());
            entries.filter(|entry| entry["act"] == act).map(|mut entry| entry["fields"].take()).collect()
        };
        assert_eq!(
            told("comment.assigned"),
            [
                json!({"from": "unassigned", "to": "team:admissions"}),
                json!({"from": "team:admissions", "to": "staff:huda"}),
            ]
        );
        let answered = &told("clock.answered")[0];
        // Two hours before we read it, half an hour with the team; then 10:00 to closing at 15:30, and 7:30 to 9:00.
        assert_eq!(answered["hands"], "not_yet_read=7200,team:admissions=1800,staff:huda=25200");
        assert_eq!((&answered["breached_in"], &answered["longest_in"]), (&json!("staff:huda"), &json!("staff:huda")));
        assert_eq!((&answered["used_s"], &answered["late_by_reading"]), (&json!(34_200), &json!("yes")));
        let lines = reported(&journey, 24, 27).await;
        assert_eq!((lines[0].missed, lines[0].by_system), (1, 1), "in our hands it took less than was promised");
    }

    async fn what_is_promised_for_a_team_stays_promised_whoever_has_the_comment(db: Db) {
        let mut journey = Journey::in_database(db, &[Platform::Facebook], |_| {}).await;
        journey.ctx.routing = to_admissions();
        let for_admissions =
            "[[promise]]\nteams = [\"admissions\"]\nworking_hours = 4\n\n[[promise]]\nkinds = [\"question\"]";
        journey.adopt_calendar(&SHIPPED.replacen("[[promise]]\nkinds = [\"question\"]", for_admissions, 1)).await;
        let asked = journey.publish(&[0, 1].map(|of| says(Platform::Facebook, QUESTIONS[of])));
        journey.pass(TICK).await;
        let fees = journey.clock_of(&asked[0]).await.unwrap();
        let registration = journey.clock_of(&asked[1]).await.unwrap();
        let hours = |hours: u64| Some(WorkingSeconds(hours * 3_600));
        assert_eq!((fees.team.as_ref(), fees.target()), (None, hours(8)));
        assert_eq!((registration.team.as_ref().map(TeamId::as_str), registration.target()), (Some("admissions"), hours(4)));

        assign_to_huda(&journey, &asked[1]).await;
        journey.pass(SignedDuration::from_hours(1)).await;
        assert_eq!(journey.clock_of(&asked[1]).await.unwrap(), registration);
    }
}
