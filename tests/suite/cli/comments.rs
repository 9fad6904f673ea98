//! Comments on the command line: the console's acts, in a member of staff's name.

use std::fs;

use majlis::domain::comment::CommentId;
use majlis::domain::judge::Kind;
use majlis::domain::policy::ClauseId;
use majlis::store::audit;
use serde_json::{Value, json};

use super::{House, done, refused, said};
use crate::store::given;

const WHY: [&str; 2] = ["--reason", "the same advert for the tenth time"];

/// A house where the shipped documents rule and three comments were read: one that steers terminals, one hidden for
/// spam, one that waits for a review.
async fn house_with_comments() -> (House, [CommentId; 3]) {
    let house = House::new();
    let store = house.store().await;
    house.adopt_what_is_shipped(&store).await;
    given::some_sources(&store).await;
    let steering = given::stored(&store, "p1", "انتهى\u{1b}[2J").await;
    let spam = given::stored(&store, "p2", "للبيع").await;
    given::decided(&store, spam, &given::hide(ClauseId::Spam), Kind::Other).await;
    let doubtful = given::stored(&store, "p3", "كلام").await;
    given::decided(&store, doubtful, &given::doubtful(ClauseId::Defamatory), Kind::Opinion).await;
    store.close().await;
    (house, [steering, spam, doubtful])
}

#[tokio::test]
async fn comments_are_listed_by_what_waits_and_cannot_steer_the_terminal() {
    let (house, [steering, _, doubtful]) = house_with_comments().await;
    let ids = |words: &str| -> Vec<i64> {
        let listed = done(&house.majlis(words));
        listed["comments"].as_array().unwrap().iter().map(|comment| comment["id"].as_i64().unwrap()).collect()
    };
    assert_eq!(ids("comments list --state review --json"), [doubtful.0]);
    assert_eq!(ids("comments list --state all --json").len(), 3);
    assert!(ids("comments list --state all --platform x --json").is_empty());
    let first = done(&house.majlis("comments list --state all --limit 1 --json"));
    let next = first["next"].as_str().unwrap();
    assert_eq!(ids(&format!("comments list --state all --json --after {next}")).len(), 2);

    for words in ["comments list --state all", &format!("comments show {steering}")] {
        assert!(!said(&house.majlis(words)).contains('\u{1b}'), "the public steers our terminal");
    }
    assert!(said(&house.majlis(&format!("comments show {doubtful}"))).contains("review (defamatory)"));
    assert_eq!(refused(&house.majlis("comments show 99"), 1), "majlis: there is no comment 99\n");
}

#[tokio::test]
async fn acting_needs_a_token_of_a_role_that_may() {
    let (house, [id, spam, doubtful]) = house_with_comments().await;
    let acts = [
        (format!("comments hide {id} --clause spam"), Some(WHY)),
        (format!("comments unhide {spam}"), Some(WHY)),
        (format!("comments approve {doubtful}"), None),
        (format!("comments reply {id}"), Some(["--text", "شكرًا لك."])),
    ];
    let (zayed, rashid) = (house.token_of("zayed", "auditor"), house.token_of("rashid", "operator"));
    for (words, more) in &acts {
        let more = more.as_ref().map_or(&[][..], |more| more);
        let without = house.command(words).args(more).output().unwrap();
        assert!(refused(&without, 2).contains("--token-file, or set MAJLIS_TOKEN"), "{words}");
        for (token, role) in [(&zayed, "auditor"), (&rashid, "operator")] {
            let told = refused(&house.majlis_as(token, words, more), 1);
            assert!(told.contains(&format!("the role {role}, which may not do this")), "{told}");
        }
    }
    let amna = house.token_of("amna", "staff");
    for (words, more) in &acts {
        let more = more.as_ref().map_or(&[][..], |more| more);
        done(&house.majlis_as(&amna, &format!("{words} --json"), more));
    }
}

#[tokio::test]
async fn an_operator_or_approver_erases_by_law_what_no_hold_keeps() {
    let (house, [id, spam, _]) = house_with_comments().await;
    let (amna, salim) = (house.token_of("amna", "staff"), house.token_of("salim", "operator"));
    let (erase, why) = (format!("comments erase {spam}"), ["--reason", "request 41 of the author"]);
    assert!(
        refused(&house.majlis_as(&amna, &erase, &why), 1).contains("the role staff, which may not do this")
    );
    let place = format!("hold place --author-of {id} --json");
    let hold = done(&house.majlis_as(&salim, &place, &["--reason", "case 113"]))["hold"].as_i64().unwrap();
    let told = refused(&house.majlis_as(&salim, &erase, &why), 1);
    assert!(told.contains("under a legal hold") && told.contains("majlis hold list"), "{told}");
    let listed = done(&house.majlis_as(&salim, "hold list --json", &[]));
    assert_eq!(
        (&listed["holds"][0]["on"], &listed["holds"][0]["reason"]),
        (&json!("author"), &json!("case 113"))
    );
    let store = house.store().await;
    let last = audit::entries(&store, 0, 100).await.unwrap().pop().unwrap();
    let last = String::from_utf8_lossy(last.bytes());
    assert!(last.contains("\"act\":\"hold.listed\"") && last.contains("\"name\":\"salim\""), "{last}");
    store.close().await;
    let lift = format!("hold lift {hold}");
    assert!(said(&house.majlis_as(&salim, &lift, &["--reason", "closed"])).contains("is lifted"));
    let told = refused(&house.majlis_as(&salim, &erase, &why), 1);
    assert!(told.contains("hold that you lifted, so another person has to order its erasure"), "{told}");
    let huda = house.token_of("huda", "approver");
    assert!(said(&house.majlis_as(&huda, &erase, &why)).contains("is erased here"));
    assert!(said(&house.majlis(&format!("comments show {spam}"))).contains("erased"));
    assert!(refused(&house.majlis_as(&salim, &lift, &["--reason", "closed"]), 1).contains("lifted already"));
}

