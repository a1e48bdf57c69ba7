//! A model of server, disk and network for the machine alone: obeys commands, with faults read from a tape of bytes. When
//! the tape is used up nothing goes wrong any more.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use oss_client::machine::{
    AbortReply, Command, Commit, CompleteReply, ETag, ErrorKind, Event, ListedPart, Listing, LocalDigest,
    Look, Md5Digest, Operation, Outcome, PartTrouble, ProvenPart, RecordImage, RecordPhase, Remembered,
    ServiceFailure, Settings, SourceIdentity, State, UploadId, UploadToken, step, verify,
};

/// Digests of part `number` in one version of the content.
pub(crate) fn digest(number: u32, size: u64, version: u8) -> LocalDigest {
    let mut md5 = [version; 16];
    md5[..4].copy_from_slice(&number.to_be_bytes());
    LocalDigest { size, md5: Md5Digest(md5), crc64: u64::from(number) << 32 | u64::from(version) << 8 | 1 }
}

pub(crate) fn proven(number: u32, size: u64, version: u8) -> ProvenPart {
    let digest = digest(number, size, version);
    ProvenPart { number, etag: ETag::new(&digest.md5.to_string()), digest }
}

fn network(operation: Operation) -> ErrorKind {
    ErrorKind::Network { operation, stage: "while sending".to_owned(), message: "tape".to_owned() }
}

pub(crate) fn refusal(operation: Operation, status: u16, code: &str) -> ServiceFailure {
    let (message, request_id, ec) = ("tape".to_owned(), None, None);
    ServiceFailure { operation, status, code: code.to_owned(), message, request_id, ec }
}

fn out_of_sequence(number: u32, status: u16, code: &str) -> Event {
    let kind = ErrorKind::Service(refusal(Operation::UploadPart, status, code));
    Event::PartFailed { number, trouble: PartTrouble::OutOfSequence(kind) }
}

/// The part of the world that outlives a call.
#[derive(Debug, Clone, Default)]
pub(crate) struct World {
    pub(crate) uploads: BTreeMap<UploadId, BTreeMap<u32, ProvenPart>>,
    pub(crate) sequential: BTreeSet<UploadId>,
    pub(crate) tokens: BTreeMap<UploadId, UploadToken>,
    pub(crate) object_token: Option<UploadToken>,
    pub(crate) object: Option<Vec<LocalDigest>>,
    pub(crate) record: Option<RecordImage>,
    pub(crate) version: u8,
    pub(crate) next_id: u32,
    pub(crate) size: u64,
}

/// What one call did, for judging.
#[derive(Debug, Default)]
pub(crate) struct Trace {
    pub(crate) commands: Vec<Command>,
    pub(crate) steps: usize,
    pub(crate) outcome: Option<Outcome>,
    /// Uploads for which a Complete may be in effect: its reply was lost, or has not come.
    pub(crate) in_doubt: Vec<UploadId>,
    pub(crate) wrong: Vec<String>,
}

pub(crate) struct Call<'a> {
    pub(crate) world: &'a mut World,
    tape: VecDeque<u8>,
    settings: Settings,
    state: Option<State>,
    waiting: Vec<Command>,
    pub(crate) trace: Trace,
}

const ENOUGH: usize = 20_000;

impl<'a> Call<'a> {
    pub(crate) fn new(world: &'a mut World, settings: Settings, tape: &[u8]) -> Self {
        let tape = tape.iter().copied().collect();
        let state = Some(State::new(settings));
        // An earlier call's commit is in doubt as well, unless the source has another size and is no longer the same.
        let completing = |record: &&RecordImage| {
            record.phase == RecordPhase::Completing && record.layout.size() == world.size
        };
        let in_doubt = world.record.iter().filter(completing).map(|record| record.upload.clone()).collect();
        let trace = Trace { in_doubt, ..Trace::default() };
        Self { world, tape, settings, state, waiting: Vec::new(), trace }
    }

    fn fault(&mut self) -> u8 {
        self.tape.pop_front().unwrap_or(0)
    }

    pub(crate) fn run(mut self) -> Trace {
        let size = self.world.size;
        let source = SourceIdentity { size, mtime_ns: 0, ctime_ns: 0, inode: 1, device: 1 };
        let remembered = self.world.record.clone().map(|record| Remembered {
            upload: record.upload,
            layout: Some(record.layout),
            parts: record.parts,
            phase: record.phase,
            sequential: record.sequential,
            token: record.token,
        });
        if self.fault() > 250 {
            self.feed(Event::CancelRequested { mode: None, panicked: false });
        }
        self.feed(Event::Started { source, remembered });
        while self.trace.outcome.is_none() {
            if self.trace.steps > ENOUGH {
                self.trace.wrong.push("it does not end".to_owned());
                break;
            }
            if self.fault() == 255 {
                self.feed(Event::CancelRequested { mode: None, panicked: false });
                continue;
            }
            if self.waiting.is_empty() {
                self.trace.wrong.push("nothing is under way, and it has not ended".to_owned());
                break;
            }
            let at = usize::from(self.fault()) % self.waiting.len();
            let command = self.waiting.remove(at);
            for event in self.happen(command) {
                self.feed(event);
            }
        }
        self.trace
    }

