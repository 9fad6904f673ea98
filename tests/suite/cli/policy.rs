//! A policy before it is adopted: whether it is sound, what it says otherwise, and what it would change.

use majlis::domain::comment::CommentId;
use majlis::domain::judge::{Kind, Verdict};
use majlis::store::audit;
use majlis::store::decisions::DecidedBy;
use serde_json::json;

use super::{House, done, refused, said};
use crate::store::given;

const THREAT: &str = "I will kill your manager";

/// A house where the shipped policy rules, four comments were read, and a person left one of two threats visible.
async fn house() -> (House, [CommentId; 2]) {
    let house = House::new();
    let store = house.store().await;
    house.adopt_what_is_shipped(&store).await;
    given::some_sources(&store).await;
    given::stored(&store, "p1", "متى يبدأ التسجيل؟").await;
    let threat = given::stored(&store, "p2", THREAT).await;
    let left = given::stored(&store, "p3", THREAT).await;
    let amna = DecidedBy::Staff("amna".to_owned());
    given::decided_by(&store, left, 1, &Verdict::Allow, Kind::Opinion, &amna, None).await;
    store.close().await;
    (house, [threat, left])
}

/// The clause on threats goes to a person.
fn milder(house: &House) {
    house.edit(
        "policy.toml",
        "id = \"security_threat\"\nact = \"hide\"",
        "id = \"security_threat\"\nact = \"review\"",
    );
}

#[tokio::test]
async fn a_backtest_tells_what_would_change_and_what_staff_said_and_changes_nothing() {
    let (house, [threat, left]) = house().await;
    let backtest = "policy backtest config/policy.toml --since 36500d";
    let same = done(&house.majlis(&format!("{backtest} --json")));
    assert_eq!((&same["judged"], &same["moved"]), (&json!(3), &json!([])));

    milder(&house);
    let found = done(&house.majlis(&format!("{backtest} --json")));
    let way = |outcome: &str| json!({ "outcome": outcome, "clause": "security_threat" });
    let moved = json!([{
        "now": way("hide"), "then": way("review"), "comments": 2, "against_staff": 0, "examples": [threat, left],
    }]);
    assert_eq!((&found["judged"], &found["moved"]), (&json!(3), &moved));
    let told = said(&house.majlis(backtest));
    assert!(told.contains("3 comments were judged") && told.contains("About 2 they differ"), "{told}");
    assert!(told.contains("hide security_threat") && told.contains("Nothing was changed"), "{told}");
    assert_eq!(done(&house.majlis("comments list --state hidden --json"))["comments"], json!([]));
    assert_eq!(
        done(&house.majlis(&format!("{backtest} --examples 0 --json")))["moved"][0]["examples"],
        json!([])
    );

    let store = house.store().await;
    let log = audit::entries(&store, 0, 100).await.unwrap();
    assert!(String::from_utf8_lossy(log.last().unwrap().bytes()).contains("\"act\":\"policy.backtested\""));
    store.close().await;
}

#[tokio::test]
async fn what_a_person_left_visible_and_the_new_policy_would_hide_is_told() {
    let (house, [_, left]) = house().await;
    milder(&house);
    let (amna, omar) = (house.token_of("amna", "approver"), house.token_of("omar", "approver"));
    let hash = done(&house.majlis_as(&amna, "policy propose config/policy.toml --json", &[]))["hash"].clone();
    let hash = hash.as_str().unwrap();
    done(&house.majlis_as(&omar, &format!("policy adopt {hash} --json"), &[]));
    house.edit(
        "policy.toml",
        "id = \"security_threat\"\nact = \"review\"",
        "id = \"security_threat\"\nact = \"hide\"",
    );
    let found = done(&house.majlis("policy backtest config/policy.toml --since 36500d --json"));
    let [moved] = &found["moved"].as_array().unwrap()[..] else { panic!("{found}") };
    assert_eq!((&moved["comments"], &moved["against_staff"]), (&json!(2), &json!(1)));
    assert!(moved["examples"].as_array().unwrap().contains(&json!(left)));

    // By their hashes, whether they rule or ruled.
    let shipped = found["new"].as_str().unwrap();
    let diff = done(&house.majlis(&format!("policy diff {} {} --json", &shipped[..12], &hash[..8])));
    assert_eq!((&diff["old"], &diff["new"]), (&json!(shipped), &json!(hash)));
    let says = json!([{ "key": "act", "was": "hide", "is": "review" }]);
    assert_eq!((&diff["rules"][0]["name"], &diff["rules"][0]["says"]), (&json!("security_threat"), &says));
}

