//! The summary of one exchange: a request and what became of it. Read by tests, verdicts and the control plane.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    domain::Operation,
    fault::{Considered, Point},
};

/// One request and what became of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Exchange {
    /// Its number in the sandbox, from 1, in the order in which heads arrived.
    pub id: u64,
    /// The connection's number in the sandbox, from 1.
    pub connection: u64,
    /// The 24 digits that the answer carries.
    pub request_id: String,
    /// The HTTP method.
    pub method: String,
    /// Path and query as sent, with signatures and tokens redacted.
    pub target: String,
    /// The operation, when the request is one.
    pub operation: Option<Operation>,
    /// The bucket, when one is addressed.
    pub bucket: Option<String>,
    /// The key, when one is addressed.
    pub key: Option<String>,
    /// The upload that the request names, or that an Initiate was given.
    pub upload: Option<String>,
    /// The part that the request names.
    pub part: Option<u32>,
    /// How many exchanges there have been for this operation, bucket, key, upload and part, this included.
    pub attempt: u32,
    /// When the head was read: nanoseconds since the sandbox began, never moved by its clock.
    pub started_ns: u64,
    /// When the exchange ended, on the same scale.
    pub ended_ns: Option<u64>,
    /// The sandbox's time when the head was read.
    pub at: Timestamp,
    /// What was asked.
    pub request: RequestFacts,
    /// The parts that a CompleteMultipartUpload lists: number and ETag as sent.
    #[serde(default)]
    pub listed_parts: Vec<(u32, String)>,
    /// The points passed, in order.
    #[serde(default)]
    pub points: Vec<Reached>,
    /// The fault rules about this operation, at most 64, and what came of each.
    #[serde(default)]
    pub considered: Vec<Considered>,
    /// The fault actions that ran, in order.
    #[serde(default)]
    pub fired: Vec<Fired>,
    /// Rules that were bound to this exchange but whose point it never came to.
    #[serde(default)]
    pub missed: Vec<Missed>,
    /// Whether the operation took effect.
    pub committed: bool,
    /// The answer as far as it was given; `None` when none was begun.
    pub answer: Option<AnswerFacts>,
    /// How it ended.
    pub outcome: Outcome,
}

/// What was asked.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct RequestFacts {
    /// The declared length of the body; `None` for a chunked body and for no body at all.
    pub declared: Option<u64>,
    /// Bytes of the body that were taken.
    pub read: u64,
    /// MD5 of the body as sent, in upper-case hexadecimal, when it arrived whole.
    pub md5: Option<String>,
    /// Whether the request carries `Content-MD5`.
    pub content_md5: bool,
    /// The `User-Agent` header.
    pub user_agent: Option<String>,
    /// The `Date` header, or `x-oss-date`.
    pub date: Option<String>,
    /// The access key id that signed it.
    pub access_key: Option<String>,
}

/// A point that was passed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reached {
    /// The point; an offset is in bytes.
    pub point: Point,
    /// When, on the scale of `started_ns`.
    pub at_ns: u64,
}

/// A fault action that ran.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fired {
    /// The rule's id.
    pub rule: String,
    /// Where it struck, as the plan words it.
    pub point: Point,
    /// The action's name.
    pub action: String,
    /// The byte of the body at which it struck, for points within a body.
    pub offset: Option<u64>,
    /// What it did, for people.
    pub detail: String,
    /// When it began, on the scale of `started_ns`.
    pub at_ns: u64,
}

/// A rule that was bound to an exchange which never came to its point.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Missed {
    /// The rule's id.
    pub rule: String,
    /// The point.
    pub point: Point,
}

/// The answer as far as it was given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AnswerFacts {
    /// The HTTP status.
    pub status: u16,
    /// The OSS error code.
    pub code: Option<String>,
    /// The announced length of the body.
    pub declared: Option<u64>,
    /// Bytes of the body handed to the connection.
    pub written: u64,
    /// The `ETag` header as sent.
    pub etag: Option<String>,
    /// The `x-oss-hash-crc64ecma` header as sent.
    pub crc64: Option<String>,
}

/// How an exchange ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It goes on.
    Open,
    /// The whole answer was handed to the operating system.
    Answered,
    /// A fault ended the connection (RST or FIN).
    Cut,
    /// The client went away first.
    ClientGone,
    /// A fault left the connection open and silent.
    Vanished,
    /// The emulator stopped first.
    ShutDown,
}