#[tokio::test]
async fn a_hide_names_its_clause_and_its_reason() {
    let (house, [id, ..]) = house_with_comments().await;
    let amna = house.token_of("amna", "staff");
    let hide = format!("comments hide {id}");
    let told = refused(&house.majlis_as(&amna, &hide, &["--clause", "spam"]), 2);
    assert!(told.contains("--reason"), "{told}");
    let told = refused(&house.majlis_as(&amna, &hide, &WHY), 2);
    assert!(told.contains("--clause"), "{told}");
    let told = refused(&house.majlis_as(&amna, &format!("{hide} --clause rude"), &WHY), 2);
    assert!(told.contains("`rude` is not a clause; write one of: public_morals"), "{told}");
    let told = refused(&house.majlis_as(&amna, &format!("{hide} --clause spam"), &["--reason", " "]), 1);
    assert!(told.contains("say in one sentence why"), "{told}");
    let told = refused(&house.majlis_as(&amna, "comments hide 99 --clause spam", &WHY), 1);
    assert!(told.contains("there is no comment with this number"), "{told}");

    let hide = format!("{hide} --clause spam --json");
    assert!(done(&house.majlis_as(&amna, &hide, &WHY))["action"].is_i64());
    assert_eq!(done(&house.majlis_as(&amna, &hide, &WHY))["action"], Value::Null, "it is on its way already");
}

#[tokio::test]
async fn what_cannot_be_done_to_a_comment_is_told_with_what_it_is() {
    let (house, [id, ..]) = house_with_comments().await;
    let amna = house.token_of("amna", "staff");
    let told = refused(&house.majlis_as(&amna, &format!("comments unhide {id}"), &WHY), 1);
    assert!(told.contains(&format!("comment {id} is visible")), "{told}");
    let told = refused(&house.majlis_as(&amna, &format!("comments approve {id}"), &[]), 1);
    assert!(told.contains("cannot be left visible"), "{told}");
    let long = "ا".repeat(8_001);
    let told = refused(&house.majlis_as(&amna, &format!("comments reply {id}"), &["--text", &long]), 1);
    assert!(told.contains("8000"), "{told}");
}

#[tokio::test]
async fn the_export_has_a_line_for_every_comment_in_the_fixed_form() {
    let (house, [id, ..]) = house_with_comments().await;
    let amna = house.token_of("amna", "staff");
    done(&house.majlis_as(&amna, &format!("comments hide {id} --clause spam --json"), &WHY));

    assert!(refused(&house.majlis("comments export --json"), 2).contains("--out FILE"));
    let exported = said(&house.majlis("comments export"));
    let lines: Vec<Value> = exported.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let ids: Vec<i64> = lines.iter().map(|line| line["id"].as_i64().unwrap()).collect();
    assert_eq!(ids, [1, 2, 3]);
    let hidden = &lines[0];
    assert_eq!((&hidden["verdict"], &hidden["clause"]), (&json!("hide"), &json!("spam")));
    assert_eq!((&hidden["decided_by"], &hidden["visibility"]), (&json!("staff:amna"), &json!("visible")));
    let mut keys: Vec<&str> = hidden.as_object().unwrap().keys().map(String::as_str).collect();
    keys.sort_unstable();
    let mut fixed = [
        "id",
        "platform",
        "source",
        "platform_comment_id",
        "parent_id",
        "author",
        "text",
        "created_at",
        "first_seen_at",
        "revision",
        "visibility",
        "verdict",
        "clause",
        "kind",
        "decided_by",
        "reply_due_at",
        "replied_at",
    ];
    fixed.sort_unstable();
    assert_eq!(keys, fixed);

    let told = done(&house.majlis("comments export --out all.jsonl --json"));
    assert_eq!(told["comments"], 3);
    assert_eq!(fs::read_to_string(house.path("all.jsonl")).unwrap(), exported);
}

