//! What a sandbox is told when it is made.

use crate::{
    auth::AuthSettings,
    http::AddressRules,
    journal::JournalCapacity,
    ops::OpSettings,
    sandbox::{CallbackTrust, Limits},
};

/// What a sandbox is told when it is made.
#[derive(Debug, Clone)]
pub struct SandboxSettings {
    /// Its name; `default` for the only one there is.
    pub name: String,
    /// Who may do what from the start. Keys that come later are in [`super::Keys`].
    pub auth: AuthSettings,
    /// How hosts name buckets.
    pub addresses: AddressRules,
    /// Region and behaviours of the operations.
    pub ops: OpSettings,
    /// Limits on the wire.
    pub limits: Limits,
    /// Whom upload callbacks over https trust.
    pub callback_trust: CallbackTrust,
    /// How much the journal remembers.
    pub journal: JournalCapacity,
    /// What request and upload ids are drawn from; random when absent.
    pub seed: Option<u64>,
    /// Whether a commit waits for the disk, and so must not run on a thread that serves others.
    pub slow_commits: bool,
}

impl Default for SandboxSettings {
    fn default() -> Self {
        Self {
            name: "default".to_owned(),
            auth: AuthSettings::off(),
            addresses: AddressRules::default(),
            ops: OpSettings::default(),
            limits: Limits::default(),
            callback_trust: CallbackTrust::default(),
            journal: JournalCapacity::default(),
            seed: None,
            slow_commits: false,
        }
    }
}
