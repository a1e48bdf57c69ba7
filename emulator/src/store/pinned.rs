//! A body being read: what it is made of stays in the store until the last byte has gone out.

use super::{ByteStream, StoreError, store_value::Inner};
use crate::domain::{Crc64, Crc64Hasher, Md5, Slice, blobs_of, total_len};
use bytes::Bytes;
use futures_util::{Stream, StreamExt, TryStreamExt, stream};
use md5::Digest;
use std::sync::Arc;

/// Content that is safe to read, whatever is overwritten or deleted meanwhile.
#[derive(Debug)]
pub struct PinnedBody {
    store: Arc<Inner>,
    slices: Vec<Slice>,
}

/// Content in the store with its digests. It is pinned no longer: whoever commits a change that refers to it makes
/// sure, in the commit, that something still does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Digested {
    /// Where it is.
    pub slices: Vec<Slice>,
    /// Its MD5.
    pub md5: Md5,
    /// Its checksum.
    pub crc64: Crc64,
}

impl PinnedBody {
    pub(super) fn new(store: Arc<Inner>, slices: Vec<Slice>) -> Self {
        store.registry.pin(blobs_of(&slices));
        Self { store, slices }
    }

    /// Bytes.
    pub fn len(&self) -> u64 {
        total_len(&self.slices)
    }

    /// Whether there is nothing to read.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The bytes in order, in chunks of some 100 KiB. The content stays pinned as long as the stream lives.
    pub fn stream(self) -> impl Stream<Item = Result<Bytes, StoreError>> + Send + 'static {
        stream::unfold((self, 0), |(body, next)| async move {
            let slice = body.slices.get(next).copied()?;
            let opened: Result<ByteStream, StoreError> = match slice.blob {
                _ if slice.len == 0 => Ok(Box::pin(stream::empty())),
                Some(blob) => body.store.blobs.read(blob, slice.offset..slice.offset + slice.len),
                None => Err(StoreError::Dropped),
            };
            Some((opened, (body, next + 1)))
        })
        .try_flatten()
        .boxed()
    }

    /// Reads everything for its digests.
    pub async fn digest(self) -> Result<Digested, StoreError> {
        let slices = self.slices.clone();
        let (mut md5, mut crc64) = (md5::Md5::new(), Crc64Hasher::default());
        let mut stream = std::pin::pin!(self.stream());
        while let Some(chunk) = stream.try_next().await? {
            md5.update(&chunk);
            crc64.update(&chunk);
            // Reading never waits: others get their turn between two chunks.
            tokio::task::yield_now().await;
        }
        Ok(Digested { slices, md5: Md5::finish(md5), crc64: crc64.finish() })
    }

    /// All bytes at once: for tests and the control plane.
    pub async fn read_all(self) -> Result<Vec<u8>, StoreError> {
        self.stream()
            .try_fold(Vec::new(), |mut all, chunk| async move {
                all.extend_from_slice(&chunk);
                Ok(all)
            })
            .await
    }
}

impl Drop for PinnedBody {
    fn drop(&mut self) {
        let free = self.store.registry.unpin(blobs_of(&self.slices));
        self.store.remove(free);
    }
}
