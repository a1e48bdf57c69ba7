//! A step of a story: a call of the client with its faults and triggers, or edits between calls.

use serde::{Deserialize, Serialize};

use super::{DriverWord, Edit, Expect, OnCancelWord};

/// One step. It is a call when `call` names one, and a list of edits otherwise.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Step {
    /// Name of the call, such as `first`.
    pub call: Option<String>,
    /// Edits of server, record or source, done before the call (or alone, without one).
    pub edit: Vec<Edit>,
    /// Faults armed for this call, in the emulator's plan format.
    #[serde(rename = "fault")]
    pub faults: Vec<toml::Table>,
    /// What happens while the call runs.
    pub when: Vec<When>,
    /// The seat of the client in this call, if it differs from the story's.
    pub driver: Option<DriverWord>,
    /// Part size of this call, if it differs.
    pub part_size: Option<u64>,
    /// Parallelism of this call, if it differs.
    pub parallel: Option<usize>,
    /// Object key of this call, if it differs.
    pub key: Option<String>,
    /// Cancels before the call starts.
    pub cancelled_before_start: bool,
    /// What this call must come to.
    pub expect: Expect,
}

/// A trigger: when the moment comes, the acts are done in order.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct When {
    /// An exchange is held at this gate.
    pub gate: Option<String>,
    /// The client has published at least so many bytes of progress.
    pub progress: Option<u64>,
    /// What is done then.
    #[serde(rename = "do")]
    pub acts: Vec<Act>,
}

/// Something the runner does at a trigger.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Act {
    /// Ends the client: a signal to its process (`SIGKILL`, `SIGTERM`, `SIGINT`).
    Signal(String),
    /// Cancels through the client's own interface.
    Cancel(OnCancelWord),
    /// Lets the exchanges at a gate go on.
    Release(String),
    /// Waits until an exchange is held at a gate, so that the next act happens at that moment.
    AwaitGate(String),
    /// Waits until the client has ended.
    AwaitEnd(bool),
    /// Edits server, record or source.
    Edit(Edit),
}
