//! What every store promises, asked of both.

use crate::desk::{Desk, ask, wait};
use bytes::Bytes;
use oss_emulator::{
    domain::{BlobId, BucketName, Crc64, Md5, ObjectKey, Slice, State, edit},
    ops::{Context, OpSettings, Prepared, Received, rehearse, route},
    store::{Blobs, FileBlobs, MemoryBlobs, Store, StoreError},
};
use proptest::prelude::*;
use rstest::rstest;
use std::{collections::HashSet, ops::Range, sync::Arc};
use tempfile::TempDir;

#[derive(Clone, Copy, Debug)]
enum Kind {
    Memory,
    Files,
    Flushed,
}

fn desk(kind: Kind) -> (Desk, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let store = match kind {
        Kind::Memory => Store::in_memory(),
        Kind::Files => Store::open(folder.path(), false).unwrap(),
        Kind::Flushed => Store::open(folder.path(), true).unwrap(),
    };
    let mut desk = Desk::without_bucket(store);
    desk.send(ask("PUT", "/bucket").body(""));
    (desk, folder)
}

/// How many blobs lie in the store's folder.
fn files(folder: &TempDir) -> usize {
    let Ok(shards) = std::fs::read_dir(folder.path().join("blobs")) else { return 0 };
    shards.map(|shard| std::fs::read_dir(shard.unwrap().path()).unwrap().count()).sum()
}

fn put(desk: &mut Desk, key: &str, body: &str) {
    assert_eq!(desk.send(ask("PUT", &format!("/bucket/{key}")).body(body.to_owned())).status(), 200);
}

#[rstest]
fn a_body_is_read_back_as_it_was_written(#[values(Kind::Memory, Kind::Files, Kind::Flushed)] kind: Kind) {
    let (mut desk, _folder) = desk(kind);
    put(&mut desk, "key", "content");
    assert_eq!(desk.send(ask("GET", "/bucket/key")).text(), "content");
}

#[rstest]
fn a_body_that_comes_in_pieces_has_the_digests_of_the_whole(#[values(Kind::Memory, Kind::Files)] kind: Kind) {
    let (desk, _folder) = desk(kind);
    let mut writer = desk.store.writer().unwrap();
    let staged = wait(async {
        for piece in ["con", "", "tent"] {
            writer.write(Bytes::from_static(piece.as_bytes())).await.unwrap();
        }
        writer.finish().await.unwrap()
    });
    let content = &staged.content;
    assert_eq!((content.md5, content.crc64), (Md5::of(b"content"), Crc64::of(b"content")));
    assert_eq!(wait(desk.store.pin(vec![content.slice]).read_all()).unwrap(), b"content");
}

#[rstest]
fn a_body_that_no_commit_takes_leaves_nothing(#[values(Kind::Memory, Kind::Files)] kind: Kind) {
    let (desk, folder) = desk(kind);
    let staged = desk.stage(Bytes::from_static(b"whole"));
    let slice = staged.content.slice;
    assert_eq!(wait(desk.store.pin(vec![slice]).read_all()).unwrap(), b"whole");
    drop(staged);
    assert!(
        matches!(wait(desk.store.pin(vec![slice]).read_all()), Err(StoreError::Missing(blob)) if Some(blob) == slice.blob)
    );
    let mut writer = desk.store.writer().unwrap();
    wait(writer.write(Bytes::from_static(b"half"))).unwrap();
    assert_eq!(writer.written(), 4);
    drop(writer);
    assert_eq!(files(&folder), 0);
}

#[rstest]
fn a_refused_body_leaves_nothing(#[values(Kind::Memory, Kind::Files)] kind: Kind) {
    let (mut desk, folder) = desk(kind);
    let before = desk.stage(Bytes::from_static(b"y")).content.slice;
    let reply = desk.send(ask("PUT", "/bucket/key").header("x-oss-hash-crc64ecma", "1").body("x"));
    assert_eq!(reply.refusal(), (400, "InvalidCRC64".into()));
    // In memory, names are given in order; in files, a file would be left.
    let refused = Slice { blob: before.blob.map(|blob| BlobId(blob.0 + 1)), ..before };
    let read = wait(desk.store.pin(vec![refused]).read_all());
    assert!(matches!(read, Err(StoreError::Missing(blob)) if Some(blob) == refused.blob), "{read:?}");
    assert_eq!(files(&folder), 0);
}

