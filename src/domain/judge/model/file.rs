//! The model's file: a line that says what it is, a line of JSON with what the sums mean, the three tables of weights, the
//! pieces and the other weights of the nets, and the common words, a line each.

use std::borrow::Cow;
use std::ops::Range;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::net::{DENSE, Dense, NETS, Nets, NetsForm, PIECE_BITS, WIDTH};
use super::{BROAD_BITS, HEADS, Head, LONG_BITS, Model, norm};

/// The first line of every model's file. The number moves on with every change of [`super::features`] or of this format:
/// weights are worth nothing to a reader that hashes otherwise.
const MAGIC: &[u8] = b"majlis judge model 6\n";

/// Where among the tables the pieces of the nets stand: behind what is summed.
pub(super) const PIECES: Range<usize> = {
    let start = (2 << LONG_BITS) + (HEADS << BROAD_BITS);
    start..start + NETS * (WIDTH << PIECE_BITS)
};

/// Bytes of the tables. The nets' other weights, four bytes each, are the last.
pub(super) const TABLES: usize = PIECES.end + 4 * NETS * DENSE;

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Header {
    any: Form,
    sure: Form,
    heads: Vec<HeadForm>,
    nets: NetsForm,
    bounds: Bounds,
    /// Bytes of the common words.
    words: usize,
    /// Of the tables and words, in hexadecimal.
    sha256: String,
}

/// What a sum of weights means.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Form {
    /// What a weight of one is worth.
    pub(crate) scale: f32,
    /// The score of a text without features.
    pub(crate) bias: f32,
}

impl Form {
    /// The log-odds that a sum over so many features stands for.
    pub(super) fn odds(self, sum: i32, features: u32) -> f32 {
        self.bias + self.scale * norm(features) * sum as f32
    }
}

/// What the sums of one head mean.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct HeadForm {
    /// Its name.
    pub(crate) name: Cow<'static, str>,
    /// What its sums mean.
    pub(crate) form: Form,
    /// From this probability on a clause is named.
    pub(crate) named_at: f32,
}

/// From which probability that any clause applies a person looks, from which of the second look on a listed word is believed,
/// and from which the machine is sure.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Bounds {
    /// Review.
    pub(crate) review_at: f32,
    /// A listed word hides.
    pub(crate) agreed_at: f32,
    /// Hide.
    pub(crate) hide_at: f32,
    /// From which probability of an advert on it is hidden as one, whatever the second look says: criticism is none.
    pub(crate) advert_at: f32,
}

