//! Asking a witness for its cosignature (C2SP tlog-witness, `add-checkpoint`): it is shown that the log grew from what it
//! saw last, and says that it saw more.

use std::path::Path;

use reqwest::header::CONTENT_TYPE;
use reqwest::{Response, StatusCode};

use super::tiles;
use crate::config::Witness;
use crate::domain::audit::growth_proof;
use crate::store::chain;

/// How it tells which size it saw last.
const SIZE: &str = "text/x.tlog.size";
/// The longest answer that is read: some hundreds of signature lines, and it has one to give.
const ANSWER_MAX_BYTES: usize = 64 << 10;
/// The most characters of its words that are kept.
const DETAIL_MAX_CHARS: usize = 200;

/// What the witness says to a checkpoint.
enum Answer {
    /// It saw it: its signature lines.
    Seen(String),
    /// It saw another size last than we thought.
    SawLast(u64),
}

/// The note of a checkpoint of `size` entries, of which the witness has `seen` so many, with the witness's cosignature, which
/// is verified.
pub(super) async fn cosign(
    client: &reqwest::Client,
    witness: &Witness,
    note: &str,
    (size, mut seen): (u64, u64),
    directory: &Path,
) -> Result<String, String> {
    // Where it saw another size last than we think, it says which, and is asked once more.
    for _ in 0..2 {
        if seen > size {
            return Err(format!("it has seen {seen} entries of this log, and there are {size}"));
        }
        let proof = tiles::growth(directory, size, seen).await?;
        match ask(client, witness, growth_proof(seen, &proof, note)).await? {
            Answer::Seen(lines) => {
                let cosigned = witness.key.add(note, &lines);
                return cosigned.ok_or_else(|| {
                    "its answer has no cosignature by its key (`audit.witness_key`)".to_owned()
                });
            }
            Answer::SawLast(last) => seen = last,
        }
    }
    Err("it does not stay with the size that it says it saw".to_owned())
}

async fn ask(client: &reqwest::Client, witness: &Witness, body: String) -> Result<Answer, String> {
    let request = client.post(format!("{}/add-checkpoint", witness.url)).body(body);
    let answer = request.send().await.map_err(|error| chain(&error.without_url()))?;
    let status = answer.status();
    let tells_size = answer.headers().get(CONTENT_TYPE).is_some_and(|kind| kind == SIZE);
    let text = words(answer).await?;
    match status {
        StatusCode::OK => Ok(Answer::Seen(text)),
        StatusCode::CONFLICT if tells_size => text
            .trim()
            .parse()
            .map(Answer::SawLast)
            .map_err(|_| "it answers with a size that is no number".to_owned()),
        _ => {
            let said: String = text.chars().filter(|c| !c.is_control()).take(DETAIL_MAX_CHARS).collect();
            Err(format!("HTTP {}: {said}", status.as_u16()))
        }
    }
}

async fn words(mut answer: Response) -> Result<String, String> {
    let mut bytes = Vec::new();
    while let Some(chunk) = answer.chunk().await.map_err(|error| chain(&error.without_url()))? {
        bytes.extend_from_slice(&chunk);
        if bytes.len() > ANSWER_MAX_BYTES {
            return Err(format!("its answer has more than {} KiB", ANSWER_MAX_BYTES >> 10));
        }
    }
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}
