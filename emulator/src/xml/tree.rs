//! Reads a small document of several levels into a tree: lifecycle rules, tags, lists of keys. Called by the
//! operations that take one.

use super::complete::{MalformedXml, malformed, named_entity};
use quick_xml::{Reader, events::Event};

/// Deepest nesting of any document of OSS, with room to spare.
const MAX_DEPTH: usize = 8;

/// An element with its text and its children. Attributes are ignored.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Element {
    /// Its name as sent.
    pub name: String,
    /// All text directly inside.
    pub text: String,
    /// The elements inside, in order.
    pub children: Vec<Element>,
}

impl Element {
    /// The only child of that name; refused when there are several.
    pub fn child(&self, name: &str) -> Result<Option<&Self>, MalformedXml> {
        let mut found = self.children.iter().filter(|child| child.name == name);
        match (found.next(), found.next()) {
            (_, Some(_)) => malformed(format!("<{name}> appears twice")),
            (first, None) => Ok(first),
        }
    }

    /// The text of the only child of that name, without surrounding white space.
    pub fn child_text(&self, name: &str) -> Result<Option<&str>, MalformedXml> {
        Ok(self.child(name)?.map(|child| child.text.trim()))
    }

    /// Refuses children with other names.
    pub fn only(&self, known: &[&str]) -> Result<(), MalformedXml> {
        match self.children.iter().find(|child| !known.contains(&child.name.as_str())) {
            Some(child) => malformed(format!("<{}> is not expected in <{}>", child.name, self.name)),
            None => Ok(()),
        }
    }
}

/// Reads a document with this root.
pub fn read_tree(body: &[u8], root: &str) -> Result<Element, MalformedXml> {
    let text = std::str::from_utf8(body).map_err(|_| MalformedXml("the document is not UTF-8".into()))?;
    let mut reader = Reader::from_str(text.trim_start_matches('\u{FEFF}'));
    let mut open: Vec<Element> = Vec::new();
    let mut whole: Option<Element> = None;
    loop {
        let event = reader.read_event().map_err(|error| MalformedXml(error.to_string()))?;
        match &event {
            Event::Start(element) | Event::Empty(element) => {
                let name = element.name();
                let name: &str = name.as_ref();
                if whole.is_some() || open.len() >= MAX_DEPTH {
                    return malformed(format!("<{name}> is not expected here"));
                }
                if open.is_empty() && name != root {
                    return malformed(format!("the root is not <{root}>"));
                }
                open.push(Element { name: name.to_owned(), ..Element::default() });
            }
            Event::Text(text) => append(&mut open, &text.xml10_content())?,
            Event::CData(text) => append(&mut open, &text.xml10_content())?,
            Event::GeneralRef(reference) => match reference.resolve_char_ref() {
                Ok(Some(c)) => append(&mut open, c.encode_utf8(&mut [0; 4]))?,
                Ok(None) => append(&mut open, named_entity(&reference.xml10_content())?)?,
                Err(error) => return malformed(error.to_string()),
            },
            Event::DocType(_) => return malformed("a document type is not allowed"),
            Event::Eof => return whole.ok_or_else(|| MalformedXml("the document ends too early".into())),
            Event::End(_) | Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
        }
        if matches!(event, Event::End(_) | Event::Empty(_))
            && let Some(closed) = open.pop()
        {
            match open.last_mut() {
                Some(parent) => parent.children.push(closed),
                None => whole = Some(closed),
            }
        }
    }
}

fn append(open: &mut [Element], text: &str) -> Result<(), MalformedXml> {
    match open.last_mut() {
        Some(element) => element.text.push_str(text),
        None if text.trim().is_empty() => {}
        None => return malformed("text outside of the root"),
    }
    Ok(())
}
