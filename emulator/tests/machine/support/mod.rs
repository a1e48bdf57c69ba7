//! What the tests of the running emulator share: a raw client that shows every byte, a world to break, the binary, and
//! waits that come to an end.

mod events;
mod process;
mod raw;
mod within;
mod world;

pub(crate) use events::{exchange, noted, reached, stopped};
pub(crate) use process::{Process, Running, command, refused, said};
pub(crate) use raw::{Answer, Closing, Raw, parse_head};
pub(crate) use within::{BOUND, within};
pub(crate) use world::World;
