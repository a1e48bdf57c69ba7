//! The engine: decides at the head of each exchange which rules strike it. Counters are its only memory; it does no
//! I/O and reads no clock. The sandbox keeps one behind a lock, so that a claim is atomic.

use std::{borrow::Cow, collections::BTreeSet, sync::Arc};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{
    action::Action,
    counter::Counters,
    limits::MAX_CONSIDERED,
    matcher::Facts,
    moment::Moment,
    plan::Plan,
    point::Point,
    roll::Roll,
    rule::{CountKey, Rule},
};

/// What the engine may know beside the exchange.
#[derive(Clone, Copy)]
pub struct World<'a> {
    /// The sandbox's time.
    pub now: Timestamp,
    /// Whether the gate of a name has been released.
    pub released: &'a dyn Fn(&str) -> bool,
}

/// A rule that strikes an exchange: bound to it, whether its point is reached or not.
#[derive(Debug, Clone)]
pub struct Claim {
    rule: Arc<Rule>,
    serial: u64,
    /// Chance for the actions of this claim.
    pub roll: Roll,
}

impl Claim {
    /// The rule's id.
    pub fn id(&self) -> &str {
        &self.rule.id
    }

    /// When it strikes.
    pub fn at(&self) -> Point {
        self.rule.at
    }

    /// What it does.
    pub fn actions(&self) -> &[Action] {
        &self.rule.actions
    }
}

/// A rule that was looked at, and what came of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Considered {
    /// The rule's id.
    #[serde(with = "shared_text")]
    pub rule: Arc<str>,
    /// What came of it.
    pub why: Why,
}

/// Why a rule struck or did not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// It strikes.
    Claimed,
    /// This field of its `match` does not fit.
    Field(Cow<'static, str>),
    /// It has not come into force (`after`).
    NotYet,
    /// It is no longer in force (`until`).
    Over,
    /// It fits, as attempt of this number on its counter, which `nth` leaves out.
    Nth(u32),
    /// It has struck as often as `times` allows.
    Spent,
    /// Chance decided against it (`probability`).
    Chance,
}

/// What the engine says of one exchange.
#[derive(Debug, Clone, Default)]
pub struct Decision {
    /// The rules that strike, in the order of the plan.
    pub claims: Vec<Claim>,
    /// The rules whose operation fits, at most 64, and what came of each.
    pub considered: Vec<Considered>,
}

/// A rule's record so far.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleStatus {
    /// The rule's id.
    pub id: String,
    /// When it strikes.
    pub at: Point,
    /// Exchanges whose facts fitted `match` while it was in force.
    pub matched: u64,
    /// Exchanges that it was bound to.
    pub claimed: u64,
    /// Exchanges in which its point was reached and its first action ran.
    pub fired: u64,
    /// Whether a run in which it never fired has proved nothing.
    pub must_fire: bool,
}

/// Why a rule cannot be added.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a rule called `{id}` is armed already: give the new one an `id` of its own, or replace the plan")]
pub struct AddError {
    /// The id that is taken.
    pub id: String,
}

#[derive(Debug)]
struct Armed {
    rule: Arc<Rule>,
    id: Arc<str>,
    serial: u64,
    counters: Counters,
    matched: u64,
    claimed: u64,
    fired: u64,
}

/// The rules in force and their counters.
#[derive(Debug, Default)]
pub struct Engine {
    seed: u64,
    armed: Vec<Armed>,
    next_serial: u64,
    committed: BTreeSet<String>,
    fired: BTreeSet<String>,
}

impl Engine {
    /// Puts a plan in the place of all rules; counters start anew.
    pub fn replace(&mut self, plan: Plan) {
        self.seed = plan.seed();
        self.armed.clear();
        self.committed.clear();
        self.fired.clear();
        self.arm(plan);
    }

    /// Adds the rules of a plan behind those in force, or none of them. The seed in force stays, unless there is no
    /// rule yet.
    pub fn add(&mut self, plan: Plan) -> Result<(), AddError> {
        if let Some(twin) =
            plan.rules().iter().find(|rule| self.armed.iter().any(|armed| armed.rule.id == rule.id))
        {
            return Err(AddError { id: twin.id.clone() });
        }
        if self.armed.is_empty() {
            self.seed = plan.seed();
        }
        self.arm(plan);
        Ok(())
    }

    fn arm(&mut self, plan: Plan) {
        for rule in plan.into_rules() {
            self.next_serial += 1;
            self.armed.push(Armed {
                id: rule.id.as_str().into(),
                rule: Arc::new(rule),
                serial: self.next_serial,
                counters: Counters::default(),
                matched: 0,
                claimed: 0,
                fired: 0,
            });
        }
    }

    /// Takes a rule out of force; its record is returned. Exchanges that it is bound to keep it.
    pub fn remove(&mut self, id: &str) -> Option<RuleStatus> {
        let index = self.armed.iter().position(|armed| armed.rule.id == id)?;
        Some(self.armed.remove(index).status())
    }

    /// The record of every rule in force, in the order of the plan.
    pub fn status(&self) -> Vec<RuleStatus> {
        self.armed.iter().map(Armed::status).collect()
    }

    /// Whether no rule is in force.
    pub fn is_empty(&self) -> bool {
        self.armed.is_empty()
    }

