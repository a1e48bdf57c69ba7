//! Readings of an exchange that several invariants share.

use md5::{Digest, Md5};
use oss_emulator::{
    journal::{Exchange, Outcome},
    ops::Operation,
};

use super::Broken;
use crate::{
    scenario::{Act, Edit},
    world::{CallEvidence, SourceState},
};

/// A finding of `call`.
pub(super) fn broken(call: &CallEvidence, what: impl Into<String>) -> Broken {
    Broken { call: call.name.clone(), what: what.into() }
}

/// Whether the exchange is of this operation.
pub(super) fn is(exchange: &Exchange, operation: Operation) -> bool {
    exchange.operation == Some(operation)
}

/// Whether the exchange made an object visible.
pub(super) fn commits_object(exchange: &Exchange) -> bool {
    exchange.committed
        && (is(exchange, Operation::CompleteMultipartUpload) || is(exchange, Operation::PutObject))
}

/// Whether the whole answer went out, and it was a success that no fault had touched.
pub(super) fn acknowledged(exchange: &Exchange) -> bool {
    let clean = exchange
        .fired
        .iter()
        .all(|fired| matches!(fired.action.as_str(), "gate" | "delay" | "stall" | "throttle"));
    clean
        && exchange.outcome == Outcome::Answered
        && exchange.answer.as_ref().is_some_and(|answer| answer.status == 200)
}

/// Upper-case hex MD5, as an `ETag` without quotes.
pub(super) fn etag_of(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    Md5::digest(bytes).iter().fold(String::with_capacity(32), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02X}");
        text
    })
}

/// An `ETag` as texts compare: no quotes, upper case.
pub(super) fn bare(etag: &str) -> String {
    etag.trim_matches('"').to_ascii_uppercase()
}

/// The versions of the source that a call may have uploaded: as it was before, and as it was after.
pub(super) fn versions(call: &CallEvidence) -> Vec<&[u8]> {
    let SourceState { bytes: before } = &call.source.0;
    let SourceState { bytes: after } = &call.source.1;
    before.iter().chain(after).map(|bytes| &**bytes).collect()
}

/// Whether someone else stored an object under the key meanwhile.
pub(super) fn foreign_writer(call: &CallEvidence) -> bool {
    edits(call).any(|edit| matches!(edit, Edit::PutObject { .. }))
}

/// Edits made before the call and, by its triggers, during it.
pub(super) fn edits(call: &CallEvidence) -> impl Iterator<Item = &Edit> {
    let during = call.step.when.iter().flat_map(|when| &when.acts).filter_map(|act| match act {
        Act::Edit(edit) => Some(edit),
        _ => None,
    });
    call.edits.iter().chain(during)
}
