//! The seam between the store and the place where bytes lie: memory or files.

use super::StoreError;
use crate::domain::BlobId;
use bytes::Bytes;
use futures_core::Stream;
use std::{collections::HashSet, fmt, ops::Range, pin::Pin};

/// Bytes on their way out.
pub type ByteStream = Pin<Box<dyn Stream<Item = Result<Bytes, StoreError>> + Send>>;

/// Keeps runs of bytes that are written once, under ids that it gives.
pub trait Blobs: fmt::Debug + Send + Sync {
    /// Begins a blob of `announced` bytes, where the writer knows that, under an id that no other has. Nothing can be
    /// read from it before it is sealed; what is not sealed is to be deleted.
    fn create(&self, announced: Option<u64>) -> Result<(BlobId, Box<dyn BlobFile>), StoreError>;

    /// Reads a stretch of a sealed blob. A blob that is deleted meanwhile may end the stream with an error:
    /// callers pin what they read.
    fn read(&self, id: BlobId, range: Range<u64>) -> Result<ByteStream, StoreError>;

    /// Removes a blob; one that does not exist is no error.
    fn delete(&self, id: BlobId) -> Result<(), StoreError>;

    /// Removes what holds none of the blobs that are `used`, and returns how many files (or blobs) those were. Called
    /// once, when a store opens, before anything else.
    fn sweep(&self, used: &HashSet<BlobId>) -> Result<usize, StoreError>;
}

/// A blob being written.
#[async_trait::async_trait]
pub trait BlobFile: Send {
    /// Appends.
    async fn write(&mut self, bytes: Bytes) -> Result<(), StoreError>;

    /// Makes the blob readable, and durable as far as the store promises durability.
    async fn seal(self: Box<Self>) -> Result<(), StoreError>;
}
