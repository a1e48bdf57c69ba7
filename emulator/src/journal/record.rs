//! One event of the journal in its public form: a line of the JSON Lines export.

use serde::{Deserialize, Serialize};

use super::exchange::Outcome;
use crate::{domain::Operation, fault::Point};

/// The version of the record format.
pub const SCHEMA: u32 = 1;

/// One event. Fields that do not apply are absent.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Record {
    /// The version of the record format.
    pub schema: u32,
    /// The sandbox's name.
    pub sandbox: String,
    /// Its place in the list, from 1, without gaps as long as nothing was dropped.
    pub seq: u64,
    /// The sandbox's time (RFC 3339).
    pub at: String,
    /// Nanoseconds since the sandbox began, never moved by its clock.
    pub ns: u64,
    /// What happened: `accepted`, `closed`, `point`, `fault`, `missed`, `committed`, `ended`, `control`, or `dropped`
    /// (a marker: `detail` says how many older events are gone).
    pub event: String,
    /// The connection.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub connection: Option<u64>,
    /// The exchange.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exchange: Option<u64>,
    /// The attempt that the exchange is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attempt: Option<u32>,
    /// The point reached, or at which a fault struck.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub point: Option<Point>,
    /// The operation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operation: Option<Operation>,
    /// The bucket.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bucket: Option<String>,
    /// The key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// The upload.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub upload: Option<String>,
    /// The part.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub part: Option<u32>,
    /// Bytes of both bodies.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bytes: Option<RecordBytes>,
    /// MD5 of the request's body in upper-case hexadecimal, when it arrived whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub digest: Option<String>,
    /// The fault rule.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule: Option<String>,
    /// The fault's action.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub action: Option<String>,
    /// The byte of the body at which a fault struck.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offset: Option<u64>,
    /// Whether the operation took effect.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub committed: Option<bool>,
    /// The answer's status.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// The answer's OSS error code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// How the exchange ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<Outcome>,
    /// More, for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
}

/// Bytes of the two bodies of an exchange.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordBytes {
    /// The declared length of the request's body.
    pub declared: Option<u64>,
    /// Bytes of it that were taken.
    pub read: u64,
    /// Bytes of the answer's body handed to the connection.
    pub written: u64,
}
