//! Reads the body of CompleteMultipartUpload: a strict state machine over XML events, so that no input can
//! nest, expand or repeat its way past the schema. Called by that operation and by the journal.

use crate::domain::{
    ETag,
    completion::ListedPart,
    limits::{MAX_DOCUMENT_BYTES, MAX_PART_NUMBER},
};
use quick_xml::{Reader, events::Event};

/// The body is not a well-formed `CompleteMultipartUpload` document; says what was wrong.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct MalformedXml(pub String);

pub(super) fn malformed<T>(reason: impl Into<String>) -> Result<T, MalformedXml> {
    Err(MalformedXml(reason.into()))
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    BeforeRoot,
    Root,
    Part,
    Number,
    Tag,
    AfterRoot,
}

#[derive(Default)]
struct Draft {
    number: Option<String>,
    etag: Option<String>,
}

struct Machine {
    place: Place,
    draft: Draft,
    text: String,
    parts: Vec<ListedPart>,
}

/// Reads the list of parts. `<Part>` elements hold `PartNumber` and `ETag` once each, in either order; the
/// tag may be quoted, with the quotes spelt in any way. Document types, unknown elements, text between
/// elements and anything after the root are refused.
pub fn read_complete(body: &[u8]) -> Result<Vec<ListedPart>, MalformedXml> {
    if body.len() as u64 > MAX_DOCUMENT_BYTES {
        return malformed("the document is too long");
    }
    let text = std::str::from_utf8(body).map_err(|_| MalformedXml("the document is not UTF-8".into()))?;
    let mut reader = Reader::from_str(text.trim_start_matches('\u{FEFF}'));
    let mut machine =
        Machine { place: Place::BeforeRoot, draft: Draft::default(), text: String::new(), parts: Vec::new() };
    loop {
        match reader.read_event() {
            Ok(Event::Eof) => break,
            Ok(event) => machine.take(event)?,
            Err(error) => return malformed(error.to_string()),
        }
    }
    if machine.place == Place::AfterRoot {
        Ok(machine.parts)
    } else {
        malformed("the document ends too early")
    }
}

impl Machine {
    fn take(&mut self, event: Event<'_>) -> Result<(), MalformedXml> {
        match event {
            Event::Start(element) => self.enter(element.name().as_ref()),
            Event::End(_) => self.leave(),
            Event::Empty(element) => {
                self.enter(element.name().as_ref())?;
                self.leave()
            }
            Event::Text(text) => self.text(&text.xml10_content()),
            Event::CData(text) => self.text(&text.xml10_content()),
            Event::GeneralRef(reference) => match reference.resolve_char_ref() {
                Ok(Some(c)) => self.text(c.encode_utf8(&mut [0; 4])),
                Ok(None) => self.text(named_entity(&reference.xml10_content())?),
                Err(error) => malformed(error.to_string()),
            },
            Event::DocType(_) => malformed("a document type is not allowed"),
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::Eof => Ok(()),
        }
    }

    fn enter(&mut self, name: &str) -> Result<(), MalformedXml> {
        self.place = match (self.place, name) {
            (Place::BeforeRoot, "CompleteMultipartUpload") => Place::Root,
            (Place::Root, "Part") if self.parts.len() < usize::from(MAX_PART_NUMBER) => Place::Part,
            (Place::Root, "Part") => return malformed("more than 10,000 parts"),
            (Place::Part, "PartNumber") if self.draft.number.is_none() => Place::Number,
            (Place::Part, "ETag") if self.draft.etag.is_none() => Place::Tag,
            _ => return malformed(format!("<{name}> is not expected here")),
        };
        Ok(())
    }

    fn leave(&mut self) -> Result<(), MalformedXml> {
        let text = std::mem::take(&mut self.text);
        self.place = match self.place {
            Place::Number => {
                self.draft.number = Some(text);
                Place::Part
            }
            Place::Tag => {
                self.draft.etag = Some(text);
                Place::Part
            }
            Place::Part => {
                let draft = std::mem::take(&mut self.draft);
                self.parts.push(draft.finish()?);
                Place::Root
            }
            Place::Root => Place::AfterRoot,
            Place::BeforeRoot | Place::AfterRoot => return malformed("an element ends that was not begun"),
        };
        Ok(())
    }

    fn text(&mut self, text: &str) -> Result<(), MalformedXml> {
        match self.place {
            Place::Number | Place::Tag => self.text.push_str(text),
            _ if text.trim().is_empty() => {}
            _ => return malformed("text between elements"),
        }
        Ok(())
    }
}

impl Draft {
    fn finish(self) -> Result<ListedPart, MalformedXml> {
        let (Some(number), Some(etag)) = (self.number, self.etag) else {
            return malformed("a part needs PartNumber and ETag");
        };
        let number = number.trim();
        let digits = number.strip_prefix('-').unwrap_or(number);
        if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return malformed(format!("`{number}` is no part number"));
        }
        // A number that fits no integer is out of range in any case.
        let number = number.parse().unwrap_or(i64::MAX);
        Ok(ListedPart { number, etag: ETag::unquoted(&etag).to_owned() })
    }
}

pub(super) fn named_entity(name: &str) -> Result<&'static str, MalformedXml> {
    match name {
        "amp" => Ok("&"),
        "lt" => Ok("<"),
        "gt" => Ok(">"),
        "quot" => Ok("\""),
        "apos" => Ok("'"),
        _ => malformed(format!("entity `{name}` is not defined")),
    }
}
