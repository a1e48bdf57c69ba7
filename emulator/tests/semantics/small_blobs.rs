//! Small blobs share files: in what they promise, nobody can tell.

use crate::desk::wait;
use bytes::Bytes;
use futures_util::TryStreamExt;
use oss_emulator::{
    domain::BlobId,
    store::{Blobs, FileBlobs, StoreError},
};
use rstest::rstest;
use std::{fs, io::Write, path::PathBuf};
use tempfile::TempDir;

struct Bench {
    folder: TempDir,
    blobs: FileBlobs,
}

impl Bench {
    fn new(fsync: bool) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let blobs = FileBlobs::open(folder.path(), fsync).unwrap();
        Self { folder, blobs }
    }

    fn reopened(self) -> Self {
        let blobs = FileBlobs::open(self.folder.path(), false).unwrap();
        Self { blobs, ..self }
    }

    fn put(&self, id: u64, content: Vec<u8>) {
        let mut file = self.blobs.create(BlobId(id), Some(content.len() as u64)).unwrap();
        wait(async {
            file.write(content.into()).await.unwrap();
            file.seal().await.unwrap();
        });
    }

    fn read(&self, id: u64, range: std::ops::Range<u64>) -> Result<Vec<u8>, StoreError> {
        let chunks: Vec<Bytes> = wait(self.blobs.read(BlobId(id), range)?.try_collect())?;
        Ok(chunks.concat())
    }

    fn packs(&self) -> Vec<PathBuf> {
        let Ok(packs) = fs::read_dir(self.folder.path().join("blobs/packs")) else { return Vec::new() };
        let mut packs: Vec<PathBuf> = packs.map(|pack| pack.unwrap().path()).collect();
        packs.sort();
        packs
    }
}

#[rstest]
fn they_share_a_file_that_goes_with_the_last_of_them(#[values(false, true)] fsync: bool) {
    let bench = Bench::new(fsync);
    for id in 1..=3 {
        bench.put(id, vec![u8::try_from(id).unwrap(); 1000]);
    }
    assert_eq!(bench.packs().len(), 1);
    for gone in [1, 3] {
        bench.blobs.delete(BlobId(gone)).unwrap();
        assert!(matches!(bench.read(gone, 0..1000), Err(StoreError::Missing(BlobId(id))) if id == gone));
    }
    assert_eq!(bench.read(2, 10..20).unwrap(), [2; 10]);
    bench.blobs.delete(BlobId(2)).unwrap();
    assert_eq!(bench.packs(), Vec::<PathBuf>::new());
    bench.put(4, vec![4; 7]);
    assert_eq!(bench.read(4, 0..7).unwrap(), [4; 7]);
}

#[test]
fn a_full_file_is_followed_by_another() {
    let bench = Bench::new(false);
    let content = |id: u64| vec![u8::try_from(id).unwrap(); 100_000];
    for id in 1..=180 {
        bench.put(id, content(id));
    }
    assert_eq!(bench.packs().len(), 3);
    let bench = bench.reopened();
    for id in [1, 90, 180] {
        assert_eq!(bench.read(id, 0..100_000).unwrap(), content(id));
    }
    bench.put(181, content(181));
    assert_eq!(bench.packs().len(), 4, "files of an earlier process are only read");
}

#[test]
fn what_nobody_knows_after_a_restart_is_removed_with_its_file() {
    let bench = Bench::new(false);
    for id in 1..=3 {
        bench.put(id, vec![9; 50]);
    }
    let bench = bench.reopened();
    assert_eq!(bench.blobs.sweep(&|id| id == BlobId(2)).unwrap(), 2);
    assert_eq!((bench.read(2, 0..50).unwrap(), bench.packs().len()), (vec![9; 50], 1));
    assert_eq!(bench.blobs.sweep(&|_| false).unwrap(), 1);
    assert_eq!(bench.packs(), Vec::<PathBuf>::new());
}

#[rstest]
#[case::nothing(b"")]
#[case::half_a_label(b"OSSBLOB1half")]
#[case::a_label_that_is_none(&[0; 100])]
fn a_file_that_ends_in_the_middle_of_a_blob_keeps_those_before(#[case] tail: &[u8]) {
    let bench = Bench::new(false);
    bench.put(1, vec![1; 50]);
    bench.put(2, vec![2; 50]);
    let mut file = fs::File::options().append(true).open(&bench.packs()[0]).unwrap();
    file.write_all(tail).unwrap();
    let bench = bench.reopened();
    assert_eq!(bench.read(1, 0..50).unwrap(), [1; 50]);
    assert_eq!(bench.read(2, 0..50).unwrap(), [2; 50]);
    assert_eq!(bench.blobs.sweep(&|_| true).unwrap(), 0);
}

#[test]
fn an_empty_file_of_a_process_that_died_is_removed() {
    let bench = Bench::new(false);
    bench.put(1, vec![1; 5]);
    fs::write(bench.folder.path().join("blobs/packs/00000000000000ff"), b"").unwrap();
    fs::write(bench.folder.path().join("blobs/packs/README"), b"not ours").unwrap();
    let bench = bench.reopened();
    bench.blobs.sweep(&|_| true).unwrap();
    assert_eq!(bench.packs().len(), 2, "what is no pack stays");
    assert_eq!(bench.read(1, 0..5).unwrap(), [1; 5]);
}

#[test]
fn more_bytes_than_announced_are_refused_and_harm_no_neighbour() {
    let bench = Bench::new(false);
    let mut first = bench.blobs.create(BlobId(1), Some(4)).unwrap();
    bench.put(2, vec![2; 50]);
    wait(async {
        first.write(Bytes::from_static(b"four")).await.unwrap();
        let error = first.write(Bytes::from_static(b"!")).await.unwrap_err();
        assert!(error.to_string().contains("more bytes came than were announced"), "{error}");
    });
    let bench = bench.reopened();
    assert_eq!(bench.read(2, 0..50).unwrap(), [2; 50]);
}
