//! The keys of a sandbox: known from the start, added and ended while it runs.

use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use jiff::Timestamp;

use crate::{
    auth::{AuthMode, AuthSettings, Identity, Key, authenticate},
    clock::Clock,
    error::OssError,
    http::RequestHead,
    journal::Journal,
};

/// What is told about a key: never its secret or token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyInfo {
    /// The access key id.
    pub id: String,
    /// Whether it needs a token.
    pub temporary: bool,
    /// When it ceases to be valid; `None` for never.
    pub expires: Option<Timestamp>,
}

/// The keys in force. Each change is in force when its call returns.
#[derive(Debug)]
pub struct Keys {
    initial: AuthSettings,
    current: RwLock<AuthSettings>,
    clock: Arc<Clock>,
    journal: Arc<Journal>,
}

impl Keys {
    pub(super) fn new(initial: AuthSettings, clock: Arc<Clock>, journal: Arc<Journal>) -> Self {
        Self { current: RwLock::new(initial.clone()), initial, clock, journal }
    }

    /// Whether signatures count. Fixed when the sandbox is made: adding a key does not change it.
    pub fn mode(&self) -> AuthMode {
        self.initial.mode
    }

    /// All keys, by their ids.
    pub fn list(&self) -> Vec<KeyInfo> {
        let info = |(id, key): (&String, &Key)| KeyInfo {
            id: id.clone(),
            temporary: key.is_temporary(),
            expires: key.expires(),
        };
        self.read().keys.iter().map(info).collect()
    }

    /// Adds a key, or puts it in the place of the one with the same id.
    pub fn add(&self, id: impl Into<String>, key: Key) {
        let id = id.into();
        self.journal.control(format!("added the key {id}"));
        self.write().keys.insert(id, key);
    }

    /// Forgets a key; `false` when there is none of that id.
    pub fn remove(&self, id: &str) -> bool {
        let removed = self.write().keys.remove(id).is_some();
        if removed {
            self.journal.control(format!("removed the key {id}"));
        }
        removed
    }

    /// Lets a temporary key end at `at` (now when `None`). `None` when there is no temporary key of that id.
    pub fn expire(&self, id: &str, at: Option<Timestamp>) -> Option<Timestamp> {
        let at = at.unwrap_or_else(|| self.clock.now());
        let mut settings = self.write();
        let key = settings.keys.get_mut(id).filter(|key| key.is_temporary())?;
        *key = key.clone().expiring(at);
        drop(settings);
        self.journal.control(format!("the key {id} ends at {at}"));
        Some(at)
    }

    /// Back to the keys of the start.
    pub fn reset(&self) {
        self.write().keys.clone_from(&self.initial.keys);
    }

    /// Finds out who sent a request.
    pub(crate) fn authenticate(&self, head: &RequestHead) -> Result<Identity, OssError> {
        let settings = if self.mode() == AuthMode::Off { None } else { Some(self.read()) };
        authenticate(head, settings.as_deref().unwrap_or(&self.initial), self.clock.now())
    }

    fn read(&self) -> RwLockReadGuard<'_, AuthSettings> {
        // Each change is one map operation: a panic leaves nothing half done.
        self.current.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, AuthSettings> {
        self.current.write().unwrap_or_else(PoisonError::into_inner)
    }
}
