//! The `oss-emulator` binary.

fn main() {}
