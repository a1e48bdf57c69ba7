//! The seam between the store and the place where bytes lie: memory or files.

use super::StoreError;
use crate::domain::BlobId;
use bytes::Bytes;
use futures_core::Stream;
use std::{fmt, ops::Range, pin::Pin};

/// Bytes on their way out.
pub type ByteStream = Pin<Box<dyn Stream<Item = Result<Bytes, StoreError>> + Send>>;

/// Keeps runs of bytes under ids that are written once.
pub trait Blobs: fmt::Debug + Send + Sync {
    /// Begins a blob of `announced` bytes, where the writer knows that. Nothing can be read from it before it is
    /// sealed; dropped unsealed, it leaves nothing behind.
    fn create(&self, id: BlobId, announced: Option<u64>) -> Result<Box<dyn BlobFile>, StoreError>;

    /// Reads a stretch of a sealed blob. A blob that is deleted meanwhile may end the stream with an error:
    /// callers pin what they read.
    fn read(&self, id: BlobId, range: Range<u64>) -> Result<ByteStream, StoreError>;

    /// Removes a blob; one that does not exist is no error.
    fn delete(&self, id: BlobId) -> Result<(), StoreError>;

    /// Removes every blob that `keep` does not know, and returns how many there were. Called once, when a
    /// store opens.
    fn sweep(&self, keep: &dyn Fn(BlobId) -> bool) -> Result<usize, StoreError>;
}

/// A blob being written.
#[async_trait::async_trait]
pub trait BlobFile: Send {
    /// Appends.
    async fn write(&mut self, bytes: Bytes) -> Result<(), StoreError>;

    /// Makes the blob readable, and durable as far as the store promises durability.
    async fn seal(self: Box<Self>) -> Result<(), StoreError>;
}
