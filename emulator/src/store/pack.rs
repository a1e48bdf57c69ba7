//! One file with many small blobs, one behind the other. Nothing in it says where one ends: their ids say where each
//! begins, and what refers to them how long they are.

use super::{
    StoreError,
    positioned::{read_exact_at, write_all_at},
};
use std::{
    fs::File,
    path::{Path, PathBuf},
};

/// An open pack.
#[derive(Debug)]
pub(super) struct Pack {
    path: PathBuf,
    file: File,
}

impl Pack {
    pub(super) fn create(path: PathBuf) -> Result<Self, StoreError> {
        let created = File::options().read(true).write(true).create_new(true).open(&path);
        Ok(Self { file: created.map_err(StoreError::io("create", &path))?, path })
    }

    /// Opens a pack for reading.
    pub(super) fn open(path: PathBuf) -> Result<Self, StoreError> {
        let file = File::open(&path).map_err(StoreError::io("open", &path))?;
        Ok(Self { path, file })
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    pub(super) fn write(&self, bytes: &[u8], at: u64) -> Result<(), StoreError> {
        write_all_at(&self.file, bytes, at).map_err(StoreError::io("write", &self.path))
    }

    pub(super) fn read(&self, buffer: &mut [u8], at: u64) -> Result<(), StoreError> {
        read_exact_at(&self.file, buffer, at).map_err(StoreError::io("read", &self.path))
    }

    pub(super) fn flush(&self) -> Result<(), StoreError> {
        self.file.sync_data().map_err(StoreError::io("flush", &self.path))
    }
}
