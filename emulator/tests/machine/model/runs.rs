//! The runs. `OSS_MODEL_OPERATIONS` says how many operations each is to make in all, for a longer run than usual.

use std::path::Path;

use proptest::{
    prelude::*,
    test_runner::{Config, TestRunner},
};

use super::{
    session::Session,
    step::{Step, step},
};

/// Most operations of one case: enough to get somewhere, few enough to shrink.
const LENGTH: u32 = 250;

/// Operations of a usual run.
const USUAL: u32 = 2_000;

#[expect(clippy::disallowed_methods, reason = "a test has no command line of its own")]
fn cases() -> u32 {
    let asked = std::env::var("OSS_MODEL_OPERATIONS").ok().and_then(|text| text.parse().ok());
    asked.unwrap_or(USUAL).div_ceil(LENGTH)
}

fn run(restarts: bool, perform: impl Fn(Vec<Step>)) {
    let length = LENGTH as usize;
    let config = Config { cases: cases(), failure_persistence: None, ..Config::default() };
    let steps = prop::collection::vec(step(restarts), length..=length);
    let outcome = TestRunner::new(config).run(&steps, |steps| {
        perform(steps);
        Ok(())
    });
    if let Err(error) = outcome {
        panic!("{error}");
    }
}

fn perform(steps: Vec<Step>, directory: Option<&Path>) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
    runtime.expect("a runtime").block_on(async {
        let mut session = Session::begin(directory).await;
        for step in steps {
            session = session.perform(step).await;
        }
        session.end().await;
    });
}

#[test]
fn the_emulator_agrees_with_the_reference() {
    run(false, |steps| perform(steps, None));
}

#[test]
fn the_emulator_on_disk_agrees_with_the_reference_through_restarts() {
    run(true, |steps| {
        let directory = tempfile::tempdir().expect("a directory");
        perform(steps, Some(directory.path()));
    });
}
