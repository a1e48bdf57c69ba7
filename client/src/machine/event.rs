//! What the machine is told. The runner makes these from files, answers and the caller's token.

use std::collections::BTreeMap;

use super::{
    ETag, ErrorKind, Layout, ListedPart, LocalDigest, OnCancel, ProvenPart, ServiceFailure, SourceIdentity,
    UploadId, UploadToken, outcome::CallbackOutcome,
};

/// What an earlier call left in the record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remembered {
    /// The upload on the server.
    pub upload: UploadId,
    /// How the file was cut. Nothing when the record was damaged and only the id could be saved.
    pub layout: Option<Layout>,
    /// Parts that were acknowledged.
    pub parts: BTreeMap<u32, ProvenPart>,
    /// How far the upload had come.
    pub phase: RecordPhase,
    /// Whether the upload was begun as a sequential one.
    pub sequential: bool,
    /// The token that it was begun with.
    pub token: Option<UploadToken>,
}

/// How far an upload had come when its record was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RecordPhase {
    /// Parts were being sent.
    Uploading,
    /// Complete was about to be sent, or had been.
    Completing,
    /// The upload was to be aborted, and that failed.
    Aborting,
}

/// What listing the parts brought.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Listing {
    /// All pages, in the order of the server.
    Parts(Vec<ListedPart>),
    /// The server does not know the upload.
    Gone,
    /// No answer that tells.
    Failed(ErrorKind),
}

/// Why a part was not sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PartTrouble {
    /// The server does not know the upload.
    UploadLost,
    /// The server holds something under the number of the part, or lacks an earlier one, and the upload is sequential.
    OutOfSequence(ErrorKind),
    /// Anything else, after all attempts.
    Failed(ErrorKind),
}

/// What became of Complete.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CompleteReply {
    /// Committed.
    Committed(Commit),
    /// It may or may not have taken effect.
    Unknown(String),
    /// The server does not know the upload.
    UploadLost,
    /// The server refused; nothing was committed.
    Refused(ServiceFailure),
    /// It was never sent.
    Unsent(ErrorKind),
}

/// The facts of a commit as the server stated them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Commit {
    /// Tag of the object.
    pub etag: Option<ETag>,
    /// CRC-64 of the object.
    pub crc64: Option<u64>,
    /// Id of the request.
    pub request_id: Option<String>,
    /// What became of the upload callback.
    pub callback: Option<CallbackOutcome>,
}

/// What looking at the object brought.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Look {
    /// It is there.
    Object {
        /// Size in bytes.
        size: u64,
        /// CRC-64, if the server says.
        crc64: Option<u64>,
        /// Tag.
        etag: Option<ETag>,
        /// The token of the upload that made it.
        token: Option<UploadToken>,
        /// Id of the request.
        request_id: Option<String>,
    },
    /// It is not there.
    Absent,
    /// No answer that tells.
    Failed(String),
}

/// What became of an abort.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AbortReply {
    /// The server aborted the upload, or does not know it.
    Gone,
    /// It could not be done.
    Failed(ErrorKind),
}

/// One thing that happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// The upload begins: the source as it is now, and what the record says. Comes once, first or right after a cancel.
    Started {
        /// The source.
        source: SourceIdentity,
        /// The record.
        remembered: Option<Remembered>,
    },
    /// The caller cancelled, or the caller's callback panicked.
    CancelRequested {
        /// The caller's choice, if it overrides the request's.
        mode: Option<OnCancel>,
        /// Whether a panic of the callback is the reason.
        panicked: bool,
    },
    /// Listing ended.
    Listed(Listing),
    /// A range of the source was read.
    Hashed {
        /// Number of the part.
        number: u32,
        /// Its digests.
        digest: LocalDigest,
    },
    /// The source could not be read.
    HashFailed(ErrorKind),
    /// Initiate ended.
    Initiated(Result<UploadId, ErrorKind>),
    /// The record is durable.
    RecordSaved,
    /// The record could not be written.
    RecordFailed(String),
    /// A part is on the server, and its reply was checked.
    PartSent(ProvenPart),
    /// A part is not on the server.
    PartFailed {
        /// Its number.
        number: u32,
        /// Why.
        trouble: PartTrouble,
    },
    /// The time that parts in flight were given is over.
    GraceEnded,
    /// The source was compared with what it was at the start.
    SourceChecked(Result<(), ErrorKind>),
    /// Complete ended.
    Completed(CompleteReply),
    /// Looking at the object ended.
    Looked(Look),
    /// Abort ended.
    Aborted(AbortReply),
    /// A pause is over.
    PauseEnded,
    /// The whole object was sent in one request.
    ObjectPut(Result<(Commit, LocalDigest), ErrorKind>),
}
