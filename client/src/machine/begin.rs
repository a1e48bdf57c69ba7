//! From the start to the first part: what an earlier call left, what of it still holds, and a new upload where nothing does.

use super::{
    Command, ErrorKind, Layout, LocalDigest, Phase, SourceIdentity, UploadId,
    event::{Listing, RecordPhase, Remembered},
    reconcile,
    state::{Abort, AfterAbort, AfterHashing, AfterRecording, Compare, Drain, ListingFor, Stage, State},
};

impl State {
    pub(super) fn started(&mut self, source: SourceIdentity, remembered: Option<Remembered>) {
        if self.stage != Stage::Idle {
            return;
        }
        self.source = Some(source);
        self.recorded = remembered.is_some();
        self.upload = remembered.as_ref().map(|remembered| remembered.upload.clone());
        self.complete_open = remembered.as_ref().is_some_and(|r| r.phase == RecordPhase::Completing);
        self.remembered = remembered;
        if self.cancel.is_some() {
            return self.end_cancelled();
        }
        let planned = match Layout::plan(source.size, self.settings.part_size, self.settings.profile) {
            Ok(planned) => planned,
            Err(error) => return self.finish(ErrorKind::InvalidArgument(error.to_string())),
        };
        self.layout = Some(planned);
        match self.remembered.clone() {
            None => self.begin_anew(),
            Some(remembered) => self.go_on_from(remembered, planned),
        }
    }

    fn go_on_from(&mut self, remembered: Remembered, planned: Layout) {
        let fits = remembered.layout.is_none_or(|layout| layout.size() == planned.size());
        if remembered.phase == RecordPhase::Aborting || !fits || self.sends_at_once() {
            // An abort either wins against a Complete that may still be under way or finds that it has taken effect.
            return self.abort(remembered.upload, false, AfterAbort::BeginAnew { must: true });
        }
        let layout = remembered.layout.unwrap_or(planned);
        if layout.part_size() != planned.part_size() {
            let (old, new) = (layout.part_size(), planned.part_size());
            self.emit(Command::Warn(format!(
                "the resumed upload keeps its part size of {old} bytes; {new} were asked for"
            )));
        }
        self.layout = Some(layout);
        let whole = layout.numbers().all(|number| remembered.parts.contains_key(&number));
        if remembered.phase == RecordPhase::Completing && whole {
            let compare =
                remembered.parts.into_iter().map(|(number, part)| (number, Compare::Recorded(part)));
            return self.hash(compare.collect(), AfterHashing::Resolve);
        }
        self.list(ListingFor::Resume);
    }

    /// Without a record nothing could resume a small upload, so it goes in one request; so does an empty file, because an
    /// upload needs a part.
    fn sends_at_once(&self) -> bool {
        let size = self.source.map_or(0, |source| source.size);
        size == 0 || (size <= self.settings.part_size && !self.settings.has_record)
    }

    pub(super) fn begin_anew(&mut self) {
        if self.recorded {
            self.emit(Command::DeleteRecord);
        }
        let size = self.source.map_or(0, |source| source.size);
        match Layout::plan(size, self.settings.part_size, self.settings.profile) {
            Ok(layout) => self.layout = Some(layout),
            Err(error) => return self.finish(ErrorKind::InvalidArgument(error.to_string())),
        }
        self.recorded = false;
        self.reconciled = false;
        self.complete_open = false;
        self.torn_down = false;
        self.upload = None;
        self.remembered = None;
        self.proven.clear();
        self.pending.clear();
        self.sent.clear();
        self.failure = None;
        if self.cancel.is_some() {
            return self.end_cancelled();
        }
        if self.sends_at_once() {
            self.stage = Stage::Putting;
            self.phase = Phase::Uploading;
            self.emit(Command::BeginProgress { total: size, resumed: 0 });
            return self.emit(Command::PutObject);
        }
        self.stage = Stage::Initiating;
        self.emit(Command::Initiate);
    }

    pub(super) fn list(&mut self, purpose: ListingFor) {
        let Some(upload) = self.upload.clone() else {
            return self.finish(ErrorKind::Internal("listing without an upload".to_owned()));
        };
        self.stage = Stage::Listing(purpose);
        self.emit(Command::List(upload));
    }

    pub(super) fn listed_for(&mut self, purpose: ListingFor, listing: Listing) {
        match purpose {
            ListingFor::Resume => self.listed_to_resume(listing),
            ListingFor::Repair => self.listed_to_repair(listing),
            ListingFor::Resolve { matched } => self.listed_to_resolve(matched, listing),
        }
    }

