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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_of_parts_is_read_with_and_without_crc() {
        let page = parts_page(
            b"<ListPartsResult><NextPartNumberMarker>5</NextPartNumberMarker><IsTruncated>true</IsTruncated>\
              <Part><PartNumber>1</PartNumber><ETag>\"AB\"</ETag><HashCrc64ecma>18446744073709551615</HashCrc64ecma>\
              <Size>5368709120</Size></Part>\
              <Part><PartNumber>5</PartNumber><ETag>&quot;CD&quot;</ETag><Size>6</Size></Part></ListPartsResult>",
        );
        let part = |number, etag, size, crc64| ListedPart { number, etag: ETag::new(etag), size, crc64 };
        let parts = vec![part(1, "AB", 5 << 30, Some(u64::MAX)), part(5, "CD", 6, None)];
        assert_eq!(page, Ok(PartsPage { parts, next: Some(5) }));
    }

    #[test]
    fn a_page_with_one_part_or_none_is_a_page() {
        let one = parts_page(
            b"<ListPartsResult><IsTruncated>false</IsTruncated><NextPartNumberMarker>1</NextPartNumberMarker>\
              <Part><PartNumber>1</PartNumber><ETag>A</ETag><Size>0</Size></Part></ListPartsResult>",
        );
        assert_eq!(one.unwrap().parts.len(), 1);
        let none = parts_page(b"<ListPartsResult><NextPartNumberMarker/></ListPartsResult>");
        assert_eq!(none, Ok(PartsPage { parts: Vec::new(), next: None }));
    }

    #[test]
    fn a_page_that_lacks_what_is_needed_is_an_error() {
        let no_size =
            b"<ListPartsResult><Part><PartNumber>1</PartNumber><ETag>A</ETag></Part></ListPartsResult>";
        assert_eq!(parts_page(no_size), Err(XmlError::Missing("Size")));
        let no_marker = b"<ListPartsResult><IsTruncated>true</IsTruncated></ListPartsResult>";
        assert_eq!(parts_page(no_marker), Err(XmlError::Missing("NextPartNumberMarker")));
    }

    #[test]
    fn an_upload_without_an_id_is_an_error() {
        let body = b"<InitiateMultipartUploadResult><UploadId></UploadId></InitiateMultipartUploadResult>";
        assert_eq!(initiated(body), Err(XmlError::Missing("UploadId")));
    }
}
