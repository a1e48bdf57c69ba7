//! How much room there is in memory, and who holds how much of it.

use super::StoreError;
use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

/// The room that all blobs of a store share.
#[derive(Debug)]
pub(super) struct Room {
    limit: u64,
    taken: AtomicU64,
}

/// What one blob holds of it, given back when this goes.
#[derive(Debug)]
pub(super) struct Share {
    room: Arc<Room>,
    bytes: u64,
}

impl Room {
    pub(super) fn new(limit: u64) -> Arc<Self> {
        Arc::new(Self { limit, taken: AtomicU64::new(0) })
    }

    /// Takes some of it, all of what is asked for or nothing.
    pub(super) fn share(self: &Arc<Self>, bytes: u64) -> Result<Share, StoreError> {
        let mut share = Share { room: Arc::clone(self), bytes: 0 };
        share.grow_to(bytes)?;
        Ok(share)
    }
}

impl Share {
    /// Takes what is missing to hold so many bytes.
    pub(super) fn grow_to(&mut self, bytes: u64) -> Result<(), StoreError> {
        let missing = bytes.saturating_sub(self.bytes);
        let fits = |taken: u64| taken.checked_add(missing).filter(|taken| *taken <= self.room.limit);
        let taken = self.room.taken.fetch_update(Ordering::AcqRel, Ordering::Acquire, fits);
        taken.map_err(|_| StoreError::Full { limit: self.room.limit })?;
        self.bytes += missing;
        Ok(())
    }

    /// Gives back what is beyond so many bytes.
    pub(super) fn shrink_to(&mut self, bytes: u64) {
        let beyond = self.bytes.saturating_sub(bytes);
        self.room.taken.fetch_sub(beyond, Ordering::AcqRel);
        self.bytes -= beyond;
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        self.shrink_to(0);
    }
}
