//! What authentication is told and what it finds.

use std::{collections::BTreeMap, fmt};

/// Whether signatures count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AuthMode {
    /// Anyone may do anything; signatures are not looked at.
    #[default]
    Off,
    /// Only correctly signed requests of known keys pass.
    Enforce,
}

/// The mode and the known keys.
#[derive(Clone, Default)]
pub struct AuthSettings {
    /// Whether signatures count.
    pub mode: AuthMode,
    secrets: BTreeMap<String, String>,
}

impl AuthSettings {
    /// Signatures are not looked at.
    pub fn off() -> Self {
        Self::default()
    }

    /// Only these keys pass: pairs of access key id and secret.
    pub fn enforce(keys: impl IntoIterator<Item = (String, String)>) -> Self {
        Self { mode: AuthMode::Enforce, secrets: keys.into_iter().collect() }
    }

    /// The secret of a key.
    pub fn secret(&self, access_key: &str) -> Option<&str> {
        self.secrets.get(access_key).map(String::as_str)
    }
}

impl fmt::Debug for AuthSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let keys: Vec<_> = self.secrets.keys().collect();
        f.debug_struct("AuthSettings").field("mode", &self.mode).field("keys", &keys).finish()
    }
}

/// Who a request claims to be from. With [`AuthMode::Enforce`] the claim is proven.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Identity {
    /// The access key id, unless the request is anonymous.
    pub access_key: Option<String>,
}