/// Why a file is no model.
#[derive(Debug, thiserror::Error)]
pub(crate) enum BadModel {
    /// Another format, another version, or something else altogether.
    #[error("it does not begin with \"{}\"; train it with this version: make model", MAGIC.trim_ascii_end().escape_ascii())]
    OtherFormat,
    /// The second line does not say what it should.
    #[error("its second line is not the header of a model")]
    Header(#[source] serde_json::Error),
    /// A header that cannot be.
    #[error("its header is wrong: {0}")]
    Unsound(&'static str),
    /// Weights or words are missing, or there are too many.
    #[error("it holds {found} bytes of weights and words and should hold {expected}; fetch it again")]
    Length {
        /// The bytes there are.
        found: usize,
        /// Those that there should be.
        expected: usize,
    },
    /// The weights or words are not those that were written.
    #[error("its weights are damaged: their SHA-256 is not the one in its header; fetch it again")]
    Damaged,
}

impl Model {
    /// Reads a model's file.
    pub(crate) fn read(bytes: Cow<'static, [u8]>) -> Result<Self, BadModel> {
        let rest = bytes.strip_prefix(MAGIC).ok_or(BadModel::OtherFormat)?;
        let line = rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len());
        let Header { any, sure, heads, nets, bounds, words, sha256 } =
            serde_json::from_slice(&rest[..line]).map_err(BadModel::Header)?;
        let heads: [HeadForm; HEADS] =
            heads.try_into().map_err(|_| BadModel::Unsound("it has another number of heads"))?;
        if !heads.iter().zip(Head::all()).all(|(head, known)| head.name == known.name()) {
            return Err(BadModel::Unsound("its heads are not the clauses and kinds in their order"));
        }
        // JSON has no infinities and no NaN, but a number that is too great reads as an infinity.
        let mut forms = heads.iter().map(|head| head.form).chain([any, sure]);
        if !forms.all(|form| form.scale.is_finite() && form.bias.is_finite()) {
            return Err(BadModel::Unsound("a scale or bias is not finite"));
        }
        let mixes = [nets.any, nets.sure].into_iter().flat_map(|mix| [mix.linear, mix.net, mix.bias]);
        if !mixes.chain(nets.units).chain([nets.asked_at]).all(f32::is_finite) {
            return Err(BadModel::Unsound("a number of the nets is not finite"));
        }
        let Bounds { review_at, agreed_at, hide_at, advert_at } = bounds;
        if !(0.0 < review_at
            && 0.0 <= agreed_at
            && agreed_at <= hide_at
            && 0.5 <= hide_at
            && 0.5 <= advert_at)
        {
            return Err(BadModel::Unsound(
                "review must begin above 0, and hide not below a half or below where a listed word is believed",
            ));
        }
        let start = MAGIC.len() + line + 1;
        let found = bytes.len().saturating_sub(start);
        let expected = TABLES.saturating_add(words);
        if found != expected {
            return Err(BadModel::Length { found, expected });
        }
        if hex::encode(Sha256::digest(&bytes[start..])) != sha256 {
            return Err(BadModel::Damaged);
        }
        if std::str::from_utf8(&bytes[start + TABLES..]).is_err() {
            return Err(BadModel::Unsound("its words are no text"));
        }
        let (dense, _) = bytes[start + PIECES.end..start + TABLES].as_chunks::<4>();
        if !dense.iter().all(|weight| f32::from_le_bytes(*weight).is_finite()) {
            return Err(BadModel::Unsound("a weight of the nets is not finite"));
        }
        let mut dense = dense.iter().map(|weight| f32::from_le_bytes(*weight));
        let nets = Nets { form: nets, dense: [(); NETS].map(|()| Dense::new(&mut dense)) };
        let hash = hex::encode(Sha256::digest(&bytes));
        let tables = match bytes {
            Cow::Borrowed(bytes) => Cow::Borrowed(&bytes[start..]),
            Cow::Owned(mut bytes) => Cow::Owned(bytes.split_off(start)),
        };
        Ok(Model { any, sure, heads, nets, bounds, tables, hash })
    }

    /// Writes a model's file.
    #[cfg(any(test, feature = "train"))]
    pub(crate) fn write(parts: &Parts<'_>) -> Vec<u8> {
        let Parts { forms: [any, sure], heads, nets, bounds, weights, dense, words } = *parts;
        let dense =
            dense.iter().flat_map(|dense| dense.parts()).flatten().flat_map(|weight| weight.to_le_bytes());
        let tables: Vec<u8> =
            weights.iter().map(|weight| *weight as u8).chain(dense).chain(words.bytes()).collect();
        let sha256 = hex::encode(Sha256::digest(&tables));
        let header = Header { any, sure, heads: heads.to_vec(), nets, bounds, words: words.len(), sha256 };
        let header = serde_json::to_vec(&header).expect("numbers and words are JSON");
        [MAGIC, &header, b"\n", &tables].concat()
    }
}

/// What a model's file is made of.
#[cfg(any(test, feature = "train"))]
#[derive(Debug, Clone, Copy)]
pub(crate) struct Parts<'a> {
    /// Of the two long tables.
    pub(crate) forms: [Form; 2],
    /// Of the broad one.
    pub(crate) heads: &'a [HeadForm],
    pub(crate) nets: NetsForm,
    pub(crate) bounds: Bounds,
    /// Those of the long tables, then the broad one, then the pieces of each net.
    pub(crate) weights: &'a [i8],
    /// The nets' other weights.
    pub(crate) dense: [&'a Dense; NETS],
    /// The common words, a line each.
    pub(crate) words: &'a str,
}
