//! Headers of answers, read with the difference between absent and malformed kept.

use std::time::Duration;

use http::HeaderMap;
use jiff::Timestamp;
use thiserror::Error;

use crate::machine::ETag;

/// CRC-64 of a part or an object, as an unsigned decimal.
pub const CRC64: &str = "x-oss-hash-crc64ecma";

/// Id of the request.
pub const REQUEST_ID: &str = "x-oss-request-id";

/// A header that holds what it must not hold.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("header {name} holds {text:?}")]
pub struct HeaderError {
    /// Name of the header.
    pub name: &'static str,
    /// Its value.
    pub text: String,
}

/// The text of a header; nothing when it is absent or empty.
pub fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let text = headers.get(name)?.to_str().ok()?.trim();
    (!text.is_empty()).then_some(text)
}

/// The entity tag.
pub fn etag(headers: &HeaderMap) -> Option<ETag> {
    text(headers, "etag").map(ETag::new)
}

/// The CRC-64.
pub fn crc64(headers: &HeaderMap) -> Result<Option<u64>, HeaderError> {
    let Some(text) = text(headers, CRC64) else { return Ok(None) };
    text.parse().map(Some).map_err(|_| HeaderError { name: CRC64, text: text.to_owned() })
}

/// The id of the request.
pub fn request_id(headers: &HeaderMap) -> Option<String> {
    text(headers, REQUEST_ID).map(str::to_owned)
}

/// How long the server asks to wait: `Retry-After` as seconds, or as a date relative to `now`.
pub fn retry_after(headers: &HeaderMap, now: Timestamp) -> Option<Duration> {
    let text = text(headers, "retry-after")?;
    if let Ok(seconds) = text.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let due = http_date(text)?;
    Duration::try_from(due.duration_since(now)).ok()
}

/// The server's time.
pub fn date(headers: &HeaderMap) -> Option<Timestamp> {
    text(headers, "date").and_then(http_date)
}

/// Reads a date as HTTP writes it.
pub fn http_date(text: &str) -> Option<Timestamp> {
    Timestamp::try_from(httpdate::parse_http_date(text).ok()?).ok()
}
