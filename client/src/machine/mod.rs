//! The deciding half of an upload: pure values in, pure values out, no socket, no file, no clock. The uploader's runner
//! obeys it.

pub mod destination;
pub mod failure;
pub mod identity;
pub mod layout;
pub mod limits;
pub mod part;
pub mod settings;

pub use destination::{BucketName, Destination, NameError, ObjectKey, UploadId};
pub use failure::{ErrorKind, Operation, ServiceFailure};
pub use identity::SourceIdentity;
pub use layout::{ByteRange, Layout, LayoutError};
pub use part::{ETag, ListedPart, LocalDigest, Md5Digest, ProvenPart};
pub use settings::{OnCancel, OnFailure, Patience, Phase, Settings};
