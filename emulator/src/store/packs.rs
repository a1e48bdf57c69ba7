//! Small blobs, many to a file: creating a file takes the operating system longer than all the rest of a small request
//! (ext4: 80 microseconds and more; appending to a pack: 2). A pack goes when the last of its blobs has gone.

use super::{
    BlobFile, ByteStream, StoreError,
    index::sync_folder,
    pack::{Berth, Pack},
};
use crate::domain::BlobId;
use bytes::{Bytes, BytesMut};
use futures_util::stream;
use std::{
    collections::HashMap,
    fs,
    io::{self, ErrorKind},
    ops::Range,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// Largest blob that is packed, in bytes; larger ones are worth a file (our choice).
pub(super) const LARGEST: u64 = 128 * 1024;

/// Bytes after which a pack takes no more blobs: room that its dead may hold as long as one of it lives (our choice).
const FULL: u64 = 8 << 20;

/// All packs of a store.
#[derive(Debug)]
pub(super) struct Packs {
    folder: PathBuf,
    fsync: bool,
    inner: Mutex<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    berths: HashMap<BlobId, (u64, Berth)>,
    /// How many blobs of each pack have not been deleted.
    living: HashMap<u64, usize>,
    filling: Option<Filling>,
    last: u64,
}

/// The pack that takes blobs. The others are opened when something is read from them.
#[derive(Debug)]
struct Filling {
    number: u64,
    pack: Arc<Pack>,
    next: u64,
}

/// A small blob being written.
struct Draft {
    pack: Arc<Pack>,
    berth: Berth,
    written: u64,
    fsync: bool,
}

impl Packs {
    /// Uses `folder`, which comes with the first pack. Packs of earlier processes are only read.
    pub(super) fn open(folder: PathBuf, fsync: bool) -> Result<Self, StoreError> {
        let mut inner = Inner::default();
        for (number, path) in packs_in(&folder)? {
            let berths = Pack::open(path)?.berths()?;
            inner.last = inner.last.max(number);
            inner.living.insert(number, berths.len());
            inner.berths.extend(berths.into_iter().map(|berth| (berth.id, (number, berth))));
        }
        Ok(Self { folder, fsync, inner: Mutex::new(inner) })
    }

    /// The largest id on any label, of blobs that have gone too: while a pack lasts, its labels are read again at each
    /// start, and an id that was given twice would lead to either blob.
    pub(super) fn last_id(&self) -> Option<BlobId> {
        self.lock().berths.keys().max().copied()
    }

    /// Begins a blob of at most `len` bytes.
    pub(super) fn create(&self, id: BlobId, len: u64) -> Result<Box<dyn BlobFile>, StoreError> {
        let mut inner = self.lock();
        let mut filling = match inner.filling.take() {
            Some(filling) => filling,
            None => self.begin(&mut inner)?,
        };
        let (number, pack) = (filling.number, Arc::clone(&filling.pack));
        let placed = pack.berth(id, len, filling.next);
        if let Ok((berth, next)) = placed {
            filling.next = next;
            inner.berths.insert(id, (number, berth));
            *inner.living.entry(number).or_default() += 1;
        }
        inner.filling = Some(filling).filter(|filling| filling.next < FULL);
        drop(inner);
        let (berth, _) = placed?;
        Ok(Box::new(Draft { pack, berth, written: 0, fsync: self.fsync }))
    }

    fn begin(&self, inner: &mut Inner) -> Result<Filling, StoreError> {
        if inner.living.is_empty() {
            fs::create_dir_all(&self.folder).map_err(StoreError::io("create", &self.folder))?;
        }
        inner.last += 1;
        let number = inner.last;
        let pack = Arc::new(Pack::create(self.path(number))?);
        if self.fsync {
            // A name is durable only when its folder is, and that folder's name when the one above is.
            let above = self.folder.parent().unwrap_or(&self.folder);
            for folder in [above, &self.folder] {
                sync_folder(folder).map_err(StoreError::io("flush", folder))?;
            }
        }
        inner.living.insert(number, 0);
        Ok(Filling { number, pack, next: 0 })
    }

    /// Reads a stretch of a blob; `None` when it is in no pack.
    pub(super) fn read(&self, id: BlobId, range: &Range<u64>) -> Option<Result<ByteStream, StoreError>> {
        let inner = self.lock();
        let (number, berth) = *inner.berths.get(&id)?;
        let filling = inner.filling.as_ref().filter(|filling| filling.number == number);
        let pack = filling.map(|filling| Arc::clone(&filling.pack));
        drop(inner);
        Some(
            pack.map_or_else(|| Pack::open(self.path(number)).map(Arc::new), Ok)
                .map(|pack| stretch(pack, berth, range)),
        )
    }

    /// Removes a blob; `false` when it is in no pack.
    pub(super) fn delete(&self, id: BlobId) -> Result<bool, StoreError> {
        let mut inner = self.lock();
        let Some((number, _)) = inner.berths.remove(&id) else { return Ok(false) };
        let left = inner.living.get(&number).map_or(0, |living| living.saturating_sub(1));
        if left > 0 {
            inner.living.insert(number, left);
            return Ok(true);
        }
        inner.living.remove(&number);
        inner.filling = inner.filling.take().filter(|filling| filling.number != number);
        drop(inner);
        self.remove(number)?;
        Ok(true)
    }

    /// Removes every blob that `keep` does not know, and packs without one. Returns how many blobs there were.
    pub(super) fn sweep(&self, keep: &dyn Fn(BlobId) -> bool) -> Result<usize, StoreError> {
        let (unknown, empty) = {
            let inner = self.lock();
            let unknown: Vec<BlobId> = inner.berths.keys().copied().filter(|id| !keep(*id)).collect();
            let empty = inner.living.iter().filter(|(_, blobs)| **blobs == 0).map(|(number, _)| *number);
            (unknown, empty.collect::<Vec<u64>>())
        };
        for id in &unknown {
            self.delete(*id)?;
        }
        for number in empty {
            self.lock().living.remove(&number);
            self.remove(number)?;
        }
        Ok(unknown.len())
    }

    fn remove(&self, number: u64) -> Result<(), StoreError> {
        let path = self.path(number);
        match fs::remove_file(&path) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(StoreError::io("remove", &path)(error)),
            _ => Ok(()),
        }
    }

    fn path(&self, number: u64) -> PathBuf {
        self.folder.join(format!("{number:016x}"))
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        // Nothing under the lock panics; counts that a panic had left behind would keep a pack too long, no more.
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A stretch of a blob in one piece: it is small.
fn stretch(pack: Arc<Pack>, berth: Berth, range: &Range<u64>) -> ByteStream {
    let (from, to) = (range.start.min(berth.len), range.end.min(berth.len));
    Box::pin(stream::once(async move {
        // At most LARGEST.
        let mut bytes = BytesMut::zeroed(usize::try_from(to.saturating_sub(from)).unwrap_or(0));
        pack.read(&mut bytes, berth.offset + from)?;
        Ok(bytes.freeze())
    }))
}

/// The packs in a folder, by number. Other names were not written by an emulator.
fn packs_in(folder: &Path) -> Result<Vec<(u64, PathBuf)>, StoreError> {
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries.map_err(StoreError::io("list", folder))?,
    };
    let mut packs = Vec::new();
    for entry in entries {
        let path = entry.map_err(StoreError::io("list", folder))?.path();
        let number = path.file_name().and_then(|name| u64::from_str_radix(name.to_str()?, 16).ok());
        packs.extend(number.map(|number| (number, path)));
    }
    Ok(packs)
}

#[async_trait::async_trait]
impl BlobFile for Draft {
    async fn write(&mut self, bytes: Bytes) -> Result<(), StoreError> {
        let after = self.written + bytes.len() as u64;
        if after > self.berth.len {
            // The neighbour's label begins there.
            let reason = io::Error::new(ErrorKind::InvalidInput, "more bytes came than were announced");
            return Err(StoreError::io("write", self.pack.path())(reason));
        }
        self.pack.write(&bytes, self.berth.offset + self.written)?;
        self.written = after;
        Ok(())
    }

    async fn seal(self: Box<Self>) -> Result<(), StoreError> {
        if !self.fsync {
            return Ok(());
        }
        let flushed = tokio::task::spawn_blocking(move || self.pack.flush()).await;
        flushed.unwrap_or_else(|error| {
            Err(StoreError::io("flush", Path::new("a pack"))(io::Error::other(error)))
        })
    }
}
