//! Finished objects.

use super::{Attributes, Crc64, ETag, Md5, ObjectKey, Restored, Slice, edit::Content};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// How an object came to be; `x-oss-object-type` and `Type` in listings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ObjectKind {
    /// Put in one request.
    Normal,
    /// Completed from parts.
    Multipart,
    /// Grown by AppendObject.
    Appendable,
    /// A name for another object.
    Symlink,
}

impl ObjectKind {
    /// The word on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Normal => "Normal",
            Self::Multipart => "Multipart",
            Self::Appendable => "Appendable",
            Self::Symlink => "Symlink",
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
    /// What a symbolic link names, in the bucket of the link.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target: Option<ObjectKey>,
    /// Whether and when an archived object can be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub restored: Option<Restored>,
}

impl Object {
    /// An object that is put in one request.
    pub fn of_content(content: &Content, attributes: Attributes, now: Timestamp) -> Self {
        Self {
            kind: ObjectKind::Normal,
            size: content.slice.len,
            etag: ETag::of_content(&content.md5),
            crc64: content.crc64,
            content_md5: Some(content.md5),
            last_modified: now,
            attributes,
            parts: 0,
            body: vec![content.slice],
            target: None,
            restored: None,
        }
    }

    /// Whether the bytes can be read at `now`: archived ones only while they are restored.
    pub fn is_readable(&self, now: Timestamp) -> bool {
        !self.attributes.storage_class.is_archive()
            || self.restored.is_some_and(|restored| restored.is_readable(now))
    }
}
