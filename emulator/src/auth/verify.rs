//! Judges the signature of a request. Order of checks: form, date, key, signature.

use super::{
    AuthMode, AuthSettings, Identity,
    v1::{canonical_resource, raw_path_resource, string_to_sign},
};
use crate::{
    domain::{
        limits::MAX_SKEW_SECONDS,
        time::{iso8601, parse_http_date, whole_second},
    },
    error::{Code, OssError},
    http::RequestHead,
};
use base64::{Engine, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use sha1::Sha1;

/// How a request is signed, by its looks.
enum Claim<'a> {
    Anonymous,
    V1 { access_key: &'a str, signature: &'a str },
    Malformed,
    Unsupported(&'static str),
    Twice,
}

/// Finds out who sent the request, and with [`AuthMode::Enforce`] whether the signature proves it. `now` is
/// the server's time.
pub fn authenticate(
    head: &RequestHead,
    settings: &AuthSettings,
    now: Timestamp,
) -> Result<Identity, OssError> {
    let claim = read_claim(head);
    if settings.mode == AuthMode::Off {
        return Ok(Identity { access_key: claimed_key(head, &claim) });
    }
    match claim {
        Claim::Anonymous => Err(OssError::new(Code::AccessDenied)
            .message("Anonymous access is forbidden for this operation.")
            .ec("0003-00000001")),
        Claim::Twice => Err(OssError::new(Code::InvalidArgument)
            .message("Only one signature is allowed: in the Authorization header or in the query.")),
        Claim::Malformed => Err(malformed(head)),
        Claim::Unsupported(what) => Err(OssError::unsupported(what)),
        Claim::V1 { access_key, signature } => {
            let date = checked_date(head, now)?;
            let secret = settings
                .secret(access_key)
                .ok_or_else(|| OssError::new(Code::InvalidAccessKeyId).with("OSSAccessKeyId", access_key))?;
            verify_v1(head, secret, date, access_key, signature)?;
            Ok(Identity { access_key: Some(access_key.to_owned()) })
        }
    }
}

fn read_claim(head: &RequestHead) -> Claim<'_> {
    let in_query = ["Signature", "OSSAccessKeyId", "x-oss-signature"].iter().any(|name| head.query.has(name));
    let Some(value) = head.headers.get(http::header::AUTHORIZATION) else {
        return if in_query {
            Claim::Unsupported("A signature in the query of the URL")
        } else {
            Claim::Anonymous
        };
    };
    if in_query {
        return Claim::Twice;
    }
    let Ok(text) = value.to_str() else { return Claim::Malformed };
    match text.split_once(' ') {
        Some(("OSS", credential)) => match credential.trim().rsplit_once(':') {
            Some((access_key, signature)) if !access_key.is_empty() && !signature.is_empty() => {
                Claim::V1 { access_key, signature }
            }
            _ => Claim::Malformed,
        },
        Some(("OSS4-HMAC-SHA256", _)) => Claim::Unsupported("Signature version 4"),
        Some(("OSS2", _)) => Claim::Unsupported("Signature version 2"),
        _ => Claim::Malformed,
    }
}

fn malformed(head: &RequestHead) -> OssError {
    let sent =
        head.headers.get(http::header::AUTHORIZATION).map(http::HeaderValue::as_bytes).unwrap_or_default();
    OssError::invalid_argument("Authorization", String::from_utf8_lossy(sent))
        .message("Authorization header is invalid.")
}

/// The key that a request names, for the journal: nothing is proven.
fn claimed_key(head: &RequestHead, claim: &Claim<'_>) -> Option<String> {
    match claim {
        Claim::V1 { access_key, .. } => Some((*access_key).to_owned()),
        Claim::Unsupported(_) | Claim::Twice => {
            let in_header = head.plain_header("authorization").and_then(|text| {
                let after = text.split_once("Credential=").or_else(|| text.split_once("AccessKeyId:"))?.1;
                after.split(['/', ',']).next()
            });
            let in_query = || head.query.value("OSSAccessKeyId");
            let scoped = || head.query.value("x-oss-credential").and_then(|scope| scope.split('/').next());
            in_header.or_else(in_query).or_else(scoped).map(str::to_owned)
        }
        Claim::Anonymous | Claim::Malformed => None,
    }
}

/// The text of the date line, whose time is near enough to `now`. `x-oss-date` comes before `Date`, as the
/// SDKs for Python and Node sign it.
fn checked_date(head: &RequestHead, now: Timestamp) -> Result<&str, OssError> {
    let missing = || {
        OssError::new(Code::AccessDenied)
            .message("OSS authentication requires a valid Date.")
            .ec("0002-00000502")
    };
    let date = head.plain_header("x-oss-date").or_else(|| head.plain_header("date")).ok_or_else(missing)?;
    let sent = parse_http_date(date).ok_or_else(missing)?;
    if (whole_second(now) - whole_second(sent)).abs() <= MAX_SKEW_SECONDS {
        return Ok(date);
    }
    Err(OssError::new(Code::RequestTimeTooSkewed)
        .with("MaxAllowedSkewMilliseconds", (MAX_SKEW_SECONDS * 1000).to_string())
        .with("RequestTime", iso8601(sent))
        .with("ServerTime", iso8601(now)))
}

fn verify_v1(
    head: &RequestHead,
    secret: &str,
    date: &str,
    access_key: &str,
    signature: &str,
) -> Result<(), OssError> {
    let text = string_to_sign(head, date, &canonical_resource(head));
    if proves(secret, &text, signature) {
        return Ok(());
    }
    let raw = raw_path_resource(head).map(|resource| string_to_sign(head, date, &resource));
    if raw.is_some_and(|text| proves(secret, &text, signature)) {
        return Ok(());
    }
    let bytes = text.iter().fold(String::with_capacity(text.len() * 3), |mut hex, byte| {
        use std::fmt::Write;
        // Writing to a `String` cannot fail.
        let _ = write!(hex, "{byte:02X} ");
        hex
    });
    Err(OssError::new(Code::SignatureDoesNotMatch)
        .with("OSSAccessKeyId", access_key)
        .with("SignatureProvided", signature)
        .with("StringToSign", String::from_utf8_lossy(&text))
        .with("StringToSignBytes", bytes))
}

/// Compares in constant time.
fn proves(secret: &str, text: &[u8], signature: &str) -> bool {
    let Ok(given) = STANDARD.decode(signature) else { return false };
    let Ok(mut mac) = Hmac::<Sha1>::new_from_slice(secret.as_bytes()) else { return false };
    mac.update(text);
    mac.verify_slice(&given).is_ok()
}
