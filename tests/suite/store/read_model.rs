//! What people are shown: lists, stories, the export, the counts.

use majlis::domain::action::Act;
use majlis::domain::comment::{CommentId, Mark, Platform, SourceId, Visibility};
use majlis::domain::holder::Holder;
use majlis::domain::judge::{Kind, ReviewReason, Verdict};
use majlis::domain::policy::ClauseId;
use majlis::domain::reply::{AnsweredBy, CancelReason, Language};
use majlis::store::comments::{self, ListFilter, ListKey, ListRow, ListState, PlatformCounts};
use majlis::store::decisions::DecidedBy;
use majlis::store::{Step, Store, holding, replies};

use super::given::{
    clock, comment, decided, decided_by, doubtful, hide, queued, receive, receive_from, reply_of_ours,
    some_sources, stored,
};
use super::{Db, at, contract};

const HOUR: i64 = 3_600;

/// Comments in every state, by the names of their platform ids.
struct Town {
    overdue: CommentId,
    due_later: CommentId,
    review: CommentId,
    review_with_clock: CommentId,
    hidden: CommentId,
    answered: CommentId,
    plain: CommentId,
    on_youtube: CommentId,
}

async fn town(db: &Db) -> Town {
    let store = &db.store;
    some_sources(store).await;
    let town = Town {
        review: stored(store, "review", "مشكوك فيه").await,
        due_later: stored(store, "due-later", "متى؟").await,
        overdue: stored(store, "overdue", "أين؟").await,
        review_with_clock: stored(store, "review-clock", "لماذا؟").await,
        hidden: stored(store, "hidden", "إعلان").await,
        answered: stored(store, "answered", "كيف؟").await,
        plain: stored(store, "plain", "شكرًا").await,
        on_youtube: receive_from(store, "channel", &[comment("yt", "رائع")], at(0)).await[0].unwrap().id,
    };
    receive(store, &[reply_of_ours("ours", "plain", at(0))], at(0)).await;
    decided(store, town.overdue, &Verdict::Allow, Kind::Complaint).await;
    decided(store, town.due_later, &Verdict::Allow, Kind::Question).await;
    decided(store, town.review, &doubtful(ClauseId::Defamatory), Kind::Opinion).await;
    let failed = Verdict::Review(ReviewReason::CheckFailed("no model".to_owned()));
    decided(store, town.review_with_clock, &failed, Kind::Question).await;
    decided(store, town.hidden, &hide(ClauseId::Spam), Kind::Other).await;
    decided(store, town.answered, &Verdict::Allow, Kind::Question).await;
    decided(store, town.plain, &doubtful(ClauseId::Spam), Kind::Praise).await;
    decided(store, town.plain, &Verdict::Allow, Kind::Praise).await;
    decided(store, town.on_youtube, &Verdict::Allow, Kind::Praise).await;
    clock(store, town.overdue, at(0)).await;
    clock(store, town.answered, at(0)).await;
    clock(store, town.review_with_clock, at(HOUR)).await;
    clock(store, town.due_later, at(2 * HOUR)).await;
    let mut tx = store.begin(Step::Settle).await.unwrap();
    let by = AnsweredBy::SeenOnPlatform("r9".to_owned());
    replies::answer(&mut tx, None, town.answered, at(60), &by).await.unwrap();
    comments::set_visibility(&mut tx, town.hidden, Visibility::Hidden, at(60)).await.unwrap();
    tx.commit().await.unwrap();
    queued(store, town.overdue, Act::Reply { text: "هنا".to_owned() }, at(70)).await;
    town
}

/// A list, which is the same before what changed was worked out and after.
async fn list(store: &Store, filter: ListFilter) -> Vec<ListRow> {
    let rows = comments::list(store, &filter, at(2 * HOUR + 1)).await.unwrap();
    while comments::refresh_waiting(store, 2).await.unwrap() > 0 {
        let meanwhile = comments::list(store, &filter, at(2 * HOUR + 1)).await.unwrap();
        assert_eq!(meanwhile, rows, "worked out in part");
    }
    rows
}

