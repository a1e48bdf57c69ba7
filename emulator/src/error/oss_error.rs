//! A refusal as a value. Made by everything above the domain, rendered by `render`.

use super::{Code, bytes_not_kept};
use crate::store::StoreError;
use http::StatusCode;
use std::borrow::Cow;

/// A refusal: a code, and what this case adds to its row of the table.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{code}: {message}")]
pub struct OssError {
    /// The code.
    pub code: Code,
    /// The status; the row's unless changed.
    pub status: StatusCode,
    /// The message.
    pub message: Cow<'static, str>,
    /// `EC`, if one is known.
    pub ec: Option<Cow<'static, str>>,
    /// Further elements of the document, in order.
    pub elements: Vec<(&'static str, String)>,
    /// What the user can do about it, in the emulator's words; follows the message.
    pub hint: Option<Box<str>>,
    /// Further headers of the answer.
    pub headers: Vec<(&'static str, String)>,
}

impl OssError {
    /// The refusal as its row has it.
    pub fn new(code: Code) -> Self {
        let row = code.row();
        Self {
            code,
            status: row.status,
            message: Cow::Borrowed(row.message),
            ec: row.ec.map(Cow::Borrowed),
            elements: Vec::new(),
            hint: None,
            headers: Vec::new(),
        }
    }

    /// 400 `InvalidArgument` for an argument and its value as sent.
    pub fn invalid_argument(name: impl Into<String>, value: impl Into<String>) -> Self {
        Self::new(Code::InvalidArgument).with("ArgumentName", name).with("ArgumentValue", value)
    }

    /// 400 `NotImplemented` for something that OSS has and the emulator does not; `what` completes "… is not
    /// implemented by this emulator.". The status is OSS's own: SDKs repeat 5xx, and oss2 knows the pair.
    pub fn unsupported(what: &str) -> Self {
        Self::new(Code::NotImplemented).message(format!("{what} is not implemented by this emulator."))
    }

    /// The body ended before its announced length.
    pub fn incomplete_body() -> Self {
        Self::new(Code::IncompleteBody)
    }

    /// The body stopped moving.
    pub fn request_timeout() -> Self {
        Self::new(Code::RequestTimeout)
    }

    /// Replaces the message.
    #[must_use]
    pub fn message(mut self, message: impl Into<Cow<'static, str>>) -> Self {
        self.message = message.into();
        self
    }

    /// Replaces `EC`.
    #[must_use]
    pub fn ec(mut self, ec: &'static str) -> Self {
        self.ec = Some(Cow::Borrowed(ec));
        self
    }

    /// Says what the user can do about it.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<Box<str>>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Adds an element to the document.
    #[must_use]
    pub fn with(mut self, element: &'static str, value: impl Into<String>) -> Self {
        self.elements.push((element, value.into()));
        self
    }

    /// Adds a header to the answer.
    #[must_use]
    pub fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }
}

impl From<StoreError> for OssError {
    fn from(error: StoreError) -> Self {
        match error {
            // No code of OSS says this. A 4xx, because SDKs repeat what fails with 5xx, and that makes no room.
            StoreError::Full { .. } => Self::new(Code::MemoryLimitExceeded).hint(error.to_string()),
            StoreError::Dropped => bytes_not_kept(),
            error => Self::new(Code::InternalError).message(format!("The emulator's store failed: {error}")),
        }
    }
}
