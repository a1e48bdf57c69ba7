//! Ctrl-C and SIGTERM: the first asks for an orderly end, the second for an immediate one.

use crate::{CancelToken, OnCancel};

/// Cancels `token` at the first signal; returns at the second. Never returns if the signals cannot be watched.
pub(super) async fn watch(token: CancelToken, mode: OnCancel) {
    let Ok(mut signals) = Signals::new() else { return std::future::pending().await };
    signals.next().await;
    token.cancel_with(mode);
    super::output::note("interrupted; ending in order (once more: at once)");
    signals.next().await;
}

#[cfg(unix)]
struct Signals(tokio::signal::unix::Signal, tokio::signal::unix::Signal);

#[cfg(unix)]
impl Signals {
    fn new() -> std::io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self(signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?))
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.0.recv() => {}
            _ = self.1.recv() => {}
        }
    }
}

#[cfg(not(unix))]
struct Signals;

#[cfg(not(unix))]
impl Signals {
    fn new() -> std::io::Result<Self> {
        Ok(Self)
    }

    async fn next(&mut self) {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}
