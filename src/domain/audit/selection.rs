//! A selection: the entries that a query finds, as rows for other tools, and a signed manifest that says what they are.
//!
//! Every entry of the log passes through here, whether it is chosen or not: so the rows are of the very log that the
//! checkpoint was signed over, and a log that does not hold gives no selection. Memory stays flat. The same log, checkpoint
//! and query give the same rows and the same manifest, to the byte.

use std::collections::BTreeSet;

use jiff::Timestamp;
use sha2::{Digest, Sha256};

use super::checkpoint::Checkpoint;
use super::jcs::Value;
use super::note::SigningKey;
use super::record::{Record, STAFF, renamed};
use super::row::{Form, Row};
use super::verify::{Flaw, Replay};

const FORMAT: &str = "majlis-audit-selection/1";

/// Which entries are chosen: those that fit all that is given.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Query {
    /// Recorded then or later.
    pub from: Option<Timestamp>,
    /// Recorded earlier.
    pub to: Option<Timestamp>,
    /// Done by this name, or by `KIND:NAME`, such as `staff:amna`.
    pub actor: Option<String>,
    /// This act, such as `comment.judged`, or all acts on one sort of thing, such as `comment`.
    pub act: Option<String>,
    /// Done to this, such as `comment:7`.
    pub object: Option<String>,
    /// Whether pseudonyms stand in place of the names of staff.
    pub pseudonyms: bool,
}

/// A selection as it is being written.
#[derive(Debug)]
pub struct Selection<'k> {
    key: &'k SigningKey,
    query: Query,
    form: Form,
    replay: Replay<'k>,
    /// The names of staff that the log has told of so far.
    staff: BTreeSet<String>,
    rows: u64,
    range: Option<(u64, u64)>,
    digest: Sha256,
}

/// What was selected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Manifest {
    /// The signed note (C2SP signed-note) that says it: one line of canonical JSON.
    pub note: String,
    /// How many rows there are.
    pub rows: u64,
    /// The SHA-256 over them, in hexadecimal.
    pub sha256: String,
    /// The log that they are from.
    pub checkpoint: Checkpoint,
}

impl<'k> Selection<'k> {
    /// Begins a selection, and `out` with what stands above the rows.
    pub fn begin(key: &'k SigningKey, query: Query, form: Form, out: &mut Vec<u8>) -> Self {
        let replay = Replay::new(key.verifier(), None).expect("only an earlier checkpoint can be refused");
        let (staff, digest) = (BTreeSet::new(), Sha256::new());
        let mut selection = Self { key, query, form, replay, staff, rows: 0, range: None, digest };
        selection.write(out, |out| form.head(out));
        selection
    }

    /// Reads the next entry of the log, and writes its row where it is chosen.
    ///
    /// # Errors
    /// It is not an entry that can follow the one before.
    pub fn entry(&mut self, bytes: &[u8], out: &mut Vec<u8>) -> Result<(), Flaw> {
        let (leaf, mut record) = self.replay.record(bytes)?;
        self.learn(&record);
        if !self.query.chooses(&record) {
            return Ok(());
        }
        self.rows += 1;
        self.range = Some((self.range.map_or(record.seq, |(first, _)| first), record.seq));
        if self.query.pseudonyms {
            record.rename(|name| self.stand_in(name));
        }
        let leaf = (!self.query.pseudonyms).then_some(leaf);
        let (form, row) = (self.form, Row { record, leaf, origin: self.key.verifier().name() });
        self.write(out, |out| form.row(&row, out));
        Ok(())
    }

    /// All entries that `note` covers have been read.
    ///
    /// # Errors
    /// The log is not what the checkpoint was signed over.
    pub fn end(self, note: &str) -> Result<Manifest, Flaw> {
        let named = |word: &Option<String>| {
            let word = word.as_ref()?;
            let stand_in = self.query.pseudonyms.then(|| renamed(word, |name| self.stand_in(name))).flatten();
            Some(stand_in.unwrap_or_else(|| word.clone()))
        };
        let (actor, object) = (named(&self.query.actor), named(&self.query.object));
        let Self { key, query, form, replay, rows, range, digest, .. } = self;
        let checkpoint = replay.conclude(note)?.checkpoint;
        let sha256 = hex::encode(digest.finalize());
        let number =
            |number: u64| Value::int(i64::try_from(number).expect("a log does not reach 2^63 entries"));
        let (first, last) =
            range.map_or((Value::Null, Value::Null), |(first, last)| (number(first), number(last)));
        let root = checkpoint.root.to_base64();
        let (from, to) = (query.from.map(|at| at.to_string()), query.to.map(|at| at.to_string()));
        let asked = Value::object([
            ("act", given(query.act.as_deref())),
            ("actor", given(actor.as_deref())),
            ("form", Value::text(form.as_str())),
            ("from", given(from.as_deref())),
            ("object", given(object.as_deref())),
            ("staff", Value::text(if query.pseudonyms { "pseudonyms" } else { "names" })),
            ("to", given(to.as_deref())),
        ]);
        let said = Value::object([
            ("first", first),
            ("format", Value::text(FORMAT)),
            ("last", last),
            ("origin", Value::text(&checkpoint.origin)),
            ("query", asked),
            ("root", Value::text(&root)),
            ("rows", number(rows)),
            ("sha256", Value::text(&sha256)),
            ("size", number(checkpoint.size)),
        ]);
        let line = String::from_utf8(said.to_bytes()).expect("JSON is UTF-8") + "\n";
        Ok(Manifest { note: key.sign(&line), rows, sha256, checkpoint })
    }

    fn write(&mut self, out: &mut Vec<u8>, piece: impl FnOnce(&mut Vec<u8>)) {
        let start = out.len();
        piece(out);
        self.digest.update(&out[start..]);
    }

    /// The pseudonym of a member of staff.
    fn stand_in(&self, name: &str) -> Option<String> {
        self.staff.contains(name).then(|| pseudonym(self.key, name))
    }

    /// Names are learnt from the log, so that whoever is added later changes no selection made before.
    fn learn(&mut self, record: &Record<'_>) {
        let names = [(&*record.kind == "staff").then_some(&*record.name), record.object.strip_prefix(STAFF)];
        for name in names.into_iter().flatten() {
            if !self.staff.contains(name) {
                self.staff.insert(name.to_owned());
            }
        }
    }
}

impl Query {
    fn chooses(&self, record: &Record<'_>) -> bool {
        let actor = |wanted: &String| {
            *wanted == record.name
                || wanted
                    .split_once(':')
                    .is_some_and(|(kind, name)| kind == record.kind && name == record.name)
        };
        let act = |wanted: &String| {
            record
                .act
                .strip_prefix(wanted.as_str())
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        };
        self.from.is_none_or(|from| from <= record.at)
            && self.to.is_none_or(|to| record.at < to)
            && self.actor.as_ref().is_none_or(actor)
            && self.act.as_ref().is_none_or(act)
            && self.object.as_ref().is_none_or(|wanted| *wanted == record.object)
    }
}

fn given(text: Option<&str>) -> Value<'_> {
    text.map_or(Value::Null, Value::text)
}

/// What stands for a member of staff: the same in every selection from this log, and known from the name only to
/// whoever has the log's key.
pub fn pseudonym(key: &SigningKey, name: &str) -> String {
    let digest = key.derive(b"majlis-pseudonym/1", name.as_bytes());
    format!("person-{}", hex::encode(&digest[..8]))
}
