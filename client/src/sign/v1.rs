//! Signature version 1 in the `Authorization` header.
//!
//! Source: OSS documentation, "Add a signature to the header"; the list of signed parameters is the union of the Java
//! (`SignParameters.java`) and Go (`oss/conn.go`) SDKs, cut down to what this client sends.

use base64::{Engine, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use http::{HeaderMap, Method};
use sha1::Sha1;

/// Query parameters that are part of the signed resource, besides everything that starts with `x-oss-`.
const SIGNED_PARAMETERS: &[&str] = &[
    "acl",
    "callback",
    "callback-var",
    "continuation-token",
    "objectMeta",
    "partNumber",
    "resourceGroup",
    "security-token",
    "sequential",
    "uploadId",
    "uploads",
    "versionId",
];

/// A request as the signature sees it.
#[derive(Debug, Clone, Copy)]
pub struct Signable<'a> {
    /// HTTP method.
    pub method: &'a Method,
    /// Headers as sent, including `Date`.
    pub headers: &'a HeaderMap,
    /// Bucket, whatever the addressing.
    pub bucket: Option<&'a str>,
    /// Key, not encoded.
    pub key: Option<&'a str>,
    /// Query parameters, not encoded; an empty value is the same as none.
    pub query: &'a [(&'a str, String)],
}

/// The text that is signed.
pub fn string_to_sign(request: &Signable<'_>) -> String {
    let header = |name: &str| header_text(request.headers, name);
    // A request that carries x-oss-date and no Date is signed over the former (Go SDK v2, `signer/v1.go`).
    let date = if request.headers.contains_key("x-oss-date") { header("x-oss-date") } else { header("date") };
    let mut oss_headers: Vec<(&str, String)> = request
        .headers
        .keys()
        .map(http::HeaderName::as_str)
        .filter(|name| name.starts_with("x-oss-"))
        .map(|name| (name, header(name)))
        .collect();
    oss_headers.sort_unstable();
    let mut text =
        format!("{}\n{}\n{}\n{date}\n", request.method, header("content-md5"), header("content-type"));
    for (name, value) in oss_headers {
        text.extend([name, ":", &value, "\n"]);
    }
    text.push_str(&resource(request));
    text
}

/// The value of the `Authorization` header.
pub fn authorization(id: &str, secret: &str, request: &Signable<'_>) -> String {
    format!("OSS {id}:{}", signature(secret, &string_to_sign(request)))
}

fn signature(secret: &str, text: &str) -> String {
    let mac = Hmac::<Sha1>::new_from_slice(secret.as_bytes());
    // HMAC takes keys of any length, so the error branch is never taken; an empty signature would simply be refused.
    mac.map(|mut mac| {
        mac.update(text.as_bytes());
        STANDARD.encode(mac.finalize().into_bytes())
    })
    .unwrap_or_default()
}

fn header_text(headers: &HeaderMap, name: &str) -> String {
    let value = headers.get(name).map(http::HeaderValue::as_bytes).unwrap_or_default();
    String::from_utf8_lossy(value).trim().to_owned()
}

fn resource(request: &Signable<'_>) -> String {
    let mut text = match (request.bucket, request.key) {
        (Some(bucket), Some(key)) => format!("/{bucket}/{key}"),
        (Some(bucket), None) => format!("/{bucket}/"),
        (None, _) => "/".to_owned(),
    };
    let signed = |name: &str| SIGNED_PARAMETERS.contains(&name) || name.starts_with("x-oss-");
    let mut parameters: Vec<&(&str, String)> =
        request.query.iter().filter(|(name, _)| signed(name)).collect();
    parameters.sort_unstable();
    for (at, (name, value)) in parameters.into_iter().enumerate() {
        text.push(if at == 0 { '?' } else { '&' });
        text.push_str(name);
        if !value.is_empty() {
            text.push('=');
            text.push_str(value);
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_is_signed_as_it_is_and_values_of_parameters_are_not_encoded() {
        let query =
            [("uploadId", "A/B+C".to_owned()), ("partNumber", "7".to_owned()), ("max-parts", "9".to_owned())];
        let (method, headers) = (Method::PUT, HeaderMap::new());
        let key = Some("a b/\u{e9}+%");
        let signable = Signable { method: &method, headers: &headers, bucket: Some("b"), key, query: &query };
        assert!(string_to_sign(&signable).ends_with("\n/b/a b/\u{e9}+%?partNumber=7&uploadId=A/B+C"));
    }
}
