//! A served emulator, a directory with a source and records, and a client in a hurry.

use std::{
    fs,
    future::Future,
    path::{Path, PathBuf},
    time::Duration,
};

use oss_client::{
    Client, Hooks, OnCancel, Patience, RecordLocation, Retry, UploadError, UploadRequest, Uploaded,
};
use oss_emulator::{Emulator, fault::Plan, journal::Exchange};
use tempfile::TempDir;

use crate::{in_time::InTime, within::within};

pub(crate) const PART: u64 = 102_400;

/// Six full parts and a tail.
pub(crate) const F7: u64 = 665_600;

pub(crate) struct Bench {
    pub(crate) emulator: Emulator,
    pub(crate) dir: TempDir,
    pub(crate) client: InTime,
}

/// Bytes that look random and are the same every time.
pub(crate) fn noise(size: u64, seed: u64) -> Vec<u8> {
    let mut state = seed | 1;
    let next = |_| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()[0]
    };
    (0..size).map(next).collect()
}

impl Bench {
    pub(crate) async fn new() -> Self {
        let emulator =
            Emulator::builder().credentials("id", "secret").bucket("bucket").start().await.unwrap();
        let retry =
            Retry { base: Duration::from_millis(5), cap: Duration::from_millis(20), ..Retry::default() };
        let patience = Patience {
            look_pause: Duration::from_millis(5),
            failure_grace: Duration::from_secs(2),
            ..Patience::default()
        };
        let client = Client::builder(emulator.endpoint())
            .credentials(oss_client::Credentials::new("id", "secret"))
            .retry(retry)
            .patience(patience)
            .idle_timeout(Duration::from_secs(1))
            .build()
            .unwrap();
        let dir = TempDir::new().unwrap();
        fs::create_dir(dir.path().join("records")).unwrap();
        fs::write(dir.path().join("source"), noise(F7, 7)).unwrap();
        Self { emulator, dir, client: InTime(client) }
    }

    pub(crate) fn source(&self) -> PathBuf {
        self.dir.path().join("source")
    }

    pub(crate) fn records(&self) -> PathBuf {
        self.dir.path().join("records")
    }

    /// The names in the record directory.
    pub(crate) fn left(&self) -> Vec<String> {
        let names = fs::read_dir(self.records()).unwrap().map(|entry| entry.unwrap().file_name());
        names.map(|name| name.into_string().unwrap()).collect()
    }

    pub(crate) fn record(&self) -> PathBuf {
        let is_record = |name: &String| Path::new(name).extension().is_some_and(|ext| ext == "ossup");
        let name = self.left().into_iter().find(is_record).expect("there is a record");
        self.records().join(name)
    }

    pub(crate) fn plan(&self, toml: &str) {
        let text = format!("schema = 1\n{toml}");
        self.emulator.sandbox().faults().replace(Plan::from_toml(&text, "plan").expect("the plan is valid"));
    }

    /// One rule: what is matched, where, and what is done.
    pub(crate) fn rule(&self, matching: &str, at: &str, action: &str) {
        self.plan(&format!("[[fault]]\nmatch = {{ {matching} }}\nat = \"{at}\"\ndo = [{{ {action} }}]\n"));
    }

    pub(crate) fn healthy(&self) {
        self.plan("");
    }

    pub(crate) fn request(&self) -> UploadRequest {
        UploadRequest::new("bucket", "dir/key", self.source())
            .part_size(PART)
            .parallelism(1)
            .record(RecordLocation::Dir(self.records()))
            .on_cancel(OnCancel::Keep)
    }

    #[track_caller]
    pub(crate) fn upload(&self) -> impl Future<Output = Result<Uploaded, UploadError>> {
        self.client.upload(self.request(), Hooks::new())
    }

    /// Waits until an exchange has come to the gate `held`.
    #[track_caller]
    pub(crate) fn held(&self) -> impl Future<Output = ()> {
        within("an exchange comes to the gate `held`", self.emulator.sandbox().gates().reached("held"))
    }

    pub(crate) fn exchanges(&self) -> Vec<Exchange> {
        self.emulator.sandbox().journal().exchanges()
    }

    /// What was asked since `seen` exchanges, in short: `UploadPart 3`, `ListParts`.
    pub(crate) fn asked(&self, seen: usize) -> Vec<String> {
        let short = |exchange: &Exchange| {
            let name = exchange.operation.map_or("?", |operation| operation.as_str());
            exchange.part.map_or_else(|| name.to_owned(), |part| format!("{name} {part}"))
        };
        self.exchanges().iter().skip(seen).map(short).collect()
    }

    pub(crate) async fn object(&self) -> Option<Vec<u8>> {
        self.emulator.sandbox().edits().read_object("bucket", "dir/key").await.unwrap()
    }

    /// The upload went well: the object is the source, and nothing is left over.
    pub(crate) async fn assert_whole(&self) {
        assert!(self.object().await == Some(fs::read(self.source()).unwrap()), "the object is the source");
        assert_eq!(self.emulator.sandbox().edits().uploads().len(), 0, "no upload is left open");
        assert_eq!(self.left(), Vec::<String>::new(), "nothing is left in the record directory");
    }
}

/// The parts among `asked`.
pub(crate) fn parts(asked: &[String]) -> Vec<u32> {
    asked.iter().filter_map(|what| what.strip_prefix("UploadPart ")?.parse().ok()).collect()
}
