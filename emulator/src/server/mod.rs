//! The server: sockets, connections, and the pipeline that each request goes through, with its faults.

mod actions;
mod answer_stream;
mod ask;
mod callback;
mod connection;
mod connection_faults;
mod cut;
mod emulator;
mod exchange;
mod exchange_line;
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
mod start_error;
mod throttle;
mod wire;

pub(crate) use ask::ask;
pub use emulator::{Emulator, EmulatorBuilder};
pub(crate) use listener::loopback_of;
pub use start_error::StartError;
