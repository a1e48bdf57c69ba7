//! An answer as a value: status, headers, body. The pipeline adds the headers that every answer carries,
//! and sends it.

use crate::domain::{Slice, total_len};
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};

/// How many headers most answers have room for, those of the pipeline included.
const USUAL_HEADERS: usize = 12;

/// What follows the head of an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AnswerBody {
    /// Nothing, announced as `Content-Length: 0` (or not at all where the status forbids it).
    Empty,
    /// These bytes.
    Bytes(Bytes),
    /// Bytes in the store.
    Stored(Vec<Slice>),
    /// Nothing, but `Content-Length` announces so many bytes: the answer to HEAD.
    Withheld(u64),
}

impl AnswerBody {
    /// What `Content-Length` says.
    pub fn announced(&self) -> u64 {
        match self {
            Self::Empty => 0,
            Self::Bytes(bytes) => bytes.len() as u64,
            Self::Stored(slices) => total_len(slices),
            Self::Withheld(len) => *len,
        }
    }
}

/// An answer. Its fields are public, so that a fault can spoil any of them before it is sent.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The status.
    pub status: StatusCode,
    /// Headers that belong to this answer alone. `Date`, `Server`, `x-oss-request-id`, `Content-Length` and
    /// their like are the pipeline's.
    pub headers: HeaderMap,
    /// The body.
    pub body: AnswerBody,
}

impl Answer {
    /// An answer without headers and body.
    pub fn new(status: StatusCode) -> Self {
        Self { status, headers: HeaderMap::with_capacity(USUAL_HEADERS), body: AnswerBody::Empty }
    }

    /// A document with `Content-Type: application/xml` and nothing more: the iOS SDK compares the whole
    /// string.
    pub fn document(status: StatusCode, xml: String) -> Self {
        let mut answer = Self::new(status);
        answer.headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/xml"));
        answer.body = AnswerBody::Bytes(xml.into());
        answer
    }

    /// Adds a header. A value that no header can carry (it holds a control character) is left out.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl AsRef<[u8]>) -> Self {
        self.set(name, value);
        self
    }

    /// As [`Answer::with`], in place.
    pub fn set(&mut self, name: &str, value: impl AsRef<[u8]>) {
        if let (Ok(name), Ok(value)) =
            (HeaderName::from_bytes(name.as_bytes()), HeaderValue::from_bytes(value.as_ref()))
        {
            self.headers.insert(name, value);
        }
    }

    /// Replaces the body.
    #[must_use]
    pub fn body(mut self, body: AnswerBody) -> Self {
        self.body = body;
        self
    }
}
