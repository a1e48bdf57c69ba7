//! Blobs as files, `blobs/xx/<id>`, and small ones together in `blobs/packs/<number>`. Names are the store's own
//! numbers: nothing that a client sends ever becomes a path. Files are written in place, because the index alone
//! decides what exists; recovery removes the others.

use super::{
    BlobFile, Blobs, ByteStream, StoreError,
    index::sync_folder,
    packs::{self, Packs},
};
use crate::domain::BlobId;
use bytes::{Bytes, BytesMut};
use futures_util::stream;
use std::{
    collections::HashSet,
    fs::{self, File},
    io::{self, ErrorKind, Read, Seek, SeekFrom, Write},
    ops::Range,
    path::{Path, PathBuf},
    sync::atomic::{AtomicU64, Ordering},
};

/// Bytes read at once: enough to make a system call cheap, little enough for many readers.
const READ_CHUNK: u64 = 128 * 1024;

/// Blobs in a directory.
#[derive(Debug)]
pub struct FileBlobs {
    folder: PathBuf,
    packs: Packs,
    fsync: bool,
    /// The largest id of a file so far.
    last: AtomicU64,
}

struct Draft {
    path: PathBuf,
    file: File,
    fsync: bool,
}

impl FileBlobs {
    /// Uses `directory/blobs`, which is created if needed. Its up to 256 folders come with their first blobs.
    pub fn open(directory: &Path, fsync: bool) -> Result<Self, StoreError> {
        let folder = directory.join("blobs");
        fs::create_dir_all(&folder).map_err(StoreError::io("create", &folder))?;
        let packs = Packs::open(folder.join("packs"), fsync)?;
        Ok(Self { folder, packs, fsync, last: AtomicU64::new(0) })
    }

    fn create_in_new_folder(&self, path: &Path) -> io::Result<File> {
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        if self.fsync {
            // The name of the new folder is durable only when the folder above is.
            sync_folder(&self.folder)?;
        }
        File::create_new(path)
    }

    fn path(&self, id: BlobId) -> PathBuf {
        self.folder.join(format!("{:02x}", id.0 & 0xFF)).join(id.to_string())
    }
}

impl Blobs for FileBlobs {
    fn create(&self, announced: Option<u64>) -> Result<(BlobId, Box<dyn BlobFile>), StoreError> {
        if let Some(len) = announced.filter(|len| *len <= packs::LARGEST) {
            return self.packs.create(len);
        }
        let id = BlobId(self.last.fetch_add(1, Ordering::Relaxed) + 1);
        let path = self.path(id);
        let created = match File::create_new(&path) {
            Err(error) if error.kind() == ErrorKind::NotFound => self.create_in_new_folder(&path),
            created => created,
        };
        let file = created.map_err(StoreError::io("create", &path))?;
        Ok((id, Box::new(Draft { path, file, fsync: self.fsync })))
    }

    fn read(&self, id: BlobId, range: Range<u64>) -> Result<ByteStream, StoreError> {
        if let Some(packed) = self.packs.read(id, &range) {
            return packed;
        }
        let path = self.path(id);
        let mut file = File::open(&path).map_err(|error| match error.kind() {
            ErrorKind::NotFound => StoreError::Missing(id),
            _ => StoreError::io("open", &path)(error),
        })?;
        file.seek(SeekFrom::Start(range.start)).map_err(StoreError::io("read", &path))?;
        Ok(Box::pin(stream::iter(FileChunks { path, file, left: range.end - range.start })))
    }

    fn delete(&self, id: BlobId) -> Result<(), StoreError> {
        if self.packs.delete(id)? {
            return Ok(());
        }
        let path = self.path(id);
        match fs::remove_file(&path) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(StoreError::io("remove", &path)(error)),
            _ => Ok(()),
        }
    }

    fn sweep(&self, used: &HashSet<BlobId>) -> Result<usize, StoreError> {
        let mut removed = self.packs.sweep(used)?;
        // A file that is missing is missed when it is read; its id is not to be given again.
        let last = used.iter().filter(|id| !Packs::is_packed(**id)).max();
        self.last.fetch_max(last.map_or(0, |last| last.0), Ordering::Relaxed);
        for shard in 0..=u8::MAX {
            let folder = self.folder.join(format!("{shard:02x}"));
            let entries = match fs::read_dir(&folder) {
                Err(error) if error.kind() == ErrorKind::NotFound => continue,
                entries => entries.map_err(StoreError::io("list", &folder))?,
            };
            for entry in entries {
                let path = entry.map_err(StoreError::io("list", &folder))?.path();
                let id = path.file_name().and_then(|name| u64::from_str_radix(name.to_str()?, 16).ok());
                // A name that is no id was not written by an emulator and is not ours to remove.
                if id.is_some_and(|id| !used.contains(&BlobId(id))) {
                    fs::remove_file(&path).map_err(StoreError::io("remove", &path))?;
                    removed += 1;
                }
            }
        }
        Ok(removed)
    }
}

/// Writes go straight to the operating system's cache: that takes less time than handing them to another
/// thread would, and keeps no byte in a buffer of ours.
#[async_trait::async_trait]
impl BlobFile for Draft {
    async fn write(&mut self, bytes: Bytes) -> Result<(), StoreError> {
        self.file.write_all(&bytes).map_err(StoreError::io("write", &self.path))
    }

    async fn seal(self: Box<Self>) -> Result<(), StoreError> {
        if !self.fsync {
            return Ok(());
        }
        let Self { path, file, .. } = *self;
        tokio::fs::File::from_std(file).sync_data().await.map_err(StoreError::io("flush", &path))?;
        // The name of a new file is durable only when its folder is.
        let folder = path.parent().unwrap_or(&path);
        let opened = tokio::fs::File::open(folder).await.map_err(StoreError::io("open", folder))?;
        opened.sync_all().await.map_err(StoreError::io("flush", folder))
    }
}

struct FileChunks {
    path: PathBuf,
    file: File,
    left: u64,
}

impl Iterator for FileChunks {
    type Item = Result<Bytes, StoreError>;

    fn next(&mut self) -> Option<Self::Item> {
        let wanted = usize::try_from(self.left.min(READ_CHUNK)).unwrap_or_default();
        if wanted == 0 {
            return None;
        }
        let mut chunk = BytesMut::zeroed(wanted);
        match self.file.read_exact(&mut chunk) {
            Ok(()) => {
                self.left -= wanted as u64;
                Some(Ok(chunk.freeze()))
            }
            Err(error) => {
                self.left = 0;
                Some(Err(StoreError::io("read", &self.path)(error)))
            }
        }
    }
}
