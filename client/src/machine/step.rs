//! The step: one event in, commands out. Only routes; the rules are in the files beside it, by the phase they belong to.

use super::{
    Command, Event,
    event::Listing,
    state::{Stage, State},
};

/// Tells the machine what happened, and what it wants done about it. Events that come too late to matter change nothing.
pub fn step(mut state: State, event: Event) -> (State, Vec<Command>) {
    if !state.is_done() {
        state.route(event);
    }
    let commands = std::mem::take(&mut state.commands);
    (state, commands)
}

impl State {
    fn route(&mut self, event: Event) {
        match event {
            Event::CancelRequested { mode, panicked } => self.cancel_requested(mode, panicked),
            Event::Started { source, remembered } => self.started(source, remembered),
            Event::Listed(listing) => self.listed(listing),
            Event::Hashed { number, digest } => self.hashed(number, &digest),
            Event::HashFailed(kind) => self.hash_failed(kind),
            Event::Initiated(result) => self.initiated(result),
            Event::RecordSaved => self.record_saved(),
            Event::RecordFailed(why) => self.record_failed(why),
            Event::PartSent(part) => self.part_sent(part),
            Event::PartFailed { number, trouble } => self.part_failed(number, trouble),
            Event::GraceEnded => self.grace_ended(),
            Event::SourceChecked(result) => self.source_checked(result),
            Event::Completed(reply) => self.completed(reply),
            Event::Looked(look) => self.looked(&look),
            Event::Aborted(reply) => self.aborted(reply),
            Event::PauseEnded => self.pause_ended(),
            Event::ObjectPut(result) => self.object_put(result),
        }
    }

    fn listed(&mut self, listing: Listing) {
        match &self.stage {
            Stage::Listing(purpose) => {
                let purpose = purpose.clone();
                self.listed_for(purpose, listing);
            }
            Stage::Aborting(_) => self.listed_after_abort(&listing),
            _ => {}
        }
    }

    fn pause_ended(&mut self) {
        match self.stage {
            Stage::PausingToLook => self.look(),
            Stage::Aborting(_) => self.abort_again(),
            _ => {}
        }
    }
}
