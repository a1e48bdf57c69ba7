//! What the machine wants done. The runner obeys in order and answers each with the event named here.

use std::{collections::BTreeMap, time::Duration};

use super::{
    ByteRange, ETag, Layout, Phase, ProvenPart, UploadId, UploadToken, event::RecordPhase, outcome::Outcome,
};

/// The whole record to be made durable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordImage {
    /// The upload on the server.
    pub upload: UploadId,
    /// How the source is cut.
    pub layout: Layout,
    /// Whether the upload was begun as a sequential one.
    pub sequential: bool,
    /// The token that it was begun with.
    pub token: Option<UploadToken>,
    /// How far the upload has come.
    pub phase: RecordPhase,
    /// Parts proven so far.
    pub parts: BTreeMap<u32, ProvenPart>,
    /// CRC-64 of the whole source, once all parts are proven.
    pub object_crc64: Option<u64>,
}

/// One thing to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// List all parts of the upload: `Listed`.
    List(UploadId),
    /// Read these parts of the source: one `Hashed` each, or one `HashFailed`.
    Hash(Vec<(u32, ByteRange)>),
    /// Begin an upload: `Initiated`.
    Initiate {
        /// As a sequential one.
        sequential: bool,
        /// With this token.
        token: Option<UploadToken>,
    },
    /// Replace the record: `RecordSaved` or `RecordFailed`.
    SaveRecord(Box<RecordImage>),
    /// Add a part to the record. No event; trouble becomes a warning.
    AppendPart(ProvenPart),
    /// Delete the record. No event.
    DeleteRecord,
    /// Send a part: `PartSent` or `PartFailed`.
    SendPart {
        /// The upload.
        upload: UploadId,
        /// Number of the part.
        number: u32,
        /// Its bytes.
        range: ByteRange,
    },
    /// Drop all requests and readings in flight; none of them is heard of again. No event.
    DropWork,
    /// Tell when this time has passed: `GraceEnded`.
    StartGrace(Duration),
    /// Compare the source with what it was at the start: `SourceChecked`.
    CheckSource,
    /// Ask for the commit: `Completed`.
    Complete {
        /// The upload.
        upload: UploadId,
        /// All parts, ascending.
        parts: Vec<(u32, ETag)>,
    },
    /// Look at the object: `Looked`.
    Look,
    /// Tell when this time has passed: `PauseEnded`.
    Pause(Duration),
    /// Abort the upload: `Aborted`.
    Abort(UploadId),
    /// Send the whole source in one request: `ObjectPut`.
    PutObject,
    /// Tell the caller that parts begin to move. No event.
    BeginProgress {
        /// Bytes of the source.
        total: u64,
        /// Bytes on the server already.
        resumed: u64,
    },
    /// Tell the caller of a new phase. No event.
    EnterPhase(Phase),
    /// Add a warning to the outcome. No event.
    Warn(String),
    /// The upload has ended. Nothing comes after it.
    Finish(Box<Outcome>),
}
