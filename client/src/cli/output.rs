//! Writing to the two streams. A reader that has gone away is no reason to fail.

use std::{
    fmt::Display,
    io::{self, Write},
};

/// A line of result on stdout.
pub(super) fn result(line: impl Display) {
    // A closed pipe (`oss-client ls | head`) only means that nobody reads on.
    let _closed = writeln!(io::stdout().lock(), "{line}");
}

/// A line for the person on stderr.
pub(super) fn note(line: impl Display) {
    let _closed = writeln!(io::stderr().lock(), "{line}");
}
