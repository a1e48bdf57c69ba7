//! Obeys the machine: turns its commands into requests, readings and writings, and what becomes of them into events.

use std::{collections::VecDeque, future::Future, sync::Arc, time::Duration};

use tokio::{
    task::JoinSet,
    time::{Instant, sleep_until},
};
use tokio_util::sync::CancellationToken;

use super::{
    CancelToken,
    headers::HeaderSets,
    progress::Reporter,
    recorder::Recorder,
    source::{OpenSource, SourceRange},
};
use crate::{
    api::{Api, BodySource},
    machine::{
        ByteRange, Command, Destination, Ended, ErrorKind, Event, Outcome, PartTrouble, Phase, Remembered,
        Settings, State, UploadId, step,
    },
    record::{Later, RecordError},
};

/// What one upload works with. Shared by its tasks.
#[derive(Debug)]
pub(super) struct Context {
    pub(super) api: Arc<Api>,
    pub(super) to: Destination,
    pub(super) source: Arc<OpenSource>,
    pub(super) headers: HeaderSets,
    pub(super) reporter: Reporter,
}

/// Runs one upload to its end.
pub(super) struct Runner {
    context: Arc<Context>,
    recorder: Option<Recorder>,
    state: Option<State>,
    work: JoinSet<Event>,
    to_hash: VecDeque<(u32, ByteRange)>,
    grace: Option<Instant>,
    pause: Option<Instant>,
    append_failed: bool,
    warnings: Vec<String>,
    outcome: Option<Outcome>,
}

impl Runner {
    pub(super) fn new(context: Context, recorder: Option<Recorder>, settings: Settings) -> Self {
        Self {
            context: Arc::new(context),
            recorder,
            state: Some(State::new(settings)),
            work: JoinSet::new(),
            to_hash: VecDeque::new(),
            grace: None,
            pause: None,
            append_failed: false,
            warnings: Vec::new(),
            outcome: None,
        }
    }

    /// Runs until the machine says that it is over. `panicked` is cancelled when the caller's callback panics.
    pub(super) async fn run(
        mut self,
        remembered: Option<Remembered>,
        cancel: &CancelToken,
        panicked: &CancellationToken,
    ) -> (Outcome, Vec<String>) {
        let mut heard = false;
        if cancel.is_cancelled() {
            heard = true;
            self.feed(Event::CancelRequested { mode: cancel.mode(), panicked: false }).await;
        }
        let source = self.context.source.identity();
        self.feed(Event::Started { source, remembered }).await;
        loop {
            if let Some(outcome) = self.outcome.take() {
                return (outcome, self.warnings);
            }
            if self.work.is_empty() && self.grace.is_none() && self.pause.is_none() {
                return (defect("nothing is under way, and the upload has not ended"), self.warnings);
            }
            let event = tokio::select! {
                biased;
                () = cancel.cancelled(), if !heard => {
                    heard = true;
                    Event::CancelRequested { mode: cancel.mode(), panicked: false }
                }
                () = panicked.cancelled(), if !heard => {
                    heard = true;
                    Event::CancelRequested { mode: None, panicked: true }
                }
                Some(done) = self.work.join_next() => match done {
                    Ok(event) => event,
                    Err(error) => return (defect(&error.to_string()), self.warnings),
                },
                () = at(self.grace), if self.grace.is_some() => {
                    self.grace = None;
                    Event::GraceEnded
                }
                () = at(self.pause), if self.pause.is_some() => {
                    self.pause = None;
                    Event::PauseEnded
                }
            };
            self.feed(event).await;
        }
    }

    async fn feed(&mut self, event: Event) {
        let hashed = matches!(event, Event::Hashed { .. });
        let Some(state) = self.state.take() else { return };
        let (state, commands) = step(state, event);
        self.state = Some(state);
        for command in commands {
            self.obey(command).await;
        }
        if hashed {
            self.hash_next();
        }
    }

    async fn obey(&mut self, command: Command) {
        let context = self.context.clone();
        match command {
            Command::List(upload) => {
                self.spawn(async move { Event::Listed(context.api.listing(&context.to, &upload).await) });
            }
            Command::Hash(ranges) => {
                self.to_hash = ranges.into();
                self.hash_next();
            }
            Command::Initiate { sequential, token } => self.spawn(async move {
                let begun =
                    context.api.initiate(&context.to, &context.headers.initiate, sequential, token).await;
                Event::Initiated(begun.map_err(|e| e.into_kind(crate::machine::Operation::Initiate)))
            }),
            Command::SendPart { upload, number, range } => {
                self.spawn(send_part(context, upload, number, range));
            }
            Command::CheckSource => self.spawn(async move {
                let source = context.source.clone();
                let checked = tokio::task::spawn_blocking(move || source.check()).await;
                Event::SourceChecked(checked.unwrap_or_else(|e| Err(ErrorKind::Internal(e.to_string()))))
            }),
            Command::Complete { upload, parts } => self.spawn(async move {
                let HeaderSets { complete, callback, .. } = &context.headers;
                let reply = context.api.complete(&context.to, &upload, &parts, complete, *callback).await;
                Event::Completed(reply)
            }),
            Command::Look => self.spawn(async move { Event::Looked(context.api.look(&context.to).await) }),
            Command::Abort(upload) => {
                self.spawn(
                    async move { Event::Aborted(context.api.abort_reply(&context.to, &upload).await) },
                );
            }
            Command::PutObject => self.spawn(put_object(context)),
            Command::StartGrace(time) => self.grace = Some(Instant::now() + time),
            Command::Pause(time) => self.pause = Some(Instant::now() + time),
            Command::DropWork => self.drop_work().await,
            Command::BeginProgress { total, resumed } => context.reporter.begin(total, resumed),
            Command::EnterPhase(phase) => context.reporter.phase(phase),
            Command::Warn(text) => self.warn(text),
            Command::Finish(outcome) => self.outcome = Some(*outcome),
            Command::SaveRecord(_) | Command::AppendPart(_) | Command::DeleteRecord => {
                self.record(command).await;
            }
        }
    }

