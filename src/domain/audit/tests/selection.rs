//! Selections: what a query finds, in each form, and what the manifest says of it.

use super::*;

/// The rows and the manifest of what `query` finds in a log of nine entries, whose third, sixth and ninth are آمنة's.
fn select(query: Query, form: Form) -> (String, Manifest) {
    let (log, key) = (entries(9), log_key());
    let mut out = Vec::new();
    let mut selection = Selection::begin(&key, query, form, &mut out);
    log.iter().for_each(|entry| selection.entry(entry, &mut out).unwrap());
    let manifest = selection.end(&note(&log, &key)).unwrap();
    (String::from_utf8(out).unwrap(), manifest)
}

/// The numbers of the entries that `query` finds.
fn found(query: Query) -> Vec<usize> {
    let (rows, manifest) = select(query, Form::Jsonl);
    assert_eq!(manifest.rows, rows.lines().count() as u64);
    let log = entries(9);
    rows.lines().map(|row| log.iter().position(|entry| entry == row.as_bytes()).unwrap()).collect()
}

fn word(word: &str) -> Option<String> {
    Some(word.to_owned())
}

#[test]
fn a_query_finds_what_fits_all_that_it_names() {
    assert_eq!(found(Query::default()), [0, 1, 2, 3, 4, 5, 6, 7, 8]);
    assert_eq!(found(Query { actor: word("آمنة"), ..Query::default() }), [2, 5, 8]);
    assert_eq!(found(Query { actor: word("staff:آمنة"), ..Query::default() }), [2, 5, 8]);
    assert!(found(Query { actor: word("machine:آمنة"), ..Query::default() }).is_empty());
    assert_eq!(found(Query { act: word("comment.judged"), ..Query::default() }), [1, 4, 7]);
    assert_eq!(found(Query { act: word("comment"), ..Query::default() }).len(), 9);
    assert!(found(Query { act: word("comm"), ..Query::default() }).is_empty());
    assert_eq!(found(Query { object: word("comment:4"), ..Query::default() }), [4]);
    let period = Query { from: Some(event(3).at), to: Some(event(6).at), ..Query::default() };
    assert_eq!(found(period.clone()), [3, 4, 5], "from is part of the period, to is not");
    assert_eq!(found(Query { actor: word("moderate"), ..period }), [4]);
}

#[test]
fn a_manifest_is_signed_and_names_query_range_rows_and_root() {
    let query = Query { act: word("comment.judged"), ..Query::default() };
    let (rows, manifest) = select(query.clone(), Form::Csv);
    let key = log_key();
    let said: serde_json::Value = serde_json::from_str(key.verifier().open(&manifest.note).unwrap()).unwrap();
    let root = manifest.checkpoint.root.to_base64();
    assert_eq!((&said["rows"], &said["size"], &said["root"]), (&3.into(), &9.into(), &root.into()));
    assert_eq!((&said["first"], &said["last"]), (&1.into(), &7.into()));
    assert_eq!((&said["query"]["act"], &said["query"]["form"]), (&"comment.judged".into(), &"csv".into()));
    let digest = <sha2::Sha256 as sha2::Digest>::digest(&rows);
    assert_eq!(said["sha256"], hex::encode(digest));
    assert!(
        Checkpoint::open(&manifest.note, key.verifier()).is_err(),
        "a manifest cannot pass for a checkpoint"
    );
    assert_eq!(select(query, Form::Csv), (rows, manifest), "the same again, to the byte");
}

#[test]
fn names_of_staff_give_way_to_pseudonyms_and_nothing_else_does() {
    let (names, _) = select(Query::default(), Form::Jsonl);
    let (pseudonyms, manifest) = select(Query { pseudonyms: true, ..Query::default() }, Form::Jsonl);
    let stands_for = pseudonym(&log_key(), "آمنة");
    assert_eq!(pseudonyms, names.replace("آمنة", &stands_for));
    assert!(manifest.note.contains("\"staff\":\"pseudonyms\""));
    let asked = Query { actor: word("staff:آمنة"), pseudonyms: true, ..Query::default() };
    assert!(!select(asked, Form::Jsonl).1.note.contains("آمنة"), "nor does the manifest tell the name");
    assert_ne!(stands_for, pseudonym(&other_key(), "آمنة"), "only the log's key tells whose it is");
}

