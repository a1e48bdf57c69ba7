//! Finds the line of a value in a plan's text, for the messages of the loader.

use toml::de::{DeTable, DeValue};

use super::validate::Step;

/// The 1-based line of a byte offset.
pub(super) fn line_of(text: &str, offset: usize) -> usize {
    1 + text.as_bytes().iter().take(offset).filter(|byte| **byte == b'\n').count()
}

/// The byte offset at which the value at `path` begins, or the nearest value around it that the text has.
pub(super) fn offset_of(text: &str, path: &[Step]) -> Option<usize> {
    let document = DeTable::parse(text).ok()?;
    let mut found = document.span().start;
    let mut values: Option<&DeValue<'_>> = None;
    for (depth, step) in path.iter().enumerate() {
        let next = match (step, values) {
            (Step::Field(name), None) if depth == 0 => document.get_ref().get(*name),
            (Step::Field(name), Some(DeValue::Table(table))) => table.get(*name),
            (Step::Index(index), Some(DeValue::Array(list))) => list.get(*index),
            _ => None,
        };
        let Some(next) = next else { break };
        found = next.span().start;
        values = Some(next.get_ref());
    }
    Some(found)
}
