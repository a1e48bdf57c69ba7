//! While parts are on their way: a full window, results recorded, and an orderly retreat when something ends it.

use super::{
    Command, ErrorKind, OnPartError, Phase, ProvenPart,
    event::PartTrouble,
    state::{AfterRecording, Drain, Stage, State},
};

/// Whether the source is the reason, so that no other part can be expected to fare better.
fn is_local(kind: &ErrorKind) -> bool {
    matches!(kind, ErrorKind::SourceChanged(_) | ErrorKind::SourceIo(_))
}

impl State {
    pub(super) fn record_saved(&mut self) {
        let Stage::Recording(then) = self.stage.clone() else { return };
        self.recorded = true;
        match then {
            AfterRecording::Send { resumed } => self.begin_sending(resumed),
            AfterRecording::Complete => self.send_complete(),
            AfterRecording::End(kind) => self.finish(kind),
        }
    }

    pub(super) fn record_failed(&mut self, why: String) {
        let Stage::Recording(then) = self.stage.clone() else { return };
        match then {
            // Without a record nobody could find the upload again, and nothing is lost yet.
            AfterRecording::Send { .. } if !self.recorded => {
                self.remember_error(ErrorKind::RecordUnwritable(why));
                self.end_without_record();
            }
            AfterRecording::Send { resumed } => {
                self.warn_of_record(&why);
                self.begin_sending(resumed);
            }
            AfterRecording::Complete => {
                self.warn_of_record(&why);
                self.send_complete();
            }
            AfterRecording::End(kind) => {
                self.warn_of_record(&why);
                self.finish(kind);
            }
        }
    }

    fn warn_of_record(&mut self, why: &str) {
        self.emit(Command::Warn(format!("the record could not be brought up to date: {why}")));
    }

    pub(super) fn begin_sending(&mut self, resumed: bool) {
        if self.cancel.is_some() {
            return self.end_cancelled();
        }
        self.stage = Stage::Sending;
        if resumed {
            self.phase = self.phase.max(Phase::Uploading);
            let total = self.source.map_or(0, |source| source.size);
            let resumed = self.proven.values().map(|part| part.digest.size).sum();
            self.emit(Command::BeginProgress { total, resumed });
        }
        self.fill_window();
    }

    fn fill_window(&mut self) {
        while self.in_flight.len() < self.window() {
            let Some(number) = self.pending.pop_first() else { break };
            let range = self.layout.and_then(|layout| layout.range(number));
            let (Some(upload), Some(range)) = (self.upload.clone(), range) else {
                return self.finish(ErrorKind::Internal(format!("part {number} is outside the plan")));
            };
            self.in_flight.insert(number);
            self.emit(Command::SendPart { upload, number, range });
        }
        if self.in_flight.is_empty() {
            if self.failure.is_some() {
                return self.end_drained(Drain::Failure);
            }
            self.stage = Stage::Checking;
            self.emit(Command::CheckSource);
        }
    }

    pub(super) fn part_sent(&mut self, part: ProvenPart) {
        if !self.in_flight.remove(&part.number) {
            return;
        }
        self.sent.insert(part.number, part.digest.size);
        self.proven.insert(part.number, part.clone());
        if self.recorded {
            self.emit(Command::AppendPart(part));
        }
        match self.stage {
            Stage::Sending => self.fill_window(),
            Stage::Draining(why) if self.in_flight.is_empty() => self.end_drained(why),
            _ => {}
        }
    }

    pub(super) fn part_failed(&mut self, number: u32, trouble: PartTrouble) {
        if !self.in_flight.remove(&number) {
            return;
        }
        match (self.stage.clone(), trouble) {
            (Stage::Sending, PartTrouble::Failed(kind)) if self.drains_all(&kind) => {
                self.remember_error(kind);
                self.fill_window();
            }
            // A new upload would meet the failure again.
            (Stage::Sending, PartTrouble::UploadLost) if self.failure.is_some() => self.drain(Drain::Failure),
            (Stage::Sending, PartTrouble::UploadLost) => self.drain(Drain::Lost),
            (Stage::Sending, PartTrouble::OutOfSequence(kind)) => self.out_of_sequence(kind),
            (Stage::Sending, PartTrouble::Failed(kind)) => {
                self.remember_error(kind);
                self.drain(Drain::Failure);
            }
            (Stage::Draining(why), trouble) => {
                if let PartTrouble::Failed(kind) = trouble {
                    self.remember_error(kind);
                }
                if self.in_flight.is_empty() {
                    self.end_drained(why);
                }
            }
            _ => {}
        }
    }

    /// Sends no more parts. Those in flight may end for a while, so that the next call need not send them again.
    pub(super) fn drain(&mut self, why: Drain) {
        self.stage = Stage::Draining(why);
        if self.in_flight.is_empty() {
            return self.end_drained(why);
        }
        let patience = self.settings.patience;
        match why {
            // Nothing that these parts could bring would be of use.
            Drain::Lost => self.tear_down(),
            Drain::Cancel | Drain::Sequence => self.emit(Command::StartGrace(patience.cancel_grace)),
            Drain::Failure if self.failure_is_local() => {
                self.emit(Command::StartGrace(patience.cancel_grace));
            }
            Drain::Failure => self.emit(Command::StartGrace(patience.failure_grace)),
        }
    }

    /// Whether the other parts are sent although one failed for this reason.
    fn drains_all(&self, kind: &ErrorKind) -> bool {
        self.settings.on_part_error == OnPartError::DrainAll && !self.sequential && !is_local(kind)
    }

    fn failure_is_local(&self) -> bool {
        self.failure.iter().chain(&self.also).any(is_local)
    }

    pub(super) fn grace_ended(&mut self) {
        match self.stage {
            Stage::Draining(_) => self.tear_down(),
            Stage::Initiating if self.cancel.is_some() => {
                self.emit(Command::DropWork);
                self.emit(Command::Warn(
                    "the server did not say whether an upload was begun; if so, its id is unknown".to_owned(),
                ));
                self.end_cancelled();
            }
            _ => {}
        }
    }

    fn tear_down(&mut self) {
        let Stage::Draining(why) = self.stage else { return };
        self.emit(Command::DropWork);
        self.torn_down = true;
        self.pending.append(&mut self.in_flight);
        self.end_drained(why);
    }

    pub(super) fn end_drained(&mut self, why: Drain) {
        if self.cancel.is_some() {
            return self.end_cancelled();
        }
        match why {
            Drain::Lost if self.restarts_left > 0 => {
                self.restarts_left -= 1;
                self.replace_lost_upload();
            }
            Drain::Lost => self.end_lost(),
            Drain::Sequence => self.end_out_of_sequence(),
            Drain::Failure | Drain::Cancel => self.end_failed(),
        }
    }
}
