//! The query of a request: decoded names and values in the order sent.

use percent_encoding::percent_decode_str;

/// A query. `+` means a space, because oss2 sends form-encoded queries and every SDK encodes a literal plus.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query {
    raw: String,
    pairs: Vec<(String, String)>,
}

impl Query {
    /// Reads the text after `?`.
    pub fn parse(raw: &str) -> Self {
        let pairs = raw
            .split('&')
            .filter(|pair| !pair.is_empty())
            .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
            .map(|(name, value)| (decode(name), decode(value)))
            .collect();
        Self { raw: raw.to_owned(), pairs }
    }

    /// The text as sent.
    pub fn raw(&self) -> &str {
        &self.raw
    }

    /// Names and values in the order sent; a parameter without `=` has an empty value.
    pub fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.pairs.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// Whether the parameter is there at all, with or without a value.
    pub fn has(&self, name: &str) -> bool {
        self.pairs.iter().any(|(sent, _)| sent == name)
    }

    /// The first value of the parameter. An empty value equals none: oss2 sends `part-number-marker=` for
    /// "from the start".
    pub fn value(&self, name: &str) -> Option<&str> {
        self.pairs
            .iter()
            .find(|(sent, _)| sent == name)
            .map(|(_, value)| value.as_str())
            .filter(|value| !value.is_empty())
    }
}

fn decode(text: &str) -> String {
    let spaced = text.replace('+', " ");
    percent_decode_str(&spaced).decode_utf8_lossy().into_owned()
}
