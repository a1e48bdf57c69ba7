//! The line that the log has for each exchange. Secrets are not in it: path and query are left out, a key or an upload is
//! named as the operation understands it.

use crate::journal::{ExchangeLog, Outcome};

/// Writes the line, when anyone listens.
pub(super) fn log(log: &ExchangeLog, request_id: &str) {
    // Asked first: the summary is a copy of all that the journal knows.
    if !tracing::enabled!(tracing::Level::INFO) {
        return;
    }
    // The journal has a limit, and may have forgotten an exchange that took very long.
    let Some(seen) = log.summary() else {
        tracing::info!(request_id, "request, forgotten by the journal");
        return;
    };
    let answer = seen.answer.as_ref();
    let lasted = seen.ended_ns.unwrap_or(seen.started_ns).saturating_sub(seen.started_ns);
    let outcome = match seen.outcome {
        Outcome::Open => "open",
        Outcome::Answered => "answered",
        Outcome::Cut => "cut by a fault",
        Outcome::ClientGone => "client gone",
        Outcome::Vanished => "silenced by a fault",
        Outcome::ShutDown => "emulator stopped",
    };
    let fired: Vec<&str> = seen.fired.iter().map(|fired| fired.rule.as_str()).collect();
    tracing::info!(
        request_id,
        method = seen.method,
        operation = seen.operation.map(crate::domain::Operation::as_str),
        bucket = seen.bucket,
        key = seen.key,
        upload = seen.upload,
        part = seen.part,
        attempt = seen.attempt,
        status = answer.map(|answer| answer.status),
        code = answer.and_then(|answer| answer.code.as_deref()),
        bytes_in = seen.request.read,
        bytes_out = answer.map_or(0, |answer| answer.written),
        micros = lasted / 1000,
        faults = (!fired.is_empty()).then(|| fired.join(",")),
        outcome,
        "request"
    );
}
