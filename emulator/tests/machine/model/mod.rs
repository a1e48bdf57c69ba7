//! Random requests over sockets against a small reference model, in memory and on disk with restarts.

mod reference;
mod runs;
mod session;
mod step;
