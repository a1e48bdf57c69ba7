//! CRC-64/XZ, which OSS calls `crc64ecma`, and its combination over parts.

use crc_fast::{CrcAlgorithm, Digest, checksum, checksum_combine};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// A checksum; its text is an unsigned decimal without padding.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Crc64(pub u64);

impl Crc64 {
    /// The checksum of `bytes`.
    pub fn of(bytes: &[u8]) -> Self {
        Self(checksum(CrcAlgorithm::Crc64Xz, bytes))
    }

    /// The checksum of this content followed by `next`, which has `next_len` bytes.
    #[must_use]
    pub fn then(self, next: Self, next_len: u64) -> Self {
        if next_len == 0 {
            return self;
        }
        Self(checksum_combine(CrcAlgorithm::Crc64Xz, self.0, next.0, next_len))
    }
}

impl fmt::Display for Crc64 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for Crc64 {
    type Err = std::num::ParseIntError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.trim().parse().map(Self)
    }
}

/// Computes a [`Crc64`] while bytes pass by.
#[derive(Debug)]
pub struct Crc64Hasher(Digest);

impl Crc64Hasher {
    /// The checksum of what was fed so far.
    pub fn finish(&self) -> Crc64 {
        Crc64(self.0.finalize())
    }

    /// Feeds the next bytes.
    pub fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }
}

impl Default for Crc64Hasher {
    fn default() -> Self {
        Self(Digest::new(CrcAlgorithm::Crc64Xz))
    }
}
