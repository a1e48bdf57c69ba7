//! Blobs in memory: the received chunks themselves, shared with whoever reads them.

use super::{
    BlobFile, Blobs, ByteStream, StoreError,
    room::{Room, Share},
};
use crate::domain::BlobId;
use bytes::{Bytes, BytesMut};
use futures_util::stream;
use std::{
    collections::{HashMap, HashSet},
    ops::Range,
    sync::{
        Arc, PoisonError, RwLock,
        atomic::{AtomicU64, Ordering},
    },
};

/// Chunks from here on are kept as they arrived. A chunk is a window into the buffer that the connection
/// read it into, and keeps all of that buffer alive; hyper's buffer holds at most some 400 KiB, so that a
/// kept chunk wastes a few times its size at the very worst.
const KEPT_AS_RECEIVED: usize = 64 * 1024;

/// Smaller chunks are copied together into blocks of this size.
const PACKED_BLOCK: usize = 64 * 1024;

/// A sealed blob. Readers share it: its room is free when the last of them is done.
#[derive(Debug)]
struct Kept {
    chunks: Box<[Bytes]>,
    _share: Share,
}

type Table = Arc<RwLock<HashMap<BlobId, Arc<Kept>>>>;

/// Blobs that end with the process.
#[derive(Debug)]
pub struct MemoryBlobs {
    table: Table,
    room: Arc<Room>,
    last: AtomicU64,
}

impl MemoryBlobs {
    /// Keeps at most `limit` bytes.
    pub fn within(limit: u64) -> Self {
        Self { table: Table::default(), room: Room::new(limit), last: AtomicU64::new(0) }
    }
}

impl Default for MemoryBlobs {
    fn default() -> Self {
        Self::within(u64::MAX)
    }
}

struct MemoryBlob {
    id: BlobId,
    table: Table,
    share: Share,
    written: u64,
    chunks: Vec<Bytes>,
    packing: BytesMut,
}

impl Blobs for MemoryBlobs {
    fn create(&self, announced: Option<u64>) -> Result<(BlobId, Box<dyn BlobFile>), StoreError> {
        let id = BlobId(self.last.fetch_add(1, Ordering::Relaxed) + 1);
        let blob = MemoryBlob {
            id,
            table: Arc::clone(&self.table),
            share: self.room.share(announced.unwrap_or(0))?,
            written: 0,
            chunks: Vec::new(),
            packing: BytesMut::new(),
        };
        Ok((id, Box::new(blob)))
    }

    fn read(&self, id: BlobId, range: Range<u64>) -> Result<ByteStream, StoreError> {
        let table = self.table.read().unwrap_or_else(PoisonError::into_inner);
        let kept = table.get(&id).map(Arc::clone).ok_or(StoreError::Missing(id))?;
        Ok(Box::pin(stream::iter(windows(kept, range).map(Ok))))
    }

    fn delete(&self, id: BlobId) -> Result<(), StoreError> {
        let removed = self.table.write().unwrap_or_else(PoisonError::into_inner).remove(&id);
        // Gigabytes may go here: not while the table is locked.
        drop(removed);
        Ok(())
    }

    fn sweep(&self, used: &HashSet<BlobId>) -> Result<usize, StoreError> {
        let mut table = self.table.write().unwrap_or_else(PoisonError::into_inner);
        let before = table.len();
        table.retain(|id, _| used.contains(id));
        Ok(before - table.len())
    }
}

#[async_trait::async_trait]
impl BlobFile for MemoryBlob {
    async fn write(&mut self, bytes: Bytes) -> Result<(), StoreError> {
        self.written += bytes.len() as u64;
        self.share.grow_to(self.written)?;
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
        self.share.shrink_to(self.written);
        let Self { id, table, share, chunks, .. } = *self;
        let kept = Kept { chunks: chunks.into(), _share: share };
        table.write().unwrap_or_else(PoisonError::into_inner).insert(id, Arc::new(kept));
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

fn windows(kept: Arc<Kept>, range: Range<u64>) -> impl Iterator<Item = Bytes> + Send {
    let mut skip = range.start;
    let mut left = range.end.saturating_sub(range.start);
    (0..kept.chunks.len())
        .map_while(move |index| {
            if left == 0 {
                return None;
            }
            let chunk = kept.chunks.get(index)?;
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
