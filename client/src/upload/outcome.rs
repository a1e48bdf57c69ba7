//! How an upload ended, for the caller: the object's facts, or the error with everything needed to go on.

use std::fmt;

use crate::machine::{CallbackOutcome, ErrorKind, Phase};

/// A committed object.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Uploaded {
    /// Entity tag of the object, without quotes, if the server named one.
    pub etag: Option<String>,
    /// CRC-64/XZ of the source, as computed here from the bytes sent.
    pub crc64: u64,
    /// Whether the server confirmed the CRC.
    pub crc64_confirmed: bool,
    /// Size in bytes.
    pub size: u64,
    /// Id of the multipart upload; none when the object was sent in one request.
    pub upload_id: Option<String>,
    /// Request id of the committing answer.
    pub request_id: Option<String>,
    /// Parts sent by this call.
    pub parts_sent: u32,
    /// Parts of earlier calls that were proven to hold the current bytes and not sent again.
    pub parts_reused: u32,
    /// Bytes of the parts sent by this call, each part counted once.
    pub bytes_sent: u64,
    /// Size of every part but the last, in bytes: the effective one, which a resumed upload keeps.
    pub part_size: u64,
    /// Whether the answer to Complete was lost and the commit was established by looking at the object.
    pub resolved_by_head: bool,
    /// Whether a cancel arrived too late to have an effect.
    pub cancel_requested: bool,
    /// What became of the upload callback, if one was asked for.
    pub callback: Option<CallbackOutcome>,
    /// Things that went wrong without spoiling the result.
    pub warnings: Vec<String>,
}

/// An upload that did not commit, or whose outcome is not known.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct UploadError {
    /// What ended the upload.
    pub kind: ErrorKind,
    /// Id of the multipart upload, if there was one.
    pub upload_id: Option<String>,
    /// Whether the upload was deleted on the server.
    pub upload_deleted: bool,
    /// Where the record is that a later call continues from, if it was kept: its path, or what its store calls it.
    pub record: Option<String>,
    /// Parts that the server holds and that were proven.
    pub parts_done: u32,
    /// Parts of the whole upload; 0 if it was not planned yet.
    pub parts_total: u32,
    /// How far the upload had come.
    pub phase: Phase,
    /// Whether a cancel had been requested.
    pub cancel_requested: bool,
    /// Errors that came after the first.
    pub also: Vec<ErrorKind>,
    /// Things that went wrong besides.
    pub warnings: Vec<String>,
}

impl UploadError {
    pub(crate) fn before_start(kind: ErrorKind) -> Self {
        Self {
            kind,
            upload_id: None,
            upload_deleted: false,
            record: None,
            parts_done: 0,
            parts_total: 0,
            phase: Phase::Planning,
            cancel_requested: false,
            also: Vec::new(),
            warnings: Vec::new(),
        }
    }

    /// Whether the same call, made again, goes on where this one stopped.
    pub fn is_resumable(&self) -> bool {
        self.record.is_some() && !matches!(self.kind, ErrorKind::IntegrityObject { .. })
    }

    /// The server's request id, when its answer is the cause.
    pub fn request_id(&self) -> Option<&str> {
        self.kind.service()?.request_id.as_deref()
    }

    /// The server's finer error code, when its answer is the cause.
    pub fn ec(&self) -> Option<&str> {
        self.kind.service()?.ec.as_deref()
    }

    /// The exit code of the command line for this error.
    pub fn exit_code(&self) -> u8 {
        self.kind.exit_code()
    }
}

impl fmt::Display for UploadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.kind)?;
        if self.parts_total > 0 {
            write!(f, "; {} of {} parts are on the server", self.parts_done, self.parts_total)?;
        }
        if let Some(id) = &self.upload_id {
            write!(f, "; upload id {id}")?;
        }
        if let Some(record) = &self.record {
            write!(f, "; record {record}")?;
        }
        Ok(())
    }
}

impl std::error::Error for UploadError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.kind)
    }
}
