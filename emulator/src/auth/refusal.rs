//! The wording of every refusal of authentication. EC numbers are those of OSS's documentation.

use crate::{
    domain::{limits::MAX_SKEW_SECONDS, time::iso8601},
    error::{Code, OssError},
    http::RequestHead,
};
use jiff::Timestamp;

/// Where a signature stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    Header,
    Query,
}

/// A form that cannot be read. The value repeats only its scheme: the rest may hold a signature.
pub(super) fn malformed(head: &RequestHead) -> OssError {
    let sent = head.plain_header("authorization").unwrap_or_default();
    OssError::invalid_argument("Authorization", sent.split(' ').next().unwrap_or_default())
        .message("Authorization header is invalid.")
}

pub(super) fn signed_twice() -> OssError {
    OssError::new(Code::InvalidArgument)
        .message("Only one signature is allowed: in the Authorization header or in the query.")
}

pub(super) fn no_date() -> OssError {
    OssError::new(Code::AccessDenied).message("OSS authentication requires a valid Date.").ec("0002-00000502")
}

pub(super) fn incomplete_url() -> OssError {
    denied("Query string authentication requires the Signature, Expires and OSSAccessKeyId parameters.", None)
}

pub(super) fn expires_no_number() -> OssError {
    denied("Invalid date (should be seconds since epoch).", None)
}

/// The EC is that of the documentation's page "URL signature has expired".
pub(super) fn url_expired(expires: Timestamp, now: Timestamp) -> OssError {
    denied("Request has expired.", Some("0002-00000069"))
        .with("Expires", iso8601(expires))
        .with("ServerTime", iso8601(now))
}

fn denied(message: &'static str, ec: Option<&'static str>) -> OssError {
    let mut error = OssError::new(Code::AccessDenied).message(message);
    // The code's usual number is the one of access control, which has not been asked yet.
    error.ec = ec.map(Into::into);
    error
}

pub(super) fn skewed(sent: Timestamp, now: Timestamp) -> OssError {
    OssError::new(Code::RequestTimeTooSkewed)
        .with("MaxAllowedSkewMilliseconds", (MAX_SKEW_SECONDS * 1000).to_string())
        .with("RequestTime", iso8601(sent))
        .with("ServerTime", iso8601(now))
}

pub(super) fn v4_date(place: Place, sent: &str) -> OssError {
    match place {
        Place::Header => OssError::invalid_argument("x-oss-date", sent)
            .message("Invalid signing date in Authorization header.")
            .ec("0002-00000212"),
        Place::Query => OssError::invalid_argument("x-oss-date", sent)
            .message("Invalid signing date in the query string."),
    }
}

pub(super) fn v4_credential(place: Place, sent: &str) -> OssError {
    match place {
        Place::Header => OssError::invalid_argument("Credential", sent)
            .message("Invalid credential in Authorization header.")
            .ec("0002-00000213"),
        Place::Query => OssError::invalid_argument("x-oss-credential", sent)
            .message("Invalid credential in the query string.")
            .ec("0002-00000223"),
    }
}

pub(super) fn v4_region(place: Place, sent: &str) -> OssError {
    let message = match place {
        Place::Header => "Invalid signing region in Authorization header.",
        Place::Query => "Invalid signing region in the query string.",
    };
    OssError::invalid_argument("Credential", sent).message(message).ec("0002-00000226")
}

pub(super) fn v4_payload(sent: &str) -> OssError {
    OssError::invalid_argument("x-oss-content-sha256", sent)
        .message("The only value of x-oss-content-sha256 is UNSIGNED-PAYLOAD.")
}

pub(super) fn no_expires() -> OssError {
    OssError::invalid_argument("x-oss-expires", "")
        .message("The query string lacks x-oss-expires.")
        .ec("0002-00000215")
}

pub(super) fn bad_expires(sent: &str) -> OssError {
    OssError::invalid_argument("x-oss-expires", sent)
        .message("x-oss-expires must be a number of seconds from 1 to 604800.")
}

pub(super) fn unknown_key(id: &str) -> OssError {
    OssError::new(Code::InvalidAccessKeyId).with("OSSAccessKeyId", id)
}

/// A signature that is not the right one, with what should have been signed.
pub(super) struct Mismatch<'a> {
    pub(super) access_key: &'a str,
    pub(super) signature: &'a str,
    pub(super) text: &'a [u8],
    /// Of version 4; our choice to show it, because its hash in the text helps nobody.
    pub(super) canonical: Option<&'a [u8]>,
}

impl Mismatch<'_> {
    pub(super) fn error(&self) -> OssError {
        let bytes = self.text.iter().fold(String::with_capacity(self.text.len() * 3), |mut hex, byte| {
            use std::fmt::Write;
            // Writing to a `String` cannot fail.
            let _ = write!(hex, "{byte:02X} ");
            hex
        });
        let error = OssError::new(Code::SignatureDoesNotMatch)
            .with("OSSAccessKeyId", self.access_key)
            .with("SignatureProvided", self.signature)
            .with("StringToSign", String::from_utf8_lossy(self.text))
            .with("StringToSignBytes", bytes);
        match self.canonical {
            Some(request) => {
                error.with("CanonicalRequest", String::from_utf8_lossy(request)).ec("0002-00000201")
            }
            None => error,
        }
    }
}
