//! The auditor's own program: is this audit log whole, unchanged, and the one that its key signed?
//!
//! It needs no network, no database and nothing of the daemon's but the format of its log.

use std::fs::File;
use std::io::{self, BufRead, BufReader, ErrorKind, Read, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::str::FromStr;

use clap::Parser;
use majlis::domain::audit::{
    Checkpoint, EXPORT_LINE_MAX_BYTES, ExportVerifier, Flaw, Grown, KeyError, NOTE_MAX_BYTES,
    PROOF_MAX_BYTES, Proved, Sound, TILE_FILE_MAX_BYTES, TilesError, VerifierKey, WitnessKey, verify_entry,
    verify_growth, verify_tiles, witnessed,
};

/// Check that an audit log is whole and unchanged.
#[derive(Parser)]
#[command(
    version,
    after_help = "Example:\n  \
        majlis-verify --export audit.jsonl --key audit.pub --checkpoint kept-in-october.checkpoint\n  \
        majlis-verify --proof 41.tlog-proof --key audit.pub --witness witness.pub\n\n\
        Exit codes: 0 the log is sound, 1 it was tampered with, 2 wrong usage or a file that cannot be read."
)]
struct Arguments {
    #[command(flatten)]
    log: Log,
    /// The public key of the log, a line `NAME+ID+KEY`; get it from the ministry by another way than the log.
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
    /// A checkpoint that you kept earlier: finds a log that was cut or rewritten and then signed again.
    #[arg(long, value_name = "FILE", conflicts_with = "proof")]
    checkpoint: Option<PathBuf>,
    /// The public key of a witness who must have cosigned the checkpoint; may be given several times.
    #[arg(long, value_name = "FILE")]
    witness: Vec<PathBuf>,
    /// Print one JSON object instead of sentences.
    #[arg(long)]
    json: bool,
}

#[derive(clap::Args)]
#[group(required = true, multiple = false)]
struct Log {
    /// The log as one file, from `majlis audit export`.
    #[arg(long, value_name = "FILE")]
    export: Option<PathBuf>,
    /// The log as a directory of tiles (C2SP tlog-tiles).
    #[arg(long, value_name = "DIR")]
    tiles: Option<PathBuf>,
    /// One entry with the proof that the log holds it, from `majlis audit prove` (C2SP tlog-proof).
    #[arg(long, value_name = "FILE")]
    proof: Option<PathBuf>,
    /// A proof that the log grew from --checkpoint, from `majlis audit prove --since`.
    #[arg(long, value_name = "FILE", requires = "checkpoint")]
    growth: Option<PathBuf>,
}

/// What holds.
enum Found {
    Log(Sound),
    Entry(Proved),
    Growth(Grown),
}

/// Why there is no answer to whether the log is sound.
struct Unreadable {
    path: PathBuf,
    reason: String,
}

impl Unreadable {
    fn new(path: &Path, reason: impl ToString) -> Self {
        Self { path: path.to_owned(), reason: reason.to_string() }
    }
}

/// The answer, or why there is none.
type Answer<T> = Result<Result<T, Flaw>, Unreadable>;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let (report, code) = match verify(&arguments) {
        Ok(Ok((Found::Log(sound), witnesses))) => (report_sound(&sound, &witnesses, arguments.json), 0),
        Ok(Ok((Found::Entry(proved), witnesses))) => (report_proved(&proved, &witnesses, arguments.json), 0),
        Ok(Ok((Found::Growth(grown), witnesses))) => (report_grown(&grown, &witnesses, arguments.json), 0),
        Ok(Err(flaw)) => (report_flaw(&flaw, arguments.json), 1),
        Err(unreadable) => (report_unreadable(&unreadable, arguments.json), 2),
    };
    // Whoever closed the pipe early still gets the exit code.
    let _ = writeln!(io::stdout(), "{report}");
    ExitCode::from(code)
}

fn verify(arguments: &Arguments) -> Answer<(Found, Vec<WitnessKey>)> {
    let key: VerifierKey = read_key(&arguments.key)?;
    let witnesses = arguments.witness.iter().map(|path| read_key(path)).collect::<Result<Vec<_>, _>>()?;
    let earlier = arguments.checkpoint.as_deref().map(read_note).transpose()?;
    let found = match &arguments.log {
        Log { export: Some(file), .. } => verify_export(file, &key, earlier.as_deref())?.map(Found::Log),
        Log { tiles: Some(directory), .. } => {
            verify_directory(directory, &key, earlier.as_deref())?.map(Found::Log)
        }
        Log { proof: Some(file), .. } => verify_entry(&key, &read_proof(file)?).map(Found::Entry),
        Log { growth: Some(file), .. } => {
            let earlier = earlier.as_deref().expect("clap requires a checkpoint");
            verify_growth(&key, earlier, &read_proof(file)?).map(Found::Growth)
        }
        Log { export: None, tiles: None, proof: None, growth: None } => {
            unreachable!("clap requires one of the four")
        }
    };
    Ok(found.and_then(|found| {
        let note = match &found {
            Found::Log(sound) => &sound.note,
            Found::Entry(proved) => &proved.note,
            Found::Growth(grown) => &grown.note,
        };
        witnessed(note, &witnesses)?;
        Ok((found, witnesses))
    }))
}

