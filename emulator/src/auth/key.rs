//! A key that the emulator knows: permanent, or temporary with a token as STS issues it.

use std::fmt;

use jiff::Timestamp;
use subtle::ConstantTimeEq;

/// The secret side of an access key.
#[derive(Clone, PartialEq, Eq)]
pub struct Key {
    secret: String,
    temporary: Option<Temporary>,
}

#[derive(Clone, PartialEq, Eq)]
struct Temporary {
    token: String,
    expires: Option<Timestamp>,
}

impl Key {
    /// A key of an account or a RAM user.
    pub fn permanent(secret: impl Into<String>) -> Self {
        Self { secret: secret.into(), temporary: None }
    }

    /// A key as STS issues it: only valid together with `token`, and no longer than `expires` on the sandbox's clock
    /// (for ever when `None`).
    pub fn temporary(
        secret: impl Into<String>,
        token: impl Into<String>,
        expires: Option<Timestamp>,
    ) -> Self {
        Self { secret: secret.into(), temporary: Some(Temporary { token: token.into(), expires }) }
    }

    /// Whether it needs a token.
    pub fn is_temporary(&self) -> bool {
        self.temporary.is_some()
    }

    /// When it ceases to be valid; `None` for never.
    pub fn expires(&self) -> Option<Timestamp> {
        self.temporary.as_ref().and_then(|temporary| temporary.expires)
    }

    /// The same key with another end. A permanent key has none and stays as it is.
    #[must_use]
    pub fn expiring(mut self, at: Timestamp) -> Self {
        if let Some(temporary) = &mut self.temporary {
            temporary.expires = Some(at);
        }
        self
    }

    pub(super) fn secret(&self) -> &str {
        &self.secret
    }

    /// Whether `token` is the one that belongs to this key.
    pub(super) fn has_token(&self, token: &str) -> bool {
        self.temporary.as_ref().is_some_and(|own| same(own.token.as_bytes(), token.as_bytes()))
    }
}

/// Compares secrets in a time that tells nothing about where they differ.
pub(super) fn same(one: &[u8], other: &[u8]) -> bool {
    one.ct_eq(other).into()
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Key")
            .field("temporary", &self.is_temporary())
            .field("expires", &self.expires())
            .finish_non_exhaustive()
    }
}
