//! Tests of the record as a whole: torn, hostile, locked, large.

use std::{collections::BTreeMap, fs};

use proptest::prelude::*;
use rstest::rstest;

use super::{
    FileRecords, Loaded, MemoryRecords, Record, RecordError, RecordHold, RecordStore, SourceName, SourceNote,
    contract, file::RecordFile, format, limits, load::read,
};
use crate::{
    machine::{
        BucketName, Destination, ETag, Layout, LocalDigest, Md5Digest, ObjectKey, ProvenPart, RecordImage,
        RecordPhase, SourceIdentity, UploadId, UploadToken,
    },
    profile::Profile,
};

const PART: u64 = 102_400;

fn part(number: u32) -> ProvenPart {
    let digest = LocalDigest { size: PART, md5: Md5Digest([7; 16]), crc64: u64::from(number) };
    ProvenPart { number, etag: ETag::new(&digest.md5.to_string()), digest }
}

fn record(parts: u32, total: u32) -> Record {
    let size = PART * u64::from(total);
    Record {
        destination: Destination {
            endpoint: "http://127.0.0.1:1".to_owned(),
            bucket: BucketName::new("bucket").unwrap(),
            key: ObjectKey::new("dir/ké\"y").unwrap(),
        },
        source: SourceNote {
            name: SourceName::Path("/tmp/source".into()),
            identity: SourceIdentity {
                size,
                mtime_ns: i128::from(u64::MAX) * 7,
                ctime_ns: -1,
                inode: 3,
                device: 4,
            },
        },
        image: RecordImage {
            upload: UploadId::new("0004B9894A22E5B1888A1E29F8236E2D").unwrap(),
            layout: Layout::plan(size, PART, Profile::SAFE).unwrap(),
            sequential: true,
            token: Some(UploadToken::new([0xA7; 16])),
            phase: RecordPhase::Completing,
            parts: (1..=parts).map(|number| (number, part(number))).collect(),
            object_crc64: Some(u64::MAX),
        },
    }
}

/// A record with two parts in its first line and two in its journal.
fn journalled() -> (Vec<u8>, usize) {
    let head = format::head_line(&record(2, 9)).unwrap();
    let lines = format::part_line(&part(3)).unwrap() + &format::part_line(&part(5)).unwrap();
    ((head.clone() + &lines).into_bytes(), head.len())
}

fn opened(path: &std::path::Path) -> (RecordFile, Loaded) {
    let mut file = RecordFile::open(path).unwrap();
    let loaded = read("r", &file.load().unwrap());
    (file, loaded)
}

fn loaded_parts(bytes: &[u8]) -> Option<Vec<u32>> {
    match read("r", bytes) {
        Loaded::Record { record, .. } => Some(record.image.parts.keys().copied().collect()),
        _ => None,
    }
}

#[test]
fn a_record_is_read_as_it_was_written() {
    let written = record(2, 9);
    let line = format::head_line(&written).unwrap();
    assert_eq!(format::read_head_line(&line), Ok(written));
}

#[test]
fn a_record_of_a_source_that_is_no_file_is_read_as_it_was_written() {
    let mut written = record(2, 9);
    written.source.name = SourceName::Name("backup \"1\"".to_owned());
    let line = format::head_line(&written).unwrap();
    assert!(!line.contains("\"path\""), "{line}");
    assert_eq!(format::read_head_line(&line), Ok(written));
}

#[test]
fn parts_of_the_journal_are_added() {
    assert_eq!(loaded_parts(&journalled().0), Some(vec![1, 2, 3, 5]));
}

#[test]
fn a_record_torn_at_any_byte_loses_at_most_what_is_torn() {
    let (whole, head) = journalled();
    let id_ends = 120;
    for cut in 0..whole.len() {
        match read("r", &whole[..cut]) {
            Loaded::None => assert_eq!(cut, 0),
            Loaded::Record { record, .. } => {
                assert!(cut + 1 >= head, "cut at {cut}");
                assert!(record.image.parts.len() >= 2, "cut at {cut}");
            }
            Loaded::Damaged { problem, salvaged } => {
                assert!(cut < head - 1, "cut at {cut}");
                assert!(cut < id_ends || salvaged.is_some(), "cut at {cut}: the id was there");
                assert!(
                    problem.to_string().starts_with("record r, line 1: ")
                        || problem.to_string().contains("UTF-8")
                );
            }
        }
    }
}

