//! The seats that a client can sit in: a task of the runner, or a process that speaks the driver protocol. Used by the script.

mod bundled;
mod in_process;
mod process;
mod protocol;
mod serve;

use async_trait::async_trait;
use thiserror::Error;
use tokio::sync::mpsc;

pub use in_process::InProcess;
pub use process::Process;
pub use protocol::{
    Configure, ErrorFacts, Finished, FinishedOutcome, Order, PROTOCOL, Reply, Retries, Sdk, Timeouts,
    UploadOrder,
};
pub use serve::serve;

use crate::scenario::OnCancelWord;

/// What a client let the runner see.
#[derive(Debug, Clone, PartialEq)]
pub enum ClientEvent {
    /// Bytes published as progress.
    Progress {
        /// Bytes said to be sent.
        sent: u64,
        /// Bytes in all.
        total: u64,
    },
    /// The one terminal answer of the upload.
    Finished(Finished),
    /// The client is gone: its process ended, or its task was dropped.
    Exited {
        /// Exit code of a process that ended by itself.
        code: Option<i32>,
        /// Signal that ended it.
        signal: Option<i32>,
    },
    /// The driver says that it cannot do what a message asks for.
    Unsupported(String),
    /// A line of the client's own log.
    Log(String),
}

/// What the runner does to a running client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Control {
    /// Cancels through the client's interface.
    Cancel(OnCancelWord),
    /// Sends a signal by name; in the runner's own process only SIGKILL has a meaning: the task is dropped.
    Signal(String),
}

/// A client at work on one upload. `events` closes when the client has ended.
#[derive(Debug)]
pub struct Session {
    /// What the client shows, in order.
    pub events: mpsc::UnboundedReceiver<ClientEvent>,
    /// What can be done to it.
    pub controls: mpsc::UnboundedSender<Control>,
}

/// A client that could not be driven: the runner's or the driver's failure, never the client's verdict.
#[derive(Debug, Error)]
pub enum DriverError {
    /// The driver program did not start.
    #[error("cannot start the driver `{command}`: {source}")]
    Spawn {
        /// The command line.
        command: String,
        /// Why.
        source: std::io::Error,
    },
    /// The driver does not keep to the protocol.
    #[error("the driver `{command}` broke the protocol: {what}{stderr}")]
    Protocol {
        /// The command line.
        command: String,
        /// What it did.
        what: String,
        /// The end of what it wrote to its error stream.
        stderr: String,
    },
}

/// A way to run a client. Each call of a story begins a new session: what survives between calls is in files.
#[async_trait]
pub trait Driver: Send + Sync {
    /// Configures a client and starts the upload.
    async fn begin(&self, configure: Configure, order: UploadOrder) -> Result<Session, DriverError>;
}
