//! The document `Tagging`. Called by the operations on tags of objects and of buckets.

use crate::{
    domain::{TagLimits, Tags},
    error::OssError,
    xml::{Element, MalformedXml, XmlWriter, read_tree},
};

/// Reads the document.
pub(super) fn read_tagging(body: &[u8], limits: TagLimits) -> Result<Tags, OssError> {
    let root = read_tree(body, "Tagging")?;
    root.only(&["TagSet"])?;
    let set = root.child("TagSet")?.ok_or_else(|| MalformedXml("<TagSet> is missing".into()))?;
    set.only(&["Tag"])?;
    let pairs = set.children.iter().map(read_tag).collect::<Result<_, _>>()?;
    Ok(Tags::new(pairs, limits)?)
}

/// Reads one `Tag`.
pub(super) fn read_tag(tag: &Element) -> Result<(String, String), MalformedXml> {
    tag.only(&["Key", "Value"])?;
    let key = tag.child("Key")?.ok_or_else(|| MalformedXml("a tag needs a Key".into()))?;
    let value = tag.child("Value")?.map(|value| value.text.clone());
    Ok((key.text.clone(), value.unwrap_or_default()))
}

/// Writes the document.
pub(super) fn tagging(tags: &Tags) -> String {
    let mut xml = XmlWriter::new("Tagging");
    xml.open("TagSet");
    for (key, value) in tags.pairs() {
        xml.open("Tag").text("Key", key).text("Value", value).close();
    }
    xml.finish()
}
