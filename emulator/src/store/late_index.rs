//! The index of a data directory that is new: made at the first change, because making it takes longer than everything
//! else that a start does, and an emulator without content has nothing to replay.

use super::{
    Changes, IndexedChanges, StoreError,
    index::sync_folder,
    lock::{DirectoryLock, FormatMark},
};
use crate::domain::Change;
use std::path::{Path, PathBuf};

/// Changes in `directory/index`, which comes into being with the first of them.
#[derive(Debug)]
pub(super) struct LateIndex {
    directory: PathBuf,
    fsync: bool,
    opened: Option<IndexedChanges>,
}

impl LateIndex {
    /// Opens the index, if the directory has or should have one.
    pub(super) fn open(lock: &DirectoryLock, directory: &Path, fsync: bool) -> Result<Self, StoreError> {
        let mut index = Self { directory: directory.to_owned(), fsync, opened: None };
        if lock.is_used() {
            index.opened = Some(IndexedChanges::open(directory, fsync)?);
        } else if IndexedChanges::is_in(directory) {
            index.begin()?;
        }
        Ok(index)
    }

    /// Makes the index, or takes the one that was made when the directory's first change was cut short.
    fn begin(&mut self) -> Result<&mut IndexedChanges, StoreError> {
        if !IndexedChanges::is_in(&self.directory) {
            IndexedChanges::create(&self.directory, self.fsync)?;
        }
        let opened = IndexedChanges::open(&self.directory, self.fsync)?;
        FormatMark::of(&self.directory).set()?;
        if self.fsync {
            sync_folder(&self.directory).map_err(StoreError::io("flush", &self.directory))?;
        }
        Ok(self.opened.insert(opened))
    }
}

impl Changes for LateIndex {
    fn append(&mut self, batch: &[Change]) -> Result<(), StoreError> {
        match &mut self.opened {
            Some(index) => index.append(batch),
            None => self.begin()?.append(batch),
        }
    }

    fn replay(&mut self, apply: &mut dyn FnMut(Change)) -> Result<(), StoreError> {
        match &mut self.opened {
            Some(index) => index.replay(apply),
            None => Ok(()),
        }
    }
}
