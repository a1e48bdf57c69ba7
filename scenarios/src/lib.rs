//! Stories of interrupted uploads, and the runner that drives any client through them and judges it.
//!
//! A story is a TOML file: a fixture, calls of a client with faults armed at named points of the exchange, triggers that
//! kill, cancel or edit the world while a request is held at a gate, and what must come of it. The runner plays it on an
//! emulator of its own, gathers evidence, and judges by invariants that hold in every story and by what the story expects.

pub mod cli;
pub mod driver;
pub mod invariant;
pub mod load;
pub mod matrix;
pub mod report;
pub mod scenario;
pub mod script;
pub mod timeline;
pub mod verdict;
pub mod world;
