//! Everything that OSS decides, as functions of a value: no I/O, no clock, no randomness. The store keeps a
//! [`State`], the operations read it and answer with [`Change`]s.

mod attributes;
mod blob;
mod bucket;
mod change;
pub mod completion;
mod crc64;
pub mod edit;
mod etag;
mod key;
pub mod lifecycle;
pub mod limits;
pub mod listing;
mod object;
mod operation;
mod part;
mod restored;
mod state;
mod tags;
pub mod time;
mod upload;

pub use attributes::{Attributes, ObjectAcl, StorageClass, UnknownObjectAcl, UnknownStorageClass};
pub use blob::{BlobId, Slice, are_readable, blobs_of, slices_in_range, total_len};
pub use bucket::{
    Bucket, BucketAcl, BucketName, InvalidBucketName, Redundancy, UnknownBucketAcl, UnknownRedundancy,
    is_region,
};
pub use change::Change;
pub use crc64::{Crc64, Crc64Hasher, Crc64Sum};
pub use etag::{ETag, Md5};
pub use key::{InvalidObjectKey, ObjectKey};
pub use object::{Object, ObjectKind};
pub use operation::{Operation, UnknownOperation};
pub use part::{InvalidPartNumber, Part, PartNumber};
pub use restored::{RestoreTier, Restored};
pub use state::{BucketState, State};
pub use tags::{InvalidTags, TagLimits, Tags};
pub use upload::{Upload, UploadId};