#[rstest]
fn what_is_replaced_or_deleted_goes(#[values(Kind::Files, Kind::Flushed)] kind: Kind) {
    let (mut desk, folder) = desk(kind);
    let large = |text: &str| text.repeat(200_000);
    put(&mut desk, "key", &large("1"));
    put(&mut desk, "key", &large("2"));
    assert_eq!(files(&folder), 1);
    let id = desk.initiate("key");
    desk.part("key", &id, 1, large("a"));
    desk.part("key", &id, 1, large("b"));
    desk.part("key", &id, 2, large("c"));
    assert_eq!(files(&folder), 3);
    desk.send(ask("DELETE", &format!("/bucket/key?uploadId={id}")));
    desk.send(ask("DELETE", "/bucket/key"));
    assert_eq!(files(&folder), 0);
}

#[rstest]
fn completing_copies_nothing_and_drops_what_is_not_listed(#[values(Kind::Files)] kind: Kind) {
    let (mut desk, folder) = desk(kind);
    let id = desk.initiate("key");
    let listed = desk.part("key", &id, 1, "listed");
    desk.part("key", &id, 2, "dropped");
    desk.complete("key", &id, &[(1, &listed)]);
    assert_eq!(files(&folder), 1);
    assert_eq!(desk.send(ask("GET", "/bucket/key")).text(), "listed");
}

#[rstest]
fn a_reader_is_not_disturbed_by_a_deletion(#[values(Kind::Memory, Kind::Files)] kind: Kind) {
    let (mut desk, folder) = desk(kind);
    put(&mut desk, "key", "still here");
    let (bucket, key) = (BucketName::parse("bucket").unwrap(), ObjectKey::parse("key").unwrap());
    let reader = desk.store.view(|state| desk.store.pin(state.object(&bucket, &key).unwrap().body.clone()));
    let second = desk.store.view(|state| desk.store.pin(state.object(&bucket, &key).unwrap().body.clone()));
    desk.send(ask("DELETE", "/bucket/key"));
    drop(second);
    assert_eq!((reader.len(), reader.is_empty()), (10, false));
    assert_eq!(wait(reader.read_all()).unwrap(), b"still here");
    assert_eq!(files(&folder), 0);
}

#[rstest]
fn a_rehearsal_answers_and_changes_nothing(#[values(Kind::Memory, Kind::Files)] kind: Kind) {
    let (desk, folder) = desk(kind);
    let head = ask("PUT", "/bucket/key").body("x").head(&desk.rules).unwrap();
    let target = route(&head).unwrap();
    let call = Prepared::new(head, target, Arc::new(OpSettings::default()));
    let received = Received::Blob(desk.stage(Bytes::from_static(b"x")));
    let context = Context { now: desk.now, fresh: 0 };
    let executed = rehearse(&desk.store, &call, &received, &context).unwrap();
    assert_eq!((executed.answer.status.as_u16(), executed.committed), (200, false));
    drop(received);
    assert_eq!(files(&folder), 0);
    let key = ObjectKey::parse("key").unwrap();
    assert!(desk.store.view(|state| state.object(&BucketName::parse("bucket").unwrap(), &key).is_none()));
}

#[rstest]
fn edits_go_past_the_rules(#[values(Kind::Memory, Kind::Files)] kind: Kind) {
    let (mut desk, folder) = desk(kind);
    let id = desk.initiate_with("key", "uploads&sequential");
    desk.part("key", &id, 1, "one");
    let bucket = BucketName::parse("bucket").unwrap();
    let key = ObjectKey::parse("key").unwrap();
    let upload = oss_emulator::domain::UploadId::from_text(&id);
    let number = |number| oss_emulator::domain::PartNumber::new(number).unwrap();
    let staged = desk.stage(Bytes::from_static(b"planted"));
    let edited =
        |store: &Store,
         changes: &dyn Fn(&oss_emulator::domain::State) -> Vec<oss_emulator::domain::Change>| {
            store.commit(|state| {
                let changes = changes(state);
                Ok::<_, StoreError>((changes.clone(), changes.len()))
            })
        };
    let store = desk.store.clone();
    let put =
        |state: &_| edit::put_part(state, (&bucket, &key, &upload), number(9), &staged.content, desk.now);
    assert_eq!(edited(&store, &put).unwrap(), 1);
    let list = desk.send(ask("GET", &format!("/bucket/key?uploadId={id}")));
    assert_eq!(
        (list.elements("PartNumber"), list.elements("Size")),
        (vec!["1".into(), "9".into()], vec!["3".into(), "7".into()])
    );
    let delete = |state: &_| edit::delete_part(state, (&bucket, &key, &upload), number(9));
    assert_eq!(edited(&store, &delete).unwrap(), 1);
    assert_eq!(edited(&store, &delete).unwrap(), 0);
    assert_eq!(edited(&store, &|state| edit::delete_bucket(state, &bucket)).unwrap(), 2);
    drop(staged);
    assert_eq!(files(&folder), 0);
}

