//! How an upload ended, in the machine's terms. The uploader dresses it for the caller.

use super::{ETag, ErrorKind, Layout, Phase, ServiceFailure, UploadId};

/// What became of the upload callback.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CallbackOutcome {
    /// The application's answer, verbatim.
    Answered(Vec<u8>),
    /// The object is committed, but the application did not answer as OSS requires (status 203).
    Failed(ServiceFailure),
}

/// The object is committed and is the source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Success {
    /// The multipart upload, unless the object was sent in one request.
    pub upload: Option<UploadId>,
    /// How the source was cut.
    pub layout: Layout,
    /// Tag of the object.
    pub etag: Option<ETag>,
    /// CRC-64 of the source.
    pub crc64: u64,
    /// Whether the server confirmed it.
    pub crc64_confirmed: bool,
    /// Id of the committing request.
    pub request_id: Option<String>,
    /// Parts sent by this call.
    pub parts_sent: u32,
    /// Bytes of those parts.
    pub bytes_sent: u64,
    /// Parts taken over from earlier calls.
    pub parts_reused: u32,
    /// Whether the commit was established by looking at the object.
    pub resolved_by_head: bool,
    /// Whether a cancel came too late.
    pub cancel_requested: bool,
    /// What became of the upload callback.
    pub callback: Option<CallbackOutcome>,
}

/// The upload ended without a known commit, or with a wrong one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ended {
    /// Why.
    pub kind: ErrorKind,
    /// The multipart upload, if there was one.
    pub upload: Option<UploadId>,
    /// Whether the upload was deleted on the server.
    pub upload_deleted: bool,
    /// Whether a record remains that a later call can use.
    pub record_kept: bool,
    /// Parts proven to be on the server.
    pub parts_done: u32,
    /// Parts of the whole upload; 0 if it was not planned yet.
    pub parts_total: u32,
    /// How far the upload had come.
    pub phase: Phase,
    /// Whether a cancel was requested.
    pub cancel_requested: bool,
    /// Errors after the first.
    pub also: Vec<ErrorKind>,
}

/// Either.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// Committed.
    Success(Success),
    /// Not known to be committed.
    Ended(Ended),
}
