//! Moments from which (`after`) or up to which (`until`) a rule is in force. Looked at when a request's head arrives.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Something that has happened, or has not yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Moment {
    /// The gate of this name has been released.
    Gate(String),
    /// The rule of this id has fired.
    Fired(String),
    /// An operation of this name has been committed since the plan was armed.
    Committed(String),
    /// The sandbox's clock has reached this time (RFC 3339).
    Time(Instant),
}

/// A point of time in a plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Instant(pub Timestamp);

/// Why a text is no point of time.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no RFC 3339 time such as 2026-11-22T10:00:00Z")]
pub struct InstantError(String);

impl TryFrom<String> for Instant {
    type Error = InstantError;

    fn try_from(text: String) -> Result<Self, InstantError> {
        text.parse().map(Self).map_err(|_| InstantError(text))
    }
}

impl From<Instant> for String {
    fn from(instant: Instant) -> Self {
        instant.0.to_string()
    }
}
