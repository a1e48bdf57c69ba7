//! The bundled client behind the protocol's words: one upload, from configuration to its terminal answer.

use std::time::Duration;

use oss_client::{
    CancelToken, Client, Credentials, ErrorKind, Hooks, OnCancel, OnPartError, RecordLocation, Retry,
    UploadError, UploadRequest,
};

use super::{Configure, ErrorFacts, Finished, FinishedOutcome, UploadOrder};
use crate::scenario::{OnCancelWord, OnPartErrorWord};

/// Runs one upload to its end; `progress` gets every event on the way.
pub(super) async fn upload(
    configure: &Configure,
    order: &UploadOrder,
    cancel: CancelToken,
    progress: impl Fn(u64, u64) + Send + Sync + 'static,
) -> Finished {
    let client = match client(configure) {
        Ok(client) => client,
        Err(message) => {
            return failure(ErrorFacts { class: "InvalidArgument".into(), message, ..ErrorFacts::default() });
        }
    };
    if order.cancelled_before_start {
        cancel.cancel();
    }
    let request = request(&configure.bucket, order);
    let hooks = Hooks::new().progress(move |event| progress(event.sent, event.total)).cancel(cancel);
    match client.upload(request, hooks).await {
        Ok(uploaded) => Finished {
            outcome: FinishedOutcome::Success,
            etag: uploaded.etag.as_ref().map(ToString::to_string),
            crc64: Some(uploaded.crc64.to_string()),
            request_id: uploaded.request_id.clone(),
            error: None,
        },
        Err(error) => refused(&error),
    }
}

/// The client's word for what a cancel leaves behind.
pub(super) fn on_cancel(word: OnCancelWord) -> OnCancel {
    match word {
        OnCancelWord::Keep => OnCancel::Keep,
        OnCancelWord::Delete => OnCancel::Delete,
    }
}

fn client(configure: &Configure) -> Result<Client, String> {
    let builder = Client::builder(&configure.endpoint);
    let builder = match &configure.credentials {
        Some((id, secret)) => builder.credentials(Credentials::new(id.as_str(), secret.as_str())),
        None => builder.anonymous(),
    };
    builder
        .retry(Retry {
            attempts: configure.retries.attempts,
            base: Duration::from_millis(configure.retries.base_ms),
            ..Retry::default()
        })
        .connect_timeout(Duration::from_millis(configure.timeouts.connect_ms))
        .idle_timeout(Duration::from_millis(configure.timeouts.idle_ms))
        .build()
        .map_err(|error| error.to_string())
}

fn request(bucket: &str, order: &UploadOrder) -> UploadRequest {
    let record = match &order.record_dir {
        Some(folder) => RecordLocation::Dir(folder.into()),
        None => RecordLocation::None,
    };
    UploadRequest::new(bucket, order.key.as_str(), order.file.as_str())
        .part_size(order.part_size)
        .parallelism(order.parallel)
        .record(record)
        .on_cancel(on_cancel(order.on_cancel))
        .on_part_error(match order.on_part_error {
            OnPartErrorWord::Stop => OnPartError::StopDispatch,
            OnPartErrorWord::Drain => OnPartError::DrainAll,
        })
        .sequential(order.sequential)
        .upload_token(order.upload_token)
}

fn refused(error: &UploadError) -> Finished {
    let (status, code) = match &error.kind {
        ErrorKind::Service(service) => (Some(service.status), Some(service.code.clone())),
        _ => (None, None),
    };
    let facts = ErrorFacts { class: error.kind.name().to_owned(), code, status, message: error.to_string() };
    let outcome = match &error.kind {
        ErrorKind::Cancelled { .. } => FinishedOutcome::Cancelled,
        _ => FinishedOutcome::Failure,
    };
    Finished { outcome, ..failure(facts) }
}

fn failure(error: ErrorFacts) -> Finished {
    Finished {
        outcome: FinishedOutcome::Failure,
        etag: None,
        crc64: None,
        request_id: None,
        error: Some(error),
    }
}
