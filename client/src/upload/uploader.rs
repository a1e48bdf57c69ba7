//! `Client::upload`: checks the request, opens source and record, starts the runner, dresses the outcome.

use std::sync::Arc;

use tokio::task::spawn_blocking;
use tokio_util::sync::CancellationToken;

use super::{
    Client, Hooks, RecordLocation, UploadError, UploadRequest, Uploaded,
    headers::HeaderSets,
    progress::Dispatcher,
    recorder::{Opened, Recorder, record_kind},
    runner::{Context, Runner},
    source::{OpenSource, Source},
};
use crate::{
    machine::{
        BucketName, Destination, Ended, ErrorKind, ObjectKey, OnFailure, Outcome, Remembered, Settings,
        Success, UploadToken, limits, token,
    },
    profile::Profile,
    record::SourceNote,
};

/// Everything that is known before the first request.
struct Prepared {
    to: Destination,
    source: Arc<OpenSource>,
    headers: HeaderSets,
    settings: Settings,
    recorder: Option<Recorder>,
    remembered: Option<Remembered>,
    warnings: Vec<String>,
}

impl Client {
    /// Uploads a source, resuming an earlier call if the request's record says so.
    ///
    /// The future must be driven to its end for the cancel rules to hold: dropping it stops everything at once and leaves
    /// upload and record as they are, as the death of the process would.
    pub async fn upload(&self, request: UploadRequest, hooks: Hooks) -> Result<Uploaded, UploadError> {
        let prepared = self.prepare(&request).await.map_err(UploadError::before_start)?;
        let panicked = CancellationToken::new();
        let on_panic = panicked.clone();
        let dispatcher =
            Dispatcher::start(hooks.progress.clone(), move || on_panic.cancel()).map_err(|error| {
                UploadError::before_start(ErrorKind::Internal(format!(
                    "no thread for progress reports: {error}"
                )))
            })?;
        let Prepared { to, source, headers, settings, recorder, remembered, mut warnings } = prepared;
        let context = Context { api: self.api.clone(), to, source, headers, reporter: dispatcher.reporter() };
        let runner = Runner::new(context, recorder.clone(), settings);
        let (outcome, more) = runner.run(remembered, &hooks.cancel, &panicked).await;
        dispatcher.finish().await;
        warnings.extend(more);
        match outcome {
            Outcome::Success(success) => Ok(uploaded(success, warnings)),
            Outcome::Ended(ended) => {
                Err(upload_error(ended, recorder.and_then(|recorder| recorder.place()), warnings))
            }
        }
    }

    /// The destination of a request, checked.
    pub(super) fn destination(&self, bucket: &str, key: &str) -> Result<Destination, ErrorKind> {
        let invalid = |error: crate::machine::NameError| ErrorKind::InvalidArgument(error.to_string());
        Ok(Destination {
            endpoint: self.endpoint(),
            bucket: BucketName::new(bucket).map_err(invalid)?,
            key: ObjectKey::new(key).map_err(invalid)?,
        })
    }

