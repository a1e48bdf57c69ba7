//! Elements that a listing repeats a thousand times. What stands between their values is the same in each, so it is
//! laid out once.

use super::writer::{XmlWriter, push_escaped};
use std::slice;

/// Bytes of a value, roughly: a digest has 32, a time 24, a size less.
const TYPICAL_VALUE: usize = 20;

/// The fixed text of one kind of element and its children.
#[derive(Debug)]
pub struct RowLayout {
    /// What comes before each value, and what comes after the last.
    seams: Vec<String>,
}

impl RowLayout {
    pub(super) fn new(depth: usize, name: &str, columns: &[&str]) -> Self {
        let (outer, inner) = ("  ".repeat(depth), "  ".repeat(depth + 1));
        let mut seams = Vec::with_capacity(columns.len() + 1);
        let mut seam = format!("{outer}<{name}>\n");
        for column in columns {
            seams.push(format!("{seam}{inner}<{column}>"));
            seam = format!("</{column}>\n");
        }
        seams.push(format!("{seam}{outer}</{name}>\n"));
        Self { seams }
    }
}

/// Writes one row, a value a column in the order of the layout; columns that got no value stay empty.
#[derive(Debug)]
pub struct Row<'a> {
    text: &'a mut String,
    seams: slice::Iter<'a, String>,
}

impl Row<'_> {
    /// A value that is text, as [`XmlWriter::text`].
    pub fn text(&mut self, value: &str) -> &mut Self {
        self.seam();
        push_escaped(self.text, value);
        self
    }

    /// Text between double quotes.
    pub fn quoted(&mut self, value: &str) -> &mut Self {
        self.seam();
        self.text.push('"');
        push_escaped(self.text, value);
        self.text.push('"');
        self
    }

    /// A value that is a number.
    pub fn number(&mut self, value: impl Into<u64>) -> &mut Self {
        self.seam();
        self.text.push_str(itoa::Buffer::new().format(value.into()));
        self
    }

    fn seam(&mut self) {
        if let Some(seam) = self.seams.next() {
            self.text.push_str(seam);
        }
    }
}

impl Drop for Row<'_> {
    fn drop(&mut self) {
        self.seams.by_ref().for_each(|seam| self.text.push_str(seam));
    }
}

impl XmlWriter {
    /// Lays out an element that holds only values, for the place that the writer has come to, and makes room for so
    /// many of them.
    pub fn layout(&mut self, name: &'static str, columns: &[&'static str], count: usize) -> RowLayout {
        let layout = RowLayout::new(self.depth(), name, columns);
        let fixed: usize = layout.seams.iter().map(String::len).sum();
        self.raw().reserve(count * (fixed + columns.len() * TYPICAL_VALUE));
        layout
    }

    /// One element of that layout.
    pub fn row<'a>(&'a mut self, layout: &'a RowLayout) -> Row<'a> {
        Row { text: self.raw(), seams: layout.seams.iter() }
    }
}
