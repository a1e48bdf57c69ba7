//! One of the clients that work while the process is killed. It uses keys of its own, so that its knowledge is whole.

use std::fmt::Write;

use oss_emulator::{
    domain::Crc64,
    fault::Roll,
    sandbox::{ObjectInfo, UploadInfo},
    store::Bodies,
};

use super::ledger::{Content, Ledger, Operation, Upload};
use crate::support::{Answer, Raw};

/// A client and what it knows.
pub(super) struct Worker {
    number: u64,
    dice: Roll,
    ledger: Ledger,
    /// Sent, with no answer yet.
    open: Option<Operation>,
    pub(super) acknowledged: u64,
}

impl Worker {
    pub(super) fn new(number: u64) -> Self {
        let dice = Roll::from_seed(number + 1000);
        Self { number, dice, ledger: Ledger::default(), open: None, acknowledged: 0 }
    }

    fn below(&mut self, limit: u64) -> u64 {
        self.dice.number() % limit
    }

    fn key(&mut self) -> String {
        let name = self.below(6);
        format!("{}/{name}", self.number)
    }

    /// Mostly small; some as large as parts are.
    fn content(&mut self) -> Content {
        let length = match self.below(4) {
            0 => 102_400 + self.below(200_000),
            1 => 0,
            _ => self.below(2_000),
        };
        Content { seed: self.dice.number(), length: usize::try_from(length).expect("small") }
    }

    fn upload(&mut self) -> Option<Upload> {
        let count = u64::try_from(self.ledger.uploads.len()).expect("few");
        if count == 0 {
            return None;
        }
        let at = usize::try_from(self.below(count)).expect("small");
        Some(self.ledger.uploads[at].clone())
    }

    fn choose(&mut self) -> Operation {
        let dice = self.below(10);
        match (dice, self.upload()) {
            (0..=2, _) => Operation::Put { key: self.key(), content: self.content() },
            (3, _) => Operation::Delete { key: self.key() },
            (4, _) | (_, None) => Operation::Initiate { key: self.key() },
            (8, Some(upload)) if is_completable(&upload) => Operation::Complete { id: upload.id },
            (9, Some(upload)) if self.ledger.uploads.len() > 3 => Operation::Abort { id: upload.id },
            (_, Some(upload)) => {
                let number = u32::try_from(1 + self.below(4)).expect("small");
                Operation::Part { id: upload.id, number, content: self.content() }
            }
        }
    }

    /// Does one operation; `false` when the process has died.
    pub(super) async fn operate(&mut self, client: &mut Raw) -> bool {
        let operation = self.choose();
        self.open = Some(operation.clone());
        let Some(answer) = self.send(client, &operation).await else { return false };
        assert!((200..300).contains(&answer.status), "{operation:?}: {} {}", answer.status, answer.text());
        let text = answer.text();
        let id = text.split_once("<UploadId>").and_then(|(_, rest)| rest.split('<').next());
        self.ledger = self.ledger.after(&operation, id);
        self.open = None;
        self.acknowledged += 1;
        true
    }

    async fn send(&self, client: &mut Raw, operation: &Operation) -> Option<Answer> {
        let key_of = |id: &str| {
            let upload =
                self.ledger.uploads.iter().find(|upload| upload.id == id).expect("the upload is open");
            upload.key.clone()
        };
        let (method, target, body) = match operation {
            Operation::Put { key, content } => ("PUT", format!("/bucket/{key}"), content.bytes()),
            Operation::Delete { key } => ("DELETE", format!("/bucket/{key}"), Vec::new()),
            Operation::Initiate { key } => ("POST", format!("/bucket/{key}?uploads"), Vec::new()),
            Operation::Part { id, number, content } => {
                ("PUT", format!("/bucket/{}?partNumber={number}&uploadId={id}", key_of(id)), content.bytes())
            }
            Operation::Complete { id } => {
                ("POST", format!("/bucket/{}?uploadId={id}", key_of(id)), self.list(id).into_bytes())
            }
            Operation::Abort { id } => {
                ("DELETE", format!("/bucket/{}?uploadId={id}", key_of(id)), Vec::new())
            }
        };
        client.request(method, &target, &body).await;
        client.answer(false).await.ok()
    }

