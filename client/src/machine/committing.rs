//! From the last part to the commit, and everything that can be unclear about it: a lost answer, a refused part, an upload
//! that is gone.

use super::{
    Command, ErrorKind, LocalDigest, Phase, ServiceFailure,
    event::{Commit, CompleteReply, Listing, Look, RecordPhase},
    outcome::{Outcome, Success},
    reconcile,
    state::{AfterRecording, Drain, ListingFor, Stage, State},
    verify,
};

/// Refusals of Complete that listing and sending again can cure (OSS documentation: CompleteMultipartUpload).
const REPAIRABLE: &[&str] = &["InvalidPart", "InvalidPartOrder", "EntityTooSmall"];

impl State {
    pub(super) fn source_checked(&mut self, result: Result<(), ErrorKind>) {
        if self.stage != Stage::Checking {
            return;
        }
        if let Err(kind) = result {
            self.remember_error(kind);
            return self.end_drained(Drain::Failure);
        }
        if self.cancel.is_some() {
            return self.end_cancelled();
        }
        self.enter(Phase::Completing);
        match self.image(RecordPhase::Completing).filter(|_| self.recorded) {
            Some(image) => {
                self.stage = Stage::Recording(AfterRecording::Complete);
                self.emit(Command::SaveRecord(image));
            }
            None => self.send_complete(),
        }
    }

    pub(super) fn send_complete(&mut self) {
        if self.cancel.is_some() {
            return self.end_cancelled();
        }
        let whole = self.layout.is_some_and(|layout| self.proven.keys().copied().eq(layout.numbers()));
        let Some(upload) = self.upload.clone().filter(|_| whole) else {
            return self.finish(ErrorKind::Internal("Complete without all parts".to_owned()));
        };
        self.completes_left = self.completes_left.saturating_sub(1);
        self.complete_sent = true;
        self.stage = Stage::Completing;
        let parts = self.proven.values().map(|part| (part.number, part.etag.clone())).collect();
        self.emit(Command::Complete { upload, parts });
    }

    pub(super) fn completed(&mut self, reply: CompleteReply) {
        if self.stage != Stage::Completing {
            return;
        }
        match reply {
            CompleteReply::Committed(commit) => self.committed(commit, false),
            CompleteReply::Unknown(why) => self.resolve(why),
            CompleteReply::UploadLost => {
                if !self.complete_open {
                    // No attempt of ours can have closed the upload, so that waiting for one to take effect is idle.
                    self.looks_left = self.looks_left.min(1);
                }
                self.resolve("the server does not know the upload that was to be completed".to_owned());
            }
            CompleteReply::Refused(failure) => self.refused(failure),
            CompleteReply::Unsent(kind) => {
                self.remember_error(kind);
                self.end_drained(Drain::Failure);
            }
        }
    }

    fn refused(&mut self, failure: ServiceFailure) {
        self.complete_open = false;
        let repairable = REPAIRABLE.contains(&failure.code.as_str());
        if repairable && self.repairs_left > 0 && self.cancel.is_none() {
            self.repairs_left -= 1;
            self.completes_left = self.completes_left.max(1);
            self.emit(Command::Warn(format!("{failure}; the parts were listed and compared again")));
            return self.list(ListingFor::Repair);
        }
        let kind =
            if repairable { ErrorKind::CompleteRejected(failure) } else { ErrorKind::Service(failure) };
        self.remember_error(kind);
        self.end_drained(Drain::Failure);
    }

    fn resolve(&mut self, why: String) {
        self.complete_open = true;
        self.unknown = Some(why);
        self.look();
    }

    pub(super) fn look(&mut self) {
        self.looks_left = self.looks_left.saturating_sub(1);
        self.stage = Stage::Looking;
        self.emit(Command::Look);
    }

    pub(super) fn looked(&mut self, look: &Look) {
        if self.stage != Stage::Looking {
            return;
        }
        let size = self.layout.map_or(0, |layout| layout.size());
        let matched = match look {
            Look::Failed(why) => return self.end_unknown(why),
            Look::Object { crc64, etag, request_id, .. } if verify::object_is(look, size, &self.proven) => {
                Some(Box::new(Commit {
                    etag: etag.clone(),
                    crc64: *crc64,
                    request_id: request_id.clone(),
                    callback: None,
                }))
            }
            Look::Object { .. } | Look::Absent => None,
        };
        // An object with the right bytes may be another writer's; only the upload itself tells whether it is closed.
        self.list(ListingFor::Resolve { matched });
    }

