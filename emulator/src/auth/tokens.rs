//! Whether a security token belongs to the key that it came with. OSS documentation: "Use temporary access credentials".

use super::{
    AuthSettings, Key,
    claim::{Claim, Scheme},
    refusal::{Place, unknown_key},
};
use crate::{
    error::{Code, OssError},
    http::RequestHead,
};
use jiff::Timestamp;

const HEADER: &str = "x-oss-security-token";

/// Checks the token of a request, or that none is missing, against the key that signed.
pub(super) fn check(
    head: &RequestHead,
    claim: &Claim<'_>,
    key: &Key,
    settings: &AuthSettings,
    now: Timestamp,
) -> Result<(), OssError> {
    let Some(token) = sent_token(head, &claim.scheme)? else {
        // A temporary key means nothing without its token.
        return if key.is_temporary() { Err(unknown_key(claim.access_key)) } else { Ok(()) };
    };
    if !key.has_token(token) {
        let of_another = settings.keys.values().any(|other| other.has_token(token));
        return Err(OssError::new(if of_another {
            Code::AccessKeyIdAndSecurityTokenNotMatch
        } else {
            Code::InvalidSecurityToken
        }));
    }
    match key.expires() {
        Some(end) if now >= end => Err(OssError::new(Code::SecurityTokenExpired)),
        _ => Ok(()),
    }
}

fn sent_token<'a>(head: &'a RequestHead, scheme: &Scheme<'_>) -> Result<Option<&'a str>, OssError> {
    let header = |name| head.plain_header(name).filter(|token| !token.is_empty());
    let in_header = header(HEADER).or_else(|| match scheme {
        // Only so does alibabacloud-oss-python-sdk-v2 send it with version 1 (`signer/v1.py`).
        Scheme::V1Header => header("security-token"),
        _ => None,
    });
    let in_query = match scheme {
        Scheme::V1Header | Scheme::V4Header { .. } => None,
        Scheme::V1Url { .. } => head.query.value("security-token"),
        Scheme::V4Url { .. } => head.query.value(HEADER),
    };
    if scheme.place() == Place::Query && in_query.is_none() && in_header.is_some() {
        return Err(OssError::new(Code::InvalidRequest)
            .message("Security-token must be provided by query string parameter."));
    }
    Ok(if scheme.place() == Place::Query { in_query } else { in_header })
}