#[tokio::test]
async fn a_deadline_is_explained_so_that_a_person_can_check_it() {
    let (house, [id, ..]) = house_with_comments().await;
    let store = house.store().await;
    let opening = "2026-11-24T07:30:00+04:00".parse().unwrap();
    given::counted_clock(&store, id, opening).await;
    store.close().await;
    let told = said(&house.majlis(&format!("deadline explain {id} --lang en")));
    for part in [
        "First reply – Question – Facebook",
        "Promised: 8 hours = 8:00:00 (28800 s)",
        "Counts from: Tuesday 24 November 2026, 07:30",
        "Due: Tuesday 24 November 2026, 15:30",
        "Tuesday 24 November  07:30  15:30  8:00:00",
        "By the rule: Federal working hours",
        "Time zone: Asia/Dubai (",
        "The sum was done again and is right.",
    ] {
        assert!(told.contains(part), "{part:?} in {told}");
    }
    let arabic = said(&house.majlis(&format!("deadline explain {id}")));
    assert!(
        arabic.contains("الرد الأول – سؤال – فيسبوك") && arabic.contains("روجع الحساب وهو صحيح."),
        "{arabic}"
    );
    let object = done(&house.majlis(&format!("deadline explain {id} --json")));
    assert_eq!(object["clocks"][0]["basis"]["working_time"], 28_800);
    assert_eq!(refused(&house.majlis("deadline explain 99"), 1), "majlis: there is no comment 99\n");
}

#[tokio::test]
async fn a_clock_is_paused_and_resumed_by_staff() {
    let (house, [id, ..]) = house_with_comments().await;
    let store = house.store().await;
    given::counted_clock(&store, id, jiff::Timestamp::now()).await;
    store.close().await;
    let amna = house.token_of("amna", "staff");
    let told =
        refused(&house.majlis_as(&amna, &format!("comments pause {id} --reason waiting_for_asker"), &[]), 1);
    assert!(told.contains("waits for nobody"), "{told}");
    let told = said(&house.majlis_as(&amna, &format!("comments pause {id} --reason merged"), &[]));
    assert!(told.contains("stands still"), "{told}");
    done(&house.majlis_as(&amna, &format!("comments resume {id} --json"), &[]));
    done(&house.majlis_as(&amna, &format!("comments priority {id} high --json"), &[]));
    done(&house.majlis_as(&amna, &format!("comments target {id} 2h --json"), &[]));
    done(&house.majlis_as(&amna, &format!("comments target {id} as_promised --json"), &[]));
    let shown = done(&house.majlis(&format!("comments show {id} --json")));
    assert_eq!(
        (&shown["clocks"][0]["state"], &shown["clocks"][0]["priority"]),
        (&json!("running"), &json!("high"))
    );
    let told = refused(&house.majlis_as(&amna, &format!("comments solve {id}"), &[]), 1);
    assert!(told.contains("owed no solution"), "{told}");
}

#[tokio::test]
async fn a_comment_is_assigned_listed_by_who_has_it_and_explained_by_whose_its_time_was() {
    let (house, [id, other, ..]) = house_with_comments().await;
    let store = house.store().await;
    // Long ago enough that the office was open since, whatever day the test runs on.
    let asked = jiff::Timestamp::now() - jiff::SignedDuration::from_hours(60 * 24);
    given::counted_clock(&store, id, asked).await;
    store.close().await;
    let file = house.path("config/majlis.toml");
    let team = "\n[[team]]\nid = \"admissions\"\nname = { ar = \"القبول\", en = \"Admissions\" }\n";
    fs::write(&file, fs::read_to_string(&file).unwrap() + team).unwrap();
    let amna = house.token_of("amna", "staff");

    let told = said(&house.majlis_as(&amna, &format!("comments assign {id} --to team:admissions"), &[]));
    assert!(told.contains("changed hands"), "{told}");
    done(&house.majlis_as(&amna, &format!("comments assign {other} --to staff:amna --json"), &[]));
    let listed = |holder: &str| -> Vec<Value> {
        let list = done(&house.majlis(&format!("comments list --state all --holder {holder} --json")));
        list["comments"].as_array().unwrap().iter().map(|comment| comment["id"].clone()).collect()
    };
    assert_eq!((listed("team:admissions"), listed("staff:amna")), (vec![json!(id.0)], vec![json!(other.0)]));

    let explained = said(&house.majlis(&format!("deadline explain {id} --lang en")));
    assert!(explained.contains("Working time with: Assigned to nobody – "), "{explained}");
    let object = done(&house.majlis(&format!("deadline explain {id} --json")));
    assert_eq!(object["clocks"][0]["hands"]["shares"][0]["holder"], "unassigned");

    for (to, remedy, code) in [
        ("team:admission", "majlis.toml names the teams", 1),
        ("staff:omar", "`majlis staff list` names who may", 1),
        ("amna", "allowed are staff:NAME, team:ID", 2),
    ] {
        let told = refused(&house.majlis_as(&amna, &format!("comments assign {id} --to {to}"), &[]), code);
        assert!(told.contains(remedy), "{to}: {told}");
    }
}
