//! The library behind the `oss-emulator` binary.

pub mod auth;
pub mod domain;
pub mod error;
pub mod http;
pub mod ops;
pub mod store;
pub mod xml;
