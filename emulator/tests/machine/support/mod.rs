//! What the tests of the running emulator share: a raw client that shows every byte, a world to break, the binary.

mod process;
mod raw;
mod world;

pub(crate) use process::{Process, command, refused};
pub(crate) use raw::{Answer, Closing, Raw, parse_head};
pub(crate) use world::World;
