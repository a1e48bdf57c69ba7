//! Where an upload goes: validated names of bucket, key and upload. Every floor above uses them.

use std::fmt;

use thiserror::Error;

use super::limits;

/// Why a name was refused, as a fragment of a sentence.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum NameError {
    /// The bucket name breaks the rules of OSS.
    #[error(
        "bucket name {0:?} is not valid: 3 to 63 characters of a-z, 0-9 and '-', first and last a letter or digit"
    )]
    Bucket(String),
    /// The key is empty.
    #[error("the object key is empty")]
    EmptyKey,
    /// The key is longer than OSS allows.
    #[error("the object key has {0} bytes, more than {max}", max = limits::MAX_KEY_BYTES)]
    LongKey(usize),
    /// The key starts with a character that OSS refuses there.
    #[error("the object key {0:?} starts with '/' or '\\', which OSS refuses")]
    LeadingSlash(String),
    /// The upload id is empty, too long, or holds control characters.
    #[error("the upload id is empty, longer than {max} bytes, or not plain text", max = limits::MAX_UPLOAD_ID_BYTES)]
    UploadId,
}

/// The name of a bucket that obeys the naming rules of OSS.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BucketName(String);

impl BucketName {
    /// Checks and wraps a bucket name.
    pub fn new(name: impl Into<String>) -> Result<Self, NameError> {
        let name = name.into();
        let inner = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        let valid = limits::BUCKET_NAME_BYTES.contains(&name.len())
            && name.bytes().all(inner)
            && !name.starts_with('-')
            && !name.ends_with('-');
        if valid { Ok(Self(name)) } else { Err(NameError::Bucket(name)) }
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The key of an object: 1 to 1023 bytes of UTF-8, not starting with a slash or backslash.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ObjectKey(String);

impl ObjectKey {
    /// Checks and wraps a key.
    pub fn new(key: impl Into<String>) -> Result<Self, NameError> {
        let key = key.into();
        if key.is_empty() {
            return Err(NameError::EmptyKey);
        }
        if key.len() > limits::MAX_KEY_BYTES {
            return Err(NameError::LongKey(key.len()));
        }
        if key.starts_with(['/', '\\']) {
            return Err(NameError::LeadingSlash(key));
        }
        Ok(Self(key))
    }

    /// The key as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The id of an open multipart upload; never empty, so that an abort can never turn into a DeleteObject.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UploadId(String);

impl UploadId {
    /// Checks and wraps an id as the server or a record gave it.
    pub fn new(id: impl Into<String>) -> Result<Self, NameError> {
        let id = id.into();
        let valid =
            !id.is_empty() && id.len() <= limits::MAX_UPLOAD_ID_BYTES && !id.chars().any(char::is_control);
        if valid { Ok(Self(id)) } else { Err(NameError::UploadId) }
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A bucket and a key at an endpoint: what a record belongs to.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Destination {
    /// The endpoint as configured, normalized (scheme, host, port; no trailing slash).
    pub endpoint: String,
    /// The bucket.
    pub bucket: BucketName,
    /// The key.
    pub key: ObjectKey,
}

impl fmt::Display for BucketName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for ObjectKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for UploadId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for Destination {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "oss://{}/{}", self.bucket, self.key)
    }
}