#[test]
fn commits_of_many_threads_all_happen() {
    let (desk, _folder) = desk(Kind::Files);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            let store = &desk.store;
            scope.spawn(move || {
                for _ in 0..25 {
                    let now = jiff::Timestamp::UNIX_EPOCH;
                    let next = |state: &State| {
                        // Two that decide on the same state would take the same name.
                        let name = BucketName::parse(&format!("bucket-{}", state.bucket_count())).unwrap();
                        Ok::<_, StoreError>((edit::create_bucket(state, name, now), ()))
                    };
                    store.commit(next).unwrap();
                }
            });
        }
    });
    assert_eq!(desk.store.view(State::bucket_count), 101);
}

fn blobs(kind: Kind, folder: &TempDir) -> Box<dyn Blobs> {
    match kind {
        Kind::Memory => Box::<MemoryBlobs>::default(),
        Kind::Files | Kind::Flushed => Box::new(FileBlobs::open(folder.path(), false).unwrap()),
    }
}

fn read(blobs: &dyn Blobs, id: BlobId, range: Range<u64>) -> Vec<u8> {
    use futures_util::TryStreamExt;
    let chunks: Vec<Bytes> = wait(blobs.read(id, range).unwrap().try_collect()).unwrap();
    chunks.concat()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn every_stretch_of_a_blob_can_be_read(
        sizes in prop::collection::vec(prop_oneof![0..300_usize, 60_000..140_000_usize], 0..6),
        from in 0.0..1.0_f64,
        len in 0.0..1.0_f64,
        in_files in any::<bool>(),
    ) {
        let folder = tempfile::tempdir().unwrap();
        let blobs = blobs(if in_files { Kind::Files } else { Kind::Memory }, &folder);
        let chunks: Vec<Vec<u8>> = sizes.iter().enumerate().map(|(at, size)| (0..*size).map(|i| u8::try_from((at * 31 + i) % 251).unwrap()).collect()).collect();
        let whole = chunks.concat();
        let (id, mut file) = blobs.create(None).unwrap();
        wait(async {
            for chunk in chunks {
                file.write(chunk.into()).await.unwrap();
            }
            file.seal().await.unwrap();
        });
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss, reason = "test sizes are small")]
        let cut = |share: f64, of: usize| (share * of as f64) as usize;
        let start = cut(from, whole.len());
        let end = start + cut(len, whole.len() - start);
        prop_assert_eq!(read(&*blobs, id, start as u64..end as u64), &whole[start..end]);
        prop_assert_eq!(blobs.sweep(&HashSet::new()).unwrap(), 1);
    }
}

#[test]
fn sweeping_removes_what_is_not_known() {
    for kind in [Kind::Memory, Kind::Files] {
        let folder = tempfile::tempdir().unwrap();
        let blobs = blobs(kind, &folder);
        let ids = ["x", "y", "z"].map(|content| {
            let (id, mut file) = blobs.create(None).unwrap();
            wait(async {
                file.write(Bytes::from_static(content.as_bytes())).await.unwrap();
                file.seal().await.unwrap();
            });
            id
        });
        assert_eq!(blobs.sweep(&HashSet::from([ids[1]])).unwrap(), 2);
        assert_eq!(read(&*blobs, ids[1], 0..1), b"y");
        blobs.delete(ids[1]).unwrap();
        blobs.delete(ids[1]).unwrap();
    }
}
