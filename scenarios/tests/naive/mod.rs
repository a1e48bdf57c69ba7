//! A small resumable uploader as people write it by hand, right in what the stories of the mutant test ask for, and with
//! one flaw at a time on demand. It shares no code with the bundled client.

mod server;

use std::{
    collections::BTreeMap,
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use async_trait::async_trait;
use oss_scenarios::{
    driver::{
        ClientEvent, Configure, Control, Driver, DriverError, ErrorFacts, Finished, FinishedOutcome, Session,
        UploadOrder,
    },
    scenario::OnPartErrorWord,
};
use serde::{Deserialize, Serialize};
use server::{Server, Trouble, md5_hex, part_etag};
use tokio::sync::{mpsc, watch};

/// Makes tokens differ.
static SEQUEL: AtomicU64 = AtomicU64::new(0);

/// What is wrong with the uploader.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Flaw {
    /// Nothing.
    None,
    /// Parts that the record names are taken as stored; the server is never asked.
    TrustsTheRecord,
    /// Any answer with status 200 to Complete is success.
    TakesAny200,
    /// A part that is answered 409 is left out of Complete.
    LeavesAHole,
    /// A recorded part is reused although the bytes in the file are others now.
    ReusesChangedBytes,
    /// A Complete without an answer is a failure.
    GivesUpOnALostAnswer,
    /// The record is never read.
    StartsAnew,
    /// Complete is sent although the user has cancelled.
    CommitsAfterCancel,
    /// Every failure is called a cancel.
    CallsFailuresCancelled,
    /// The record is removed before Complete.
    ForgetsBeforeComplete,
    /// Progress starts at the end of the file.
    Boasts,
    /// Progress is still published after the outcome.
    TalksAfterTheEnd,
    /// The record is written twice, under two names.
    KeepsTwoRecords,
    /// An upload that the server no longer knows is an error, now and for ever.
    StaysStuck,
    /// Whatever stands where a part of a sequential upload belongs is taken for the part.
    TakesAnyConflict,
    /// A part of a sequential upload that is there already is a failure.
    RefusesItsOwnPart,
    /// A sequential upload is begun as any other.
    ForgetsTheOrder,
    /// A resumed sequential upload begins with part 1 again.
    SendsInOrderAgain,
    /// Parts go out from the last to the first.
    SendsBackwards,
    /// The first part that fails ends the call, also when the others were asked for.
    StopsAtOnce,
    /// The token is sent and never looked at.
    IgnoresItsToken,
}

/// The uploader as a driver.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Naive(pub(crate) Flaw);

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct Record {
    upload: String,
    parts: BTreeMap<u32, String>,
    completing: bool,
    token: Option<String>,
}

#[async_trait]
impl Driver for Naive {
    async fn begin(&self, configure: Configure, order: UploadOrder) -> Result<Session, DriverError> {
        let (events, received) = mpsc::unbounded_channel();
        let (controls, mut orders) = mpsc::unbounded_channel();
        let (cancel, cancelled) = watch::channel(false);
        let uploader = Uploader::new(self.0, &configure, order, cancelled, events.clone());
        let upload = tokio::spawn(async move {
            let flaw = uploader.flaw;
            let finished = uploader.run().await;
            drop(events.send(ClientEvent::Finished(finished)));
            if flaw == Flaw::TalksAfterTheEnd {
                drop(events.send(ClientEvent::Progress { sent: 1, total: 1 }));
            }
        });
        tokio::spawn(async move {
            while let Some(control) = orders.recv().await {
                match control {
                    Control::Cancel(_) => drop(cancel.send_replace(true)),
                    Control::Signal(_) => upload.abort(),
                }
            }
        });
        Ok(Session { events: received, controls })
    }
}

struct Uploader {
    flaw: Flaw,
    server: Server,
    order: UploadOrder,
    cancelled: watch::Receiver<bool>,
    events: mpsc::UnboundedSender<ClientEvent>,
    shown: usize,
}

/// Why an upload ends early.
enum Stop {
    Cancelled,
    Failed(Trouble),
    /// Something else stands where a part of a sequential upload belongs.
    Foreign,
}

impl From<Trouble> for Stop {
    fn from(trouble: Trouble) -> Self {
        Self::Failed(trouble)
    }
}

impl Uploader {
    fn new(
        flaw: Flaw,
        configure: &Configure,
        order: UploadOrder,
        cancelled: watch::Receiver<bool>,
        events: mpsc::UnboundedSender<ClientEvent>,
    ) -> Self {
        let url = format!("{}/{}/{}", configure.endpoint, configure.bucket, order.key);
        Self { flaw, server: Server::new(url), order, cancelled, events, shown: 0 }
    }

