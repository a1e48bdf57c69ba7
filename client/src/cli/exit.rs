//! What the exit code of `oss-client` means. Part of its interface: never renumbered.

use std::process::ExitCode;

use crate::machine::ErrorKind;

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Exit {
    /// Everything was done.
    Done = 0,
    /// Something failed that has no code of its own.
    Failed = 1,
    /// The arguments make no sense; nothing was sent.
    Usage = 2,
    /// Some of it was done: the object is there, but the application that was to be told did not answer as it should.
    Partial = 3,
    /// The server refused because of who asks.
    Auth = 4,
    /// Bytes did not arrive intact.
    Integrity = 5,
    /// The record cannot be used: locked by another upload, or its place cannot be written.
    Record = 6,
    /// Interrupted by a signal; what was sent is kept if there is a record.
    Interrupted = 130,
}

impl Exit {
    /// The code for an error.
    pub fn of(kind: &ErrorKind) -> Self {
        let known = [Self::Usage, Self::Auth, Self::Integrity, Self::Record, Self::Interrupted];
        let code = kind.exit_code();
        known.into_iter().find(|exit| *exit as u8 == code).unwrap_or(Self::Failed)
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case(ErrorKind::InvalidArgument(String::new()), Exit::Usage)]
    #[case(ErrorKind::RecordBusy(String::new()), Exit::Record)]
    #[case(ErrorKind::RecordUnwritable(String::new()), Exit::Record)]
    #[case(ErrorKind::IntegrityPart { part: 1, detail: String::new() }, Exit::Integrity)]
    #[case(ErrorKind::IntegrityObject { expected: 1, actual: 2 }, Exit::Integrity)]
    #[case(ErrorKind::Cancelled { kept: true, abort_error: None }, Exit::Interrupted)]
    #[case(ErrorKind::UploadLost, Exit::Failed)]
    #[case(ErrorKind::SourceChanged(String::new()), Exit::Failed)]
    fn every_kind_has_its_code(#[case] kind: ErrorKind, #[case] exit: Exit) {
        assert_eq!(Exit::of(&kind), exit);
        assert_eq!(kind.exit_code(), exit as u8);
    }
}
