//! Numbers of the server. All are our choice.

use std::time::Duration;

/// Bytes of a request's head, and of the buffer through which bodies pass. OSS documents no limit for heads; the
/// longest legitimate one (8 KiB of metadata, a key of 1,023 bytes escaped, callbacks) takes some 25 KiB.
pub(super) const MAX_HEAD_BYTES: usize = 128 << 10;

/// Bytes that a connection has to bring before it is read in long pieces. hyper holds a buffer as long as its longest
/// read for as long as the connection lives: a thousand that stall early must not hold a thousand long buffers.
pub(super) const SLOW_START: usize = 128 << 10;

/// The most bytes that are read at once until then: as long as hyper's first buffer, which then doubles once at most.
pub(super) const SHORT_READ: usize = 8 << 10;

/// How long a stop waits for exchanges that are under way.
pub(super) const STOP_GRACE: Duration = Duration::from_millis(500);

/// How long a reset waits while the peer takes nothing of what was sent before it.
pub(super) const RESET_PATIENCE: Duration = Duration::from_secs(2);

/// How often a reset looks whether everything sent before it has arrived.
pub(super) const RESET_POLL: Duration = Duration::from_millis(1);

/// How long the listener rests when the process is out of file descriptors.
pub(super) const ACCEPT_REST: Duration = Duration::from_millis(50);

/// Most bytes of an application's answer to an upload callback. OSS documentation: Callback (another page says 3 MB).
pub(super) const MAX_CALLBACK_ANSWER: usize = 1024 * 1024;
