//! The operations of OSS that the client uses, one file each, and what they share: the address, the clock, the attempts.

pub mod abort;
pub mod attempts;
pub mod body;
pub mod call;
pub mod clock;
pub mod complete;
pub mod endpoint;
pub mod failure;
pub mod head_object;
pub mod initiate;
pub mod list_objects;
pub mod list_parts;
pub mod list_uploads;
pub mod put_object;
pub mod upload_part;

pub use attempts::Attempts;
pub use body::BodySource;
pub use call::{Api, Call};
pub use clock::Clock;
pub use endpoint::{Addressing, Endpoint, EndpointError};
pub use failure::CallError;
