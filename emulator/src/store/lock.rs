//! One emulator a directory, and the directory's format. Called when a store opens.

use super::StoreError;
use std::{
    fs::{self, File, TryLockError},
    path::Path,
};

/// The format of data directories that this version writes and reads.
const FORMAT: u32 = 1;

/// Exclusive use of a data directory, as long as it lives. The operating system ends it with the process, however that dies.
#[derive(Debug)]
pub(super) struct DirectoryLock {
    _file: File,
}

impl DirectoryLock {
    /// Creates the directory if needed, takes it, and checks its format.
    pub(super) fn take(directory: &Path) -> Result<Self, StoreError> {
        fs::create_dir_all(directory).map_err(StoreError::io("create", directory))?;
        let path = directory.join("lock");
        let file = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&path)
            .map_err(StoreError::io("open", &path))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(StoreError::InUse(directory.to_owned())),
            Err(TryLockError::Error(error)) => return Err(StoreError::io("lock", &path)(error)),
        }
        check_format(directory)?;
        Ok(Self { _file: file })
    }
}

fn check_format(directory: &Path) -> Result<(), StoreError> {
    let path = directory.join("format");
    let text = match fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            return fs::write(&path, format!("{FORMAT}\n")).map_err(StoreError::io("write", &path));
        }
        Err(error) => return Err(StoreError::io("read", &path)(error)),
    };
    match text.trim().parse::<u32>() {
        Ok(found) if found > FORMAT => {
            Err(StoreError::TooNew { path: directory.to_owned(), found, known: FORMAT })
        }
        Ok(_) => Ok(()),
        // The file is written before anything else is, so that a torn one belongs to a directory that holds nothing yet.
        Err(_) if text.trim().is_empty() => {
            fs::write(&path, format!("{FORMAT}\n")).map_err(StoreError::io("write", &path))
        }
        Err(_) => Err(StoreError::Damaged { path, reason: "its format is no number".into() }),
    }
}
