//! Changes of a store that lives in memory: the state itself is the only record, so nothing is written down
//! twice.

use super::{Changes, StoreError};
use crate::domain::Change;

/// Keeps nothing: such a store ends with its process.
#[derive(Debug, Default)]
pub struct MemoryChanges;

impl Changes for MemoryChanges {
    fn append(&mut self, _batch: &[Change]) -> Result<(), StoreError> {
        Ok(())
    }

    fn replay(&mut self, _apply: &mut dyn FnMut(Change)) -> Result<(), StoreError> {
        Ok(())
    }
}
