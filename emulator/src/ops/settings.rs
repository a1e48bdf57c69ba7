//! What the operations are told once: region and the behaviours that differ between versions of OSS.

use crate::{
    domain::limits::{MAX_BODY_BYTES, MAX_PAGE},
    http::ExternalUrl,
};

/// Settings of the operations. The pipeline keeps one value for each sandbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpSettings {
    /// The region without `oss-`, for example `cn-hangzhou`.
    pub region: String,
    /// How clients reach the service; as each request came when `None`.
    pub external_url: Option<ExternalUrl>,
    /// Whether answers carry `x-oss-hash-crc64ecma`. Older servers sent none.
    pub crc64_headers: bool,
    /// Whether ListParts tells `HashCrc64ecma`. Older servers did not.
    pub crc64_in_list_parts: bool,
    /// Most parts on one page of ListParts, 1 to 1000: a lower cap makes paging cheap to test.
    pub max_parts_page: u32,
    /// Most bytes of one body and of one object, where that is less than OSS allows.
    pub max_object_bytes: u64,
}

impl OpSettings {
    /// Most bytes of one body, and of what is copied at once.
    pub(super) fn max_body_bytes(&self) -> u64 {
        self.max_object_bytes.min(MAX_BODY_BYTES)
    }
}

impl Default for OpSettings {
    fn default() -> Self {
        Self {
            region: "cn-hangzhou".to_owned(),
            external_url: None,
            crc64_headers: true,
            crc64_in_list_parts: true,
            max_parts_page: MAX_PAGE,
            max_object_bytes: u64::MAX,
        }
    }
}
