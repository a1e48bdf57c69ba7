//! What the tests of the running emulator share: a raw client that shows every byte.

mod raw;

pub(crate) use raw::{Answer, Closing, Raw};
