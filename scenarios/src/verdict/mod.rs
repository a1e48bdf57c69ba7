//! From evidence to a verdict: the invariants, the story's own expectations, and whether the story really happened.

mod cost;
mod expectation;

use serde::{Deserialize, Serialize};

pub use cost::Cost;

use crate::{
    driver::ClientEvent,
    invariant::INVARIANTS,
    scenario::Scenario,
    world::{CallEvidence, Evidence},
};

/// What became of a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Verdict {
    /// Everything expected held, and every fault and trigger of the story happened.
    Pass,
    /// The client cannot do what the story needs.
    Unsupported,
    /// A fault never fired or a trigger's moment never came: nothing was proven.
    NotExercised,
    /// The client did not end within the bound.
    Timeout,
    /// An expectation or an invariant was broken.
    Fail,
    /// The runner's own failure.
    Error,
}

impl Verdict {
    /// Every verdict, from best to worst.
    pub const ALL: [Self; 6] =
        [Self::Pass, Self::Unsupported, Self::NotExercised, Self::Timeout, Self::Fail, Self::Error];

    /// The word that people and machines read.
    pub fn word(self) -> &'static str {
        match self {
            Self::Pass => "PASS",
            Self::Unsupported => "UNSUPPORTED",
            Self::NotExercised => "NOT_EXERCISED",
            Self::Timeout => "TIMEOUT",
            Self::Fail => "FAIL",
            Self::Error => "ERROR",
        }
    }

    /// Whether the run as a whole fails because of it.
    pub fn fails_the_run(self) -> bool {
        !matches!(self, Self::Pass | Self::Unsupported)
    }
}

/// One thing that speaks against the client, or against the story having happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// `I10`, `expected`, `fault`, `trigger`, `bound` or `runner`.
    pub rule: String,
    /// The call that it was found in; empty if it is the whole story's.
    pub call: String,
    /// A sentence.
    pub what: String,
}

/// A verdict and its grounds.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Judgement {
    /// The verdict.
    pub verdict: Verdict,
    /// Its grounds; empty for PASS.
    pub findings: Vec<Finding>,
    /// What the story cost the client.
    pub cost: Cost,
}

impl Judgement {
    /// The runner's own failure.
    pub fn error(what: String) -> Self {
        let finding = Finding { rule: "runner".into(), call: String::new(), what };
        Self { verdict: Verdict::Error, findings: vec![finding], cost: Cost::default() }
    }
}

/// Judges a story that was played.
pub fn judge(story: &Scenario, evidence: &Evidence) -> Judgement {
    let mut failures: Vec<Finding> = INVARIANTS
        .iter()
        .flat_map(|invariant| {
            let broken = (invariant.check)(story, evidence);
            broken.into_iter().map(|broken| Finding {
                rule: invariant.id.to_owned(),
                call: broken.call,
                what: broken.what,
            })
        })
        .collect();
    failures.extend(evidence.calls.iter().flat_map(|call| expectation::check(call, evidence)));
    let overruns: Vec<Finding> = evidence.calls.iter().filter_map(|call| overrun(story, call)).collect();
    let unsupported: Vec<Finding> = evidence.calls.iter().flat_map(unsupported).collect();
    let unexercised: Vec<Finding> = evidence.calls.iter().flat_map(unexercised).collect();
    let (verdict, findings) = if !overruns.is_empty() {
        (Verdict::Timeout, [overruns, failures].concat())
    } else if !unsupported.is_empty() {
        (Verdict::Unsupported, unsupported)
    } else if !failures.is_empty() {
        (Verdict::Fail, failures)
    } else if !unexercised.is_empty() {
        (Verdict::NotExercised, unexercised)
    } else {
        (Verdict::Pass, Vec::new())
    };
    Judgement { verdict, findings, cost: Cost::of(evidence) }
}

fn overrun(story: &Scenario, call: &CallEvidence) -> Option<Finding> {
    let what = format!("the call had not ended after {} s and was stopped", story.client.bound_s);
    call.timed_out.then(|| Finding { rule: "bound".into(), call: call.name.clone(), what })
}

fn unsupported(call: &CallEvidence) -> Vec<Finding> {
    let declined = call.events.iter().filter_map(|timed| match &timed.event {
        ClientEvent::Unsupported(what) => Some(what),
        _ => None,
    });
    declined
        .map(|what| Finding {
            rule: "driver".into(),
            call: call.name.clone(),
            what: format!("the driver cannot do `{what}`"),
        })
        .collect()
}

fn unexercised(call: &CallEvidence) -> Vec<Finding> {
    let silent = call.rules.iter().filter(|rule| rule.must_fire && rule.fired == 0);
    let mut found: Vec<Finding> = silent
        .map(|rule| Finding {
            rule: "fault".into(),
            call: call.name.clone(),
            what: format!("the fault `{}` never fired", rule.id),
        })
        .collect();
    if call.triggers_unfired > 0 {
        let what = format!("{} trigger(s) never came", call.triggers_unfired);
        found.push(Finding { rule: "trigger".into(), call: call.name.clone(), what });
    }
    found
}
