//! The server: sockets, connections, and the pipeline that each request goes through, with its faults.

mod actions;
mod answer_stream;
mod callback;
mod connection;
mod connection_faults;
mod cut;
mod emulator;
mod exchange;
mod fault_io;
mod head_watch;
mod injected;
mod intake;
mod limits;
mod listener;
mod opening;
mod outliving;
mod pipeline;
mod respond;
mod send_queue;
mod service;
mod spoils;
mod throttle;
mod wire;

pub use emulator::{Emulator, EmulatorBuilder, StartError};