    async fn run(mut self) -> Finished {
        let mut end = self.upload().await;
        if matches!(end, Err(Stop::Foreign)) {
            end = self.upload().await;
        }
        let error = |class: &str, trouble: Option<Trouble>| {
            let trouble = trouble.unwrap_or_default();
            Some(ErrorFacts {
                class: class.into(),
                code: trouble.code,
                status: trouble.status,
                message: trouble.message,
            })
        };
        let (outcome, error) = match end {
            Ok(()) => (FinishedOutcome::Success, None),
            Err(Stop::Cancelled) => (FinishedOutcome::Cancelled, error("Cancelled", None)),
            Err(Stop::Foreign) => (FinishedOutcome::Failure, error("Foreign", None)),
            Err(Stop::Failed(trouble)) if self.flaw == Flaw::CallsFailuresCancelled => {
                (FinishedOutcome::Cancelled, error("Cancelled", Some(trouble)))
            }
            Err(Stop::Failed(trouble)) => (FinishedOutcome::Failure, error("Service", Some(trouble))),
        };
        Finished { outcome, etag: None, crc64: None, request_id: None, error }
    }

    async fn upload(&mut self) -> Result<(), Stop> {
        let bytes: Arc<[u8]> = std::fs::read(&self.order.file).map_err(Trouble::local)?.into();
        let parts: Vec<&[u8]> = bytes.chunks(usize::try_from(self.order.part_size).unwrap()).collect();
        let mut record = match self.load() {
            Some(record) if record.completing && self.is_ours(&bytes, &record).await => return self.forget(),
            Some(record) => self.reconcile(record, &parts).await?,
            None => None,
        };
        if record.is_none() {
            let token = self
                .order
                .upload_token
                .then(|| format!("{}-{}", std::process::id(), SEQUEL.fetch_add(1, Ordering::Relaxed)));
            let sequential = self.order.sequential && self.flaw != Flaw::ForgetsTheOrder;
            let upload = self.server.initiate(sequential, token.as_deref()).await?;
            let fresh = Record { upload, token, ..Record::default() };
            self.save(&fresh)?;
            record = Some(fresh);
        }
        let mut record = record.unwrap_or_default();
        self.progress(&record, &parts, bytes.len());
        let drain = self.order.on_part_error == OnPartErrorWord::Drain && self.flaw != Flaw::StopsAtOnce;
        let mut first = None;
        let mut queue: Vec<_> = parts.iter().enumerate().collect();
        if self.flaw == Flaw::SendsBackwards {
            queue.reverse();
        }
        for (index, part) in queue {
            match self.send(u32::try_from(index).unwrap() + 1, part, &mut record).await {
                Err(Stop::Failed(trouble)) if drain => first = first.or(Some(trouble)),
                other => other?,
            }
            self.save(&record)?;
            self.progress(&record, &parts, bytes.len());
        }
        if let Some(trouble) = first {
            return Err(trouble.into());
        }
        self.complete(record, &bytes).await
    }

    /// What of the record is still true; nothing if the upload is gone.
    async fn reconcile(&self, mut record: Record, parts: &[&[u8]]) -> Result<Option<Record>, Stop> {
        if self.flaw == Flaw::TrustsTheRecord {
            return Ok(Some(record));
        }
        let Some(listed) = self.server.list(&record.upload).await? else {
            return if self.flaw == Flaw::StaysStuck {
                Err(Trouble::local("no such upload").into())
            } else {
                Ok(None)
            };
        };
        record.parts.retain(|number, etag| {
            let same_on_server = listed.get(number) == Some(etag);
            let same_here = parts.get(*number as usize - 1).is_some_and(|bytes| md5_hex(bytes) == *etag);
            same_on_server && (same_here || self.flaw == Flaw::ReusesChangedBytes)
        });
        // A part whose answer nobody read is there all the same.
        let here = |number: u32| parts.get(number as usize - 1).map(|bytes| md5_hex(bytes));
        record.parts.extend(listed.into_iter().filter(|(number, etag)| here(*number).as_ref() == Some(etag)));
        Ok(Some(record))
    }

