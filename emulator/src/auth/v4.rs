//! The V4 signature: HMAC-SHA256 over the hash of a canonical request, under a key derived from the secret. OSS
//! documentation: "V4 signature"; alibabacloud-oss-go-sdk-v2 `oss/signer/v4.go`.

use super::is_signed_parameter;
use crate::http::RequestHead;
use hmac::{Hmac, KeyInit, Mac};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_encode};
use sha2::{Digest, Sha256};

const TERMINATOR: &str = "aliyun_v4_request";

const NAME: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
const PATH: &AsciiSet = &NAME.remove(b'/');

/// What a signature is bound to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scope<'a> {
    /// `YYYYMMDD`
    pub date: &'a str,
    /// As in `cn-hangzhou`; the id of a cloud box with the other product.
    pub region: &'a str,
    /// `oss` or `oss-cloudbox`.
    pub product: &'a str,
}

impl<'a> Scope<'a> {
    /// Splits `ID/DATE/REGION/PRODUCT/aliyun_v4_request`.
    pub fn read(credential: &'a str) -> Option<(&'a str, Self)> {
        let mut parts = credential.split('/');
        let (id, date, region) = (parts.next()?, parts.next()?, parts.next()?);
        let (product, terminator) = (parts.next()?, parts.next()?);
        let whole =
            parts.next().is_none() && terminator == TERMINATOR && !id.is_empty() && !region.is_empty();
        let known = matches!(product, "oss" | "oss-cloudbox");
        (whole && known).then_some((id, Self { date, region, product }))
    }

    fn text(&self) -> String {
        format!("{}/{}/{}/{TERMINATOR}", self.date, self.region, self.product)
    }
}

/// What a client may have done differently from the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Spelling {
    /// The raw path stands for the resource: `OpenDAL` with path-style addresses signs `/bucket`.
    pub(super) raw_path: bool,
    /// `host`, where it is signed, is without its port, as the SDK for Java signs it.
    pub(super) bare_host: bool,
    /// Empty values keep their `=`, but for sub-resources: ali-oss words parameters given as `''` so, though on the wire
    /// they look like all others (`signUtils.js`, `getCanonicalRequest`).
    pub(super) empty_values: bool,
}

impl Spelling {
    const USUAL: Self = Self { raw_path: false, bare_host: false, empty_values: false };

    /// The usual spelling first, then those that can differ for this request.
    pub(super) fn all(head: &RequestHead, additional: &str) -> Vec<Self> {
        let bucket_level = head.address.bucket.is_some() && head.address.key.is_none();
        let can = Self {
            raw_path: bucket_level && !head.path.ends_with('/'),
            bare_host: head.host.contains(':')
                && additional_names(additional).iter().any(|name| name == "host"),
            empty_values: head.query.pairs().any(|(name, value)| keeps_sign(name, value)),
        };
        let both = |can: bool| if can { vec![false, true] } else { vec![false] };
        let mut all = Vec::new();
        for raw_path in both(can.raw_path) {
            for bare_host in both(can.bare_host) {
                let spellings = both(can.empty_values);
                all.extend(spellings.into_iter().map(|empty_values| Self {
                    raw_path,
                    bare_host,
                    empty_values,
                }));
            }
        }
        all
    }
}

fn keeps_sign(name: &str, value: &str) -> bool {
    value.is_empty() && !is_signed_parameter(name)
}

/// The canonical request as most SDKs form it. `additional` is the list of further signed headers, as sent.
pub fn canonical_request_v4(head: &RequestHead, additional: &str) -> Vec<u8> {
    canonical(head, additional, Spelling::USUAL)
}

pub(super) fn canonical(head: &RequestHead, additional: &str, spelling: Spelling) -> Vec<u8> {
    let additional = additional_names(additional);
    let resource = if spelling.raw_path { raw_path(head) } else { resource(head) };
    let mut text = Vec::with_capacity(512);
    push_line(&mut text, head.method.as_str().as_bytes());
    push_line(&mut text, percent_encode(&resource, PATH).to_string().as_bytes());
    push_line(&mut text, canonical_query(head, spelling.empty_values).as_bytes());
    for (name, value) in signed_headers(head, &additional) {
        text.extend_from_slice(name.as_bytes());
        text.push(b':');
        let bare = spelling.bare_host && name == "host";
        push_line(&mut text, if bare { without_port(value) } else { value });
    }
    text.push(b'\n');
    push_line(&mut text, additional.join(";").as_bytes());
    text.extend_from_slice(
        head.plain_header("x-oss-content-sha256").unwrap_or("UNSIGNED-PAYLOAD").as_bytes(),
    );
    text
}

