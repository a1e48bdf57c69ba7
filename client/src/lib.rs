//! Resumable upload to Alibaba Cloud OSS that survives interruption and never commits a mixed object.
//!
//! ```no_run
//! use oss_client::{CancelToken, Client, Credentials, Hooks, RecordLocation, UploadRequest};
//!
//! # async fn upload() -> Result<(), Box<dyn std::error::Error>> {
//! let client = Client::builder("http://127.0.0.1:6770").credentials(Credentials::new("id", "secret")).build()?;
//! let request = UploadRequest::new("bucket", "dir/big.bin", "./big.bin")
//!     .part_size(8 << 20)
//!     .record(RecordLocation::Dir("./records".into()));
//! let cancel = CancelToken::new();
//! let hooks = Hooks::new().progress(|p| println!("{} of {}", p.sent, p.total)).cancel(cancel.clone());
//! let uploaded = client.upload(request, hooks).await?;
//! println!("CRC-64 {}", uploaded.crc64);
//! # Ok(())
//! # }
//! ```
//!
//! What is uploaded is a [`Source`]: a file, bytes in memory, or anything that implements [`ReadAt`]. The record of an
//! unfinished upload lives in a directory, in one file, or in a [`RecordStore`]: [`MemoryRecords`], or the application's own.
//!
//! What a call promises: it ends in exactly one outcome; success means that the object's bytes are the source's; a call
//! that failed or was killed is continued by making it again with the same record location, and parts that the server
//! already holds are not sent again when their bytes are still those of the source.
//!
//! How far the promises go:
//! - Parts are compared by digest with the source's present bytes: a resume reads the source once more, and timestamps
//!   decide nothing. Before the commit a file's size, times and number must be what they were at the start of the call;
//!   what else must hold of another source is [`ReadAt::check`]'s to say, besides its size.
//! - The name of a source finds its record and proves nothing: of two sources by one name neither mixes with the other.
//! - An acknowledged part survives the death of the process at once, and a power cut after at most eight parts.
//! - When the answer to InitiateMultipartUpload is lost, the repeated request may leave one upload behind that nobody
//!   knows of: OSS has no way to ask for it. `oss-client ls -m` lists such uploads.
//! - Requests are repeated only here and are all counted by [`Retry`]; the one exception is below: a request that found
//!   its pooled connection closed before a byte was written moves to another connection.
//! - Signature version 1 only, for now.

pub mod api;
pub mod cli;
pub mod machine;
pub mod profile;
pub mod record;
pub mod retry;
pub mod sign;
pub mod transport;
pub mod upload;
pub mod wire;

pub use api::{Addressing, head_object::ObjectFacts};
pub use machine::{
    CallbackOutcome, ErrorKind, ListedPart, OnCancel, OnFailure, OnPartError, Patience, Phase, ServiceFailure,
};
pub use profile::Profile;
pub use record::{FileRecords, Later, MemoryRecords, RecordError, RecordHold, RecordStore, SourceName};
pub use retry::Retry;
pub use sign::{Credentials, CredentialsError, CredentialsProvider};
pub use upload::{
    CallbackRequest, CancelToken, Client, ClientBuilder, ClientError, Hooks, ObjectHeaders, Progress, ReadAt,
    RecordLocation, Source, SourceError, UploadError, UploadRequest, Uploaded,
};
pub use wire::listing::{ListedObject, OpenUpload};
