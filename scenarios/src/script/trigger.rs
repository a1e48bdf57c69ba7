//! Triggers of a call: waits for the moment, then acts. Moments are gates and progress, never milliseconds.

use std::sync::Mutex;

use tokio::sync::{mpsc, watch};

use crate::{
    driver::Control,
    scenario::{Act, When},
    world::{TimedAct, World},
};

/// What triggers share with the call that they belong to.
pub(super) struct Stage<'a> {
    pub(super) world: &'a World,
    pub(super) key: &'a str,
    pub(super) controls: mpsc::UnboundedSender<Control>,
    pub(super) progress: watch::Receiver<u64>,
    pub(super) ended: watch::Receiver<bool>,
    pub(super) notes: &'a Mutex<Notes>,
}

/// What triggers leave behind for the evidence.
#[derive(Default)]
pub(super) struct Notes {
    pub(super) acts: Vec<TimedAct>,
    pub(super) cancel_ns: Option<u64>,
    pub(super) killed: bool,
    pub(super) fired: usize,
    pub(super) errors: Vec<String>,
}

impl Stage<'_> {
    /// Waits for the trigger's moment and does what it says.
    pub(super) async fn run(&self, when: &When) {
        if let Some(gate) = &when.gate {
            self.world.emulator.sandbox().gates().reached(gate).await;
        }
        if let Some(bytes) = when.progress {
            let mut progress = self.progress.clone();
            if progress.wait_for(|sent| *sent >= bytes).await.is_err() {
                return;
            }
        }
        if let Ok(mut notes) = self.notes.lock() {
            notes.fired += 1;
        }
        for act in &when.acts {
            self.note(act);
            self.act(act).await;
        }
    }

    fn note(&self, act: &Act) {
        let at_ns = self.world.now_ns();
        let Ok(mut notes) = self.notes.lock() else { return };
        match act {
            Act::Signal(name) if name == "SIGKILL" => notes.killed = true,
            Act::Signal(_) | Act::Cancel(_) if notes.cancel_ns.is_none() => notes.cancel_ns = Some(at_ns),
            _ => {}
        }
        notes.acts.push(TimedAct { at_ns, what: words(act) });
    }

    async fn act(&self, act: &Act) {
        let gates = self.world.emulator.sandbox().gates();
        match act {
            // A client that has ended already needs no control any more.
            Act::Signal(name) => drop(self.controls.send(Control::Signal(name.clone()))),
            Act::Cancel(word) => drop(self.controls.send(Control::Cancel(*word))),
            Act::Release(gate) => drop(gates.release(gate)),
            Act::AwaitGate(gate) => gates.reached(gate).await,
            Act::AwaitEnd(_) => drop(self.ended.clone().wait_for(|ended| *ended).await),
            Act::Edit(edit) => {
                let made = self.world.edit(edit, self.key).await;
                if let (Err(error), Ok(mut notes)) = (made, self.notes.lock()) {
                    notes.errors.push(error.to_string());
                }
            }
        }
    }
}

/// An act in the words of the timeline.
fn words(act: &Act) -> String {
    match act {
        Act::Signal(name) => format!("{name} to the client"),
        Act::Cancel(word) => format!(
            "cancel ({})",
            if matches!(word, crate::scenario::OnCancelWord::Keep) { "keep" } else { "delete" }
        ),
        Act::Release(gate) => format!("gate {gate} opened"),
        Act::AwaitGate(gate) => format!("waiting for gate {gate}"),
        Act::AwaitEnd(_) => "waiting for the client to end".to_owned(),
        Act::Edit(edit) => crate::world::edit_in_words(edit),
    }
}
