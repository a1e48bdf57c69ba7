//! Numbers of the record, with their sources. All are our choice.

/// Largest record that is read. 10,000 parts take less than half of it, twice over in the journal still less than all.
pub const MAX_BYTES: usize = 4 * 1024 * 1024;

/// How much of an oversized record is searched for an upload id.
pub const SALVAGE_BYTES: usize = 64 * 1024;

/// Parts that may be lost to a power cut: the journal is forced to the disk this often. A killed process loses none.
pub const PARTS_PER_SYNC: u32 = 8;

/// Extension of a record in a record directory.
pub const EXTENSION: &str = "ossup";

/// How often a lock that another holds is tried again before the record counts as busy (our choice).
pub(super) const LOCK_ATTEMPTS: u32 = 100;

/// Pause between two tries (our choice: with the number of tries, two seconds in all).
pub(super) const LOCK_PAUSE: std::time::Duration = std::time::Duration::from_millis(20);
