//! I6: at rest, every open upload is named by a record; otherwise nobody can ever resume or abort it.

use super::{Broken, facts::broken};
use crate::{scenario::Scenario, world::Evidence};

pub(super) fn check(story: &Scenario, evidence: &Evidence) -> Vec<Broken> {
    let mut found = Vec::new();
    for call in &evidence.calls {
        // Without a record a killed client has no way to leave a trace.
        if call.timed_out || (call.killed && !call.has_record) {
            continue;
        }
        let orphans: Vec<&str> = call
            .uploads
            .1
            .iter()
            .filter(|upload| !call.records.iter().any(|file| file.names(&upload.id)))
            .map(|upload| upload.id.as_str())
            .collect();
        if orphans.len() > story.judge.orphans {
            let ids = orphans.join(", ");
            found.push(broken(
                call,
                format!("{} upload(s) are left open and no record names them: {ids}", orphans.len()),
            ));
        }
    }
    found
}
