//! The library behind the `oss-client` binary.
