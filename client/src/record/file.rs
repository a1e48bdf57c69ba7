//! Records in files, each under its lock: replaced atomically, or extended by a line a part.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Read, Write},
    path::{Path, PathBuf},
};

use super::{
    Later, RecordError, RecordHold, RecordStore, limits,
    lock::{RecordLock, beside},
};

/// Keeps each record in a file of its own in one directory, which must exist. Processes that share the directory exclude
/// each other; a process that was killed a moment ago is waited for.
#[derive(Debug, Clone)]
pub struct FileRecords {
    dir: PathBuf,
}

impl FileRecords {
    /// Records in `dir`.
    pub fn new(dir: impl Into<PathBuf>) -> Self {
        Self { dir: dir.into() }
    }
}

impl RecordStore for FileRecords {
    fn open(&self, name: &str) -> Result<Box<dyn RecordHold>, RecordError> {
        Ok(Box::new(RecordFile::open(&self.dir.join(name))?))
    }
}

/// An open record; nobody else can open it until it is dropped.
#[derive(Debug)]
pub struct RecordFile {
    path: PathBuf,
    journal: Option<File>,
    unsynced: u32,
    _lock: RecordLock,
}

impl RecordFile {
    /// Locks the record at `path`. The directory must exist.
    pub fn open(path: &Path) -> Result<Self, RecordError> {
        let dir = parent(path);
        if !dir.is_dir() {
            return Err(RecordError::NoDirectory(dir.to_owned()));
        }
        let lock = RecordLock::take(path)?;
        // A process that was killed while it wrote may have left this; under the lock it is nobody's.
        remove(&beside(path, ".tmp"))?;
        Ok(Self { path: path.to_owned(), journal: None, unsynced: 0, _lock: lock })
    }
}

impl RecordHold for RecordFile {
    fn place(&self) -> String {
        self.path.display().to_string()
    }

    fn load(&mut self) -> Result<Vec<u8>, RecordError> {
        let read = || {
            let meta = match fs::metadata(&self.path) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
                other => other?,
            };
            if !meta.is_file() {
                return Err(io::Error::new(io::ErrorKind::InvalidInput, "it is not a file"));
            }
            let mut bytes = Vec::new();
            File::open(&self.path)?.take(limits::MAX_BYTES as u64 + 1).read_to_end(&mut bytes)?;
            Ok(bytes)
        };
        read().map_err(RecordError::io(&self.path))
    }

    fn save(&mut self, text: &[u8]) -> Result<(), RecordError> {
        let temporary = beside(&self.path, ".tmp");
        let written = write_synced(&temporary, text)
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

    /// Every few lines the file is to be forced to the disk.
    fn append(&mut self, line: &[u8]) -> Result<Option<Later>, RecordError> {
        let Some(journal) = &mut self.journal else { return Ok(None) };
        journal.write_all(line).map_err(RecordError::io(&self.path))?;
        self.unsynced += 1;
        if self.unsynced < limits::PARTS_PER_SYNC {
            return Ok(None);
        }
        self.unsynced = 0;
        let file = journal.try_clone().map_err(RecordError::io(&self.path))?;
        Ok(Some(Box::new(move || file.sync_data())))
    }

    fn delete(&mut self) -> Result<(), RecordError> {
        self.journal = None;
        remove(&self.path)
    }

    /// Renames the record to `NAME.bad`, in place of an earlier one.
    fn put_aside(&mut self) -> Result<Option<String>, RecordError> {
        let aside = beside(&self.path, ".bad");
        fs::rename(&self.path, &aside).map_err(RecordError::io(&self.path))?;
        Ok(Some(aside.display().to_string()))
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
