//! Small blobs share files: in what they promise, nobody can tell.

use crate::desk::wait;
use bytes::Bytes;
use futures_util::TryStreamExt;
use oss_emulator::{
    domain::BlobId,
    store::{Blobs, FileBlobs, StoreError},
};
use rstest::rstest;
use std::{fs, path::PathBuf};
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

    /// As after a restart, with an index that knows `used`. Returns how many files that swept away.
    fn reopened(self, used: &[BlobId]) -> (Self, usize) {
        let blobs = FileBlobs::open(self.folder.path(), false).unwrap();
        let swept = blobs.sweep(&used.iter().copied().collect()).unwrap();
        (Self { blobs, ..self }, swept)
    }

    fn put(&self, content: &[u8]) -> BlobId {
        let (id, mut file) = self.blobs.create(Some(content.len() as u64)).unwrap();
        wait(async {
            file.write(Bytes::copy_from_slice(content)).await.unwrap();
            file.seal().await.unwrap();
        });
        id
    }

    fn read(&self, id: BlobId, range: std::ops::Range<u64>) -> Result<Vec<u8>, StoreError> {
        let chunks: Vec<Bytes> = wait(self.blobs.read(id, range)?.try_collect())?;
        Ok(chunks.concat())
    }

    fn is_missing(&self, id: BlobId) -> bool {
        matches!(self.read(id, 0..1), Err(StoreError::Missing(missing)) if missing == id)
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
    let [first, second, third] = [1, 2, 3].map(|content| bench.put(&[content; 1000]));
    assert_eq!(bench.packs().len(), 1);
    for gone in [first, third, third] {
        bench.blobs.delete(gone).unwrap();
        assert!(bench.is_missing(gone));
    }
    assert_eq!(bench.read(second, 10..20).unwrap(), [2; 10]);
    bench.blobs.delete(second).unwrap();
    assert_eq!(bench.packs(), Vec::<PathBuf>::new());
    bench.blobs.delete(second).unwrap();
    let fourth = bench.put(&[4; 7]);
    assert_eq!(bench.read(fourth, 0..7).unwrap(), [4; 7]);
}

#[test]
fn a_full_file_is_followed_by_another() {
    let bench = Bench::new(false);
    let ids: Vec<BlobId> = (1..=180).map(|content| bench.put(&vec![content; 100_000])).collect();
    assert_eq!(bench.packs().len(), 3);
    let (bench, _) = bench.reopened(&ids);
    for content in [1, 90, 180] {
        assert_eq!(
            bench.read(ids[content - 1], 0..100_000).unwrap(),
            vec![u8::try_from(content).unwrap(); 100_000]
        );
    }
    bench.put(b"new");
    assert_eq!(bench.packs().len(), 4, "files of an earlier process are only read");
}

#[test]
fn what_nobody_knows_after_a_restart_is_removed_with_its_file() {
    let bench = Bench::new(false);
    let ids = [7, 8, 9].map(|content| bench.put(&[content; 50]));
    let (bench, swept) = bench.reopened(&[ids[1]]);
    assert_eq!((bench.read(ids[1], 0..50).unwrap(), swept), (vec![8; 50], 0));
    assert!(bench.is_missing(ids[0]) && bench.is_missing(ids[2]));
    let (bench, swept) = bench.reopened(&[]);
    assert_eq!((bench.packs(), swept), (Vec::new(), 1));
}

#[rstest]
#[case::packed(4, "blobs/packs/0000000000000001")]
#[case::alone(200_000, "0000000000000001 is missing")]
fn a_place_that_the_index_knows_is_never_given_again_even_when_its_file_is_lost(
    #[case] size: usize,
    #[case] told: &str,
) {
    let bench = Bench::new(false);
    let lost = bench.put(&vec![1; size]);
    fs::remove_dir_all(bench.folder.path().join("blobs")).unwrap();
    let (bench, _) = bench.reopened(&[lost]);
    assert_ne!(bench.put(&vec![2; size]), lost);
    let error = bench.read(lost, 0..4).unwrap_err();
    assert!(error.to_string().contains(told), "{error}");
}

#[test]
fn blobs_without_a_byte_are_blobs_of_their_own() {
    let bench = Bench::new(false);
    let [empty, other, full] = [&b""[..], b"", b"full"].map(|content| bench.put(content));
    assert!(empty != other && other != full);
    bench.blobs.delete(empty).unwrap();
    assert_eq!(bench.read(other, 0..0).unwrap(), b"");
    assert_eq!(bench.read(full, 0..4).unwrap(), b"full");
}

#[test]
fn files_that_no_emulator_wrote_stay() {
    let bench = Bench::new(false);
    let id = bench.put(&[1; 5]);
    fs::write(bench.folder.path().join("blobs/packs/00000000000000ff"), b"").unwrap();
    fs::write(bench.folder.path().join("blobs/packs/README"), b"not ours").unwrap();
    let (bench, swept) = bench.reopened(&[id]);
    assert_eq!((bench.packs().len(), swept), (2, 1), "an empty pack goes, what is no pack stays");
    assert_eq!(bench.read(id, 0..5).unwrap(), [1; 5]);
}

#[test]
fn more_bytes_than_announced_are_refused_and_harm_no_neighbour() {
    let bench = Bench::new(false);
    let (_, mut first) = bench.blobs.create(Some(4)).unwrap();
    let neighbour = bench.put(&[2; 50]);
    wait(async {
        first.write(Bytes::from_static(b"four")).await.unwrap();
        let error = first.write(Bytes::from_static(b"!")).await.unwrap_err();
        assert!(error.to_string().contains("more bytes came than were announced"), "{error}");
    });
    assert_eq!(bench.read(neighbour, 0..50).unwrap(), [2; 50]);
}

#[rstest]
#[case::longer_than_any(u64::MAX)]
#[case::longer_than_the_file(128 * 1024)]
fn a_stretch_that_no_blob_can_have_is_refused(#[case] end: u64) {
    let bench = Bench::new(false);
    let id = bench.put(b"short");
    assert!(bench.read(id, 0..end).is_err());
}
