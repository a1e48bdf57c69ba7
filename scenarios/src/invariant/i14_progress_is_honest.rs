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
    evidence.calls.iter().filter_map(|call| complaint(call).map(|what| broken(call, what))).collect()
}

fn complaint(call: &CallEvidence) -> Option<String> {
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
        let held = call.uploads.0.iter().map(UploadState::bytes).max().unwrap_or_default();
        if index == 0 && sent > held {
            return Some(format!("progress began at {sent} bytes, and the server held {held}"));
        }
        last = sent;
    }
    None
}