async fn ids(store: &Store, state: ListState) -> Vec<CommentId> {
    let rows = list(store, ListFilter { state, limit: 50, ..ListFilter::default() }).await;
    rows.into_iter().map(|row| row.comment.id).collect()
}

contract! {
    async fn the_past_has_the_words_of_now_and_what_staff_decided_about_those(db: Db) {
        let store = &db.store;
        some_sources(store).await;
        let id = stored(store, "a", "one").await;
        let edited = stored(store, "b", "two").await;
        let huda = DecidedBy::Staff("huda".to_owned());
        for comment in [id, edited] {
            decided_by(store, comment, 1, &Verdict::Allow, Kind::Opinion, &huda, None).await;
        }
        receive(store, &[comment("b", "two, edited"), reply_of_ours("r", "a", at(5))], at(5)).await;
        let late = receive(store, &[comment("c", "three")], at(60)).await[0].unwrap().id;
        decided(store, late, &Verdict::Allow, Kind::Opinion).await;
        let past = async |since, after, limit| {
            let found = comments::past(store, at(since), CommentId(after), limit).await.unwrap();
            found.into_iter().map(|past| (past.id, past.text, past.staff)).collect::<Vec<_>>()
        };
        let all = [
            (id, "one".to_owned(), Some("allow")),
            (edited, "two, edited".to_owned(), None),
            (late, "three".to_owned(), None),
        ];
        assert_eq!(past(0, 0, 9).await, all);
        assert_eq!(past(0, 0, 1).await, all[..1]);
        assert_eq!(past(0, id.0, 9).await, all[1..]);
        assert_eq!(past(60, 0, 9).await, all[2..]);
    }

    async fn each_list_holds_what_it_names_most_urgent_first(db: Db) {
        let town = town(&db).await;
        let ids = async |state| ids(&db.store, state).await;
        assert_eq!(ids(ListState::Waiting).await, [town.overdue, town.review_with_clock, town.due_later, town.review]);
        assert_eq!(ids(ListState::Review).await, [town.review_with_clock, town.review]);
        assert_eq!(ids(ListState::AwaitingReply).await, [town.overdue, town.review_with_clock, town.due_later]);
        assert_eq!(ids(ListState::Overdue).await, [town.overdue]);
        assert_eq!(ids(ListState::Hidden).await, [town.hidden]);
        let all = ids(ListState::All).await;
        assert_eq!(all.len(), 8);
        assert!(all.windows(2).all(|pair| pair[0] > pair[1]), "newest first");
    }

    async fn a_hidden_comment_that_waits_for_a_person_is_in_the_lists_of_what_waits(db: Db) {
        let town = town(&db).await;
        let mut tx = db.store.begin(Step::Settle).await.unwrap();
        comments::set_visibility(&mut tx, town.review, Visibility::Hidden, at(9)).await.unwrap();
        tx.commit().await.unwrap();
        let ids = async |state| ids(&db.store, state).await;
        assert_eq!(ids(ListState::Review).await, [town.review_with_clock, town.review]);
        assert_eq!(ids(ListState::Waiting).await.last(), Some(&town.review));
        assert_eq!(ids(ListState::Hidden).await, [town.hidden], "as many as the counts say");
    }

    async fn a_row_tells_the_decision_the_clock_and_what_is_pending(db: Db) {
        let town = town(&db).await;
        let rows = list(&db.store, ListFilter { state: ListState::Overdue, limit: 9, ..ListFilter::default() }).await;
        let row = &rows[0];
        assert_eq!(row.comment.text.as_deref(), Some("أين؟"));
        assert_eq!(row.last.as_ref().map(|last| (last.verdict, last.kind)), Some(("allow", Kind::Complaint)));
        assert_eq!(row.clock.as_ref().and_then(|clock| clock.timing.due.at()), Some(at(2 * HOUR)));
        assert_eq!((row.pending, row.key.id, row.due_at()), (Some("reply"), town.overdue, Some(at(2 * HOUR))));
        let rows = list(&db.store, ListFilter { state: ListState::All, limit: 9, ..ListFilter::default() }).await;
        let answered = rows.iter().find(|row| row.comment.id == town.answered).unwrap();
        assert!(answered.clock.is_some(), "an answered clock is shown too");
        assert_eq!((answered.pending, answered.due_at()), (None, None));
    }

    async fn every_list_goes_on_page_after_page_without_a_gap_or_a_repeat(db: Db) {
        town(&db).await;
        for state in ListState::ALL {
            let whole = ids(&db.store, state).await;
            let (mut paged, mut after) = (Vec::new(), None);
            loop {
                let rows = list(&db.store, ListFilter { state, limit: 1, after, ..ListFilter::default() }).await;
                let Some(row) = rows.into_iter().next() else { break };
                // The place in the list travels as text in a URL.
                after = Some(row.key.to_string().parse::<ListKey>().unwrap());
                paged.push(row.comment.id);
            }
            assert_eq!(paged, whole, "{}", state.as_str());
        }
    }

    async fn a_list_is_narrowed_by_platform_source_kind_and_clause(db: Db) {
        let town = town(&db).await;
        let all = ListFilter { state: ListState::All, limit: 50, ..ListFilter::default() };
        let narrowed = async |filter: ListFilter| {
            list(&db.store, filter).await.into_iter().map(|row| row.comment.id).collect::<Vec<_>>()
        };
        assert_eq!(narrowed(ListFilter { platform: Some(Platform::Youtube), ..all.clone() }).await, [town.on_youtube]);
        let channel = Some(SourceId("channel".to_owned()));
        assert_eq!(narrowed(ListFilter { source: channel, ..all.clone() }).await, [town.on_youtube]);
        assert_eq!(narrowed(ListFilter { kind: Some(Kind::Complaint), ..all.clone() }).await, [town.overdue]);
        // By the decision that rules: `plain` was once doubted as spam.
        let nowhere = Some(SourceId("no\0where".to_owned()));
        assert_eq!(narrowed(ListFilter { source: nowhere, ..all.clone() }).await, []);
        assert_eq!(narrowed(ListFilter { clause: Some(ClauseId::Spam), ..all }).await, [town.hidden]);
    }

    async fn a_list_by_kind_or_clause_has_each_comment_once_by_the_decision_that_rules(db: Db) {
        let town = town(&db).await;
        let huda = DecidedBy::Staff("huda".to_owned());
        // A decision about what it no longer says does not rule, late as it may come.
        receive(&db.store, &[comment("overdue", "أين؟ وشكرًا")], at(9)).await;
        decided_by(&db.store, town.overdue, 2, &Verdict::Allow, Kind::Praise, &huda, None).await;
        decided_by(&db.store, town.overdue, 1, &hide(ClauseId::Spam), Kind::Complaint, &huda, None).await;
        decided_by(&db.store, town.hidden, 1, &hide(ClauseId::Spam), Kind::Other, &huda, None).await;
        let paged = async |filter: ListFilter| {
            let (mut paged, mut after) = (Vec::new(), None);
            while let Some(row) = list(&db.store, ListFilter { limit: 1, after, ..filter.clone() }).await.pop() {
                after = Some(row.key);
                paged.push(row.comment.id);
            }
            let numbers = comments::numbers(&db.store, &ListFilter { limit: 9, ..filter }, at(9)).await.unwrap();
            assert_eq!(numbers, paged);
            paged
        };
        let all = ListFilter { state: ListState::All, ..ListFilter::default() };
        let praise = ListFilter { kind: Some(Kind::Praise), ..all.clone() };
        assert_eq!(paged(praise.clone()).await, [town.on_youtube, town.plain, town.overdue]);
        let on_youtube = ListFilter { platform: Some(Platform::Youtube), ..praise };
        assert_eq!(paged(on_youtube.clone()).await, [town.on_youtube]);
        let in_english = ListFilter { language: Some(Language::English), ..on_youtube };
        assert_eq!(paged(in_english).await, []);
        assert_eq!(paged(ListFilter { kind: Some(Kind::Complaint), ..all.clone() }).await, []);
        for state in [ListState::All, ListState::Hidden] {
            let spam = ListFilter { state, clause: Some(ClauseId::Spam), ..all.clone() };
            assert_eq!(paged(spam.clone()).await, [town.hidden]);
            assert_eq!(paged(ListFilter { kind: Some(Kind::Other), ..spam.clone() }).await, [town.hidden]);
            assert_eq!(paged(ListFilter { kind: Some(Kind::Praise), ..spam }).await, []);
        }
        let hidden = ListFilter { state: ListState::Hidden, kind: Some(Kind::Other), ..all };
        assert_eq!(paged(ListFilter { platform: Some(Platform::Facebook), ..hidden.clone() }).await, [town.hidden]);
        assert_eq!(paged(ListFilter { platform: Some(Platform::Youtube), ..hidden }).await, []);
    }

    async fn a_beginning_that_many_words_have_is_found_like_one_that_few_have(db: Db) {
        some_sources(&db.store).await;
        // Six texts of two thousand words, of letters that folding leaves alone: more rows than are gathered.
        let syllables = |number: usize| -> String {
            let syllable = |digit| ["ba", "ce", "di", "fo", "gu", "ha", "je", "ki", "lo", "mu"][digit];
            number.to_string().bytes().map(|digit| syllable(usize::from(digit - b'0'))).collect()
        };
        let mut first = None;
        for text in 0..6 {
            let words: Vec<String> =
                (0..2_000).map(|word| format!("sta{}{}", syllables(text), syllables(word))).collect();
            let id = stored(&db.store, &format!("t{text}"), &words.join(" ")).await;
            first.get_or_insert(id);
        }
        stored(&db.store, "last", "the station of schools").await;
        while comments::index_words(&db.store, 9).await.unwrap() > 0 {}
        assert!(db.number("select count(*) from search_word where word like 'sta%'").await > 10_000);
        let found = async |words: &str, state| {
            let filter = ListFilter { words: Some(words.to_owned()), state, limit: 50, ..ListFilter::default() };
            let rows = list(&db.store, filter).await;
            rows.into_iter().map(|row| row.comment.platform_id).collect::<Vec<_>>()
        };
        let none: [&str; 0] = [];
        assert_eq!(found("sta*", ListState::All).await, ["last", "t5", "t4", "t3", "t2", "t1", "t0"]);
        assert_eq!(found("tag*", ListState::All).await, none, "not within a word");
        assert_eq!(found("sta* stagu*", ListState::All).await, ["t4"], "the rarer one leads");
        assert_eq!(found("sta* sch*", ListState::All).await, ["last"]);
        assert_eq!(found("schools sta*", ListState::All).await, ["last"]);
        assert_eq!(found("sta*", ListState::Waiting).await, none);
        decided(&db.store, first.unwrap(), &doubtful(ClauseId::Spam), Kind::Other).await;
        assert_eq!(found("sta*", ListState::Waiting).await, ["t0"]);
    }

    async fn what_waits_is_narrowed_by_language_hands_kind_and_when_it_is_due(db: Db) {
        let town = town(&db).await;
        let narrowed = async |filter: ListFilter| {
            let filter = ListFilter { limit: 50, ..filter };
            list(&db.store, filter).await.into_iter().map(|row| row.comment.id).collect::<Vec<_>>()
        };
        let none = ListFilter::default();
        assert_eq!(narrowed(ListFilter { language: Some(Language::English), ..none.clone() }).await, []);
        assert_eq!(narrowed(ListFilter { language: Some(Language::Arabic), ..none.clone() }).await.len(), 4);
        assert_eq!(narrowed(ListFilter { due_before: Some(at(3 * HOUR)), ..none.clone() }).await, [town.overdue]);
        assert_eq!(narrowed(ListFilter { clause: Some(ClauseId::Defamatory), ..none.clone() }).await, [town.review]);
        assert_eq!(narrowed(ListFilter { kind: Some(Kind::Complaint), ..none.clone() }).await, [town.overdue]);
        let amna = Holder::Person("amna".to_owned());
        let mut tx = db.store.begin(Step::Act).await.unwrap();
        holding::hand(&mut tx, town.review, &amna, &DecidedBy::Machine, at(5)).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(narrowed(ListFilter { holder: Some(amna), ..none.clone() }).await, [town.review]);
        let nobody = ListFilter { holder: Some(Holder::Unassigned), ..none };
        assert_eq!(narrowed(nobody).await, [town.overdue, town.review_with_clock, town.due_later]);
    }

    async fn a_doubt_about_a_grave_clause_goes_before_every_deadline_and_the_rest_by_risk(db: Db) {
        let town = town(&db).await;
        let threat = stored(&db.store, "threat", "سأفجر").await;
        let spam = stored(&db.store, "spam", "اربح").await;
        decided(&db.store, threat, &doubtful(ClauseId::SecurityThreat), Kind::Other).await;
        decided(&db.store, spam, &doubtful(ClauseId::Spam), Kind::Other).await;
        let ids = async |state| ids(&db.store, state).await;
        assert_eq!(
            ids(ListState::Waiting).await,
            [threat, town.overdue, town.review_with_clock, town.due_later, town.review, spam]
        );
        assert_eq!(ids(ListState::Review).await, [threat, town.review_with_clock, town.review, spam]);
        assert_eq!(ids(ListState::Overdue).await, [town.overdue]);
    }

    async fn a_comment_is_found_by_its_words_however_they_are_spelled_and_by_its_authors_name(db: Db) {
        let town = town(&db).await;
        let school = stored(&db.store, "school", "أين تُسجَّل المدرسةُ الجديدة؟").await;
        let both = stored(&db.store, "both", "مدرسه جديده في registration").await;
        receive(&db.store, &[comment("both", "مدرسه جديده ومبنى")], at(500)).await;
        let found = async |words: &str, state| {
            while comments::index_words(&db.store, 3).await.unwrap() > 0 {}
            let filter = ListFilter { words: Some(words.to_owned()), state, limit: 50, ..ListFilter::default() };
            list(&db.store, filter).await.into_iter().map(|row| row.comment.id).collect::<Vec<_>>()
        };
        assert_eq!(found("المدرسه", ListState::All).await, [both, school]);
        assert_eq!(found("مدرسة مبنى", ListState::All).await, [both]);
        assert_eq!(found("registration", ListState::All).await, [both], "what it said before is found too");
        assert_eq!(found("مبن*", ListState::All).await, [both]);
        assert_eq!(found("مدرسة مبن*", ListState::All).await, [both]);
        assert_eq!(found("name amal متى", ListState::Waiting).await, [town.due_later]);
        assert_eq!(found("لماذا", ListState::Hidden).await, []);
        assert_eq!(found("؟", ListState::All).await, [], "no words are asked for");
        let page = async |after| {
            let filter = ListFilter {
                words: Some("amal".to_owned()), state: ListState::All, limit: 1, after, ..ListFilter::default()
            };
            list(&db.store, filter).await.pop()
        };
        let (mut paged, mut after) = (Vec::new(), None);
        while let Some(row) = page(after).await {
            after = Some(row.key);
            paged.push(row.comment.id);
        }
        assert_eq!(paged.len(), 10);
        assert!(paged.windows(2).all(|pair| pair[0] > pair[1]), "newest first");
    }

    async fn erasure_takes_the_words_along_at_once_and_they_do_not_come_back(db: Db) {
        some_sources(&db.store).await;
        let indexed = stored(&db.store, "indexed", "مدرسة جديدة").await;
        while comments::index_words(&db.store, 9).await.unwrap() > 0 {}
        let not_yet = stored(&db.store, "not yet", "مدرسة قديمة").await;
        assert!(db.number("select count(*) from search_word").await > 0);
        for (erased, statement) in [
            (indexed, format!("update revision set text = null, salt = null where comment = {indexed}")),
            (not_yet, format!("update revision set text = null, salt = null where comment = {not_yet}")),
            (not_yet, format!("update comment set author_name = null where id = {not_yet}")),
        ] {
            db.try_run(&statement).await.unwrap();
            for table in ["search_word", "found_by"] {
                let left = db.number(&format!("select count(*) from {table} where comment = {erased}")).await;
                assert_eq!(left, 0, "in {table} after: {statement}");
            }
        }
        while comments::index_words(&db.store, 9).await.unwrap() > 0 {}
        assert_eq!(db.number("select count(*) from search_word").await, 0);
        assert_eq!(db.number("select count(*) from search_stale").await, 0);
    }

    async fn what_waits_is_kept_as_it_is_defined(db: Db) {
        let town = town(&db).await;
        let threat = stored(&db.store, "threat", "سأفجر").await;
        decided(&db.store, threat, &doubtful(ClauseId::SecurityThreat), Kind::Other).await;
        let mut tx = db.store.begin(Step::Settle).await.unwrap();
        comments::set_visibility(&mut tx, threat, Visibility::Deleted, at(9)).await.unwrap();
        comments::set_visibility(&mut tx, town.review, Visibility::Hidden, at(9)).await.unwrap();
        replies::cancel(&mut tx, None, town.overdue, at(9), CancelReason::Gone).await.unwrap();
        tx.commit().await.unwrap();
        receive(&db.store, &[comment("due-later", "When?")], at(500)).await;
        let counted = async || comments::open_counts(&db.store, at(2 * HOUR)).await.unwrap();
        let before = counted().await;
        let facebook = before[0];
        assert_eq!((facebook.waiting, facebook.review, facebook.awaiting_reply, facebook.overdue), (3, 2, 2, 0));
        while comments::refresh_waiting(&db.store, 2).await.unwrap() > 0 {
            assert_eq!(counted().await, before, "worked out in part");
        }
        for (one, other) in [("waiting", "waiting_now"), ("waiting_now", "waiting")] {
            let columns = "band, due_at, risk, comment, platform, source, language, holder, kind, clause, owes, reply_due_at";
            let differ = format!("select count(*) from (select {columns} from {one} except select {columns} from {other}) as d");
            assert_eq!(db.number(&differ).await, 0, "what {one} has and {other} has not");
        }
        assert_eq!(db.number("select count(*) from waiting").await, 3);
        assert_eq!(counted().await, before);
        assert_eq!(db.number("select count(*) from waiting_stale").await, 0);
    }

    async fn a_story_tells_all_that_happened_in_order(db: Db) {
        let town = town(&db).await;
        let mut edited = comment("plain", "شكرًا جزيلًا");
        edited.marks = vec![Mark::InvalidUtf8];
        receive(&db.store, &[edited], at(500)).await;
        let story = comments::story(&db.store, town.plain).await.unwrap().unwrap();
        let texts: Vec<_> = story.revisions.iter().map(|revision| (revision.number, revision.text.as_deref())).collect();
        assert_eq!(texts, [(1, Some("شكرًا")), (2, Some("شكرًا جزيلًا"))]);
        assert_eq!((story.revisions[1].seen_at, story.revisions[1].marks.as_slice()), (at(500), [Mark::InvalidUtf8].as_slice()));
        assert_eq!(story.decisions.iter().map(|decision| decision.verdict).collect::<Vec<_>>(), ["review", "allow"]);
        let doubt = &story.decisions[0];
        assert_eq!((doubt.clause, doubt.rule.as_deref(), doubt.excerpt.clone()), (Some(ClauseId::Spam), Some("pattern"), Some(1..3)));
        assert_eq!(story.replies.iter().map(|reply| reply.platform_id.as_str()).collect::<Vec<_>>(), ["ours"]);
        let failed = comments::story(&db.store, town.review_with_clock).await.unwrap().unwrap().decisions.remove(0);
        assert_eq!((failed.check_failed.as_deref(), failed.clause, failed.excerpt), (Some("no model"), None, None));
        assert_eq!(comments::story(&db.store, CommentId(9_999)).await.unwrap(), None);
    }

    async fn the_export_has_the_fixed_fields_a_line_for_each_comment_of_the_public(db: Db) {
        let town = town(&db).await;
        let rows = comments::export(&db.store, CommentId(0), 100).await.unwrap();
        assert_eq!(rows.len(), 8);
        assert!(rows.windows(2).all(|pair| pair[0].id < pair[1].id));
        let line = |id| serde_json::to_value(rows.iter().find(|row| row.id == id).unwrap()).unwrap();
        assert_eq!(
            line(town.answered),
            serde_json::json!({
                "id": town.answered.0, "platform": "facebook", "source": "page", "platform_comment_id": "answered",
                "parent_id": null, "author": "Name of amal", "text": "كيف؟", "created_at": "2026-11-24T03:29:00Z",
                "first_seen_at": "2026-11-24T03:30:00Z", "revision": 1, "visibility": "visible", "verdict": "allow",
                "clause": null, "kind": "question", "decided_by": "machine", "reply_due_at": "2026-11-24T05:30:00Z",
                "replied_at": "2026-11-24T03:31:00Z",
            })
        );
        let hidden = line(town.hidden);
        assert_eq!((&hidden["verdict"], &hidden["clause"], &hidden["visibility"]), (&"hide".into(), &"spam".into(), &"hidden".into()));
        assert_eq!((&hidden["reply_due_at"], &hidden["replied_at"]), (&serde_json::Value::Null, &serde_json::Value::Null));
    }

    async fn the_export_goes_on_after_the_last_number(db: Db) {
        town(&db).await;
        let all = comments::export(&db.store, CommentId(0), 100).await.unwrap();
        let (mut paged, mut after) = (Vec::new(), CommentId(0));
        loop {
            let rows = comments::export(&db.store, after, 3).await.unwrap();
            let Some(last) = rows.last() else { break };
            after = last.id;
            paged.extend(rows);
        }
        assert_eq!(paged, all);
    }

    async fn a_comment_not_judged_yet_is_exported_with_nulls(db: Db) {
        some_sources(&db.store).await;
        stored(&db.store, "c1", "نص").await;
        let row = comments::export(&db.store, CommentId(0), 9).await.unwrap().remove(0);
        assert_eq!((row.verdict, row.clause, row.kind, row.decided_by), (None, None, None, None));
    }

    async fn the_counts_say_how_many_are_where(db: Db) {
        let town = town(&db).await;
        let facebook = async |seconds| comments::counts(&db.store, at(seconds)).await.unwrap()[0];
        let counted = PlatformCounts {
            platform: Platform::Facebook,
            read: 7,
            hidden: 1,
            review: 2,
            awaiting_reply: 3,
            replied: 1,
            overdue: 1,
        };
        assert_eq!(facebook(2 * HOUR + 1).await, counted);
        assert_eq!(facebook(2 * HOUR).await.overdue, 0, "an answer at the deadline is in time");
        let platforms: Vec<_> =
            comments::counts(&db.store, at(0)).await.unwrap().iter().map(|count| (count.platform, count.read)).collect();
        assert_eq!(platforms, [(Platform::Facebook, 7), (Platform::Instagram, 0), (Platform::X, 0), (Platform::Youtube, 1)]);

        let mut tx = db.store.begin(Step::Settle).await.unwrap();
        comments::set_visibility(&mut tx, town.review, Visibility::Hidden, at(9)).await.unwrap();
        replies::cancel(&mut tx, None, town.overdue, at(9), CancelReason::Gone).await.unwrap();
        tx.commit().await.unwrap();
        clock(&db.store, town.answered, at(3 * HOUR)).await;
        let now = facebook(2 * HOUR + 1).await;
        assert_eq!((now.hidden, now.review), (1, 2), "hidden and review have none in common");
        assert_eq!((now.awaiting_reply, now.overdue), (3, 0));
        assert_eq!(now.replied, 0, "answered once, and owed another answer now");
    }
}
