//! A story as a sequence of moments on three lanes: client, wire, emulator. Used by the reports.

use oss_emulator::journal::{Exchange, Outcome};
use serde::{Deserialize, Serialize};

use crate::{
    driver::{ClientEvent, FinishedOutcome},
    world::{CallEvidence, Evidence, OWN_RULES, edit_in_words},
};

/// One moment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Moment {
    /// Milliseconds since the story began.
    pub at_ms: f64,
    /// What kind of moment it is.
    pub kind: Kind,
    /// In words.
    pub text: String,
}

/// Where on the storyboard a moment stands, and how it looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// A call begins.
    Call,
    /// An edit between calls, or something the runner does while a call runs.
    Act,
    /// The client shows progress.
    Progress,
    /// The client's terminal outcome: it succeeded.
    Good,
    /// The client's terminal outcome: it failed or was cancelled, or it was ended.
    Bad,
    /// A request travels to the emulator.
    Request,
    /// The emulator has made something visible.
    Commit,
    /// A fault strikes.
    Fault,
    /// An answer travels to the client.
    Answer,
    /// An answer that says no.
    Refusal,
    /// No whole answer reaches the client.
    Lost,
}

/// The moments of a story, in order.
pub fn timeline(evidence: &Evidence) -> Vec<Moment> {
    let origin = evidence.calls.first().map_or(0, |call| call.span_ns.0);
    let mut moments: Vec<(u64, Kind, String)> = Vec::new();
    for call in &evidence.calls {
        client(call, &mut moments);
        for exchange in call.own(evidence) {
            wire(exchange, &mut moments);
        }
    }
    moments.sort_by_key(|(at, ..)| *at);
    let since = |at: u64| std::time::Duration::from_nanos(at.saturating_sub(origin)).as_secs_f64() * 1000.0;
    moments.into_iter().map(|(at, kind, text)| Moment { at_ms: since(at), kind, text }).collect()
}

fn client(call: &CallEvidence, moments: &mut Vec<(u64, Kind, String)>) {
    let began = call.span_ns.0;
    for edit in &call.edits {
        moments.push((began, Kind::Act, edit_in_words(edit)));
    }
    moments.push((began, Kind::Call, format!("call `{}`", call.name)));
    for act in &call.acts {
        moments.push((act.at_ns, Kind::Act, act.what.clone()));
    }
    for timed in &call.events {
        let (kind, text) = match &timed.event {
            ClientEvent::Progress { sent, total } => (Kind::Progress, format!("{sent} of {total} bytes")),
            ClientEvent::Finished(finished) => match (finished.outcome, &finished.error) {
                (FinishedOutcome::Success, _) => (Kind::Good, "success".to_owned()),
                (_, Some(error)) => (Kind::Bad, error.class.clone()),
                (outcome, None) => (Kind::Bad, format!("{outcome:?}")),
            },
            ClientEvent::Exited { code: Some(0), .. } => continue,
            ClientEvent::Exited { code: Some(code), .. } => {
                (Kind::Act, format!("the process exits with {code}"))
            }
            ClientEvent::Exited { signal: Some(signal), .. } => {
                (Kind::Bad, format!("the process dies of signal {signal}"))
            }
            ClientEvent::Exited { .. } => (Kind::Bad, "the client is gone".to_owned()),
            ClientEvent::Unsupported(what) => (Kind::Act, format!("the driver cannot do {what}")),
            ClientEvent::Log(text) => (Kind::Act, text.clone()),
        };
        moments.push((timed.at_ns, kind, text));
    }
    if call.timed_out {
        moments.push((call.span_ns.1, Kind::Bad, "stopped: the bound has passed".to_owned()));
    }
}

fn wire(exchange: &Exchange, moments: &mut Vec<(u64, Kind, String)>) {
    let name = name(exchange);
    let bytes = exchange
        .request
        .declared
        .filter(|bytes| *bytes > 0)
        .map(|bytes| format!(", {bytes} B"))
        .unwrap_or_default();
    moments.push((exchange.started_ns, Kind::Request, format!("{name}{bytes}")));
    for fired in exchange.fired.iter().filter(|fired| !fired.rule.starts_with(OWN_RULES)) {
        let offset = fired.offset.map(|offset| format!(" at byte {offset}")).unwrap_or_default();
        moments.push((
            fired.at_ns,
            Kind::Fault,
            format!("{}{offset} — {} ({})", fired.action, fired.point, fired.rule),
        ));
    }
    let committed = exchange.points.iter().find(|reached| reached.point.to_string() == "op.committed");
    if let (true, Some(reached)) = (exchange.committed, committed) {
        moments.push((reached.at_ns, Kind::Commit, format!("{name} is done")));
    }
    let ended = exchange.ended_ns.unwrap_or(exchange.started_ns);
    let (kind, text) = match (&exchange.answer, exchange.outcome == Outcome::Answered) {
        (Some(answer), true) => {
            let code = answer.code.as_deref().map(|code| format!(" {code}")).unwrap_or_default();
            let kind = if answer.status < 400 { Kind::Answer } else { Kind::Refusal };
            (kind, format!("{}{code}", answer.status))
        }
        (_, _) => (Kind::Lost, format!("no whole answer to {name}")),
    };
    moments.push((ended, kind, text));
}

/// The exchange in a few words.
fn name(exchange: &Exchange) -> String {
    let operation =
        exchange.operation.map_or_else(|| exchange.method.clone(), |operation| operation.to_string());
    match exchange.part {
        Some(part) => format!("{operation} {part}"),
        None => operation,
    }
}