    async fn send(&mut self, number: u32, part: &[u8], record: &mut Record) -> Result<(), Stop> {
        if record.parts.contains_key(&number) && self.flaw != Flaw::SendsInOrderAgain {
            return Ok(());
        }
        let mut cancelled = self.cancelled.clone();
        let sent = tokio::select! {
            sent = self.server.upload_part(&record.upload, number, part) => sent,
            _ = cancelled.wait_for(|cancelled| *cancelled) => {
                if self.flaw != Flaw::CommitsAfterCancel {
                    return Err(Stop::Cancelled);
                }
                Ok(())
            }
        };
        match sent {
            Err(trouble) if trouble.status == Some(409) && self.flaw == Flaw::LeavesAHole => Ok(()),
            Err(trouble) if self.order.sequential && trouble.status == Some(409) => {
                self.conflict(number, part, trouble, record).await
            }
            Err(trouble) => Err(trouble.into()),
            Ok(()) => {
                record.parts.insert(number, md5_hex(part));
                Ok(())
            }
        }
    }

    /// Something stands where a part of a sequential upload belongs.
    async fn conflict(
        &self,
        number: u32,
        part: &[u8],
        trouble: Trouble,
        record: &mut Record,
    ) -> Result<(), Stop> {
        let found = part_etag(&trouble.message).unwrap_or_default();
        let own = found == md5_hex(part) && self.flaw != Flaw::RefusesItsOwnPart;
        if own || self.flaw == Flaw::TakesAnyConflict {
            record.parts.insert(number, found);
            return Ok(());
        }
        if self.flaw == Flaw::RefusesItsOwnPart {
            return Err(trouble.into());
        }
        self.server.abort(&record.upload).await?;
        self.forget()?;
        Err(Stop::Foreign)
    }

    /// Whether the object is what this upload makes.
    async fn is_ours(&self, bytes: &[u8], record: &Record) -> bool {
        let token = record.token.as_deref().filter(|_| self.flaw != Flaw::IgnoresItsToken);
        self.server.object_is(bytes, token).await
    }

    async fn complete(&self, mut record: Record, bytes: &[u8]) -> Result<(), Stop> {
        if self.flaw == Flaw::ForgetsBeforeComplete {
            self.forget()?;
        } else {
            record.completing = true;
            self.save(&record)?;
        }
        for _ in 0..3 {
            let answer = self.server.complete(&record.upload, &record.parts).await;
            match answer {
                Ok(body)
                    if body.contains("<CompleteMultipartUploadResult>") || self.flaw == Flaw::TakesAny200 =>
                {
                    self.forget()?;
                    let cancelled = *self.cancelled.borrow();
                    return if cancelled { Err(Stop::Cancelled) } else { Ok(()) };
                }
                Err(trouble) if trouble.status.is_some_and(|status| status < 500 && status != 404) => {
                    return Err(trouble.into());
                }
                Err(trouble) if self.flaw == Flaw::GivesUpOnALostAnswer => return Err(trouble.into()),
                _ if self.is_ours(bytes, &record).await => return self.forget(),
                _ => {}
            }
        }
        if self.server.list(&record.upload).await?.is_none() {
            self.forget()?;
        }
        Err(Trouble::local("Complete failed three times").into())
    }

    fn progress(&mut self, record: &Record, parts: &[&[u8]], total: usize) {
        let sent: usize = record.parts.keys().map(|number| parts[*number as usize - 1].len()).sum();
        let sent = if self.flaw == Flaw::Boasts { total } else { sent.max(self.shown) };
        self.shown = sent;
        drop(self.events.send(ClientEvent::Progress { sent: sent as u64, total: total as u64 }));
    }

    fn path(&self) -> Option<PathBuf> {
        self.order.record_dir.as_ref().map(|folder| PathBuf::from(folder).join("naive.json"))
    }

    fn load(&self) -> Option<Record> {
        if self.flaw == Flaw::StartsAnew {
            return None;
        }
        serde_json::from_slice(&std::fs::read(self.path()?).ok()?).ok()
    }

    fn save(&self, record: &Record) -> Result<(), Stop> {
        let Some(path) = self.path() else { return Ok(()) };
        let text = serde_json::to_vec(record).map_err(Trouble::local)?;
        if self.flaw == Flaw::KeepsTwoRecords {
            std::fs::write(path.with_extension("copy"), &text).map_err(Trouble::local)?;
        }
        Ok(std::fs::write(path, text).map_err(Trouble::local)?)
    }

    fn forget(&self) -> Result<(), Stop> {
        match self.path().map(std::fs::remove_file) {
            Some(Err(error)) if error.kind() != std::io::ErrorKind::NotFound => {
                Err(Trouble::local(error).into())
            }
            _ => Ok(()),
        }
    }
}
