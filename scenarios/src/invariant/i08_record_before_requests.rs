//! I8: the record is durable before the first part, and still there when Complete is sent. Seen while the request was held.

use super::{Broken, facts::broken};
use crate::{scenario::Scenario, world::Evidence};

pub(super) fn check(_: &Scenario, evidence: &Evidence) -> Vec<Broken> {
    let seen =
        evidence.calls.iter().flat_map(|call| call.order_findings.iter().map(move |finding| (call, finding)));
    seen.map(|(call, finding)| broken(call, finding.clone())).collect()
}
