//! The sandbox as one value.

use std::sync::Arc;

use super::{Edits, Faults, Keys, SandboxSettings, ids::Ids, ordinals::Ordinals};
use crate::{
    clock::Clock,
    fault::{Gates, UploadFacts},
    journal::Journal,
    ops::OpSettings,
    store::Store,
};

/// Everything that one test sees of the emulator.
#[derive(Debug)]
pub struct Sandbox {
    settings: SandboxSettings,
    ops: Arc<OpSettings>,
    clock: Arc<Clock>,
    store: Store,
    gates: Arc<Gates>,
    faults: Faults,
    keys: Keys,
    journal: Arc<Journal>,
    edits: Edits,
    ids: Ids,
    ordinals: Ordinals,
}

impl Sandbox {
    /// A sandbox around a store. Uploads that the store has already are numbered in the order of their Initiate.
    pub fn new(settings: SandboxSettings, clock: Clock, store: Store) -> Arc<Self> {
        let clock = Arc::new(clock);
        let gates = Arc::new(Gates::default());
        let journal = Journal::new(&settings.name, Arc::clone(&clock), settings.journal);
        let sandbox = Self {
            ops: Arc::new(settings.ops.clone()),
            faults: Faults::new(Arc::clone(&gates), Arc::clone(&clock), Arc::clone(&journal)),
            keys: Keys::new(settings.auth.clone(), Arc::clone(&clock), Arc::clone(&journal)),
            edits: Edits::new(store.clone(), Arc::clone(&clock), Arc::clone(&journal)),
            ids: Ids::new(settings.seed),
            ordinals: Ordinals::default(),
            settings,
            clock,
            store,
            gates,
            journal,
        };
        let mut uploads = sandbox.edits.uploads();
        uploads.sort_by(|a, b| (&a.initiated, &a.id).cmp(&(&b.initiated, &b.id)));
        for upload in uploads {
            sandbox.ordinals.note(&upload.bucket, &upload.key, &upload.id);
        }
        Arc::new(sandbox)
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.settings.name
    }

    /// What it was told when it was made.
    pub fn settings(&self) -> &SandboxSettings {
        &self.settings
    }

    /// Its fault rules.
    pub fn faults(&self) -> &Faults {
        &self.faults
    }

    /// Its access keys.
    pub fn keys(&self) -> &Keys {
        &self.keys
    }

    /// Its gates.
    pub fn gates(&self) -> &Gates {
        &self.gates
    }

    /// What happened in it.
    pub fn journal(&self) -> &Arc<Journal> {
        &self.journal
    }

    /// Its time.
    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    /// Its content, to look at and to change behind the clients' backs.
    pub fn edits(&self) -> &Edits {
        &self.edits
    }

    pub(crate) fn store(&self) -> &Store {
        &self.store
    }

    pub(crate) fn ops(&self) -> Arc<OpSettings> {
        Arc::clone(&self.ops)
    }

    pub(crate) fn request_id(&self) -> String {
        self.ids.request_id(self.clock.now())
    }

    pub(crate) fn fresh(&self) -> u128 {
        self.ids.fresh()
    }

    pub(crate) fn note_upload(&self, bucket: &str, key: &str, id: &str) {
        self.ordinals.note(bucket, key, id);
    }

    pub(crate) fn upload_facts<'a>(&self, id: &'a str) -> UploadFacts<'a> {
        let place = self.ordinals.place(id);
        UploadFacts { id, ordinal: place.map(|place| place.ordinal), of_key: place.map(|place| place.of_key) }
    }
}
