//! The policy and the calendar: two people, and nothing that does not load.

use std::fs;

use serde_json::json;

use super::{House, done, refused, said};

/// A new text of each document: its kind, its file, and a mark that changes nothing but the hash.
const DOCUMENTS: [(&str, &str); 2] = [("policy", "policy.toml"), ("calendar", "calendar.toml")];

#[tokio::test]
async fn a_document_rules_once_a_second_person_adopts_it() {
    let house = House::new();
    let store = house.store().await;
    house.adopt_what_is_shipped(&store).await;
    store.close().await;
    let (amna, omar) = (house.token_of("amna", "approver"), house.token_of("omar", "approver"));
    for (kind, file) in DOCUMENTS {
        house.edit(file, "\n", "\n# as of today\n");
        let differs = said(&house.majlis(&format!("{kind} status")));
        assert!(differs.contains("differs") && differs.contains("is not in force"), "{differs}");

        let propose = format!("{kind} propose config/{file} --json");
        assert!(refused(&house.majlis(&propose), 2).contains("name the file that holds your token"));
        let proposed = done(&house.majlis_as(&amna, &propose, &[]));
        let hash = proposed["hash"].as_str().unwrap();
        let adopt = format!("{kind} adopt {hash}");
        assert!(refused(&house.majlis(&adopt), 2).contains("name the file that holds your token"));
        let own = refused(&house.majlis_as(&amna, &adopt, &[]), 1);
        assert!(own.contains("another member of staff must adopt it"), "{own}");
        let waiting = done(&house.majlis(&format!("{kind} status --json")));
        assert_eq!(waiting["proposals"][0]["by"], "amna");
        assert_ne!(waiting["adopted"]["hash"], hash, "it does not rule before it is adopted");

        done(&house.majlis_as(&omar, &format!("{kind} adopt {} --json", &hash[..8]), &[]));
        let status = done(&house.majlis(&format!("{kind} status --json")));
        assert_eq!((&status["adopted"]["hash"], &status["adopted"]["by"]), (&json!(hash), &json!("omar")));
        assert_eq!(status["file"], hash);
        assert_eq!(status["proposals"], json!([]));
    }
}

#[test]
fn a_hash_that_nobody_proposed_is_refused_with_where_to_look() {
    let house = House::new();
    let omar = house.token_of("omar", "approver");
    for (kind, _) in DOCUMENTS {
        for hash in ["00000000", &"f".repeat(64)] {
            let told = refused(&house.majlis_as(&omar, &format!("{kind} adopt {hash}"), &[]), 1);
            assert!(told.contains(&format!("`majlis {kind} status`")), "{told}");
        }
        let told = refused(&house.majlis_as(&omar, &format!("{kind} adopt 0"), &[]), 2);
        assert!(told.contains("first eight digits"), "{told}");
    }
}

#[test]
fn a_document_with_problems_is_not_proposed() {
    let house = House::new();
    let amna = house.token_of("amna", "staff");
    fs::write(house.path("wrong.toml"), "tz = \"Asia/Atlantis\"\n").unwrap();
    for (kind, _) in DOCUMENTS {
        let told = refused(&house.majlis_as(&amna, &format!("{kind} propose wrong.toml"), &[]), 2);
        assert!(told.contains("wrong.toml:1:"), "{told}");
        let missing = refused(&house.majlis_as(&amna, &format!("{kind} propose missing.toml"), &[]), 2);
        assert!(missing.contains("missing.toml: cannot be read"), "{missing}");
        assert_eq!(done(&house.majlis(&format!("{kind} status --json")))["proposals"], json!([]));
    }
}

#[test]
fn who_may_propose_need_not_be_who_may_adopt() {
    let house = House::new();
    let (zayed, amna) = (house.token_of("zayed", "auditor"), house.token_of("amna", "staff"));
    for (kind, file) in DOCUMENTS {
        let propose = format!("{kind} propose config/{file} --json");
        let told = refused(&house.majlis_as(&zayed, &propose, &[]), 1);
        assert!(told.contains("zayed has the role auditor, which may not do this"), "{told}");
        let hash = done(&house.majlis_as(&amna, &propose, &[]))["hash"].as_str().unwrap().to_owned();
        let told = refused(&house.majlis_as(&amna, &format!("{kind} adopt {hash}"), &[]), 1);
        assert!(told.contains("amna has the role staff, which may not do this"), "{told}");
    }
}
