//! Percent-encoding as OSS writes it with `encoding-type=url`, and keys inside URLs.

use crate::xml::is_legal_char;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// Only unreserved characters stay. A space becomes `%20` and a slash `%2F`: the one form that every SDK
/// decodes alike (Python's `unquote` keeps a plus, Go's `QueryUnescape` does not).
const UNRESERVED_KEPT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Encodes a name for a document that was asked for with `encoding-type=url`.
pub fn percent_encode(text: &str) -> String {
    utf8_percent_encode(text, UNRESERVED_KEPT).to_string()
}

/// A key inside the `Location` of a document: as it is, but for characters that no XML document can carry.
pub fn key_in_url(key: &str) -> String {
    key.chars().fold(String::with_capacity(key.len()), |mut url, c| {
        if is_legal_char(c) {
            url.push(c);
        } else {
            url.push_str(&percent_encode(c.encode_utf8(&mut [0; 4])));
        }
        url
    })
}
