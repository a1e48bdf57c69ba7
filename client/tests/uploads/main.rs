//! Whole uploads: against a served emulator, and over a scripted transport.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test ends where it does not hold"
)]

mod bench;
mod cancel;
mod cli;
mod completion;
mod fake;
mod in_time;
mod parts;
mod resume;
mod scripted;
mod seams;
mod sequential;
mod sweep;
mod token;
#[path = "../../../emulator/tests/machine/support/within.rs"]
mod within;
