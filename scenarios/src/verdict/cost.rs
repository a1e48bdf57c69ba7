//! What a story cost, beside its verdict.

use std::collections::BTreeSet;

use oss_emulator::ops::Operation;
use serde::{Deserialize, Serialize};

use crate::world::Evidence;

/// Cost of a story in requests and bytes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cost {
    /// Requests in all.
    pub requests: usize,
    /// Bytes of part bodies that reached the server.
    pub part_bytes: u64,
    /// Those of them that belong to a part of an upload that had been stored before.
    pub resent_bytes: u64,
    /// Uploads left open at the end.
    pub uploads_left: usize,
}

impl Cost {
    pub(super) fn of(evidence: &Evidence) -> Self {
        let mut cost = Self {
            requests: evidence.exchanges.len(),
            uploads_left: evidence.calls.last().map_or(0, |call| call.uploads.1.len()),
            ..Self::default()
        };
        let mut stored = BTreeSet::new();
        for exchange in
            evidence.exchanges.iter().filter(|exchange| exchange.operation == Some(Operation::UploadPart))
        {
            cost.part_bytes += exchange.request.read;
            let part = (exchange.upload.clone(), exchange.part);
            if stored.contains(&part) {
                cost.resent_bytes += exchange.request.read;
            }
            if exchange.committed {
                stored.insert(part);
            }
        }
        cost
    }
}
