//! Gates: named places where exchanges are held until a test, a person or a later step lets them through. The
//! pipeline holds; the control plane and tests wait and release.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use serde::{Deserialize, Serialize};
use tokio::sync::watch;

/// All gates of one sandbox. A gate exists as soon as somebody names it; a released gate stays open.
#[derive(Debug, Default)]
pub struct Gates {
    gates: Mutex<BTreeMap<String, Arc<State>>>,
}

#[derive(Debug)]
struct State {
    reached: watch::Sender<u64>,
    open: watch::Sender<bool>,
    holding: Mutex<BTreeSet<u64>>,
}

/// What a gate says of itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GateStatus {
    /// The gate's name.
    pub name: String,
    /// How often an exchange has come to it.
    pub reached: u64,
    /// Whether it is open.
    pub released: bool,
    /// The exchanges that it holds now, by id; 0 stands for a connection on which no request has begun.
    pub holding: BTreeSet<u64>,
}

impl Gates {
    /// Holds `exchange` at the gate until it is released; returns at once when it has been.
    pub async fn hold(&self, name: &str, exchange: u64) {
        let gate = self.gate(name);
        let mut open = gate.open.subscribe();
        lock(&gate.holding).insert(exchange);
        let _held = Held { gate: &gate, exchange };
        gate.reached.send_modify(|reached| *reached += 1);
        // The sender lives as long as `gate`, so the wait cannot fail.
        let _ = open.wait_for(|open| *open).await;
    }

    /// Waits until the gate is open, without coming to it.
    pub async fn released(&self, name: &str) {
        let gate = self.gate(name);
        let _ = gate.open.subscribe().wait_for(|open| *open).await;
    }

    /// Resolves when an exchange has come to the gate, or at once if one already has.
    pub async fn reached(&self, name: &str) {
        let gate = self.gate(name);
        let _ = gate.reached.subscribe().wait_for(|reached| *reached > 0).await;
    }

    /// Whether an exchange has come to the gate.
    pub fn is_reached(&self, name: &str) -> bool {
        self.known(name).is_some_and(|gate| *gate.reached.borrow() > 0)
    }

    /// Whether the gate is open.
    pub fn is_released(&self, name: &str) -> bool {
        self.known(name).is_some_and(|gate| *gate.open.borrow())
    }

    /// Opens the gate for all that it holds and all that will come. Returns how many it held.
    pub fn release(&self, name: &str) -> usize {
        self.gate(name).release()
    }

    /// The names of all gates that somebody has named.
    pub fn names(&self) -> Vec<String> {
        lock(&self.gates).keys().cloned().collect()
    }

    /// The state of one gate; one that nobody has named yet is closed and holds nothing.
    pub fn status(&self, name: &str) -> GateStatus {
        self.gate(name).status(name)
    }

    /// The state of every gate that somebody has named.
    pub fn all(&self) -> Vec<GateStatus> {
        lock(&self.gates).iter().map(|(name, gate)| gate.status(name)).collect()
    }

    /// Opens every gate, then forgets all: what they held goes on, what comes later is held again.
    pub fn reset(&self) {
        for (_, gate) in std::mem::take(&mut *lock(&self.gates)) {
            gate.release();
        }
    }

    fn known(&self, name: &str) -> Option<Arc<State>> {
        lock(&self.gates).get(name).cloned()
    }

    fn gate(&self, name: &str) -> Arc<State> {
        let mut gates = lock(&self.gates);
        if let Some(gate) = gates.get(name) {
            return Arc::clone(gate);
        }
        let gate = Arc::new(State {
            reached: watch::Sender::new(0),
            open: watch::Sender::new(false),
            holding: Mutex::default(),
        });
        gates.insert(name.to_owned(), Arc::clone(&gate));
        gate
    }
}

impl State {
    fn release(&self) -> usize {
        let held = lock(&self.holding).len();
        self.open.send_replace(true);
        held
    }

    fn status(&self, name: &str) -> GateStatus {
        GateStatus {
            name: name.to_owned(),
            reached: *self.reached.borrow(),
            released: *self.open.borrow(),
            holding: lock(&self.holding).clone(),
        }
    }
}

/// Takes the exchange off the gate's list when it goes on or is given up.
struct Held<'a> {
    gate: &'a State,
    exchange: u64,
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        lock(&self.gate.holding).remove(&self.exchange);
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // Each change under these locks is a single insertion or removal: a panic leaves nothing half done.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::Gates;
    use crate::within::within;

    #[tokio::test]
    async fn an_exchange_is_held_until_the_release() {
        let gates = Arc::new(Gates::default());
        let holder = tokio::spawn({
            let gates = Arc::clone(&gates);
            async move { gates.hold("go", 7).await }
        });
        within("the exchange comes to the gate", gates.reached("go")).await;
        assert_eq!(gates.status("go").holding.into_iter().collect::<Vec<_>>(), [7]);
        assert!(!holder.is_finished());
        assert_eq!(gates.release("go"), 1);
        within("the gate lets through", holder).await.expect("the holder goes on");
        assert!(gates.status("go").holding.is_empty());
    }

    #[tokio::test]
    async fn a_gate_released_beforehand_does_not_hold() {
        let gates = Gates::default();
        gates.release("go");
        within("the gate lets through", gates.hold("go", 1)).await;
        within("the gate knows that it was reached", gates.reached("go")).await;
        assert!(gates.is_reached("go"));
    }

    #[tokio::test]
    async fn a_reset_lets_the_held_go_and_closes_the_gate_again() {
        let gates = Arc::new(Gates::default());
        let holder = tokio::spawn({
            let gates = Arc::clone(&gates);
            async move { gates.hold("go", 7).await }
        });
        within("the exchange comes to the gate", gates.reached("go")).await;
        gates.reset();
        within("the gate lets through", holder).await.expect("the holder goes on");
        assert!(!gates.is_reached("go") && !gates.is_released("go"));
    }
}