#[test]
fn any_changed_byte_is_noticed_or_harmless() {
    let (whole, _) = journalled();
    for at in 0..whole.len() {
        let mut bytes = whole.clone();
        bytes[at] ^= 1;
        if let Loaded::Record { record: read, .. } = read("r", &bytes) {
            let mut wanted = record(2, 9);
            wanted.image.parts.extend([(3, part(3)), (5, part(5))]);
            // Only whole journal lines may be missing; nothing may be different.
            wanted.image.parts.retain(|number, _| read.image.parts.contains_key(number));
            assert_eq!(*read, wanted, "byte {at}");
        }
    }
}

#[test]
fn hostile_texts_are_damaged_records() {
    let java = b"\xac\xed\x00\x05sr\x00\x11java.util.HashMap".as_slice();
    let bodies: [&[u8]; 8] = [
        b"null",
        b"[1,2]",
        b"\"x\"",
        b"{}",
        b"{\"magic\":\"OSSUP1\",\"sum\":\"0\"}",
        b"\0\0\0\0",
        b"\n\n",
        java,
    ];
    for body in bodies {
        assert!(matches!(read("r", body), Loaded::Damaged { .. }), "{body:?}");
    }
}

#[test]
fn sealed_nonsense_is_damaged_all_the_same() {
    let text = String::from_utf8(journalled().0).unwrap();
    let head = text.lines().next().unwrap();
    let body = head.rsplit_once(",\"sum\"").unwrap().0.to_owned() + "}";
    for (from, to) in [
        ("\"part_size\":102400", "\"part_size\":0"),
        ("\"part_size\":102400", "\"part_size\":-1"),
        ("\"part_size\":102400", "\"part_size\":\"102400\""),
        ("\"v\":1", "\"v\":2"),
        ("\"id\":\"0004B9894A22E5B1888A1E29F8236E2D\"", "\"id\":\"\""),
        ("\"bucket\":\"bucket\"", "\"bucket\":\"../../etc\""),
        ("\"size\":921600", "\"size\":18446744073709551615"),
        ("\"path\":\"/tmp/source\",", ""),
        ("\"path\":", "\"name\":\"n\",\"path\":"),
    ] {
        assert!(body.contains(from), "{from}");
        let changed = body.replacen(from, to, 1);
        let sum = crc_fast::checksum(crc_fast::CrcAlgorithm::Crc64Xz, changed.as_bytes());
        let sealed = format!("{},\"sum\":\"{sum:016x}\"}}\n", changed.strip_suffix('}').unwrap());
        assert!(matches!(read("r", sealed.as_bytes()), Loaded::Damaged { .. }), "{to}");
    }
}

#[test]
fn ten_thousand_parts_fit_twice() {
    let head = format::head_line(&record(10_000, 10_000)).unwrap();
    let journal: usize = (1..=10_000).map(|number| format::part_line(&part(number)).unwrap().len()).sum();
    assert!(head.len() + journal <= limits::MAX_BYTES, "{} and {journal}", head.len());
    assert_eq!(loaded_parts(head.as_bytes()).unwrap().len(), 10_000);
}

#[test]
fn an_oversized_file_is_put_aside_after_looking_for_an_id() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("r.ossup");
    let mut bytes = journalled().0;
    bytes.resize(2 * limits::MAX_BYTES, b' ');
    fs::write(&path, bytes).unwrap();
    let (mut file, loaded) = opened(&path);
    assert!(matches!(loaded, Loaded::Damaged { salvaged: Some(_), .. }), "{loaded:?}");
    assert!(file.load().unwrap().len() == limits::MAX_BYTES + 1, "no more is read than is needed");
    let aside = dir.path().join("r.ossup.bad");
    assert_eq!(file.put_aside().unwrap(), Some(aside.display().to_string()));
    assert!(!path.exists());
}

#[test]
fn a_saved_record_is_private_and_survives_reopening_with_its_journal() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("r.ossup");
    let (mut file, loaded) = opened(&path);
    assert_eq!(loaded, Loaded::None);
    file.save(format::head_line(&record(1, 9)).unwrap().as_bytes()).unwrap();
    file.append(format::part_line(&part(2)).unwrap().as_bytes()).unwrap();
    drop(file);
    let mode = std::os::unix::fs::MetadataExt::mode(&fs::metadata(&path).unwrap());
    assert_eq!(mode & 0o777, 0o600);
    let (mut file, loaded) = opened(&path);
    let Loaded::Record { record: read, ignored } = loaded else { panic!("{loaded:?}") };
    assert_eq!((read.image.parts.len(), ignored.len()), (2, 0));
    file.delete().unwrap();
    drop(file);
    assert_eq!(
        fs::read_dir(dir.path()).unwrap().count(),
        0,
        "neither record, lock nor temporary file is left"
    );
}

