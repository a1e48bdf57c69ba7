//! What was seen while a story played: everything that a verdict may rest on, and nothing else.

use std::{collections::BTreeMap, sync::Arc};

use oss_emulator::{fault::RuleStatus, journal::Exchange};

use crate::{
    driver::{ClientEvent, Finished, FinishedOutcome},
    scenario::{DriverWord, Edit, OutcomeWord, Step},
};

/// Ids and gates of the runner's own fault rules start so; they strike nothing and are left out of what a person sees.
pub const OWN_RULES: &str = "runner:";

/// Name of the call that the runner adds after a story that did not end in success.
pub const HEALING: &str = "healing";

/// The whole story as it was seen.
#[derive(Debug, Clone)]
pub struct Evidence {
    /// The calls, in order; the last may be the healing call that the runner adds.
    pub calls: Vec<CallEvidence>,
    /// Every exchange, in the order of their heads.
    pub exchanges: Vec<Exchange>,
}

/// One call as it was seen.
#[derive(Debug, Clone)]
pub struct CallEvidence {
    /// Name of the call.
    pub name: String,
    /// The step that was played.
    pub step: Step,
    /// Key that was uploaded to.
    pub key: String,
    /// The seat of the client.
    pub driver: DriverWord,
    /// Parts in flight at once.
    pub parallel: usize,
    /// Whether the client had a record directory.
    pub has_record: bool,
    /// When it began and ended, on the journal's clock.
    pub span_ns: (u64, u64),
    /// Index of its first exchange, and one past its last.
    pub exchanges: (usize, usize),
    /// What the client showed.
    pub events: Vec<TimedEvent>,
    /// What the runner did meanwhile.
    pub acts: Vec<TimedAct>,
    /// When the first cancel or catchable signal went out.
    pub cancel_ns: Option<u64>,
    /// Whether the client was ended by SIGKILL.
    pub killed: bool,
    /// Whether the client had to be ended because the bound had passed.
    pub timed_out: bool,
    /// Triggers of the step whose moment never came.
    pub triggers_unfired: usize,
    /// The call's fault rules and how often each fired.
    pub rules: Vec<RuleStatus>,
    /// Findings on the order of record and requests, made while requests were held.
    pub order_findings: Vec<String>,
    /// The source before and after.
    pub source: (SourceState, SourceState),
    /// Open uploads of the key before and after.
    pub uploads: (Vec<UploadState>, Vec<UploadState>),
    /// Record files after the call.
    pub records: Vec<RecordFile>,
    /// The object after the call.
    pub object: Option<Arc<[u8]>>,
    /// Edits that were made since the call before.
    pub edits: Vec<Edit>,
}

/// A client event and when the runner saw it, on the journal's clock.
#[derive(Debug, Clone)]
pub struct TimedEvent {
    /// Nanoseconds.
    pub at_ns: u64,
    /// The event.
    pub event: ClientEvent,
}

/// Something the runner did, for the timeline.
#[derive(Debug, Clone)]
pub struct TimedAct {
    /// Nanoseconds.
    pub at_ns: u64,
    /// In words.
    pub what: String,
}

/// The source file at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceState {
    /// Its bytes; `None` if it is gone.
    pub bytes: Option<Arc<[u8]>>,
}

/// An open upload at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UploadState {
    /// Upload id.
    pub id: String,
    /// Stored parts: number to size and `ETag` (upper-case hex, no quotes).
    pub parts: BTreeMap<u32, (u64, String)>,
}

impl UploadState {
    /// Bytes of the stored parts.
    pub fn bytes(&self) -> u64 {
        self.parts.values().map(|(size, _)| size).sum()
    }
}

/// A file of the record directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordFile {
    /// Its name.
    pub name: String,
    /// Its content.
    pub bytes: Vec<u8>,
}

impl RecordFile {
    /// Whether the record names an upload id, in whatever format.
    pub fn names(&self, upload: &str) -> bool {
        self.bytes.windows(upload.len()).any(|window| window == upload.as_bytes())
    }
}

impl CallEvidence {
    /// How the call ended.
    pub fn outcome(&self) -> OutcomeWord {
        match self.finished().map(|finished| finished.outcome) {
            Some(FinishedOutcome::Success) => OutcomeWord::Success,
            Some(FinishedOutcome::Failure) => OutcomeWord::Failure,
            Some(FinishedOutcome::Cancelled) => OutcomeWord::Cancelled,
            None => OutcomeWord::Killed,
        }
    }

    /// The client's terminal answer, if it gave one.
    pub fn finished(&self) -> Option<&Finished> {
        self.events.iter().find_map(|timed| match &timed.event {
            ClientEvent::Finished(finished) => Some(finished),
            _ => None,
        })
    }

    /// Progress values in order.
    pub fn progress(&self) -> impl Iterator<Item = (u64, u64)> + '_ {
        self.events.iter().filter_map(|timed| match timed.event {
            ClientEvent::Progress { sent, total } => Some((sent, total)),
            _ => None,
        })
    }

    /// The exchanges of this call.
    pub fn own<'a>(&self, evidence: &'a Evidence) -> &'a [Exchange] {
        &evidence.exchanges[self.exchanges.0..self.exchanges.1]
    }
}
