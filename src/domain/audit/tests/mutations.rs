//! Random mutations of logs of up to 64 entries, every one of which must be found.
//!
//! What only somebody with the log's key can do is judged with the checkpoint from before. A mutation that leaves
//! the bytes as they were does not count. `make audit-mutations` tries 100,000.

use super::*;

const COUNT: &str = "MAJLIS_AUDIT_MUTATIONS";

#[test]
fn every_random_mutation_of_a_log_is_found() {
    let count = std::env::var(COUNT).map_or(2_000, |count| count.parse().unwrap());
    let logs = SIZES.map(|size| (entries(size), export(&entries(size), &log_key())));
    let mut judged = 0;
    for seed in 0.. {
        let mut random = StdRng::seed_from_u64(seed);
        let (log, sound) = &logs[random.random_range(0..logs.len())];
        let (name, mutant) = mutate(log, sound, &mut random);
        if mutant.is(log, sound) {
            continue;
        }
        assert!(mutant.is_found(log), "{name}: not found (seed {seed}): {mutant:?}");
        judged += 1;
        if judged == count {
            break;
        }
    }
    assert_eq!(judged, count);
}

/// What a log was made into.
#[derive(Debug)]
enum Mutant {
    /// By somebody who can write the file.
    File(Vec<u8>),
    /// By somebody who can write the entries and sign them with another key.
    SignedByAnother,
    /// By somebody who has the log's key.
    SignedAgain(Vec<Vec<u8>>),
}

impl Mutant {
    fn is(&self, log: &[Vec<u8>], sound: &[u8]) -> bool {
        match self {
            Self::File(bytes) => bytes == sound,
            Self::SignedByAnother => false,
            Self::SignedAgain(entries) => entries == log,
        }
    }

    fn is_found(&self, log: &[Vec<u8>]) -> bool {
        let in_both_forms = |entries: &[Vec<u8>], key: &SigningKey, kept: Option<&str>| {
            verify(&export(entries, key), kept).is_err() && verify_files(&tiles(entries, key), kept).is_err()
        };
        match self {
            Self::File(bytes) => verify(bytes, None).is_err(),
            Self::SignedByAnother => in_both_forms(log, &other_key(), None),
            Self::SignedAgain(entries) => in_both_forms(entries, &log_key(), Some(&note(log, &log_key()))),
        }
    }
}

fn mutate(log: &[Vec<u8>], sound: &[u8], random: &mut StdRng) -> (&'static str, Mutant) {
    let mut bytes = sound.to_vec();
    let at = random.random_range(0..bytes.len());
    let mut lines: Vec<&[u8]> = sound.split_inclusive(|byte| *byte == b'\n').collect();
    let (line, other) = (random.random_range(0..lines.len()), random.random_range(0..lines.len()));
    let mut entries = log.to_vec();
    let (here, there) = (random.random_range(0..log.len()), random.random_range(0..log.len()));
    match random.random_range(0..15) {
        0 => {
            bytes[at] ^= random.random_range(1..=255_u8);
            ("a byte flipped", Mutant::File(bytes))
        }
        1 => {
            bytes.remove(at);
            ("a byte dropped", Mutant::File(bytes))
        }
        2 => {
            bytes.insert(at, random.random());
            ("a byte inserted", Mutant::File(bytes))
        }
        3 => {
            bytes.truncate(at);
            ("cut at a byte", Mutant::File(bytes))
        }
        4 => {
            lines.remove(line);
            ("a line dropped", Mutant::File(lines.concat()))
        }
        5 => {
            lines.insert(line, lines[other]);
            ("a line inserted", Mutant::File(lines.concat()))
        }
        6 => {
            lines.swap(line, other);
            ("two lines swapped", Mutant::File(lines.concat()))
        }
        7 => ("signed with another key", Mutant::SignedByAnother),
        8 => {
            entries[here] = changed(&entries[here], "2026-11-24", "2026-11-23");
            ("a clock rolled back and signed again", Mutant::SignedAgain(entries))
        }
        9 => {
            for entry in &mut entries[..=here] {
                *entry = changed(entry, "2026-11-24", "2026-11-23");
            }
            ("the clock rolled back up to here and signed again", Mutant::SignedAgain(entries))
        }
        10 => {
            entries.truncate(here);
            ("truncated and signed again", Mutant::SignedAgain(entries))
        }
        11 => {
            entries[here] = forged(&entries[here]);
            ("a fork: an entry forged and signed again", Mutant::SignedAgain(entries))
        }
        12 => {
            entries.remove(here);
            ("an entry dropped and signed again", Mutant::SignedAgain(renumbered(&entries)))
        }
        13 => {
            // Forged, because an entry put after its equal is no more than one that the log grew by.
            entries.insert(here, forged(&log[here]));
            ("an entry inserted and signed again", Mutant::SignedAgain(renumbered(&entries)))
        }
        _ => {
            entries.swap(here, there);
            ("two entries swapped and signed again", Mutant::SignedAgain(renumbered(&entries)))
        }
    }
}

fn changed(entry: &[u8], from: &str, to: &str) -> Vec<u8> {
    let text = str::from_utf8(entry).unwrap();
    assert!(text.contains(from));
    text.replace(from, to).into_bytes()
}

pub(super) fn forged(entry: &[u8]) -> Vec<u8> {
    changed(entry, "spam", "indecent")
}

/// The same entries in their places: each number is that of its place.
fn renumbered(entries: &[Vec<u8>]) -> Vec<Vec<u8>> {
    let number = |(seq, entry): (usize, &Vec<u8>)| {
        let text = str::from_utf8(entry).unwrap();
        let (before, _) = text.rsplit_once("\"seq\":").unwrap();
        format!("{before}\"seq\":{seq},\"v\":1}}").into_bytes()
    };
    entries.iter().enumerate().map(number).collect()
}
