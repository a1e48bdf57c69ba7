//! I8: the record is durable before the first part, and still there when Complete is sent. Seen while the request was held.

use super::{Broken, facts::broken};
use crate::{scenario::Scenario, world::Evidence};

pub(super) fn check(_: &Scenario, evidence: &Evidence) -> Vec<Broken> {
    let findings = |call| evidence_of(call);
    evidence.calls.iter().flat_map(findings).collect()
}

fn evidence_of(call: &crate::world::CallEvidence) -> Vec<Broken> {
    call.order_findings.iter().map(|finding| broken(call, finding.clone())).collect()
}
