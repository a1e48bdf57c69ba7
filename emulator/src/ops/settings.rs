//! What the operations are told once: region and the behaviours that differ between versions of OSS.

use crate::{domain::limits::MAX_PAGE, http::ExternalUrl};

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
}

impl Default for OpSettings {
    fn default() -> Self {
        Self {
            region: "cn-hangzhou".to_owned(),
            external_url: None,
            crc64_headers: true,
            crc64_in_list_parts: true,
            max_parts_page: MAX_PAGE,
        }
    }
}
