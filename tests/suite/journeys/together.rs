//! Two processes on one database: what one does the other does not do again.

use std::sync::Arc;

use jiff::SignedDuration;
use majlis::domain::comment::Platform;
use majlis::stage;

use super::{ANSWER, BREACH, Journey, QUESTION, StaffAct, TICK, says};
use crate::store::contract;

contract! {
    async fn two_processes_read_judge_and_act_once(db: Db) {
        let journey = Journey::in_database(db, &Platform::ALL, |_| {}).await;
        let alone = Journey::everywhere().await;
        let other = Arc::new(journey.another_process().await);
        let texts = Platform::ALL.into_iter().flat_map(|each| [says(each, QUESTION), says(each, BREACH)]);
        let texts: Vec<_> = texts.collect();
        let ids = journey.publish(&texts);
        alone.publish(&texts);
        for tick in 0..6 {
            if tick == 2 {
                for question in ids.iter().step_by(2) {
                    journey.staff(question, StaffAct::Reply(ANSWER)).await;
                }
            }
            journey.clock.advance(TICK);
            alone.pass(TICK).await;
            let beside = tokio::spawn({
                let other = other.clone();
                async move { stage::run_until_quiet(&other).await }
            });
            journey.quiet().await;
            beside.await.unwrap().unwrap();
        }
        // What lost a race for a token or a turn is due soon after.
        for _ in 0..4 {
            journey.pass(SignedDuration::from_secs(30)).await;
        }
        assert_eq!(journey.db.number("select count(*) from comment where written_by = 'public'").await, 8);
        assert_eq!(journey.db.number("select max(revision) from comment").await, 1);
        assert_eq!(journey.sent().len(), 4);
        for (number, id) in ids.iter().enumerate() {
            let story = journey.story(id).await;
            assert_eq!((story.decisions.len(), story.actions.len()), (1, 1), "{story:?}");
            assert_eq!(journey.is_hidden(id), number % 2 == 1);
        }
        let (ours, theirs) = (journey.sandbox.ledger().calls, alone.sandbox.ledger().calls);
        for platform in Platform::ALL {
            assert_eq!(ours[&platform]["hide"], 1, "{platform}");
            assert_eq!(ours[&platform]["reply"], 1, "{platform}");
            assert_eq!(ours[&platform]["list"], theirs[&platform]["list"], "{platform}: pages were read twice");
        }
    }
}
