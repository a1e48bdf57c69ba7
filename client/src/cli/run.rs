//! The entry of the command line.

use std::{ffi::OsString, process::ExitCode};

/// Runs the command line on `args`, the first of which is the program's name.
pub fn run(args: impl Iterator<Item = OsString>) -> ExitCode {
    drop(args);
    ExitCode::from(1)
}
