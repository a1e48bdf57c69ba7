//! MD5 digests and entity tags in OSS's spelling: upper-case hex.

use md5::{Digest, Md5 as Md5Hasher};
use serde::{Deserialize, Serialize};
use std::fmt;

/// An MD5 digest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Md5(pub [u8; 16]);

impl Md5 {
    /// The digest of `bytes`.
    pub fn of(bytes: &[u8]) -> Self {
        Self::finish(Md5Hasher::new_with_prefix(bytes))
    }

    /// The digest of everything fed to `hasher`.
    pub fn finish(hasher: Md5Hasher) -> Self {
        Self(hasher.finalize().into())
    }

    /// 32 upper-case hex digits.
    pub fn upper_hex(&self) -> String {
        let digit = |half: u8| char::from(if half < 10 { b'0' + half } else { b'A' - 10 + half });
        let mut text = String::with_capacity(32);
        for byte in self.0 {
            text.push(digit(byte >> 4));
            text.push(digit(byte & 15));
        }
        text
    }

    /// The form of `Content-MD5`.
    pub fn base64(&self) -> String {
        use base64::Engine;
        base64::engine::general_purpose::STANDARD.encode(self.0)
    }

    /// Reads the form of `Content-MD5`: padded base64 of exactly 16 bytes.
    pub fn from_base64(text: &str) -> Option<Self> {
        use base64::Engine;
        let bytes = base64::engine::general_purpose::STANDARD.decode(text.trim()).ok()?;
        bytes.try_into().ok().map(Self)
    }
}

/// The entity tag of a part or an object, without quotes.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ETag(String);

impl ETag {
    /// The tag of a part, or of an object that was put in one request: the MD5 of its bytes.
    pub fn of_content(md5: &Md5) -> Self {
        Self(md5.upper_hex())
    }

    /// The tag of an object made of parts: the MD5 of the *texts* of the parts' tags in order, a hyphen,
    /// the number of parts (aliyun-oss-java-sdk `TestUtils.calcMultipartsETag`; unlike S3, which digests
    /// the binary digests).
    pub fn of_parts<'a>(parts: impl IntoIterator<Item = &'a ETag>) -> Self {
        let mut hasher = Md5Hasher::new();
        let mut count = 0_usize;
        for part in parts {
            hasher.update(part.0.as_bytes());
            count += 1;
        }
        Self(format!("{}-{count}", Md5::finish(hasher).upper_hex()))
    }

    /// The tag of an object that was appended to: it changes with each piece, and says nothing of the content.
    pub fn of_append(before: &Self, piece: &Md5) -> Self {
        let mut hasher = Md5Hasher::new_with_prefix(before.0.as_bytes());
        hasher.update(piece.0);
        let mut text = Md5::finish(hasher).upper_hex();
        text.replace_range(24.., "00000000");
        Self(text)
    }

    /// The bare text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The text between double quotes, as it stands in headers and documents.
    pub fn quoted(&self) -> String {
        format!("\"{}\"", self.0)
    }

    /// Whether a client's spelling names this tag: quotes and surrounding white space are optional, case
    /// does not matter.
    pub fn matches(&self, sent: &str) -> bool {
        self.0.eq_ignore_ascii_case(Self::unquoted(sent))
    }

    /// A client's spelling without white space and quotes.
    pub fn unquoted(sent: &str) -> &str {
        sent.trim().trim_matches('"')
    }
}

impl fmt::Display for ETag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
