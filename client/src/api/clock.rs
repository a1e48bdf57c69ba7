//! The time that requests are dated with: this machine's, corrected by the server's when the server finds it wrong.

use std::sync::atomic::{AtomicI64, Ordering};

use jiff::{SignedDuration, Timestamp};

/// A server's time outside these seconds since 1970 is not believed (2015 to 2100; our choice. Broken devices and proxies
/// have been seen to claim 1970).
const BELIEVABLE_SECONDS: std::ops::Range<i64> = 1_420_070_400..4_102_444_800;

/// A clock that can be corrected.
#[derive(Debug, Default)]
pub struct Clock {
    offset_ms: AtomicI64,
}

impl Clock {
    /// The time now.
    pub fn now(&self) -> Timestamp {
        let offset = SignedDuration::from_millis(self.offset_ms.load(Ordering::Relaxed));
        let now = Timestamp::now();
        now.checked_add(offset).unwrap_or(now)
    }

    /// Follows the server's clock from now on. Answers whether its time is believable.
    pub fn correct(&self, server: Timestamp) -> bool {
        if !BELIEVABLE_SECONDS.contains(&server.as_second()) {
            return false;
        }
        let offset = server.as_millisecond() - Timestamp::now().as_millisecond();
        self.offset_ms.store(offset, Ordering::Relaxed);
        true
    }
}
