//! The command line as a function: parses arguments, runs a verb, answers with an exit code. The binary calls it.

mod abort;
mod args;
mod connect;
mod cp;
mod environment;
pub mod exit;
mod listpart;
mod location;
mod ls;
mod output;
mod plan;
mod progress;
mod resume_command;
mod run;
mod signals;
mod units;

pub use exit::Exit;
pub use run::run;
