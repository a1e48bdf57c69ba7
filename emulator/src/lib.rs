//! The library behind the `oss-emulator` binary: an emulator of OSS that runs inside a test, with faults exact to the
//! byte and to the attempt.

pub mod auth;
pub mod cli;
pub mod clock;
pub mod config;
mod control;
pub mod digest;
pub mod domain;
pub mod error;
pub mod fault;
pub mod http;
pub mod journal;
pub mod ops;
pub mod sandbox;
pub mod server;
pub mod store;
pub mod telemetry;
pub mod xml;

#[cfg(test)]
#[path = "../tests/machine/support/within.rs"]
mod within;

pub use server::{Emulator, EmulatorBuilder, StartError};
