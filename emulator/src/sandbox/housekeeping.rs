//! The daily moment of the lifecycle rules: 00:00 UTC of the sandbox's clock (OSS documentation: lifecycle rules, 08:00
//! UTC+8). Called by the sandbox before anybody looks at the content.

use std::sync::{
    Mutex, PoisonError,
    atomic::{AtomicI64, Ordering},
};

use jiff::Timestamp;

use crate::{
    domain::{
        lifecycle,
        time::{day, midnight},
    },
    journal::Journal,
    store::{Store, StoreError},
};

/// Knows up to which day the rules have acted.
#[derive(Debug)]
pub(super) struct Housekeeping {
    /// The day whose first moment was the last to be kept. Before all days at first, so that a store that is opened
    /// again makes up for what it slept through.
    kept: AtomicI64,
    turn: Mutex<()>,
}

impl Default for Housekeeping {
    fn default() -> Self {
        Self { kept: AtomicI64::new(i64::MIN), turn: Mutex::new(()) }
    }
}

impl Housekeeping {
    /// Lets the rules act if a midnight has passed since the last time. Several midnights are one: what the rules do
    /// depends only on ages, and nothing grows younger. A clock that was set back starts over from there.
    pub(super) fn keep(&self, store: &Store, journal: &Journal, now: Timestamp) {
        let today = day(now);
        if self.kept.load(Ordering::Acquire) == today {
            return;
        }
        let _turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        if self.kept.load(Ordering::Acquire) < today
            && let Err(error) = Self::run(store, journal, midnight(today))
        {
            // The next one who looks tries again.
            tracing::error!(%error, "the lifecycle rules could not act");
            return;
        }
        self.kept.store(today, Ordering::Release);
    }

    /// Lets the rules act as at `moment`.
    pub(super) fn run(store: &Store, journal: &Journal, moment: Timestamp) -> Result<usize, StoreError> {
        let changed = store.commit(|state| {
            let changes = lifecycle::due(state, moment);
            let count = changes.len();
            Ok::<_, StoreError>((changes, count))
        })?;
        if changed > 0 {
            journal.control(format!("the lifecycle rules acted at {moment}: {changed} objects and uploads"));
        }
        Ok(changed)
    }
}
