//! I10: no part that was acknowledged and is still valid is sent again, across calls and uploads.

use oss_emulator::{journal::Exchange, ops::Operation};

use super::{
    Broken,
    facts::{acknowledged, bare, broken, edits, is},
};
use crate::{
    scenario::{Edit, Scenario},
    world::{CallEvidence, Evidence},
};

/// Fault actions after which what the server holds is no longer what it acknowledged.
const WORLD_FAULTS: &[&str] = &["forget", "delete_upload", "delete_part", "replace_part"];

pub(super) fn check(story: &Scenario, evidence: &Evidence) -> Vec<Broken> {
    if story.judge.resend {
        return Vec::new();
    }
    let mut found = Vec::new();
    let mut killed_parallel = 0;
    for (index, call) in evidence.calls.iter().enumerate() {
        let again: Vec<&Exchange> =
            call.own(evidence).iter().filter(|exchange| needless(exchange, evidence, index)).collect();
        // A killed client may not have read, or not yet recorded, the answers that were on their way to it.
        if again.len() > killed_parallel {
            let parts: Vec<String> =
                again.iter().filter_map(|exchange| exchange.part).map(|part| part.to_string()).collect();
            found.push(broken(
                call,
                format!(
                    "part(s) {} were sent again although the server had acknowledged them",
                    parts.join(", ")
                ),
            ));
        }
        found.extend(abandoned(call, evidence, index));
        killed_parallel = if call.killed { killed_parallel.max(call.parallel) } else { 0 };
    }
    found
}

/// Whether `exchange` repeats a part of the same upload that had been acknowledged before it began.
fn needless(exchange: &Exchange, evidence: &Evidence, call: usize) -> bool {
    if !is(exchange, Operation::UploadPart) || exchange.request.md5.is_none() {
        return false;
    }
    evidence.exchanges.iter().any(|earlier| {
        is(earlier, Operation::UploadPart)
            && (&earlier.upload, earlier.part) == (&exchange.upload, exchange.part)
            && acknowledged(earlier)
            && earlier.ended_ns.is_some_and(|ended| ended < exchange.started_ns)
            && earlier.request.md5 == exchange.request.md5
            && !disturbed(earlier, exchange, evidence, call)
    })
}

/// Whether the world changed what the server holds of the part between the two exchanges.
fn disturbed(earlier: &Exchange, later: &Exchange, evidence: &Evidence, call: usize) -> bool {
    let between = |at: u64| earlier.started_ns <= at && at <= later.started_ns;
    let mut faults = evidence.exchanges.iter().flat_map(|exchange| &exchange.fired);
    let by_fault = faults.any(|fired| between(fired.at_ns) && WORLD_FAULTS.contains(&fired.action.as_str()));
    let mut edits = evidence.calls[..=call].iter().flat_map(edits);
    let by_edit = edits.any(|edit| match edit {
        Edit::DeleteParts(parts) => later.part.is_some_and(|part| parts.contains(&part)),
        Edit::PutPart { part, .. } => later.part == Some(*part),
        Edit::DeleteUpload {} => true,
        _ => false,
    });
    by_fault || by_edit
}

/// Parts sent under a new upload while an open upload, named by an intact record, still held the same bytes.
fn abandoned(call: &CallEvidence, evidence: &Evidence, index: usize) -> Vec<Broken> {
    let Some(before) = index.checked_sub(1).map(|index| &evidence.calls[index]) else { return Vec::new() };
    let own = call.own(evidence);
    let excused = edits(call).any(|edit| {
        !matches!(
            edit,
            Edit::TouchSource {} | Edit::FlipSource { .. } | Edit::DeleteParts(_) | Edit::PutPart { .. }
        )
    }) || own
        .iter()
        .flat_map(|exchange| &exchange.fired)
        .any(|fired| WORLD_FAULTS.contains(&fired.action.as_str()))
        || call.key != before.key;
    if excused {
        return Vec::new();
    }
    let mut found = Vec::new();
    for old in call.uploads.0.iter().filter(|upload| before.records.iter().any(|file| file.names(&upload.id)))
    {
        let again = own.iter().filter(|exchange| {
            is(exchange, Operation::UploadPart)
                && exchange.upload.as_ref() != Some(&old.id)
                && exchange.part.and_then(|part| old.parts.get(&part)).is_some_and(|(_, etag)| {
                    exchange.request.md5.as_ref().is_some_and(|md5| *md5 == bare(etag))
                })
        });
        let count = again.count();
        if count > 0 {
            found.push(broken(
                call,
                format!("{count} part(s) that upload {} held were sent again under another upload", old.id),
            ));
        }
    }
    found
}
