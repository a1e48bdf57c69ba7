//! A file as a source: opened once, known by what the system says of it.

use std::{
    fs::{File, Metadata},
    io,
    path::{Path, PathBuf},
    time::UNIX_EPOCH,
};

use super::{ReadAt, SourceError};
use crate::{machine::SourceIdentity, record::SourceName};

/// An open file and what it was when it was opened.
#[derive(Debug)]
pub(super) struct SourceFile {
    file: File,
    path: PathBuf,
    facts: SourceIdentity,
}

impl SourceFile {
    /// Opens a file and notes what it is.
    pub(super) fn open(path: &Path) -> io::Result<Self> {
        let canonical = std::fs::canonicalize(path)?;
        // Opening a pipe would wait for its other end.
        if !std::fs::metadata(&canonical)?.is_file() {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "it is not a regular file"));
        }
        let file = File::open(&canonical)?;
        let facts = facts(&file.metadata()?);
        Ok(Self { file, path: canonical, facts })
    }

    /// What the file was when it was opened.
    pub(super) fn facts(&self) -> SourceIdentity {
        self.facts
    }
}

impl ReadAt for SourceFile {
    fn len(&self) -> u64 {
        self.facts.size
    }

    fn identity(&self) -> Option<SourceName> {
        Some(SourceName::Path(self.path.clone()))
    }

    #[cfg(unix)]
    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> Result<usize, SourceError> {
        Ok(std::os::unix::fs::FileExt::read_at(&self.file, buffer, offset)?)
    }

    #[cfg(windows)]
    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> Result<usize, SourceError> {
        Ok(std::os::windows::fs::FileExt::seek_read(&self.file, buffer, offset)?)
    }

    /// Compares the file, and what its path leads to, with what it was.
    fn check(&self) -> Result<(), SourceError> {
        if let Some(fact) = self.facts.difference(&facts(&self.file.metadata()?)) {
            return Err(SourceError::Changed(format!("its {fact} is not what it was at the start")));
        }
        match std::fs::metadata(&self.path) {
            Ok(there) => match self.facts.difference(&facts(&there)) {
                Some(_) => Err(SourceError::Changed("another file has taken its place".to_owned())),
                None => Ok(()),
            },
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                Err(SourceError::Changed("it was deleted".to_owned()))
            }
            Err(error) => Err(error.into()),
        }
    }
}

fn mtime_ns(meta: &Metadata) -> i128 {
    let modified = meta.modified().unwrap_or(UNIX_EPOCH);
    let nanos = |duration: std::time::Duration| i128::try_from(duration.as_nanos()).unwrap_or(i128::MAX);
    match modified.duration_since(UNIX_EPOCH) {
        Ok(after) => nanos(after),
        Err(before) => -nanos(before.duration()),
    }
}

#[cfg(unix)]
fn facts(meta: &Metadata) -> SourceIdentity {
    use std::os::unix::fs::MetadataExt;
    SourceIdentity {
        size: meta.len(),
        mtime_ns: mtime_ns(meta),
        ctime_ns: i128::from(meta.ctime()) * 1_000_000_000 + i128::from(meta.ctime_nsec()),
        inode: meta.ino(),
        device: meta.dev(),
    }
}

#[cfg(not(unix))]
fn facts(meta: &Metadata) -> SourceIdentity {
    SourceIdentity { size: meta.len(), mtime_ns: mtime_ns(meta), ..SourceIdentity::default() }
}
