//! Uploads from sources that are no files, and records that are in no file.

use std::{
    fs,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
};

use oss_client::{
    FileRecords, Hooks, MemoryRecords, ReadAt, RecordError, RecordHold, RecordLocation, RecordStore, Source,
    SourceError, SourceName, UploadRequest,
};
use rstest::rstest;

use crate::bench::{Bench, F7, PART, noise, parts};

fn of(source: impl Into<Source>) -> UploadRequest {
    UploadRequest::new("bucket", "dir/key", source).part_size(PART).parallelism(1)
}

fn content(bench: &Bench) -> Vec<u8> {
    fs::read(bench.source()).unwrap()
}

/// A reader of the bench's content that can be told to end after some bytes, or to say that it was changed.
struct Tape {
    bytes: Vec<u8>,
    ends_at: Mutex<Option<u64>>,
    changed: AtomicBool,
}

impl Tape {
    fn new(bytes: Vec<u8>) -> Arc<Self> {
        Arc::new(Self { bytes, ends_at: Mutex::default(), changed: AtomicBool::default() })
    }
}

impl ReadAt for Tape {
    fn len(&self) -> u64 {
        self.bytes.len() as u64
    }

    fn identity(&self) -> Option<SourceName> {
        Some(SourceName::Name("tape".to_owned()))
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> Result<usize, SourceError> {
        let end = self.ends_at.lock().unwrap().unwrap_or(self.len());
        let from = usize::try_from(offset.min(end)).unwrap();
        let read = buffer.len().min(usize::try_from(end).unwrap() - from).min(1000);
        buffer[..read].copy_from_slice(&self.bytes[from..from + read]);
        Ok(read)
    }

    fn check(&self) -> Result<(), SourceError> {
        let changed = self.changed.load(Ordering::Relaxed);
        if changed { Err(SourceError::Changed("it was rewound".to_owned())) } else { Ok(()) }
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_source_in_memory_and_one_of_the_applications_own_become_objects(
    #[values(F7, 100, 0)] size: u64,
    #[values(true, false)] memory: bool,
) {
    let bench = Bench::new().await;
    let bytes = noise(size, 3);
    let source = if memory { Source::bytes(bytes.clone()) } else { Source::reader(Tape::new(bytes.clone())) };
    let uploaded = bench.client.upload(of(source), Hooks::new()).await.unwrap();
    assert_eq!(uploaded.size, size);
    assert!(bench.object().await == Some(bytes));
}

/// Where the record is kept.
#[rstest]
#[case::in_a_directory(false)]
#[case::in_memory(true)]
#[tokio::test(flavor = "multi_thread")]
async fn a_later_call_finds_the_record_of_a_named_source_in_any_store(#[case] memory: bool) {
    let bench = Bench::new().await;
    let store: Arc<dyn RecordStore> =
        if memory { Arc::new(MemoryRecords::new()) } else { Arc::new(FileRecords::new(bench.records())) };
    let request = |bytes: Vec<u8>| {
        of(Source::bytes(bytes).named("invoice 7")).record(RecordLocation::Store(store.clone()))
    };
    bench.rule("operation = \"UploadPart\", part = 4", "req.head", "respond = { status = 403 }");
    let error = bench.client.upload(request(content(&bench)), Hooks::new()).await.unwrap_err();
    let place = error.record.as_deref().unwrap();
    assert!(error.is_resumable() && place.contains(".ossup"), "{place}");
    // The name finds the record; the digests decide what of it still holds.
    let mut bytes = content(&bench);
    bytes[usize::try_from(PART).unwrap()] ^= 1;
    fs::write(bench.source(), &bytes).unwrap();
    let seen = bench.exchanges().len();
    let uploaded = bench.client.upload(request(bytes), Hooks::new()).await.unwrap();
    assert_eq!(parts(&bench.asked(seen)), [2, 4, 5, 6, 7]);
    assert_eq!(uploaded.parts_reused, 2);
    bench.assert_whole().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_record_of_a_source_without_a_name_is_refused_before_any_request() {
    let bench = Bench::new().await;
    let request = of(Source::bytes(content(&bench))).record(RecordLocation::Dir(bench.records()));
    let error = bench.client.upload(request.clone(), Hooks::new()).await.unwrap_err();
    assert_eq!((error.kind.name(), error.exit_code()), ("InvalidArgument", 2));
    assert!(error.to_string().contains("Source::named"), "{error}");
    assert_eq!(bench.client.abort_upload(&request).await.unwrap_err().name(), "InvalidArgument");
    assert_eq!((bench.asked(0), bench.left()), (Vec::new(), Vec::new()));
}

/// What happens to the source while part 5 is held, and what the error says.
#[rstest]
#[case::it_ends_early(|tape: &Tape| *tape.ends_at.lock().unwrap() = Some(5 * PART + 10), "became shorter")]
#[case::it_says_that_it_changed(|tape: &Tape| tape.changed.store(true, Ordering::Relaxed), "tape: it was rewound")]
#[tokio::test(flavor = "multi_thread")]
async fn a_source_that_changes_on_the_way_is_never_committed_and_gone_on_with_when_it_is_back(
    #[case] change: fn(&Tape),
    #[case] says: &str,
) {
    let bench = Bench::new().await;
    bench.rule("operation = \"UploadPart\", part = 5", "op.committed", "gate = { name = \"held\" }");
    let tape = Tape::new(content(&bench));
    let request = of(Source::reader(tape.clone())).record(RecordLocation::Dir(bench.records()));
    let (client, first) = (bench.client.clone(), request.clone());
    let upload = tokio::spawn(async move { client.upload(first, Hooks::new()).await });
    bench.held().await;
    change(&tape);
    bench.emulator.sandbox().gates().release("held");
    let error = upload.await.unwrap().unwrap_err();
    assert_eq!(error.kind.name(), "SourceChanged");
    assert!(error.to_string().contains(says), "{error}");
    assert!(!bench.asked(0).contains(&"CompleteMultipartUpload".to_owned()));
    *tape.ends_at.lock().unwrap() = None;
    tape.changed.store(false, Ordering::Relaxed);
    let seen = bench.exchanges().len();
    bench.client.upload(request, Hooks::new()).await.unwrap();
    assert_eq!(parts(&bench.asked(seen)), [6, 7]);
    bench.assert_whole().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_calls_with_one_record_in_memory_exclude_each_other() {
    let bench = Bench::new().await;
    bench.rule("operation = \"UploadPart\", part = 2", "req.head", "gate = { name = \"held\" }");
    let request = bench.request().record(RecordLocation::store(MemoryRecords::new()));
    let (client, first) = (bench.client.clone(), request.clone());
    let first = tokio::spawn(async move { client.upload(first, Hooks::new()).await });
    bench.held().await;
    let error = bench.client.upload(request.clone(), Hooks::new()).await.unwrap_err();
    assert_eq!((error.kind.name(), error.exit_code()), ("RecordBusy", 6));
    assert_eq!(bench.client.abort_upload(&request).await.unwrap_err().name(), "RecordBusy");
    bench.emulator.sandbox().gates().release("held");
    first.await.unwrap().unwrap();
    bench.assert_whole().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_record_in_memory_is_deleted_and_its_upload_continued() {
    let bench = Bench::new().await;
    let store = MemoryRecords::new();
    let request = bench.request().record(RecordLocation::store(store.clone()));
    bench.rule("operation = \"UploadPart\", part = 4", "req.head", "respond = { status = 403 }");
    bench.client.upload(request.clone(), Hooks::new()).await.unwrap_err();
    let (name, text) = store.export().remove(0);
    store.import(name, text[..200].to_vec());
    let seen = bench.exchanges().len();
    let uploaded = bench.client.upload(request, Hooks::new()).await.unwrap();
    assert!(uploaded.warnings[0].ends_with("its upload id could be saved; it was deleted"), "{uploaded:?}");
    assert_eq!(parts(&bench.asked(seen)), [4, 5, 6, 7]);
    assert_eq!(store.export(), Vec::new());
    bench.assert_whole().await;
}

/// Fails, or panics, from the first save or the first append on.
struct Broken {
    records: MemoryRecords,
    at_save: bool,
    panics: bool,
}

struct BrokenHold(Box<dyn RecordHold>, bool, bool);

impl BrokenHold {
    fn fail<T>(&self) -> Result<T, RecordError> {
        assert!(!self.2, "the store panics");
        Err(RecordError::store("the database is gone"))
    }
}

impl RecordStore for Broken {
    fn open(&self, name: &str) -> Result<Box<dyn RecordHold>, RecordError> {
        Ok(Box::new(BrokenHold(self.records.open(name)?, self.at_save, self.panics)))
    }
}

impl RecordHold for BrokenHold {
    fn place(&self) -> String {
        self.0.place()
    }

    fn load(&mut self) -> Result<Vec<u8>, RecordError> {
        self.0.load()
    }

    fn save(&mut self, text: &[u8]) -> Result<(), RecordError> {
        if self.1 { self.fail() } else { self.0.save(text) }
    }

    fn append(&mut self, _line: &[u8]) -> Result<Option<oss_client::Later>, RecordError> {
        self.fail()
    }

    fn delete(&mut self) -> Result<(), RecordError> {
        self.0.delete()
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_store_that_fails_before_the_first_part_costs_the_upload_and_later_a_warning(
    #[values(true, false)] at_save: bool,
    #[values(true, false)] panics: bool,
) {
    let bench = Bench::new().await;
    let store = Broken { records: MemoryRecords::new(), at_save, panics };
    let request = bench.request().record(RecordLocation::store(store));
    let result = bench.client.upload(request, Hooks::new()).await;
    let why = if panics { "panic" } else { "the database is gone" };
    if at_save {
        let error = result.unwrap_err();
        assert_eq!(error.kind.name(), "RecordUnwritable", "{error}");
        assert!(error.to_string().contains(why), "{error}");
        assert_eq!((parts(&bench.asked(0)), bench.emulator.sandbox().edits().uploads().len()), (vec![], 0));
    } else {
        let warnings = result.unwrap().warnings;
        assert_eq!(warnings.len(), 1, "{warnings:?}");
        assert!(warnings[0].starts_with("a part could not be recorded") && warnings[0].contains(why));
        bench.assert_whole().await;
    }
}
