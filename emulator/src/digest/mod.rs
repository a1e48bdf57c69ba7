//! MD5 of several bodies at once. One MD5 is a chain in which each step waits for the one before, so that a core
//! digests some 650 MB/s however wide it is; several bodies side by side fill its vector units. Used by the store while
//! bodies arrive.

mod body_md5;
mod convoy;
mod lanes;
mod stream;

pub use body_md5::BodyMd5;
pub use convoy::{Convoy, Stopped};
pub use stream::Md5Stream;
