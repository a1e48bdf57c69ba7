//! Reading XML answers into a small tree: root checked, text joined over entities, no document types, bounded depth.

use quick_xml::{escape::resolve_predefined_entity, events::BytesRef, events::Event, reader::Reader};
use thiserror::Error;

/// Answers of OSS nest three deep; anything deeper than this is refused (our choice).
const MAX_DEPTH: usize = 16;

/// Why an answer's body is not the document that was expected, as a fragment of a sentence.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum XmlError {
    /// The body is empty.
    #[error("the body is empty")]
    Empty,
    /// The body is not well-formed XML in UTF-8, or uses what no answer of OSS uses.
    #[error("the body is not well-formed XML: {0}")]
    Malformed(String),
    /// The document is another one.
    #[error("the body is <{found}>, not <{expected}>")]
    Root {
        /// The element that was expected.
        expected: &'static str,
        /// The element that was found.
        found: String,
    },
    /// An element is missing.
    #[error("<{0}> is missing")]
    Missing(&'static str),
    /// An element's text cannot be read as what it should be.
    #[error("<{name}> holds {text:?}")]
    Value {
        /// The element.
        name: &'static str,
        /// Its text.
        text: String,
    },
}

/// An element: its local name, its own text, its children.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Element {
    /// Name without prefix.
    pub name: String,
    /// Text directly inside, entities resolved.
    pub text: String,
    /// Child elements in order.
    pub children: Vec<Element>,
}

impl Element {
    /// Reads a whole document, whatever its root.
    pub fn parse(body: &[u8]) -> Result<Self, XmlError> {
        let malformed = |error: &dyn std::fmt::Display| XmlError::Malformed(error.to_string());
        let text = std::str::from_utf8(body).map_err(|error| malformed(&error))?;
        let text = text.trim_start_matches('\u{feff}');
        if text.trim().is_empty() {
            return Err(XmlError::Empty);
        }
        let mut reader = Reader::from_str(text);
        let mut open: Vec<Element> = Vec::new();
        let mut root: Option<Element> = None;
        loop {
            let event = reader.read_event().map_err(|error| malformed(&error))?;
            let closed = match event {
                Event::Start(start) => {
                    begin(&mut open, root.as_ref(), start.local_name().into_inner())?;
                    None
                }
                Event::Empty(start) => {
                    begin(&mut open, root.as_ref(), start.local_name().into_inner())?;
                    open.pop()
                }
                Event::End(_) => open.pop(),
                Event::Text(text) => append(&mut open, &text.xml10_content())?,
                Event::CData(text) => append(&mut open, &text.xml10_content())?,
                Event::GeneralRef(reference) => append(&mut open, &resolve(&reference)?)?,
                Event::DocType(_) => return Err(XmlError::Malformed("a document type".to_owned())),
                Event::Decl(_) | Event::PI(_) | Event::Comment(_) => None,
                Event::Eof => break,
            };
            if let Some(element) = closed {
                match open.last_mut() {
                    Some(parent) => parent.children.push(element),
                    None => root = Some(element),
                }
            }
        }
        if !open.is_empty() {
            return Err(XmlError::Malformed("the document ends inside an element".to_owned()));
        }
        root.ok_or(XmlError::Empty)
    }

    /// Reads a document whose root must be `expected`.
    pub fn document(body: &[u8], expected: &'static str) -> Result<Self, XmlError> {
        let root = Self::parse(body)?;
        if root.name == expected { Ok(root) } else { Err(XmlError::Root { expected, found: root.name }) }
    }

    /// All children of that name.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Element> {
        self.children.iter().filter(move |child| child.name == name)
    }

    /// Trimmed text of the first child of that name; absent, empty and `null` are the same (the Android SDK met `null`
    /// in a live ListParts answer).
    pub fn optional(&self, name: &str) -> Option<&str> {
        let text = self.children.iter().find(|child| child.name == name)?.text.trim();
        (!text.is_empty() && text != "null").then_some(text)
    }

    /// Exact text of the first child of that name, blanks included: for keys.
    pub fn exact(&self, name: &str) -> Option<&str> {
        let text = self.children.iter().find(|child| child.name == name)?.text.as_str();
        (!text.is_empty()).then_some(text)
    }

    /// Text of a child that must be there.
    pub fn required(&self, name: &'static str) -> Result<&str, XmlError> {
        self.optional(name).ok_or(XmlError::Missing(name))
    }

    /// A child that holds a number or is absent.
    pub fn number(&self, name: &'static str) -> Result<Option<u64>, XmlError> {
        let Some(text) = self.optional(name) else { return Ok(None) };
        text.parse().map(Some).map_err(|_| XmlError::Value { name, text: text.to_owned() })
    }

    /// A child that holds `true` or `false`; absent is false.
    pub fn flag(&self, name: &'static str) -> Result<bool, XmlError> {
        match self.optional(name) {
            None => Ok(false),
            Some(text) if text.eq_ignore_ascii_case("true") => Ok(true),
            Some(text) if text.eq_ignore_ascii_case("false") => Ok(false),
            Some(text) => Err(XmlError::Value { name, text: text.to_owned() }),
        }
    }
}

