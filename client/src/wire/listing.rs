//! The answers of ListMultipartUploads and ListObjects.

use super::{Element, XmlError, encoding};

/// An open upload.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenUpload {
    /// Key of the object to be.
    pub key: String,
    /// Id of the upload.
    pub upload_id: String,
    /// When it was initiated, as the server writes it (RFC 3339).
    pub initiated: String,
}

/// One page of open uploads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UploadsPage {
    /// The uploads in order.
    pub uploads: Vec<OpenUpload>,
    /// Key and id after which the next page begins, when there is one.
    pub next: Option<(String, String)>,
}

/// An object in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedObject {
    /// Its key.
    pub key: String,
    /// Its size in bytes.
    pub size: u64,
    /// Its tag, without quotes.
    pub etag: String,
    /// When it was written, as the server writes it (RFC 3339).
    pub last_modified: String,
}

/// One page of objects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObjectsPage {
    /// The objects in order.
    pub objects: Vec<ListedObject>,
    /// The token of the next page, when there is one.
    pub next: Option<String>,
}

/// Decodes the texts of a list if the list says that they are encoded.
struct Decoder(bool);

impl Decoder {
    fn of(document: &Element) -> Self {
        Self(document.optional("EncodingType") == Some("url"))
    }

    fn text(&self, element: &Element, name: &'static str) -> Result<String, XmlError> {
        let text = element.exact(name).ok_or(XmlError::Missing(name))?;
        Ok(if self.0 { encoding::decode(text) } else { text.to_owned() })
    }
}

/// Reads a page of open uploads.
pub fn uploads_page(body: &[u8]) -> Result<UploadsPage, XmlError> {
    let document = Element::document(body, "ListMultipartUploadsResult")?;
    let decoder = Decoder::of(&document);
    let upload = |element: &Element| {
        Ok(OpenUpload {
            key: decoder.text(element, "Key")?,
            upload_id: element.required("UploadId")?.to_owned(),
            initiated: element.optional("Initiated").unwrap_or_default().to_owned(),
        })
    };
    let uploads = document.all("Upload").map(upload).collect::<Result<Vec<_>, XmlError>>()?;
    let next = if document.flag("IsTruncated")? {
        let id = document.optional("NextUploadIdMarker").unwrap_or_default().to_owned();
        Some((decoder.text(&document, "NextKeyMarker")?, id))
    } else {
        None
    };
    Ok(UploadsPage { uploads, next })
}

/// Reads a page of objects (version 2 of the list).
pub fn objects_page(body: &[u8]) -> Result<ObjectsPage, XmlError> {
    let document = Element::document(body, "ListBucketResult")?;
    let decoder = Decoder::of(&document);
    let object = |element: &Element| {
        Ok(ListedObject {
            key: decoder.text(element, "Key")?,
            size: element.number("Size")?.ok_or(XmlError::Missing("Size"))?,
            etag: element.optional("ETag").unwrap_or_default().trim_matches('"').to_owned(),
            last_modified: element.optional("LastModified").unwrap_or_default().to_owned(),
        })
    };
    let objects = document.all("Contents").map(object).collect::<Result<Vec<_>, XmlError>>()?;
    let next = if document.flag("IsTruncated")? {
        Some(document.required("NextContinuationToken")?.to_owned())
    } else {
        None
    };
    Ok(ObjectsPage { objects, next })
}
