//! The emulator as its users meet it: over sockets, through the control plane, as a process.

#![expect(clippy::expect_used, clippy::panic, reason = "a test that cannot go on fails")]

mod callbacks;
mod control;
mod engine;
mod exactness;
mod garbage;
mod keys;
mod logs;
mod midnight;
mod model;
mod pairs;
mod plans;
mod probes;
mod process;
mod run;
mod seeds;
mod serving;
mod stopping;
mod storage;
mod support;
mod survival;
mod tls_callbacks;
