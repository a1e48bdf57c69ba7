//! The seam between the store and the place where changes are kept: nowhere, or an index on disk.

use super::StoreError;
use crate::domain::Change;
use std::fmt;

/// An ordered record of changes.
pub trait Changes: fmt::Debug + Send {
    /// Records a batch. When it returns, the whole batch survives the death of the process; when it fails,
    /// nothing of it happened.
    fn append(&mut self, batch: &[Change]) -> Result<(), StoreError>;

    /// Tells `apply` changes that lead from the empty state to the recorded one. Called once, before the
    /// first append.
    fn replay(&mut self, apply: &mut dyn FnMut(Change)) -> Result<(), StoreError>;
}