    fn listed_to_resume(&mut self, listing: Listing) {
        let parts = match listing {
            Listing::Parts(parts) => parts,
            Listing::Gone => return self.replace_lost_upload(),
            Listing::Failed(kind) => return self.finish(kind),
        };
        let Some(layout) = self.layout else {
            return self.finish(ErrorKind::Internal("listing without a plan".to_owned()));
        };
        let recorded = self.remembered.take().map(|remembered| remembered.parts).unwrap_or_default();
        let candidates = reconcile::candidates(&layout, &recorded, &parts);
        self.proven.clear();
        self.pending = layout.numbers().filter(|number| !candidates.contains_key(number)).collect();
        let compare =
            candidates.into_iter().map(|(number, candidate)| (number, Compare::Listed(candidate))).collect();
        self.hash(compare, AfterHashing::Send);
    }

    fn hash(&mut self, left: std::collections::BTreeMap<u32, Compare>, then: AfterHashing) {
        let ranges: Vec<_> = left
            .keys()
            .filter_map(|number| Some((*number, self.layout.and_then(|layout| layout.range(*number))?)))
            .collect();
        if ranges.is_empty() {
            return self.all_hashed(then);
        }
        self.stage = Stage::Hashing { left, then };
        self.emit(Command::Hash(ranges));
    }

    pub(super) fn hashed(&mut self, number: u32, digest: &LocalDigest) {
        let Stage::Hashing { left, then } = &mut self.stage else { return };
        let then = *then;
        let Some(compare) = left.remove(&number) else { return };
        let last = left.is_empty();
        let part = match compare {
            Compare::Listed(candidate) => candidate.judge(digest),
            Compare::Recorded(part) => (part.digest == *digest).then_some(part),
        };
        match part {
            Some(part) => drop(self.proven.insert(number, part)),
            None => drop(self.pending.insert(number)),
        }
        if last {
            self.all_hashed(then);
        }
    }

    pub(super) fn hash_failed(&mut self, kind: ErrorKind) {
        if matches!(self.stage, Stage::Hashing { .. }) {
            self.finish(kind);
        }
    }

    fn all_hashed(&mut self, then: AfterHashing) {
        match then {
            AfterHashing::Send => {
                self.reconciled = true;
                self.save_then_send(true);
            }
            AfterHashing::Resolve if self.pending.is_empty() => {
                self.reconciled = true;
                // Progress begins when it is known whether there is anything to send.
                self.unknown =
                    Some("an earlier call was interrupted while it asked for the commit".to_owned());
                self.look();
            }
            AfterHashing::Resolve => {
                self.proven.clear();
                self.pending.clear();
                self.list(ListingFor::Resume);
            }
        }
    }

    pub(super) fn save_then_send(&mut self, resumed: bool) {
        let phase = self.record_phase();
        match self.image(phase).filter(|_| self.settings.has_record) {
            Some(image) => {
                self.stage = Stage::Recording(AfterRecording::Send { resumed });
                self.emit(Command::SaveRecord(image));
            }
            None => self.begin_sending(resumed),
        }
    }

    pub(super) fn record_phase(&self) -> RecordPhase {
        if self.complete_open { RecordPhase::Completing } else { RecordPhase::Uploading }
    }

    pub(super) fn initiated(&mut self, result: Result<UploadId, ErrorKind>) {
        if self.stage != Stage::Initiating {
            return;
        }
        match result {
            Ok(upload) => {
                self.upload = Some(upload);
                self.pending = self.layout.map(|layout| layout.numbers().collect()).unwrap_or_default();
                self.reconciled = true;
                if self.cancel.is_some() {
                    return self.end_cancelled();
                }
                self.save_then_send(true);
            }
            Err(kind) => {
                self.remember_error(kind);
                self.end_drained(Drain::Failure);
            }
        }
    }

    /// The server does not know the upload that was to be continued. It is aborted all the same, which costs one request
    /// and leaves nothing behind should the server have been mistaken; not so when a Complete may be under way.
    pub(super) fn replace_lost_upload(&mut self) {
        let upload = self.upload.take();
        if let Some(id) = &upload {
            self.emit(Command::Warn(format!("the server no longer knows upload {id}; a new one was begun")));
        }
        match upload.filter(|_| !self.complete_open) {
            Some(upload) => {
                self.stage = Stage::Aborting(Abort {
                    upload: upload.clone(),
                    left: 0,
                    confirm: false,
                    then: AfterAbort::BeginAnew { must: false },
                });
                self.emit(Command::Abort(upload));
            }
            None => self.begin_anew(),
        }
    }
}
