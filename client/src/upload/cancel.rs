//! Stopping an upload from outside: a token that the caller keeps and the runner watches.

use std::sync::{Arc, OnceLock};

use tokio_util::sync::CancellationToken;

use crate::machine::OnCancel;

/// Cancels one upload. Clones cancel the same upload; cancelling twice changes nothing; it may be done before the
/// upload starts, from any thread, and from inside the progress callback.
#[derive(Debug, Clone, Default)]
pub struct CancelToken {
    signal: CancellationToken,
    mode: Arc<OnceLock<OnCancel>>,
}

impl CancelToken {
    /// A token that has not been cancelled.
    pub fn new() -> Self {
        Self::default()
    }

    /// Cancels; what becomes of upload and record is the request's `on_cancel`.
    pub fn cancel(&self) {
        self.signal.cancel();
    }

    /// Cancels, and overrides the request's `on_cancel`. The first mode given wins.
    pub fn cancel_with(&self, mode: OnCancel) {
        if !self.is_cancelled() {
            // A mode that lost the race against another thread's is rightly dropped.
            let _first_wins = self.mode.set(mode);
        }
        self.signal.cancel();
    }

    /// Whether the token has been cancelled.
    pub fn is_cancelled(&self) -> bool {
        self.signal.is_cancelled()
    }

    pub(crate) async fn cancelled(&self) {
        self.signal.cancelled().await;
    }

    pub(crate) fn mode(&self) -> Option<OnCancel> {
        self.mode.get().copied()
    }
}
