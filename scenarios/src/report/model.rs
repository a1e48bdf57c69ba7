//! The canonical model of a run's results; every report is written from it alone.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    invariant::INVARIANTS,
    script::Played,
    timeline::{Moment, timeline},
    verdict::{Cost, Finding, Verdict},
    world::CallEvidence,
};

/// Version of the report's form.
const SCHEMA: u32 = 1;

/// A whole run.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Report {
    /// Version of the report's form.
    pub schema: u32,
    /// Version of the runner.
    pub version: String,
    /// The client that was driven.
    pub client: String,
    /// Level of determinism: `L0` is real sockets and processes with deterministic decisions.
    pub level: String,
    /// Seconds on the wall clock.
    pub seconds: f64,
    /// Cases by verdict.
    pub totals: BTreeMap<Verdict, usize>,
    /// The invariants that were on, number and demand.
    pub invariants: Vec<(String, String)>,
    /// The stories, in the order of their numbers.
    pub stories: Vec<StoryReport>,
}

/// One story with its cases.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct StoryReport {
    /// Catalogue number.
    pub id: String,
    /// One line.
    pub title: String,
    /// Folder of the library.
    pub group: String,
    /// The story in prose.
    pub tells: String,
    /// Public reports of the failure.
    pub reported: Vec<String>,
    /// Its cases.
    pub cases: Vec<CaseReport>,
}

/// One case.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CaseReport {
    /// The case's name, which also replays it.
    pub case: String,
    /// Values of its axes.
    pub axes: Vec<(String, String)>,
    /// The verdict.
    pub verdict: Verdict,
    /// Its grounds.
    pub findings: Vec<Finding>,
    /// What it cost.
    pub cost: Cost,
    /// Seconds.
    pub seconds: f64,
    /// The calls.
    pub calls: Vec<CallReport>,
    /// The storyboard.
    pub timeline: Vec<Moment>,
}

/// One call.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CallReport {
    /// Its name.
    pub name: String,
    /// How it ended.
    pub outcome: String,
    /// The error's text.
    pub error: Option<String>,
    /// Requests made.
    pub requests: usize,
    /// Uploads open afterwards.
    pub uploads: usize,
    /// Record files afterwards.
    pub records: usize,
    /// Fault rules and how often each fired.
    pub faults: Vec<(String, u64)>,
}

impl Report {
    /// The model of a run.
    pub fn new(client: &str, seconds: f64, played: &[Played]) -> Self {
        let mut totals = BTreeMap::new();
        let mut stories: Vec<StoryReport> = Vec::new();
        for case in played {
            *totals.entry(case.judgement.verdict).or_default() += 1;
            let known = stories.iter().position(|story| story.id == case.story.id);
            let at = known.unwrap_or_else(|| {
                stories.push(StoryReport::new(case));
                stories.len() - 1
            });
            stories[at].cases.push(CaseReport::new(case));
        }
        Self {
            schema: SCHEMA,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            client: client.to_owned(),
            level: "L0".to_owned(),
            seconds,
            totals,
            invariants: INVARIANTS.iter().map(|rule| (rule.id.to_owned(), rule.demands.to_owned())).collect(),
            stories,
        }
    }

    /// How many cases ended in `verdict`.
    pub fn count(&self, verdict: Verdict) -> usize {
        self.totals.get(&verdict).copied().unwrap_or_default()
    }

    /// All cases.
    pub fn cases(&self) -> impl Iterator<Item = (&StoryReport, &CaseReport)> {
        self.stories.iter().flat_map(|story| story.cases.iter().map(move |case| (story, case)))
    }

    /// Whether any verdict fails the run.
    pub fn failed(&self) -> bool {
        self.totals.keys().any(|verdict| verdict.fails_the_run())
    }
}

impl StoryReport {
    fn new(case: &Played) -> Self {
        let story = &case.story;
        Self {
            id: story.id.clone(),
            title: story.title.clone(),
            group: story.group.clone(),
            tells: story.tells.trim().to_owned(),
            reported: story.reported.clone(),
            cases: Vec::new(),
        }
    }

    /// The worst verdict of its cases.
    pub fn worst(&self) -> Verdict {
        self.cases.iter().map(|case| case.verdict).max().unwrap_or(Verdict::Pass)
    }
}

impl CaseReport {
    fn new(case: &Played) -> Self {
        let calls = case.evidence.iter().flat_map(|evidence| &evidence.calls);
        Self {
            case: case.story.case(),
            axes: case.story.axes.clone(),
            verdict: case.judgement.verdict,
            findings: case.judgement.findings.clone(),
            cost: case.judgement.cost,
            seconds: case.seconds,
            calls: calls.map(CallReport::new).collect(),
            timeline: case.evidence.as_ref().map(timeline).unwrap_or_default(),
        }
    }

    /// The command that plays this case alone.
    pub fn replay(&self) -> String {
        format!("cargo run --release -p oss-scenarios -- run --story '{}'", self.case)
    }
}

impl CallReport {
    fn new(call: &CallEvidence) -> Self {
        let error = call.finished().and_then(|finished| finished.error.as_ref());
        Self {
            name: call.name.clone(),
            outcome: format!("{:?}", call.outcome()).to_lowercase(),
            error: error.map(|error| error.message.clone()),
            requests: call.exchanges.1 - call.exchanges.0,
            uploads: call.uploads.1.len(),
            records: call.records.len(),
            faults: call.rules.iter().map(|rule| (rule.id.clone(), rule.fired)).collect(),
        }
    }
}
