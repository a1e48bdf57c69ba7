//! The library behind the `oss-scenarios` binary.
