//! I3: after the client has acknowledged a cancel, nothing of that call was or gets committed.

use super::{
    Broken,
    facts::{broken, commits_object},
};
use crate::{
    scenario::{OutcomeWord, Scenario},
    world::Evidence,
};

pub(super) fn check(_: &Scenario, evidence: &Evidence) -> Vec<Broken> {
    let cancelled = evidence.calls.iter().filter(|call| call.outcome() == OutcomeWord::Cancelled);
    cancelled
        .filter(|call| call.own(evidence).iter().any(commits_object))
        .map(|call| {
            broken(
                call,
                "the client reports that it was cancelled, but the object was committed in this call",
            )
        })
        .collect()
}