#[test]
fn what_a_killed_writer_left_does_no_harm() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("r.ossup");
    fs::write(dir.path().join("r.ossup.tmp"), b"half").unwrap();
    fs::write(dir.path().join("r.ossup.lock"), b"").unwrap();
    let (file, loaded) = opened(&path);
    assert_eq!(loaded, Loaded::None);
    drop(file);
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0);
}

#[test]
fn a_directory_in_place_of_the_record_is_an_error_that_names_it() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("r.ossup");
    fs::create_dir(&path).unwrap();
    let error = RecordFile::open(&path).unwrap().load().unwrap_err();
    assert!(error.to_string().contains("r.ossup"), "{error}");
}

/// Every promise, by its place in the list, against every store. New promises need a new case.
#[rstest]
fn every_store_keeps_every_promise(
    #[values(0, 1, 2, 3, 4, 5, 6, 7, 8)] promise: usize,
    #[values(files, memory, unadorned)] store: fn(&std::path::Path) -> Box<dyn RecordStore>,
) {
    assert_eq!(contract::PROMISES.len(), 9);
    let (name, keeps) = contract::PROMISES[promise];
    let dir = tempfile::tempdir().unwrap();
    let store = store(dir.path());
    assert_eq!(keeps(store.as_ref()), Ok(()), "{name}");
}

fn files(dir: &std::path::Path) -> Box<dyn RecordStore> {
    Box::new(FileRecords::new(dir))
}

fn memory(_dir: &std::path::Path) -> Box<dyn RecordStore> {
    Box::new(MemoryRecords::new())
}

/// A store that implements nothing that it need not.
fn unadorned(_dir: &std::path::Path) -> Box<dyn RecordStore> {
    struct Plain(Box<dyn RecordHold>);
    impl RecordHold for Plain {
        fn place(&self) -> String {
            self.0.place()
        }
        fn load(&mut self) -> Result<Vec<u8>, RecordError> {
            self.0.load()
        }
        fn save(&mut self, text: &[u8]) -> Result<(), RecordError> {
            self.0.save(text)
        }
        fn delete(&mut self) -> Result<(), RecordError> {
            self.0.delete()
        }
    }
    struct Unadorned(MemoryRecords);
    impl RecordStore for Unadorned {
        fn open(&self, name: &str) -> Result<Box<dyn RecordHold>, RecordError> {
            Ok(Box::new(Plain(self.0.open(name)?)))
        }
    }
    Box::new(Unadorned(MemoryRecords::new()))
}

#[test]
fn a_promise_that_is_not_kept_is_named() {
    /// Lets everybody in.
    struct Careless(MemoryRecords);
    impl RecordStore for Careless {
        fn open(&self, name: &str) -> Result<Box<dyn RecordHold>, RecordError> {
            self.0.open(name).or_else(|_| MemoryRecords::new().open(name))
        }
    }
    let broken = contract::check(&Careless(MemoryRecords::new())).unwrap_err();
    assert_eq!(broken.to_string(), "a record has one holder at a time: a second holder was let in");
}

#[test]
fn records_in_memory_can_be_carried_elsewhere() {
    let store = MemoryRecords::new();
    store.open("r").unwrap().save(b"text").unwrap();
    drop(store.open("never saved").unwrap());
    let elsewhere = MemoryRecords::new();
    for (name, text) in store.export() {
        elsewhere.import(name, text);
    }
    assert_eq!(elsewhere.export(), [("r".to_owned(), b"text".to_vec())]);
    assert_eq!(elsewhere.open("r").unwrap().load().unwrap(), b"text");
}

proptest! {
    #[test]
    fn no_bytes_make_reading_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let _read = read("r", &bytes);
    }

    #[test]
    fn spoilt_records_never_panic_and_never_invent_parts(
        changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
    ) {
        let (mut bytes, _) = journalled();
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        if let Loaded::Record { record: read, .. } = read("r", &bytes) {
            let known: BTreeMap<_, _> = [1, 2, 3, 5].map(|number| (number, part(number))).into();
            for (number, part) in &read.image.parts {
                prop_assert_eq!(known.get(number), Some(part));
            }
        }
    }
}