    fn list(&self, id: &str) -> String {
        let upload = self.ledger.uploads.iter().find(|upload| upload.id == id).expect("the upload is open");
        let parts = upload.parts.iter().fold(String::new(), |mut parts, (number, content)| {
            let etag = content.etag();
            write!(parts, "<Part><PartNumber>{number}</PartNumber><ETag>\"{etag}\"</ETag></Part>")
                .expect("a text");
            parts
        });
        format!("<CompleteMultipartUpload>{parts}</CompleteMultipartUpload>")
    }

    /// Takes its own out of what is stored and compares: all that was acknowledged, and of the open operation all or
    /// nothing. What is found is what it knows from now on.
    pub(super) fn settle(&mut self, uploads: &mut Vec<UploadInfo>, objects: &mut Vec<ObjectInfo>) {
        let own = format!("{}/", self.number);
        let found_uploads: Vec<UploadInfo> =
            uploads.extract_if(.., |upload| upload.key.starts_with(&own)).collect();
        let found_objects: Vec<ObjectInfo> =
            objects.extract_if(.., |object| object.key.starts_with(&own)).collect();
        let unknown =
            found_uploads.iter().find(|found| self.ledger.uploads.iter().all(|known| known.id != found.id));
        let before = self.ledger.clone();
        let after = self.open.take().map(|open| before.after(&open, unknown.map(|found| found.id.as_str())));
        let fits = |ledger: &Ledger| fits(ledger, &found_uploads, &found_objects);
        if !fits(&before) {
            let after = after.clone().unwrap_or_else(|| {
                panic!("lost or invented: {before:?} {found_uploads:?} {found_objects:?}")
            });
            assert!(fits(&after), "neither {before:?} nor {after:?}: {found_uploads:?} {found_objects:?}");
            self.ledger = after;
        }
    }

    /// Compares what can be read of its objects with what they must be: all bytes, or where they are not kept the
    /// checksum of them.
    pub(super) async fn check_content(&self, client: &mut Raw, bodies: Bodies) {
        for (key, object) in &self.ledger.objects {
            let expected: Vec<u8> = object.iter().flat_map(|content| content.bytes()).collect();
            let target = format!("/bucket/{key}");
            let head = client.ask("HEAD", &target, b"").await;
            let crc64 = Crc64::of(&expected).to_string();
            assert_eq!(head.header("x-oss-hash-crc64ecma"), Some(crc64.as_str()), "{key} is not intact");
            let read = client.ask("GET", &target, b"").await;
            if bodies == Bodies::Keep || expected.is_empty() {
                assert!(read.status == 200 && read.body == expected, "{key} is not intact");
            } else {
                assert_eq!(read.status, 403, "{key} has bytes that were not kept");
            }
        }
    }
}

/// OSS refuses parts below 100 KiB but the last, and a list without parts.
fn is_completable(upload: &Upload) -> bool {
    let sizes: Vec<usize> = upload.parts.values().map(|content| content.length).collect();
    sizes.split_last().is_some_and(|(_, others)| others.iter().all(|length| *length >= 102_400))
}

fn fits(ledger: &Ledger, uploads: &[UploadInfo], objects: &[ObjectInfo]) -> bool {
    let object_fits = |object: &ObjectInfo| {
        ledger.objects.get(&object.key).is_some_and(|known| match known.as_slice() {
            [content] if object.parts == 0 => object.etag == content.etag(),
            parts => {
                let length: usize = parts.iter().map(|content| content.length).sum();
                object.size == length as u64 && object.parts as usize == parts.len()
            }
        })
    };
    let upload_fits = |upload: &UploadInfo| {
        let known = ledger.uploads.iter().find(|known| known.id == upload.id && known.key == upload.key);
        known.is_some_and(|known| {
            known.parts.len() == upload.parts.len()
                && upload.parts.iter().all(|part| {
                    known.parts.get(&part.number).is_some_and(|content| {
                        part.size == content.length as u64 && part.etag == content.etag()
                    })
                })
        })
    };
    objects.len() == ledger.objects.len()
        && uploads.len() == ledger.uploads.len()
        && objects.iter().all(object_fits)
        && uploads.iter().all(upload_fits)
}
