//! The body of a part or of an object: read once for its digests, and again while it is sent.

use async_trait::async_trait;

use crate::{
    machine::{ErrorKind, LocalDigest},
    transport::Chunks,
};

/// A range of the source. The uploader reads it from a file; tests have it in memory.
#[async_trait]
pub trait BodySource: Send + Sync {
    /// Reads the range and computes its digests.
    async fn digest(&self) -> Result<LocalDigest, ErrorKind>;

    /// Reads the range again, for sending. `digest` is what was read before; when the bytes are no longer those, the chunks
    /// end in an error before the last of them.
    fn chunks(&self, digest: &LocalDigest) -> Chunks;

    /// What went wrong with the chunks handed out last, if anything did.
    fn fault(&self) -> Option<ErrorKind>;
}
