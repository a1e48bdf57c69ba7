//! I15: a cancelled call says so, and no other call does.

use super::{Broken, facts::broken};
use crate::{
    scenario::{OutcomeWord, Scenario},
    world::{CallEvidence, Evidence},
};

/// The one error that may answer a cancel: Complete was on its way, and what came of it cannot be known.
const UNKNOWN: &str = "OutcomeUnknown";

pub(super) fn check(_: &Scenario, evidence: &Evidence) -> Vec<Broken> {
    evidence.calls.iter().filter_map(|call| complaint(call).map(|what| broken(call, what))).collect()
}

fn complaint(call: &CallEvidence) -> Option<String> {
    let error = call.finished().and_then(|finished| finished.error.as_ref());
    match (call.outcome(), call.cancel_ns.is_some()) {
        (OutcomeWord::Cancelled, false) => {
            Some("the client reports that it was cancelled, and nobody cancelled it".to_owned())
        }
        (OutcomeWord::Failure, true) if error.is_none_or(|error| error.class != UNKNOWN) => {
            let class = error.map_or("no error", |error| error.class.as_str());
            Some(format!("the call was cancelled, and the client reports {class}"))
        }
        _ => None,
    }
}