    pub(super) fn listed_to_resolve(&mut self, matched: Option<Box<Commit>>, listing: Listing) {
        match (listing, matched) {
            (Listing::Gone, Some(commit)) => self.committed(*commit, true),
            (Listing::Failed(kind), Some(commit)) => {
                self.emit(Command::Warn(format!(
                    "the object is there, but whether its upload is closed is unknown: {kind}"
                )));
                self.committed(*commit, true);
            }
            (Listing::Gone, None) => self.look_again(),
            (Listing::Failed(kind), None) => self.end_unknown(&kind.to_string()),
            (Listing::Parts(_), _) if self.cancel.is_some() || self.completes_left == 0 => {
                self.end_unknown("the upload is still open");
            }
            (Listing::Parts(parts), _) => {
                self.compare_again(&parts);
                self.save_then_send(self.phase == Phase::Planning);
            }
        }
    }

    pub(super) fn listed_to_repair(&mut self, listing: Listing) {
        match listing {
            Listing::Parts(parts) => {
                self.compare_again(&parts);
                self.save_then_send(false);
            }
            Listing::Gone => self.end_drained(Drain::Lost),
            Listing::Failed(kind) => {
                self.remember_error(kind);
                self.end_drained(Drain::Failure);
            }
        }
    }

    /// Keeps the parts that the server still holds as they were proven in this call; the others are sent again.
    fn compare_again(&mut self, listed: &[super::ListedPart]) {
        let Some(layout) = self.layout else { return };
        let candidates = reconcile::candidates(&layout, &self.proven, listed);
        self.proven = std::mem::take(&mut self.proven)
            .into_iter()
            .filter_map(|(number, part)| Some((number, candidates.get(&number)?.judge(&part.digest)?)))
            .collect();
        self.pending = layout.numbers().filter(|number| !self.proven.contains_key(number)).collect();
    }

    fn look_again(&mut self) {
        if self.looks_left > 0 {
            let patience = self.settings.patience;
            let round = patience.looks.saturating_sub(self.looks_left).saturating_sub(1);
            let pause = patience.look_pause.saturating_mul(2_u32.saturating_pow(round));
            self.stage = Stage::PausingToLook;
            return self.emit(Command::Pause(pause.min(patience.look_pause_cap)));
        }
        if self.complete_sent {
            return self.end_lost();
        }
        // The Complete of an earlier call left neither object nor upload; this call has sent nothing yet.
        self.looks_left = self.settings.patience.looks;
        self.replace_lost_upload();
    }

    pub(super) fn object_put(&mut self, result: Result<(Commit, LocalDigest), ErrorKind>) {
        if self.stage != Stage::Putting {
            return;
        }
        match result {
            Ok((commit, digest)) => self.succeed(commit, digest.crc64, false),
            Err(kind) => {
                self.remember_error(kind);
                self.end_drained(Drain::Failure);
            }
        }
    }

    fn committed(&mut self, commit: Commit, resolved_by_head: bool) {
        let crc64 = verify::object_crc64(&self.proven);
        self.succeed(commit, crc64, resolved_by_head);
    }

    fn succeed(&mut self, commit: Commit, expected: u64, resolved_by_head: bool) {
        self.complete_open = false;
        if self.recorded {
            self.emit(Command::DeleteRecord);
            self.recorded = false;
        }
        if let Some(actual) = commit.crc64.filter(|actual| *actual != expected) {
            return self.finish(ErrorKind::IntegrityObject { expected, actual });
        }
        let Some(layout) = self.layout else {
            return self.finish(ErrorKind::Internal("a commit without a plan".to_owned()));
        };
        if self.phase == Phase::Planning {
            self.emit(Command::BeginProgress { total: layout.size(), resumed: layout.size() });
        }
        self.enter(Phase::Committed);
        let at_once = self.stage == Stage::Putting;
        let parts_sent = if at_once { 1 } else { u32::try_from(self.sent.len()).unwrap_or(u32::MAX) };
        let outcome = Success {
            upload: self.upload.clone(),
            layout,
            etag: commit.etag,
            crc64: expected,
            crc64_confirmed: commit.crc64.is_some(),
            request_id: commit.request_id,
            parts_sent,
            bytes_sent: if at_once { layout.size() } else { self.sent.values().sum() },
            parts_reused: layout.parts().saturating_sub(parts_sent),
            resolved_by_head,
            cancel_requested: self.cancel.is_some(),
            callback: commit.callback,
        };
        self.stage = Stage::Done;
        self.emit(Command::Finish(Box::new(Outcome::Success(outcome))));
    }
}
