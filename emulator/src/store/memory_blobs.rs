//! Blobs in memory: the received chunks themselves, shared with whoever reads them.

use super::{BlobFile, Blobs, ByteStream, StoreError};
use crate::domain::{BlobId, Slice};
use bytes::{Bytes, BytesMut};
use futures_util::stream;
use std::{
    collections::HashMap,
    mem,
    sync::{Arc, PoisonError, RwLock},
};

/// Chunks from here on are kept as they arrived. A chunk is a window into the buffer that the connection
/// read it into, and keeps all of that buffer alive; hyper's buffer holds at most some 400 KiB, so that a
/// kept chunk wastes a few times its size at the very worst.
const KEPT_AS_RECEIVED: usize = 64 * 1024;

/// Smaller chunks are copied together into blocks of this size.
const PACKED_BLOCK: usize = 64 * 1024;

type Chunks = Arc<[Bytes]>;
type Table = Arc<RwLock<HashMap<BlobId, Chunks>>>;

/// Blobs that end with the process.
#[derive(Debug, Default)]
pub struct MemoryBlobs {
    table: Table,
}

struct MemoryBlob {
    id: BlobId,
    table: Table,
    chunks: Vec<Bytes>,
    packing: BytesMut,
}

impl Blobs for MemoryBlobs {
    fn create(&self, id: BlobId) -> Result<Box<dyn BlobFile>, StoreError> {
        let blob =
            MemoryBlob { id, table: Arc::clone(&self.table), chunks: Vec::new(), packing: BytesMut::new() };
        Ok(Box::new(blob))
    }

    fn read(&self, slice: Slice) -> Result<ByteStream, StoreError> {
        let table = self.table.read().unwrap_or_else(PoisonError::into_inner);
        let chunks = table.get(&slice.blob).map(Arc::clone).ok_or(StoreError::Missing(slice.blob))?;
        Ok(Box::pin(stream::iter(windows(chunks, slice).map(Ok))))
    }

    fn delete(&self, id: BlobId) -> Result<(), StoreError> {
        let removed = self.table.write().unwrap_or_else(PoisonError::into_inner).remove(&id);
        // Gigabytes may go here: not while the table is locked.
        drop(removed);
        Ok(())
    }

    fn sweep(&self, keep: &dyn Fn(BlobId) -> bool) -> Result<usize, StoreError> {
        let mut table = self.table.write().unwrap_or_else(PoisonError::into_inner);
        let before = table.len();
        table.retain(|id, _| keep(*id));
        Ok(before - table.len())
    }
}

#[async_trait::async_trait]
impl BlobFile for MemoryBlob {
    async fn write(&mut self, bytes: Bytes) -> Result<(), StoreError> {
        if bytes.len() >= KEPT_AS_RECEIVED {
            self.flush();
            self.chunks.push(bytes);
            return Ok(());
        }
        if self.packing.len() + bytes.len() > PACKED_BLOCK {
            self.flush();
        }
        self.packing.extend_from_slice(&bytes);
        Ok(())
    }

    async fn seal(mut self: Box<Self>) -> Result<(), StoreError> {
        self.flush();
        let chunks = mem::take(&mut self.chunks).into();
        self.table.write().unwrap_or_else(PoisonError::into_inner).insert(self.id, chunks);
        Ok(())
    }
}

impl MemoryBlob {
    fn flush(&mut self) {
        if !self.packing.is_empty() {
            // The copy is exactly as large as its content; the block keeps its capacity for what follows.
            self.chunks.push(Bytes::copy_from_slice(&self.packing));
            self.packing.clear();
        }
    }
}

fn windows(chunks: Chunks, slice: Slice) -> impl Iterator<Item = Bytes> + Send {
    let mut skip = slice.offset;
    let mut left = slice.len;
    (0..chunks.len())
        .map_while(move |index| {
            if left == 0 {
                return None;
            }
            let chunk = chunks.get(index)?;
            let len = chunk.len() as u64;
            let from = skip.min(len);
            skip -= from;
            let take = (len - from).min(left);
            left -= take;
            // Both bounds are at most the chunk's length.
            let window = usize::try_from(from).ok()?..usize::try_from(from + take).ok()?;
            Some(chunk.slice(window))
        })
        .filter(|window| !window.is_empty())
}
