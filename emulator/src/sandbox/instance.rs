//! The sandbox as one value.

use std::{
    path::Path,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicBool, Ordering},
    },
};

use super::{
    CallbackKey, CallbackKeyError, Edits, Faults, Keys, SandboxSettings, SeedError, Seeded,
    housekeeping::Housekeeping, ids::Ids, ordinals::Ordinals, seed,
};
use crate::{
    clock::Clock,
    fault::{Gates, UploadFacts},
    journal::Journal,
    ops::OpSettings,
    store::{Store, StoreError},
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
    housekeeping: Housekeeping,
    callback_key: OnceLock<CallbackKey>,
    callback_tls: OnceLock<Arc<rustls::ClientConfig>>,
    ready: AtomicBool,
    endpoint: OnceLock<String>,
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
            housekeeping: Housekeeping::default(),
            callback_key: OnceLock::new(),
            callback_tls: OnceLock::new(),
            ready: AtomicBool::new(false),
            endpoint: OnceLock::new(),
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
        self.keep_house();
        &self.edits
    }

    /// Lets the lifecycle rules act, as if the daily moment were now, and returns how many objects and uploads they
    /// changed or removed.
    pub fn run_lifecycle(&self) -> Result<usize, StoreError> {
        Housekeeping::run(&self.store, &self.journal, self.clock.now())
    }

    /// Makes up for the daily moments that the clock has passed. Everything that looks at the content comes here
    /// first, so that nobody sees a state that should be past.
    pub(crate) fn keep_house(&self) {
        self.housekeeping.keep(&self.store, &self.journal, self.clock.now());
    }

    /// The key that upload callbacks are signed with. Made when it is first asked for.
    pub(crate) fn callback_key(&self) -> Result<&CallbackKey, CallbackKeyError> {
        if let Some(key) = self.callback_key.get() {
            return Ok(key);
        }
        let key = CallbackKey::generate()?;
        Ok(self.callback_key.get_or_init(|| key))
    }

    /// How upload callbacks speak TLS. Made when it is first asked for.
    pub(crate) fn callback_tls(&self) -> Result<Arc<rustls::ClientConfig>, rustls::Error> {
        if let Some(tls) = self.callback_tls.get() {
            return Ok(Arc::clone(tls));
        }
        let tls = Arc::new(self.settings.callback_trust.client()?);
        Ok(Arc::clone(self.callback_tls.get_or_init(|| tls)))
    }

    /// Makes a bucket of each folder in `folder` and an object of each file below, its relative path the key. What is
    /// there already stays as it is.
    pub async fn seed(&self, folder: &Path) -> Result<Seeded, SeedError> {
        let seeded = seed::seed(&self.store, &self.clock, self.ops().max_object_bytes, folder).await?;
        let Seeded { buckets, objects, kept } = seeded;
        let from = folder.display();
        self.journal.control(format!(
            "seeded {buckets} buckets and {objects} objects from {from}, kept {kept} objects"
        ));
        Ok(seeded)
    }

    /// From now on requests are served.
    pub(crate) fn set_ready(&self) {
        self.ready.store(true, Ordering::Release);
    }

    /// Whether requests are served: not before it has been filled.
    pub(crate) fn is_ready(&self) -> bool {
        self.ready.load(Ordering::Acquire)
    }

    /// Where the emulator can be reached, as a URL without trailing slash; told once it listens.
    pub(crate) fn set_endpoint(&self, endpoint: &str) {
        self.endpoint.get_or_init(|| endpoint.to_owned());
    }

    pub(crate) fn endpoint(&self) -> &str {
        self.endpoint.get().map_or("", String::as_str)
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
