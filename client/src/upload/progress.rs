//! Progress of one upload: a meter that never goes back, and one thread that tells the caller in strict order.

use std::{
    collections::HashMap,
    fmt,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc, Mutex, PoisonError,
        mpsc::{Receiver, Sender, channel},
    },
    thread::JoinHandle,
};

use crate::machine::Phase;

/// One report to the caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Bytes on the server or on their way; never decreases within a call, never exceeds `total`.
    ///
    /// The first report of a resumed upload says what the server was proven to hold, even when an earlier call had shown
    /// more: bytes of a part that was cut off are gone, and so is a part that the server lost. What had been shown is
    /// therefore not kept in the record (our choice; the Android SDK keeps it, and its bar may claim what is not there).
    pub sent: u64,
    /// Bytes of the source.
    pub total: u64,
    /// Bytes of earlier calls that were proven and are not sent again.
    pub resumed: u64,
    /// How far the upload has come. Only [`Phase::Committed`] means that the object is there.
    pub phase: Phase,
}

/// The caller's callback. It runs on a thread of its own, so that a slow one delays nobody.
pub(crate) type ProgressCallback = Arc<dyn Fn(Progress) + Send + Sync>;

/// What a caller hangs into an upload: a progress callback and a cancel token.
#[derive(Clone, Default)]
pub struct Hooks {
    pub(crate) progress: Option<ProgressCallback>,
    pub(crate) cancel: super::CancelToken,
}

impl Hooks {
    /// No callback, and a token that nobody holds.
    pub fn new() -> Self {
        Self::default()
    }

    /// Calls `callback` with each report, in order, from one thread; after `upload` has returned it is not called again.
    /// A panic in it cancels the upload.
    #[must_use]
    pub fn progress(mut self, callback: impl Fn(Progress) + Send + Sync + 'static) -> Self {
        self.progress = Some(Arc::new(callback));
        self
    }

    /// Lets `token` cancel the upload.
    #[must_use]
    pub fn cancel(mut self, token: super::CancelToken) -> Self {
        self.cancel = token;
        self
    }
}

impl fmt::Debug for Hooks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hooks")
            .field("progress", &self.progress.is_some())
            .field("cancel", &self.cancel)
            .finish()
    }
}

/// Share of the source between two reports about bytes on their way: at most this many such reports.
const REPORTS_UNDER_WAY: u64 = 200;

#[derive(Debug, Default)]
struct Meter {
    total: u64,
    resumed: u64,
    acknowledged: u64,
    under_way: HashMap<u32, u64>,
    published: Option<(u64, Phase)>,
    reports: Option<Sender<Progress>>,
}

impl Meter {
    fn level(&self) -> u64 {
        let level = self.acknowledged.saturating_add(self.under_way.values().sum());
        level.min(self.total).max(self.published.map_or(0, |(sent, _)| sent))
    }

    fn publish(&mut self, phase: Phase, always: bool) -> Option<Progress> {
        let sent = self.level();
        let phase = self.published.map_or(phase, |(_, earlier)| earlier.max(phase));
        if !always && self.published == Some((sent, phase)) {
            return None;
        }
        self.published = Some((sent, phase));
        Some(Progress { sent, total: self.total, resumed: self.resumed, phase })
    }
}

/// The reporting side: cloned into everything that moves bytes.
#[derive(Clone, Debug)]
pub(crate) struct Reporter {
    meter: Arc<Mutex<Meter>>,
}

impl Reporter {
    fn with(&self, change: impl FnOnce(&mut Meter) -> Option<Progress>) {
        let mut meter = self.meter.lock().unwrap_or_else(PoisonError::into_inner);
        let report = change(&mut meter);
        if let (Some(reports), Some(report)) = (&meter.reports, report) {
            // The dispatcher ends early only after the callback panicked; nobody is left to tell then.
            let _gone = reports.send(report);
        }
    }

    fn close(&self) {
        self.meter.lock().unwrap_or_else(PoisonError::into_inner).reports = None;
    }

    /// Parts begin to move; `resumed` bytes are on the server already.
    pub(crate) fn begin(&self, total: u64, resumed: u64) {
        self.with(|meter| {
            meter.total = total;
            meter.resumed = resumed;
            meter.acknowledged = resumed;
            meter.under_way.clear();
            meter.publish(Phase::Uploading, true)
        });
    }

    /// `bytes` of part `number` have been handed to the connection in the present attempt.
    pub(crate) fn under_way(&self, number: u32, bytes: u64) {
        self.with(|meter| {
            meter.under_way.insert(number, bytes);
            let step = (meter.total / REPORTS_UNDER_WAY).max(1);
            let last = meter.published.map_or(0, |(sent, _)| sent);
            if meter.level() < last.saturating_add(step) {
                return None;
            }
            meter.publish(Phase::Uploading, false)
        });
    }

    /// Part `number` will be sent again, or not at all.
    pub(crate) fn rolled_back(&self, number: u32) {
        self.with(|meter| {
            meter.under_way.remove(&number);
            None
        });
    }

    /// Part `number` of `bytes` is on the server.
    pub(crate) fn acknowledged(&self, number: u32, bytes: u64) {
        self.with(|meter| {
            meter.under_way.remove(&number);
            meter.acknowledged = meter.acknowledged.saturating_add(bytes);
            meter.publish(Phase::Uploading, false)
        });
    }

    /// The upload has reached `phase`.
    pub(crate) fn phase(&self, phase: Phase) {
        self.with(|meter| {
            if phase == Phase::Committed {
                meter.acknowledged = meter.total;
                meter.under_way.clear();
            }
            meter.publish(phase, false)
        });
    }
}

/// The telling side: owns the thread.
pub(crate) struct Dispatcher {
    reporter: Reporter,
    thread: Option<JoinHandle<()>>,
}

impl Dispatcher {
    /// Starts a thread for `callback`; `panicked` is called once if the callback panics.
    pub(crate) fn start(
        callback: Option<ProgressCallback>,
        panicked: impl FnOnce() + Send + 'static,
    ) -> Result<Self, std::io::Error> {
        let Some(callback) = callback else {
            return Ok(Self { reporter: Reporter { meter: Arc::default() }, thread: None });
        };
        let (reports, inbox) = channel();
        let thread = std::thread::Builder::new()
            .name("oss-client-progress".to_owned())
            .spawn(move || dispatch(&inbox, &callback, panicked))?;
        let meter = Meter { reports: Some(reports), ..Meter::default() };
        Ok(Self { reporter: Reporter { meter: Arc::new(Mutex::new(meter)) }, thread: Some(thread) })
    }

    pub(crate) fn reporter(&self) -> Reporter {
        self.reporter.clone()
    }

    /// Ends the thread after everything reported so far has been told. Later reports reach nobody.
    pub(crate) async fn finish(mut self) {
        self.reporter.close();
        if let Some(thread) = self.thread.take() {
            // A panic of the callback was caught inside; the thread itself has nothing to tell.
            let _joined = tokio::task::spawn_blocking(move || thread.join()).await;
        }
    }
}

impl Drop for Dispatcher {
    fn drop(&mut self) {
        self.reporter.close();
    }
}

fn dispatch(inbox: &Receiver<Progress>, callback: &ProgressCallback, panicked: impl FnOnce()) {
    while let Ok(report) = inbox.recv() {
        if catch_unwind(AssertUnwindSafe(|| callback(report))).is_err() {
            panicked();
            return;
        }
    }
}
