//! I7: a live record references exactly one upload, and no upload has two records.

use super::{Broken, facts::broken};
use crate::{scenario::Scenario, world::Evidence};

pub(super) fn check(_: &Scenario, evidence: &Evidence) -> Vec<Broken> {
    let mut found = Vec::new();
    for call in &evidence.calls {
        let open = &call.uploads.1;
        for file in &call.records {
            let named = open.iter().filter(|upload| file.names(&upload.id)).count();
            if named > 1 {
                found.push(broken(call, format!("the record {} names {named} open uploads", file.name)));
            }
        }
        for upload in open {
            let naming: Vec<&str> = call
                .records
                .iter()
                .filter(|file| file.names(&upload.id))
                .map(|file| file.name.as_str())
                .collect();
            if naming.len() > 1 {
                found
                    .push(broken(call, format!("upload {} is named by {}", upload.id, naming.join(" and "))));
            }
        }
    }
    found
}
