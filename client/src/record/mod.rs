//! The record of an upload: what a later call needs to go on after this one failed, was cancelled or was killed. One file,
//! written atomically, locked by one writer, believed only as far as its checksums go.

pub mod file;
pub mod format;
pub mod limits;
pub mod load;
pub mod lock;
pub mod name;
#[cfg(test)]
mod tests;

pub use file::RecordFile;
pub use format::{Record, SourceNote};
pub use load::{Loaded, RecordProblem, load};
pub use lock::RecordError;
pub use name::record_name;
