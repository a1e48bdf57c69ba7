//! What a person sees of an SDK's run. Used by the command line.

mod verdict;

use std::fmt::Write as _;

use crate::sdk::{Check, Outcome};

pub use verdict::{Verdict, closing};

/// One check as it comes in.
pub fn line(check: &Check) -> String {
    let mut text = format!("  {:<4}  {}\n", if check.ok { "PASS" } else { "FAIL" }, check.check);
    for detail in check.detail.lines() {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "        {detail}");
    }
    text
}

/// The closing line of an SDK.
pub fn summary(name: &str, outcome: &Outcome, seconds: f64) -> String {
    format!("{name}: {} of {} checks held in {seconds:.1} s\n", outcome.held(), outcome.checks.len())
}
