//! The service's own address in documents: what clients should call next.

use super::OpSettings;
use crate::{
    domain::BucketName,
    http::{RequestHead, Style, host_is_ip, key_in_url},
};

/// The service host: of the external URL, else as the client reached it. oss2 takes it for its next endpoint when it
/// cleans up.
pub(super) fn endpoint<'a>(head: &'a RequestHead, settings: &'a OpSettings) -> &'a str {
    if let Some(url) = &settings.external_url {
        return url.authority();
    }
    match (head.address.style, &head.address.bucket) {
        (Style::Host, Some(bucket)) => {
            let labels = head.host.split_at_checked(bucket.len());
            let rest = labels.filter(|(first, _)| first.eq_ignore_ascii_case(bucket));
            rest.and_then(|(_, rest)| rest.strip_prefix('.')).unwrap_or(&head.host)
        }
        _ => &head.host,
    }
}

/// Where an object can be got, in the style that the client uses.
pub(super) fn object_url(
    head: &RequestHead,
    settings: &OpSettings,
    bucket: &BucketName,
    key: &str,
) -> String {
    let key = key_in_url(key);
    match (&settings.external_url, head.address.style) {
        (Some(url), Style::Host) if !host_is_ip(url.authority()) => {
            format!("{}://{bucket}.{}/{key}", url.scheme(), url.authority())
        }
        (Some(url), _) => format!("{url}/{bucket}/{key}"),
        (None, Style::Host) => format!("http://{}/{key}", head.host),
        (None, Style::Path) => format!("http://{}/{bucket}/{key}", head.host),
    }
}
