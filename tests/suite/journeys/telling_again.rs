//! Staff and a deadline that moved: what they were told once is told again only where that is news.

use majlis::domain::reply::PauseReason;
use majlis::store::acts;

use super::recounting::SHIPPED;
use super::telling::{alert, told};
use super::*;
use crate::notify::{PostOffice, by_mail};
use crate::store::contract;

/// What staff were told of a question that was due at ten, three quarters of its time at eight, when the office turned out
/// to open at `opens` that day; and how many mails that were.
async fn told_though_the_office_opened_at(opens: &str, db: Db) -> (Vec<(String, String)>, usize) {
    let office = PostOffice::open().await;
    let journey = told(db, vec![by_mail(&office)], &office).await;
    journey.watch_until(at("10:00")).await;
    journey.read_one(QUESTION).await;
    journey.watch_until(on_day(25, "08:02")).await;
    assert_eq!(journey.alerts().await, [alert("75%", "sent")]);
    journey
        .adopt_calendar(&format!(
            "{SHIPPED}\n[[break]]\nname = \"Storm\"\nbasis = \"circular 9 of 2026\"\ndate = \"2026-11-25\"\nfrom = \"07:30\"\nto = \"{opens}\"\n"
        ))
        .await;
    journey.watch_until(on_day(25, "11:05")).await;
    (journey.alerts().await, office.taken().len())
}

contract! {
    async fn what_was_told_is_not_told_again_where_the_deadline_moved_by_an_hour(db: Db) {
        let told = told_though_the_office_opened_at("08:30", db).await;
        assert_eq!(told, (vec![alert("75%", "sent"), alert("+0", "sent")], 2));
    }

    async fn what_was_told_is_told_again_where_the_deadline_moved_later_by_more_than_an_hour(db: Db) {
        let told = told_though_the_office_opened_at("08:31", db).await;
        assert_eq!(told, (vec![alert("75%", "sent"), alert("75%", "sent"), alert("+0", "sent")], 3));
    }

    async fn a_clock_that_stands_still_passes_no_point_and_what_was_told_before_is_not_told_again(db: Db) {
        let office = PostOffice::open().await;
        let journey = told(db, vec![by_mail(&office)], &office).await;
        let id = journey.read_one(QUESTION).await;
        journey.watch_until(at("13:35")).await;
        let pause = PauseReason::PlatformOutage;
        journey.acts_by(SHIPPED, &id, async |tx, by, calendar, comment| acts::pause(tx, by, calendar, comment, pause).await).await;
        journey.watch_until(on_day(25, "09:00")).await;
        assert_eq!(journey.alerts().await, [alert("75%", "sent")]);
        journey.acts_by(SHIPPED, &id, async |tx, by, calendar, comment| acts::resume(tx, by, calendar, comment).await).await;
        // An hour and 55 minutes were left.
        journey.watch_until(on_day(25, "10:55")).await;
        assert_eq!(journey.alerts().await, [alert("75%", "sent")]);
        journey.watch_until(on_day(25, "10:56")).await;
        assert_eq!(journey.alerts().await, [alert("75%", "sent"), alert("+0", "sent")]);
    }
}
