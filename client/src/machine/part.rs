//! What is known about a part: from the local bytes, from a record, from the server.

use std::{fmt, str::FromStr};

use crc_fast::{CrcAlgorithm, Digest as Crc};
use md5::{Digest as _, Md5};
use thiserror::Error;

/// An MD5 digest, printed as 32 upper-case hex characters the way OSS prints an `ETag`.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Md5Digest(pub [u8; 16]);

/// The text is not an MD5 digest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("not 32 hexadecimal characters")]
pub struct NotMd5;

impl FromStr for Md5Digest {
    type Err = NotMd5;

    fn from_str(text: &str) -> Result<Self, NotMd5> {
        if text.len() != 32 || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(NotMd5);
        }
        let mut digest = [0; 16];
        for (at, byte) in digest.iter_mut().enumerate() {
            let pair = text.get(at * 2..at * 2 + 2).ok_or(NotMd5)?;
            *byte = u8::from_str_radix(pair, 16).map_err(|_| NotMd5)?;
        }
        Ok(Self(digest))
    }
}

impl fmt::Display for Md5Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02X}"))
    }
}

impl fmt::Debug for Md5Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Md5Digest({self})")
    }
}

/// An entity tag without its quotes. Compared without regard to case, because SDKs and servers differ in it.
#[derive(Debug, Clone, Eq)]
pub struct ETag(String);

impl ETag {
    /// Wraps an entity tag, dropping surrounding blanks and quotes.
    pub fn new(text: &str) -> Self {
        Self(text.trim().trim_matches('"').to_owned())
    }

    /// The tag without quotes.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The tag read as an MD5 digest, when it has that form. Tags of encrypted parts have another.
    pub fn as_md5(&self) -> Option<Md5Digest> {
        self.0.parse().ok()
    }
}

impl PartialEq for ETag {
    fn eq(&self, other: &Self) -> bool {
        self.0.eq_ignore_ascii_case(&other.0)
    }
}

impl fmt::Display for ETag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Digests of a range of the source as it is on the disk now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LocalDigest {
    /// Number of bytes.
    pub size: u64,
    /// MD5 of the bytes.
    pub md5: Md5Digest,
    /// CRC-64/XZ of the bytes.
    pub crc64: u64,
}

/// Computes the digests of a range as its bytes come.
#[derive(Debug)]
pub struct Hasher {
    size: u64,
    md5: Md5,
    crc64: Crc,
}

impl Default for Hasher {
    fn default() -> Self {
        Self { size: 0, md5: Md5::new(), crc64: Crc::new(CrcAlgorithm::Crc64Xz) }
    }
}

impl Hasher {
    /// Adds bytes.
    pub fn update(&mut self, bytes: &[u8]) {
        self.size += bytes.len() as u64;
        self.md5.update(bytes);
        self.crc64.update(bytes);
    }

    /// The digests of all bytes added.
    pub fn finish(self) -> LocalDigest {
        LocalDigest {
            size: self.size,
            md5: Md5Digest(self.md5.finalize().into()),
            crc64: self.crc64.finalize(),
        }
    }
}

/// A part that the server acknowledged and whose reply was checked against the local bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProvenPart {
    /// Number of the part, from 1.
    pub number: u32,
    /// The tag that the server gave; goes into Complete.
    pub etag: ETag,
    /// Digests of the bytes that were sent.
    pub digest: LocalDigest,
}

/// A part as ListParts reports it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedPart {
    /// Number of the part.
    pub number: u32,
    /// Its tag.
    pub etag: ETag,
    /// Its size in bytes.
    pub size: u64,
    /// Its CRC-64/XZ, which newer servers report.
    pub crc64: Option<u64>,
}