fn begin(open: &mut Vec<Element>, root: Option<&Element>, name: &str) -> Result<(), XmlError> {
    if root.is_some() {
        return Err(XmlError::Malformed("a second root element".to_owned()));
    }
    if open.len() >= MAX_DEPTH {
        return Err(XmlError::Malformed(format!("elements nested more than {MAX_DEPTH} deep")));
    }
    open.push(Element { name: name.to_owned(), ..Element::default() });
    Ok(())
}

fn append(open: &mut [Element], text: &str) -> Result<Option<Element>, XmlError> {
    match open.last_mut() {
        Some(element) => element.text.push_str(text),
        None if text.trim().is_empty() => {}
        None => return Err(XmlError::Malformed("text outside the root element".to_owned())),
    }
    Ok(None)
}

fn resolve(reference: &BytesRef<'_>) -> Result<String, XmlError> {
    let malformed = |text: String| XmlError::Malformed(text);
    if let Some(character) = reference.resolve_char_ref().map_err(|error| malformed(error.to_string()))? {
        return Ok(character.to_string());
    }
    let name = reference.xml10_content();
    resolve_predefined_entity(&name)
        .map(str::to_owned)
        .ok_or_else(|| malformed(format!("the unknown entity &{name};")))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;

    use super::*;

    #[test]
    fn text_split_at_entities_is_joined() {
        let root = Element::parse(b"<R><Key>a&amp;b&#x41;&lt;<![CDATA[<c>]]></Key></R>").unwrap();
        assert_eq!(root.exact("Key"), Some("a&bA<<c>"));
    }

    #[test]
    fn blanks_of_a_key_are_kept_and_of_a_number_dropped() {
        let root = Element::parse(b"<R><Key> a </Key><Size> 7\n</Size></R>").unwrap();
        assert_eq!((root.exact("Key"), root.number("Size")), (Some(" a "), Ok(Some(7))));
    }

    #[rstest]
    #[case(b"<R><N></N></R>")]
    #[case(b"<R><N/></R>")]
    #[case(b"<R/>")]
    #[case(b"<R><N>null</N></R>")]
    fn absent_empty_and_null_are_the_same(#[case] body: &[u8]) {
        assert_eq!(Element::parse(body).unwrap().number("N"), Ok(None));
    }

    #[rstest]
    #[case::other_root(b"<S/>")]
    #[case::empty(b"")]
    #[case::text(b"fine")]
    #[case::html(b"<!DOCTYPE html><R/>")]
    #[case::bomb(b"<!DOCTYPE R [<!ENTITY a \"aaaa\">]><R>&a;</R>")]
    #[case::cut(b"<R><A>")]
    #[case::tail(b"<R/>tail")]
    #[case::two_roots(b"<R/><R/>")]
    #[case::unknown_entity(b"<R>&nope;</R>")]
    #[case::not_utf8(b"<R>\xff</R>")]
    fn what_is_not_the_document_is_refused(#[case] body: &[u8]) {
        assert!(Element::document(body, "R").is_err());
    }

    #[test]
    fn depth_is_bounded() {
        let deep = "<a>".repeat(100_000);
        assert!(matches!(Element::parse(deep.as_bytes()), Err(XmlError::Malformed(_))));
    }

    proptest! {
        #[test]
        fn no_bytes_make_the_reader_panic(body in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _read = Element::parse(&body);
        }

        #[test]
        fn no_markup_makes_the_reader_panic(body in "[<>/a&;!\\[\\]\"= -]{0,60}") {
            let _read = Element::parse(body.as_bytes());
        }
    }
}
