//! What an operation fails with, and the one place where that becomes what the machine and the caller see.

use thiserror::Error;

use crate::{
    machine::{ErrorKind, Operation},
    retry::Trouble,
    sign::CredentialsError,
    transport::{Stage, TransportError},
    wire::{ServiceError, XmlError, headers::HeaderError},
};

/// Why an operation did not succeed.
#[derive(Debug, Clone, Error)]
pub enum CallError {
    /// No whole answer.
    #[error("{0}")]
    Transport(#[from] TransportError),
    /// An error answer.
    #[error("{}", .0.failure)]
    Service(Box<ServiceError>),
    /// A successful answer that makes no sense.
    #[error("the answer makes no sense: {0}")]
    Malformed(String),
    /// The server stored other bytes than were sent.
    #[error("{0}")]
    Mismatch(String),
    /// The local bytes could not be read, or are not what they were.
    #[error("{0}")]
    Source(ErrorKind),
    /// There is nothing to sign with.
    #[error("{0}")]
    Credentials(#[from] CredentialsError),
}

impl From<XmlError> for CallError {
    fn from(error: XmlError) -> Self {
        Self::Malformed(error.to_string())
    }
}

impl From<HeaderError> for CallError {
    fn from(error: HeaderError) -> Self {
        Self::Malformed(error.to_string())
    }
}

impl CallError {
    /// What the retry table should judge; nothing when another attempt cannot help.
    pub fn trouble(&self) -> Option<Trouble<'_>> {
        match self {
            Self::Transport(error) => Some(Trouble::Transport(error.stage)),
            Self::Service(error) => Some(Trouble::Service(error)),
            Self::Malformed(_) => Some(Trouble::Malformed),
            Self::Mismatch(_) => Some(Trouble::Mismatch),
            Self::Source(_) | Self::Credentials(_) => None,
        }
    }

    /// Whether the server does not know the upload.
    pub fn is_no_such_upload(&self) -> bool {
        self.has_code(404, "NoSuchUpload")
    }

    /// Whether the server answered with this status and code.
    pub fn has_code(&self, status: u16, code: &str) -> bool {
        matches!(self, Self::Service(error) if error.failure.status == status && error.failure.code == code)
    }

    /// What the caller sees.
    pub fn into_kind(self, operation: Operation) -> ErrorKind {
        match self {
            Self::Transport(TransportError { stage, message }) => {
                ErrorKind::Network { operation, stage: stage.to_string(), message }
            }
            Self::Service(error) => ErrorKind::Service(error.failure),
            Self::Malformed(message) => {
                ErrorKind::Network { operation, stage: Stage::ReadingBody.to_string(), message }
            }
            Self::Mismatch(detail) => ErrorKind::IntegrityPart { part: 0, detail },
            Self::Source(kind) => kind,
            Self::Credentials(error) => ErrorKind::InvalidArgument(error.to_string()),
        }
    }

    /// What the caller sees of a part.
    pub fn into_part_kind(self, part: u32) -> ErrorKind {
        match self {
            Self::Mismatch(detail) => ErrorKind::IntegrityPart { part, detail },
            Self::Service(error)
                if error.failure.status == 400
                    && matches!(error.failure.code.as_str(), "InvalidDigest" | "InvalidCRC64") =>
            {
                ErrorKind::IntegrityPart { part, detail: error.failure.to_string() }
            }
            other => other.into_kind(Operation::UploadPart),
        }
    }
}
