//! Records in memory: for tests, and for applications that carry them elsewhere by themselves.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use super::{Later, RecordError, RecordHold, RecordStore};

#[derive(Debug, Default)]
struct Slot {
    text: Vec<u8>,
    held: bool,
}

type Slots = HashMap<String, Slot>;

/// Keeps records for as long as a clone of it lives. Uploads that share clones share the records: two calls for one upload
/// exclude each other, and a later call goes on where an earlier one stopped.
#[derive(Debug, Clone, Default)]
pub struct MemoryRecords(Arc<Mutex<Slots>>);

impl MemoryRecords {
    /// An empty store.
    pub fn new() -> Self {
        Self::default()
    }

    /// Every record by its name, to be kept elsewhere.
    pub fn export(&self) -> Vec<(String, Vec<u8>)> {
        let slots = self.lock();
        let kept = slots.iter().filter(|(_, slot)| !slot.text.is_empty());
        let mut records: Vec<_> = kept.map(|(name, slot)| (name.clone(), slot.text.clone())).collect();
        records.sort();
        records
    }

    /// Puts an exported record back, in place of one of the same name.
    pub fn import(&self, name: impl Into<String>, text: impl Into<Vec<u8>>) {
        self.lock().entry(name.into()).or_default().text = text.into();
    }

    fn lock(&self) -> MutexGuard<'_, Slots> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl RecordStore for MemoryRecords {
    fn open(&self, name: &str) -> Result<Box<dyn RecordHold>, RecordError> {
        let mut slots = self.lock();
        let slot = slots.entry(name.to_owned()).or_default();
        if std::mem::replace(&mut slot.held, true) {
            return Err(RecordError::Busy(place(name)));
        }
        Ok(Box::new(Held { store: self.clone(), name: name.to_owned() }))
    }
}

fn place(name: &str) -> String {
    format!("record {name} in memory")
}

struct Held {
    store: MemoryRecords,
    name: String,
}

impl Held {
    fn with<T>(&self, change: impl FnOnce(&mut Vec<u8>) -> T) -> T {
        change(&mut self.store.lock().entry(self.name.clone()).or_default().text)
    }
}

impl RecordHold for Held {
    fn place(&self) -> String {
        place(&self.name)
    }

    fn load(&mut self) -> Result<Vec<u8>, RecordError> {
        Ok(self.with(|text| text.clone()))
    }

    fn save(&mut self, new: &[u8]) -> Result<(), RecordError> {
        self.with(|text| new.clone_into(text));
        Ok(())
    }

    fn append(&mut self, line: &[u8]) -> Result<Option<Later>, RecordError> {
        self.with(|text| text.extend_from_slice(line));
        Ok(None)
    }

    fn delete(&mut self) -> Result<(), RecordError> {
        self.with(Vec::clear);
        Ok(())
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        let mut slots = self.store.lock();
        let empty = slots.get_mut(&self.name).is_some_and(|slot| {
            slot.held = false;
            slot.text.is_empty()
        });
        if empty {
            slots.remove(&self.name);
        }
    }
}
