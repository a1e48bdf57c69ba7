//! One request out, one answer in. A trait, because there are two of them: the network, and a script for tests. The
//! error says how far the attempt came, which is what the retry table needs.

pub mod network;
pub mod scripted;

use std::{fmt, pin::Pin};

use async_trait::async_trait;
use bytes::Bytes;
use futures_core::Stream;
use http::{HeaderMap, Method};
use thiserror::Error;

pub use network::{NetworkError, NetworkTransport, Timeouts};
pub use scripted::{ScriptedTransport, Turn};

/// The bytes of a request, in chunks.
pub type Chunks = Pin<Box<dyn Stream<Item = std::io::Result<Bytes>> + Send>>;

/// The body of a request.
pub enum Payload {
    /// In memory; empty for none.
    Bytes(Bytes),
    /// `length` bytes that are read while they are sent.
    Stream {
        /// Number of bytes that the chunks make.
        length: u64,
        /// The chunks.
        chunks: Chunks,
    },
}

impl Payload {
    /// Number of bytes.
    pub fn length(&self) -> u64 {
        match self {
            Self::Bytes(bytes) => bytes.len() as u64,
            Self::Stream { length, .. } => *length,
        }
    }
}

impl fmt::Debug for Payload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Payload({} bytes)", self.length())
    }
}

/// A signed request.
#[derive(Debug)]
pub struct Outgoing {
    /// HTTP method.
    pub method: Method,
    /// Absolute URL.
    pub url: String,
    /// All headers but `Host`, `Content-Length` and `User-Agent`.
    pub headers: HeaderMap,
    /// The body.
    pub payload: Payload,
}

/// A whole answer.
#[derive(Debug, Clone)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// Headers.
    pub headers: HeaderMap,
    /// The body; answers of OSS to the requests made here are small.
    pub body: Bytes,
}

/// How far an attempt came before it failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Stage {
    /// No connection: the request was not sent.
    Connecting,
    /// The request was being sent: the server may have seen all of it or only a part.
    Sending,
    /// The request was sent whole and no answer began.
    AwaitingHead,
    /// The answer began and did not end.
    ReadingBody,
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Connecting => "while connecting",
            Self::Sending => "while sending the request",
            Self::AwaitingHead => "while waiting for the answer",
            Self::ReadingBody => "while reading the answer",
        })
    }
}

/// Why an attempt brought no whole answer.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{message}")]
pub struct TransportError {
    /// How far the attempt came.
    pub stage: Stage,
    /// What happened, as a fragment of a sentence.
    pub message: String,
}

/// Sends requests.
#[async_trait]
pub trait Transport: Send + Sync + fmt::Debug {
    /// Sends one request once. Dropping the future drops the connection.
    async fn send(&self, request: Outgoing) -> Result<Answer, TransportError>;
}