    fn feed(&mut self, event: Event) {
        self.trace.steps += 1;
        let (state, commands) = step(self.state.take().unwrap(), event);
        self.state = Some(state);
        for command in commands {
            if self.trace.outcome.is_some() {
                self.trace.wrong.push(format!("{command:?} after the end"));
            }
            self.trace.commands.push(command.clone());
            self.obey(command);
        }
    }

    fn obey(&mut self, command: Command) {
        match command {
            Command::AppendPart(part) => {
                if let Some(record) = &mut self.world.record {
                    record.parts.insert(part.number, part);
                }
            }
            Command::DeleteRecord => self.world.record = None,
            Command::DropWork => self.waiting.retain(|c| matches!(c, Command::SaveRecord(_))),
            Command::Abort(upload) => {
                if self.trace.in_doubt.contains(&upload) && !self.is_spoilt(&upload) {
                    self.trace.wrong.push(format!("abort of {upload} while its commit is in doubt"));
                }
                self.waiting.push(Command::Abort(upload));
            }
            Command::Complete { upload, parts } => {
                self.judge_complete(&parts);
                self.trace.in_doubt.push(upload.clone());
                self.waiting.push(Command::Complete { upload, parts });
            }
            Command::Finish(outcome) => self.trace.outcome = Some(*outcome),
            Command::BeginProgress { .. } | Command::EnterPhase(_) | Command::Warn(_) => {}
            waiting => self.waiting.push(waiting),
        }
    }

    /// Whether a sequential upload holds something else than the beginning of the source: no commit that is under way can
    /// make it the source, and it can neither be repaired.
    fn is_spoilt(&self, upload: &UploadId) -> bool {
        let Some(parts) = self.world.uploads.get(upload) else { return false };
        let whole = parts
            .iter()
            .zip(self.expected())
            .zip(1..)
            .all(|(((number, part), digest), wanted)| *number == wanted && part.digest == digest);
        self.world.sequential.contains(upload) && !(whole && parts.len() <= self.expected().len())
    }

    fn judge_complete(&mut self, parts: &[(u32, ETag)]) {
        let wanted = (1..).take(self.expected().len());
        if !parts.iter().map(|(number, _)| *number).eq(wanted) {
            self.trace.wrong.push(format!("Complete lists {parts:?}"));
        }
        for ((_, etag), digest) in parts.iter().zip(self.expected()) {
            if etag.as_md5() != Some(digest.md5) {
                self.trace.wrong.push(format!("Complete lists {etag}, which is not the source's {digest:?}"));
            }
        }
    }

    /// The source as parts of the layout in force.
    fn expected(&self) -> Vec<LocalDigest> {
        let part_size = self.world.record.as_ref().map_or(self.settings.part_size, |r| r.layout.part_size());
        content(self.world, part_size)
    }

    fn happen(&mut self, command: Command) -> Vec<Event> {
        match command {
            Command::Hash(ranges) => {
                let version = self.world.version;
                let hashed = |(number, range): (u32, oss_client::machine::ByteRange)| Event::Hashed {
                    number,
                    digest: digest(number, range.length, version),
                };
                ranges.into_iter().map(hashed).collect()
            }
            other => vec![self.reply(other)],
        }
    }

    fn reply(&mut self, command: Command) -> Event {
        let fault = self.fault();
        match command {
            Command::List(upload) => self.list(&upload, fault),
            Command::Initiate { .. } if fault > 220 => Event::Initiated(Err(network(Operation::Initiate))),
            Command::Initiate { sequential, token } => {
                self.world.next_id += 1;
                let id = UploadId::new(format!("NEW{}", self.world.next_id)).unwrap();
                self.world.uploads.insert(id.clone(), BTreeMap::new());
                self.world.tokens.extend(token.map(|token| (id.clone(), token)));
                if sequential {
                    self.world.sequential.insert(id.clone());
                }
                Event::Initiated(Ok(id))
            }
            Command::SaveRecord(_) if fault > 245 => Event::RecordFailed("tape".to_owned()),
            Command::SaveRecord(image) => {
                self.world.record = Some(*image);
                Event::RecordSaved
            }
            Command::SendPart { upload, number, range } => self.part(&upload, number, range.length, fault),
            Command::StartGrace(_) => Event::GraceEnded,
            Command::Pause(_) => Event::PauseEnded,
            Command::CheckSource if fault > 245 => {
                Event::SourceChecked(Err(ErrorKind::SourceChanged("tape".to_owned())))
            }
            Command::CheckSource => Event::SourceChecked(Ok(())),
            Command::Complete { upload, parts } => self.complete(&upload, &parts, fault),
            Command::Look => self.look(fault),
            Command::Abort(_) if fault > 240 => Event::Aborted(AbortReply::Failed(network(Operation::Abort))),
            Command::Abort(upload) => {
                self.world.uploads.remove(&upload);
                Event::Aborted(AbortReply::Gone)
            }
            other => panic!("the model knows no {other:?}"),
        }
    }

