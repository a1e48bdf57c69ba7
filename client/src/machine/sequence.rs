//! Sequential uploads: parts in ascending order, each number once. Nothing on the server can be overwritten, so that an
//! upload which does not hold exactly the beginning of the source is given up for a new one. Called by the machine's
//! listing and sending rules.

use std::collections::BTreeSet;

use super::{
    ErrorKind, ListedPart, Phase,
    event::{Listing, Remembered},
    state::{AfterAbort, Drain, ListingFor, State},
};

impl State {
    /// Whether the upload of an earlier call cannot give what is asked for now: it takes parts in any order, and a
    /// sequential one is wanted. One whose commit was asked for may be there already, so its outcome comes first.
    pub(super) fn lacks_sequence(&self, remembered: &Remembered) -> bool {
        self.settings.sequential
            && !remembered.sequential
            && remembered.phase == super::RecordPhase::Uploading
    }

    /// How many parts may be in flight.
    pub(super) fn window(&self) -> usize {
        if self.sequential { 1 } else { self.settings.parallelism.max(1) }
    }

    /// Notes the first part for which a sequential upload cannot be continued: a gap below a listed part, or a listed part
    /// that is not `usable`.
    pub(super) fn judge_sequence(&mut self, listed: &[ListedPart], usable: impl Fn(u32) -> bool) {
        if !self.sequential {
            return;
        }
        let numbers: BTreeSet<u32> = listed.iter().map(|part| part.number).collect();
        self.sequence_broken_at = numbers
            .iter()
            .zip(1..)
            .find_map(|(number, wanted)| (*number != wanted || !usable(wanted)).then_some(wanted));
    }

    /// The server says that a part is there already, or that an earlier one is missing.
    pub(super) fn out_of_sequence(&mut self, kind: ErrorKind) {
        if self.failure.is_some() || self.sequence_repairs_left == 0 {
            self.remember_error(kind);
            return self.drain(Drain::Failure);
        }
        self.sequence_repairs_left -= 1;
        // A record that was damaged does not tell; the server does.
        self.sequential = true;
        self.drain(Drain::Sequence);
    }

    /// Requests in flight have ended; now the server is asked what it holds.
    pub(super) fn end_out_of_sequence(&mut self) {
        if self.failure.is_some() {
            return self.end_failed();
        }
        self.list(ListingFor::Sequence);
    }

    pub(super) fn listed_to_continue(&mut self, listing: Listing) {
        match listing {
            Listing::Parts(parts) => {
                let proven = std::mem::take(&mut self.proven);
                self.take_over(&proven, &parts, true);
            }
            Listing::Gone => self.end_drained(Drain::Lost),
            Listing::Failed(kind) => {
                self.remember_error(kind);
                self.end_drained(Drain::Failure);
            }
        }
    }

    /// Gives up a sequential upload that can no longer become the source. What an earlier call left is replaced without
    /// limit, what this call sent as often as an upload that the server forgot.
    pub(super) fn replace_broken_sequence(&mut self, number: u32) {
        let detail =
            "the server holds something else there, and parts of a sequential upload cannot be overwritten";
        let Some(upload) = self.upload.clone().filter(|_| {
            let free = self.phase == Phase::Planning;
            let granted = free || self.restarts_left > 0;
            self.restarts_left -= u32::from(!free && granted);
            granted
        }) else {
            self.remember_error(ErrorKind::IntegrityPart { part: number, detail: detail.to_owned() });
            return self.end_drained(Drain::Failure);
        };
        self.emit(super::Command::Warn(format!("part {number}: {detail}; a new upload was begun")));
        self.abort(upload, self.torn_down, AfterAbort::BeginAnew { must: true });
    }
}
