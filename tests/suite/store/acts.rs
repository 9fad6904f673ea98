//! What staff do: everything that follows from an act, in one transaction.

use majlis::domain::action::{Act, ActionId, ActionState, Withdrawal};
use majlis::domain::comment::{CommentId, Visibility};
use majlis::domain::judge::{Kind, Verdict};
use majlis::domain::policy::ClauseId;
use majlis::domain::reply::{CancelReason, ClockState};
use majlis::store::acts::{self, By, Seen};
use majlis::store::comments::{self, Story};
use majlis::store::decisions::DecidedBy;
use majlis::store::jobs::{self, Lane};
use majlis::store::{Step, Store, StoreError, actions};

use super::given::{
    clock, comment, counted_clock, decided, doubtful, hide, page, policy, promises, queued, receive,
    reply_of_ours, some_sources, stored,
};
use super::{at, contract};

/// Acts as huda, in a transaction of the act's own.
async fn act<T>(
    store: &Store,
    act: impl AsyncFnOnce(&mut majlis::store::Tx, By<'_>) -> Result<T, StoreError>,
) -> Result<T, StoreError> {
    let policy = policy();
    let mut tx = store.begin(Step::Act).await.unwrap();
    let done = act(
        &mut tx,
        By { staff: "huda", policy: &policy, now: at(100), seen: None, leaves: None, bulk: None },
    )
    .await?;
    tx.commit().await?;
    Ok(done)
}

async fn hidden(store: &Store, comment: CommentId) -> Result<Option<ActionId>, StoreError> {
    act(store, async |tx, by| acts::hide(tx, by, comment, ClauseId::Spam, "سبب سري").await).await
}

async fn shown(store: &Store, comment: CommentId) -> Result<Option<ActionId>, StoreError> {
    act(store, async |tx, by| acts::unhide(tx, by, comment, "سبب سري").await).await
}

async fn taken_back(store: &Store, comment: CommentId, action: ActionId) -> Result<(), StoreError> {
    act(store, async |tx, by| acts::take_back(tx, by, promises(), comment, action).await).await
}

async fn replied(store: &Store, comment: CommentId, text: &str) -> Result<Option<ActionId>, StoreError> {
    act(store, async |tx, by| acts::reply(tx, by, comment, text).await).await
}

async fn approved(store: &Store, comment: CommentId) -> Result<(), StoreError> {
    act(store, async |tx, by| acts::approve(tx, by, comment, None).await).await
}

async fn story(store: &Store, comment: CommentId) -> Story {
    comments::story(store, comment).await.unwrap().unwrap()
}

async fn seen_as(store: &Store, comment: CommentId, visibility: Visibility) {
    let mut tx = store.begin(Step::Settle).await.unwrap();
    comments::set_visibility(&mut tx, comment, visibility, at(50)).await.unwrap();
    tx.commit().await.unwrap();
}

fn acts_in(log: &[String]) -> Vec<String> {
    let act = |entry: &String| entry.split("\"act\":\"").nth(1)?.split('"').next().map(str::to_owned);
    log.iter().filter_map(act).collect()
}

contract! {
    async fn hiding_decides_queues_stops_the_clock_and_is_logged(db: Db) {
        some_sources(&db.store).await;
        let id = stored(&db.store, "c1", "متى؟").await;
        decided(&db.store, id, &Verdict::Allow, Kind::Question).await;
        clock(&db.store, id, at(0)).await;
        let action = hidden(&db.store, id).await.unwrap().unwrap();

        let story = story(&db.store, id).await;
        let decision = story.decisions.last().unwrap();
        assert_eq!((decision.verdict, decision.clause, decision.kind), ("hide", Some(ClauseId::Spam), Kind::Question));
        assert_eq!(decision.decided_by, DecidedBy::Staff("huda".to_owned()));
        assert_eq!((decision.reason.as_deref(), &decision.policy), (Some("سبب سري"), &policy()));
        assert_eq!(story.actions.len(), 1);
        assert_eq!((story.actions[0].action.id, &story.actions[0].action.act), (action, &Act::Hide));
        assert_eq!(story.actions[0].requested_by, DecidedBy::Staff("huda".to_owned()));
        let cancelled = ClockState::Cancelled { at: at(100), reason: CancelReason::Hidden };
        assert_eq!(story.clocks[0].state, cancelled);
        assert_eq!(jobs::next_due(&db.store, &Lane::Dispatch(page())).await.unwrap(), Some(at(100)));
        let log = db.entries().await;
        assert_eq!(acts_in(&log), ["comment.judged", "clock.cancelled", "action.queued"]);
        assert!(log.iter().all(|entry| entry.contains("\"name\":\"huda\"") && !entry.contains("سبب")));
        assert!(log[0].contains("\"reason\":{\"commitment\":"));
        let decided = format!("\"decision\":{},", decision.id);
        assert!(log[0].contains(&decided) && log[2].contains(&decided), "{log:?}");
    }

    async fn what_is_taken_back_leaves_everything_as_it_was(db: Db) {
        some_sources(&db.store).await;
        let id = stored(&db.store, "c1", "متى؟").await;
        decided(&db.store, id, &doubtful(ClauseId::Spam), Kind::Question).await;
        counted_clock(&db.store, id, at(-60)).await;
        let before = story(&db.store, id).await;
        let leaves = Some(at(110));
        let action = act(&db.store, async |tx, by| {
            acts::hide(tx, By { leaves, ..by }, id, ClauseId::Indecent, "سبب").await
        });
        let action = action.await.unwrap().unwrap();
        assert_eq!(jobs::next_due(&db.store, &Lane::Dispatch(page())).await.unwrap(), leaves);
        assert_eq!(story(&db.store, id).await.actions[0].action.not_before, leaves);
        taken_back(&db.store, id, action).await.unwrap();

        let after = story(&db.store, id).await;
        assert_eq!(after.actions[0].action.state, ActionState::Withdrawn { at: at(100), why: Withdrawal::TakenBack });
        let (was, is) = (before.decisions.last().unwrap(), after.decisions.last().unwrap());
        assert_eq!((is.verdict, is.clause, &is.rule, is.kind), (was.verdict, was.clause, &was.rule, was.kind));
        let open: Vec<_> = after.clocks.iter().filter(|clock| clock.state.is_open()).collect();
        assert_eq!(open.len(), 1, "{:?}", after.clocks);
        assert_eq!(open[0].timing.due, before.clocks[0].timing.due, "the time in between is no gift");
        let entries = db.entries().await;
        let log = acts_in(&entries);
        assert_eq!(log[log.len() - 3..], ["action.withdrawn", "comment.judged", "clock.opened"]);
        let again = taken_back(&db.store, id, action).await.unwrap_err();
        assert_eq!(again.to_string(), format!("action {action} is withdrawn, so it cannot be taken back"));
    }

    async fn an_unhide_that_is_taken_back_leaves_hidden_what_was_hidden_or_about_to_be(db: Db) {
        some_sources(&db.store).await;
        for (name, hidden_already) in [("c1", true), ("c2", false)] {
            let id = stored(&db.store, name, "نص").await;
            decided(&db.store, id, &hide(ClauseId::Spam), Kind::Other).await;
            match hidden_already {
                true => seen_as(&db.store, id, Visibility::Hidden).await,
                false => drop(queued(&db.store, id, Act::Hide, at(2)).await),
            }
            let unhide = shown(&db.store, id).await.unwrap().unwrap();
            taken_back(&db.store, id, unhide).await.unwrap();
            let story = story(&db.store, id).await;
            assert_eq!(story.decisions.last().unwrap().verdict, "hide");
            let waiting = story.actions.iter().filter(|one| one.action.state == ActionState::Queued);
            let waiting: Vec<_> = waiting.map(|one| one.action.act.clone()).collect();
            assert_eq!(waiting, if hidden_already { vec![] } else { vec![Act::Hide] });
        }
    }

    async fn what_has_left_or_is_anothers_cannot_be_taken_back(db: Db) {
        some_sources(&db.store).await;
        let [id, other] = [stored(&db.store, "c1", "متى؟").await, stored(&db.store, "c2", "أين؟").await];
        let reply = replied(&db.store, id, "غدًا").await.unwrap().unwrap();
        assert!(taken_back(&db.store, other, reply).await.is_err(), "of another comment");
        let by_machine = queued(&db.store, other, Act::Hide, at(2)).await[0];
        assert!(taken_back(&db.store, other, by_machine).await.is_err(), "the machine's");
        let mut tx = db.store.begin(Step::Attempt).await.unwrap();
        let started = ActionState::Started { attempt: 1 };
        actions::set_state(&mut tx, reply, &ActionState::Queued, &started).await.unwrap();
        tx.commit().await.unwrap();
        let error = taken_back(&db.store, id, reply).await.unwrap_err();
        assert_eq!(error.to_string(), format!("action {reply} is started, so it cannot be taken back"));
    }

    async fn hiding_twice_asks_the_platform_once(db: Db) {
        some_sources(&db.store).await;
        let id = stored(&db.store, "c1", "نص").await;
        assert!(hidden(&db.store, id).await.unwrap().is_some());
        assert_eq!(hidden(&db.store, id).await.unwrap(), None);
        seen_as(&db.store, id, Visibility::Hidden).await;
        let error = hidden(&db.store, id).await.unwrap_err();
        assert_eq!(error.to_string(), format!("comment {id} is hidden, so it cannot be hidden"));
    }

    async fn a_hidden_comment_in_review_is_kept_hidden_by_hiding_it(db: Db) {
        some_sources(&db.store).await;
        let id = stored(&db.store, "c1", "نص").await;
        seen_as(&db.store, id, Visibility::Hidden).await;
        decided(&db.store, id, &doubtful(ClauseId::OffTopic), Kind::Other).await;
        let shown_again = queued(&db.store, id, Act::Unhide, at(2)).await;
        assert!(hidden(&db.store, id).await.unwrap().is_some());
        let story = story(&db.store, id).await;
        assert_eq!(story.decisions.last().unwrap().verdict, "hide");
        let states: Vec<_> = story.actions.into_iter().map(|act| (act.action.id, act.action.state)).collect();
        assert_eq!(states[0], (shown_again[0], ActionState::Withdrawn { at: at(100), why: Withdrawal::Overtaken }));
        assert_eq!(states[1].1, ActionState::Queued);
        assert!(hidden(&db.store, id).await.is_err(), "it is decided");
    }

    async fn showing_a_hidden_comment_allows_it_and_leaves_the_clock_to_the_confirmation(db: Db) {
        some_sources(&db.store).await;
        let id = stored(&db.store, "c1", "نص").await;
        decided(&db.store, id, &hide(ClauseId::Spam), Kind::Question).await;
        seen_as(&db.store, id, Visibility::Hidden).await;
        shown(&db.store, id).await.unwrap().unwrap();
        let story = story(&db.store, id).await;
        assert_eq!(story.decisions.last().unwrap().verdict, "allow");
        assert_eq!(story.actions[0].action.act, Act::Unhide);
        assert!(story.clocks.is_empty());
        assert_eq!(acts_in(&db.entries().await), ["comment.judged", "action.queued"]);
    }

    async fn a_comment_about_to_be_hidden_can_be_kept_and_the_hide_is_withdrawn(db: Db) {
        some_sources(&db.store).await;
        let id = stored(&db.store, "c1", "نص").await;
        decided(&db.store, id, &hide(ClauseId::Spam), Kind::Other).await;
        queued(&db.store, id, Act::Hide, at(2)).await;
        shown(&db.store, id).await.unwrap().unwrap();
        let states: Vec<_> = story(&db.store, id).await.actions.into_iter().map(|act| act.action.state).collect();
        assert_eq!(states, [ActionState::Withdrawn { at: at(100), why: Withdrawal::Overtaken }, ActionState::Queued]);
    }

    async fn a_comment_that_is_neither_hidden_nor_about_to_be_cannot_be_shown_again(db: Db) {
        some_sources(&db.store).await;
        let id = stored(&db.store, "c1", "نص").await;
        decided(&db.store, id, &Verdict::Allow, Kind::Other).await;
        let error = shown(&db.store, id).await.unwrap_err();
        assert_eq!(
            error.to_string(),
            format!("comment {id} is visible, its verdict allow, so it cannot be shown again")
        );
    }

    async fn a_reply_waits_in_the_outbox_and_the_clock_runs_until_it_is_confirmed(db: Db) {
        some_sources(&db.store).await;
        let id = stored(&db.store, "c1", "متى؟").await;
        decided(&db.store, id, &Verdict::Allow, Kind::Question).await;
        clock(&db.store, id, at(0)).await;
        replied(&db.store, id, "غدًا").await.unwrap().unwrap();
        assert_eq!(replied(&db.store, id, "غدًا").await.unwrap(), None);
        let story = story(&db.store, id).await;
        assert_eq!(story.actions[0].action.act, Act::Reply { text: "غدًا".to_owned() });
        assert_eq!(story.clocks[0].state, ClockState::Running);
        assert_eq!(story.decisions.len(), 1);
        let log = db.entries().await;
        assert_eq!(acts_in(&log), ["action.queued"]);
        assert!(log[0].contains("\"text\":{\"commitment\":") && !log[0].contains("غدًا"));
    }

    async fn approving_settles_a_review_and_nothing_is_sent(db: Db) {
        some_sources(&db.store).await;
        let id = stored(&db.store, "c1", "نص").await;
        decided(&db.store, id, &doubtful(ClauseId::Defamatory), Kind::Complaint).await;
        clock(&db.store, id, at(0)).await;
        approved(&db.store, id).await.unwrap();
        let story = story(&db.store, id).await;
        assert_eq!((story.decisions[1].verdict, story.decisions[1].kind), ("allow", Kind::Complaint));
        assert!(story.actions.is_empty());
        assert_eq!(story.clocks[0].state, ClockState::Running);
        assert!(matches!(approved(&db.store, id).await, Err(StoreError::WrongState { .. })));
    }

    async fn nobody_decides_about_words_that_they_have_not_read(db: Db) {
        some_sources(&db.store).await;
        let id = stored(&db.store, "c1", "خفيف").await;
        decided(&db.store, id, &hide(ClauseId::Spam), Kind::Other).await;
        seen_as(&db.store, id, Visibility::Hidden).await;
        receive(&db.store, &[comment("c1", "إساءة بالغة")], at(60)).await;
        let show = async |seen| {
            act(&db.store, async |tx, by| acts::unhide(tx, By { seen: Some(Seen::Revision(seen)), ..by }, id, "خفيف").await).await
        };
        let error = show(1).await.unwrap_err();
        assert_eq!(error.to_string(), format!("comment {id} is changed since you read it, so it cannot be shown again"));
        assert!(db.entries().await.is_empty());
        let reply = async |tx: &mut majlis::store::Tx, by: By<'_>| {
            acts::reply(tx, By { seen: Some(Seen::Revision(1)), ..by }, id, "نعم").await
        };
        assert!(matches!(act(&db.store, reply).await, Err(StoreError::WrongState { .. })));
        assert!(show(2).await.unwrap().is_some());
    }

    async fn our_own_comments_and_those_that_are_gone_are_not_acted_on(db: Db) {
        some_sources(&db.store).await;
        let ours = receive(&db.store, &[reply_of_ours("r1", "c0", at(0))], at(1)).await[0].unwrap().id;
        let gone = stored(&db.store, "c1", "نص").await;
        seen_as(&db.store, gone, Visibility::Deleted).await;
        for id in [ours, gone] {
            assert!(hidden(&db.store, id).await.is_err());
            assert!(replied(&db.store, id, "نعم").await.is_err());
            assert!(approved(&db.store, id).await.is_err());
        }
        assert!(matches!(hidden(&db.store, CommentId(404)).await, Err(StoreError::NoSuchComment(_))));
        assert!(db.entries().await.is_empty());
    }

    async fn a_persons_decision_fences_out_the_machine_that_read_the_comment_before_it(db: Db) {
        some_sources(&db.store).await;
        let id = stored(&db.store, "c1", "نص").await;
        let mut tx = db.store.begin(Step::Read).await.unwrap();
        jobs::add(&mut tx, &Lane::Moderate, &[id.to_string()], at(0)).await.unwrap();
        let claims = jobs::claim(&mut tx, &Lane::Moderate, 9, at(0), at(600)).await.unwrap();
        tx.commit().await.unwrap();

        hidden(&db.store, id).await.unwrap();
        let mut tx = db.store.begin(Step::Judge).await.unwrap();
        let done = jobs::complete(&mut tx, &[claims[0].lease]).await;
        assert!(matches!(done, Err(StoreError::LeaseLost(_))));
        drop(tx);
        assert_eq!(jobs::next_due(&db.store, &Lane::Moderate).await.unwrap(), Some(at(0)));
    }

    async fn of_two_who_settle_the_same_review_at_once_one_is_told(db: Db) {
        some_sources(&db.store).await;
        let id = stored(&db.store, "c1", "نص").await;
        decided(&db.store, id, &doubtful(ClauseId::OffTopic), Kind::Other).await;
        let clicks = (0..4).map(|_| {
            let store = db.store.clone();
            tokio::spawn(async move { approved(&store, id).await.is_ok() })
        });
        let mut settled = 0;
        for click in clicks.collect::<Vec<_>>() {
            settled += usize::from(click.await.unwrap());
        }
        assert_eq!(settled, 1);
    }
}
