//! The file that is uploaded: opened once, identified at the start, read in ranges through small buffers.

use std::{
    fs::{File, Metadata},
    io,
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::UNIX_EPOCH,
};

use async_trait::async_trait;
use bytes::{Bytes, BytesMut};
use crc_fast::{CrcAlgorithm, Digest as Crc};
use futures_util::{StreamExt, stream};
use md5::{Digest as _, Md5};
use tokio::{
    sync::mpsc::{Receiver, Sender, channel},
    task::spawn_blocking,
};

use super::progress::Reporter;
use crate::{
    api::BodySource,
    machine::{ByteRange, ErrorKind, LocalDigest, Md5Digest, SourceIdentity},
    transport::Chunks,
};

/// Bytes read at a time. With the two chunks that wait and the one that the connection holds, a part takes half a MiB
/// whatever its size (our choice).
const CHUNK: usize = 128 * 1024;

/// Chunks that may wait for the connection.
const CHUNKS_AHEAD: usize = 2;

/// An open file and what it was when it was opened.
#[derive(Debug)]
pub(crate) struct SourceFile {
    file: File,
    path: PathBuf,
    identity: SourceIdentity,
}

fn unreadable(path: &Path) -> impl Fn(io::Error) -> ErrorKind {
    let path = path.to_owned();
    move |error| ErrorKind::SourceIo(format!("{}: {error}", path.display()))
}

impl SourceFile {
    /// Opens a file and notes what it is.
    pub(crate) fn open(path: &Path) -> Result<Self, ErrorKind> {
        let canonical = std::fs::canonicalize(path).map_err(unreadable(path))?;
        // Opening a pipe would wait for its other end.
        if !std::fs::metadata(&canonical).map_err(unreadable(path))?.is_file() {
            return Err(ErrorKind::SourceIo(format!("{} is not a regular file", path.display())));
        }
        let file = File::open(&canonical).map_err(unreadable(path))?;
        let identity = identity(&file.metadata().map_err(unreadable(path))?);
        Ok(Self { file, path: canonical, identity })
    }

    /// The canonical path.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// What the file was when it was opened.
    pub(crate) fn identity(&self) -> SourceIdentity {
        self.identity
    }

    /// Compares the file, and what its path leads to, with what it was.
    pub(crate) fn check(&self) -> Result<(), ErrorKind> {
        let changed = |what: &str| ErrorKind::SourceChanged(format!("{}: {what}", self.path.display()));
        let open = identity(&self.file.metadata().map_err(unreadable(&self.path))?);
        if let Some(fact) = self.identity.difference(&open) {
            return Err(changed(&format!("its {fact} is not what it was at the start")));
        }
        match std::fs::metadata(&self.path) {
            Ok(there) => match self.identity.difference(&identity(&there)) {
                Some(_) => Err(changed("another file has taken its place")),
                None => Ok(()),
            },
            Err(error) if error.kind() == io::ErrorKind::NotFound => Err(changed("it was deleted")),
            Err(error) => Err(unreadable(&self.path)(error)),
        }
    }

    fn read(&self, offset: u64, buffer: &mut [u8]) -> Result<(), ErrorKind> {
        read_exact_at(&self.file, offset, buffer).map_err(|error| match error.kind() {
            io::ErrorKind::UnexpectedEof => {
                ErrorKind::SourceChanged(format!("{}: it became shorter", self.path.display()))
            }
            _ => unreadable(&self.path)(error),
        })
    }

    /// Reads a range in chunks until `each` says stop.
    fn for_each_chunk(
        &self,
        range: ByteRange,
        mut each: impl FnMut(&mut BytesMut, u64) -> Result<bool, ErrorKind>,
    ) -> Result<(), ErrorKind> {
        let (mut offset, mut left) = (range.offset, range.length);
        let mut buffer = BytesMut::new();
        while left > 0 {
            let size = usize::try_from(left).unwrap_or(CHUNK).min(CHUNK);
            // Memory that `each` did not take is used again.
            buffer.resize(size, 0);
            self.read(offset, &mut buffer)?;
            offset += size as u64;
            left -= size as u64;
            if !each(&mut buffer, left)? {
                break;
            }
        }
        Ok(())
    }
}