#[tokio::test]
async fn a_policy_is_held_against_the_one_in_force() {
    let (house, _) = house().await;
    let same = said(&house.majlis("policy diff config/policy.toml"));
    assert!(same.contains("The file says the same"), "{same}");
    milder(&house);
    house.edit("lexicon/promotion.tsv", "زيادة متابعين\tspam\tcertain", "متابعون للبيع\tspam\tcertain");
    let told = said(&house.majlis("policy diff config/policy.toml"));
    for line in [
        "clause security_threat, changed\n  act: hide -> review\n",
        "lexicon/promotion.tsv زيادة متابعين, removed\n",
        "lexicon/promotion.tsv متابعون للبيع, added\n",
    ] {
        assert!(told.contains(line), "{told}");
    }
}

#[test]
fn two_files_are_told_apart_and_checked_without_a_database() {
    let (house, other) = (House::new(), House::new());
    milder(&other);
    let other = other.path("config/policy.toml");
    let diff = done(&house.majlis(&format!("policy diff config/policy.toml {} --json", other.display())));
    assert_eq!(diff["rules"][0]["name"], "security_threat");
    assert!(!house.path("data").exists());

    let checked = done(&house.majlis("policy check config/policy.toml --json"));
    assert_eq!((&checked["sound"], &checked["hash"]), (&json!(true), &diff["old"]));
    assert!(said(&house.majlis("policy check config/policy.toml")).contains("is sound"));
    house.edit("policy.toml", "\"public_morals\"\nact = \"hide\"", "\"public_morals\"\nact = \"burn\"");
    let told = refused(&house.majlis("policy check config/policy.toml"), 2);
    assert!(told.contains("policy.toml:") && told.contains("burn"), "{told}");
}

#[tokio::test]
async fn a_name_that_is_no_policy_is_refused_with_where_to_look() {
    let (house, _) = house().await;
    let told = refused(&house.majlis("policy diff 00000000"), 1);
    assert!(told.contains("majlis policy status"), "{told}");
    assert!(refused(&house.majlis("policy diff nowhere.toml"), 2).contains("nowhere.toml"));
    let told = refused(&house.majlis("policy backtest config/policy.toml --since 90"), 2);
    assert!(told.contains("such as 90d"), "{told}");
    assert!(refused(&house.majlis("policy backtest config/policy.toml --since=-3d"), 2).contains("90d"));
}

#[tokio::test]
async fn a_policy_that_loads_is_put_in_shadow_by_one_person_and_taken_out_again() {
    let (house, _) = house().await;
    let amna = house.token_of("amna", "staff");
    assert!(said(&house.majlis("policy shadow")).contains("No policy was in shadow yet."));
    let begin = "policy shadow config/policy.toml --json";
    assert!(refused(&house.majlis_as(&amna, begin, &[]), 1).contains("in force"));
    milder(&house);
    assert!(refused(&house.majlis(begin), 2).contains("MAJLIS_TOKEN"));
    let hash = done(&house.majlis_as(&amna, begin, &[]))["hash"].clone();
    house.edit("policy.toml", "\"public_morals\"\nact = \"hide\"", "\"public_morals\"\nact = \"burn\"");
    assert!(refused(&house.majlis_as(&amna, begin, &[]), 2).contains("burn"));
    house.edit("policy.toml", "act = \"burn\"", "act = \"hide\"");
    let short = &hash.as_str().unwrap()[..8];
    let another = house.majlis_as(&amna, &format!("policy shadow {short}"), &[]);
    assert!(refused(&another, 1).contains("--end"));

    let status = done(&house.majlis("policy shadow --json"));
    assert_eq!((&status["hash"], &status["judged"], &status["ended_at"]), (&hash, &json!(0), &json!(null)));
    let ended = said(&house.majlis_as(&amna, "policy shadow --end", &[]));
    assert!(ended.contains("ended ") && ended.contains("0 verdicts were judged by both"), "{ended}");
    assert!(
        refused(&house.majlis_as(&amna, "policy shadow --end", &[]), 1).contains("no policy is in shadow")
    );
}
