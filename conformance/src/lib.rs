//! The library behind the `oss-conformance` binary.
