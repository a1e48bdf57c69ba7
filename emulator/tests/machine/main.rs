//! The emulator as its users meet it: over sockets, through the control plane, as a process.

mod pairs;
mod serving;
mod support;