fn push_line(text: &mut Vec<u8>, line: &[u8]) {
    text.extend_from_slice(line);
    text.push(b'\n');
}

/// `/`, `/bucket/` or `/bucket/key`, decoded.
fn resource(head: &RequestHead) -> Vec<u8> {
    let mut resource = vec![b'/'];
    if let Some(bucket) = &head.address.bucket {
        resource.extend_from_slice(bucket.as_bytes());
        resource.push(b'/');
        resource.extend_from_slice(head.address.key.as_deref().unwrap_or_default());
    }
    resource
}

fn raw_path(head: &RequestHead) -> Vec<u8> {
    percent_encoding::percent_decode_str(&head.path).collect()
}

/// Sorted by the encoded name; the signature itself is left out.
fn canonical_query(head: &RequestHead, empty_values: bool) -> String {
    let encode = |text: &str| percent_encode(text.as_bytes(), NAME).to_string();
    let sent = head.query.pairs().filter(|(name, _)| *name != "x-oss-signature");
    let mut pairs: Vec<(String, String)> = sent
        .map(|(name, value)| {
            let sign = if value.is_empty() && !(empty_values && keeps_sign(name, value)) { "" } else { "=" };
            (encode(name), format!("{sign}{}", encode(value)))
        })
        .collect();
    pairs.sort_unstable();
    pairs.into_iter().map(|(name, rest)| name + &rest).collect::<Vec<_>>().join("&")
}

/// In lower case, sorted, without those that are signed anyway.
fn additional_names(sent: &str) -> Vec<String> {
    let lower = sent.split(';').map(|name| name.trim().to_ascii_lowercase());
    let mut names: Vec<String> = lower.filter(|name| !name.is_empty() && !is_signed_anyway(name)).collect();
    names.sort_unstable();
    names.dedup();
    names
}

fn is_signed_anyway(name: &str) -> bool {
    matches!(name, "content-type" | "content-md5") || name.starts_with("x-oss-")
}

fn signed_headers<'a>(head: &'a RequestHead, additional: &[String]) -> Vec<(&'a str, &'a [u8])> {
    let mut signed: Vec<(&str, &[u8])> = head
        .headers
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_bytes().trim_ascii()))
        .filter(|(name, _)| is_signed_anyway(name) || additional.iter().any(|other| other == name))
        .collect();
    signed.sort_unstable();
    signed
}

fn without_port(host: &[u8]) -> &[u8] {
    match host.iter().rposition(|byte| *byte == b':') {
        Some(colon) if host[colon + 1..].iter().all(u8::is_ascii_digit) => &host[..colon],
        _ => host,
    }
}

/// The text that is signed for a canonical request at a time, worded as sent.
pub fn string_to_sign_v4(time: &str, scope: &Scope<'_>, canonical: &[u8]) -> String {
    format!("OSS4-HMAC-SHA256\n{time}\n{}\n{}", scope.text(), lower_hex(&Sha256::digest(canonical)))
}

/// What is signed with in `scope` by whoever has `secret`.
pub fn signing_key_v4(secret: &str, scope: &Scope<'_>) -> Vec<u8> {
    let first = format!("aliyun_v4{secret}").into_bytes();
    let steps = [scope.date, scope.region, scope.product, TERMINATOR];
    steps.into_iter().fold(first, |key, step| hmac_sha256(&key, step.as_bytes()))
}

/// The signature of `text` under `secret`, in lower-case hex.
pub fn sign_v4(secret: &str, scope: &Scope<'_>, text: &str) -> String {
    lower_hex(&hmac_sha256(&signing_key_v4(secret, scope), text.as_bytes()))
}

fn hmac_sha256(key: &[u8], text: &[u8]) -> Vec<u8> {
    // HMAC takes keys of every length, so that this arm is never taken; an empty signature matches nothing.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else { return Vec::new() };
    mac.update(text);
    mac.finalize().into_bytes().to_vec()
}

fn lower_hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut hex, byte| {
        use std::fmt::Write;
        // Writing to a `String` cannot fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}
