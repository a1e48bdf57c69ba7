//! `cp`: uploads a file, shows how it goes, and says at the end what became of it and what to do next.

use std::{ffi::OsString, sync::Arc, time::Instant};

use serde_json::{Value, json};

use super::{
    Exit,
    args::{Connection, Cp, FailArg, OnCancelArg},
    connect::connect,
    output,
    progress::Display,
    resume_command::resume_command,
    signals, units,
};
use crate::{
    CallbackOutcome, CancelToken, ErrorKind, Hooks, ObjectHeaders, OnCancel, OnPartError, RecordLocation,
    UploadError, UploadRequest, Uploaded,
};

/// Further errors that are shown to a person (our choice).
const MAX_ALSO: usize = 10;

pub(super) async fn cp(connection: &Connection, cp: Cp, args: &[OsString]) -> Exit {
    let display = Arc::new(Display::new(cp.progress));
    let (client, request) = match connect(connection).and_then(|client| Ok((client, request(&cp)?))) {
        Ok(both) => both,
        Err(problem) => {
            output::note(format_args!("error: {problem}"));
            return Exit::Usage;
        }
    };
    let cancel = CancelToken::new();
    let shown = display.clone();
    let hooks = Hooks::new().progress(move |progress| shown.show(progress)).cancel(cancel.clone());
    let began = Instant::now();
    // Without a record nothing could go on, so that nothing is worth keeping.
    let resumable = cp.checkpoint_dir.is_some() || cp.record.is_some();
    let keep = resumable && cp.on_cancel == OnCancelArg::Keep;
    let mode = if keep { OnCancel::Keep } else { OnCancel::Delete };
    let result = tokio::select! {
        biased;
        result = client.upload(request, hooks) => result,
        () = signals::watch(cancel, mode) => {
            display.end();
            output::note("left at once");
            if resumable {
                output::note(format_args!("to go on: {}", resume_command(args)));
            }
            return Exit::Interrupted;
        }
    };
    display.end();
    match result {
        Ok(uploaded) => succeeded(&cp, &uploaded, began, &display),
        Err(error) => failed(&cp, &error, args, &display),
    }
}

fn request(cp: &Cp) -> Result<UploadRequest, String> {
    let mut headers = ObjectHeaders {
        content_type: cp.content_type.clone(),
        acl: cp.acl.clone(),
        storage_class: cp.storage_class.clone(),
        ..ObjectHeaders::default()
    };
    for pair in cp.meta.iter().flat_map(|meta| meta.split('#')).filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once(':').ok_or_else(|| format!("{pair:?} is not NAME:VALUE"))?;
        headers.meta.push((name.trim().to_ascii_lowercase(), value.trim().to_owned()));
    }
    let record = match (&cp.checkpoint_dir, &cp.record) {
        (Some(dir), _) => RecordLocation::Dir(dir.clone()),
        (None, Some(file)) => RecordLocation::File(file.clone()),
        (None, None) => RecordLocation::None,
    };
    let mut request = UploadRequest::new(cp.to.bucket.clone(), cp.to.key_for(&cp.file)?, cp.file.clone())
        .part_size(cp.part_size)
        .parallelism(cp.parallel)
        .sequential(cp.sequential)
        .upload_token(cp.upload_token)
        .on_part_error(match cp.fail {
            FailArg::Fast => OnPartError::StopDispatch,
            FailArg::Drain => OnPartError::DrainAll,
        })
        .record(record)
        .headers(headers);
    if let Some(callback) = &cp.callback {
        request = request.callback(callback.clone());
    }
    if let Some(variables) = &cp.callback_var {
        request = request.callback_var(variables.clone());
    }
    Ok(request)
}

fn succeeded(cp: &Cp, uploaded: &Uploaded, began: Instant, display: &Display) -> Exit {
    for warning in &uploaded.warnings {
        output::note(format_args!("warning: {warning}"));
    }
    let time = began.elapsed();
    if display.is_json() {
        output::result(done_event(uploaded, time.as_secs_f64()));
    } else {
        output::result(format_args!(
            "uploaded {} to {}: {} in {:.1} s ({}), {} sent, {} reused, ETag {}, CRC-64 {}{}",
            cp.file.display(),
            cp.to,
            units::show_size(uploaded.size),
            time.as_secs_f64(),
            units::show_speed(uploaded.bytes_sent, time),
            units::show_count(uploaded.parts_sent as usize, "part"),
            uploaded.parts_reused,
            uploaded.etag.as_deref().unwrap_or("unknown"),
            uploaded.crc64,
            if uploaded.resolved_by_head { ", established by looking at the object" } else { "" },
        ));
    }
    if let Some(CallbackOutcome::Failed(failure)) = &uploaded.callback {
        output::note(format_args!("error: the object is there, but its callback failed: {failure}"));
        return Exit::Partial;
    }
    Exit::Done
}

fn done_event(uploaded: &Uploaded, seconds: f64) -> Value {
    json!({
        "event": "done",
        "size": uploaded.size,
        "etag": uploaded.etag,
        "crc64": uploaded.crc64.to_string(),
        "crc64_confirmed": uploaded.crc64_confirmed,
        "upload_id": uploaded.upload_id,
        "request_id": uploaded.request_id,
        "part_size": uploaded.part_size,
        "parts_sent": uploaded.parts_sent,
        "parts_reused": uploaded.parts_reused,
        "bytes_sent": uploaded.bytes_sent,
        "resolved_by_head": uploaded.resolved_by_head,
        "cancel_requested": uploaded.cancel_requested,
        "callback_failed": matches!(uploaded.callback, Some(CallbackOutcome::Failed(_))),
        "seconds": seconds,
        "warnings": uploaded.warnings,
    })
}

fn failed(cp: &Cp, error: &UploadError, args: &[OsString], display: &Display) -> Exit {
    for warning in &error.warnings {
        output::note(format_args!("warning: {warning}"));
    }
    let resume = error.is_resumable().then(|| resume_command(args));
    if display.is_json() {
        output::result(failed_event(error, resume.as_deref()));
    }
    let what = if matches!(error.kind, ErrorKind::Cancelled { .. }) { "interrupted" } else { "error" };
    output::note(format_args!("{what}: {} to {}: {error}", cp.file.display(), cp.to));
    for also in error.also.iter().take(MAX_ALSO) {
        output::note(format_args!("  also: {also}"));
    }
    if let Some(more) = error.also.len().checked_sub(MAX_ALSO).filter(|more| *more > 0) {
        output::note(format_args!("  and {more} more; --progress json shows all"));
    }
    match resume {
        Some(resume) => output::note(format_args!("to go on: {resume}")),
        None if error.upload_deleted => {
            output::note(
                "what was sent is deleted; with --checkpoint-dir DIR a later run could have gone on",
            );
        }
        None => {}
    }
    Exit::of(&error.kind)
}

fn failed_event(error: &UploadError, resume: Option<&str>) -> Value {
    json!({
        "event": "failed",
        "kind": error.kind.name(),
        "message": error.kind.to_string(),
        "resumable": error.is_resumable(),
        "upload_id": error.upload_id,
        "upload_deleted": error.upload_deleted,
        "record": error.record,
        "parts_done": error.parts_done,
        "parts_total": error.parts_total,
        "phase": error.phase.name(),
        "request_id": error.request_id(),
        "ec": error.ec(),
        "cancel_requested": error.cancel_requested,
        "also": error.also.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "warnings": error.warnings,
        "resume": resume,
    })
}
