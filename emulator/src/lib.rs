//! The library behind the `oss-emulator` binary.

pub mod clock;
pub mod fault;
