//! The faults of a sandbox: the engine behind a lock, wired to clock, gates and journal.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::{
    clock::Clock,
    fault::{AddError, Claim, Decision, Engine, Facts, Gates, Plan, RuleStatus, World},
    journal::Journal,
};

/// The rules in force. Each change is in force when its call returns.
#[derive(Debug)]
pub struct Faults {
    engine: Mutex<Engine>,
    gates: Arc<Gates>,
    clock: Arc<Clock>,
    journal: Arc<Journal>,
}

impl Faults {
    pub(super) fn new(gates: Arc<Gates>, clock: Arc<Clock>, journal: Arc<Journal>) -> Self {
        Self { engine: Mutex::default(), gates, clock, journal }
    }

    /// Puts a plan in the place of all rules; all counters start anew.
    pub fn replace(&self, plan: Plan) {
        let rules = plan.rules().len();
        self.lock().replace(plan);
        self.journal.control(format!("armed a plan of {rules} rules in place of all others"));
    }

    /// Adds rules behind those in force; all of them or, when an id is taken, none.
    pub fn add(&self, plan: Plan) -> Result<(), AddError> {
        let ids: Vec<String> = plan.rules().iter().map(|rule| rule.id.clone()).collect();
        self.lock().add(plan)?;
        self.journal.control(format!("added the rules {}", ids.join(", ")));
        Ok(())
    }

    /// Takes a rule out of force and returns its record; `None` when there is no such rule.
    pub fn remove(&self, id: &str) -> Option<RuleStatus> {
        let removed = self.lock().remove(id)?;
        self.journal.control(format!("removed the rule {id}"));
        Some(removed)
    }

    /// The record of each rule, in the order of the plan.
    pub fn status(&self) -> Vec<RuleStatus> {
        self.lock().status()
    }

    /// Whether no rule is in force.
    pub fn is_empty(&self) -> bool {
        self.lock().is_empty()
    }

    /// What strikes an exchange whose head has been read.
    pub(crate) fn decide(&self, facts: &Facts<'_>) -> Decision {
        let released = |gate: &str| self.gates.is_released(gate);
        self.lock().decide(facts, &World { now: self.clock.now(), released: &released })
    }

    /// What strikes a connection that has just been accepted.
    pub(crate) fn decide_accept(&self, facts: &Facts<'_>) -> Decision {
        let released = |gate: &str| self.gates.is_released(gate);
        self.lock().decide_accept(facts, &World { now: self.clock.now(), released: &released })
    }

    /// Notes that a claim's first action ran.
    pub(crate) fn note_fired(&self, claim: &Claim) {
        self.lock().note_fired(claim);
    }

    /// Notes that an operation took effect.
    pub(crate) fn note_committed(&self, operation: &str) {
        self.lock().note_committed(operation);
    }

    fn lock(&self) -> MutexGuard<'_, Engine> {
        // The engine's counters are changed one by one; after a panic at worst one attempt is not counted.
        self.engine.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
