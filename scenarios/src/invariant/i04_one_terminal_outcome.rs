//! I4: exactly one terminal outcome; no progress and no request after it.

use super::{Broken, facts::broken};
use crate::{
    driver::ClientEvent,
    scenario::Scenario,
    world::{CallEvidence, Evidence},
};

pub(super) fn check(_: &Scenario, evidence: &Evidence) -> Vec<Broken> {
    evidence.calls.iter().filter(|call| !call.timed_out).flat_map(|call| one(call, evidence)).collect()
}

fn one(call: &CallEvidence, evidence: &Evidence) -> Vec<Broken> {
    let mut found = Vec::new();
    let answers = call.events.iter().filter(|timed| matches!(timed.event, ClientEvent::Finished(_))).count();
    if answers > 1 {
        found.push(broken(call, format!("the client reported {answers} outcomes")));
    }
    if answers == 0 && !call.killed {
        found.push(broken(call, format!("the client ended without an outcome{}", last_words(call))));
    }
    let Some(end) = call.events.iter().position(|timed| matches!(timed.event, ClientEvent::Finished(_)))
    else {
        return found;
    };
    if call.events[end + 1..].iter().any(|timed| matches!(timed.event, ClientEvent::Progress { .. })) {
        found.push(broken(call, "progress was published after the outcome"));
    }
    for late in call.own(evidence).iter().filter(|exchange| exchange.started_ns > call.events[end].at_ns) {
        found.push(broken(call, format!("{} {} was sent after the outcome", late.method, late.target)));
    }
    found
}

/// How the client left, for the sentence.
fn last_words(call: &CallEvidence) -> String {
    call.events
        .iter()
        .rev()
        .find_map(|timed| match &timed.event {
            ClientEvent::Exited { code: Some(code), .. } => Some(format!(" (exit code {code})")),
            ClientEvent::Exited { signal: Some(signal), .. } => Some(format!(" (ended by signal {signal})")),
            ClientEvent::Log(text) => Some(format!(" ({text})")),
            _ => None,
        })
        .unwrap_or_default()
}
