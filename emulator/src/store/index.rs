//! Changes in an embedded index on disk. A commit is one atomic batch, handed to the operating system
//! before it counts.
//!
//! Measured, microseconds a commit of one row that survives SIGKILL, alone / with 4 threads (ext4 and tmpfs alike):
//! fjall 3.1: 4 / 5; redb 4.5 with its flushes to disk left out: 43 / 61; redb as it comes: 218 / 259 on ext4.
//! 200 removals in one batch: fjall 0.6 ms, redb 5 ms. 40,000 rows: fjall opens in 80 ms with 10 MiB resident, redb in
//! 16 ms with under 5 MiB; both stay below 4 MiB when empty. fjall is here because completing an upload removes a row for each
//! of its parts.

use super::{
    Changes, StoreError,
    rows::{RowEdit, change_of, edit_of, upload_row},
};
use crate::domain::Change;
use fjall::{Database, Keyspace, KeyspaceCreateOptions, OwnedWriteBatch, PersistMode};
use std::{
    fmt,
    fs::{self, File},
    io::{self, ErrorKind},
    path::{Path, PathBuf},
};

/// Cache for blocks read from disk, in bytes. Small: the whole state is in memory, and the index is read
/// once, when it opens.
const CACHE_BYTES: u64 = 1 << 20;

/// Rows kept in memory before they are written out, in bytes.
const MEMTABLE_BYTES: u64 = 2 << 20;

/// Most bytes of the log; the smallest that fjall takes.
const LOG_BYTES: u64 = 64 << 20;

/// Its folder in the data directory.
const FOLDER: &str = "index";

/// A row that every index has from its beginning.
const FIRST_ROW: &[u8] = &[0];

/// Changes in `directory/index`.
pub struct IndexedChanges {
    path: PathBuf,
    database: Database,
    rows: Keyspace,
    persist: PersistMode,
}

impl fmt::Debug for IndexedChanges {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IndexedChanges").field("path", &self.path).finish_non_exhaustive()
    }
}

impl IndexedChanges {
    /// Whether the directory has an index.
    pub(super) fn is_in(directory: &Path) -> bool {
        directory.join(FOLDER).exists()
    }

    /// Makes an empty index. It gets its name when it is whole, so that one whose making was cut short is never taken
    /// for one that lost its content. Some 20 flushes to disk, which fjall does whatever it is told: 10 ms on ext4.
    pub fn create(directory: &Path, fsync: bool) -> Result<(), StoreError> {
        let (unnamed, path) = (directory.join("index.new"), directory.join(FOLDER));
        match fs::remove_dir_all(&unnamed) {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                return Err(StoreError::io("remove", &unnamed)(error));
            }
            _ => {}
        }
        let index = Self::open_at(&unnamed, fsync)?;
        let mut batch = index.database.batch().durability(Some(index.persist));
        batch.insert(&index.rows, FIRST_ROW, []);
        batch.commit().map_err(|error| index.refused(&error))?;
        drop(index);
        fs::rename(&unnamed, &path).map_err(StoreError::io("create", &path))?;
        if fsync { sync_folder(directory).map_err(StoreError::io("flush", directory)) } else { Ok(()) }
    }

    /// Opens the index. With `fsync`, every commit also survives a loss of power. An index that is not there or
    /// has lost its first row is damaged: going on with an empty one would sweep all content away.
    pub fn open(directory: &Path, fsync: bool) -> Result<Self, StoreError> {
        let path = directory.join(FOLDER);
        if !path.exists() {
            return Err(StoreError::Damaged { path, reason: "it is missing".to_owned() });
        }
        let index = Self::open_at(&path, fsync)?;
        let is_whole = index.rows.contains_key(FIRST_ROW).map_err(|error| index.damaged(&error))?;
        if is_whole { Ok(index) } else { Err(index.damaged(&"its first row is missing")) }
    }

    fn open_at(path: &Path, fsync: bool) -> Result<Self, StoreError> {
        let path = path.to_owned();
        let opened = Database::builder(&path)
            .cache_size(CACHE_BYTES)
            .max_journaling_size(LOG_BYTES)
            .worker_threads(1)
            .open()
            .and_then(|database| {
                let options = || KeyspaceCreateOptions::default().max_memtable_size(MEMTABLE_BYTES);
                let rows = database.keyspace("rows", options)?;
                Ok((database, rows))
            });
        let persist = if fsync { PersistMode::SyncData } else { PersistMode::Buffer };
        match opened {
            Ok((database, rows)) => Ok(Self { path, database, rows, persist }),
            Err(fjall::Error::Io(error)) if !means_damage(error.kind()) => {
                Err(StoreError::io("open", &path)(error))
            }
            Err(error) => Err(StoreError::Damaged { path, reason: error.to_string() }),
        }
    }

    fn refused(&self, reason: &dyn fmt::Display) -> StoreError {
        StoreError::Index { path: self.path.clone(), reason: reason.to_string() }
    }

    fn damaged(&self, reason: &dyn fmt::Display) -> StoreError {
        StoreError::Damaged { path: self.path.clone(), reason: reason.to_string() }
    }

    fn stage(&self, batch: &mut OwnedWriteBatch, change: &Change) -> Result<(), StoreError> {
        match edit_of(change).map_err(|error| self.refused(&error))? {
            RowEdit::Put(key, value) => batch.insert(&self.rows, key, value),
            RowEdit::Remove(key) => batch.remove(&self.rows, key),
            RowEdit::RemoveParts { prefix, suffix } => {
                for row in self.rows.prefix(&prefix) {
                    let key = row.key().map_err(|error| self.refused(&error))?;
                    if key.get(prefix.len() + 2..) == Some(suffix.as_slice()) {
                        batch.remove(&self.rows, key);
                    }
                }
            }
        }
        if let Some(key) = upload_row(change) {
            batch.remove(&self.rows, key);
        }
        Ok(())
    }
}

/// Makes the names in a folder durable.
pub(super) fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

/// Errors of opening that mean missing or torn files, and not a refusal of the operating system.
fn means_damage(kind: ErrorKind) -> bool {
    matches!(
        kind,
        ErrorKind::UnexpectedEof | ErrorKind::InvalidData | ErrorKind::AlreadyExists | ErrorKind::NotFound
    )
}

impl Changes for IndexedChanges {
    fn append(&mut self, batch: &[Change]) -> Result<(), StoreError> {
        let mut staged = self.database.batch().durability(Some(self.persist));
        for change in batch {
            self.stage(&mut staged, change)?;
        }
        staged.commit().map_err(|error| self.refused(&error))
    }

    fn replay(&mut self, apply: &mut dyn FnMut(Change)) -> Result<(), StoreError> {
        for row in self.rows.iter() {
            let (key, value) = row.into_inner().map_err(|error| self.damaged(&error))?;
            if key.as_ref() == FIRST_ROW {
                continue;
            }
            apply(change_of(&key, &value).map_err(|error| self.damaged(&error))?);
        }
        Ok(())
    }
}
