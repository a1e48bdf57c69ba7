//! Finished objects.

use super::{Attributes, Crc64, ETag, Md5, Slice};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// How an object came to be; `x-oss-object-type` and `Type` in listings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ObjectKind {
    /// Put in one request.
    Normal,
    /// Completed from parts.
    Multipart,
}

impl ObjectKind {
    /// The word on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Normal => "Normal",
            Self::Multipart => "Multipart",
        }
    }
}

/// An object that clients can read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Object {
    /// How it was made.
    pub kind: ObjectKind,
    /// Bytes.
    pub size: u64,
    /// Entity tag.
    pub etag: ETag,
    /// Checksum of all bytes.
    pub crc64: Crc64,
    /// MD5 of all bytes, known only for objects put in one request.
    pub content_md5: Option<Md5>,
    /// When it became visible. For an object made of parts OSS's documentation is silent; our choice is the
    /// time of completion.
    pub last_modified: Timestamp,
    /// What its writer said about it.
    pub attributes: Attributes,
    /// How many parts it was completed from; 0 for other objects.
    pub parts: u32,
    /// Where the bytes are.
    pub body: Vec<Slice>,
}
