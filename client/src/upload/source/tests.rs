//! Tests of sources: files that change, readers that are odd or lie, and what an upload is told of them.

use std::{io, path::PathBuf, sync::Arc};

use bytes::Bytes;
use crc_fast::CrcAlgorithm;
use futures_util::StreamExt;
use md5::{Digest as _, Md5};
use rstest::rstest;

use super::{OpenSource, ReadAt, Source, SourceError, SourceRange, open::CHUNK};
use crate::{
    api::BodySource,
    machine::{ByteRange, ErrorKind, LocalDigest},
    record::SourceName,
};

fn noise(size: usize) -> Vec<u8> {
    (0..size).map(|at| u8::try_from(at % 251).unwrap()).collect()
}

fn opened(source: impl Into<Source>) -> Arc<OpenSource> {
    Arc::new(OpenSource::open(&source.into()).unwrap())
}

fn file(bytes: &[u8]) -> (tempfile::TempDir, PathBuf) {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("source");
    std::fs::write(&path, bytes).unwrap();
    (dir, path)
}

fn whole(source: Arc<OpenSource>) -> SourceRange {
    let length = source.identity().size;
    SourceRange::new(source, ByteRange { offset: 0, length }, None)
}

async fn read(range: &SourceRange, digest: &LocalDigest) -> Result<Vec<u8>, usize> {
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

/// A reader of so many bytes that does as it is told.
struct Odd<R, C> {
    size: u64,
    read: R,
    check: C,
}

impl<R, C> ReadAt for Odd<R, C>
where
    R: Fn(u64, &mut [u8]) -> Result<usize, SourceError> + Send + Sync,
    C: Fn() -> Result<(), SourceError> + Send + Sync,
{
    fn len(&self) -> u64 {
        self.size
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> Result<usize, SourceError> {
        (self.read)(offset, buffer)
    }

    fn check(&self) -> Result<(), SourceError> {
        (self.check)()
    }
}

fn odd(
    read: impl Fn(u64, &mut [u8]) -> Result<usize, SourceError> + Send + Sync + 'static,
) -> Arc<OpenSource> {
    opened(Source::reader(Odd { size: 100, read, check: || Ok(()) }))
}

#[rstest]
#[tokio::test]
async fn a_range_is_read_exactly_whatever_its_place_and_whatever_its_source(
    #[values(true, false)] memory: bool,
) {
    let bytes = noise(3 * CHUNK + 5);
    let (_dir, path) = file(&bytes);
    let source = if memory { opened(Source::bytes(bytes.clone())) } else { opened(path) };
    let range = ByteRange { offset: 7, length: (2 * CHUNK + 11) as u64 };
    let range = SourceRange::new(source, range, None);
    let digest = range.digest().await.unwrap();
    let wanted = &bytes[7..2 * CHUNK + 18];
    assert_eq!(
        (digest.size, digest.crc64),
        (wanted.len() as u64, crc_fast::checksum(CrcAlgorithm::Crc64Xz, wanted))
    );
    assert_eq!(digest.md5.0, <[u8; 16]>::from(Md5::digest(wanted)));
    assert_eq!(read(&range, &digest).await.as_deref(), Ok(wanted));
    assert_eq!(range.fault(), None);
}

#[tokio::test]
async fn a_reader_may_give_one_byte_at_a_time_and_be_interrupted() {
    let bytes = noise(100);
    let content = Bytes::from(bytes.clone());
    let interrupted = std::sync::atomic::AtomicBool::default();
    let source = odd(move |offset, buffer| {
        if !interrupted.fetch_not(std::sync::atomic::Ordering::Relaxed) {
            return Err(io::Error::from(io::ErrorKind::Interrupted).into());
        }
        content.read_at(offset, &mut buffer[..1])
    });
    let range = whole(source);
    let digest = range.digest().await.unwrap();
    assert_eq!(read(&range, &digest).await, Ok(bytes));
}

#[tokio::test]
async fn a_range_that_changed_between_two_readings_never_goes_out_whole() {
    let bytes = vec![1; 2 * CHUNK];
    let (_dir, path) = file(&bytes);
    let range = whole(opened(&path));
    let digest = range.digest().await.unwrap();
    std::fs::write(&path, vec![2; 2 * CHUNK]).unwrap();
    assert_eq!(read(&range, &digest).await, Err(CHUNK), "the last chunk is held back");
    assert!(matches!(range.fault(), Some(ErrorKind::SourceChanged(_))));
}

#[tokio::test]
async fn a_file_that_became_shorter_is_a_changed_one() {
    let (_dir, path) = file(&[1; 100]);
    let range = whole(opened(&path));
    std::fs::write(&path, [1; 99]).unwrap();
    let Err(ErrorKind::SourceChanged(what)) = range.digest().await else { panic!("it was read") };
    assert!(what.contains("ends at byte 99 and had 100 bytes"), "{what}");
}

#[derive(Debug, Clone, Copy)]
enum Trouble {
    EndsEarly,
    SaysThatItEnded,
    SaysThatItChanged,
    Fails,
    ClaimsTooMuch,
    Panics,
}

impl Trouble {
    fn read(self, offset: u64, buffer: &mut [u8]) -> Result<usize, SourceError> {
        match self {
            Self::EndsEarly => Ok(if offset < 90 { buffer.len().min(90) } else { 0 }),
            Self::SaysThatItEnded => Err(io::Error::from(io::ErrorKind::UnexpectedEof).into()),
            Self::SaysThatItChanged => Err(SourceError::Changed("it moved".to_owned())),
            Self::Fails => Err(io::Error::other("bad sector").into()),
            Self::ClaimsTooMuch => Ok(buffer.len() + 1),
            Self::Panics => panic!("oh no"),
        }
    }
}

/// What the reader does, the kind of the error, and what it says.
#[rstest]
#[case(Trouble::EndsEarly, "SourceChanged", "it became shorter: it ends at byte 90")]
#[case(Trouble::SaysThatItEnded, "SourceChanged", "it became shorter")]
#[case(Trouble::SaysThatItChanged, "SourceChanged", "the source: it moved")]
#[case(Trouble::Fails, "SourceIo", "the source: bad sector")]
#[case(Trouble::ClaimsTooMuch, "SourceIo", "claims 101 bytes where 100 were asked for")]
#[case(Trouble::Panics, "SourceIo", "the code that reads it panicked")]
#[tokio::test]
async fn a_reader_that_cannot_be_read_is_an_error_that_says_why(
    #[case] trouble: Trouble,
    #[case] kind: &str,
    #[case] says: &str,
) {
    let range = whole(odd(move |offset, buffer| trouble.read(offset, buffer)));
    let error = range.digest().await.unwrap_err();
    assert_eq!(error.name(), kind);
    assert!(error.to_string().contains(says), "{error}");
    // The same when it is met while the part is on its way.
    let digest = LocalDigest { size: 100, md5: crate::machine::Md5Digest([0; 16]), crc64: 0 };
    assert!(read(&range, &digest).await.is_err());
    assert_eq!(range.fault().map(|fault| fault.name()), Some(kind));
}

#[tokio::test]
async fn a_reader_that_gives_other_bytes_each_time_is_found_out() {
    let reads = std::sync::atomic::AtomicU8::default();
    let range = whole(odd(move |_, buffer| {
        buffer.fill(reads.fetch_add(1, std::sync::atomic::Ordering::Relaxed));
        Ok(buffer.len())
    }));
    let digest = range.digest().await.unwrap();
    assert_eq!(read(&range, &digest).await, Err(0));
}

/// One byte longer each time that it is asked.
struct Growing(std::sync::atomic::AtomicU64);

impl ReadAt for Growing {
    fn len(&self) -> u64 {
        self.0.fetch_add(1, std::sync::atomic::Ordering::Relaxed)
    }

    fn read_at(&self, _: u64, buffer: &mut [u8]) -> Result<usize, SourceError> {
        Ok(buffer.len())
    }
}

#[test]
fn a_source_is_checked_by_itself_and_by_its_size() {
    let error = opened(Source::reader(Growing(100.into()))).check().unwrap_err();
    assert_eq!(
        error.to_string(),
        "the source changed while it was being uploaded: the source: its size was 100 at the start and is 101 now"
    );
    let moved = || Err(SourceError::Changed("it moved".to_owned()));
    let source =
        Source::reader(Odd { size: 100, read: |_, buffer: &mut [u8]| Ok(buffer.len()), check: moved })
            .named("tape 4");
    let error = opened(source).check().unwrap_err();
    assert_eq!(error, ErrorKind::SourceChanged("tape 4: it moved".to_owned()));
}

#[test]
fn what_is_no_regular_file_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    for path in [dir.path().to_owned(), dir.path().join("absent")] {
        let error = OpenSource::open(&Source::file(&path)).unwrap_err();
        let ErrorKind::SourceIo(text) = error else { panic!("{error:?}") };
        assert!(text.starts_with(&path.display().to_string()), "{text}");
    }
}

#[test]
fn a_source_is_known_by_its_path_its_identity_or_the_name_that_it_was_given() {
    struct Known;
    impl ReadAt for Known {
        fn len(&self) -> u64 {
            0
        }
        fn identity(&self) -> Option<SourceName> {
            Some(SourceName::Name("known".to_owned()))
        }
        fn read_at(&self, _: u64, _: &mut [u8]) -> Result<usize, SourceError> {
            Ok(0)
        }
    }
    let (_dir, path) = file(b"");
    let named = |text: &str| Ok(Some(SourceName::Name(text.to_owned())));
    assert_eq!(Source::file(&path).name(), Ok(Some(SourceName::Path(path.canonicalize().unwrap()))));
    assert_eq!(Source::file(&path).named("other").name(), named("other"));
    assert_eq!(Source::reader(Known).name(), named("known"));
    assert_eq!(Source::reader(Arc::new(Known)).name(), named("known"));
    assert_eq!(Source::bytes("abc").name(), Ok(None));
    for wrong in [String::new(), "n".repeat(4097)] {
        assert!(matches!(Source::bytes("abc").named(wrong).name(), Err(ErrorKind::InvalidArgument(_))));
    }
}