    async fn prepare(&self, request: &UploadRequest) -> Result<Prepared, ErrorKind> {
        let to = self.destination(&request.bucket, &request.key)?;
        if !(1..=limits::MAX_PARALLELISM).contains(&request.parallelism) {
            let most = limits::MAX_PARALLELISM;
            return Err(ErrorKind::InvalidArgument(format!(
                "the parallelism is {}; it must be 1 to {most}",
                request.parallelism
            )));
        }
        let headers = HeaderSets::new(&request.headers, request.callback.as_ref())?;
        let empty = match &request.record {
            RecordLocation::None | RecordLocation::Store(_) => false,
            RecordLocation::Dir(path) | RecordLocation::File(path) => path.as_os_str().is_empty(),
        };
        if empty {
            return Err(ErrorKind::InvalidArgument("the path of the record is empty".to_owned()));
        }
        let has_record = !request.record.is_none();
        let by_default = if has_record { OnFailure::Keep } else { OnFailure::Delete };
        let settings = Settings {
            part_size: request.part_size,
            parallelism: request.parallelism,
            token: token(request, &headers)?,
            sequential: request.sequential,
            has_record,
            on_cancel: request.on_cancel,
            on_failure: request.on_failure.unwrap_or(by_default),
            on_part_error: request.on_part_error,
            restart_on_lost_upload: request.restart_on_lost_upload,
            profile: Profile::SAFE,
            patience: self.patience,
        };
        let (source, location, at) = (request.source.clone(), request.record.clone(), to.clone());
        let opening = spawn_blocking(move || open(&source, &location, &at));
        let (source, opened) =
            opening.await.unwrap_or_else(|error| Err(ErrorKind::Internal(error.to_string())))?;
        let (recorder, remembered, warnings) = match opened {
            Some(Opened { recorder, remembered, warnings }) => (Some(recorder), remembered, warnings),
            None => (None, None, Vec::new()),
        };
        Ok(Prepared { to, source: Arc::new(source), headers, settings, recorder, remembered, warnings })
    }
}

/// The token for an upload that this call begins.
fn token(request: &UploadRequest, headers: &HeaderSets) -> Result<Option<UploadToken>, ErrorKind> {
    if !request.upload_token {
        return Ok(None);
    }
    if headers.initiate.contains_key(token::HEADER) {
        return Err(ErrorKind::InvalidArgument(format!(
            "an upload token was asked for, and the metadata sets {} as well; leave one of them out",
            token::HEADER
        )));
    }
    let mut random = [0; 16];
    getrandom::fill(&mut random).map_err(|error| {
        ErrorKind::InvalidArgument(format!(
            "an upload token needs random numbers, and the system has none: {error}"
        ))
    })?;
    Ok(Some(UploadToken::new(random)))
}

fn open(
    source: &Source,
    location: &RecordLocation,
    to: &Destination,
) -> Result<(OpenSource, Option<Opened>), ErrorKind> {
    let source = OpenSource::open(source)?;
    if location.is_none() {
        return Ok((source, None));
    }
    let name = source.name().ok_or_else(nameless)?.clone();
    let note = SourceNote { name, identity: source.identity() };
    let opened = Recorder::open(location, to, &note).map_err(|error| record_kind(&error))?;
    Ok((source, opened))
}

/// A record was asked for, and no later call could find it.
pub(super) fn nameless() -> ErrorKind {
    ErrorKind::InvalidArgument(
        "the source has neither a path nor a name, so that no later call could find its record; give it one with \
         Source::named, or leave the record out"
            .to_owned(),
    )
}

fn uploaded(success: Success, warnings: Vec<String>) -> Uploaded {
    Uploaded {
        etag: success.etag.map(|etag| etag.to_string()),
        crc64: success.crc64,
        crc64_confirmed: success.crc64_confirmed,
        size: success.layout.size(),
        upload_id: success.upload.map(|upload| upload.to_string()),
        request_id: success.request_id,
        parts_sent: success.parts_sent,
        parts_reused: success.parts_reused,
        bytes_sent: success.bytes_sent,
        part_size: success.layout.part_size(),
        resolved_by_head: success.resolved_by_head,
        cancel_requested: success.cancel_requested,
        callback: success.callback,
        warnings,
    }
}

fn upload_error(ended: Ended, record: Option<String>, warnings: Vec<String>) -> UploadError {
    UploadError {
        kind: ended.kind,
        upload_id: ended.upload.map(|upload| upload.to_string()),
        upload_deleted: ended.upload_deleted,
        record: record.filter(|_| ended.record_kept),
        parts_done: ended.parts_done,
        parts_total: ended.parts_total,
        phase: ended.phase,
        cancel_requested: ended.cancel_requested,
        also: ended.also,
        warnings,
    }
}
