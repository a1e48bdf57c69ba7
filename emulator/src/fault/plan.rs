//! A plan: a seed and the rules. Written as TOML by people, as JSON by programs; both are the same model.

use serde::{Deserialize, Serialize};

use super::{
    rule::Rule,
    validate::{Complaint, validate},
};

/// The version of the plan format, which a plan must name.
pub const SCHEMA: u32 = 1;

/// What shall go wrong. A value of this type has been checked: every action is legal at its point, ids are unique.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Draft", into = "Draft")]
pub struct Plan {
    seed: u64,
    rules: Vec<Rule>,
}

/// A plan as written, unchecked.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Draft {
    pub(super) schema: u32,
    #[serde(default)]
    pub(super) seed: u64,
    #[serde(default, rename = "fault")]
    pub(super) rules: Vec<Rule>,
}

impl Plan {
    /// Checks a plan that was made in code. Rules without id get `fault-N`.
    pub fn new(seed: u64, rules: Vec<Rule>) -> Result<Self, Complaint> {
        Self::try_from(Draft { schema: SCHEMA, seed, rules })
    }

    /// What chance is drawn from.
    pub fn seed(&self) -> u64 {
        self.seed
    }

    /// The rules, in the order in which they run.
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// Whether nothing shall go wrong.
    pub fn is_empty(&self) -> bool {
        self.rules.is_empty()
    }

    pub(super) fn into_rules(self) -> Vec<Rule> {
        self.rules
    }
}

/// The plan in which nothing goes wrong.
impl Default for Plan {
    fn default() -> Self {
        Self { seed: 0, rules: Vec::new() }
    }
}

impl TryFrom<Draft> for Plan {
    type Error = Complaint;

    fn try_from(mut draft: Draft) -> Result<Self, Complaint> {
        for (index, rule) in draft.rules.iter_mut().enumerate().filter(|(_, rule)| rule.id.is_empty()) {
            rule.id = format!("fault-{}", index + 1);
        }
        validate(&draft)?;
        Ok(Self { seed: draft.seed, rules: draft.rules })
    }
}

impl From<Plan> for Draft {
    fn from(plan: Plan) -> Self {
        Self { schema: SCHEMA, seed: plan.seed, rules: plan.rules }
    }
}
