//! Small blobs, many to a file: creating a file takes the operating system longer than all the rest of a small request
//! (ext4: 80 microseconds and more; appending to a pack: 2). A pack goes when the last of its blobs has gone.

use super::{BlobFile, ByteStream, StoreError, index::sync_folder, pack::Pack};
use crate::domain::BlobId;
use bytes::{Bytes, BytesMut};
use futures_util::stream;
use std::{
    collections::{HashMap, HashSet},
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

/// Where a blob lies. Its id says it, so that no table has to.
#[derive(Debug, Clone, Copy)]
struct Place {
    pack: u64,
    offset: u64,
}

/// Set in the ids of packed blobs, clear in all others.
const PACKED: u64 = 1 << 63;

impl Place {
    fn of(id: BlobId) -> Option<Self> {
        let place = Self { pack: (id.0 & !PACKED) / FULL, offset: id.0 % FULL };
        (id.0 & PACKED != 0).then_some(place)
    }

    fn id(self) -> BlobId {
        BlobId(PACKED | (self.pack * FULL + self.offset))
    }
}

/// All packs of a store.
#[derive(Debug)]
pub(super) struct Packs {
    folder: PathBuf,
    fsync: bool,
    inner: Mutex<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    /// Where the blobs of each pack begin that have not been deleted.
    living: HashMap<u64, HashSet<u64>>,
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
    offset: u64,
    len: u64,
    written: u64,
    fsync: bool,
}

impl Packs {
    /// Uses `folder`, which comes with the first pack. Packs of earlier processes are only read, and hold what
    /// [`Packs::sweep`] is told.
    pub(super) fn open(folder: PathBuf, fsync: bool) -> Result<Self, StoreError> {
        let living = packs_in(&folder)?.into_iter().map(|number| (number, HashSet::new())).collect();
        let inner = Mutex::new(Inner { living, ..Inner::default() });
        Ok(Self { folder, fsync, inner })
    }

    /// Whether an id is one of a packed blob.
    pub(super) fn is_packed(id: BlobId) -> bool {
        Place::of(id).is_some()
    }

    /// Begins a blob of at most `len` bytes.
    pub(super) fn create(&self, len: u64) -> Result<(BlobId, Box<dyn BlobFile>), StoreError> {
        let mut inner = self.lock();
        let filling = match inner.filling.take() {
            Some(filling) => filling,
            None => self.begin(&mut inner)?,
        };
        let Filling { number, pack, next: offset } = filling;
        // Two blobs without a byte are two all the same.
        let next = offset + len.max(1);
        inner.living.entry(number).or_default().insert(offset);
        inner.filling = (next < FULL).then(|| Filling { number, pack: Arc::clone(&pack), next });
        drop(inner);
        let draft = Draft { pack, offset, len, written: 0, fsync: self.fsync };
        Ok((Place { pack: number, offset }.id(), Box::new(draft)))
    }

    fn begin(&self, inner: &mut Inner) -> Result<Filling, StoreError> {
        fs::create_dir_all(&self.folder).map_err(StoreError::io("create", &self.folder))?;
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
        Ok(Filling { number, pack, next: 0 })
    }

    /// Reads a stretch of a blob; `None` when the id is of no packed one.
    pub(super) fn read(&self, id: BlobId, range: &Range<u64>) -> Option<Result<ByteStream, StoreError>> {
        let place = Place::of(id)?;
        let inner = self.lock();
        let lives = inner.living.get(&place.pack).is_some_and(|living| living.contains(&place.offset));
        if !lives || range.end > LARGEST {
            return Some(Err(StoreError::Missing(id)));
        }
        let filling = inner.filling.as_ref().filter(|filling| filling.number == place.pack);
        let pack = filling.map(|filling| Arc::clone(&filling.pack));
        drop(inner);
        let pack = pack.map_or_else(|| Pack::open(self.path(place.pack)).map(Arc::new), Ok);
        Some(
            pack.map(|pack| stretch(pack, place.offset + range.start, range.end.saturating_sub(range.start))),
        )
    }

    /// Removes a blob; `false` when the id is of no packed one.
    pub(super) fn delete(&self, id: BlobId) -> Result<bool, StoreError> {
        let Some(place) = Place::of(id) else { return Ok(false) };
        let mut inner = self.lock();
        let Some(living) = inner.living.get_mut(&place.pack) else { return Ok(true) };
        if !living.remove(&place.offset) || !living.is_empty() {
            return Ok(true);
        }
        inner.living.remove(&place.pack);
        inner.filling = inner.filling.take().filter(|filling| filling.number != place.pack);
        drop(inner);
        self.remove(place.pack)?;
        Ok(true)
    }

    /// Learns which blobs there are, and removes the packs that hold none of them. Returns how many went.
    pub(super) fn sweep(&self, used: &HashSet<BlobId>) -> Result<usize, StoreError> {
        let mut inner = self.lock();
        for place in used.iter().filter_map(|id| Place::of(*id)) {
            // A pack that is missing is missed when it is read; its number is not to be given again.
            inner.last = inner.last.max(place.pack);
            inner.living.entry(place.pack).or_default().insert(place.offset);
        }
        let empty: Vec<u64> =
            inner.living.extract_if(|_, living| living.is_empty()).map(|(n, _)| n).collect();
        drop(inner);
        empty.iter().try_for_each(|number| self.remove(*number))?;
        Ok(empty.len())
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
fn stretch(pack: Arc<Pack>, from: u64, len: u64) -> ByteStream {
    Box::pin(stream::once(async move {
        // At most LARGEST.
        let mut bytes = BytesMut::zeroed(usize::try_from(len).unwrap_or(0));
        pack.read(&mut bytes, from)?;
        Ok(bytes.freeze())
    }))
}

/// The numbers of the packs in a folder. Other names were not written by an emulator.
fn packs_in(folder: &Path) -> Result<Vec<u64>, StoreError> {
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries.map_err(StoreError::io("list", folder))?,
    };
    let mut packs = Vec::new();
    for entry in entries {
        let name = entry.map_err(StoreError::io("list", folder))?.file_name();
        packs.extend(name.to_str().and_then(|name| u64::from_str_radix(name, 16).ok()));
    }
    Ok(packs)
}

#[async_trait::async_trait]
impl BlobFile for Draft {
    async fn write(&mut self, bytes: Bytes) -> Result<(), StoreError> {
        let after = self.written + bytes.len() as u64;
        if after > self.len {
            // The neighbour begins there.
            let reason = io::Error::new(ErrorKind::InvalidInput, "more bytes came than were announced");
            return Err(StoreError::io("write", self.pack.path())(reason));
        }
        self.pack.write(&bytes, self.offset + self.written)?;
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