    async fn record(&mut self, command: Command) {
        let Some(recorder) = self.recorder.clone() else { return };
        match command {
            Command::SaveRecord(image) => self.spawn(async move {
                match in_the_store(move || recorder.save(*image)).await {
                    Ok(()) => Event::RecordSaved,
                    Err(why) => Event::RecordFailed(why),
                }
            }),
            Command::AppendPart(part) => {
                match in_the_store(move || recorder.append(&part)).await {
                    // Detached on purpose: only a power cut could tell the difference.
                    Ok(Some(later)) => drop(tokio::task::spawn_blocking(move || finish_later(later))),
                    Err(why) if !std::mem::replace(&mut self.append_failed, true) => {
                        self.warn(format!("a part could not be recorded: {why}"));
                    }
                    _ => {}
                }
            }
            Command::DeleteRecord => {
                if let Err(why) = in_the_store(move || recorder.delete()).await {
                    self.warn(format!("the record could not be deleted: {why}"));
                }
            }
            _ => {}
        }
    }

    fn spawn(&mut self, work: impl Future<Output = Event> + Send + 'static) {
        self.work.spawn(work);
    }

    fn hash_next(&mut self) {
        let Some((number, range)) = self.to_hash.pop_front() else { return };
        let source = self.context.source.clone();
        self.spawn(async move {
            match SourceRange::new(source, range, None).digest().await {
                Ok(digest) => Event::Hashed { number, digest },
                Err(kind) => Event::HashFailed(kind),
            }
        });
    }

    /// Waits until every task is gone, so that no request of this upload reaches the server after it.
    async fn drop_work(&mut self) {
        self.to_hash.clear();
        self.grace = None;
        self.work.shutdown().await;
    }

    fn warn(&mut self, text: String) {
        tracing::debug!(destination = %self.context.to, "{text}");
        self.warnings.push(text);
    }
}

/// Lets the store of the record work where it may block. A store that panics has failed.
async fn in_the_store<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, RecordError> + Send + 'static,
) -> Result<T, String> {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done.map_err(|error| error.to_string()),
        Err(error) => Err(error.to_string()),
    }
}

fn finish_later(later: Later) {
    if let Err(error) = later() {
        tracing::debug!(%error, "the record was not forced to the disk");
    }
}

async fn at(time: Option<Instant>) {
    sleep_until(time.unwrap_or_else(|| Instant::now() + Duration::from_secs(1))).await;
}

async fn send_part(context: Arc<Context>, upload: UploadId, number: u32, range: ByteRange) -> Event {
    let reporter = &context.reporter;
    let body = SourceRange::new(context.source.clone(), range, Some((reporter.clone(), number)));
    let rolled_back = || reporter.rolled_back(number);
    let sent = context
        .api
        .upload_part(&context.to, &upload, number, &context.headers.part, &body, &rolled_back)
        .await;
    match sent {
        Ok(part) => {
            reporter.acknowledged(number, range.length);
            Event::PartSent(part)
        }
        Err(error) if error.is_no_such_upload() => {
            Event::PartFailed { number, trouble: PartTrouble::UploadLost }
        }
        Err(error) if error.is_out_of_sequence() => {
            let trouble = PartTrouble::OutOfSequence(error.into_part_kind(number));
            Event::PartFailed { number, trouble }
        }
        Err(error) => {
            let trouble = PartTrouble::Failed(error.into_part_kind(number));
            Event::PartFailed { number, trouble }
        }
    }
}

async fn put_object(context: Arc<Context>) -> Event {
    let range = ByteRange { offset: 0, length: context.source.identity().size };
    let body = SourceRange::new(context.source.clone(), range, Some((context.reporter.clone(), 1)));
    let HeaderSets { put, callback, .. } = &context.headers;
    let result = context.api.put_object(&context.to, put, *callback, &body).await;
    Event::ObjectPut(result.map_err(|error| error.into_kind(crate::machine::Operation::PutObject)))
}

/// The end of an upload whose rules had no answer. Nothing is deleted, so that another call can go on.
fn defect(what: &str) -> Outcome {
    Outcome::Ended(Ended {
        kind: ErrorKind::Internal(what.to_owned()),
        upload: None,
        upload_deleted: false,
        record_kept: true,
        parts_done: 0,
        parts_total: 0,
        phase: Phase::Planning,
        cancel_requested: false,
        also: Vec::new(),
    })
}
