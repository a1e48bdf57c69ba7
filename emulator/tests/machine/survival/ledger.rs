//! What one worker knows to be acknowledged: its objects, its uploads, and the operation whose fate is open.

use std::collections::BTreeMap;

use oss_emulator::{domain::Md5, fault::Roll};

/// Bytes that can be made again from two numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Content {
    pub(super) seed: u64,
    pub(super) length: usize,
}

impl Content {
    pub(super) fn bytes(self) -> Vec<u8> {
        Roll::from_seed(self.seed).bytes(self.length)
    }

    /// The ETag without quotes.
    pub(super) fn etag(self) -> String {
        Md5::of(&self.bytes()).upper_hex()
    }
}

/// An object is the contents that it is made of.
pub(super) type Object = Vec<Content>;

/// An open upload.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Upload {
    pub(super) id: String,
    pub(super) key: String,
    pub(super) parts: BTreeMap<u32, Content>,
}

/// What is stored.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Ledger {
    pub(super) objects: BTreeMap<String, Object>,
    pub(super) uploads: Vec<Upload>,
}

/// An operation, with all that its effect depends on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Operation {
    Put { key: String, content: Content },
    Delete { key: String },
    Initiate { key: String },
    Part { id: String, number: u32, content: Content },
    Complete { id: String },
    Abort { id: String },
}

impl Ledger {
    /// The ledger after an operation has taken effect; an Initiate made the upload `id`.
    pub(super) fn after(&self, operation: &Operation, id: Option<&str>) -> Self {
        let mut after = self.clone();
        match operation {
            Operation::Put { key, content } => {
                after.objects.insert(key.clone(), vec![*content]);
            }
            Operation::Delete { key } => {
                after.objects.remove(key);
            }
            Operation::Initiate { key } => after.uploads.extend(id.map(|id| Upload {
                id: id.to_owned(),
                key: key.clone(),
                parts: BTreeMap::new(),
            })),
            Operation::Part { id, number, content } => {
                let upload =
                    after.uploads.iter_mut().find(|upload| upload.id == *id).expect("the upload is open");
                upload.parts.insert(*number, *content);
            }
            Operation::Complete { id } => {
                let upload = after.remove(id);
                after.objects.insert(upload.key, upload.parts.into_values().collect());
            }
            Operation::Abort { id } => {
                after.remove(id);
            }
        }
        after
    }

    fn remove(&mut self, id: &str) -> Upload {
        let at = self.uploads.iter().position(|upload| upload.id == *id).expect("the upload is open");
        self.uploads.remove(at)
    }
}
