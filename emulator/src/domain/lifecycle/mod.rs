//! Lifecycle rules: what they say, which sets of them are refused, and what they do once a day.

mod check;
mod execute;
mod rule;

pub use check::{RuleConflict, check};
pub use execute::{due, expiry};
pub use rule::{Exclusion, Expiration, Rule, SizeFilter, Transition, When};
