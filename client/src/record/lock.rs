//! One writer a record: an advisory lock on a file beside it.

use std::{
    fs::{File, OpenOptions, TryLockError},
    io,
    path::{Path, PathBuf},
};

use super::{
    RecordError,
    limits::{LOCK_ATTEMPTS, LOCK_PAUSE},
};

/// Holds the lock of a record until it is dropped; the lock file is removed then.
#[derive(Debug)]
pub(super) struct RecordLock {
    path: PathBuf,
    // Closing it releases the lock.
    _file: File,
}

impl RecordLock {
    /// Takes the lock. A holder that has just been killed keeps it for some milliseconds more, until the system has
    /// cleared its memory away: the next call of an impatient user waits for that. Blocks for [`LOCK_ATTEMPTS`] times
    /// [`LOCK_PAUSE`] at the most.
    #[expect(
        clippy::disallowed_methods,
        reason = "the system tells nobody when an advisory lock is released"
    )]
    pub(super) fn take(record: &Path) -> Result<Self, RecordError> {
        Self::take_pausing(record, || std::thread::sleep(LOCK_PAUSE))
    }

    fn take_pausing(record: &Path, mut pause: impl FnMut()) -> Result<Self, RecordError> {
        let path = beside(record, ".lock");
        let mut left = LOCK_ATTEMPTS;
        loop {
            let file = open_private(&path).map_err(RecordError::io(&path))?;
            match file.try_lock() {
                Ok(()) => {}
                Err(TryLockError::WouldBlock) if left > 0 => {
                    left -= 1;
                    pause();
                    continue;
                }
                Err(TryLockError::WouldBlock) => return Err(RecordError::Busy(path.display().to_string())),
                Err(TryLockError::Error(error)) => return Err(RecordError::Io { path, error }),
            }
            // The former holder removes the file when it is done: a lock on a removed file keeps nobody out.
            if same_file(&file, &path).map_err(RecordError::io(&path))? {
                return Ok(Self { path, _file: file });
            }
        }
    }
}

impl Drop for RecordLock {
    fn drop(&mut self) {
        if let Err(error) = std::fs::remove_file(&self.path) {
            tracing::debug!(path = %self.path.display(), %error, "a lock file stays behind");
        }
    }
}

/// The path with something added to its name.
pub(super) fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

#[cfg(unix)]
fn open_private(path: &Path) -> io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt;
    OpenOptions::new().create(true).truncate(false).write(true).mode(0o600).open(path)
}

#[cfg(not(unix))]
fn open_private(path: &Path) -> io::Result<File> {
    OpenOptions::new().create(true).truncate(false).write(true).open(path)
}

#[cfg(unix)]
fn same_file(file: &File, path: &Path) -> io::Result<bool> {
    use std::os::unix::fs::MetadataExt;
    let held = file.metadata()?;
    match std::fs::metadata(path) {
        Ok(there) => Ok(held.ino() == there.ino() && held.dev() == there.dev()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

#[cfg(not(unix))]
fn same_file(_file: &File, _path: &Path) -> io::Result<bool> {
    // Other systems do not remove a file that is open.
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lock_whose_holder_is_about_to_go_is_waited_for() {
        let folder = tempfile::tempdir().unwrap();
        let record = folder.path().join("r");
        let mut holder = Some(RecordLock::take_pausing(&record, || ()).unwrap());
        let mut pauses = 0;
        let taken = RecordLock::take_pausing(&record, || {
            pauses += 1;
            if pauses == 3 {
                holder = None;
            }
        });
        assert!(taken.is_ok());
        assert_eq!(pauses, 3);
    }

    #[test]
    fn a_lock_that_stays_held_is_busy_in_the_end() {
        let folder = tempfile::tempdir().unwrap();
        let record = folder.path().join("r");
        let _holder = RecordLock::take_pausing(&record, || ()).unwrap();
        let mut pauses = 0;
        let refused = RecordLock::take_pausing(&record, || pauses += 1);
        assert!(matches!(refused, Err(RecordError::Busy(_))));
        assert_eq!(pauses, LOCK_ATTEMPTS);
    }
}
