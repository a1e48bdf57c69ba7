//! Which blobs are in flight: written but in no committed change yet, or being read. Called by the store's
//! parts only.

use crate::domain::BlobId;
use std::{
    collections::{HashMap, HashSet},
    sync::{Mutex, MutexGuard, PoisonError},
};

/// Decides when a blob may really be removed.
#[derive(Debug, Default)]
pub(super) struct Registry {
    inner: Mutex<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    staged: HashSet<BlobId>,
    pins: HashMap<BlobId, u32>,
    doomed: HashSet<BlobId>,
}

impl Registry {
    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A blob begins to be written.
    pub(super) fn stage(&self, id: BlobId) {
        self.lock().staged.insert(id);
    }

    /// The writer of a blob lets go of it. `true`: no commit took it, remove it.
    pub(super) fn unstage(&self, id: BlobId) -> bool {
        self.lock().staged.remove(&id)
    }

    /// A commit took these blobs.
    pub(super) fn adopt(&self, ids: impl IntoIterator<Item = BlobId>) {
        let mut inner = self.lock();
        for id in ids {
            inner.staged.remove(&id);
        }
    }

    /// Readers begin to read these blobs.
    pub(super) fn pin(&self, ids: impl IntoIterator<Item = BlobId>) {
        let mut inner = self.lock();
        for id in ids {
            *inner.pins.entry(id).or_default() += 1;
        }
    }

    /// Readers are done with these blobs. Returns those to remove now.
    pub(super) fn unpin(&self, ids: impl IntoIterator<Item = BlobId>) -> Vec<BlobId> {
        let mut inner = self.lock();
        let mut free = Vec::new();
        for id in ids {
            let Some(pins) = inner.pins.get_mut(&id) else { continue };
            *pins -= 1;
            if *pins == 0 {
                inner.pins.remove(&id);
                if inner.doomed.remove(&id) {
                    free.push(id);
                }
            }
        }
        free
    }

    /// Nothing refers to these blobs any more. Returns those to remove now; the others go when their last
    /// reader is done.
    pub(super) fn doom(&self, ids: Vec<BlobId>) -> Vec<BlobId> {
        let mut inner = self.lock();
        let (later, now): (Vec<_>, Vec<_>) = ids.into_iter().partition(|id| inner.pins.contains_key(id));
        inner.doomed.extend(later);
        now
    }
}
