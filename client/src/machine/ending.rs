//! Every way out but success: cancel, failure, loss, doubt. Decides what becomes of the upload on the server and of the
//! record, so that neither is left without the other.

use super::{
    Command, ErrorKind, OnCancel, OnFailure, Phase, UploadId,
    event::{AbortReply, Listing, RecordPhase},
    limits,
    outcome::{Ended, Outcome},
    state::{Abort, AfterAbort, AfterRecording, CancelWish, Drain, Stage, State},
};

impl State {
    pub(super) fn cancel_requested(&mut self, mode: Option<OnCancel>, panicked: bool) {
        if self.cancel.is_some() {
            return;
        }
        self.cancel = Some(CancelWish { mode: mode.unwrap_or(self.settings.on_cancel), panicked });
        match self.stage {
            Stage::Sending | Stage::Draining(Drain::Failure) => self.drain(Drain::Cancel),
            Stage::Initiating => self.emit(Command::StartGrace(self.settings.patience.failure_grace)),
            // Nothing of this call is in doubt on the server. What an earlier call left in doubt stays as it is.
            Stage::Listing(_) | Stage::Hashing { .. } | Stage::Looking | Stage::PausingToLook
                if !(self.complete_open && self.complete_sent) =>
            {
                self.emit(Command::DropWork);
                self.end_cancelled();
            }
            // Short waits that look at the wish when they end, and a commit under way, which cannot be called back.
            _ => {}
        }
    }

    pub(super) fn end_cancelled(&mut self) {
        let Some(wish) = self.cancel else { return };
        if let Some(failure) = self.failure.take() {
            self.also.insert(0, failure);
        }
        let keep = wish.mode == OnCancel::Keep || self.complete_open;
        let ended = |kept| {
            let abort_error = None;
            if wish.panicked {
                ErrorKind::CallbackPanic { kept, abort_error }
            } else {
                ErrorKind::Cancelled { kept, abort_error }
            }
        };
        match self.upload.clone() {
            None => self.finish(ended(false)),
            Some(_) if keep => self.end_keeping(ended(true)),
            Some(upload) => self.abort(upload, self.torn_down, AfterAbort::End(ended(false))),
        }
    }

    pub(super) fn end_failed(&mut self) {
        let Some(kind) = self.failure.take() else {
            return self.finish(ErrorKind::Internal("a failure without a reason".to_owned()));
        };
        let keep = self.settings.on_failure == OnFailure::Keep || self.complete_open;
        match self.upload.clone() {
            None => self.finish(kind),
            Some(_) if keep => self.end_keeping(kind),
            Some(upload) => self.abort(upload, self.torn_down, AfterAbort::End(kind)),
        }
    }

    pub(super) fn end_without_record(&mut self) {
        let Some(kind) = self.failure.take() else { return };
        match self.upload.clone() {
            Some(upload) => self.abort(upload, false, AfterAbort::End(kind)),
            None => self.finish(kind),
        }
    }

    /// Brings the record up to date and ends. A record that this call has not yet compared with the server stays as it is.
    fn end_keeping(&mut self, kind: ErrorKind) {
        let image = self.image(self.record_phase());
        match image.filter(|_| self.settings.has_record && self.reconciled) {
            Some(image) => {
                self.stage = Stage::Recording(AfterRecording::End(kind));
                self.emit(Command::SaveRecord(image));
            }
            None => self.finish(kind),
        }
    }

    pub(super) fn end_lost(&mut self) {
        if self.recorded {
            self.emit(Command::DeleteRecord);
            self.recorded = false;
        }
        self.finish(ErrorKind::UploadLost);
    }

    pub(super) fn end_unknown(&mut self, why: &str) {
        let first = self.unknown.take().unwrap_or_default();
        let kind = ErrorKind::OutcomeUnknown(format!("{first}; then {why}"));
        self.complete_open = true;
        self.phase = Phase::Completing;
        self.end_keeping(kind);
    }

