//! All that the machine remembers between two events.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Candidate, ErrorKind, Layout, OnCancel, Phase, ProvenPart, Settings, SourceIdentity, UploadId,
    UploadToken,
    command::{Command, RecordImage},
    event::{Commit, RecordPhase, Remembered},
    limits, verify,
};

/// What the machine waits for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Stage {
    /// `Started`.
    Idle,
    /// `Listed`, and why the parts are listed.
    Listing(ListingFor),
    /// `Hashed`, for each part that is left.
    Hashing { left: BTreeMap<u32, Compare>, then: AfterHashing },
    /// `Initiated`.
    Initiating,
    /// `RecordSaved` or `RecordFailed`.
    Recording(AfterRecording),
    /// `PartSent` and `PartFailed`.
    Sending,
    /// The same, from the parts that are left in flight.
    Draining(Drain),
    /// `SourceChecked`.
    Checking,
    /// `Completed`.
    Completing,
    /// `Looked`.
    Looking,
    /// `PauseEnded`, to look again.
    PausingToLook,
    /// `Aborted`, and then perhaps `Listed` and `PauseEnded`.
    Aborting(Abort),
    /// `ObjectPut`.
    Putting,
    /// Nothing.
    Done,
}

/// Why parts are listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum ListingFor {
    /// To find out what an earlier call left.
    Resume,
    /// To find out why Complete was rejected.
    Repair,
    /// To find out why a part of a sequential upload was refused for its number.
    Sequence,
    /// To find out whether the upload is still open, the object being what it should be or not.
    Resolve { matched: Option<Box<Commit>> },
}

/// What a range of the source is compared with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Compare {
    /// What the server lists.
    Listed(Candidate),
    /// What the record says.
    Recorded(ProvenPart),
}

/// What follows when all ranges have been read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum AfterHashing {
    /// Sending the parts that are missing.
    Send,
    /// Finding out what became of an earlier call's Complete.
    Resolve,
}

/// What follows when the record is durable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum AfterRecording {
    /// Sending parts; `resumed` tells that progress has not begun yet.
    Send { resumed: bool },
    /// Sending Complete.
    Complete,
    /// The end, for this reason.
    End(ErrorKind),
}

/// Why no more parts are sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Drain {
    /// A part failed.
    Failure,
    /// The caller cancelled.
    Cancel,
    /// The server forgot the upload.
    Lost,
    /// The server refused a part of a sequential upload for its number.
    Sequence,
}

/// An abort under way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Abort {
    pub(super) upload: UploadId,
    /// How often it may still be sent.
    pub(super) left: u32,
    /// Whether parts may have been in flight, so that one abort may not be enough.
    pub(super) confirm: bool,
    pub(super) then: AfterAbort,
}

/// What follows an abort.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum AfterAbort {
    /// A new upload in place of the old one. `must`: the old one is known to be open, so that forgetting it would leave
    /// an orphan.
    BeginAnew { must: bool },
    /// The end, for this reason.
    End(ErrorKind),
}

/// A cancel that was requested.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct CancelWish {
    pub(super) mode: OnCancel,
    pub(super) panicked: bool,
}

/// The state of one upload between two events. Made by [`State::new`], changed only by [`super::step`].
#[derive(Debug, Clone)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "independent facts; what excludes each other is in the stage"
)]
pub struct State {
    pub(super) settings: Settings,
    pub(super) stage: Stage,
    pub(super) source: Option<SourceIdentity>,
    pub(super) remembered: Option<Remembered>,
    pub(super) upload: Option<UploadId>,
    pub(super) layout: Option<Layout>,
    /// Whether the present upload is a sequential one.
    pub(super) sequential: bool,
    /// The token that the present upload was begun with.
    pub(super) token: Option<UploadToken>,
    /// The first part for which the present upload, being sequential, cannot become the source.
    pub(super) sequence_broken_at: Option<u32>,
    pub(super) sequence_repairs_left: u32,
    pub(super) proven: BTreeMap<u32, ProvenPart>,
    pub(super) pending: BTreeSet<u32>,
    pub(super) in_flight: BTreeSet<u32>,
    pub(super) sent: BTreeMap<u32, u64>,
    pub(super) cancel: Option<CancelWish>,
    pub(super) failure: Option<ErrorKind>,
    pub(super) also: Vec<ErrorKind>,
    pub(super) phase: Phase,
    pub(super) upload_deleted: bool,
    pub(super) torn_down: bool,
    /// Whether a record of the present upload exists.
    pub(super) recorded: bool,
    /// Whether `proven` tells all that is known, so that the record may be rewritten from it.
    pub(super) reconciled: bool,
    /// Whether a Complete may be in effect or may yet take effect.
    pub(super) complete_open: bool,
    /// Whether this call sent a Complete.
    pub(super) complete_sent: bool,
    pub(super) completes_left: u32,
    pub(super) looks_left: u32,
    pub(super) repairs_left: u32,
    pub(super) restarts_left: u32,
    pub(super) unknown: Option<String>,
    pub(super) commands: Vec<Command>,
}

impl State {
    /// A machine that waits for [`super::Event::Started`].
    pub fn new(settings: Settings) -> Self {
        Self {
            settings,
            stage: Stage::Idle,
            source: None,
            remembered: None,
            upload: None,
            layout: None,
            sequential: settings.sequential,
            token: settings.token,
            sequence_broken_at: None,
            sequence_repairs_left: limits::SEQUENCE_REPAIRS,
            proven: BTreeMap::new(),
            pending: BTreeSet::new(),
            in_flight: BTreeSet::new(),
            sent: BTreeMap::new(),
            cancel: None,
            failure: None,
            also: Vec::new(),
            phase: Phase::Planning,
            upload_deleted: false,
            torn_down: false,
            recorded: false,
            reconciled: false,
            complete_open: false,
            complete_sent: false,
            completes_left: settings.patience.completes,
            looks_left: settings.patience.looks,
            repairs_left: limits::REPAIRS,
            restarts_left: if settings.restart_on_lost_upload { limits::RESTARTS } else { 0 },
            unknown: None,
            commands: Vec::new(),
        }
    }

    /// Whether the upload has ended.
    pub fn is_done(&self) -> bool {
        self.stage == Stage::Done
    }

    pub(super) fn emit(&mut self, command: Command) {
        self.commands.push(command);
    }

    pub(super) fn enter(&mut self, phase: Phase) {
        if phase > self.phase {
            self.phase = phase;
            self.emit(Command::EnterPhase(phase));
        }
    }

    /// The record as it should be now; nothing before there is an upload and a layout.
    pub(super) fn image(&self, phase: RecordPhase) -> Option<Box<RecordImage>> {
        let (upload, layout) = (self.upload.clone()?, self.layout?);
        let whole = self.proven.len() == layout.parts() as usize;
        Some(Box::new(RecordImage {
            upload,
            layout,
            sequential: self.sequential,
            token: self.token,
            phase,
            parts: self.proven.clone(),
            object_crc64: whole.then(|| verify::object_crc64(&self.proven)),
        }))
    }

    pub(super) fn remember_error(&mut self, error: ErrorKind) {
        if self.failure.is_none() {
            self.failure = Some(error);
        } else {
            self.also.push(error);
        }
    }
}
