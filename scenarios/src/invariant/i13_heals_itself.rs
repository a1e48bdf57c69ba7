//! I13: from whatever state a story leaves behind, one more identical call without faults reaches success.

use super::{Broken, facts::broken};
use crate::{
    scenario::{OutcomeWord, Scenario},
    world::{Evidence, HEALING},
};

pub(super) fn check(_: &Scenario, evidence: &Evidence) -> Vec<Broken> {
    let healing = evidence.calls.iter().filter(|call| call.name == HEALING && !call.timed_out);
    let failed = healing.filter(|call| call.outcome() != OutcomeWord::Success);
    failed
        .map(|call| {
            let why = call.finished().and_then(|finished| finished.error.as_ref());
            let why = why.map_or_else(|| "it gave no reason".to_owned(), |error| error.message.clone());
            broken(call, format!("one more call without any fault did not reach success: {why}"))
        })
        .collect()
}
