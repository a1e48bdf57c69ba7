//! The story's own expectations of a call.

use std::collections::{BTreeMap, BTreeSet};

use oss_emulator::ops::Operation;

use super::Finding;
use crate::{
    driver::ClientEvent,
    scenario::{Expect, RecordWord},
    world::{CallEvidence, Evidence},
};

/// Everything in which a call did not come to what its step says.
pub(super) fn check(call: &CallEvidence, evidence: &Evidence) -> Vec<Finding> {
    let expect = &call.step.expect;
    let mut unmet = Vec::new();
    // A call that overran its bound has no outcome of its own to compare.
    if !call.timed_out {
        outcome(call, expect, &mut unmet);
    }
    error(call, expect, &mut unmet);
    sent(call, evidence, expect, &mut unmet);
    requests(call, evidence, expect, &mut unmet);
    refusals(call, evidence, expect, &mut unmet);
    record(call, expect, &mut unmet);
    if let Some(wanted) = expect.uploads.filter(|wanted| *wanted != call.uploads.1.len()) {
        unmet.push(format!("{} upload(s) are open afterwards instead of {wanted}", call.uploads.1.len()));
    }
    if let Some(wanted) = expect.first_progress {
        let first = call.progress().next().map(|(sent, _)| sent);
        if first != Some(wanted) {
            unmet.push(format!("progress began at {} instead of {wanted}", shown(first)));
        }
    }
    if let Some(wanted) = expect.exit {
        let code = call.events.iter().find_map(|timed| match timed.event {
            ClientEvent::Exited { code, .. } => Some(code),
            _ => None,
        });
        if code.flatten() != Some(wanted) {
            unmet.push(format!("the exit code is {} instead of {wanted}", shown(code.flatten())));
        }
    }
    unmet.into_iter().map(|what| Finding { rule: "expected".into(), call: call.name.clone(), what }).collect()
}

fn outcome(call: &CallEvidence, expect: &Expect, unmet: &mut Vec<String>) {
    let seen = call.outcome();
    if seen != expect.outcome {
        let error = call.finished().and_then(|finished| finished.error.as_ref());
        let why = error.map(|error| format!(" ({}: {})", error.class, error.message)).unwrap_or_default();
        unmet.push(format!("the call ended in {seen:?}{why} instead of {:?}", expect.outcome));
    }
}

fn error(call: &CallEvidence, expect: &Expect, unmet: &mut Vec<String>) {
    let seen = call.finished().and_then(|finished| finished.error.as_ref());
    let facts = [
        ("kind", &expect.error, seen.map(|error| error.class.clone())),
        ("code", &expect.code, seen.and_then(|error| error.code.clone())),
    ];
    for (what, wanted, seen) in facts {
        if let Some(wanted) = wanted.as_ref().filter(|wanted| Some(*wanted) != seen.as_ref()) {
            unmet.push(format!("the error's {what} is {} instead of {wanted}", shown(seen)));
        }
    }
}

fn sent(call: &CallEvidence, evidence: &Evidence, expect: &Expect, unmet: &mut Vec<String>) {
    let Some(wanted) = &expect.sent else { return };
    let parts = call
        .own(evidence)
        .iter()
        .filter(|exchange| exchange.operation == Some(Operation::UploadPart) && exchange.committed);
    let seen: BTreeSet<u32> = parts.filter_map(|exchange| exchange.part).collect();
    if seen != wanted.iter().copied().collect() {
        unmet.push(format!("parts {seen:?} were stored instead of {wanted:?}"));
    }
}

fn requests(call: &CallEvidence, evidence: &Evidence, expect: &Expect, unmet: &mut Vec<String>) {
    let mut seen: BTreeMap<String, u64> = BTreeMap::new();
    for operation in call.own(evidence).iter().filter_map(|exchange| exchange.operation) {
        *seen.entry(operation.to_string()).or_default() += 1;
    }
    for (operation, wanted) in &expect.requests {
        let count = if operation == "all" {
            call.own(evidence).len() as u64
        } else {
            seen.get(operation).copied().unwrap_or_default()
        };
        if !wanted.holds(count) {
            unmet.push(format!("{count} request(s) of {operation} were made instead of {wanted}"));
        }
    }
}

fn refusals(call: &CallEvidence, evidence: &Evidence, expect: &Expect, unmet: &mut Vec<String>) {
    let answers = call.own(evidence).iter().filter_map(|exchange| exchange.answer.as_ref());
    let codes: Vec<&str> = answers.filter_map(|answer| answer.code.as_deref()).collect();
    for (code, wanted) in &expect.refusals {
        let count = codes.iter().filter(|seen| **seen == code).count() as u64;
        if !wanted.holds(count) {
            unmet.push(format!("{count} request(s) were answered {code} instead of {wanted}"));
        }
    }
}

fn record(call: &CallEvidence, expect: &Expect, unmet: &mut Vec<String>) {
    let names_open =
        call.records.iter().any(|file| call.uploads.1.iter().any(|upload| file.names(&upload.id)));
    match expect.record {
        Some(RecordWord::Kept) if !names_open => unmet.push("no record names the open upload".to_owned()),
        Some(RecordWord::Gone) if !call.records.is_empty() => {
            let names: Vec<&str> = call.records.iter().map(|file| file.name.as_str()).collect();
            unmet.push(format!("the record directory still holds {}", names.join(", ")));
        }
        _ => {}
    }
}

fn shown(value: Option<impl ToString>) -> String {
    value.map_or_else(|| "absent".to_owned(), |value| value.to_string())
}
