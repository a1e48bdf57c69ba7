//! Exit codes, the same for every verb.

use std::process::ExitCode;

/// What the process ends with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Exit {
    /// Every verdict was PASS or UNSUPPORTED.
    Good = 0,
    /// A verdict failed the run.
    Failed = 1,
    /// The command line, or a story file, cannot be understood.
    Usage = 2,
    /// A file, directory or socket that the runner needs cannot be had.
    Environment = 3,
    /// The runner's own failure: a verdict ERROR.
    Internal = 4,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

/// Says on stderr what went wrong.
#[expect(clippy::print_stderr, reason = "this is the command line's one way to complain")]
pub(super) fn complain(exit: Exit, what: &str) -> ExitCode {
    eprintln!("oss-scenarios: {what}");
    exit.into()
}

/// Says something on stdout.
#[expect(clippy::print_stdout, reason = "this is the command line's one way to answer")]
pub(super) fn say(what: &str) {
    print!("{what}");
}
