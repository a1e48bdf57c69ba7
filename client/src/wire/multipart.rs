//! The answers of InitiateMultipartUpload, ListParts and CompleteMultipartUpload.

use super::{Element, XmlError};
use crate::machine::{ETag, ListedPart, UploadId};

/// One page of ListParts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartsPage {
    /// The parts in the order of the page.
    pub parts: Vec<ListedPart>,
    /// Where the next page begins, when there is one.
    pub next: Option<u64>,
}

/// Reads the id of a new upload.
pub fn initiated(body: &[u8]) -> Result<UploadId, XmlError> {
    let document = Element::document(body, "InitiateMultipartUploadResult")?;
    let text = document.required("UploadId")?;
    UploadId::new(text).map_err(|_| XmlError::Value { name: "UploadId", text: text.to_owned() })
}

/// Reads a page of listed parts. `HashCrc64ecma` is optional; a part without number, size or tag is an error.
pub fn parts_page(body: &[u8]) -> Result<PartsPage, XmlError> {
    let document = Element::document(body, "ListPartsResult")?;
    let parts = document.all("Part").map(listed_part).collect::<Result<Vec<_>, _>>()?;
    let next = if document.flag("IsTruncated")? {
        let marker = document.number("NextPartNumberMarker")?;
        Some(marker.ok_or(XmlError::Missing("NextPartNumberMarker"))?)
    } else {
        None
    };
    Ok(PartsPage { parts, next })
}

fn listed_part(part: &Element) -> Result<ListedPart, XmlError> {
    let number = part.number("PartNumber")?.ok_or(XmlError::Missing("PartNumber"))?;
    let number = u32::try_from(number)
        .map_err(|_| XmlError::Value { name: "PartNumber", text: number.to_string() })?;
    Ok(ListedPart {
        number,
        etag: ETag::new(part.required("ETag")?),
        size: part.number("Size")?.ok_or(XmlError::Missing("Size"))?,
        crc64: part.number("HashCrc64ecma")?,
    })
}

/// What the body of a successful Complete is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CompleteBody {
    /// The result document, with the object's tag if it names one.
    Result(Option<ETag>),
    /// An error document, in spite of the successful status.
    Error(Element),
    /// Neither, and why.
    Other(XmlError),
}

/// Reads the body of a successful Complete.
pub fn completed(body: &[u8]) -> CompleteBody {
    match Element::parse(body) {
        Ok(document) if document.name == "CompleteMultipartUploadResult" => {
            CompleteBody::Result(document.optional("ETag").map(ETag::new))
        }
        Ok(document) if document.name == "Error" => CompleteBody::Error(document),
        Ok(document) => CompleteBody::Other(XmlError::Root {
            expected: "CompleteMultipartUploadResult",
            found: document.name,
        }),
        Err(error) => CompleteBody::Other(error),
    }
}
