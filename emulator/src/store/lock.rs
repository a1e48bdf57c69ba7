//! One emulator a directory, and the directory's format. Called when a store opens.

use super::StoreError;
use std::{
    fs::{self, File, TryLockError},
    io::ErrorKind,
    path::{Path, PathBuf},
};

/// The format of data directories that this version writes and reads.
const FORMAT: u32 = 2;

/// Exclusive use of a data directory, as long as it lives. The operating system ends it with the process,
/// however that dies.
#[derive(Debug)]
pub(super) struct DirectoryLock {
    file: File,
    used: bool,
}

/// Where a directory says that it holds data, and in which format.
#[derive(Debug)]
pub(super) struct FormatMark(PathBuf);

impl DirectoryLock {
    /// Creates the directory if needed, takes it, and checks its format.
    pub(super) fn take(directory: &Path) -> Result<Self, StoreError> {
        fs::create_dir_all(directory).map_err(StoreError::io("create", directory))?;
        let path = directory.join("lock");
        let opened = File::options().create(true).truncate(false).write(true).open(&path);
        let file = opened.map_err(StoreError::io("open", &path))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(StoreError::InUse(directory.to_owned())),
            Err(TryLockError::Error(error)) => return Err(StoreError::io("lock", &path)(error)),
        }
        let used = is_used(directory, &FormatMark::of(directory).0)?;
        Ok(Self { file, used })
    }

    /// Whether an emulator has kept data here before.
    pub(super) fn is_used(&self) -> bool {
        self.used
    }
}

impl Drop for DirectoryLock {
    fn drop(&mut self) {
        // Closing it is not enough: a process that another thread is just about to start has a copy of the file until it
        // runs its own program, and a copy keeps the lock.
        if let Err(error) = self.file.unlock() {
            tracing::debug!(%error, "the lock of the data directory stays until the process ends");
        }
    }
}

impl FormatMark {
    pub(super) fn of(directory: &Path) -> Self {
        Self(directory.join("format"))
    }

    /// Marks the directory as one that holds data. Comes after the index has been made: a marked directory
    /// without an index has lost it.
    pub(super) fn set(&self) -> Result<(), StoreError> {
        fs::write(&self.0, format!("{FORMAT}\n")).map_err(StoreError::io("write", &self.0))
    }
}

fn is_used(directory: &Path, format: &Path) -> Result<bool, StoreError> {
    let text = match fs::read_to_string(format) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(false),
        Err(error) => return Err(StoreError::io("read", format)(error)),
    };
    match text.trim() {
        // Torn while it was written for the first time: the directory holds nothing yet.
        "" => Ok(false),
        text => match text.parse::<u32>() {
            Ok(FORMAT) => Ok(true),
            Ok(found) => Err(StoreError::OtherFormat { path: directory.to_owned(), found, known: FORMAT }),
            Err(_) => {
                Err(StoreError::Damaged { path: format.to_owned(), reason: "its format is no number".into() })
            }
        },
    }
}

#[cfg(test)]
mod tests {
    use super::DirectoryLock;

    #[test]
    fn a_directory_is_free_at_once_although_a_starting_process_has_inherited_its_lock() {
        let directory = tempfile::tempdir().expect("a directory");
        let lock = DirectoryLock::take(directory.path()).expect("it is free");
        let _inherited = lock.file.try_clone().expect("a copy");
        assert!(DirectoryLock::take(directory.path()).is_err(), "it is taken");
        drop(lock);
        DirectoryLock::take(directory.path()).expect("it is free again");
    }
}
