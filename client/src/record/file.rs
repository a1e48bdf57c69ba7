//! A record file under its lock: replaced atomically, or extended by a line a part.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write},
    path::{Path, PathBuf},
};

use super::{
    format,
    format::Record,
    limits,
    load::{Loaded, load},
    lock::{RecordError, RecordLock, beside},
};
use crate::machine::ProvenPart;

/// An open record; nobody else can open it until it is dropped.
#[derive(Debug)]
pub struct RecordFile {
    path: PathBuf,
    journal: Option<File>,
    unsynced: u32,
    _lock: RecordLock,
}

impl RecordFile {
    /// Locks the record at `path` and reads it. The directory must exist.
    pub fn open(path: &Path) -> Result<(Self, Loaded), RecordError> {
        let dir = parent(path);
        if !dir.is_dir() {
            return Err(RecordError::NoDirectory(dir.to_owned()));
        }
        let lock = RecordLock::take(path)?;
        // A process that was killed while it wrote may have left this; under the lock it is nobody's.
        remove(&beside(path, ".tmp"))?;
        let loaded = load(path).map_err(RecordError::io(path))?;
        Ok((Self { path: path.to_owned(), journal: None, unsynced: 0, _lock: lock }, loaded))
    }

    /// Where the record is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Replaces the record; it is on the disk when this returns.
    pub fn save(&mut self, record: &Record) -> Result<(), RecordError> {
        let text = format::head_line(record)?;
        let temporary = beside(&self.path, ".tmp");
        let written = write_synced(&temporary, text.as_bytes())
            .and_then(|()| fs::rename(&temporary, &self.path))
            .and_then(|()| sync_directory(parent(&self.path)));
        if let Err(error) = written {
            remove(&temporary)?;
            return Err(RecordError::Io { path: self.path.clone(), error });
        }
        let journal =
            OpenOptions::new().append(true).open(&self.path).map_err(RecordError::io(&self.path))?;
        self.journal = Some(journal);
        self.unsynced = 0;
        Ok(())
    }

    /// Adds a part. It outlives the death of the process at once; every few parts the file to be forced to the disk is
    /// handed out, so that the caller can do that where waiting is no harm.
    pub fn append(&mut self, part: &ProvenPart) -> Result<Option<File>, RecordError> {
        let line = format::part_line(part)?;
        let Some(journal) = &mut self.journal else { return Ok(None) };
        journal.write_all(line.as_bytes()).map_err(RecordError::io(&self.path))?;
        self.unsynced += 1;
        if self.unsynced < limits::PARTS_PER_SYNC {
            return Ok(None);
        }
        self.unsynced = 0;
        journal.try_clone().map(Some).map_err(RecordError::io(&self.path))
    }

    /// Deletes the record.
    pub fn delete(&mut self) -> Result<(), RecordError> {
        self.journal = None;
        remove(&self.path)
    }

    /// Puts a damaged record aside as `NAME.bad`, in place of an earlier one; answers where it is.
    pub fn put_aside(&mut self) -> Result<PathBuf, RecordError> {
        let aside = beside(&self.path, ".bad");
        fs::rename(&self.path, &aside).map_err(RecordError::io(&self.path))?;
        Ok(aside)
    }
}

fn parent(path: &Path) -> &Path {
    path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

fn remove(path: &Path) -> Result<(), RecordError> {
    match fs::remove_file(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        other => other.map_err(RecordError::io(path)),
    }
}

fn write_synced(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.create(true).truncate(true).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

#[cfg(unix)]
fn sync_directory(dir: &Path) -> io::Result<()> {
    File::open(dir)?.sync_all()
}

#[cfg(not(unix))]
fn sync_directory(_dir: &Path) -> io::Result<()> {
    // Other systems cannot open a directory as a file; their rename is durable with the file.
    Ok(())
}
