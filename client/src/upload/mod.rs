//! Uploading a file: the public request and outcome, and the runner that carries out what the machine decides.

pub mod cancel;
pub mod client;
pub mod outcome;
pub mod progress;
pub mod request;

pub use cancel::CancelToken;
pub use client::{Addressing, Client, ClientBuilder, ClientError};
pub use outcome::{UploadError, Uploaded};
pub use progress::{Hooks, Progress};
pub use request::{CallbackRequest, ObjectHeaders, RecordLocation, UploadRequest};
