//! The record of an upload: what a later call needs to go on after this one failed, was cancelled or was killed. Its text is
//! ours and believed only as far as its checksums go; where it is kept is a seam, with files and memory behind it.

pub mod contract;
pub mod file;
pub mod format;
pub mod limits;
pub mod load;
pub mod lock;
pub mod memory;
pub mod name;
pub mod store;
#[cfg(test)]
mod tests;

pub use file::FileRecords;
pub use format::{Record, SourceNote};
pub use load::{Loaded, RecordProblem};
pub use memory::MemoryRecords;
pub use name::{SourceName, record_name};
pub use store::{Later, RecordError, RecordHold, RecordStore};
