//! What authentication is told and what it finds.

use std::{collections::BTreeMap, fmt, str::FromStr};

use super::Key;

/// Whether signatures count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AuthMode {
    /// Anyone may do anything; signatures are not looked at.
    #[default]
    Off,
    /// The key must be known, and its token right; dates, expiry and access control count as with `Enforce`. Only the
    /// signature itself is not recomputed: for clients behind something that rewrites what they signed.
    KnownKeys,
    /// Only correctly signed requests of known keys pass, and what access control allows to anyone.
    Enforce,
}

/// The text names no mode.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is none of off, known-keys, enforce")]
pub struct UnknownAuthMode(pub String);

impl AuthMode {
    const ALL: [Self; 3] = [Self::Off, Self::KnownKeys, Self::Enforce];

    /// The word on the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::KnownKeys => "known-keys",
            Self::Enforce => "enforce",
        }
    }
}

impl FromStr for AuthMode {
    type Err = UnknownAuthMode;

    fn from_str(text: &str) -> Result<Self, UnknownAuthMode> {
        let mode = Self::ALL.into_iter().find(|mode| mode.as_str() == text);
        mode.ok_or_else(|| UnknownAuthMode(text.to_owned()))
    }
}

/// The mode and the known keys.
#[derive(Clone, Default)]
pub struct AuthSettings {
    /// Whether signatures count.
    pub mode: AuthMode,
    /// The only region, as in `cn-hangzhou`, that the scope of a version 4 signature may name; any when `None`.
    pub region: Option<String>,
    /// The keys by their ids.
    pub keys: BTreeMap<String, Key>,
}

impl AuthSettings {
    /// Signatures are not looked at.
    pub fn off() -> Self {
        Self::default()
    }

    /// Only these keys pass: pairs of access key id and secret.
    pub fn enforce(keys: impl IntoIterator<Item = (String, String)>) -> Self {
        let keys = keys.into_iter().map(|(id, secret)| (id, Key::permanent(secret))).collect();
        Self { mode: AuthMode::Enforce, region: None, keys }
    }
}

impl fmt::Debug for AuthSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuthSettings")
            .field("mode", &self.mode)
            .field("region", &self.region)
            .field("keys", &self.keys)
            .finish()
    }
}

/// Who a request is from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Identity {
    /// The access key id, unless the request names none. With [`AuthMode::Off`] nothing proves it.
    pub access_key: Option<String>,
    /// Whether only what access control allows to anyone is allowed.
    pub is_stranger: bool,
}

impl Identity {
    pub(super) fn of(access_key: Option<String>) -> Self {
        Self { access_key, is_stranger: false }
    }

    /// Nobody in particular.
    pub fn stranger() -> Self {
        Self { access_key: None, is_stranger: true }
    }
}
