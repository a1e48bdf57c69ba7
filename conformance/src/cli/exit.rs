//! Exit codes, the same for every verb.

use std::process::ExitCode;

/// What the process ends with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Exit {
    /// Every check held.
    Good = 0,
    /// A check did not hold.
    Failed = 1,
    /// The command line, or an SDK's description, cannot be understood.
    Usage = 2,
    /// A program, registry, file or socket that is needed cannot be had.
    Environment = 3,
    /// A failure of this program's own.
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
    eprintln!("oss-conformance: {what}");
    exit.into()
}

/// Says something on stdout.
#[expect(clippy::print_stdout, reason = "this is the command line's one way to answer")]
pub(super) fn say(what: &str) {
    print!("{what}");
}
