//! The V1 signature: HMAC-SHA1 over a few headers and the resource. OSS documentation: "Add a signature to
//! the header".

use super::is_signed_parameter;
use crate::http::RequestHead;
use base64::{Engine, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;

/// The signature of `text` under `secret`, in base64.
pub fn sign(secret: &str, text: &[u8]) -> String {
    // HMAC takes keys of every length, so that this arm is never taken; an empty signature matches nothing.
    let Ok(mut mac) = Hmac::<Sha1>::new_from_slice(secret.as_bytes()) else { return String::new() };
    mac.update(text);
    STANDARD.encode(mac.finalize().into_bytes())
}

/// The text that is signed for `head`, with `date` on the date line and `resource` at the end.
pub fn string_to_sign(head: &RequestHead, date: &str, resource: &[u8]) -> Vec<u8> {
    let header =
        |name: &str| head.headers.get(name).map(|value| value.as_bytes().trim_ascii()).unwrap_or_default();
    let mut text = Vec::with_capacity(256);
    for line in
        [head.method.as_str().as_bytes(), header("content-md5"), header("content-type"), date.as_bytes()]
    {
        text.extend_from_slice(line);
        text.push(b'\n');
    }
    let mut own: Vec<(&str, &[u8])> = head
        .headers
        .iter()
        .filter(|(name, _)| name.as_str().starts_with("x-oss-"))
        .map(|(name, value)| (name.as_str(), value.as_bytes().trim_ascii()))
        .collect();
    own.sort_unstable();
    for (name, value) in own {
        text.extend_from_slice(name.as_bytes());
        text.push(b':');
        text.extend_from_slice(value);
        text.push(b'\n');
    }
    text.extend_from_slice(resource);
    text
}

/// The resource that is signed: `/`, `/bucket/` or `/bucket/key` with the decoded key, whatever the
/// addressing, and the signed query parameters sorted by name.
pub fn canonical_resource(head: &RequestHead) -> Vec<u8> {
    let mut resource = vec![b'/'];
    if let Some(bucket) = &head.address.bucket {
        resource.extend_from_slice(bucket.as_bytes());
        resource.push(b'/');
        resource.extend_from_slice(head.address.key.as_deref().unwrap_or_default());
    }
    append_parameters(&mut resource, head);
    resource
}

/// The resource as `OpenDAL` signs it on the bucket level with path-style addresses: the raw path,
/// `/bucket` without a slash at the end (its signer takes the path of the URL). `None` where that is no
/// other text.
pub(super) fn raw_path_resource(head: &RequestHead) -> Option<Vec<u8>> {
    let bucket_level = head.address.bucket.is_some() && head.address.key.is_none();
    if !bucket_level || head.path.ends_with('/') {
        return None;
    }
    let mut resource = head.path.as_bytes().to_vec();
    append_parameters(&mut resource, head);
    Some(resource)
}

fn append_parameters(resource: &mut Vec<u8>, head: &RequestHead) {
    let mut signed: Vec<(&str, &str)> =
        head.query.pairs().filter(|(name, _)| is_signed_parameter(name)).collect();
    signed.sort_unstable();
    for (index, (name, value)) in signed.into_iter().enumerate() {
        resource.push(if index == 0 { b'?' } else { b'&' });
        resource.extend_from_slice(name.as_bytes());
        if !value.is_empty() {
            resource.push(b'=');
            resource.extend_from_slice(value.as_bytes());
        }
    }
}
