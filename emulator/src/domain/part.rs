//! Parts of an unfinished upload.

use super::{
    Crc64, ETag, Slice,
    limits::{MAX_PART_NUMBER, MIN_PART_NUMBER},
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::fmt;

/// The number of a part, 1 to 10,000.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "u64", into = "u16")]
pub struct PartNumber(u16);

/// The value is no part number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("part number must be an integer between {MIN_PART_NUMBER} and {MAX_PART_NUMBER}, inclusive")]
pub struct InvalidPartNumber;

impl PartNumber {
    /// Checks the bounds.
    pub fn new(number: u64) -> Result<Self, InvalidPartNumber> {
        let number = u16::try_from(number).map_err(|_| InvalidPartNumber)?;
        if (MIN_PART_NUMBER..=MAX_PART_NUMBER).contains(&number) {
            Ok(Self(number))
        } else {
            Err(InvalidPartNumber)
        }
    }

    /// Reads a query value: decimal digits only, no sign.
    pub fn parse(text: &str) -> Result<Self, InvalidPartNumber> {
        if !text.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(InvalidPartNumber);
        }
        Self::new(text.parse().map_err(|_| InvalidPartNumber)?)
    }

    /// The number.
    pub fn get(self) -> u16 {
        self.0
    }
}

impl fmt::Display for PartNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl TryFrom<u64> for PartNumber {
    type Error = InvalidPartNumber;

    fn try_from(number: u64) -> Result<Self, InvalidPartNumber> {
        Self::new(number)
    }
}

impl From<PartNumber> for u16 {
    fn from(number: PartNumber) -> Self {
        number.0
    }
}

/// One part as it was last uploaded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// Bytes.
    pub size: u64,
    /// MD5 of the bytes.
    pub etag: ETag,
    /// Checksum of the bytes.
    pub crc64: Crc64,
    /// When the upload of this part ended.
    pub last_modified: Timestamp,
    /// Where the bytes are.
    pub body: Vec<Slice>,
}
