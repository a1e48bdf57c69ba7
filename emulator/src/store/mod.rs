//! Where bytes and changes are kept. Two traits with two implementations each (memory, files) under one
//! [`Store`] that holds the state, serialises commits and removes bytes that nothing uses any more. No rule
//! of OSS lives here.

mod blobs;
mod bodies;
mod changes;
mod failure;
mod file_blobs;
mod index;
mod late_index;
mod lock;
mod memory_blobs;
mod memory_changes;
mod pack;
mod packs;
mod pinned;
mod positioned;
mod registry;
mod room;
mod rows;
mod staged;
mod store_value;

pub use blobs::{BlobFile, Blobs, ByteStream};
pub use bodies::{Bodies, UnknownBodies};
pub use changes::Changes;
pub use failure::StoreError;
pub use file_blobs::FileBlobs;
pub use index::IndexedChanges;
pub use memory_blobs::MemoryBlobs;
pub use memory_changes::MemoryChanges;
pub use pinned::{Digested, PinnedBody};
pub use staged::{BodyWriter, StagedBlob};
pub use store_value::Store;
