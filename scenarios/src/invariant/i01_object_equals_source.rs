//! I1: success implies that the object's bytes are the source's.

use super::{
    Broken,
    facts::{broken, commits_object, foreign_writer, versions},
};
use crate::{
    scenario::{OutcomeWord, Scenario},
    world::Evidence,
};

pub(super) fn check(_: &Scenario, evidence: &Evidence) -> Vec<Broken> {
    let mut found = Vec::new();
    for call in &evidence.calls {
        let claims = call.outcome() == OutcomeWord::Success;
        let committed = call.own(evidence).iter().any(commits_object) && !foreign_writer(call);
        if !claims && !committed {
            continue;
        }
        let who = if claims { "the client reports success" } else { "an object was committed" };
        match &call.object {
            None if claims => found.push(broken(call, format!("{who}, and there is no object"))),
            Some(object) if !versions(call).contains(&&**object) => {
                let what = versions(call).first().map_or_else(
                    || format!("{who}, and the source never existed"),
                    |source| difference(who, source, object),
                );
                found.push(broken(call, what));
            }
            _ => {}
        }
    }
    found
}

fn difference(who: &str, source: &[u8], object: &[u8]) -> String {
    let at = source.iter().zip(object).position(|(a, b)| a != b).unwrap_or(source.len().min(object.len()));
    format!(
        "{who}, but the object ({} bytes) is not the source ({} bytes): they differ from byte {at} on",
        object.len(),
        source.len()
    )
}
