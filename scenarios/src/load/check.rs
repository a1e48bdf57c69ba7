//! What a story must satisfy beyond its form.

use crate::scenario::{Scenario, Step};

/// The only version of the story format.
const SCHEMA: u32 = 1;

/// Refuses a story that could not mean anything.
pub(super) fn check(file: &str, story: &Scenario) -> Result<(), String> {
    if story.schema != SCHEMA {
        return Err(format!(
            "schema = {} is not known here; this build reads schema = {SCHEMA}",
            story.schema
        ));
    }
    let folder = file.rsplit_once('/').map(|(path, _)| path.rsplit('/').next().unwrap_or(path));
    if folder.is_some_and(|folder| folder != story.group) {
        return Err(format!("group = \"{}\" does not name the folder that the file stands in", story.group));
    }
    if !story.steps.iter().any(|step| step.call.is_some()) {
        return Err("a story needs at least one [[step]] with a `call`".to_owned());
    }
    let judge = &story.judge;
    if (judge.orphans > 0 || judge.no_healing || judge.resend) && judge.because.trim().is_empty() {
        return Err("[judge] relaxes a rule: say why in `because`".to_owned());
    }
    story.steps.iter().enumerate().try_for_each(|(index, step)| check_step(index + 1, step))
}

fn check_step(number: usize, step: &Step) -> Result<(), String> {
    if step.call.is_none() {
        if step.edit.is_empty() {
            return Err(format!("step {number} neither calls nor edits: give it a `call` or an `edit`"));
        }
        if !step.faults.is_empty() || !step.when.is_empty() {
            return Err(format!("step {number} has faults or triggers but no `call` that could meet them"));
        }
    }
    for when in &step.when {
        if when.gate.is_some() == when.progress.is_some() {
            return Err(format!("step {number}: a trigger names either a `gate` or a `progress`"));
        }
    }
    Ok(())
}
