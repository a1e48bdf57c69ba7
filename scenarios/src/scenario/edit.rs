//! Edits of the world that no client is told of: the server, the record directory, the source file.

use serde::{Deserialize, Serialize};

/// One edit. Part edits name parts of the one upload that is open for the story's key.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Edit {
    /// Removes stored parts.
    DeleteParts(Vec<u32>),
    /// Removes the open upload, as a lifecycle rule or an operator would.
    DeleteUpload {},
    /// Stores other bytes (made from `seed`) under a part number; the size is the old part's unless given.
    PutPart {
        /// Part number.
        part: u32,
        /// Bytes of the part.
        size: Option<u64>,
        /// Seed of its content.
        seed: u64,
    },
    /// Stores an object under the story's key, as another writer would.
    PutObject {
        /// Bytes of the object.
        size: u64,
        /// Seed of its content.
        seed: u64,
    },
    /// Keeps the first bytes of each record file: a number, or a share such as `50%`, or `end-1`.
    TruncateRecord(String),
    /// Overwrites each record file with zero bytes of the same length.
    ZeroRecord {},
    /// Appends text to each record file.
    AppendToRecord(String),
    /// Replaces the content of each record file.
    WriteRecord(String),
    /// Replaces a text within each record file; the upload id is written `{upload}`.
    ReplaceInRecord {
        /// What is looked for.
        from: String,
        /// What is put there.
        to: String,
    },
    /// Removes every file of the record directory.
    RemoveRecords {},
    /// Inverts bytes of the source in place.
    FlipSource {
        /// Offset of the first byte.
        at: u64,
        /// How many bytes.
        len: u64,
        /// Puts the modification time back afterwards.
        #[serde(default)]
        keep_mtime: bool,
    },
    /// Sets the source's modification time to now and changes nothing else.
    TouchSource {},
    /// Gives the source another length (new bytes come from the seed).
    ResizeSource(u64),
    /// Deletes the source file.
    RemoveSource {},
}
