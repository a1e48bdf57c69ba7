//! Plays a story: makes its world, plays its steps, adds the healing call, and hands the evidence to the judge.

mod call;
mod faults;
mod observe;
mod trigger;

use std::{sync::Arc, time::Instant};

use oss_emulator::fault::Plan;

use crate::{
    driver::{Driver, InProcess, Process},
    scenario::{DriverWord, Edit, OutcomeWord, Scenario, Step},
    verdict::{Judgement, judge},
    world::{Evidence, HEALING, World},
};

/// The clients that may sit in the two seats.
#[derive(Clone)]
pub struct Seats {
    in_process: Arc<dyn Driver>,
    process: Arc<dyn Driver>,
}

impl std::fmt::Debug for Seats {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Seats")
    }
}

impl Seats {
    /// The bundled client in both seats; `driver_command` starts it as a driver program.
    pub fn bundled(driver_command: Vec<String>) -> Self {
        Self { in_process: Arc::new(InProcess), process: Arc::new(Process::new(driver_command)) }
    }

    /// One driver in both seats: a program of any language, or a client under test.
    pub fn only(driver: Arc<dyn Driver>) -> Self {
        Self { in_process: Arc::clone(&driver), process: driver }
    }

    fn at(&self, word: DriverWord) -> &dyn Driver {
        match word {
            DriverWord::InProcess => self.in_process.as_ref(),
            DriverWord::Process => self.process.as_ref(),
        }
    }
}

/// The fault plan that a step arms, so that a story can be checked without playing it.
///
/// # Errors
/// A rule that the emulator refuses, with its reason.
pub fn plan_of(case: &str, step: &Step) -> anyhow::Result<Plan> {
    faults::plan(case, &step.faults, None)
}

/// What came of one case.
#[derive(Debug)]
pub struct Played {
    /// The story.
    pub story: Scenario,
    /// The verdict and what it rests on.
    pub judgement: Judgement,
    /// What was seen; absent if the runner itself failed.
    pub evidence: Option<Evidence>,
    /// How long it took, in seconds.
    pub seconds: f64,
}

/// Plays one case in a world of its own and judges it.
pub async fn play(story: Scenario, seats: &Seats) -> Played {
    let started = Instant::now();
    let (judgement, evidence) = match steps(&story, seats).await {
        Ok(evidence) => (judge(&story, &evidence), Some(evidence)),
        Err(error) => (Judgement::error(format!("{error:#}")), None),
    };
    Played { story, judgement, evidence, seconds: started.elapsed().as_secs_f64() }
}

async fn steps(story: &Scenario, seats: &Seats) -> anyhow::Result<Evidence> {
    let world = World::new(story).await?;
    let mut calls = Vec::new();
    let mut edits: Vec<Edit> = Vec::new();
    for step in &story.steps {
        let key = call::key(step);
        for edit in &step.edit {
            world.edit(edit, key).await?;
        }
        edits.extend(step.edit.iter().cloned());
        if step.call.is_some() {
            let seat = seats.at(step.driver.unwrap_or(story.client.driver));
            calls.push(call::play(&world, story, step, seat, std::mem::take(&mut edits)).await?);
        }
    }
    let unfinished =
        calls.last().is_some_and(|last| last.outcome() != OutcomeWord::Success && !last.timed_out);
    if unfinished && !story.judge.no_healing {
        let step = Step { call: Some(HEALING.to_owned()), ..Step::default() };
        let seat = seats.at(story.client.driver);
        calls.push(call::play(&world, story, &step, seat, std::mem::take(&mut edits)).await?);
    }
    let exchanges = world.emulator.sandbox().journal().exchanges();
    anyhow::ensure!(
        world.emulator.sandbox().journal().dropped() == 0,
        "the journal lost records, so nothing can be judged"
    );
    world.emulator.shutdown().await;
    Ok(Evidence { calls, exchanges })
}
