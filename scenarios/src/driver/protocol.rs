//! The driver protocol: JSON Lines on a driver's stdin and stdout. One message a line; unknown fields are ignored.

use serde::{Deserialize, Serialize};

use crate::scenario::{OnCancelWord, OnPartErrorWord};

/// Version of the protocol.
pub const PROTOCOL: u32 = 1;

/// Longest line that either side accepts, in bytes.
pub(super) const MAX_LINE: usize = 1 << 20;

/// From the runner to the driver.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Order {
    /// Opens the conversation; answered by `ready`.
    Hello {
        /// The runner's protocol version.
        protocol: u32,
    },
    /// Where and how to upload.
    Configure(Configure),
    /// Starts an upload; answered by one `result`.
    Upload(UploadOrder),
    /// Cancels an upload through the SDK's own interface.
    Cancel {
        /// The upload's number.
        id: u64,
        /// What the cancel leaves behind.
        on_cancel: OnCancelWord,
    },
    /// Ends the conversation: the driver exits.
    Bye,
}

/// Endpoint, credentials and habits of the client.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Configure {
    /// `http://host:port`.
    pub endpoint: String,
    /// Region id without the `oss-` prefix.
    pub region: String,
    /// Bucket.
    pub bucket: String,
    /// Access key id and secret; anonymous when absent.
    pub credentials: Option<(String, String)>,
    /// Timeouts of a request.
    pub timeouts: Timeouts,
    /// Retries of a request.
    pub retries: Retries,
}

/// Timeouts in milliseconds.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Timeouts {
    /// Until a connection stands.
    pub connect_ms: u64,
    /// Longest silence on a connection.
    pub idle_ms: u64,
}

/// Retries of one request.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Retries {
    /// Attempts in all.
    pub attempts: u32,
    /// Pause before the first retry, in milliseconds.
    pub base_ms: u64,
}

/// One upload.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct UploadOrder {
    /// Number of the upload in this conversation.
    pub id: u64,
    /// Path of the source file.
    pub file: String,
    /// Object key.
    pub key: String,
    /// Bytes of a part.
    pub part_size: u64,
    /// Parts in flight at once.
    pub parallel: usize,
    /// Record directory; none when absent.
    pub record_dir: Option<String>,
    /// What a cancel leaves behind.
    pub on_cancel: OnCancelWord,
    /// The upload is cancelled before it starts.
    #[serde(default)]
    pub cancelled_before_start: bool,
    /// What a part that failed for good means for the others; `drain` needs the capability `drain`.
    #[serde(default)]
    pub on_part_error: OnPartErrorWord,
    /// The upload is a sequential one; needs the capability `sequential`.
    #[serde(default)]
    pub sequential: bool,
    /// The object is marked with a token; needs the capability `upload-token`.
    #[serde(default)]
    pub upload_token: bool,
}

impl UploadOrder {
    /// The first capability that the order needs and a driver does not claim. Such an order is never sent, so that a driver
    /// need not know of options that came after it.
    pub fn lacks(&self, capabilities: &[String]) -> Option<&'static str> {
        let needs = [
            ("drain", self.on_part_error == OnPartErrorWord::Drain),
            ("sequential", self.sequential),
            ("upload-token", self.upload_token),
        ];
        let mut needed = needs.into_iter().filter(|(_, needed)| *needed).map(|(name, _)| name);
        needed.find(|name| !capabilities.iter().any(|claimed| claimed == name))
    }
}

/// From the driver to the runner.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Reply {
    /// Answers `hello`.
    Ready {
        /// The driver's protocol version.
        protocol: u32,
        /// Name of the driver.
        driver: String,
        /// What it drives.
        sdk: Sdk,
        /// What the SDK can do: `cancel`, `record`, `progress`, `drain`, `sequential`, `upload-token`.
        capabilities: Vec<String>,
    },
    /// Bytes published by the SDK.
    Progress {
        /// The upload's number.
        id: u64,
        /// Bytes said to be sent.
        sent: u64,
        /// Bytes in all.
        total: u64,
    },
    /// The terminal answer of an upload.
    Result {
        /// The upload's number.
        id: u64,
        /// What came of it.
        #[serde(flatten)]
        finished: Finished,
    },
    /// A message that the driver does not know or cannot do.
    Unsupported {
        /// The message's `type`.
        what: String,
    },
    /// A line for the report.
    Log {
        /// The text.
        text: String,
    },
}

/// The client that a driver drives.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Sdk {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// Its language.
    pub language: String,
}

/// How an upload ended, as its client says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finished {
    /// The word for it.
    pub outcome: FinishedOutcome,
    /// `ETag` of the object.
    pub etag: Option<String>,
    /// CRC-64 of the object, unsigned decimal.
    pub crc64: Option<String>,
    /// Request id of the committing answer.
    pub request_id: Option<String>,
    /// What went wrong.
    pub error: Option<ErrorFacts>,
}

/// The three ends that a client can report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FinishedOutcome {
    /// The object is there.
    Success,
    /// It failed.
    Failure,
    /// It was cancelled.
    Cancelled,
}

/// An error as the client words it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErrorFacts {
    /// Class or kind of the error.
    pub class: String,
    /// OSS code, if a service error.
    pub code: Option<String>,
    /// HTTP status, if a service error.
    pub status: Option<u16>,
    /// The text that a person sees.
    pub message: String,
}
