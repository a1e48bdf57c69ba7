//! Writes documents exactly as OSS lays them out: declaration, two spaces a level, LF line ends, no
//! namespace. Byte counts of recorded answers agree (oss2's `tests/test_mock_multipart.py`).

use std::{fmt, fmt::Write, mem};

const DECLARATION: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";

/// Writes one document from its root down.
#[derive(Debug)]
pub struct XmlWriter {
    text: String,
    open: Vec<&'static str>,
    /// Kept, so that a number costs no allocation.
    scratch: String,
}

impl XmlWriter {
    /// Starts a document.
    pub fn new(root: &'static str) -> Self {
        let mut writer = Self { text: String::from(DECLARATION), open: Vec::new(), scratch: String::new() };
        writer.open(root);
        writer
    }

    /// A document that is one element with text.
    pub fn leaf(root: &'static str, text: &str) -> String {
        let mut writer = Self { text: String::from(DECLARATION), open: Vec::new(), scratch: String::new() };
        writer.text(root, text);
        writer.text
    }

    /// Opens an element that holds others.
    pub fn open(&mut self, name: &'static str) -> &mut Self {
        self.begin(name);
        self.text.push('\n');
        self.open.push(name);
        self
    }

    /// Closes the element that was opened last.
    pub fn close(&mut self) -> &mut Self {
        if let Some(name) = self.open.pop() {
            self.indent();
            self.end(name);
        }
        self
    }

    /// An element with text. Characters that XML 1.0 cannot carry become U+FFFD: callers for whom that would be
    /// a lie check [`is_legal_char`] first.
    pub fn text(&mut self, name: &'static str, value: impl AsRef<str>) -> &mut Self {
        self.begin(name);
        push_escaped(&mut self.text, value.as_ref());
        self.end(name);
        self
    }

    /// An element with the text of a number, a flag or their like.
    pub fn value(&mut self, name: &'static str, value: impl fmt::Display) -> &mut Self {
        let mut text = mem::take(&mut self.scratch);
        text.clear();
        // Writing to a `String` cannot fail.
        let _ = write!(text, "{value}");
        self.text(name, &text);
        self.scratch = text;
        self
    }

    /// Closes what is open and returns the document.
    pub fn finish(mut self) -> String {
        while !self.open.is_empty() {
            self.close();
        }
        self.text
    }

    /// How many elements are open.
    pub(super) fn depth(&self) -> usize {
        self.open.len()
    }

    /// The document so far, for layouts of [`rows`](super::rows).
    pub(super) fn raw(&mut self) -> &mut String {
        &mut self.text
    }

    fn begin(&mut self, name: &str) {
        self.indent();
        self.text.push('<');
        self.text.push_str(name);
        self.text.push('>');
    }

    fn end(&mut self, name: &str) {
        self.text.push_str("</");
        self.text.push_str(name);
        self.text.push_str(">\n");
    }

    fn indent(&mut self) {
        for _ in &self.open {
            self.text.push_str("  ");
        }
    }
}

pub(super) fn push_escaped(text: &mut String, value: &str) {
    // Nearly all text is plain, and listings have thousands of elements. Looking at every byte is faster than stopping
    // at the first odd one: the compiler makes vectors of it.
    let odd = |byte| !matches!(byte, b' '..=b'~') | matches!(byte, b'&' | b'<' | b'>');
    if !value.bytes().fold(false, |any, byte| any | odd(byte)) {
        text.push_str(value);
        return;
    }
    for c in value.chars() {
        match c {
            '&' => text.push_str("&amp;"),
            '<' => text.push_str("&lt;"),
            '>' => text.push_str("&gt;"),
            // A reader turns a literal carriage return into a line feed.
            '\r' => text.push_str("&#13;"),
            c if is_legal_char(c) => text.push(c),
            _ => text.push(char::REPLACEMENT_CHARACTER),
        }
    }
}

/// Whether XML 1.0 can carry this character at all, in whatever spelling.
pub fn is_legal_char(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | ' '..='\u{FFFD}' | '\u{10000}'..)
        && !matches!(c, '\u{FFFE}' | '\u{FFFF}')
}
