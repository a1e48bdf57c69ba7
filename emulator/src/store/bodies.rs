//! Whether the store keeps the bytes that it is sent, or only what it computed of them while they passed.

use super::{BlobFile, StoreError};
use bytes::Bytes;
use std::str::FromStr;

/// What becomes of the bytes of new bodies.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Bodies {
    /// They are kept.
    #[default]
    Keep,
    /// Size, MD5 and CRC-64 are kept, the bytes are not: for tests with more content than the machine has room for.
    DigestOnly,
}

/// The text names no mode.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is none of keep, digest-only")]
pub struct UnknownBodies(pub String);

impl Bodies {
    const ALL: [Self; 2] = [Self::Keep, Self::DigestOnly];

    /// The word on the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Keep => "keep",
            Self::DigestOnly => "digest-only",
        }
    }
}

impl FromStr for Bodies {
    type Err = UnknownBodies;

    fn from_str(text: &str) -> Result<Self, UnknownBodies> {
        let bodies = Self::ALL.into_iter().find(|bodies| bodies.as_str() == text);
        bodies.ok_or_else(|| UnknownBodies(text.to_owned()))
    }
}

/// A blob whose bytes are not kept.
pub(super) struct Nowhere;

#[async_trait::async_trait]
impl BlobFile for Nowhere {
    async fn write(&mut self, _bytes: Bytes) -> Result<(), StoreError> {
        Ok(())
    }

    async fn seal(self: Box<Self>) -> Result<(), StoreError> {
        Ok(())
    }
}
