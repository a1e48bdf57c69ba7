//! Names of objects. Parsed once at the edge by the operations; opaque everywhere else.

use super::limits::MAX_KEY_BYTES;
use serde::{Deserialize, Serialize};
use std::fmt;

/// The name of an object: 1 to 1023 bytes of UTF-8 that start with neither `/` nor `\` (OSS documentation:
/// object naming conventions). Everything else is allowed and means nothing: `..`, `//` and control
/// characters are ordinary text, because no name ever becomes a path on disk.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ObjectKey(String);

/// The text is no object name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidObjectKey {
    /// No text at all.
    #[error("object name is empty")]
    Empty,
    /// More than 1023 bytes.
    #[error("object name is longer than {MAX_KEY_BYTES} bytes")]
    TooLong,
    /// Starts with `/` or `\`.
    #[error("object name starts with a slash or a backslash")]
    LeadingSlash,
    /// The bytes are not UTF-8.
    #[error("object name is not UTF-8")]
    NotUtf8,
}

impl ObjectKey {
    /// Checks the naming rules.
    pub fn parse(text: &str) -> Result<Self, InvalidObjectKey> {
        match text.as_bytes() {
            [] => Err(InvalidObjectKey::Empty),
            bytes if bytes.len() > MAX_KEY_BYTES => Err(InvalidObjectKey::TooLong),
            [b'/' | b'\\', ..] => Err(InvalidObjectKey::LeadingSlash),
            _ => Ok(Self(text.to_owned())),
        }
    }

    /// As [`ObjectKey::parse`], from the bytes of a percent-decoded path.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, InvalidObjectKey> {
        Self::parse(std::str::from_utf8(bytes).map_err(|_| InvalidObjectKey::NotUtf8)?)
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ObjectKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::borrow::Borrow<str> for ObjectKey {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for ObjectKey {
    type Error = InvalidObjectKey;

    fn try_from(text: String) -> Result<Self, InvalidObjectKey> {
        Self::parse(&text)
    }
}

impl From<ObjectKey> for String {
    fn from(key: ObjectKey) -> Self {
        key.0
    }
}
