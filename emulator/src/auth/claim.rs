//! Reads how a request is signed, in every spelling that the SDKs use. Proves nothing.

use super::{
    Scope,
    refusal::{
        Place, incomplete_url, malformed, no_expires, signed_twice, v4_credential, v4_payload, v4_region,
    },
};
use crate::{error::OssError, http::RequestHead};

const V4: &str = "OSS4-HMAC-SHA256";
const UNSIGNED_PAYLOAD: &str = "UNSIGNED-PAYLOAD";

/// A signature and who is said to have made it.
#[derive(Debug)]
pub(super) struct Claim<'a> {
    pub(super) access_key: &'a str,
    pub(super) signature: &'a str,
    pub(super) scheme: Scheme<'a>,
}

/// How the signature was made.
#[derive(Debug)]
pub(super) enum Scheme<'a> {
    /// `Authorization: OSS id:signature`
    V1Header,
    /// `?OSSAccessKeyId=&Expires=&Signature=`
    V1Url { expires: &'a str },
    /// `Authorization: OSS4-HMAC-SHA256 ...`
    V4Header { scope: Scope<'a>, additional: &'a str },
    /// `?x-oss-signature-version=OSS4-HMAC-SHA256&...`; `expires` in seconds from the date.
    V4Url { scope: Scope<'a>, additional: &'a str, expires: &'a str },
}

impl Scheme<'_> {
    pub(super) fn place(&self) -> Place {
        match self {
            Self::V1Header | Self::V4Header { .. } => Place::Header,
            Self::V1Url { .. } | Self::V4Url { .. } => Place::Query,
        }
    }
}

/// The signature of a request; `None` when it has none at all. `region` is the only one that a scope may name.
pub(super) fn read_claim<'a>(
    head: &'a RequestHead,
    region: Option<&str>,
) -> Result<Option<Claim<'a>>, OssError> {
    let v4_url = ["x-oss-signature-version", "x-oss-signature", "x-oss-credential"];
    let has = |names: &[&str]| names.iter().any(|name| head.query.has(name));
    let in_query = has(&v4_url) || has(&["Signature", "OSSAccessKeyId"]);
    let claim = match head.headers.get(http::header::AUTHORIZATION) {
        Some(_) if in_query => return Err(signed_twice()),
        Some(value) => in_header(head, value.to_str().map_err(|_| malformed(head))?)?,
        None if head.query.has("AWSAccessKeyId") || head.query.has("X-Amz-Signature") => {
            return Err(OssError::unsupported("A signature in the manner of Amazon S3"));
        }
        None if has(&v4_url) => v4_in_url(head)?,
        None if in_query => v1_in_url(head)?,
        None => return Ok(None),
    };
    if let (Scheme::V4Header { scope, .. } | Scheme::V4Url { scope, .. }, Some(region)) =
        (&claim.scheme, region)
        && scope.product == "oss"
        && scope.region != region
    {
        return Err(v4_region(claim.scheme.place(), scope.region));
    }
    Ok(Some(claim))
}

fn in_header<'a>(head: &'a RequestHead, text: &'a str) -> Result<Claim<'a>, OssError> {
    let (scheme, rest) = text.trim().split_once(' ').ok_or_else(|| malformed(head))?;
    match scheme {
        "OSS" => match rest.trim().rsplit_once(':') {
            Some((access_key, signature)) if !access_key.is_empty() && !signature.is_empty() => {
                Ok(Claim { access_key, signature, scheme: Scheme::V1Header })
            }
            _ => Err(malformed(head)),
        },
        V4 => v4_in_header(head, rest),
        "OSS2" => Err(OssError::unsupported("Signature version 2")),
        _ if scheme.starts_with("AWS") => {
            Err(OssError::unsupported("A signature in the manner of Amazon S3"))
        }
        _ => Err(malformed(head)),
    }
}

/// Three parts in any order, parted by commas with or without spaces: oss2 writes `Credential=, Signature=,
/// AdditionalHeaders=`, the other SDKs `Credential=,AdditionalHeaders=,Signature=`.
fn v4_in_header<'a>(head: &'a RequestHead, text: &'a str) -> Result<Claim<'a>, OssError> {
    let (mut credential, mut additional, mut signature) = (None, "", None);
    for part in text.split(',') {
        match part.trim().split_once('=') {
            Some(("Credential", value)) => credential = Some(value.trim()),
            Some(("AdditionalHeaders", value)) => additional = value.trim(),
            Some(("Signature", value)) => signature = Some(value.trim()),
            _ => return Err(malformed(head)),
        }
    }
    let credential = credential.unwrap_or_default();
    let (access_key, scope) =
        Scope::read(credential).ok_or_else(|| v4_credential(Place::Header, credential))?;
    let signature = signature.filter(|signature| !signature.is_empty()).ok_or_else(|| malformed(head))?;
    // OSS documentation, "V4 signature": the only legal value; the content is not checked against another.
    match head.plain_header("x-oss-content-sha256") {
        None | Some(UNSIGNED_PAYLOAD) => {}
        Some(other) => return Err(v4_payload(other)),
    }
    Ok(Claim { access_key, signature, scheme: Scheme::V4Header { scope, additional } })
}

fn v4_in_url(head: &RequestHead) -> Result<Claim<'_>, OssError> {
    let value = |name| head.query.value(name).unwrap_or_default();
    match value("x-oss-signature-version") {
        V4 => {}
        "OSS2" => return Err(OssError::unsupported("Signature version 2")),
        other => {
            return Err(OssError::invalid_argument("x-oss-signature-version", other)
                .message("The signature version of the query string is not OSS4-HMAC-SHA256."));
        }
    }
    let credential = value("x-oss-credential");
    let (access_key, scope) =
        Scope::read(credential).ok_or_else(|| v4_credential(Place::Query, credential))?;
    let expires = head.query.value("x-oss-expires").ok_or_else(no_expires)?;
    let signature = head.query.value("x-oss-signature").ok_or_else(|| {
        OssError::invalid_argument("x-oss-signature", "").message("The query string lacks x-oss-signature.")
    })?;
    let additional = value("x-oss-additional-headers");
    Ok(Claim { access_key, signature, scheme: Scheme::V4Url { scope, additional, expires } })
}

fn v1_in_url(head: &RequestHead) -> Result<Claim<'_>, OssError> {
    let value = |name| head.query.value(name).ok_or_else(incomplete_url);
    let (access_key, expires, signature) = (value("OSSAccessKeyId")?, value("Expires")?, value("Signature")?);
    Ok(Claim { access_key, signature, scheme: Scheme::V1Url { expires } })
}

/// The key that a request names, however it is signed and whether or not that can be read: for the journal.
pub fn claimed_key(head: &RequestHead) -> Option<String> {
    let in_header = head.plain_header("authorization").and_then(|text| {
        let (scheme, rest) = text.split_once(' ')?;
        if scheme == "OSS" {
            return rest.trim().rsplit_once(':').map(|(id, _)| id);
        }
        let after = rest.split_once("Credential=").or_else(|| rest.split_once("AccessKeyId:"))?.1;
        after.split(['/', ',']).next()
    });
    let scoped = || head.query.value("x-oss-credential").and_then(|scope| scope.split('/').next());
    let claimed = in_header.or_else(|| head.query.value("OSSAccessKeyId")).or_else(scoped);
    claimed.filter(|id| !id.is_empty()).map(str::to_owned)
}
