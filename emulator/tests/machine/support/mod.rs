//! What the tests of the running emulator share: a raw client that shows every byte, and a world to break.

mod raw;
mod world;

pub(crate) use raw::{Answer, Closing, Raw, parse_head};
pub(crate) use world::World;
