//! The `oss-scenarios` binary.

fn main() {}
