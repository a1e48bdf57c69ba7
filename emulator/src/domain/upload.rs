//! Unfinished multipart uploads.

use super::{Attributes, ObjectKey, Part, PartNumber};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, fmt};

/// The id of a multipart upload: 32 upper-case hex digits when made here; any text when sent by a client.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct UploadId(String);

impl UploadId {
    /// An id in OSS's form, from 128 random bits.
    pub fn from_bits(bits: u128) -> Self {
        Self(format!("{bits:032X}"))
    }

    /// An id as a client spells it.
    pub fn from_text(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for UploadId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// An upload that is neither completed nor aborted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Upload {
    /// The object it will make.
    pub key: ObjectKey,
    /// Its id, unique in its bucket.
    pub id: UploadId,
    /// When it was initiated.
    pub initiated: Timestamp,
    /// What the object will carry.
    pub attributes: Attributes,
    /// Whether parts must arrive in order, each once (`?sequential`).
    pub sequential: bool,
    /// The parts that have arrived. Not part of the stored row of the upload: each part has a row of its own.
    #[serde(skip)]
    pub parts: BTreeMap<PartNumber, Part>,
}
