//! The export: a log in one text file, written and checked line by line.
//!
//! ```text
//! {"format":"majlis-audit-export/1","origin":"example.gov/audit","size":300}
//! {"act":…,"seq":0,"v":1}                 the entries, each exactly as hashed and stored …
//! {"hashes":"BASE64","tile":0}            … and after each 256 and the last, their hashes in the tree
//! {"checkpoint":"example.gov/audit\n300\n…"}
//! ```
//!
//! Every line is canonical JSON (RFC 8785) and ends in a newline, so that a log and its checkpoint have
//! one export, to the byte. The `hashes` are those of a tile at level 0 (C2SP tlog-tiles): they prove
//! nothing, but where an entry was changed they tell which.

use std::borrow::Cow;

use base64::{Engine as _, engine::general_purpose::STANDARD};

use super::checkpoint::Checkpoint;
use super::jcs::{Object, Value};
use super::note::{NOTE_MAX_BYTES, VerifierKey};
use super::tile::{TILE_WIDTH, first_difference};
use super::tree::Hash;
use super::verify::{Flaw, Replay, Sound};

/// More bytes than any line of an export has: the longest holds a note, of which a character may take two bytes.
pub const EXPORT_LINE_MAX_BYTES: usize = 2 * NOTE_MAX_BYTES + 64;

const FORMAT: &str = "majlis-audit-export/1";

/// Writes an export: what each method gives is the next piece of the file.
#[derive(Debug)]
pub struct Export {
    size: u64,
    written: u64,
    row: Vec<Hash>,
}

impl Export {
    /// Begins the export of the log that `checkpoint` was signed over.
    pub fn begin(checkpoint: &Checkpoint, out: &mut Vec<u8>) -> Self {
        let size = i64::try_from(checkpoint.size).expect("a log does not reach 2^63 entries");
        let members = [
            ("format", Value::text(FORMAT)),
            ("origin", Value::text(&checkpoint.origin)),
            ("size", Value::int(size)),
        ];
        push_line(&Value::object(members).to_bytes(), out);
        Self { size: checkpoint.size, written: 0, row: Vec::with_capacity(TILE_WIDTH) }
    }

    /// Writes the next entry: its exact bytes.
    pub fn entry(&mut self, bytes: &[u8], out: &mut Vec<u8>) {
        push_line(bytes, out);
        self.row.push(Hash::leaf(bytes));
        self.written += 1;
        if self.row.len() == TILE_WIDTH || self.written == self.size {
            let tile =
                i64::try_from((self.written - 1) / TILE_WIDTH as u64).expect("fewer tiles than entries");
            let hashes = STANDARD.encode(self.row.iter().flat_map(|hash| hash.0).collect::<Vec<u8>>());
            let members = [("hashes", Value::Text(hashes.into())), ("tile", Value::int(tile))];
            push_line(&Value::object(members).to_bytes(), out);
            self.row.clear();
        }
    }

    /// Ends it with the note of the checkpoint that it began with.
    pub fn end(self, note: &str, out: &mut Vec<u8>) {
        push_line(&Value::object([("checkpoint", Value::text(note))]).to_bytes(), out);
    }
}

fn push_line(line: &[u8], out: &mut Vec<u8>) {
    out.extend_from_slice(line);
    out.push(b'\n');
}

/// Checks an export, a line at a time.
#[derive(Debug)]
pub struct ExportVerifier<'k> {
    replay: Replay<'k>,
    header: Option<Header>,
    row: Vec<Hash>,
    checkpoint: Option<String>,
}

#[derive(Debug)]
struct Header {
    origin: String,
    size: u64,
}

impl<'k> ExportVerifier<'k> {
    /// Begins the check against the log's public key and, where somebody kept one, an earlier checkpoint.
    ///
    /// # Errors
    /// The earlier checkpoint is not one of this key's.
    pub fn new(key: &'k VerifierKey, earlier: Option<&str>) -> Result<Self, Flaw> {
        let replay = Replay::new(key, earlier)?;
        Ok(Self { replay, header: None, row: Vec::with_capacity(TILE_WIDTH), checkpoint: None })
    }

