//! The weekly sample, drawn by the stages and drawn again from the log alone.

use jiff::SignedDuration;
use jiff::civil::Weekday;
use majlis::domain::comment::Platform;
use majlis::domain::sample::Sampling;
use majlis::stage;
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::{BREACH, CRITICISM, Journey, QUESTION, on_day, says};

const WEEK: SignedDuration = SignedDuration::from_hours(7 * 24);

/// What an auditor draws who has the log and knows how many of each are drawn.
fn drawn_again(log: &[Value], drawing: &Value, sizes: [(&str, usize); 2]) -> Vec<i64> {
    let seed = hex::decode(drawing["seed"].as_str().unwrap()).unwrap();
    let number = |value: &Value| value.as_i64().unwrap();
    let places = |verdict: &str, size| {
        let judged = log
            .iter()
            .filter(|entry| entry["act"] == "comment.judged" && entry["actor"]["name"] == "moderate");
        let judged = judged.map(|entry| &entry["fields"]).filter(|fields| fields["verdict"] == verdict);
        let within = number(&drawing["after"]) + 1..=number(&drawing["through"]);
        let decisions = judged.map(|fields| number(&fields["decision"])).filter(|id| within.contains(id));
        let mut places: Vec<_> = decisions
            .map(|id| (Sha256::digest([seed.as_slice(), id.to_string().as_bytes()].concat()).to_vec(), id))
            .collect();
        places.sort();
        places.truncate(size);
        places
    };
    let mut mixed = sizes.map(|(verdict, size)| places(verdict, size)).concat();
    mixed.sort();
    mixed.into_iter().map(|(_, id)| id).collect()
}

#[tokio::test]
async fn each_week_a_sample_is_drawn_once_that_the_log_alone_draws_again() {
    let mut journey = Journey::on(Platform::Facebook).await;
    journey.ctx.sampling = Sampling { hides: 2, allows: 3, weekday: Weekday::Monday };
    assert_eq!(
        journey.logged("sample.drawn").await,
        0,
        "nothing was judged in the week before the first start"
    );
    let said: Vec<_> = (0..12)
        .map(|number| {
            says(Platform::Facebook, &format!("{} {number}", [BREACH, CRITICISM, QUESTION][number % 3]))
        })
        .collect();
    journey.read(&said).await;
    journey.clock.advance_to(on_day(30, "05:59"));
    journey.quiet().await;
    assert_eq!(journey.logged("sample.drawn").await, 0);

    journey.pass(SignedDuration::from_mins(1)).await;
    let other = journey.another_process().await;
    stage::run_until_quiet(&other).await.unwrap();
    journey.quiet().await;
    let log: Vec<Value> =
        journey.db.entries().await.iter().map(|entry| serde_json::from_str(entry).unwrap()).collect();
    let drawings: Vec<&Value> = log.iter().filter(|entry| entry["act"] == "sample.drawn").collect();
    let [drawing] = drawings[..] else { panic!("{drawings:?}") };
    assert_eq!(drawing["object"], "sample:2026-11-23");
    let drawn: Vec<i64> =
        drawing["fields"]["decisions"].as_str().unwrap().split(' ').map(|id| id.parse().unwrap()).collect();
    assert_eq!(drawn.len(), 5);
    assert_eq!(drawn_again(&log, &drawing["fields"], [("hide", 2), ("allow", 3)]), drawn);
    let asked = journey.db.number("select count(*) from sample_item where week = '2026-11-23'").await;
    assert_eq!(asked, 5);

    journey.pass(WEEK).await;
    assert_eq!(journey.logged("sample.drawn").await, 1, "nothing was judged in the week after");
}
