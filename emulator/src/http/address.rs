//! Finds bucket and key in host and path. Clients address the same object in two ways, and both work on one
//! port with no switch.

use super::host::{AddressRules, HostKind};
use percent_encoding::percent_decode_str;
use std::borrow::Cow;

/// Where the bucket stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// `http://service/bucket/key`
    Path,
    /// `http://bucket.service/key`
    Host,
}

/// What a request addresses. Nothing is validated yet; names are percent-decoded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    /// Where the bucket stands. A request to the service itself has path style.
    pub style: Style,
    /// The bucket, if one is addressed.
    pub bucket: Option<String>,
    /// The bytes of the key, if one is addressed.
    pub key: Option<Vec<u8>>,
}

impl Address {
    /// Reads host and raw path.
    pub fn read(rules: &AddressRules, host: &str, path: &str) -> Self {
        let rest = path.strip_prefix('/').unwrap_or(path);
        match rules.read(host) {
            HostKind::Bucket(bucket) => {
                Self { style: Style::Host, bucket: Some(bucket), key: decoded_key(rest) }
            }
            // The C++ SDK asks for `//` when it lists buckets of an IP endpoint.
            HostKind::Service if rest.bytes().all(|byte| byte == b'/') => {
                Self { style: Style::Path, bucket: None, key: None }
            }
            HostKind::Service => {
                let (bucket, key) = rest.split_once('/').unwrap_or((rest, ""));
                let bucket = percent_decode_str(bucket).decode_utf8_lossy().into_owned();
                Self { style: Style::Path, bucket: Some(bucket), key: decoded_key(key) }
            }
        }
    }

    /// The same path as a key in `bucket`.
    pub(super) fn within(bucket: &str, path: &str) -> Self {
        let key = decoded_key(path.strip_prefix('/').unwrap_or(path));
        Self { style: Style::Host, bucket: Some(bucket.to_owned()), key }
    }

    /// The key as text; bytes that are not UTF-8 are replaced.
    pub fn key_text(&self) -> Option<Cow<'_, str>> {
        self.key.as_deref().map(String::from_utf8_lossy)
    }
}

fn decoded_key(raw: &str) -> Option<Vec<u8>> {
    if raw.is_empty() { None } else { Some(percent_decode_str(raw).collect()) }
}