#[test]
fn a_name_is_replaced_wherever_an_entry_has_it() {
    let mut head = Head::default();
    let at = event(0).at;
    let added =
        AuditEvent::new(at, Actor::Machine("command"), "staff.added", "staff:amna").word("role", "staff");
    let given = AuditEvent::new(at, Actor::Staff("omar".into()), "comment.assigned", "comment:1")
        .word("to", "staff:amna")
        .word("proposed_by", "amna")
        .word("hands", "staff:amna=120,team:admissions=30,staff:omar=7");
    let log: Vec<Vec<u8>> =
        [added, given].iter().map(|event| head.append(event, None).unwrap().bytes).collect();
    let (key, mut out) = (log_key(), Vec::new());
    let mut selection =
        Selection::begin(&key, Query { pseudonyms: true, ..Query::default() }, Form::Jsonl, &mut out);
    log.iter().for_each(|entry| selection.entry(entry, &mut out).unwrap());
    let rows = String::from_utf8(out).unwrap();
    assert!(!rows.contains("amna") && !rows.contains("omar"), "{rows}");
    assert_eq!(rows.matches(&pseudonym(&key, "amna")).count(), 4);
    assert!(rows.contains("=120,team:admissions=30,staff:person-"), "{rows}");
}

#[test]
fn rows_with_pseudonyms_hold_no_hash_by_which_names_could_be_tried() {
    let leaf = Hash::leaf(&entries(9)[2]).to_string();
    for form in [Form::Csv, Form::Ocsf] {
        let rows = |pseudonyms| select(Query { pseudonyms, ..Query::default() }, form).0;
        assert!(rows(false).contains(&leaf) && !rows(true).contains(&leaf), "{}", form.as_str());
        assert_eq!(rows(true).lines().count(), rows(false).lines().count());
    }
}

#[test]
fn each_form_says_the_same() {
    let query = || Query { object: word("comment:2"), ..Query::default() };
    let leaf = Hash::leaf(&entries(9)[2]).to_string();
    let commitment = commitment(&[2; 16], b"text");
    let (csv, _) = select(query(), Form::Csv);
    let row = format!(
        "2,2026-11-24T03:30:00.000001Z,staff,آمنة,approver,comment.hidden,comment:2,\"{{\"\"clause\"\":\"\"spam\"\",\"\"reason\"\":null,\
         \"\"revision\"\":1,\"\"text\"\":{{\"\"commitment\"\":\"\"{commitment}\"\"}}}}\",{leaf}\r\n"
    );
    assert_eq!(csv, format!("seq,at,actor_kind,actor,acted_as,act,object,fields,leaf\r\n{row}"));
    let (ocsf, _) = select(query(), Form::Ocsf);
    let event: serde_json::Value = serde_json::from_str(&ocsf).unwrap();
    assert_eq!((&event["class_uid"], &event["type_uid"]), (&3004.into(), &300_499.into()));
    assert_eq!(
        (&event["activity_name"], &event["time"]),
        (&"comment.hidden".into(), &1_795_491_000_000_i64.into())
    );
    assert_eq!(
        (&event["actor"]["user"]["name"], &event["actor"]["user"]["type"], &event["entity"]["uid"]),
        (&"آمنة".into(), &"approver".into(), &"comment:2".into())
    );
    assert_eq!((&event["metadata"]["uid"], &event["unmapped"]["clause"]), (&leaf.into(), &"spam".into()));
}

#[test]
fn a_log_that_does_not_hold_gives_no_selection() {
    let (log, key) = (entries(9), log_key());
    let mut out = Vec::new();
    let mut selection = Selection::begin(&key, Query::default(), Form::Jsonl, &mut out);
    log.iter().for_each(|entry| selection.entry(entry, &mut out).unwrap());
    let other = note(&entries(8), &key);
    assert!(selection.end(&other).is_err(), "a checkpoint of another size");
    let mut selection = Selection::begin(&key, Query::default(), Form::Jsonl, &mut out);
    assert!(selection.entry(&log[1], &mut out).is_err(), "an entry out of its place");
}
