//! Percent-encoding of keys and query values, and the reverse for lists that were asked for with `encoding-type=url`.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

/// Everything but unreserved characters (RFC 3986, section 2.3).
const VALUE: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// A key keeps its slashes.
const KEY: &AsciiSet = &VALUE.remove(b'/');

/// Encodes a key for the path of a URL.
///
/// A dot segment (`..`) inside a key would be folded by URL parsers, so the slashes around dots are encoded then.
pub fn key(key: &str) -> String {
    if key.split('/').any(|segment| matches!(segment, "." | "..")) {
        // Parsers fold `%2e%2e` as well; only an encoded slash keeps a dot segment from being one.
        return utf8_percent_encode(key, VALUE).to_string();
    }
    utf8_percent_encode(key, KEY).to_string()
}

/// Encodes a name or value of a query.
pub fn query(text: &str) -> String {
    utf8_percent_encode(text, VALUE).to_string()
}

/// Decodes a text from a list; bytes that are no UTF-8 become replacement characters.
pub fn decode(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}
