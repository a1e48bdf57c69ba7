//! The `oss-conformance` binary.

fn main() {}
