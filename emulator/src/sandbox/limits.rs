//! How long and how much a sandbox puts up with.

use std::time::Duration;

/// Limits on the wire. All are our choice unless a source is named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// A request's body that moves no byte for so long is refused with 400 `RequestTimeout` (OSS documentation: error
    /// responses; it names no span).
    pub body_idle: Duration,
    /// A head that is not complete after so long, and an idle connection, are closed.
    pub head: Duration,
    /// After the last answer a connection takes in what the peer still sends for at most so long, so that the peer
    /// gets to read the answer instead of a reset.
    pub linger: Duration,
    /// A refused request whose remaining body is at most so many bytes is read to its end and the connection kept.
    pub drain: u64,
    /// A vanished connection is given up after so long, so that forgotten ones do not pile up.
    pub vanish: Duration,
    /// An upload callback that is not answered after so long has failed (OSS documentation: Callback).
    pub callback: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            body_idle: Duration::from_secs(60),
            head: Duration::from_secs(60),
            linger: Duration::from_secs(30),
            drain: 1 << 20,
            vanish: Duration::from_secs(15 * 60),
            callback: Duration::from_secs(5),
        }
    }
}

/// Uploads of which a sandbox remembers the ordinal; older ones are forgotten. A record takes some 200 bytes.
pub(super) const MAX_ORDINALS: usize = 16_384;

/// Bytes that one store edit may carry: it is held in memory.
pub const MAX_EDIT_BYTES: u64 = 256 << 20;