fn read_proof(path: &Path) -> Result<String, Unreadable> {
    let bytes = read(path, PROOF_MAX_BYTES).map_err(|error| Unreadable::new(path, error))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn read_key<K: FromStr<Err = KeyError>>(path: &Path) -> Result<K, Unreadable> {
    let bytes = read(path, NOTE_MAX_BYTES).map_err(|error| Unreadable::new(path, error))?;
    let text = String::from_utf8(bytes).map_err(|_| Unreadable::new(path, "it is not a text file"))?;
    text.parse().map_err(|error| Unreadable::new(path, format!("not a public key: {error}")))
}

fn read_note(path: &Path) -> Result<String, Unreadable> {
    let bytes = read(path, NOTE_MAX_BYTES).map_err(|error| Unreadable::new(path, error))?;
    // A note damaged into other bytes is judged as a note, by its signature.
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn verify_export(path: &Path, key: &VerifierKey, earlier: Option<&str>) -> Answer<Sound> {
    let unreadable = |error: io::Error| Unreadable::new(path, error);
    let mut file = BufReader::with_capacity(1 << 18, File::open(path).map_err(unreadable)?);
    let mut verifier = match ExportVerifier::new(key, earlier) {
        Ok(verifier) => verifier,
        Err(flaw) => return Ok(Err(flaw)),
    };
    let mut line = Vec::new();
    loop {
        line.clear();
        let limit = EXPORT_LINE_MAX_BYTES as u64;
        if file.by_ref().take(limit).read_until(b'\n', &mut line).map_err(unreadable)? == 0 {
            return Ok(verifier.finish());
        }
        if let Err(flaw) = verifier.line(&line) {
            return Ok(Err(flaw));
        }
    }
}

fn verify_directory(directory: &Path, key: &VerifierKey, earlier: Option<&str>) -> Answer<Sound> {
    std::fs::read_dir(directory).map_err(|error| Unreadable::new(directory, error))?;
    let read_tile = |name: &str| {
        let path = directory.join(name);
        match read(&path, TILE_FILE_MAX_BYTES) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => Ok(None),
            Err(error) => Err(Unreadable::new(&path, error)),
        }
    };
    match verify_tiles(key, earlier, read_tile) {
        Ok(sound) => Ok(Ok(sound)),
        Err(TilesError::Flaw(flaw)) => Ok(Err(flaw)),
        Err(TilesError::Unreadable(unreadable)) => Err(unreadable),
    }
}

/// A file's bytes; one byte more than `limit` of a longer file, so that it shows as too long.
fn read(path: &Path, limit: usize) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)?.take(limit as u64 + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn report_sound(sound: &Sound, witnesses: &[WitnessKey], json: bool) -> String {
    let Sound { checkpoint, first_at, last_at, grew_from, note: _ } = sound;
    if json {
        let report = serde_json::json!({
            "sound": true, "entries": checkpoint.size, "first_at": first_at, "last_at": last_at,
            "checkpoint": object(checkpoint), "grew_from": grew_from, "witnessed_by": names(witnesses),
        });
        return report.to_string();
    }
    let mut report = format!("Sound: {} entries of {}", checkpoint.size, checkpoint.origin);
    if let (Some(first_at), Some(last_at)) = (first_at, last_at) {
        report += &format!(", from {first_at} to {last_at}");
    }
    report += &format!(".\nRoot {}, signed by the log's key.", checkpoint.root.to_base64());
    if let Some(size) = grew_from {
        report += &format!("\nIts first {size} entries are those of the earlier checkpoint.");
    }
    report + &cosigned_by(witnesses)
}

fn report_proved(proved: &Proved, witnesses: &[WitnessKey], json: bool) -> String {
    let Proved { index, at, entry, checkpoint, note: _ } = proved;
    if json {
        let report = serde_json::json!({
            "sound": true, "entry": index, "at": at, "line": entry, "checkpoint": object(checkpoint),
            "witnessed_by": names(witnesses),
        });
        return report.to_string();
    }
    let report = format!(
        "Proved: entry {index} of {}, recorded at {at}:\n{entry}\nIt is one of the {} entries under the root {}, signed by the log's key.",
        checkpoint.origin,
        checkpoint.size,
        checkpoint.root.to_base64()
    );
    report + &cosigned_by(witnesses)
}

fn report_grown(grown: &Grown, witnesses: &[WitnessKey], json: bool) -> String {
    let Grown { earlier, checkpoint, note: _ } = grown;
    if json {
        let report = serde_json::json!({
            "sound": true, "grew_from": earlier.size, "checkpoint": object(checkpoint), "witnessed_by": names(witnesses),
        });
        return report.to_string();
    }
    let report = format!(
        "Proved: {} grew from {} entries to {}, and nothing before was changed.\nRoot {}, signed by the log's key.",
        checkpoint.origin,
        earlier.size,
        checkpoint.size,
        checkpoint.root.to_base64()
    );
    report + &cosigned_by(witnesses)
}

fn object(checkpoint: &Checkpoint) -> serde_json::Value {
    let Checkpoint { origin, size, root } = checkpoint;
    serde_json::json!({ "origin": origin, "size": size, "root": root.to_base64() })
}

fn names(witnesses: &[WitnessKey]) -> Vec<String> {
    witnesses.iter().map(ToString::to_string).collect()
}

fn cosigned_by(witnesses: &[WitnessKey]) -> String {
    if witnesses.is_empty() {
        String::new()
    } else {
        format!("\nCosigned by {}.", names(witnesses).join(", "))
    }
}

fn report_flaw(flaw: &Flaw, json: bool) -> String {
    if json {
        return serde_json::json!({"sound": false, "first_bad": flaw.entry, "reason": flaw.reason})
            .to_string();
    }
    format!("Not sound: {flaw}.\nKeep this file as it is, and ask for the log to be published again.")
}

fn report_unreadable(unreadable: &Unreadable, json: bool) -> String {
    let Unreadable { path, reason } = unreadable;
    let error = format!("cannot read {}: {reason}", path.display());
    if json {
        serde_json::json!({"sound": null, "error": error}).to_string()
    } else {
        format!("No answer: {error}.")
    }
}
