//! Uploading: the public request and outcome, and the runner that carries out what the machine decides.

pub mod cancel;
pub mod client;
mod headers;
mod operations;
pub mod outcome;
pub mod progress;
mod recorder;
pub mod request;
mod runner;
pub mod source;
mod uploader;

pub use cancel::CancelToken;
pub use client::{Client, ClientBuilder, ClientError};
pub use outcome::{UploadError, Uploaded};
pub use progress::{Hooks, Progress};
pub use request::{CallbackRequest, ObjectHeaders, RecordLocation, UploadRequest};
pub use source::{ReadAt, Source, SourceError};
