//! The command line as a function: parses arguments, runs a verb, answers with an exit code. The binary calls it.

pub mod run;

pub use run::run;
