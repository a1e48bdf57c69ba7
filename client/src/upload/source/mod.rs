//! What is uploaded: the seam for anything that can be read at an offset, a file and bytes in memory behind it, and ranges of
//! them as bodies of requests.

mod file;
mod memory;
mod named;
mod open;
mod range;
mod read_at;
#[cfg(test)]
mod tests;

pub use named::Source;
pub(crate) use open::OpenSource;
pub(crate) use range::SourceRange;
pub use read_at::{ReadAt, SourceError};
