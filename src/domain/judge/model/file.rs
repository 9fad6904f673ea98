//! The model's file: a line that says what it is, a line of JSON with what the sums mean, and the table of weights.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::features::ROW_BITS;
use super::{HEADS, Head, Model};

/// The first line of every model's file. The number moves on with every change of [`super::features`] or of this format:
/// weights are worth nothing to a reader that hashes otherwise.
const MAGIC: &[u8] = b"majlis judge model 1\n";

/// Bytes of the table.
const TABLE: usize = HEADS << ROW_BITS;

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Header {
    heads: Vec<HeadForm>,
    bounds: Bounds,
    /// Of the table, in hexadecimal.
    sha256: String,
}

/// What the sums of one head mean.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct HeadForm {
    /// Its name.
    pub(crate) name: Cow<'static, str>,
    /// What a weight of one is worth.
    pub(crate) scale: f32,
    /// The score of a text without features.
    pub(crate) bias: f32,
    /// From this probability on a clause is named.
    pub(crate) named_at: f32,
}

/// From which probability that any clause applies a person looks, and from which the machine is sure.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Bounds {
    /// Review.
    pub(crate) review_at: f32,
    /// Hide.
    pub(crate) hide_at: f32,
}

/// Why a file is no model.
#[derive(Debug, thiserror::Error)]
pub(crate) enum BadModel {
    /// Another format, another version, or something else altogether.
    #[error("it does not begin with \"{}\"; train it with this version: majlis policy train", MAGIC.trim_ascii_end().escape_ascii())]
    OtherFormat,
    /// The second line does not say what it should.
    #[error("its second line is not the header of a model")]
    Header(#[source] serde_json::Error),
    /// A header that cannot be.
    #[error("its header is wrong: {0}")]
    Unsound(&'static str),
    /// Weights are missing, or there are too many.
    #[error("it holds {found} bytes of weights and should hold {TABLE}; fetch it again")]
    Length {
        /// The bytes there are.
        found: usize,
    },
    /// The weights are not those that were written.
    #[error("its weights are damaged: their SHA-256 is not the one in its header; fetch it again")]
    Damaged,
}

impl Model {
    /// Reads a model's file.
    pub(crate) fn read(bytes: Cow<'static, [u8]>) -> Result<Self, BadModel> {
        let rest = bytes.strip_prefix(MAGIC).ok_or(BadModel::OtherFormat)?;
        let line = rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len());
        let Header { heads, bounds, sha256 } =
            serde_json::from_slice(&rest[..line]).map_err(BadModel::Header)?;
        let heads: [HeadForm; HEADS] =
            heads.try_into().map_err(|_| BadModel::Unsound("it has another number of heads"))?;
        if !heads.iter().zip(Head::all()).all(|(head, known)| head.name == known.name()) {
            return Err(BadModel::Unsound("its heads are not the clauses and kinds in their order"));
        }
        // JSON has no infinities and no NaN, but a number that is too great reads as an infinity.
        if !heads.iter().all(|head| head.scale.is_finite() && head.bias.is_finite()) {
            return Err(BadModel::Unsound("a scale or bias is not finite"));
        }
        if !(0.0 < bounds.review_at && bounds.review_at <= bounds.hide_at) {
            return Err(BadModel::Unsound("review must begin above 0 and not after hide"));
        }
        let table = MAGIC.len() + line + 1;
        let found = bytes.len().saturating_sub(table);
        if found != TABLE {
            return Err(BadModel::Length { found });
        }
        if hex::encode(Sha256::digest(&bytes[table..])) != sha256 {
            return Err(BadModel::Damaged);
        }
        let hash = hex::encode(Sha256::digest(&bytes));
        let weights = match bytes {
            Cow::Borrowed(bytes) => Cow::Borrowed(&bytes[table..]),
            Cow::Owned(mut bytes) => Cow::Owned(bytes.split_off(table)),
        };
        Ok(Model { heads, bounds, weights, hash })
    }

    /// Writes a model's file.
    #[cfg(any(test, feature = "train"))]
    pub(crate) fn write(heads: Vec<HeadForm>, bounds: Bounds, weights: &[i8]) -> Vec<u8> {
        let weights: Vec<u8> = weights.iter().map(|weight| *weight as u8).collect();
        let header = Header { heads, bounds, sha256: hex::encode(Sha256::digest(&weights)) };
        let header = serde_json::to_vec(&header).expect("numbers and words are JSON");
        [MAGIC, &header, b"\n", &weights].concat()
    }
}
