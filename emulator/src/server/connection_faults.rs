//! Faults that strike a connection before any request is known; a connection to the control plane is one too, and only
//! a rule's `connection` can spare it. Called by the driver of a connection.

use super::wire::Wire;
use crate::{
    fault::{Action, Cut, Facts, Point, Stall},
    journal::Fired,
    sandbox::Sandbox,
};

/// Passes the point `conn.accept`; returns how the connection is to end, if it is.
pub(super) async fn pass_accept(sandbox: &Sandbox, wire: &Wire) -> Option<Cut> {
    if sandbox.faults().is_empty() {
        return None;
    }
    let no_headers = http::HeaderMap::new();
    let decision = sandbox.faults().decide_accept(&Facts {
        sandbox: sandbox.name(),
        connection: wire.connection,
        reused: false,
        operation: None,
        bucket: None,
        key: None,
        upload: None,
        part: None,
        method: "",
        host: None,
        query: &[],
        headers: &no_headers,
        size: None,
        attempt: 1,
        signed: false,
        user_agent: None,
    });
    for claim in &decision.claims {
        sandbox.faults().note_fired(claim);
        for action in claim.actions() {
            sandbox.journal().connection_fault(
                wire.connection,
                Fired {
                    rule: claim.id().to_owned(),
                    point: Point::ConnAccept,
                    action: action.name().to_owned(),
                    offset: None,
                    detail: String::new(),
                    at_ns: sandbox.clock().monotonic_ns(),
                },
            );
            if let Some(cut) = action.cut() {
                return Some(cut);
            }
            perform(sandbox, wire, action, claim.roll).await;
        }
    }
    None
}

async fn perform(sandbox: &Sandbox, wire: &Wire, action: &Action, roll: crate::fault::Roll) {
    match action {
        Action::Delay(delay) => tokio::time::sleep(delay.duration(roll)).await,
        Action::Stall(Stall::For(lapse)) => tokio::time::sleep(lapse.forward().unwrap_or_default()).await,
        Action::Stall(Stall::Until(gate)) => sandbox.gates().hold(gate, 0).await,
        Action::Stall(Stall::Forever) => std::future::pending().await,
        Action::Gate(gate) => sandbox.gates().hold(&gate.name, 0).await,
        Action::Throttle(throttle) => {
            wire.throttle(throttle.direction, throttle.bytes_per_second, throttle.burst, true);
        }
        Action::AdvanceClock(advance) => {
            if let Err(error) = sandbox.clock().advance(advance.by.signed()) {
                tracing::warn!(%error, "a fault could not move the clock");
            }
        }
        // Everything else needs a request; the loader refuses it at this point.
        _ => {}
    }
}
