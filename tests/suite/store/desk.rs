//! What staff do at the desk with many comments: answers to the machine as labels, acts on many at once.

use majlis::domain::action::ActionState;
use majlis::domain::calendar::Calendar;
use majlis::domain::comment::CommentId;
use majlis::domain::judge::{Answer, Kind, Verdict};
use majlis::domain::policy::ClauseId;
use majlis::domain::routing::Routing;
use majlis::domain::staff::Role;
use majlis::store::acts::{self, By, Promises};
use majlis::store::bulks::{self, ItemOutcome};
use majlis::store::comments::{self, ListFilter, ListRow, ListState};
use majlis::store::decisions::DecidedBy;
use majlis::store::labels::labels;
use majlis::store::working::{self, Theirs};
use majlis::store::{self, Hindrance, Step, StoreError, erasure, staff};

use super::given::{
    clock, comment, decided, decided_by, doubtful, hide, policy, receive, some_sources, stored,
};
use super::{at, contract};

contract! {
    async fn what_a_person_answered_the_machine_is_a_label_until_it_is_erased(db: Db) {
        let store = &db.store;
        some_sources(store).await;
        let huda = DecidedBy::Staff("huda".to_owned());
        let mut ids = Vec::new();
        for (name, machine, person) in [
            ("approved", doubtful(ClauseId::Spam), Some(Verdict::Allow)),
            ("wrong", doubtful(ClauseId::Spam), Some(hide(ClauseId::Indecent))),
            ("open", doubtful(ClauseId::Spam), None),
            ("taken-back", doubtful(ClauseId::Spam), Some(doubtful(ClauseId::Spam))),
            ("missed", Verdict::Allow, Some(hide(ClauseId::Spam))),
            ("edited", hide(ClauseId::Spam), Some(Verdict::Allow)),
        ] {
            let id = stored(store, name, name).await;
            decided(store, id, &machine, Kind::Other).await;
            if let Some(person) = person {
                decided_by(store, id, 1, &person, Kind::Opinion, &huda, None).await;
            }
            ids.push(id);
        }
        receive(store, &[comment("edited", "other words")], at(5)).await;
        let told = async |after, limit| {
            let (found, _) = labels(store, CommentId(after), limit).await.unwrap();
            found.into_iter().map(|label| (label.text, label.labels[0], label.answer)).collect::<Vec<_>>()
        };
        let all = [
            ("approved".to_owned(), "allow", Answer::Approved),
            ("wrong".to_owned(), "indecent", Answer::WrongClause),
            ("missed".to_owned(), "spam", Answer::Missed),
            ("edited".to_owned(), "allow", Answer::FalseHide),
        ];
        assert_eq!(told(0, 9).await, all);
        assert_eq!(told(ids[0].0, 2).await, all[1..3]);
        let mut tx = store.begin(Step::Keep).await.unwrap();
        erasure::order(&mut tx, "huda", None, ids[1], "by law", at(9)).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(told(0, 9).await.len(), 3);
    }

    async fn an_act_on_many_is_noted_item_by_item_and_undone_once(db: Db) {
        let store = &db.store;
        some_sources(store).await;
        let (one, other) = (stored(store, "a", "أ").await, stored(store, "b", "ب").await);
        let mut tx = store.begin(Step::Act).await.unwrap();
        let bulk = bulks::begin(&mut tx, ("unhide", None), &[one, other], "huda", at(1)).await.unwrap();
        bulks::note(&mut tx, bulk, one, ItemOutcome::Done, None).await.unwrap();
        bulks::note(&mut tx, bulk, other, ItemOutcome::WrongState, None).await.unwrap();
        tx.commit().await.unwrap();
        let log = db.entries().await;
        let entry = r#""fields":{"comments":2,"undoes":null,"what":"unhide"},"object":"bulk:1""#;
        assert!(log.last().unwrap().contains(entry), "{log:?}");

        let mut tx = store.begin(Step::Act).await.unwrap();
        let undone = bulks::begin(&mut tx, ("unhide", Some(bulk)), &[one], "salma", at(2)).await.unwrap();
        tx.commit().await.unwrap();
        let mut tx = store.begin(Step::Act).await.unwrap();
        let again = bulks::begin(&mut tx, ("unhide", Some(bulk)), &[one], "huda", at(3)).await;
        assert!(matches!(again, Err(StoreError::WrongState { .. })), "{again:?}");
        drop(tx);

        let found = bulks::get(store, bulk).await.unwrap().unwrap();
        assert_eq!((found.undone_by, found.undoes, found.asked_at), (Some(undone), None, at(1)));
        let outcomes: Vec<_> = found.items.iter().map(|item| (item.comment, item.outcome)).collect();
        assert_eq!(outcomes, [(one, ItemOutcome::Done), (other, ItemOutcome::WrongState)]);
        let undoing = bulks::get(store, undone).await.unwrap().unwrap();
        assert_eq!((undoing.undoes, undoing.items[0].outcome), (Some(bulk), ItemOutcome::NotReached));
        let mut tx = store.begin(Step::Act).await.unwrap();
        let twice = bulks::note(&mut tx, bulk, one, ItemOutcome::Refused, None).await;
        assert!(matches!(twice, Err(StoreError::WrongState { .. })), "{twice:?}");
        drop(tx);
        assert_eq!(bulks::get(store, bulks::BulkId(99)).await.unwrap(), None);
    }

    async fn a_list_is_numbered_in_its_order_and_the_chosen_are_looked_up_in_theirs(db: Db) {
        let store = &db.store;
        some_sources(store).await;
        let mut ids = Vec::new();
        for (name, clause) in [("a", ClauseId::Spam), ("b", ClauseId::SecurityThreat), ("c", ClauseId::Indecent)] {
            let id = stored(store, name, name).await;
            decided(store, id, &doubtful(clause), Kind::Other).await;
            ids.push(id);
        }
        let filter = ListFilter { state: ListState::Review, limit: 9, ..ListFilter::default() };
        let order = [ids[1], ids[2], ids[0]];
        assert_eq!(comments::numbers(store, &filter, at(0)).await.unwrap(), order);
        let chosen = bulks::chosen(store, &[order[0], CommentId(99), order[2]]).await.unwrap();
        assert_eq!(chosen.iter().map(|one| (one.comment, one.revision)).collect::<Vec<_>>(), [(order[0], 1), (order[2], 1)]);
        let listed = comments::list(store, &filter, at(0)).await.unwrap();
        let these = comments::these(store, &[order[2], CommentId(99), order[0]]).await.unwrap();
        let shown = |row: &ListRow| (row.comment.clone(), row.last.clone(), row.holder.clone(), row.pending);
        assert_eq!(these.iter().map(shown).collect::<Vec<_>>(), [shown(&listed[2]), shown(&listed[0])]);
    }

    async fn a_proposed_reply_is_approved_by_another_in_other_words_and_both_go_when_it_is_erased(db: Db) {
        let store = &db.store;
        some_sources(store).await;
        let id = stored(store, "a", "متى؟").await;
        let policy = policy();
        let by = |staff| By { staff, policy: &policy, now: at(9), seen: None, leaves: Some(at(19)), bulk: None };
        let mut tx = store.begin(Step::Act).await.unwrap();
        let action = acts::propose(&mut tx, by("huda"), id, "غدًا").await.unwrap().unwrap();
        assert_eq!(acts::propose(&mut tx, by("huda"), id, "غدًا").await.unwrap(), None, "a double click");
        tx.commit().await.unwrap();
        let mut tx = store.begin(Step::Act).await.unwrap();
        let own = acts::approve_reply(&mut tx, by("huda"), id, action, "غدًا").await;
        assert!(matches!(own, Err(StoreError::Hindered(_, Hindrance::OwnReply))), "{own:?}");
        drop(tx);
        let mut tx = store.begin(Step::Act).await.unwrap();
        acts::approve_reply(&mut tx, by("salma"), id, action, "بعد غد").await.unwrap();
        tx.commit().await.unwrap();
        let mut tx = store.begin(Step::Act).await.unwrap();
        assert_eq!(acts::propose(&mut tx, by("huda"), id, "بعد غد").await.unwrap(), None, "it is on its way");
        let other = acts::propose(&mut tx, by("huda"), id, "قريبًا").await.unwrap().unwrap();
        let again = acts::approve_reply(&mut tx, by("salma"), id, other, "بعد غد").await;
        assert!(matches!(again, Err(StoreError::Hindered(_, Hindrance::SaidBefore))), "{again:?}");
        drop(tx);
        let story = comments::story(store, id).await.unwrap().unwrap();
        let reply = &story.actions[0];
        assert_eq!((&reply.action.state, reply.action.not_before), (&ActionState::Queued, Some(at(19))));
        assert_eq!(reply.approval.as_ref().unwrap().draft.as_deref(), Some("غدًا"));
        let late = db.try_run("update action set text = 'other' where text is not null").await;
        assert!(late.is_err(), "what was approved is changed no more");
        assert!(db.try_run("update approval set approved_by = 'staff:x'").await.is_err());

        let mut tx = store.begin(Step::Keep).await.unwrap();
        erasure::order(&mut tx, "huda", None, id, "by law", at(20)).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(db.number("select count(*) from approval where draft is not null").await, 0);
    }

    async fn a_reply_that_awaits_approval_is_taken_back_and_an_erased_comment_has_none(db: Db) {
        let store = &db.store;
        some_sources(store).await;
        let (id, erased) = (stored(store, "a", "متى؟").await, stored(store, "b", "أين؟").await);
        let (policy, shipped) = (policy(), include_str!("../../../config/calendar.toml"));
        let (calendar, routing) = (Calendar::parse("calendar.toml", shipped).unwrap(), Routing::default());
        let promises = Promises { calendar: &calendar, routing: &routing };
        let by = By { staff: "huda", policy: &policy, now: at(9), seen: None, leaves: None, bulk: None };
        let mut tx = store.begin(Step::Act).await.unwrap();
        let action = acts::propose(&mut tx, by, id, "غدًا").await.unwrap().unwrap();
        acts::propose(&mut tx, by, erased, "هنا").await.unwrap().unwrap();
        acts::take_back(&mut tx, by, promises, id, action).await.unwrap();
        erasure::order(&mut tx, "huda", None, erased, "by law", at(9)).await.unwrap();
        tx.commit().await.unwrap();
        for comment in [id, erased] {
            let story = comments::story(store, comment).await.unwrap().unwrap();
            assert!(matches!(story.actions[0].action.state, ActionState::Withdrawn { .. }));
        }
        let counts = comments::open_counts(store, at(10)).await.unwrap();
        assert!(counts.iter().all(|count| count.awaiting_approval == 0));
    }

    async fn replies_are_counted_by_when_they_are_due_within_hours_and_across_them(db: Db) {
        const HOUR: i64 = 3_600;
        let store = &db.store;
        some_sources(store).await;
        // The tests begin at half past an hour, so that the first bound lies within one.
        for (name, due) in [("a", -HOUR), ("b", 60), ("c", 600), ("d", HOUR), ("e", 3 * HOUR), ("f", 30 * HOUR)] {
            let id = stored(store, name, name).await;
            decided(store, id, &Verdict::Allow, Kind::Question).await;
            clock(store, id, at(due - 2 * HOUR)).await;
        }
        let bounds = [at(0), at(100), at(HOUR + 1), at(24 * HOUR)];
        for _ in 0..2 {
            let counts = comments::due_counts(store, &bounds).await.unwrap();
            let facebook = &counts[0];
            assert_eq!((&facebook.before[..], facebook.running, facebook.paused), (&[1, 2, 4, 5][..], 6, 0));
            assert!(counts[1..].iter().all(|count| count.running == 0));
            let filter = |from, before| ListFilter {
                state: ListState::AwaitingReply,
                due_from: Some(from),
                due_before: before,
                limit: 2,
                ..ListFilter::default()
            };
            let ids = async |filter: ListFilter| {
                let rows = comments::list(store, &filter, at(0)).await.unwrap();
                (rows.iter().map(|row| row.comment.id.0).collect::<Vec<_>>(), rows.last().map(|row| row.key))
            };
            assert_eq!(ids(filter(at(60), Some(at(600)))).await.0, [2]);
            let (first, place) = ids(filter(at(60), None)).await;
            assert_eq!(first, [2, 3]);
            assert_eq!(ids(ListFilter { after: place, ..filter(at(60), None) }).await.0, [4, 5]);
            // The same once the table is brought up to date.
            comments::refresh_waiting(store, 100).await.unwrap();
        }
    }

    async fn of_two_who_begin_to_work_on_a_comment_one_has_the_lease_until_it_ends_or_is_taken_over(db: Db) {
        let store = &db.store;
        some_sources(store).await;
        let id = stored(store, "a", "متى؟").await;
        let mut tx = store.begin(Step::Keep).await.unwrap();
        for name in ["huda", "salma"] {
            staff::add(&mut tx, name, Role::Staff, at(0)).await.unwrap();
        }
        tx.commit().await.unwrap();
        let all = staff::list(store).await.unwrap();
        let number = |name: &str| all.iter().find(|one| one.name == name).unwrap().id;
        let (huda, salma) = (number("huda"), number("salma"));
        let lease = async |who, now, theirs| {
            let mut tx = store.begin(Step::Keep).await.unwrap();
            let got = working::lease(&mut tx, id, who, at(now), at(now + 60), theirs).await.unwrap();
            tx.commit().await.unwrap();
            got
        };
        assert!(lease(huda, 0, Theirs::Holds).await);
        assert!(!lease(salma, 10, Theirs::Holds).await, "a colleague works on it");
        assert!(lease(huda, 20, Theirs::Holds).await, "renewed");
        assert!(!lease(salma, 70, Theirs::Holds).await);
        assert_eq!(working::leased(store, id, at(70)).await.unwrap().unwrap().1.staff, "huda");
        assert!(lease(salma, 80, Theirs::Holds).await, "it ended");
        assert!(lease(huda, 90, Theirs::IsTakenOver).await);
        let mut tx = store.begin(Step::Keep).await.unwrap();
        working::look(&mut tx, id, salma, at(100), at(160)).await.unwrap();
        working::release(&mut tx, id, salma).await.unwrap();
        tx.commit().await.unwrap();
        let here = working::here(store, at(100)).await.unwrap();
        let told: Vec<_> = here.iter().map(|one| (&*one.staff, one.works_until)).collect();
        assert_eq!(told, [("huda", Some(at(150))), ("salma", None)]);
        assert_eq!(working::here(store, at(160)).await.unwrap(), []);
    }

    async fn what_the_log_is_about_from_an_entry_on_is_told_with_whoever_did_it(db: Db) {
        let store = &db.store;
        some_sources(store).await;
        let id = stored(store, "a", "متى؟").await;
        let from = store::audit::head(store).await.unwrap().size();
        assert_eq!(working::touched(store, from, 9).await.unwrap(), []);
        let policy = policy();
        let by = By { staff: "huda", policy: &policy, now: at(9), seen: None, leaves: None, bulk: None };
        let mut tx = store.begin(Step::Act).await.unwrap();
        acts::note(&mut tx, by, id, "ملاحظة").await.unwrap();
        acts::reply(&mut tx, by, id, "غدًا").await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(working::touched(store, from, 9).await.unwrap(), [(id.0, Some("huda".to_owned()))]);
    }
}