#[cfg(unix)]
fn read_exact_at(file: &File, offset: u64, buffer: &mut [u8]) -> io::Result<()> {
    std::os::unix::fs::FileExt::read_exact_at(file, buffer, offset)
}

#[cfg(windows)]
fn read_exact_at(file: &File, mut offset: u64, mut buffer: &mut [u8]) -> io::Result<()> {
    while !buffer.is_empty() {
        match std::os::windows::fs::FileExt::seek_read(file, buffer, offset)? {
            0 => return Err(io::ErrorKind::UnexpectedEof.into()),
            read => {
                buffer = &mut buffer[read..];
                offset += read as u64;
            }
        }
    }
    Ok(())
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
fn identity(meta: &Metadata) -> SourceIdentity {
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
fn identity(meta: &Metadata) -> SourceIdentity {
    SourceIdentity { size: meta.len(), mtime_ns: mtime_ns(meta), ctime_ns: 0, inode: 0, device: 0 }
}

/// A range of the file as the body of a request.
pub(crate) struct FileRange {
    source: Arc<SourceFile>,
    range: ByteRange,
    meter: Option<(Reporter, u32)>,
    fault: Arc<Mutex<Option<ErrorKind>>>,
    dropped: Arc<AtomicBool>,
}

impl FileRange {
    /// A range whose sending is told to `meter` under a part's number.
    pub(crate) fn new(source: Arc<SourceFile>, range: ByteRange, meter: Option<(Reporter, u32)>) -> Self {
        Self { source, range, meter, fault: Arc::default(), dropped: Arc::default() }
    }
}

impl Drop for FileRange {
    fn drop(&mut self) {
        self.dropped.store(true, Ordering::Relaxed);
    }
}

/// MD5 and CRC-64 at once.
struct Hashes {
    md5: Md5,
    crc64: Crc,
}

impl Hashes {
    fn new() -> Self {
        Self { md5: Md5::new(), crc64: Crc::new(CrcAlgorithm::Crc64Xz) }
    }

    fn finish(self, size: u64) -> LocalDigest {
        LocalDigest { size, md5: Md5Digest(self.md5.finalize().into()), crc64: self.crc64.finalize() }
    }
}

#[async_trait]
impl BodySource for FileRange {
    async fn digest(&self) -> Result<LocalDigest, ErrorKind> {
        let (source, range, dropped) = (self.source.clone(), self.range, self.dropped.clone());
        let reading = spawn_blocking(move || {
            let mut hashes = Hashes::new();
            source.for_each_chunk(range, |chunk, _| {
                hashes.md5.update(&chunk[..]);
                hashes.crc64.update(chunk);
                Ok(!dropped.load(Ordering::Relaxed))
            })?;
            // Noticed here, a change costs one part; before Complete it is looked for again.
            source.check()?;
            Ok(hashes.finish(range.length))
        });
        reading.await.unwrap_or_else(|error| Err(ErrorKind::Internal(error.to_string())))
    }

    fn chunks(&self, digest: &LocalDigest) -> Chunks {
        let (sender, receiver) = channel(CHUNKS_AHEAD);
        let (source, range, crc64) = (self.source.clone(), self.range, digest.crc64);
        let fault = self.fault.clone();
        *fault.lock().unwrap_or_else(PoisonError::into_inner) = None;
        // Detached on purpose: it ends when its receiver is gone.
        drop(spawn_blocking(move || {
            if let Err(kind) = send_chunks(&source, range, crc64, &sender) {
                *fault.lock().unwrap_or_else(PoisonError::into_inner) = Some(kind.clone());
                // Without a receiver nobody needs to know.
                let _gone = sender.blocking_send(Err(io::Error::other(kind.to_string())));
            }
        }));
        let mut sent = 0;
        let meter = self.meter.clone();
        let tell = move |chunk: io::Result<Bytes>| {
            if let (Ok(bytes), Some((reporter, number))) = (&chunk, &meter) {
                sent += bytes.len() as u64;
                reporter.under_way(*number, sent);
            }
            chunk
        };
        Box::pin(received(receiver).map(tell))
    }

    fn fault(&self) -> Option<ErrorKind> {
        self.fault.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

fn received(receiver: Receiver<io::Result<Bytes>>) -> impl stream::Stream<Item = io::Result<Bytes>> + Send {
    stream::unfold(receiver, |mut receiver| async move { Some((receiver.recv().await?, receiver)) })
}

/// Hands out the chunks of a range. The last one is held back until the bytes are known to be those of `crc64`, so that a
/// changed range never arrives whole.
fn send_chunks(
    source: &SourceFile,
    range: ByteRange,
    crc64: u64,
    sender: &Sender<io::Result<Bytes>>,
) -> Result<(), ErrorKind> {
    let mut crc = Crc::new(CrcAlgorithm::Crc64Xz);
    source.for_each_chunk(range, |chunk, left| {
        crc.update(chunk);
        if left == 0 && crc.finalize() != crc64 {
            let path = source.path.display();
            return Err(ErrorKind::SourceChanged(format!("{path}: its bytes changed between two readings")));
        }
        Ok(sender.blocking_send(Ok(chunk.split().freeze())).is_ok())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(bytes: &[u8]) -> (tempfile::TempDir, PathBuf, Arc<SourceFile>) {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("source");
        std::fs::write(&path, bytes).unwrap();
        let source = Arc::new(SourceFile::open(&path).unwrap());
        (dir, path, source)
    }

    async fn read(range: &FileRange, digest: &LocalDigest) -> Result<Vec<u8>, usize> {
        let mut bytes = Vec::new();
        let mut chunks = range.chunks(digest);
        while let Some(chunk) = chunks.next().await {
            match chunk {
                Ok(chunk) => bytes.extend_from_slice(&chunk),
                Err(_) => return Err(bytes.len()),
            }
        }
        Ok(bytes)
    }

    #[tokio::test]
    async fn a_range_is_read_exactly_whatever_its_place() {
        let bytes: Vec<u8> = (0..3 * CHUNK + 5).map(|at| u8::try_from(at % 251).unwrap()).collect();
        let (_dir, _path, source) = source(&bytes);
        let range = ByteRange { offset: 7, length: (2 * CHUNK + 11) as u64 };
        let range = FileRange::new(source, range, None);
        let digest = range.digest().await.unwrap();
        let wanted = &bytes[7..2 * CHUNK + 18];
        assert_eq!(digest.crc64, crc_fast::checksum(CrcAlgorithm::Crc64Xz, wanted));
        assert_eq!(digest.md5.0, <[u8; 16]>::from(Md5::digest(wanted)));
        assert_eq!(read(&range, &digest).await.as_deref(), Ok(wanted));
        assert_eq!(range.fault(), None);
    }

    #[tokio::test]
    async fn a_range_that_changed_between_two_readings_never_goes_out_whole() {
        let bytes = vec![1; 2 * CHUNK];
        let (_dir, path, source) = source(&bytes);
        let range = FileRange::new(source, ByteRange { offset: 0, length: bytes.len() as u64 }, None);
        let digest = range.digest().await.unwrap();
        std::fs::write(&path, vec![2; 2 * CHUNK]).unwrap();
        assert_eq!(read(&range, &digest).await, Err(CHUNK), "the last chunk is held back");
        assert!(matches!(range.fault(), Some(ErrorKind::SourceChanged(_))));
    }

    #[tokio::test]
    async fn a_file_that_became_shorter_is_a_changed_one() {
        let (_dir, path, source) = source(&[1; 100]);
        let range = FileRange::new(source, ByteRange { offset: 0, length: 100 }, None);
        std::fs::write(&path, [1; 99]).unwrap();
        assert!(matches!(range.digest().await, Err(ErrorKind::SourceChanged(_))));
    }

    #[test]
    fn what_is_no_regular_file_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        assert!(matches!(SourceFile::open(dir.path()), Err(ErrorKind::SourceIo(_))));
        assert!(matches!(SourceFile::open(&dir.path().join("absent")), Err(ErrorKind::SourceIo(_))));
    }
}
