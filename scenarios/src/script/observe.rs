//! Looks at the record directory while a request is held: the order of record and requests is seen, not guessed.

use oss_emulator::journal::Exchange;

use super::faults::Gates;
use crate::world::World;

/// Watches the call's first part and its first Complete; returns once both have passed (or never).
pub(super) async fn order(world: &World, gates: &Gates, findings: &std::sync::Mutex<Vec<String>>) {
    let sandbox = world.emulator.sandbox();
    let part = async {
        sandbox.gates().reached(&gates.first_part).await;
        look(
            world,
            "UploadPart",
            "the first part was sent before a record on disk named its upload",
            findings,
        );
        sandbox.gates().release(&gates.first_part);
    };
    let complete = async {
        sandbox.gates().reached(&gates.complete).await;
        look(
            world,
            "CompleteMultipartUpload",
            "Complete was sent although no record on disk named its upload",
            findings,
        );
        sandbox.gates().release(&gates.complete);
    };
    tokio::join!(part, complete);
}

fn look(world: &World, operation: &str, complaint: &str, findings: &std::sync::Mutex<Vec<String>>) {
    let held = world
        .emulator
        .sandbox()
        .journal()
        .exchanges()
        .into_iter()
        .rev()
        .find(|exchange| exchange.operation.is_some_and(|name| name.to_string() == operation));
    let Some(Exchange { upload: Some(upload), .. }) = held else { return };
    let named = world.record_files().is_ok_and(|files| files.iter().any(|file| file.names(&upload)));
    if !named && let Ok(mut findings) = findings.lock() {
        findings.push(format!("{complaint} ({upload})"));
    }
}
