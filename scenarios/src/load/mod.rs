//! Reads stories: from the library that the binary carries, or from a folder. Used by the command line and the tests.

mod check;
mod library;
mod parse;

pub use library::{embedded, folder};
pub use parse::{LoadError, parse};