    /// Notes that a claim's point was reached and its first action ran.
    pub fn note_fired(&mut self, claim: &Claim) {
        if let Some(armed) = self.armed.iter_mut().find(|armed| armed.serial == claim.serial) {
            armed.fired += 1;
            self.fired.insert(armed.rule.id.clone());
        }
    }

    /// Notes that an operation was committed, for `after` and `until`.
    pub fn note_committed(&mut self, operation: &str) {
        if !self.armed.is_empty() && !self.committed.contains(operation) {
            self.committed.insert(operation.to_owned());
        }
    }

    /// Decides for an exchange whose head has been read.
    pub fn decide(&mut self, facts: &Facts<'_>, world: &World<'_>) -> Decision {
        let reused = facts.reused;
        self.decide_at(facts, world, |point| match point {
            Point::ConnAccept => false,
            Point::ConnReuse => reused,
            _ => true,
        })
    }

    /// Decides for a connection that has just been accepted: only the connection's own facts are known.
    pub fn decide_accept(&mut self, facts: &Facts<'_>, world: &World<'_>) -> Decision {
        self.decide_at(facts, world, |point| point == Point::ConnAccept)
    }

    fn decide_at(
        &mut self,
        facts: &Facts<'_>,
        world: &World<'_>,
        concerns: impl Fn(Point) -> bool,
    ) -> Decision {
        let mut decision = Decision::default();
        let (seed, committed, fired) = (self.seed, &self.committed, &self.fired);
        for armed in self.armed.iter_mut().filter(|armed| concerns(armed.rule.at)) {
            if !armed.rule.matcher.is_about(facts.operation) {
                continue;
            }
            let passed = |moment: &Moment| match moment {
                Moment::Gate(name) => (world.released)(name),
                Moment::Fired(id) => fired.contains(id),
                Moment::Committed(operation) => committed.contains(operation),
                Moment::Time(time) => world.now >= time.0,
            };
            let (why, claim) = armed.consider(seed, facts, &passed);
            if decision.considered.len() < MAX_CONSIDERED {
                decision.considered.push(Considered { rule: Arc::clone(&armed.id), why });
            }
            decision.claims.extend(claim);
        }
        decision
    }
}

impl Armed {
    fn status(&self) -> RuleStatus {
        RuleStatus {
            id: self.rule.id.clone(),
            at: self.rule.at,
            matched: self.matched,
            claimed: self.claimed,
            fired: self.fired,
            must_fire: self.rule.must_fire,
        }
    }

    fn consider(
        &mut self,
        seed: u64,
        facts: &Facts<'_>,
        passed: &dyn Fn(&Moment) -> bool,
    ) -> (Why, Option<Claim>) {
        if let Some(field) = self.rule.matcher.mismatch(facts) {
            return (Why::Field(Cow::Borrowed(field)), None);
        }
        if self.rule.after.as_ref().is_some_and(|moment| !passed(moment)) {
            return (Why::NotYet, None);
        }
        if self.rule.until.as_ref().is_some_and(passed) {
            return (Why::Over, None);
        }
        self.matched += 1;
        let key = counter_key(&self.rule.count, facts);
        let attempt = self.counters.next(Roll::of(&slices(&key)));
        if !self.rule.nth.contains(u64::from(attempt)) {
            return (Why::Nth(attempt), None);
        }
        if !self.rule.times.allows(self.claimed) {
            return (Why::Spent, None);
        }
        let mut identity = vec![self.rule.id.clone().into_bytes(), attempt.to_be_bytes().to_vec()];
        identity.extend(key);
        let mut roll = Roll::new(seed, &slices(&identity));
        if roll.unit() >= self.rule.probability {
            return (Why::Chance, None);
        }
        self.claimed += 1;
        (Why::Claimed, Some(Claim { rule: Arc::clone(&self.rule), serial: self.serial, roll }))
    }
}

fn slices(parts: &[Vec<u8>]) -> Vec<&[u8]> {
    parts.iter().map(Vec::as_slice).collect()
}

/// A shared text in serde's plain form.
mod shared_text {
    use std::sync::Arc;

    use serde::{Deserialize, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(text: &Arc<str>, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(text)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Arc<str>, D::Error> {
        String::deserialize(deserializer).map(Into::into)
    }
}

/// The values that tell counters apart. An upload is its place among the uploads of its key, never its id: ids differ
/// from run to run, and the same seed must give the same faults.
fn counter_key(count: &[CountKey], facts: &Facts<'_>) -> Vec<Vec<u8>> {
    let text = |value: Option<&str>| value.map_or_else(Vec::new, |value| format!("={value}").into_bytes());
    let mut key = Vec::with_capacity(count.len() + 2);
    for fact in count {
        match fact {
            CountKey::Operation => key.push(text(facts.operation)),
            CountKey::Bucket => key.push(text(facts.bucket)),
            CountKey::Key => key.push(text(facts.key)),
            CountKey::Method => key.push(text(Some(facts.method))),
            CountKey::Part => key.push(facts.part.map_or_else(Vec::new, |part| part.to_be_bytes().to_vec())),
            CountKey::Connection => key.push(facts.connection.to_be_bytes().to_vec()),
            CountKey::Upload => match facts.upload {
                None => key.push(Vec::new()),
                Some(upload) => {
                    key.push(text(facts.bucket));
                    key.push(text(facts.key));
                    key.push(upload.of_key.map_or_else(
                        || format!("={}", upload.id).into_bytes(),
                        |place| place.to_be_bytes().to_vec(),
                    ));
                }
            },
        }
    }
    key
}
