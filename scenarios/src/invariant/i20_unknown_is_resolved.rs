//! I20: a Complete whose outcome is unknown is resolved or reported as unknown, never guessed, and a commit is never
//! paid for twice.

use oss_emulator::{
    journal::{Exchange, Outcome},
    ops::Operation,
};

use super::{
    Broken,
    facts::{broken, edits, foreign_writer, is},
};
use crate::{
    scenario::{OutcomeWord, Scenario},
    world::{CallEvidence, Evidence},
};

pub(super) fn check(_: &Scenario, evidence: &Evidence) -> Vec<Broken> {
    let mut found = Vec::new();
    for (index, call) in evidence.calls.iter().enumerate().filter(|(_, call)| !foreign_writer(call)) {
        let own = call.own(evidence);
        let Some(commit) = own.iter().find(|exchange| unheard_commit(exchange)) else { continue };
        found.extend(guessed(call));
        let later = evidence.calls[index + 1..].iter();
        let calls = std::iter::once(call)
            .chain(later.take_while(|later| edits(later).next().is_none() && later.key == call.key));
        for paying in calls {
            let again = paying.own(evidence).iter();
            let parts = again
                .filter(|exchange| {
                    is(exchange, Operation::UploadPart) && exchange.started_ns > commit.started_ns
                })
                .count();
            if parts > 0 {
                found.push(broken(
                    paying,
                    format!("{parts} part(s) were sent after the object had been committed"),
                ));
            }
        }
    }
    found
}

/// Whether the object was committed and the client cannot have read a success.
fn unheard_commit(exchange: &Exchange) -> bool {
    let heard = exchange.outcome == Outcome::Answered
        && exchange.answer.as_ref().is_some_and(|answer| answer.status == 200);
    is(exchange, Operation::CompleteMultipartUpload) && exchange.committed && !heard
}

fn guessed(call: &CallEvidence) -> Option<Broken> {
    let error = call.finished().and_then(|finished| finished.error.as_ref())?;
    let honest = error.class == "OutcomeUnknown";
    (call.outcome() == OutcomeWord::Failure && !honest).then(|| {
        broken(
            call,
            format!("the object was committed, and the client reports {}: {}", error.class, error.message),
        )
    })
}