    /// Reads the next line, with the newline at its end.
    ///
    /// # Errors
    /// The line is not what a sound log has there.
    pub fn line(&mut self, line: &[u8]) -> Result<(), Flaw> {
        let read = self.replay.size();
        let Some(line) = line.strip_suffix(b"\n") else {
            return Err(self.flaw("the export ends, or its line does not, within a line"));
        };
        let Some(header) = &self.header else {
            self.header = Some(read_header(line).ok_or_else(|| {
                Flaw::anywhere(format!("the first line is not the header of an export in the form {FORMAT}"))
            })?);
            return Ok(());
        };
        if self.checkpoint.is_some() {
            return Err(Flaw::anywhere("there are lines after the checkpoint"));
        }
        let row_is_full = self.row.len() == TILE_WIDTH || (read == header.size && !self.row.is_empty());
        if row_is_full {
            let first = read - self.row.len() as u64;
            check_hashes(line, first, &self.row)?;
            self.row.clear();
        } else if read < header.size {
            self.row.push(self.replay.entry(line)?);
        } else {
            self.checkpoint = Some(read_checkpoint(line).ok_or_else(|| {
                Flaw::anywhere(format!(
                    "after the last of {read} entries there is no line with the checkpoint"
                ))
            })?);
        }
        Ok(())
    }

    /// All lines have been read.
    ///
    /// # Errors
    /// The export ended early, or the log is not what its checkpoint was signed over.
    pub fn finish(self) -> Result<Sound, Flaw> {
        let Some(header) = &self.header else { return Err(Flaw::anywhere("the export is empty")) };
        let Some(note) = &self.checkpoint else {
            return Err(self.flaw(format!(
                "the export ends before its {} entries and their checkpoint do",
                header.size
            )));
        };
        let (origin, size) = (header.origin.clone(), header.size);
        let sound = self.replay.conclude(note)?;
        if sound.checkpoint.origin != origin {
            return Err(Flaw::anywhere(format!(
                "the header names the log `{origin}`, which is not its checkpoint's"
            )));
        }
        debug_assert_eq!(sound.checkpoint.size, size, "as many entries were read as the header says");
        Ok(sound)
    }

    /// A fault at the place that was being read.
    fn flaw(&self, reason: impl std::fmt::Display) -> Flaw {
        match &self.header {
            Some(header) if self.replay.size() < header.size => Flaw::at(self.replay.size(), reason),
            _ => Flaw::anywhere(reason),
        }
    }
}

fn read_header(line: &[u8]) -> Option<Header> {
    let mut header = object(line)?;
    let (format, origin, size) = (header.remove("format")?, header.remove("origin")?, header.remove("size")?);
    match (format, origin, size) {
        (Value::Text(format), Value::Text(origin), Value::Int(size))
            if format == FORMAT && header.is_empty() =>
        {
            Some(Header { origin: origin.into_owned(), size: size.try_into().ok()? })
        }
        _ => None,
    }
}

fn read_checkpoint(line: &[u8]) -> Option<String> {
    let mut object = object(line)?;
    match object.remove("checkpoint")? {
        Value::Text(note) if object.is_empty() => Some(note.into_owned()),
        _ => None,
    }
}

/// The line after the entries from `first` on must hold their hashes.
fn check_hashes(line: &[u8], first: u64, row: &[Hash]) -> Result<(), Flaw> {
    let (tile, hashes) = read_hashes(line).ok_or_else(|| {
        Flaw::at(first, "after the entries from here on there is no line with their hashes")
    })?;
    if tile != first / TILE_WIDTH as u64 {
        return Err(Flaw::at(
            first,
            format!("the hashes after the entries from here on are those of tile {tile}"),
        ));
    }
    match first_difference(row, &hashes) {
        None => Ok(()),
        Some(place) => Err(Flaw::at(first + place, "the entry and the hash recorded for it do not agree")),
    }
}

fn read_hashes(line: &[u8]) -> Option<(u64, Vec<u8>)> {
    let mut object = object(line)?;
    match (object.remove("hashes")?, object.remove("tile")?) {
        (Value::Text(hashes), Value::Int(tile)) if object.is_empty() => {
            Some((tile.try_into().ok()?, STANDARD.decode(Cow::as_ref(&hashes)).ok()?))
        }
        _ => None,
    }
}

fn object(line: &[u8]) -> Option<Object<'_>> {
    match Value::from_bytes(line).ok()? {
        Value::Object(members) => Some(members),
        _ => None,
    }
}
