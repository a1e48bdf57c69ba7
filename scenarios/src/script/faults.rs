//! The fault plan of one call: the story's rules, behind the runner's own two that hold requests for a look at the record.

use anyhow::Context as _;
use oss_emulator::fault::Plan;
use toml::{Table, Value};

use crate::world::OWN_RULES;

/// Names of the two gates of a call.
pub(super) struct Gates {
    /// The first UploadPart of the call is held here.
    pub(super) first_part: String,
    /// The first Complete of the call is held here.
    pub(super) complete: String,
}

impl Gates {
    pub(super) fn of(call: &str) -> Self {
        Self {
            first_part: format!("{OWN_RULES}first-part:{call}"),
            complete: format!("{OWN_RULES}complete:{call}"),
        }
    }
}

/// The plan of a call. `observed` adds the runner's own rules.
///
/// # Errors
/// A rule of the story that the emulator refuses, with its reason.
pub(super) fn plan(case: &str, rules: &[Table], observed: Option<&Gates>) -> anyhow::Result<Plan> {
    let mut all: Vec<Value> = Vec::new();
    if let Some(gates) = observed {
        all.push(hold("UploadPart", &gates.first_part));
        all.push(hold("CompleteMultipartUpload", &gates.complete));
    }
    all.extend(rules.iter().cloned().map(Value::Table));
    let mut plan = Table::new();
    plan.insert("schema".into(), Value::Integer(1));
    plan.insert("seed".into(), Value::Integer(7));
    if !all.is_empty() {
        plan.insert("fault".into(), Value::Array(all));
    }
    let text = toml::to_string(&plan)?;
    Plan::from_toml(&text, case)
        .with_context(|| format!("the fault rules of this call are refused; as a plan they read\n{text}"))
}

/// A rule that holds the call's first request of an operation before it is looked at.
fn hold(operation: &str, gate: &str) -> Value {
    let mut rule = Table::new();
    rule.insert("id".into(), Value::String(gate.to_owned()));
    rule.insert(
        "match".into(),
        Value::Table([("operation".to_owned(), Value::String(operation.to_owned()))].into_iter().collect()),
    );
    rule.insert("count".into(), Value::Array(vec![Value::String("operation".into())]));
    rule.insert("at".into(), Value::String("req.head".into()));
    rule.insert("must_fire".into(), Value::Boolean(false));
    let gate = Table::from_iter([("gate".to_owned(), Value::String(gate.to_owned()))]);
    rule.insert("do".into(), Value::Array(vec![Value::Table(gate)]));
    Value::Table(rule)
}
