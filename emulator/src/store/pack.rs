//! One file with many small blobs. Each stands behind a label that says whose bytes follow and how many, so that a pack
//! explains itself when the store opens.

use super::{
    StoreError,
    positioned::{read_exact_at, write_all_at},
};
use crate::domain::BlobId;
use std::{
    fs::File,
    path::{Path, PathBuf},
};

/// Bytes of a label: a mark, the id, the length.
const LABEL: usize = 24;

/// What each label begins with; a pack ends where it is missing.
const MARK: [u8; 8] = *b"OSSBLOB1";

/// An open pack.
#[derive(Debug)]
pub(super) struct Pack {
    path: PathBuf,
    file: File,
}

/// Where a blob lies in its pack.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Berth {
    pub(super) id: BlobId,
    pub(super) offset: u64,
    pub(super) len: u64,
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

    /// What an earlier process left in the pack. What stands behind a torn label was never acknowledged.
    pub(super) fn berths(&self) -> Result<Vec<Berth>, StoreError> {
        let end = self.file.metadata().map_err(StoreError::io("read", &self.path))?.len();
        let mut berths = Vec::new();
        let mut at = 0;
        while end.saturating_sub(at) >= LABEL as u64 {
            let mut label = [0; LABEL];
            self.read(&mut label, at)?;
            let Some(berth) = read_label(&label, at) else { break };
            at = berth.offset.saturating_add(berth.len);
            berths.push(berth);
        }
        Ok(berths)
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Labels the place at `at` for a blob; returns where its bytes go, and where the next blob may stand.
    pub(super) fn berth(&self, id: BlobId, len: u64, at: u64) -> Result<(Berth, u64), StoreError> {
        let mut label = [0; LABEL];
        for (field, bytes) in label.chunks_exact_mut(8).zip([MARK, id.0.to_le_bytes(), len.to_le_bytes()]) {
            field.copy_from_slice(&bytes);
        }
        self.write(&label, at)?;
        let berth = Berth { id, offset: at + LABEL as u64, len };
        Ok((berth, berth.offset + len))
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

fn read_label(label: &[u8; LABEL], at: u64) -> Option<Berth> {
    let mut fields = label.as_chunks::<8>().0.iter();
    (*fields.next()? == MARK).then_some(())?;
    let id = BlobId(u64::from_le_bytes(*fields.next()?));
    let len = u64::from_le_bytes(*fields.next()?);
    Some(Berth { id, offset: at + LABEL as u64, len })
}