    fn list(&mut self, upload: &UploadId, fault: u8) -> Event {
        Event::Listed(match self.world.uploads.get(upload) {
            _ if fault > 230 => Listing::Failed(network(Operation::ListParts)),
            None => Listing::Gone,
            Some(parts) => Listing::Parts(
                parts
                    .values()
                    .map(|part| ListedPart {
                        number: part.number,
                        etag: part.etag.clone(),
                        size: part.digest.size,
                        crc64: (fault.is_multiple_of(2)).then_some(part.digest.crc64),
                    })
                    .collect(),
            ),
        })
    }

    fn part(&mut self, upload: &UploadId, number: u32, size: u64, fault: u8) -> Event {
        let part = proven(number, size, self.world.version);
        let failed = |kind| Event::PartFailed { number, trouble: PartTrouble::Failed(kind) };
        let Some(parts) = self.world.uploads.get_mut(upload) else {
            return Event::PartFailed { number, trouble: PartTrouble::UploadLost };
        };
        if self.world.sequential.contains(upload) {
            if (176..=180).contains(&fault) {
                parts.pop_last();
            }
            match parts.get(&number) {
                // The client takes the tag of the refusal for an answer.
                Some(held) if held.digest == part.digest && fault <= 180 => return Event::PartSent(part),
                Some(_) => return out_of_sequence(number, 409, "PartAlreadyExist"),
                None if parts.last_key_value().map_or(0, |(last, _)| *last) + 1 != number => {
                    return out_of_sequence(number, 400, "PartNotSequential");
                }
                None => {}
            }
        }
        match fault {
            0..=180 => {
                parts.insert(number, part.clone());
                Event::PartSent(part)
            }
            181..=200 => {
                parts.insert(number, part);
                failed(network(Operation::UploadPart))
            }
            201..=220 => failed(ErrorKind::Service(refusal(Operation::UploadPart, 403, "AccessDenied"))),
            221..=235 => {
                self.world.uploads.remove(upload);
                Event::PartFailed { number, trouble: PartTrouble::UploadLost }
            }
            236.. => failed(network(Operation::UploadPart)),
        }
    }

    fn complete(&mut self, upload: &UploadId, listed: &[(u32, ETag)], fault: u8) -> Event {
        let unknown = Event::Completed(CompleteReply::Unknown("tape".to_owned()));
        if fault > 235 {
            return unknown;
        }
        let Some(parts) = self.world.uploads.get_mut(upload) else {
            return Event::Completed(CompleteReply::UploadLost);
        };
        if (200..215).contains(&fault) {
            parts.remove(&1);
        }
        let decided = |trace: &mut Trace| trace.in_doubt.retain(|id| id != upload);
        let held = listed.iter().all(|(n, etag)| parts.get(n).is_some_and(|part| part.etag == *etag));
        if !held {
            decided(&mut self.trace);
            let failure = refusal(Operation::Complete, 400, "InvalidPart");
            return Event::Completed(CompleteReply::Refused(failure));
        }
        if (190..200).contains(&fault) {
            decided(&mut self.trace);
            let failure = refusal(Operation::Complete, 403, "AccessDenied");
            return Event::Completed(CompleteReply::Refused(failure));
        }
        let parts = self.world.uploads.remove(upload).unwrap();
        let crc64 = verify::object_crc64(&parts);
        self.world.object_token = self.world.tokens.get(upload).copied();
        self.world.object = Some(parts.into_values().map(|part| part.digest).collect());
        if fault > 215 {
            return unknown;
        }
        decided(&mut self.trace);
        let commit = Commit { crc64: Some(crc64), ..Commit::default() };
        Event::Completed(CompleteReply::Committed(commit))
    }

    fn look(&mut self, fault: u8) -> Event {
        Event::Looked(match &self.world.object {
            _ if fault > 230 => Look::Failed("tape".to_owned()),
            None => Look::Absent,
            Some(digests) => {
                let parts = digests.iter().zip(1_u32..);
                let parts = parts.map(|(digest, number)| {
                    (number, ProvenPart { number, etag: ETag::new(""), digest: *digest })
                });
                Look::Object {
                    size: digests.iter().map(|digest| digest.size).sum(),
                    crc64: Some(verify::object_crc64(&parts.collect())),
                    etag: None,
                    token: self.world.object_token,
                    request_id: None,
                }
            }
        })
    }

    /// Whether the object is the source.
    pub(crate) fn object_is_source(world: &World, part_size: u64) -> bool {
        world.object.as_ref() == Some(&content(world, part_size))
    }
}

/// The present content of the source, part by part.
fn content(world: &World, part_size: u64) -> Vec<LocalDigest> {
    let offsets = (0..world.size).step_by(usize::try_from(part_size).unwrap());
    let part =
        |(offset, number): (u64, u32)| digest(number, part_size.min(world.size - offset), world.version);
    offsets.zip(1..).map(part).collect()
}