    pub(super) fn abort(&mut self, upload: UploadId, confirm: bool, then: AfterAbort) {
        let left = limits::ABORT_ATTEMPTS - 1;
        self.stage = Stage::Aborting(Abort { upload: upload.clone(), left, confirm, then });
        self.emit(Command::Abort(upload));
    }

    pub(super) fn abort_again(&mut self) {
        let Stage::Aborting(abort) = &mut self.stage else { return };
        abort.left = abort.left.saturating_sub(1);
        let upload = abort.upload.clone();
        self.emit(Command::Abort(upload));
    }

    pub(super) fn aborted(&mut self, reply: AbortReply) {
        let Stage::Aborting(abort) = self.stage.clone() else { return };
        match reply {
            // A part that was being written while its upload was aborted may have survived it.
            AbortReply::Gone if abort.confirm => self.emit(Command::List(abort.upload)),
            AbortReply::Gone => self.after_abort(abort.then),
            AbortReply::Failed(kind) => self.abort_failed(abort, kind),
        }
    }

    pub(super) fn listed_after_abort(&mut self, listing: &Listing) {
        let Stage::Aborting(abort) = self.stage.clone() else { return };
        match listing {
            Listing::Parts(_) if abort.left > 0 => self.emit(Command::Pause(limits::ABORT_PAUSE)),
            Listing::Parts(_) => {
                let kind =
                    ErrorKind::OutcomeUnknown("the server lists the upload after its abort".to_owned());
                self.abort_failed(abort, kind);
            }
            Listing::Gone | Listing::Failed(_) => self.after_abort(abort.then),
        }
    }

    fn after_abort(&mut self, then: AfterAbort) {
        match then {
            AfterAbort::BeginAnew { .. } => self.begin_anew(),
            AfterAbort::End(kind) => {
                if self.recorded {
                    self.emit(Command::DeleteRecord);
                    self.recorded = false;
                }
                self.upload_deleted = true;
                self.finish(kind);
            }
        }
    }

    fn abort_failed(&mut self, abort: Abort, error: ErrorKind) {
        let Abort { upload, then, .. } = abort;
        match then {
            // The old upload is still open and may be reachable later: forgetting it would leave an orphan.
            AfterAbort::BeginAnew { must: true } if error.service().is_none_or(|f| f.status >= 500) => {
                self.finish(error);
            }
            AfterAbort::BeginAnew { must } => {
                if must {
                    self.emit(Command::Warn(format!("upload {upload} could not be aborted: {error}")));
                }
                self.begin_anew();
            }
            AfterAbort::End(mut kind) => {
                match &mut kind {
                    ErrorKind::Cancelled { kept, abort_error }
                    | ErrorKind::CallbackPanic { kept, abort_error } => {
                        *kept = true;
                        *abort_error = Some(error.to_string());
                    }
                    _ => self.emit(Command::Warn(format!("upload {upload} could not be aborted: {error}"))),
                }
                match self.image(RecordPhase::Aborting).filter(|_| self.settings.has_record) {
                    Some(image) => {
                        self.stage = Stage::Recording(AfterRecording::End(kind));
                        self.emit(Command::SaveRecord(image));
                    }
                    None => self.finish(kind),
                }
            }
        }
    }

    pub(super) fn finish(&mut self, kind: ErrorKind) {
        self.stage = Stage::Done;
        let ended = Ended {
            kind,
            upload: self.upload.clone(),
            upload_deleted: self.upload_deleted,
            record_kept: self.recorded,
            parts_done: u32::try_from(self.proven.len()).unwrap_or(u32::MAX),
            parts_total: self.layout.map_or(0, |layout| layout.parts()),
            phase: self.phase,
            cancel_requested: self.cancel.is_some(),
            also: std::mem::take(&mut self.also),
        };
        self.emit(Command::Finish(Box::new(Outcome::Ended(ended))));
    }
}
