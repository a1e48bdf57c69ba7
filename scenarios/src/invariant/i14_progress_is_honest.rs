//! I14: progress never falls, stays within the total, and starts at no more than the server already holds.

use super::{
    Broken,
    facts::{broken, versions},
};
use crate::{
    scenario::Scenario,
    world::{CallEvidence, Evidence, UploadState},
};

pub(super) fn check(_: &Scenario, evidence: &Evidence) -> Vec<Broken> {
    let mut found = Vec::new();
    let mut object = 0;
    for call in &evidence.calls {
        found.extend(complaint(call, object).map(|what| broken(call, what)));
        object = call.object.as_ref().map_or(0, |bytes| bytes.len() as u64);
    }
    found
}

/// What is wrong, where the object under the key had `object` bytes when the call began.
fn complaint(call: &CallEvidence, object: u64) -> Option<String> {
    let held = call.uploads.0.iter().map(UploadState::bytes).max().unwrap_or_default().max(object);
    let mut last = 0;
    for (index, (sent, total)) in call.progress().enumerate() {
        if !versions(call).iter().any(|source| source.len() as u64 == total) {
            return Some(format!(
                "progress speaks of {total} bytes in all, and the source never had so many"
            ));
        }
        if sent > total {
            return Some(format!("progress says {sent} of {total} bytes"));
        }
        if sent < last {
            return Some(format!("progress fell from {last} to {sent}"));
        }
        if index == 0 && sent > held {
            return Some(format!("progress began at {sent} bytes, and the server held {held}"));
        }
        last = sent;
    }
    None
}
