//! Reads a document of one level, such as `CreateBucketConfiguration`. Called by PutBucket.

use super::complete::{MalformedXml, malformed, named_entity};
use quick_xml::{Reader, events::Event};

/// The known elements directly below `root`, with their texts, in order. Anything deeper, unknown,
/// repeated, or after the root is refused.
pub fn read_flat<'n>(
    body: &[u8],
    root: &str,
    known: &[&'n str],
) -> Result<Vec<(&'n str, String)>, MalformedXml> {
    let text = std::str::from_utf8(body).map_err(|_| MalformedXml("the document is not UTF-8".into()))?;
    let mut reader = Reader::from_str(text.trim_start_matches('\u{FEFF}'));
    let mut found: Vec<(&str, String)> = Vec::new();
    let (mut depth, mut ended) = (0_u8, false);
    loop {
        let event = reader.read_event().map_err(|error| MalformedXml(error.to_string()))?;
        let opens = matches!(event, Event::Start(_) | Event::Empty(_));
        let closes = matches!(event, Event::End(_) | Event::Empty(_));
        if opens && (ended || depth > 1) {
            return malformed("an element is not expected here");
        }
        match &event {
            Event::Start(element) | Event::Empty(element) => {
                let name = element.name();
                let name: &str = name.as_ref();
                if depth == 0 && name != root {
                    return malformed(format!("the root is not <{root}>"));
                }
                if depth == 1 {
                    let name = known.iter().find(|known| **known == name);
                    let name = name.ok_or_else(|| MalformedXml("an element is unknown".into()))?;
                    if found.iter().any(|(earlier, _)| earlier == name) {
                        return malformed(format!("<{name}> appears twice"));
                    }
                    found.push((name, String::new()));
                }
            }
            Event::Text(text) => append(&mut found, depth, &text.xml10_content())?,
            Event::CData(text) => append(&mut found, depth, &text.xml10_content())?,
            Event::GeneralRef(reference) => match reference.resolve_char_ref() {
                Ok(Some(c)) => append(&mut found, depth, c.encode_utf8(&mut [0; 4]))?,
                Ok(None) => append(&mut found, depth, named_entity(&reference.xml10_content())?)?,
                Err(error) => return malformed(error.to_string()),
            },
            Event::DocType(_) => return malformed("a document type is not allowed"),
            Event::Eof if ended => return Ok(found),
            Event::Eof => return malformed("the document ends too early"),
            Event::End(_) | Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
        }
        depth = depth + u8::from(opens) - u8::from(closes);
        ended |= closes && depth == 0;
    }
}

fn append(found: &mut [(&str, String)], depth: u8, text: &str) -> Result<(), MalformedXml> {
    match found.last_mut() {
        Some((_, element)) if depth == 2 => element.push_str(text),
        _ if text.trim().is_empty() => {}
        _ => return malformed("text between elements"),
    }
    Ok(())
}
