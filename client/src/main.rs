//! The `oss-client` binary.

fn main() {}
