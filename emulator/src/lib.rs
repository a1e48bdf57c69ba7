//! The library behind the `oss-emulator` binary.
