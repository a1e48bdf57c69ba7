//! The store as one value: state, changes and bytes together. The sandbox owns one and hands out clones.

use super::{
    Blobs, Bodies, BodyWriter, Changes, FileBlobs, MemoryBlobs, MemoryChanges, PinnedBody, StoreError,
    late_index::LateIndex, lock::DirectoryLock, registry::Registry,
};
use crate::{
    digest::Convoy,
    domain::{BlobId, Change, Slice, State, blobs_of},
};
use std::{
    fmt,
    path::Path,
    sync::{Arc, Mutex, PoisonError, RwLock},
};

pub(super) struct Inner {
    pub(super) blobs: Box<dyn Blobs>,
    pub(super) registry: Registry,
    pub(super) convoy: Arc<Convoy>,
    changes: Mutex<Box<dyn Changes>>,
    state: RwLock<State>,
    /// Held until the last clone is gone.
    _lock: Option<DirectoryLock>,
}

impl fmt::Debug for Inner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Store").field("blobs", &self.blobs).finish_non_exhaustive()
    }
}

impl Inner {
    /// Removes bytes that nothing uses. A file that cannot be removed now is removed when the directory is
    /// opened next.
    pub(super) fn remove(&self, ids: Vec<BlobId>) {
        for id in ids {
            if let Err(error) = self.blobs.delete(id) {
                tracing::warn!(%error, "unused content stays until the next start");
            }
        }
    }
}

/// Buckets, objects, uploads, parts, and their bytes. Cheap to clone; all clones are the same store.
#[derive(Clone, Debug)]
pub struct Store {
    inner: Arc<Inner>,
    bodies: Bodies,
}

impl Store {
    /// A store that ends with the process.
    pub fn in_memory() -> Self {
        Self::in_memory_within(u64::MAX)
    }

    /// As [`Store::in_memory`], with at most `limit` bytes of content, those on their way in included.
    pub fn in_memory_within(limit: u64) -> Self {
        let blobs = Box::new(MemoryBlobs::within(limit));
        Self::assemble(blobs, Box::new(MemoryChanges), State::default(), None)
    }

    /// The store in a directory, which is created if needed. Everything that a commit acknowledged survives
    /// the death of the process; with `fsync`, that of the machine. Bytes that no change refers to are
    /// removed.
    pub fn open(directory: &Path, fsync: bool) -> Result<Self, StoreError> {
        let lock = DirectoryLock::take(directory)?;
        let mut changes = LateIndex::open(&lock, directory, fsync)?;
        let mut state = State::default();
        changes.replay(&mut |change| {
            state.apply(change);
        })?;
        let blobs = FileBlobs::open(directory, fsync)?;
        let orphans = blobs.sweep(&state.blobs().collect())?;
        if orphans > 0 {
            tracing::info!(orphans, "removed content that no object or part refers to");
        }
        Ok(Self::assemble(Box::new(blobs), Box::new(changes), state, Some(lock)))
    }

    /// Says what becomes of the bytes that come in through this handle and its clones. What is stored already stays
    /// as it is: every body knows whether its bytes are there.
    #[must_use]
    pub fn with_bodies(self, bodies: Bodies) -> Self {
        Self { bodies, ..self }
    }

    fn assemble(
        blobs: Box<dyn Blobs>,
        changes: Box<dyn Changes>,
        state: State,
        lock: Option<DirectoryLock>,
    ) -> Self {
        let inner = Inner {
            blobs,
            registry: Registry::default(),
            convoy: Arc::default(),
            changes: Mutex::new(changes),
            state: RwLock::new(state),
            _lock: lock,
        };
        Self { inner: Arc::new(inner), bodies: Bodies::Keep }
    }

    /// Reads the state as it stands. No commit becomes visible while `read` runs: keep it short.
    pub fn view<T>(&self, read: impl FnOnce(&State) -> T) -> T {
        read(&self.inner.state.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Decides on the state and makes the decision happen, all or nothing. Commits run one after the other;
    /// `decide` sees the state that its changes will meet. Nothing is visible to others before the changes
    /// are recorded. Blocks for as long as the record takes: microseconds, or with fsync milliseconds.
    pub fn commit<T, E: From<StoreError>>(
        &self,
        decide: impl FnOnce(&State) -> Result<(Vec<Change>, T), E>,
    ) -> Result<T, E> {
        let mut log = self.inner.changes.lock().unwrap_or_else(PoisonError::into_inner);
        let (batch, value) = self.view(decide)?;
        if batch.is_empty() {
            return Ok(value);
        }
        log.append(&batch)?;
        self.inner.registry.adopt(batch.iter().flat_map(blobs_in));
        let unused = {
            let mut state = self.inner.state.write().unwrap_or_else(PoisonError::into_inner);
            batch.into_iter().flat_map(|change| state.apply(change)).collect()
        };
        drop(log);
        let free = self.inner.registry.doom(unused);
        self.inner.remove(free);
        Ok(value)
    }

    /// Begins a body of unknown length.
    pub fn writer(&self) -> Result<BodyWriter, StoreError> {
        self.writer_of(None)
    }

    /// Begins a body of `announced` bytes, if that many are announced: where they do not fit, none is taken.
    pub fn writer_of(&self, announced: Option<u64>) -> Result<BodyWriter, StoreError> {
        BodyWriter::new(Arc::clone(&self.inner), self.bodies, announced)
    }

    /// Makes content safe to read. Call it where the slices were found, inside [`Store::view`] or
    /// [`Store::commit`]: a moment later another commit may have removed them.
    pub fn pin(&self, slices: Vec<Slice>) -> PinnedBody {
        PinnedBody::new(Arc::clone(&self.inner), slices)
    }
}

fn blobs_in(change: &Change) -> impl Iterator<Item = BlobId> {
    let body: &[Slice] = match change {
        Change::PutObject { object, .. } => &object.body,
        Change::PutPart { part, .. } => &part.body,
        Change::PutBucket(_)
        | Change::DeleteBucket(_)
        | Change::DeleteObject { .. }
        | Change::PutUpload { .. }
        | Change::DeleteUpload { .. }
        | Change::DeletePart { .. } => &[],
    };
    blobs_of(body)
}
