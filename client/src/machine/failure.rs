//! What can go wrong with an upload, as data. The floors below the uploader fill these in, the machine chooses among
//! them, and the caller reads one of them.

use std::fmt;

use thiserror::Error;

/// The operation of OSS that a request asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Operation {
    /// InitiateMultipartUpload.
    Initiate,
    /// UploadPart.
    UploadPart,
    /// ListParts.
    ListParts,
    /// CompleteMultipartUpload.
    Complete,
    /// AbortMultipartUpload.
    Abort,
    /// ListMultipartUploads.
    ListUploads,
    /// PutObject.
    PutObject,
    /// HeadObject.
    HeadObject,
    /// ListObjects (version 2).
    ListObjects,
}

impl Operation {
    /// The name that OSS gives the operation.
    pub fn name(self) -> &'static str {
        match self {
            Self::Initiate => "InitiateMultipartUpload",
            Self::UploadPart => "UploadPart",
            Self::ListParts => "ListParts",
            Self::Complete => "CompleteMultipartUpload",
            Self::Abort => "AbortMultipartUpload",
            Self::ListUploads => "ListMultipartUploads",
            Self::PutObject => "PutObject",
            Self::HeadObject => "HeadObject",
            Self::ListObjects => "ListObjects",
        }
    }
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// An error that the server answered with.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{operation} was answered {status} {code}: {message}{}", Reference(.request_id, .ec))]
pub struct ServiceFailure {
    /// What was asked for.
    pub operation: Operation,
    /// HTTP status.
    pub status: u16,
    /// Error code of OSS, for example `AccessDenied`; `HttpStatus` when the answer carried none.
    pub code: String,
    /// The server's explanation.
    pub message: String,
    /// Id of the request, for the provider's support.
    pub request_id: Option<String>,
    /// The finer error code `EC`.
    pub ec: Option<String>,
}

struct Reference<'a>(&'a Option<String>, &'a Option<String>);

impl fmt::Display for Reference<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.0, self.1) {
            (Some(id), Some(ec)) => write!(f, " (request {id}, EC {ec})"),
            (Some(id), None) => write!(f, " (request {id})"),
            (None, Some(ec)) => write!(f, " (EC {ec})"),
            (None, None) => Ok(()),
        }
    }
}

/// What ended an upload. Texts are fragments fit for "upload failed: ...".
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The request cannot be carried out as given; nothing was sent.
    #[error("{0}")]
    InvalidArgument(String),
    /// The place for the record cannot be written.
    #[error("the upload record cannot be written: {0}")]
    RecordUnwritable(String),
    /// Another process or call is uploading with the same record.
    #[error("another upload holds the record: {0}")]
    RecordBusy(String),
    /// The source changed while it was being uploaded; the object was not committed.
    #[error("the source changed while it was being uploaded: {0}")]
    SourceChanged(String),
    /// The source cannot be read.
    #[error("the source cannot be read: {0}")]
    SourceIo(String),
    /// The server refused.
    #[error("{0}")]
    Service(ServiceFailure),
    /// No answer, or none that could be read, after all attempts.
    #[error("{operation} failed {stage}: {message}")]
    Network {
        /// What was asked for.
        operation: Operation,
        /// Where the attempt failed, for example "while connecting".
        stage: String,
        /// What the transport said.
        message: String,
    },
    /// The server's digest of a part differs from the local one in every attempt.
    #[error("part {part} did not arrive intact: {detail}")]
    IntegrityPart {
        /// Number of the part; 0 for a whole object sent in one request.
        part: u32,
        /// Which digest differs, and how.
        detail: String,
    },
    /// The object was committed, but its digest is not that of the source.
    #[error("the object was committed with CRC-64 {actual}, but the source has {expected}")]
    IntegrityObject {
        /// CRC of the source.
        expected: u64,
        /// CRC that the server reported.
        actual: u64,
    },
    /// The server no longer knows the upload, and the object is not there.
    #[error("the server no longer knows the upload, and the object was not committed")]
    UploadLost,
    /// The server refused to commit the parts, also after they were listed and repaired.
    #[error("the parts were rejected: {0}")]
    CompleteRejected(ServiceFailure),
    /// Complete was sent, and whether it took effect could not be found out.
    #[error("whether the object was committed is unknown: {0}")]
    OutcomeUnknown(String),
    /// The caller cancelled.
    #[error("cancelled{}", Cancelled(*.kept, .abort_error))]
    Cancelled {
        /// Whether upload and record were kept for a later call.
        kept: bool,
        /// Why the upload could not be deleted on the server; the record is kept then.
        abort_error: Option<String>,
    },
    /// The caller's progress callback panicked, which cancels the upload.
    #[error("the progress callback panicked{}", Cancelled(*.kept, .abort_error))]
    CallbackPanic {
        /// Whether upload and record were kept for a later call.
        kept: bool,
        /// Why the upload could not be deleted on the server.
        abort_error: Option<String>,
    },
    /// A defect of this library: something happened that the upload's rules have no answer for.
    #[error("internal error (please report it): {0}")]
    Internal(String),
}

struct Cancelled<'a>(bool, &'a Option<String>);

impl fmt::Display for Cancelled<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.0, self.1) {
            (true, None) => f.write_str("; the upload was kept"),
            (false, None) => f.write_str("; the upload was deleted"),
            (_, Some(error)) => write!(f, "; the upload could not be deleted: {error}"),
        }
    }
}

impl ErrorKind {
    /// The name of the kind, stable across releases.
    pub fn name(&self) -> &'static str {
        match self {
            Self::InvalidArgument(_) => "InvalidArgument",
            Self::RecordUnwritable(_) => "RecordUnwritable",
            Self::RecordBusy(_) => "RecordBusy",
            Self::SourceChanged(_) => "SourceChanged",
            Self::SourceIo(_) => "SourceIo",
            Self::Service(_) => "Service",
            Self::Network { .. } => "Network",
            Self::IntegrityPart { .. } => "IntegrityPart",
            Self::IntegrityObject { .. } => "IntegrityObject",
            Self::UploadLost => "UploadLost",
            Self::CompleteRejected(_) => "CompleteRejected",
            Self::OutcomeUnknown(_) => "OutcomeUnknown",
            Self::Cancelled { .. } => "Cancelled",
            Self::CallbackPanic { .. } => "CallbackPanic",
            Self::Internal(_) => "Internal",
        }
    }

    /// What the server answered, when the server's answer is the cause.
    pub fn service(&self) -> Option<&ServiceFailure> {
        match self {
            Self::Service(failure) | Self::CompleteRejected(failure) => Some(failure),
            _ => None,
        }
    }

    /// The exit code of the command line for this kind; `cli::Exit` names them.
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::InvalidArgument(_) => 2,
            Self::IntegrityPart { .. } | Self::IntegrityObject { .. } => 5,
            Self::RecordUnwritable(_) | Self::RecordBusy(_) => 6,
            Self::Cancelled { .. } => 130,
            kind if kind.is_permission() => 4,
            _ => 1,
        }
    }

    /// Whether the server refused because of who asks.
    pub fn is_permission(&self) -> bool {
        self.service().is_some_and(|failure| matches!(failure.status, 401 | 403))
    }
}
